//! The list of all rules, in the order in which they run.

use super::super::case::Case;
use super::super::violation::Violation;
use super::{breaks, edits, energy, money, names, orders, parcels, runs, shares, stops, storage, waves};

/// A rule: adds what it finds to the violations.
type Rule = fn(&Case, &mut Vec<Violation>);

/// The rules that compare ids and texts only: they run on any plan, whatever its figures.
pub const ID_RULES: &[Rule] = &[names::header, names::known_ids, orders::every_order_once];

/// The rules that calculate with the plan's figures, but need neither roads nor temperatures.
pub const VALUE_RULES: &[Rule] = &[
    orders::what_the_family_wants,
    orders::references,
    waves::membership,
    waves::trucks,
    waves::readiness,
    runs::couriers_and_vehicles,
    runs::shifts,
    runs::trips,
    breaks::breaks,
    stops::clocks,
    stops::doors,
    stops::rides,
    parcels::custody,
    parcels::manifests,
    parcels::capacities,
    parcels::sizes,
    storage::capacities,
    money::run_costs,
    money::order_costs,
    shares::shares,
    money::totals,
    energy::footprints,
    edits::edits,
];
