//! Random days of a few orders, planned, and compared with the enumeration of all choices and orders.
//!
//! - [`draw`]: a random day on a small drawn town, every feature of the day switched on by chance
//! - [`travel`]: durations and distances between its places, as the audit has them
//! - [`timetable`]: the times of a run
//! - [`runs`]: the runs of trucks and couriers with these times
//! - [`rules`]: stores and rides
//! - [`routes`]: all orders in which a vehicle can visit some stops
//! - [`choices`]: what every order may choose
//! - [`enumerate`]: the best of all days, searched by these files alone
//! - [`candidate`]: such a day as a plan for the audit
//! - [`compare`]: planner and enumeration, day by day

mod candidate;
mod choices;
mod compare;
mod draw;
mod enumerate;
mod routes;
mod rules;
mod runs;
mod timetable;
mod travel;

pub(super) use draw::read;
