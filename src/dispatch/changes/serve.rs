//! Orders that are not served get other options, alone and together with orders that are served.

use super::super::assign::{AssignOption, Move};
use super::super::echelons::Echelons;
use super::change::{Change, Part, Row, parts, trips};
use coldmile_model::Day;
use coldmile_plan::Handover;
use std::collections::{BTreeMap, BTreeSet};

/// Up to how many unserved orders each is also tried by itself, with every option.
const MAX_SINGLE: usize = 100;
/// Changes that move orders of the whole day are made where they have no more moves than this together.
const MAX_MOVES_OF_DAY: usize = 1_000_000;

/// Unserved orders with their other centres, waves and handovers: all together, by wave at a centre, and one by one.
pub fn serve(day: &Day, state: &Echelons) -> Vec<Change> {
    let assignment = &state.assignment;
    let unserved: Vec<Row> = assignment.unserved().collect();
    if unserved.is_empty() {
        return Vec::new();
    }
    let options = |row: Row| &assignment.orders[row].options;
    let stores = state.stores(day);
    let priority = |row: Row| day.orders[assignment.orders[row].order].priority;
    let lowest =
        assignment.orders.indices().filter(|&row| assignment.chosen(row).is_some()).map(priority).min();
    // The options that find space in the stores as they are, each order's by itself; all of an order that others may make
    // space for, because it is more important.
    let possible: Vec<(Row, Vec<usize>)> = (unserved.iter())
        .map(|&row| {
            let fits = |&option: &usize| {
                let (from, until) = state.stay(day, &options(row)[option], assignment.orders[row].order);
                stores.fits(assignment.orders[row].order, options(row)[option].centre, from, until)
            };
            let displaces = lowest.is_some_and(|lowest| lowest < priority(row));
            (row, (0..options(row).len()).filter(|option| displaces || fits(option)).collect())
        })
        .collect();
    let longest = possible.iter().map(|(_, options)| options.len()).max().unwrap_or(0);
    let mut changes: Vec<Change> = (0..longest).map(|first| together(day, state, &possible, first)).collect();
    let mut by_part: BTreeMap<(Part, Handover), Change> = BTreeMap::new();
    for (order, fitting) in &possible {
        for &option in fitting {
            let row = &options(*order)[option];
            let step = Move { order: *order, option };
            by_part.entry(((row.centre, row.wave), row.handover)).or_default().push(step);
        }
    }
    changes.extend(by_part.into_values());
    if unserved.len() <= MAX_SINGLE {
        let single = |(order, fitting): &(Row, Vec<usize>)| {
            let order = *order;
            fitting.clone().into_iter().map(move |option| vec![Move { order, option }])
        };
        changes.extend(possible.iter().flat_map(single));
    }
    changes
}

/// All these orders with what still fits beside those before, each from its option of this number on.
fn together(day: &Day, state: &Echelons, possible: &[(Row, Vec<usize>)], first: usize) -> Change {
    let mut stores = state.stores(day);
    let mut change = Change::new();
    for (row, fitting) in possible {
        let options = &state.assignment.orders[*row];
        let taken = fitting.iter().skip(first).find(|&&option| {
            let option = &options.options[option];
            let (from, until) = state.stay(day, option, options.order);
            stores.take(options.order, option.centre, from, until)
        });
        change.extend(taken.map(|&option| Move { order: *row, option }));
    }
    change
}

/// Unserved orders with a wave at a centre, together with served orders that travel with this wave then: those of the centre, of
/// each truck trip that stops there, on days of few orders of the whole day. A truck that has no trip left for the wave alone may bring it so.
pub fn serve_with_others(day: &Day, state: &Echelons) -> Vec<Change> {
    let assignment = &state.assignment;
    let mut wanted: BTreeMap<Part, Change> = BTreeMap::new();
    for order in assignment.unserved() {
        let mut seen = BTreeSet::new();
        for (option, row) in assignment.orders[order].options.iter().enumerate() {
            if seen.insert((row.centre, row.wave)) {
                wanted.entry((row.centre, row.wave)).or_default().push(Move { order, option });
            }
        }
    }
    let parts = parts(state);
    let trips = trips(state);
    let served: usize = parts.values().map(Vec::len).sum();
    let moves_whole_day = wanted.len().saturating_mul(served) <= MAX_MOVES_OF_DAY;
    let mut changes = Vec::new();
    for ((centre, wave), joining) in wanted {
        let with =
            |moved: &mut dyn Iterator<Item = &Vec<Row>>, target: &dyn Fn(&AssignOption) -> bool| -> Change {
                let moved = moved.flatten().filter_map(|&row| cheapest(state, row, target));
                joining.iter().copied().chain(moved).collect()
            };
        let same_wave = |option: &AssignOption| option.wave == wave;
        let this_part = |option: &AssignOption| (option.centre, option.wave) == (centre, wave);
        let waves = day.network.waves.indices();
        changes.push(with(&mut waves.filter_map(|wave| parts.get(&(centre, wave))), &this_part));
        for trip in trips.iter().filter(|trip| trip.iter().any(|part| part.0 == centre)) {
            changes.push(with(&mut trip.iter().filter_map(|part| parts.get(part)), &same_wave));
        }
        if moves_whole_day {
            changes.push(with(&mut parts.values(), &same_wave));
            changes.push(with(&mut parts.values(), &this_part));
        }
    }
    changes
}

/// A served order with its cheapest option that `is_open` lets through, at its present centre if there is one; `None` where it
/// has none, or already has it.
fn cheapest(state: &Echelons, order: Row, is_open: &dyn Fn(&AssignOption) -> bool) -> Option<Move> {
    let chosen = state.assignment.chosen(order)?;
    let options = state.assignment.orders[order].options.iter().enumerate();
    let possible = options.filter(|(_, option)| is_open(option) && (chosen.is_late || !option.is_late));
    let key = |(at, option): &(usize, &AssignOption)| {
        (option.centre != chosen.centre, option.handover != chosen.handover, option.cost, *at)
    };
    let (option, row) = possible.min_by_key(key)?;
    let is_same = (row.centre, row.wave, row.handover) == (chosen.centre, chosen.wave, chosen.handover);
    (!is_same).then_some(Move { order, option })
}
