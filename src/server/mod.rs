//! The HTTP interface: console, phones, desks.
//!
//! Read it from [`routes`]: one table of method, path, policy and handler, from which the router and the `OpenAPI`
//! document are made. [`access`] decides who may come in, [`wire`] says how things look outside, [`board`] and
//! [`stage`] are what handlers look at: a plan with its lookups, and the published one under what has happened.
//! The server plans nothing: it hands work to [`jobs`](crate::jobs) and keeps what comes back.

mod access;
mod conditional;
mod drafts;
mod error;
mod handlers;
mod idempotency;
mod indexed_plan;
mod live_plan;
mod openapi;
mod request;
mod router;
mod routes;
mod security;
mod serve;
mod state;
mod wire;

#[cfg(test)]
mod tests;

pub use access::Policy;
pub use drafts::{add_plan, draft_saver};
pub use error::ApiProblem;
pub use handlers::devices::{another_dispatcher_link, first_dispatcher_link, first_field_link};
pub use handlers::plans::publish_draft;
pub use router::app;
pub use serve::{ListenConfig, ServeError, TlsFiles, serve};
pub use state::{AppState, MapSource, Pages, ServerConfig, ServerParts, WallClock};
