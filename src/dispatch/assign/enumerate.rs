//! The options of each order: centres in reach, the wave that fits, door or pickup, and the estimated cost.

use super::super::crews::crews_of;
use super::super::places::{DayPlaces, PlaceIdx, SizedProfile};
use super::super::refusal::{Refusal, RefusalCause};
use super::super::wave::{NoWave, leaves_by, wave_for};
use super::option::{AssignOption, OrderOptions};
use coldmile_model::{Day, Fulfilment, Order, Site, SiteKind};
use coldmile_plan::Handover;
use coldmile_road::Profile;
use coldmile_units::{Idx, Metres, Money, Seconds, TravelMatrix};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many options an order keeps, the cheapest first; one option a centre. It bounds the size of the linear model of
/// the choice: an order that finds its six cheapest centres full is refused for lack of capacity. Set by judgement, not
/// tuned.
const MAX_CENTRES_PER_ORDER: usize = 6;
/// Longest walk to the centre, one direction, at which a family that accepts both handovers is asked to collect; beyond
/// it a courier delivers. Ten minutes on foot are about 750 m. Set by judgement: a matter of service, not of cost.
const MAX_EASY_WALK: Seconds = Seconds::minutes(10);
/// Percent of the direct distance and duration from centre to door that one stop adds to a shared trip, on average.
///
/// An estimate for choosing centres only; the exchange and the routes that follow use real detours. On a trip of several
/// stops most of the direct distance is shared with the neighbours' deliveries. Set by judgement, not fitted to routes.
const SHARED_DISTANCE_PERCENT: i64 = 40;
/// Seconds a kilometre at which families walk when the map has no profile on foot, applied to the shortest drive: 4.5
/// km/h, an ordinary walking speed.
const WALK_S_PER_KM: i64 = 800;

/// Travel of couriers and families from every centre to every door.
struct Reach {
    centres: Vec<Idx<Site>>,
    /// By centre: the travel of each of its crews, with the crew's prices.
    couriers: Vec<Vec<CrewReach>>,
    /// On foot from each centre to all doors, when some vehicle type of the fleet walks.
    walk: Option<TravelMatrix>,
}

/// Travel of one crew from its centre to every door.
struct CrewReach {
    /// From all centres to all doors, shared by the crews with the same profile.
    matrix: Arc<TravelMatrix>,
    /// The centre's row.
    row: usize,
    /// Minor units.
    per_hour: i64,
    /// Minor units.
    per_km: i64,
}

/// The options of every order of `orders`, and the orders that have none, with the reason.
pub fn options(day: &Day, places: &DayPlaces, orders: &[Idx<Order>]) -> (Vec<OrderOptions>, Vec<Refusal>) {
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
    fn new(day: &Day, places: &DayPlaces, orders: &[Idx<Order>]) -> Self {
        let centres: Vec<_> = day.network.sites_of(SiteKind::Centre).map(|(centre, _)| centre).collect();
        let from: Vec<PlaceIdx> = centres.iter().map(|&centre| DayPlaces::site(centre)).collect();
        let doors: Vec<PlaceIdx> = orders.iter().map(|&order| places.door(order)).collect();
        let mut matrices: BTreeMap<SizedProfile, Arc<TravelMatrix>> = BTreeMap::new();
        let mut couriers = Vec::with_capacity(centres.len());
        for (row, &centre) in centres.iter().enumerate() {
            let mut reach = Vec::new();
            for crew in crews_of(day, centre) {
                let profile = places.profile_of(crew.vehicle);
                let matrix = matrices
                    .entry(profile)
                    .or_insert_with(|| Arc::new(places.matrix(profile, &from, &doors)))
                    .clone();
                let prices = day.vehicle_types[crew.vehicle].prices;
                reach.push(CrewReach { matrix, row, per_hour: prices.per_hour.0, per_km: prices.per_km.0 });
            }
            couriers.push(reach);
        }
        let on_foot = SizedProfile { profile: Profile::Foot, size: None };
        let walk = places.has(on_foot).then(|| places.matrix(on_foot, &from, &doors));
        Self { centres, couriers, walk }
    }

    /// The cheapest crew's visit from a centre to a door: direct duration, and estimated cost in thousandths of a minor
    /// unit.
    fn courier(&self, centre: usize, column: usize, service: Seconds) -> Option<(Seconds, i64)> {
        let visits = self.couriers[centre].iter().filter_map(|crew| {
            let duration = crew.matrix.duration_between(crew.row, column)?;
            let distance = crew.matrix.distance_between(crew.row, column)?;
            let shared = duration.0 * SHARED_DISTANCE_PERCENT / 100 + service.0;
            let cost = shared * crew.per_hour * 1000 / 3600
                + distance.0 * SHARED_DISTANCE_PERCENT / 100 * crew.per_km;
            Some((cost, duration))
        });
        visits.min().map(|(cost, duration)| (duration, cost))
    }

    /// The duration of the family's walk to a centre.
    fn walk(&self, centre: usize, column: usize) -> Option<Seconds> {
        if let Some(walk) = &self.walk {
            return walk.duration_between(centre, column);
        }
        let drives =
            self.couriers[centre].iter().filter_map(|crew| crew.matrix.distance_between(crew.row, column));
        drives.min().map(|Metres(metres)| Seconds(metres * WALK_S_PER_KM / 1000))
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
        if let Some(estimate) = estimate(reach, day.family_hour, order, row, column) {
            let latest = leaves_by(day, order, centre, estimate.handover);
            match wave_for(day, order, centre, estimate.lead, latest) {
                Ok(wave) => options.push(AssignOption {
                    centre,
                    wave,
                    handover: estimate.handover,
                    cost: estimate.cost + day.network.sites()[centre].handling_cost.0 * 1000,
                    work: estimate.work,
                }),
                Err(late) => no_wave = Some(no_wave.map_or(late, |known| known.min(late))),
            }
        }
    }
    if options.is_empty() {
        let cause = match no_wave {
            None => RefusalCause::NoCentreReachable,
            Some(NoWave::TooLate(short_by)) => RefusalCause::WaveTooLate { short_by },
            Some(NoWave::AfterCutOff(late_by)) => RefusalCause::AfterCutOff { late_by },
        };
        return Err(Refusal { order: position, cause });
    }
    options.sort_by_key(|option| (option.cost, option.centre));
    options.truncate(MAX_CENTRES_PER_ORDER);
    Ok(OrderOptions { order: position, options })
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

/// The handover that the order asks for, or the better one where it accepts both; `None` where there is no path. The walk
/// of a family counts by its price, against a courier's visit.
fn estimate(reach: &Reach, family_hour: Money, order: &Order, row: usize, column: usize) -> Option<Estimate> {
    let walk = reach.walk(row, column);
    let pickup = |walk: Seconds| Estimate {
        handover: Handover::Pickup,
        cost: walk.0 * family_hour.0 * 1000 / 3600,
        work: Seconds::ZERO,
        lead: Seconds::ZERO,
    };
    let door = || {
        let (duration, cost) = reach.courier(row, column, order.service)?;
        let work = Seconds(duration.0 * SHARED_DISTANCE_PERCENT / 100) + order.service;
        Some(Estimate { handover: Handover::Door, cost, work, lead: duration })
    };
    match order.fulfilment {
        Fulfilment::Pickup => walk.map(pickup),
        Fulfilment::Door => door(),
        Fulfilment::Either => match walk {
            Some(walk) if walk <= MAX_EASY_WALK => Some(pickup(walk)),
            _ => door().or_else(|| walk.map(pickup)),
        },
    }
}
