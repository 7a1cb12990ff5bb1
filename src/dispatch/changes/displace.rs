//! Orders that take the place of others in a full store.

use super::super::assign::Move;
use super::super::echelons::Echelons;
use super::super::storage::Stores;
use super::change::{Change, Row};
use coldmile_model::{Compartment, Day};
use std::collections::BTreeSet;

/// How many of these changes are tried, those first that save most by their estimates. Set by judgement.
const MAX_CHANGES: usize = 100;
/// How many orders may leave a store for one that comes.
const MAX_DISPLACED: usize = 4;

/// Orders whose estimated cost is lower at a centre that has no storage capacity for them, each with the orders that leave that
/// centre for it: those that lose least.
pub fn displace(day: &Day, state: &Echelons) -> Vec<Change> {
    let stores = state.stores(day);
    let mut found: Vec<(i64, Change)> = (wishes(day, state, &stores).into_iter())
        .filter_map(|(saving, wish)| with_leaving(day, state, &stores, (saving, wish)))
        .collect();
    found.sort_by_key(|(saving, _)| std::cmp::Reverse(*saving));
    found.into_iter().map(|(_, change)| change).collect()
}

/// The moves to a cheaper centre that has no capacity, with what they save; those that save most.
fn wishes(day: &Day, state: &Echelons, stores: &Stores<'_>) -> Vec<(i64, Move)> {
    let assignment = &state.assignment;
    let mut wishes = Vec::new();
    for order in assignment.orders.indices() {
        let Some(chosen) = assignment.chosen(order) else { continue };
        let mut seen = BTreeSet::from([chosen.centre]);
        for (option, row) in assignment.orders[order].options.iter().enumerate() {
            if row.cost < chosen.cost && !row.is_late && seen.insert(row.centre) {
                wishes.push((chosen.cost - row.cost, Move { order, option }));
            }
        }
    }
    wishes.sort_by_key(|&(saving, step)| (std::cmp::Reverse(saving), step));
    let is_full = |(_, step): &(i64, Move)| !fits(day, state, stores, *step);
    wishes.into_iter().filter(is_full).take(MAX_CHANGES).collect()
}

fn fits(day: &Day, state: &Echelons, stores: &Stores<'_>, step: Move) -> bool {
    let row = &state.assignment.orders[step.order];
    let option = &row.options[step.option];
    let (from, until) = state.stay(day, option, row.order);
    stores.fits(row.order, option.centre, from, until)
}

/// A move with those of the orders that make space for it; `None` where a few do not.
fn with_leaving(
    day: &Day,
    state: &Echelons,
    stores: &Stores<'_>,
    (mut saving, wish): (i64, Move),
) -> Option<(i64, Change)> {
    let row = &state.assignment.orders[wish.order];
    let option = &row.options[wish.option];
    let stay = state.stay(day, option, row.order);
    let (mut change, mut gone) = (vec![wish], BTreeSet::new());
    for (loss, step) in leaving(day, state, stores, wish).into_iter().take(MAX_DISPLACED) {
        saving -= loss;
        change.push(step);
        gone.insert(state.assignment.orders[step.order].order);
        if stores.fits_without(&gone, row.order, option.centre, stay) {
            return Some((saving, change));
        }
    }
    None
}

/// Orders that stand in the store of a move's centre where it needs capacity, each with its cheapest option elsewhere and what
/// it loses by it; the least loss first.
fn leaving(day: &Day, state: &Echelons, stores: &Stores<'_>, wish: Move) -> Vec<(i64, Move)> {
    let assignment = &state.assignment;
    let centre = assignment.orders[wish.order].options[wish.option].centre;
    let load = |row: Row| day.orders[assignment.orders[row].order].load;
    let shares = |other: Row| {
        let has = |row: Row, part: Compartment| load(row)[part].0 > 0;
        Compartment::ALL.into_iter().any(|part| has(wish.order, part) && has(other, part))
    };
    let mut leaving: Vec<(i64, Move)> = (assignment.orders.indices())
        .filter(|&other| other != wish.order && shares(other))
        .filter_map(|other| {
            let chosen = assignment.chosen(other).filter(|chosen| chosen.centre == centre)?;
            let options = assignment.orders[other].options.iter().enumerate();
            let (option, elsewhere) = options
                .filter(|(_, row)| row.centre != centre && (chosen.is_late || !row.is_late))
                .filter(|(option, _)| fits(day, state, stores, Move { order: other, option: *option }))
                .min_by_key(|(at, row)| (row.cost, *at))?;
            Some((elsewhere.cost - chosen.cost, Move { order: other, option }))
        })
        .collect();
    leaving.sort_unstable();
    leaving
}
