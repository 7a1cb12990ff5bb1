//! The commands and the examples as their users call them.

#![allow(clippy::unwrap_used, clippy::panic)]

mod day;
mod examples;
mod explain;
mod roads;
mod siting;
mod vrp;
