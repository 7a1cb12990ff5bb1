//! Coldmile plans and runs the last mile of a hub-and-spoke network: hub, community centre, family.
//!
//! Data flows in one direction: map file → road index → travel times; network and orders → assignment → waves → linehaul
//! and last-mile problems → solutions → one audited day plan. Each room is a crate of its own, so that cargo enforces
//! which room may use which; this crate re-exports them under their short names and adds the command line. The
//! documentation of each room says what it is and what it must not know.
#![doc = include_str!("docs/words.md")]

pub mod cli;

pub use coldmile_audit as audit;
pub use coldmile_basemap as basemap;
pub use coldmile_dispatch as dispatch;
pub use coldmile_docs as docs;
pub use coldmile_geometry as geometry;
pub use coldmile_jobs as jobs;
pub use coldmile_mapfile as mapfile;
pub use coldmile_model as model;
pub use coldmile_osm as osm;
pub use coldmile_pages as pages;
pub use coldmile_plan as plan;
pub use coldmile_road as road;
pub use coldmile_server as server;
pub use coldmile_siting as siting;
pub use coldmile_store as store;
pub use coldmile_synth as synth;
pub use coldmile_units as units;
pub use coldmile_vrp as vrp;
