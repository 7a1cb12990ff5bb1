//! The rules, a file for each subject. Each is a function that reads the `Case` and adds violations.
//!
//! - [`list`]: all rules in order
//! - [`figures`]: no figure is beyond all reason
//! - `names`: the plan is of this day, and every id in it exists
//! - `orders`: every order once, as the family wants it, through a centre and wave it may use
//! - `waves`: trucks, lanes, cut-offs and the moment goods are ready at a centre
//! - `runs`: couriers, vehicles, shifts, trips and range
//! - `breaks`: breaks of couriers
//! - `stops`: the clock inside a trip, doors and their windows
//! - [`legs`]: durations, distances and lines of legs against the road
//! - `parcels`: custody of every parcel, manifests, vehicle capacities
//! - `storage`: shelf, fridge and freezer of the centres over time
//! - [`direct`]: what orders would cost straight from their hub
//! - `energy`: greenhouse gas, and what cooling takes
//! - `money`, `shares`: run costs and totals; what each order pays of them
//! - [`walks`]: families' walks against the road, and the price of the day
//! - `family`: how families move
//! - `edits`: the changes that would admit unplanned orders are of the day's files
//! - [`claims`]: the reasons of unplanned orders, where a rule decides them

mod breaks;
pub(super) mod claims;
pub(super) mod direct;
mod edits;
mod energy;
mod family;
pub(super) mod figures;
pub(super) mod legs;
pub(super) mod list;
mod money;
mod names;
mod orders;
mod parcels;
mod runs;
mod shares;
mod stops;
mod storage;
pub(super) mod walks;
mod waves;
