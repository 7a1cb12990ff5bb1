//! The database: what was planned, what happened, and who may speak. SQLite inside, PostgreSQL outside.
//!
//! Acknowledged means durable. All writes go through one writer ([`writer`]): commands queue up, the writer runs what
//! is queued in one transaction, flushes it to the disk once, and only then answers each. Reads come from a pool and
//! never wait for it. The same SQL text runs on both databases; they differ in [`connection`], in the two folders of
//! migrations, and in how a backup is made.
//!
//! The store decides nothing: it keeps what it is given, refuses what would break a promise (two published plans, one
//! code used twice), and tells subscribers what was committed. It reads no clock: `now` is an argument everywhere.

mod access;
mod backup;
mod config;
mod connection;
mod days;
mod error;
mod events;
mod handle;
mod meta;
mod pickup;
mod plans;
mod requests;
mod schema;
mod writer;

pub use access::{Device, Digest, Enrolment, Grant, NewDevice};
pub use backup::{BackupReport, backup, check_backup, restore};
pub use config::StoreConfig;
pub use days::{DayId, DayRecord, NewDay};
pub use error::StoreError;
pub use events::Appended;
pub use handle::{News, Store};
pub use pickup::PickupCode;
pub use plans::{NewPlan, PlanHead, PlanId, PlanRecord, PlanStatus, Publication, Replaces};
pub use requests::{IdempotencyClaim, StoredResponse};
pub use schema::SCHEMA_VERSION;
