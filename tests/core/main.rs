//! The library from outside: roads, routing, the base map and whole days.

#![allow(clippy::unwrap_used, clippy::panic)]

mod base_map;
mod day;
mod day_choices;
mod docs;
mod mutations;
mod road;
mod staffing;
mod vehicle_keys;
mod vrp_instances;
