//! The options of each order: centres in reach, the wave that fits, door or pickup, and the estimated cost.
//!
//! An order gets only options that could be carried out: a truck works at a hub of the centre, and some courier there could
//! bring the order on a trip of its own. An order that no one on duty can serve changes nothing else in the plan.

use super::super::places::DayPlaces;
use super::super::refusal::Refusal;
use super::super::wave::{leaves_by, wave_for};
use super::miss::{Miss, Misses};
use super::option::{AssignOption, OrderOptions};
use super::reach::Reach;
use coldmile_model::{Day, Fulfilment, Order};
use coldmile_plan::Handover;
use coldmile_units::{Idx, Seconds};
use rayon::prelude::*;

/// How many options an order keeps, the cheapest first; one option a centre. It bounds the size of the linear model of
/// the choice: an order that finds its six cheapest centres full is refused for lack of capacity. Set by judgement, not
/// tuned.
const MAX_CENTRES_PER_ORDER: usize = 6;
/// Longest walk to the centre, one direction, at which a family that accepts both handovers is asked to collect; beyond
/// it a courier delivers. Ten minutes on foot are about 750 m. Set by judgement: a matter of service, not of cost.
const MAX_EASY_WALK: Seconds = Seconds::minutes(10);
/// The options of every order of `orders`, and the orders that have none, with the reason.
pub fn options(day: &Day, places: &DayPlaces, orders: &[Idx<Order>]) -> (Vec<OrderOptions>, Vec<Refusal>) {
    let reach = Reach::new(day, places, orders);
    let rows: Vec<_> =
        (0..orders.len()).into_par_iter().map(|column| options_of(&reach, orders[column], column)).collect();
    let mut found = Vec::with_capacity(rows.len());
    let mut refusals = Vec::new();
    for row in rows {
        match row {
            Ok(options) => found.push(options),
            Err(refusal) => refusals.push(refusal),
        }
    }
    (found, refusals)
}

/// The better option of an order at one centre, and the one that is left when no courier can bring it there.
struct Candidate {
    /// Row of the centre.
    centre: usize,
    option: AssignOption,
    instead: Option<AssignOption>,
}

fn options_of(reach: &Reach<'_>, position: Idx<Order>, column: usize) -> Result<OrderOptions, Refusal> {
    let order = &reach.day.orders[position];
    let mut misses = Misses::default();
    let mut candidates: Vec<Candidate> = (0..reach.centres.len())
        .filter(|&row| order.centre.is_none_or(|insisted| insisted == reach.centres[row].site))
        .filter_map(|row| candidate(reach, order, row, column, &mut misses))
        .collect();
    candidates.sort_by_key(|candidate| (candidate.option.cost, candidate.option.centre));
    let mut options = Vec::with_capacity(MAX_CENTRES_PER_ORDER);
    for Candidate { centre, option, instead } in candidates {
        if options.len() == MAX_CENTRES_PER_ORDER {
            break;
        }
        let obstacle = match option.handover {
            Handover::Door => reach.door_obstacle(order, option.wave, centre, column),
            Handover::Pickup => None,
        };
        match obstacle {
            None => options.push(option),
            Some(reason) => {
                misses.add(Miss::Obstacle { reason, centre: option.centre });
                options.extend(instead);
            }
        }
    }
    if options.is_empty() {
        return Err(Refusal { order: position, cause: misses.cause(reach.day, order) });
    }
    options.sort_by_key(|option| (option.cost, option.centre));
    Ok(OrderOptions { order: position, options })
}

/// What an order would choose at a centre before it is known whether a courier can bring it. Every centre that does not
/// come into question is a miss.
fn candidate(
    reach: &Reach<'_>,
    order: &Order,
    row: usize,
    column: usize,
    misses: &mut Misses,
) -> Option<Candidate> {
    let mut options = estimates(reach, order, row, column, misses).into_iter().filter_map(|estimate| {
        let found = option(reach, order, row, &estimate);
        found.map_err(|miss| misses.add(miss)).ok()
    });
    let option = options.next()?;
    let instead = options.next().filter(|instead| instead.handover == Handover::Pickup);
    Some(Candidate { centre: row, option, instead })
}

/// The option of this estimate, if trucks supply the centre and a wave is in time.
fn option(reach: &Reach<'_>, order: &Order, row: usize, estimate: &Estimate) -> Result<AssignOption, Miss> {
    let day = reach.day;
    let centre = reach.centres[row].site;
    if !reach.centres[row].is_supplied {
        return Err(Miss::NoTruck { centre });
    }
    let latest = leaves_by(day, order, centre, estimate.handover);
    let wave = wave_for(day, order, centre, estimate.lead, latest).map_err(Miss::NoWave)?;
    Ok(AssignOption {
        centre,
        wave,
        handover: estimate.handover,
        cost: estimate.cost + day.network.sites()[centre].handling_cost.0 * 1000,
        work: estimate.work,
    })
}

/// How an order would get from one centre to its family.
struct Estimate {
    handover: Handover,
    /// Thousandths of a minor unit.
    cost: i64,
    /// Courier time, service included.
    work: Seconds,
    /// Least time from leaving the centre to the handover.
    lead: Seconds,
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
        cost: walk.0 * reach.day.family_hour.0 * 1000 / 3600,
        work: Seconds::ZERO,
        lead: Seconds::ZERO,
    });
    let door = reach.courier(row, column, order.service).map(|visit| Estimate {
        handover: Handover::Door,
        cost: visit.cost,
        work: visit.work,
        lead: visit.ride,
    });
    let is_easy_walk = walk.is_some_and(|walk| walk <= MAX_EASY_WALK);
    let accepted = match order.fulfilment {
        Fulfilment::Pickup => [pickup, None],
        Fulfilment::Door => [door, None],
        Fulfilment::Either if is_easy_walk => [pickup, door],
        Fulfilment::Either => [door, pickup],
    };
    let estimates: Vec<Estimate> = accepted.into_iter().flatten().collect();
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
