//! Changes of few orders, for days or parts of days that have few: every order with each of its other options, and orders that
//! gather at one centre or in one wave because another needs it.

use super::super::assign::{AssignOption, Move};
use super::super::echelons::Echelons;
use super::change::{Change, Row};
use coldmile_model::{Site, WaveSchedule};
use coldmile_plan::Handover;
use coldmile_units::Idx;
use std::collections::BTreeSet;

/// Whether an option is where orders gather, given the one that the order has.
type Goal<'a> = dyn Fn(&AssignOption, Option<&AssignOption>) -> bool + 'a;

/// On days of more orders only larger changes are tried. Set by judgement.
const MAX_ORDERS: usize = 60;

/// Every order that is served with each of its other options.
pub fn single(state: &Echelons) -> Vec<Change> {
    if state.assignment.orders.len() > MAX_ORDERS {
        return Vec::new();
    }
    rows(state).flat_map(|row| others(state, row)).map(|step| vec![step]).collect()
}

/// All orders that can travel to one centre or with one wave do so, also those that are not served; what an order keeps of
/// its handover is tried in three manners.
pub fn gather(state: &Echelons) -> Vec<Change> {
    if state.assignment.orders.len() > MAX_ORDERS {
        return Vec::new();
    }
    let all: Vec<Row> = state.assignment.orders.indices().collect();
    let options = || all.iter().flat_map(|&row| state.assignment.orders[row].options.iter());
    let parts: BTreeSet<(Idx<Site>, Idx<WaveSchedule>)> =
        options().map(|option| (option.centre, option.wave)).collect();
    let handovers = [None, Some(Handover::Pickup), Some(Handover::Door)];
    let mut changes = Vec::new();
    for (centre, wave) in parts {
        for handover in handovers {
            // To this centre with this wave; with this wave to the centre they have; to this centre with any wave.
            let goals: [&Goal<'_>; 3] = [
                &|option, _| (option.centre, option.wave) == (centre, wave),
                &|option, chosen| {
                    option.wave == wave && chosen.is_none_or(|chosen| chosen.centre == option.centre)
                },
                &|option, _| option.centre == centre,
            ];
            changes.extend(goals.map(|goal| gathered(state, &all, goal, handover)));
        }
    }
    changes.sort();
    changes.dedup();
    changes
}

fn gathered(state: &Echelons, rows: &[Row], goal: &Goal<'_>, handover: Option<Handover>) -> Change {
    let moved = rows.iter().filter_map(|&order| {
        let chosen = state.assignment.chosen(order);
        if chosen.is_some_and(|chosen| {
            goal(chosen, Some(chosen)) && handover.is_none_or(|to| to == chosen.handover)
        }) {
            return None;
        }
        let wanted = handover.or(chosen.map(|chosen| chosen.handover));
        let options = state.assignment.orders[order].options.iter().enumerate();
        let best = options
            .filter(|(_, option)| goal(option, chosen) && may_be(option, chosen))
            .min_by_key(|(at, option)| (wanted.is_some_and(|to| to != option.handover), option.cost, *at));
        best.map(|(option, _)| Move { order, option })
    });
    moved.collect()
}

fn rows(state: &Echelons) -> impl Iterator<Item = Row> {
    state.assignment.orders.indices().filter(|&row| state.assignment.chosen(row).is_some())
}

fn others(state: &Echelons, order: Row) -> Vec<Move> {
    let chosen = state.assignment.chosen(order);
    let options = state.assignment.orders[order].options.iter().enumerate();
    options
        .filter(|(at, option)| state.assignment.picks[order.get()] != Some(*at) && may_be(option, chosen))
        .map(|(option, _)| Move { order, option })
        .collect()
}

/// Whether an option may take the place of another: it is not late, or that is.
fn may_be(option: &AssignOption, chosen: Option<&AssignOption>) -> bool {
    !option.is_late || chosen.is_none_or(|chosen| chosen.is_late)
}
