//! The store's promises, on every database at hand: SQLite always, PostgreSQL when `COLDMILE_TEST_POSTGRES` holds a
//! URL (`COLDMILE_TEST_POSTGRES=postgres://localhost/test cargo test --test store`).

#![allow(clippy::unwrap_used, clippy::panic)]

mod access;
mod days_and_plans;
mod durability;
mod events;
mod fixture;
mod once;
#[path = "../support/wait.rs"]
mod wait;
