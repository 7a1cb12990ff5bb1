//! Which rules there are, and in which order they run.

use super::super::case::Case;
use super::super::violation::Violation;
use super::{money, names, orders, parcels, runs, stops, storage, waves};

type Rule = fn(&Case, &mut Vec<Violation>);

/// The rules that only read: they hold for any plan, however absurd.
pub const READING: &[Rule] = &[names::header, names::known_ids, orders::every_order_once];

/// The rules that reckon, but need neither roads nor temperatures.
pub const RECKONING: &[Rule] = &[
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
