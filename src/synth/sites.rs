//! Where hub and centres stand.

use super::doors::{HomeDoor, HomeDoors, mean_point};
use coldmile_geometry::Point;
use coldmile_model::{Compartment, DayClock, Network, Order, Site, SiteKind, Storage};
use coldmile_osm::Places;
use coldmile_osm::places::VenueKind;
use coldmile_units::{Id, Millilitres, Money, Seconds, Table, TimeWindow};

/// A place chosen for a site.
#[derive(Clone, Debug)]
pub(super) struct SitePlace {
    pub name: String,
    pub point: Point,
    pub island: u32,
}

/// The hub and the centres.
pub(super) struct ChosenSites {
    pub hub: SitePlace,
    pub centres: Vec<SitePlace>,
}

/// A site stands within this of a street that a truck can stop in; further away it is moved there.
const DOORSTEP_M: f64 = 60.0;
/// Further than this from any street a place is no candidate.
const REACH_M: f64 = 250.0;
/// Distance to a door on another island, in metres: larger than any on the same one.
const FAR_M: f64 = 1e6;

/// What sites are chosen from.
pub(super) struct SiteChoice<'a> {
    pub places: &'a Places,
    pub doors: &'a HomeDoors,
    /// Doors that stand for all: where people live.
    pub sample: &'a [HomeDoor],
}

impl SiteChoice<'_> {
    /// Chooses a hub and about `count` centres, at least one on each island with a door in `sample`.
    pub fn choose(&self, count: usize) -> ChosenSites {
        let candidates = self.candidates(count);
        let distances: Vec<Vec<f64>> = candidates
            .iter()
            .map(|(place, penalty)| {
                let to = |door: &HomeDoor| {
                    let apart =
                        if door.island == place.island { door.point.distance_m(place.point) } else { FAR_M };
                    apart * penalty
                };
                self.sample.iter().map(to).collect()
            })
            .collect();
        let mut centres: Vec<SitePlace> =
            median(&distances, count).into_iter().map(|position| candidates[position].0.clone()).collect();
        // North to south, so that ids can be found on a map.
        centres.sort_by_key(|place| (std::cmp::Reverse(place.point.lat_e7()), place.point.lon_e7()));
        ChosenSites { hub: self.hub(), centres }
    }

    /// Places that a centre could use, each with a factor on its distances that is larger for less suitable ones.
    fn candidates(&self, count: usize) -> Vec<(SitePlace, f64)> {
        let candidate = |names: &[String], kind: &str, point: Point, penalty: f64| {
            self.place_at(names.first().map(String::as_str), kind, point).map(|place| (place, penalty))
        };
        let mut found: Vec<(SitePlace, f64)> = Vec::new();
        for venue in &self.places.venues {
            let (kind, penalty) = match venue.kind {
                VenueKind::CommunityCentre => ("Community centre", 1.0),
                VenueKind::TownHall => ("Town hall", 1.0),
                VenueKind::Library => ("Library", 1.05),
                VenueKind::PostOffice => ("Post office", 1.05),
                VenueKind::Grocer => ("Shop", 1.25),
                VenueKind::School => ("School", 1.25),
                VenueKind::Warehouse | VenueKind::Other => continue,
            };
            found.extend(candidate(&venue.names, kind, venue.point, penalty));
        }
        if found.len() < 4 * count {
            let towns = self.places.settlements.iter();
            found.extend(towns.filter_map(|town| candidate(&[], "Community centre", town.point, 1.5)));
        }
        if found.len() < 4 * count {
            let doors = self.sample.iter().take(8 * count);
            found.extend(doors.filter_map(|door| candidate(&[], "Community centre", door.point, 1.6)));
        }
        found
    }

    /// The place at or near `point`, if a street leads there.
    fn place_at(&self, name: Option<&str>, kind: &str, point: Point) -> Option<SitePlace> {
        let (kerb, street, apart) = self.doors.streets().nearest(point, REACH_M)?;
        let point = if apart <= DOORSTEP_M { point } else { kerb };
        let town = self.doors.name_at(point, street);
        // A single word says too little: a shop may be called by its owner's name, a town hall is better called one.
        let name =
            name.filter(|name| kind == "Shop" || name.contains(' ') || !name.is_ascii()).unwrap_or(kind);
        let name = if town.is_empty() || name.to_lowercase().contains(&town.to_lowercase()) {
            name.to_owned()
        } else {
            format!("{name}, {town}")
        };
        Some(SitePlace { name, point, island: self.places.streets[street].island.unwrap_or(0) })
    }

    /// An industrial estate near where most people live, on the largest island.
    fn hub(&self) -> SitePlace {
        let centre = mean_point(self.sample.iter().filter(|door| door.island == 0));
        // A named estate is preferred to a single firm at up to ten times the distance.
        let is_estate = |name: &str| {
            let name = name.to_lowercase();
            ["industrial", "industrijali", "estate", "logistic", "business park"]
                .iter()
                .any(|word| name.contains(word))
        };
        let warehouses = self.places.venues.iter().filter(|venue| venue.kind == VenueKind::Warehouse);
        let mut ranked: Vec<(f64, SitePlace)> = warehouses
            .filter_map(|venue| {
                let name = venue.names.iter().map(String::as_str).find(|name| is_estate(name));
                let place = self.place_at(name, "Hub", venue.point)?;
                let distance = place.point.distance_m(centre) * if name.is_some() { 0.1 } else { 1.0 };
                (place.island == 0).then_some((distance, place))
            })
            .collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.point.cmp(&b.1.point)));
        let best = ranked.into_iter().next().map(|(_, place)| place);
        best.unwrap_or_else(|| {
            // No warehouse anywhere: the street nearest to the middle, or failing that a family's door.
            let point =
                self.doors.streets().nearest(centre, f64::INFINITY).map_or(centre, |(point, ..)| point);
            self.place_at(None, "Hub", point).filter(|place| place.island == 0).unwrap_or_else(|| SitePlace {
                name: "Hub".to_owned(),
                point: self.sample.iter().find(|door| door.island == 0).map_or(point, |door| door.point),
                island: 0,
            })
        })
    }
}

/// The p-median problem: `count` rows of `distances` with a small sum of each column's nearest. Greedy, then two rounds
/// of node interchange (Teitz and Bart).
fn median(distances: &[Vec<f64>], count: usize) -> Vec<usize> {
    let columns = distances.first().map_or(0, Vec::len);
    let mut chosen: Vec<usize> = Vec::new();
    let total = |nearest: &[f64], row: &[f64]| -> f64 {
        nearest.iter().zip(row).map(|(near, with)| near.min(*with)).sum()
    };
    let nearest_of = |chosen: &[usize]| -> Vec<f64> {
        let near =
            |column: usize| chosen.iter().map(|&row| distances[row][column]).fold(2.0 * FAR_M, f64::min);
        (0..columns).map(near).collect()
    };
    let best = |nearest: &[f64]| {
        let costs = distances.iter().enumerate().map(|(row, with)| (total(nearest, with), row));
        costs.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
    };
    for _ in 0..count.min(distances.len()) {
        let nearest = nearest_of(&chosen);
        let Some((cost, row)) = best(&nearest) else { break };
        if cost >= nearest.iter().sum() {
            break;
        }
        chosen.push(row);
    }
    for _ in 0..2 {
        for place in 0..chosen.len() {
            let before: f64 = nearest_of(&chosen).iter().sum();
            let others: Vec<usize> = chosen.iter().copied().filter(|&row| row != chosen[place]).collect();
            if let Some((cost, row)) = best(&nearest_of(&others))
                && cost < before - 1.0
            {
                chosen[place] = row;
            }
        }
    }
    chosen
}

/// Position of the chosen centre nearest to a place, on its island where there is one.
pub(super) fn nearest_centre(chosen: &ChosenSites, point: Point) -> usize {
    let apart = chosen.centres.iter().enumerate().map(|(at, centre)| (centre.point.distance_m(point), at));
    apart.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0, |(_, at)| at)
}

/// Builds the sites and lanes. A centre can store the orders of the doors nearest to it, and half as much again.
pub(super) fn build(network: &mut Network, chosen: &ChosenSites, orders: &Table<Order>, clock: &DayClock) {
    let open = |from, until| {
        let (from, until) = (clock.read(from), clock.read(until));
        from.zip(until)
            .and_then(|(from, until)| TimeWindow::new(from, until).ok())
            .unwrap_or(TimeWindow::ALWAYS)
    };
    let hub = network.add_site(Site {
        id: Id::from("H1"),
        kind: SiteKind::Hub,
        name: chosen.hub.name.clone(),
        point: chosen.hub.point,
        hours: open("04:00", "22:00"),
        storage: Storage::UNLIMITED,
        handling: Seconds::minutes(20),
        handling_cost: Money(12),
        fixed_cost: Money(60_000),
        per_parcel_unload: None,
        storage_door: None,
    });
    let mut volumes = vec![[0_i64; 3]; chosen.centres.len()];
    for order in orders {
        let at = nearest_centre(chosen, order.point);
        for part in Compartment::ALL {
            volumes[at][part as usize] += order.load[part].0;
        }
    }
    for (at, place) in chosen.centres.iter().enumerate() {
        let capacity = |part: Compartment, least: i64| {
            // Half as much again, to the next 50 litres.
            let litres = (volumes[at][part as usize] * 3 / 2 / 1000).max(least);
            Millilitres((litres + 49) / 50 * 50_000)
        };
        let centre = network.add_site(Site {
            id: Id::new(format!("C{:02}", at + 1)),
            kind: SiteKind::Centre,
            name: place.name.clone(),
            point: place.point,
            hours: open("06:00", "21:30"),
            storage: Storage {
                ambient: capacity(Compartment::Ambient, 300),
                chilled: capacity(Compartment::Chilled, 250),
                frozen: capacity(Compartment::Frozen, 150),
            },
            handling: Seconds::minutes(15),
            handling_cost: Money(35),
            fixed_cost: Money(6_500),
            per_parcel_unload: None,
            storage_door: None,
        });
        network.add_lane(hub, centre);
    }
}
