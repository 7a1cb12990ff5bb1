//! Coldmile plans and runs the last mile of a hub-and-spoke network: hub, community centre, family.
//!
//! Data flows one way: map file → road index → travel times; network and orders → assignment → waves → linehaul and
//! last-mile problems → solutions → one audited day plan. Each module opens with what it is and what it must not know;
//! `tests/layers.rs` holds the floors they stand on.

pub mod basemap;
pub mod cli;
pub mod geometry;
pub mod mapfile;
pub mod model;
pub mod osm;
pub mod plan;
pub mod units;
pub mod vrp;
