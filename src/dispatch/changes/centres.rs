//! Orders that leave a centre, a consignment or a truck trip, and orders that centres attract.

use super::super::assign::{AssignOption, Move};
use super::super::echelons::Echelons;
use super::change::{Change, Row, parts, trips};
use coldmile_model::Site;
use coldmile_units::Idx;
use std::collections::{BTreeMap, BTreeSet};

/// These rows, each with its cheapest option that `is_open` lets through, at best in a consignment that travels anyway; empty where
/// one of them has none.
fn elsewhere(state: &Echelons, rows: &[Row], is_open: impl Fn(&AssignOption) -> bool) -> Change {
    let assignment = &state.assignment;
    let moved: Option<Change> = (rows.iter())
        .map(|&order| {
            let may_be_late = assignment.chosen(order).is_some_and(|chosen| chosen.is_late);
            let options = assignment.orders[order].options.iter().enumerate();
            let travels = |option: &AssignOption| state.ready.contains_key(&(option.centre, option.wave));
            options
                .filter(|(_, option)| is_open(option) && (may_be_late || !option.is_late))
                .min_by_key(|(at, option)| (!travels(option), option.cost, *at))
                .map(|(option, _)| Move { order, option })
        })
        .collect();
    moved.unwrap_or_default()
}

/// The orders of every centre, consignment and truck trip, where it is cheapest without it.
pub fn dissolve(state: &Echelons) -> Vec<Change> {
    let parts = parts(state);
    let mut by_centre: BTreeMap<Idx<Site>, Vec<Row>> = BTreeMap::new();
    for (&(centre, _), rows) in &parts {
        by_centre.entry(centre).or_default().extend(rows);
    }
    let mut changes = Vec::new();
    for (centre, rows) in &by_centre {
        changes.push(elsewhere(state, rows, |option| option.centre != *centre));
    }
    for (part, rows) in &parts {
        changes.push(elsewhere(state, rows, |option| (option.centre, option.wave) != *part));
    }
    for trip in trips(state) {
        let rows: Vec<Row> = trip.iter().filter_map(|part| parts.get(part)).flatten().copied().collect();
        changes.push(elsewhere(state, &rows, |option| !trip.contains(&(option.centre, option.wave))));
    }
    changes
}

/// To every centre the orders whose estimated cost is lower there.
pub fn attract(state: &Echelons) -> Vec<Change> {
    let assignment = &state.assignment;
    let mut changes: BTreeMap<Idx<Site>, Change> = BTreeMap::new();
    for order in assignment.orders.indices() {
        let Some(chosen) = assignment.chosen(order) else { continue };
        let mut centres = BTreeSet::from([chosen.centre]);
        // Options of one centre come by cost: its first is its cheapest.
        for (option, row) in assignment.orders[order].options.iter().enumerate() {
            if row.cost < chosen.cost && !row.is_late && centres.insert(row.centre) {
                changes.entry(row.centre).or_default().push(Move { order, option });
            }
        }
    }
    changes.into_values().collect()
}

/// For every centre in use and each of those out of use that could serve at least half of its orders: these go there, with the
/// same wave where they can, and the others wherever it is cheapest.
pub fn replace(state: &Echelons) -> Vec<Change> {
    let assignment = &state.assignment;
    let mut by_centre: BTreeMap<Idx<Site>, Vec<Row>> = BTreeMap::new();
    for ((centre, _), rows) in parts(state) {
        by_centre.entry(centre).or_default().extend(rows);
    }
    let mut changes = Vec::new();
    for (&old, rows) in &by_centre {
        let mut offers: BTreeMap<Idx<Site>, Change> = BTreeMap::new();
        for &order in rows {
            let Some(chosen) = assignment.chosen(order) else { continue };
            let mut best: BTreeMap<Idx<Site>, (bool, i64, usize)> = BTreeMap::new();
            for (option, row) in assignment.orders[order].options.iter().enumerate() {
                if !by_centre.contains_key(&row.centre) && (chosen.is_late || !row.is_late) {
                    let key = (row.wave != chosen.wave, row.cost, option);
                    let known = best.entry(row.centre).or_insert(key);
                    *known = key.min(*known);
                }
            }
            for (centre, (_, _, option)) in best {
                offers.entry(centre).or_default().push(Move { order, option });
            }
        }
        for (_, mut change) in offers.into_iter().filter(|(_, change)| change.len() * 2 >= rows.len()) {
            let taken: BTreeSet<Row> = change.iter().map(|step| step.order).collect();
            let others: Vec<Row> = rows.iter().copied().filter(|row| !taken.contains(row)).collect();
            let rest = elsewhere(state, &others, |option| option.centre != old);
            if rest.len() == others.len() {
                change.extend(rest);
                changes.push(change);
            }
        }
    }
    changes
}
