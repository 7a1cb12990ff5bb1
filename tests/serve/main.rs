//! The real binary: killed, stopped, loaded, reached over TLS and from the local network.
//!
//! Each test serves a copy of one small day, prepared once ([`town`]), and talks to it over sockets ([`http`]).
//! The long ones, with their figures:
//!
//! ```text
//! cargo test --release --test serve -- --ignored --nocapture --test-threads 1
//! ```
//!
//! `COLDMILE_BIN=<path>` takes another build of the program than the one made for the tests.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod copies;
mod days;
mod door;
#[cfg(target_os = "linux")]
mod full;
mod http;
mod jobs;
mod kills;
mod map;
mod phone;
mod speed;
mod stopping;
mod town;
#[path = "../support/wait.rs"]
mod wait;
