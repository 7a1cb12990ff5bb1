//! What couriers and families have to travel between every centre and every door, and what couriers could bring at all.

use super::super::cold::Limits;
use super::super::crews::{Crew, DepotCrews, crews_of, start_problem_with};
use super::super::last_mile::{DoorClients, GoodsReady};
use super::super::places::{DayPlaces, PlaceIdx, SizedProfile};
use super::super::rides::longest_on_vehicles;
use super::super::supply::{least_haul, shortest_ride, supplying_hubs};
use super::super::walks::Walks;
use super::super::wave::ready_by;
use coldmile_model::{Day, Order, Site, SiteKind, WaveSchedule};
use coldmile_units::{Idx, Metres, Seconds, Timestamp, TravelMatrix};
use coldmile_vrp::Reason;
use std::collections::{BTreeMap, BTreeSet};

/// Percent of the direct distance and duration from centre to door that one stop adds to a shared trip, on average.
///
/// An estimate for choosing centres only; the exchange and the routes that follow use real detours. On a trip of several
/// stops most of the direct distance is shared with the neighbours' deliveries. Set by judgement, not fitted to routes.
const SHARED_DISTANCE_PERCENT: i64 = 40;

/// The centres of a day, and the travel between them and the doors of some orders.
pub struct Reach<'a> {
    /// The day.
    pub day: &'a Day,
    /// Its centres.
    pub centres: Vec<CentreReach<'a>>,
    places: &'a DayPlaces,
    /// Between all centres and all doors, for every profile of the couriers at centres.
    couriers: BTreeMap<SizedProfile, CourierTravel>,
    /// How families walk from all centres to all doors; `None` where the map cannot tell.
    walk: Option<Walks>,
}

/// A centre, with those who work there.
pub struct CentreReach<'a> {
    /// The centre.
    pub site: Idx<Site>,
    /// Its couriers.
    pub crews: Vec<Crew>,
    /// Whether a truck works at a hub that supplies it.
    pub is_supplied: bool,
    /// Least time from when a wave is ready at the hub until a truck is at the centre: loading and ride.
    brought_in: Seconds,
    /// The shortest ride of a truck to it; `None` where no truck works or none has a path to it.
    truck_ride: Option<Seconds>,
    clients: DoorClients<'a>,
}

/// Travel with one profile.
struct CourierTravel {
    /// From every centre to every door.
    out: TravelMatrix,
    /// From every door to every centre.
    back: TravelMatrix,
}

/// A courier's visit to a door, estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit {
    /// Thousandths of a minor unit.
    pub cost: i64,
    /// Courier time, service included.
    pub work: Seconds,
}

/// The courier who is first at a door once the goods are ready at the centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quickest {
    /// Loading and direct ride.
    pub lead: Seconds,
    /// Loading.
    pub loading: Seconds,
    /// Direct ride.
    pub ride: Seconds,
}

impl<'a> Reach<'a> {
    /// Of every centre to the doors of `orders`; door k is column k.
    pub fn new(day: &'a Day, places: &'a DayPlaces, orders: &[Idx<Order>]) -> Self {
        let hubs = supplying_hubs(day, places);
        let centres: Vec<_> = (day.network.sites_of(SiteKind::Centre))
            .map(|(site, _)| {
                let crews = crews_of(day, site);
                let clients = DoorClients::new(day, places, site, &crews);
                let hub = hubs.get(&site);
                let brought_in = hub.map_or(Seconds::ZERO, |&hub| least_haul(day, places, hub, site));
                let truck_ride = hub.and_then(|&hub| shortest_ride(day, places, hub, site));
                CentreReach { site, crews, is_supplied: hub.is_some(), brought_in, truck_ride, clients }
            })
            .collect();
        let sites: Vec<PlaceIdx> = centres.iter().map(|centre| DayPlaces::site(centre.site)).collect();
        let doors: Vec<PlaceIdx> = orders.iter().map(|&order| places.door(order)).collect();
        let crews = centres.iter().flat_map(|centre| &centre.crews);
        let profiles: BTreeSet<_> = crews.map(|crew| places.profile_of(crew.vehicle)).collect();
        let travel = |profile| CourierTravel {
            out: places.travel(profile, &sites, &doors),
            back: places.travel(profile, &doors, &sites),
        };
        let couriers = profiles.into_iter().map(|profile| (profile, travel(profile))).collect();
        let walk = Walks::new(places, &sites, &doors);
        Self { day, centres, places, couriers, walk }
    }

    /// The earliest moment at which a wave can be ready at a centre.
    pub fn ready_from(&self, row: usize, wave: Idx<WaveSchedule>) -> Timestamp {
        let CentreReach { site, brought_in, .. } = &self.centres[row];
        let site = &self.day.network.sites()[*site];
        (self.day.network.waves[wave].hub_ready + *brought_in).max(site.hours.open()) + site.handling
    }

    /// The latest moment at which a courier of a centre may be back; the centre's closing without couriers.
    pub fn last_back(&self, row: usize) -> Timestamp {
        let CentreReach { site, crews, .. } = &self.centres[row];
        let ends =
            crews.iter().map(|crew| crew.shift.close() + self.day.vehicle_types[crew.vehicle].max_overtime);
        let closes = self.day.network.sites()[*site].hours.close();
        ends.max().map_or(closes, |last| last.min(closes))
    }

    /// The cheapest crew's visit from a centre to a door; `None` where no crew has a path there.
    pub fn courier(&self, row: usize, column: usize, service: Seconds) -> Option<Visit> {
        let visits = self.centres[row].crews.iter().filter_map(|crew| {
            let prices = &self.day.vehicle_types[crew.vehicle].prices;
            let out = &self.couriers[&self.places.profile_of(crew.vehicle)].out;
            let ride = out.duration_between(row, column)?;
            let distance = out.distance_between(row, column)?;
            let driving = Seconds(ride.0 * SHARED_DISTANCE_PERCENT / 100);
            let work = driving + service;
            let cost = work.0 * prices.per_hour.0 * 1000 / 3600
                + driving.0 * prices.per_driving_hour.0 * 1000 / 3600
                + distance.0 * SHARED_DISTANCE_PERCENT / 100 * prices.per_km.0;
            Some(Visit { cost, work })
        });
        visits.min()
    }

    /// The quickest crew's ride from a centre to a door; `None` where no crew has a path there.
    pub fn quickest(&self, row: usize, column: usize) -> Option<Quickest> {
        let rides = self.centres[row].crews.iter().filter_map(|crew| {
            let out = &self.couriers[&self.places.profile_of(crew.vehicle)].out;
            let ride = out.duration_between(row, column)?;
            let loading = self.day.vehicle_types[crew.vehicle].loading;
            Some(Quickest { lead: loading + ride, loading, ride })
        });
        rides.min()
    }

    /// The duration of a family's walk between its door and a centre.
    pub fn walk(&self, row: usize, column: usize) -> Option<Seconds> {
        self.walk.as_ref()?.in_one_direction(row, column).map(|walk| walk.duration)
    }

    /// What keeps every courier of a centre from bringing an order of this wave on a trip of its own, were its goods ready
    /// as early as they can be; `None` when one could. The reason is that of the crew that comes closest.
    pub fn door_obstacle(
        &self,
        order: &Order,
        wave: Idx<WaveSchedule>,
        (row, column): (usize, usize),
        limits: Limits,
    ) -> Option<Reason> {
        let CentreReach { site, crews, clients, .. } = &self.centres[row];
        let depot = DepotCrews { site: *site, crews, skill_mask: 0 };
        let mut builder =
            start_problem_with(self.day, self.places, &[depot], |profile| self.star(profile, row, column));
        let ready = GoodsReady {
            earliest: self.day.network.waves[wave].hub_ready,
            latest: ready_by(self.day, *site, wave),
            sorting: self.day.network.sites()[*site].handling,
            ride: self.centres[row].truck_ride.unwrap_or(Seconds::ZERO),
        };
        let client = builder.client(clients.client_within(order, ready, 1, limits));
        let problem = builder.build().expect("every part of the problem was checked when the day was read");
        coldmile_vrp::obstacle(&problem, client)
    }

    /// By how much even the shortest ride of a truck to a centre is longer than an order's goods may ride; `None` where it
    /// is not.
    pub fn truck_ride_over(&self, order: &Order, row: usize) -> Option<Seconds> {
        let longest = longest_on_vehicles(self.day, order)?;
        Some(self.centres[row].truck_ride? - longest).filter(|&over| over > Seconds::ZERO)
    }

    /// Whether a truck that supplies a centre has a path to it.
    pub fn has_truck_path(&self, row: usize) -> bool {
        self.centres[row].truck_ride.is_some()
    }

    /// Travel between a centre, location 0, and one door, location 1.
    fn star(&self, profile: SizedProfile, row: usize, column: usize) -> TravelMatrix {
        let CourierTravel { out, back } = &self.couriers[&profile];
        let mut star = TravelMatrix::unreachable(2, 2);
        for location in 0..2 {
            star.set(location, location, Seconds::ZERO, Metres::ZERO);
        }
        if let Some((duration, distance)) = leg(out, row, column) {
            star.set(0, 1, duration, distance);
        }
        if let Some((duration, distance)) = leg(back, column, row) {
            star.set(1, 0, duration, distance);
        }
        star
    }
}

fn leg(matrix: &TravelMatrix, from: usize, to: usize) -> Option<(Seconds, Metres)> {
    matrix.duration_between(from, to).zip(matrix.distance_between(from, to))
}
