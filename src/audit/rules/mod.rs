//! The rules, a file for each subject. Each is a function from the [`Case`] to what it found.
//!
//! - [`figures`]: no figure is beyond all reason
//! - [`names`]: the plan is of this day, and every id in it exists
//! - [`orders`]: every order once, as the family wants it, through a centre and wave it may use
//! - [`waves`]: trucks, lanes, cut-offs and the moment goods are ready at a centre
//! - [`runs`]: people, vehicles, shifts, trips and range
//! - [`stops`]: the clock inside a trip, doors and their windows
//! - [`legs`]: ways against the road
//! - [`parcels`]: every parcel's hands, manifests, what fits where
//! - [`storage`]: shelf, fridge and freezer of the centres over time
//! - [`money`]: run costs, shares and totals

pub(super) mod figures;
pub(super) mod legs;
mod money;
pub(super) mod names;
mod orders;
mod parcels;
mod runs;
mod stops;
mod storage;
mod waves;

use super::case::Case;
use super::violation::Violation;

type Rule = fn(&Case, &mut Vec<Violation>);

/// The rules that only read: they hold for any plan, however absurd.
pub(super) const READING: &[Rule] = &[names::header, names::known_ids, orders::every_order_once];

/// The rules that reckon, but need neither roads nor temperatures.
pub(super) const RECKONING: &[Rule] = &[
    orders::what_the_family_wants,
    orders::ways_of_an_order,
    waves::membership,
    waves::trucks,
    waves::readiness,
    runs::people_and_vehicles,
    runs::shifts,
    runs::trips,
    stops::clocks,
    stops::doors,
    stops::rides,
    parcels::custody,
    parcels::manifests,
    parcels::capacities,
    storage::room,
    money::run_costs,
    money::order_costs,
    money::totals,
];
