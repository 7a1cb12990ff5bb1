//! What is possible for each order: centres in reach, the wave that fits, door or pickup, and what it costs.

use super::super::crews::crews_of;
use super::super::places::{Means, Place, Places};
use super::super::refusal::{Cause, Refusal};
use super::super::wave::{NoWave, leaves_by, wave_for};
use super::option::{AssignOption, OrderOptions};
use coldmile_model::{Day, Fulfilment, Order, Site, SiteKind};
use coldmile_plan::Handover;
use coldmile_road::Profile;
use coldmile_units::{Idx, Metres, Seconds, TravelMatrix};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Centres considered for an order: the cheapest few, so that the model stays small.
const CENTRES_IN_REACH: usize = 6;
/// What a family's hour on foot is worth, in whole units of the currency. Weighs a walk against a courier's way.
const FAMILY_HOUR: i64 = 10;
/// A family that accepts both walks at most this long; farther, a courier comes.
const EASY_WALK: Seconds = Seconds::minutes(10);
/// How much of a direct way between centre and door one stop of a shared trip adds.
const SHARED_WAY_PERCENT: i64 = 40;
/// Walking speed for families when the day's map has no roads on foot: seconds a kilometre of the shortest drive.
const WALK_S_PER_KM: i64 = 800;

/// The fastest a courier or a family gets from each centre to each door.
struct Reach {
    centres: Vec<Idx<Site>>,
    /// By centre: the crews' travel tables (one row: centre to all doors) with their prices.
    couriers: Vec<Vec<CourierReach>>,
    /// On foot from each centre to all doors, when the fleet's profiles include walking.
    walk: Option<TravelMatrix>,
}

struct CourierReach {
    table: std::sync::Arc<TravelMatrix>,
    row: usize,
    per_hour: i64,
    per_km: i64,
}

/// Options of every order, and the orders that have none with the reason.
pub fn options(day: &Day, places: &Places, orders: &[Idx<Order>]) -> (Vec<OrderOptions>, Vec<Refusal>) {
    let reach = Reach::new(day, places, orders);
    let rows: Vec<_> = (0..orders.len())
        .into_par_iter()
        .map(|column| options_of(day, &reach, orders[column], column))
        .collect();
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

impl Reach {
    fn new(day: &Day, places: &Places, orders: &[Idx<Order>]) -> Self {
        let centres: Vec<_> = day.network.sites_of(SiteKind::Centre).map(|(centre, _)| centre).collect();
        let from: Vec<Place> = centres.iter().map(|&centre| Places::site(centre)).collect();
        let doors: Vec<Place> = orders.iter().map(|&order| places.door(order)).collect();
        let mut tables: BTreeMap<Means, std::sync::Arc<TravelMatrix>> = BTreeMap::new();
        let mut couriers = Vec::with_capacity(centres.len());
        for (row, &centre) in centres.iter().enumerate() {
            let mut reach = Vec::new();
            for crew in crews_of(day, centre) {
                let means = places.means_of(crew.vehicle);
                let table = tables
                    .entry(means)
                    .or_insert_with(|| std::sync::Arc::new(places.table(means, &from, &doors)))
                    .clone();
                let prices = day.vehicle_types[crew.vehicle].prices;
                reach.push(CourierReach { table, row, per_hour: prices.per_hour.0, per_km: prices.per_km.0 });
            }
            couriers.push(reach);
        }
        let on_foot = Means { profile: Profile::Foot, size: None };
        let walk = places.has(on_foot).then(|| places.table(on_foot, &from, &doors));
        Self { centres, couriers, walk }
    }

    /// The cheapest courier's way from a centre to a door: travel time and cost in thousandths of a minor unit.
    fn courier(&self, centre: usize, column: usize, service: Seconds) -> Option<(Seconds, i64)> {
        let ways = self.couriers[centre].iter().filter_map(|crew| {
            let duration = crew.table.duration_between(crew.row, column)?;
            let distance = crew.table.distance_between(crew.row, column)?;
            let shared = duration.0 * SHARED_WAY_PERCENT / 100 + service.0;
            let cost =
                shared * crew.per_hour * 1000 / 3600 + distance.0 * SHARED_WAY_PERCENT / 100 * crew.per_km;
            Some((cost, duration))
        });
        ways.min().map(|(cost, duration)| (duration, cost))
    }

    /// The family's walk to a centre.
    fn walk(&self, centre: usize, column: usize) -> Option<Seconds> {
        if let Some(walk) = &self.walk {
            return walk.duration_between(centre, column);
        }
        let ways =
            self.couriers[centre].iter().filter_map(|crew| crew.table.distance_between(crew.row, column));
        ways.min().map(|Metres(metres)| Seconds(metres * WALK_S_PER_KM / 1000))
    }
}

fn options_of(
    day: &Day,
    reach: &Reach,
    position: Idx<Order>,
    column: usize,
) -> Result<OrderOptions, Refusal> {
    let order = &day.orders[position];
    let mut options = Vec::new();
    let mut no_wave: Option<NoWave> = None;
    for (row, &centre) in reach.centres.iter().enumerate() {
        if order.centre.is_some_and(|insisted| insisted != centre) {
            continue;
        }
        if let Some(way) = ways(reach, order, row, column) {
            let latest = leaves_by(day, order, centre, way.handover);
            match wave_for(day, order, centre, way.lead, latest) {
                Ok(wave) => options.push(AssignOption {
                    centre,
                    wave,
                    handover: way.handover,
                    cost: way.cost + day.network.sites()[centre].handling_cost.0 * 1000,
                    work: way.work,
                }),
                Err(late) => no_wave = Some(no_wave.map_or(late, |known| known.min(late))),
            }
        }
    }
    if options.is_empty() {
        let cause = match no_wave {
            None => Cause::NoCentreReachable,
            Some(NoWave::TooLate(short_by)) => Cause::WaveTooLate { short_by },
            Some(NoWave::AfterCutOff(late_by)) => Cause::AfterCutOff { late_by },
        };
        return Err(Refusal { order: position, cause });
    }
    options.sort_by_key(|option| (option.cost, option.centre));
    options.truncate(CENTRES_IN_REACH);
    Ok(OrderOptions { order: position, options })
}

/// A way to get an order from a centre to its family.
struct Way {
    handover: Handover,
    cost: i64,
    work: Seconds,
    /// Least time from leaving the centre to the handing over.
    lead: Seconds,
}

fn ways(reach: &Reach, order: &Order, row: usize, column: usize) -> Option<Way> {
    let walk = reach.walk(row, column);
    let pickup = |walk: Seconds| Way {
        handover: Handover::Pickup,
        cost: walk.0 * FAMILY_HOUR * 100 * 1000 / 3600,
        work: Seconds::ZERO,
        lead: Seconds::ZERO,
    };
    let door = || {
        let (duration, cost) = reach.courier(row, column, order.service)?;
        let work = Seconds(duration.0 * SHARED_WAY_PERCENT / 100) + order.service;
        Some(Way { handover: Handover::Door, cost, work, lead: duration })
    };
    match order.fulfilment {
        Fulfilment::Pickup => walk.map(pickup),
        Fulfilment::Door => door(),
        Fulfilment::Either => match walk {
            Some(walk) if walk <= EASY_WALK => Some(pickup(walk)),
            _ => door().or_else(|| walk.map(pickup)),
        },
    }
}
