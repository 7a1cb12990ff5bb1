//! The options of each order: centres in reach, every wave that may be in time, door or pickup, and the estimated cost.
//!
//! An order gets only options that could be carried out: a truck works at a hub of the centre, and some courier there could
//! bring the order on a trip of its own. An order that no one on duty can serve changes nothing else in the plan.

use super::super::cold::Limits;
use super::super::lateness::lateness_price;
use super::super::places::DayPlaces;
use super::super::refusal::{Refusal, RefusalCause};
use super::super::sizes::fits_store;
use super::super::walks::walk_price;
use super::super::wave::{
    door_closes, is_comfortable, is_earliest, leaves_by, ready_by, too_old_by, wave_for,
};
use super::miss::{Miss, Misses};
use super::option::{AssignOption, OrderOptions};
use super::reach::Reach;
use coldmile_model::{Day, Fulfilment, Order, WaveSchedule};
use coldmile_plan::Handover;
use coldmile_units::{Idx, Money, Seconds};
use coldmile_vrp::Reason;
use rayon::prelude::*;

/// At how many centres an order keeps options, the cheapest first. Set by judgement, not tuned.
pub const MAX_CENTRES_PER_ORDER: usize = 10;
/// Of how many of them the best option is among those of the first choice. It bounds the size of that choice's linear model.
/// Set by judgement, not tuned.
const MAX_CENTRES_OF_FIRST_CHOICE: usize = 6;

/// Of so many centres that are estimated to be the cheapest for an order the options are made first; of the others where these do
/// not suffice.
const MAX_NEAR: usize = 64;
/// Travel is known between so many pairs of a centre and a door at once, 8 bytes each for every profile and direction.
const MAX_PAIRS: usize = 8 << 20;

/// The options of every order of `orders`, and the orders that have none, with the reason.
pub fn options(day: &Day, places: &DayPlaces, orders: &[Idx<Order>]) -> (Vec<OrderOptions>, Vec<Refusal>) {
    options_of_nearest(day, places, orders, MAX_CENTRES_PER_ORDER)
}

/// The same at up to so many centres for each order.
pub fn options_of_nearest(
    day: &Day,
    places: &DayPlaces,
    orders: &[Idx<Order>],
    max_centres: usize,
) -> (Vec<OrderOptions>, Vec<Refusal>) {
    let at_once = (MAX_PAIRS / day.network.sites().len().max(1)).max(1);
    let mut found = Vec::with_capacity(orders.len());
    let mut refusals = Vec::new();
    for some in orders.chunks(at_once) {
        let reach = Reach::new(day, places, some);
        let columns = (0..some.len()).into_par_iter();
        let rows: Vec<_> =
            columns.map(|column| options_of(&reach, (some[column], column), max_centres)).collect();
        for row in rows {
            match row {
                Ok(options) => found.push(options),
                Err(refusal) => refusals.push(refusal),
            }
        }
    }
    (found, refusals)
}

/// What an order may choose at one centre before it is known whether a courier can bring it.
struct Candidate {
    /// Row of the centre.
    centre: usize,
    /// The best option there, then what is left when no courier can bring it; both with the wave of the rule.
    best: Vec<AssignOption>,
    /// All options that other waves give.
    others: Vec<AssignOption>,
}

/// The options of an order. One to which the limits of routes leave none keeps those that are possible at best: for those it
/// would not be proved that no courier can bring it.
fn options_of(
    reach: &Reach<'_>,
    order: (Idx<Order>, usize),
    max_centres: usize,
) -> Result<OrderOptions, Refusal> {
    let found = options_within(reach, order, Limits::OfRoutes, max_centres);
    match &found {
        Err(Refusal { cause: RefusalCause::NoCourier { reason, .. }, .. }) if is_of_limits(reason) => {
            options_within(reach, order, Limits::AtBest, max_centres)
        }
        _ => found,
    }
}

/// Whether a reason may come from a limit that is on the safe side: of temperatures, or of the longest loading of any courier.
const fn is_of_limits(reason: &Reason) -> bool {
    use Reason::{ExposureTooHigh, RideTooLong, WindowTooTight};
    matches!(reason, RideTooLong { .. } | ExposureTooHigh { .. } | WindowTooTight { .. })
}

fn options_within(
    reach: &Reach<'_>,
    (position, column): (Idx<Order>, usize),
    limits: Limits,
    max_centres: usize,
) -> Result<OrderOptions, Refusal> {
    let order = &reach.day.orders[position];
    if let Some(short_by) = too_old_by(order) {
        return Err(Refusal { order: position, cause: RefusalCause::TooOld { short_by } });
    }
    let centres = centres_of(reach, order, column);
    let near = &centres[..centres.len().min(MAX_NEAR.max(2 * max_centres))];
    let (found, count) = options_at(reach, (position, column), limits, (near, max_centres));
    if near.len() == centres.len() || count == max_centres {
        return found;
    }
    options_at(reach, (position, column), limits, (&centres, max_centres)).0
}

/// The centres that an order may pass through, those first that are estimated to be the cheapest.
fn centres_of(reach: &Reach<'_>, order: &Order, column: usize) -> Vec<usize> {
    let rows = 0..reach.centres.len();
    let mut rows: Vec<usize> =
        rows.filter(|&row| order.centre.is_none_or(|insisted| insisted == reach.centres[row].site)).collect();
    if rows.len() > MAX_NEAR {
        rows.sort_by_cached_key(|&row| {
            let handling = handling_price(reach, order, row);
            let walk = reach.walk(row, column).map(|walk| walk_price(reach.day, walk + walk));
            let visit = reach.courier(row, column, order.service).map(|visit| visit.cost);
            let cost = match order.fulfilment {
                Fulfilment::Pickup => walk,
                Fulfilment::Door => visit,
                Fulfilment::Either => walk.into_iter().chain(visit).min(),
            };
            (cost.is_none(), cost.map(|cost| cost + handling), row)
        });
    }
    rows
}

/// The options of an order at these centres, at no more of them than `max_centres`, and at how many of them it has some.
fn options_at(
    reach: &Reach<'_>,
    (position, column): (Idx<Order>, usize),
    limits: Limits,
    (centres, max_centres): (&[usize], usize),
) -> (Result<OrderOptions, Refusal>, usize) {
    let order = &reach.day.orders[position];
    let mut misses = Misses::default();
    let mut candidates: Vec<Candidate> = (centres.iter())
        .map(|&row| candidate(reach, order, row, column, &mut misses))
        .filter(|candidate| !candidate.best.is_empty() || !candidate.others.is_empty())
        .collect();
    candidates.sort_by_key(|candidate| {
        let first = candidate.best.first();
        // Where walks have no price, the shortest goes first all the same.
        let key = |option: &AssignOption| (option.cost, option.walk, option.centre);
        (first.is_none(), first.or(candidate.others.first()).map(key))
    });
    let (mut best, mut others) = (Vec::new(), Vec::new());
    let mut centre_count = 0;
    for candidate in candidates {
        if centre_count == max_centres {
            break;
        }
        let (row, before) = (candidate.centre, best.len() + others.len());
        let mut possible = |option: &AssignOption| {
            let Handover::Door = option.handover else { return true };
            let obstacle = reach.door_obstacle(order, option.wave, (row, column), limits);
            let Some(reason) = obstacle else { return true };
            misses.add(Miss::Obstacle { reason, centre: option.centre });
            false
        };
        let mut of_rule = candidate.best.into_iter().filter(&mut possible);
        if let Some(first) = of_rule.next() {
            if best.len() < MAX_CENTRES_OF_FIRST_CHOICE {
                best.push(first);
            } else {
                others.push(first);
            }
            others.extend(of_rule);
            // What a courier can bring with one wave is brought with another too, if the routes leave time for it.
            others.extend(candidate.others);
        } else {
            others.extend(candidate.others.into_iter().filter(&mut possible));
        }
        centre_count += usize::from(best.len() + others.len() > before);
    }
    let miss = (!misses.is_empty()).then(|| misses.cause(reach.day));
    if best.is_empty() && others.is_empty() {
        let cause = miss.unwrap_or(RefusalCause::NoCentreReachable);
        return (Err(Refusal { order: position, cause }), 0);
    }
    best.sort_by_key(|option| (option.cost, option.walk, option.centre));
    others.sort_by_key(|option| (option.is_late, option.cost, option.walk, option.centre, option.wave));
    let best_count = best.len();
    best.extend(others);
    (Ok(OrderOptions { order: position, options: best.into(), best_count, miss }), centre_count)
}

/// What an order may choose at a centre. A centre that does not come into question is a miss.
fn candidate(reach: &Reach<'_>, order: &Order, row: usize, column: usize, misses: &mut Misses) -> Candidate {
    let (mut best, mut others) = (Vec::new(), Vec::new());
    let (day, site) = (reach.day, reach.centres[row].site);
    if !fits_store(order, &day.network.sites()[site]) {
        misses.add(Miss::StoreDoor { centre: site });
        return Candidate { centre: row, best, others };
    }
    for estimate in estimates(reach, order, row, column, misses) {
        if estimate.handover == Handover::Pickup
            && let Some(over_by) = reach.truck_ride_over(order, row)
        {
            misses.add(Miss::Obstacle { reason: Reason::RideTooLong { over_by }, centre: site });
            continue;
        }
        if !reach.centres[row].is_supplied {
            misses.add(Miss::NoTruck { centre: site });
            continue;
        }
        if !reach.has_truck_path(row) {
            misses.add(Miss::NoTruckPath { centre: site });
            continue;
        }
        let latest = leaves_by(day, order, site, estimate.handover);
        let of_rule = wave_for(day, order, site, estimate.lead, latest);
        let overdue = overdue(reach, order, row, &estimate);
        let first = of_rule.ok().map(|wave| option(reach, order, row, &estimate, (wave, Readiness::AnyTime)));
        best.extend(first.or_else(|| overdue.first().copied()));
        let eligible = |wave: &Idx<WaveSchedule>| order.placed_at <= day.network.waves[*wave].cut_off;
        let other_waves = day.network.waves.indices().filter(eligible).filter(|&wave| of_rule != Ok(wave));
        let found: Vec<_> = other_waves
            .flat_map(|wave| {
                let is_timely = estimate.handover == Handover::Door
                    || is_comfortable(day, order, site, wave, estimate.lead)
                    || is_earliest(day, order, site, wave);
                let readiness: &[Readiness] = if is_timely {
                    &[Readiness::AnyTime]
                } else {
                    &[Readiness::BeforeWindow, Readiness::Late]
                };
                readiness.iter().map(move |&readiness| (wave, readiness))
            })
            .map(|choice| option(reach, order, row, &estimate, choice))
            .filter(|option| reach.ready_from(row, option.wave) <= option.ready_by)
            .collect();
        if let Err(miss) = of_rule {
            misses.add(Miss::NoWave(miss));
        }
        others.extend(found);
        // All but the one that was taken for lack of a better.
        others.extend(overdue.into_iter().skip(usize::from(of_rule.is_err())));
    }
    Candidate { centre: row, best, others }
}

/// The options of a delivery after the end of its window, the wave that is due first before the others: those for which a truck
/// has more time than for a delivery in the window. None where lateness has no price.
fn overdue(reach: &Reach<'_>, order: &Order, row: usize, estimate: &Estimate) -> Vec<AssignOption> {
    let (day, site) = (reach.day, reach.centres[row].site);
    if day.late_hour <= Money::ZERO || estimate.handover != Handover::Door {
        return Vec::new();
    }
    let in_window = leaves_by(day, order, site, estimate.handover) - estimate.lead - estimate.loading;
    let eligible = day.network.waves.enumerate().filter(|(_, wave)| order.placed_at <= wave.cut_off);
    let mut waves: Vec<_> = eligible.map(|(wave, _)| (ready_by(day, site, wave), wave)).collect();
    waves.retain(|(due, _)| *due > in_window);
    waves.sort_unstable();
    let options =
        waves.into_iter().map(|(_, wave)| option(reach, order, row, estimate, (wave, Readiness::Overdue)));
    options.filter(|option| reach.ready_from(row, option.wave) <= option.ready_by).collect()
}

/// When the goods of an option have to be ready.
#[derive(Clone, Copy)]
enum Readiness {
    /// When a courier can still be in time, or a family can still collect them.
    AnyTime,
    /// Before the family may want to collect them.
    BeforeWindow,
    /// When the family can still collect them, though another wave brings them sooner.
    Late,
    /// When a courier can still bring them, after the window at the price of lateness.
    Overdue,
}

/// The option of this estimate with a wave.
fn option(
    reach: &Reach<'_>,
    order: &Order,
    row: usize,
    estimate: &Estimate,
    (wave, readiness): (Idx<WaveSchedule>, Readiness),
) -> AssignOption {
    let day = reach.day;
    let centre = reach.centres[row].site;
    let latest = leaves_by(day, order, centre, estimate.handover) - estimate.lead - estimate.loading;
    let begins = reach.ready_from(row, wave) + estimate.loading + estimate.lead;
    let lateness = match readiness {
        Readiness::Overdue => lateness_price(day, order, begins),
        Readiness::AnyTime | Readiness::BeforeWindow | Readiness::Late => 0,
    };
    AssignOption {
        centre,
        wave,
        handover: estimate.handover,
        cost: estimate.cost + handling_price(reach, order, row) + lateness,
        work: estimate.work,
        ready_by: match readiness {
            Readiness::AnyTime | Readiness::Late => latest,
            Readiness::BeforeWindow => latest.min(order.window.open()),
            Readiness::Overdue => {
                // The courier has to be back, too.
                let begins =
                    door_closes(day, order).min(reach.last_back(row) - order.service - estimate.lead);
                begins - estimate.lead - estimate.loading
            }
        },
        walk: estimate.walk,
        ride: estimate.lead,
        is_late: matches!(readiness, Readiness::Late),
    }
}

/// What a centre asks for handling an order, in thousandths of a minor unit.
fn handling_price(reach: &Reach<'_>, order: &Order, row: usize) -> i64 {
    let centre = &reach.day.network.sites()[reach.centres[row].site];
    centre.handling_cost.0 * order.parcels.len() as i64 * 1000
}

/// How an order would get from one centre to its family.
struct Estimate {
    handover: Handover,
    /// Thousandths of a minor unit.
    cost: i64,
    /// Courier time, service included.
    work: Seconds,
    /// Time from leaving the centre to the handover, of the courier who is there first.
    lead: Seconds,
    /// Time from when the wave is ready until that courier leaves.
    loading: Seconds,
    /// The family's walk to the centre and back.
    walk: Seconds,
}

/// The handovers that the order accepts and that are connected with the centre, the better one first. The walk of a
/// family counts by its price, against a courier's visit.
fn estimates(
    reach: &Reach<'_>,
    order: &Order,
    row: usize,
    column: usize,
    misses: &mut Misses,
) -> Vec<Estimate> {
    let walk = reach.walk(row, column);
    let pickup = walk.map(|walk| Estimate {
        handover: Handover::Pickup,
        cost: walk_price(reach.day, walk + walk),
        work: Seconds::ZERO,
        lead: Seconds::ZERO,
        loading: Seconds::ZERO,
        walk: walk + walk,
    });
    let visit = reach.courier(row, column, order.service).zip(reach.quickest(row, column));
    let door = visit.map(|(visit, quickest)| Estimate {
        handover: Handover::Door,
        cost: visit.cost,
        work: visit.work,
        lead: quickest.ride,
        loading: quickest.loading,
        walk: Seconds::ZERO,
    });
    let accepted = match order.fulfilment {
        Fulfilment::Pickup => [pickup, None],
        Fulfilment::Door => [door, None],
        Fulfilment::Either => [pickup, door],
    };
    let mut estimates: Vec<Estimate> = accepted.into_iter().flatten().collect();
    estimates.sort_by_key(|estimate| estimate.cost);
    if estimates.is_empty() {
        let site = reach.centres[row].site;
        let is_unstaffed = reach.centres[row].crews.is_empty() && order.fulfilment != Fulfilment::Pickup;
        misses.add(match walk {
            Some(walk) if is_unstaffed => Miss::NoCourier { centre: site, walk },
            _ => Miss::Unreachable,
        });
    }
    estimates
}
