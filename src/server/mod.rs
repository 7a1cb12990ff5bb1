#![doc = include_str!("README.md")]

mod access;
mod conditional;
mod config;
mod connection;
mod drafts;
mod edits;
mod error;
mod event_quota;
mod export;
mod facts;
mod handlers;
mod idempotency;
mod indexed_plan;
mod listener;
mod live_day;
mod live_plan;
mod on_day;
mod openapi;
mod plan_bodies;
mod plan_cache;
mod request;
mod route;
mod route_doc;
mod router;
mod routes;
mod security;
mod serve;
mod served_day;
mod session_limits;
mod sessions;
mod state;
mod streams;
mod wire;

#[cfg(test)]
mod tests;

pub use access::Policy;
pub use config::{DayPrice, DaySource, MapSource, OrderPricer, Pages, ServerConfig, ServerParts, WallClock};
pub use drafts::{add_plan, draft_saver};
pub use error::ApiProblem;
pub use handlers::devices::{another_dispatcher_link, first_dispatcher_link, first_field_link};
pub use handlers::keys::new_key;
pub use handlers::plans::publish_draft;
pub use router::app;
pub use serve::{ListenConfig, ServeError, TlsFiles, serve};
pub use session_limits::{SessionLimit, SessionLimits};
pub use state::AppState;
