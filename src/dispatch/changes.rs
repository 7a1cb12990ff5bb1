//! The changes of a day that its search tries, by kind.

use super::assign::{AssignOption, Move, OrderOptions};
use super::echelons::Echelons;
use super::last_mile::CentreRoutes;
use super::walks::walk_price;
use super::wave::leaves_by;
use coldmile_model::{Day, Order, Site, WaveSchedule};
use coldmile_plan::Handover;
use coldmile_units::{Idx, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Moves that are made together.
pub type Change = Vec<Move>;

/// Up to how many unserved orders each is also tried by itself, with every option.
const MAX_SINGLE: usize = 100;

/// A kind of change.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Orders that are not served are offered their other centres, waves and handovers.
    Serve,
    /// Orders of one wave travel with another: of the whole day, of a truck's trip, of a centre.
    MergeWaves,
    /// The orders of a centre, of a consignment or of a truck's trip go wherever it is cheapest without it.
    Dissolve,
    /// Orders whose estimated cost is lower at a centre go there.
    Attract,
    /// A centre that is not in use takes the place of one that is.
    Replace,
    /// Deliveries become pickups, and pickups deliveries.
    Handover,
}

impl Kind {
    /// All kinds, in the order in which they are tried.
    pub const ALL: [Self; 6] =
        [Self::Serve, Self::MergeWaves, Self::Dissolve, Self::Attract, Self::Replace, Self::Handover];

    /// The changes of this kind, the largest first. None is empty.
    pub fn changes(self, day: &Day, state: &Echelons) -> Vec<Change> {
        let mut changes = match self {
            Self::Serve => serve(day, state),
            Self::MergeWaves => merge_waves(day, state),
            Self::Dissolve => dissolve(state),
            Self::Attract => attract(state),
            Self::Replace => replace(state),
            Self::Handover => change_handover(day, state),
        };
        changes.retain(|change| !change.is_empty());
        changes.sort_by_key(|change| std::cmp::Reverse(change.len()));
        changes.dedup();
        changes
    }
}

type Row = Idx<OrderOptions>;
type Part = (Idx<Site>, Idx<WaveSchedule>);

fn serve(day: &Day, state: &Echelons) -> Vec<Change> {
    let assignment = &state.assignment;
    let unserved: Vec<Row> = assignment.unserved().collect();
    if unserved.is_empty() {
        return Vec::new();
    }
    let options = |row: Row| &assignment.orders[row].options;
    let stores = state.stores(day);
    // The options that find space in the stores as they are, each order's by itself.
    let possible: Vec<(Row, Vec<usize>)> = (unserved.iter())
        .map(|&row| {
            let fits = |&option: &usize| {
                let (from, until) = stay(day, state, &options(row)[option], assignment.orders[row].order);
                stores.fits(assignment.orders[row].order, options(row)[option].centre, from, until)
            };
            (row, (0..options(row).len()).filter(fits).collect())
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
            let (from, until) = stay(day, state, option, options.order);
            stores.take(options.order, option.centre, from, until)
        });
        change.extend(taken.map(|&option| Move { order: *row, option }));
    }
    change
}

/// When an order would be in the store: from when its truck comes, or has to come where none does yet, until it leaves.
pub fn stay(day: &Day, state: &Echelons, option: &AssignOption, order: Idx<Order>) -> (Timestamp, Timestamp) {
    let handling = day.network.sites()[option.centre].handling;
    let ready = state.ready.get(&(option.centre, option.wave));
    let from = ready.map_or(day.network.waves[option.wave].centre_due, |&ready| ready - handling);
    let until = match option.handover {
        Handover::Pickup => leaves_by(day, &day.orders[order], option.centre, option.handover),
        // The courier loads before the window opens, or as soon as the goods are ready.
        Handover::Door => day.orders[order].window.open().max(from + handling),
    };
    (from, until)
}

/// The rows of every consignment on the road.
fn parts(state: &Echelons) -> BTreeMap<Part, Vec<Row>> {
    let assignment = &state.assignment;
    let mut parts: BTreeMap<Part, Vec<Row>> = BTreeMap::new();
    for row in assignment.orders.indices() {
        if let Some(chosen) = assignment.chosen(row) {
            parts.entry((chosen.centre, chosen.wave)).or_default().push(row);
        }
    }
    parts
}

/// What the trucks bring on each trip.
fn trips(state: &Echelons) -> BTreeSet<BTreeSet<Part>> {
    let trips = state.hubs.iter().flat_map(|hub| hub.trips());
    trips.map(|trip| trip.iter().map(|row| (row.centre, row.wave)).collect()).collect()
}

fn merge_waves(day: &Day, state: &Echelons) -> Vec<Change> {
    let assignment = &state.assignment;
    let parts = parts(state);
    let to_wave = |rows: &[Row], wave: Idx<WaveSchedule>| -> Change {
        let moved = rows.iter().filter_map(|&order| {
            let chosen = assignment.chosen(order)?;
            let option = assignment.orders[order].find(chosen.centre, wave, chosen.handover)?;
            let is_worse = assignment.orders[order].options[option].is_late && !chosen.is_late;
            (!is_worse).then_some(Move { order, option })
        });
        moved.collect()
    };
    let mut changes = Vec::new();
    for wave in day.network.waves.indices() {
        let others = || parts.iter().filter(move |((_, of), _)| *of != wave);
        let all: Vec<Row> = others().flat_map(|(_, rows)| rows.iter().copied()).collect();
        changes.push(to_wave(&all, wave));
        for trip in trips(state) {
            let rows: Vec<Row> = (trip.iter().filter(|(_, of)| *of != wave))
                .filter_map(|part| parts.get(part))
                .flatten()
                .copied()
                .collect();
            changes.push(to_wave(&rows, wave));
        }
        // A consignment of which a part stays saves no stop.
        changes.extend(
            others()
                .map(|(_, rows)| to_wave(rows, wave))
                .zip(others())
                .filter_map(|(change, (_, rows))| (change.len() == rows.len()).then_some(change)),
        );
    }
    changes
}

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

fn dissolve(state: &Echelons) -> Vec<Change> {
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

fn attract(state: &Echelons) -> Vec<Change> {
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
fn replace(state: &Echelons) -> Vec<Change> {
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

fn change_handover(day: &Day, state: &Echelons) -> Vec<Change> {
    let assignment = &state.assignment;
    let mut to_pickup: BTreeMap<Idx<Site>, Change> = BTreeMap::new();
    let mut to_door: BTreeMap<Idx<Site>, Change> = BTreeMap::new();
    let mut cheaper: BTreeMap<Idx<Site>, Change> = BTreeMap::new();
    let savings = savings(state);
    for order in assignment.orders.indices() {
        let Some(chosen) = assignment.chosen(order) else { continue };
        let other = match chosen.handover {
            Handover::Door => Handover::Pickup,
            Handover::Pickup => Handover::Door,
        };
        let row = &assignment.orders[order];
        let Some(option) = row.find(chosen.centre, chosen.wave, other).filter(|&at| !row.options[at].is_late)
        else {
            continue;
        };
        let step = Move { order, option };
        match other {
            Handover::Door => to_door.entry(chosen.centre).or_default().push(step),
            Handover::Pickup => {
                to_pickup.entry(chosen.centre).or_default().push(step);
                let walk = walk_price(day, row.options[option].walk);
                if savings.get(&order).is_some_and(|&saving| saving > walk) {
                    cheaper.entry(chosen.centre).or_default().push(step);
                }
            }
        }
    }
    let mut changes = Vec::new();
    for by_centre in [cheaper, to_pickup, to_door] {
        changes.push(by_centre.values().flatten().copied().collect());
        changes.extend(by_centre.into_values());
    }
    changes
}

/// What every delivery would save were it taken out of its route: the detour and the time at the door, at the courier's prices.
fn savings(state: &Echelons) -> BTreeMap<Row, i64> {
    let mut savings = BTreeMap::new();
    for centre in &state.centres {
        for (order, saving) in savings_at(centre) {
            savings.extend(state.assignment.row_of(order).map(|row| (row, saving)));
        }
    }
    savings
}

fn savings_at(centre: &CentreRoutes) -> Vec<(Idx<Order>, i64)> {
    let problem = &centre.problem;
    let mut savings = Vec::new();
    for route in &centre.solution.routes {
        let vehicle = &problem.vehicle_types()[route.vehicle_type];
        let travel = problem.travel_of(route.vehicle_type);
        let price = |from: usize, to: usize| {
            travel.leg(from, to).map_or(0, |(duration, distance)| {
                duration.0 * vehicle.cost_per_second + distance.0 * vehicle.cost_per_metre
            })
        };
        for trip in &route.trips {
            let location = |at: Option<&Idx<coldmile_vrp::Client>>| {
                at.map_or(0, |client| problem.clients()[*client].location)
            };
            for (at, &client) in trip.clients.iter().enumerate() {
                let here = problem.clients()[client].location;
                let before = location(at.checked_sub(1).and_then(|at| trip.clients.get(at)));
                let after = location(trip.clients.get(at + 1));
                let service = problem.clients()[client].service.0 * vehicle.cost_per_second;
                let detour = price(before, here) + price(here, after) - price(before, after);
                savings.push((centre.order_of(client), service + detour));
            }
        }
    }
    savings
}
