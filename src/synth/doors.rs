//! Where families live: doors near streets, town by town.

use coldmile_geometry::Point;
use coldmile_osm::Places;
use coldmile_osm::places::{BuildingUse, Settlement, SettlementKind, Street, StreetKind};
use fastrand::Rng;
use rstar::RTree;
use rstar::primitives::GeomWithData;

/// A family's door.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct HomeDoor {
    pub point: Point,
    pub island: u32,
    /// Position of its street in the places' list.
    pub street: usize,
    /// Position of its town.
    pub town: usize,
}

/// A town and the doors nearest to it.
struct TownDoors {
    name: String,
    point: Option<Point>,
    doors: Vec<HomeDoor>,
}

/// All doors of a map, to be drawn by population.
pub(super) struct HomeDoors {
    towns: Vec<TownDoors>,
    /// Weights summed up, town by town.
    sums: Vec<f64>,
    street_names: Vec<String>,
    streets: StreetIndex,
}

/// Points of streets, in metres on a plane, with the street they belong to.
pub(super) struct StreetIndex {
    tree: RTree<GeomWithData<[f64; 2], u32>>,
    plane: LocalPlane,
}

/// Maps a small part of the globe to metres.
#[derive(Clone, Copy)]
struct LocalPlane {
    metres_per_lon: f64,
}

/// A degree of latitude.
const METRES_PER_DEGREE: f64 = 111_195.0;
/// A building further from any street with homes than this is a barn in a field.
const STREET_REACH_M: f64 = 60.0;
/// An island with fewer of the streets than this has no deliveries of its own.
const MIN_ISLAND_SHARE: f64 = 0.01;
/// A town with fewer buildings than this is poorly mapped: points of its streets count as doors too.
const MIN_BUILDINGS: usize = 60;
/// Most people that are assumed behind one door of the map.
const MAX_PEOPLE_PER_DOOR: f64 = 60.0;
/// Fewest people behind one door: where a map lacks towns, a hamlet counts for all the streets around it.
const MIN_PEOPLE_PER_DOOR: f64 = 1.5;
/// A place further than this from the middle of a town is not called after it.
const TOWN_REACH_M: f64 = 5_000.0;

impl LocalPlane {
    fn of(self, point: Point) -> [f64; 2] {
        [point.longitude() * self.metres_per_lon, point.latitude() * METRES_PER_DEGREE]
    }
}

impl StreetIndex {
    fn new<'s>(streets: impl Iterator<Item = (usize, &'s Street)>, plane: LocalPlane) -> Self {
        let points = streets.flat_map(|(position, street)| {
            street.points.iter().map(move |point| GeomWithData::new(plane.of(*point), position as u32))
        });
        Self { tree: RTree::bulk_load(points.collect()), plane }
    }

    /// The nearest street point within `reach` metres, and the street.
    pub fn nearest(&self, point: Point, reach: f64) -> Option<(Point, usize, f64)> {
        let at = self.plane.of(point);
        let found = self.tree.nearest_neighbor(at)?;
        let [x, y] = *found.geom();
        let apart = (x - at[0]).hypot(y - at[1]);
        let place = Point::new(y / METRES_PER_DEGREE, x / self.plane.metres_per_lon).ok()?;
        (apart <= reach).then_some((place, found.data as usize, apart))
    }
}

impl TownDoors {
    fn is_near(&self, point: Point) -> bool {
        self.point.is_some_and(|town| town.distance_m(point) < TOWN_REACH_M)
    }
}

impl HomeDoors {
    /// The doors of a map; `None` when no car gets to any street with homes.
    pub fn of(places: &Places) -> Option<Self> {
        let first = places.streets.iter().find(|street| street.island.is_some())?;
        let plane = LocalPlane {
            metres_per_lon: METRES_PER_DEGREE * first.points[0].latitude().to_radians().cos().max(0.01),
        };
        let islands = islands_of(&places.streets);
        let lies_well = |street: &Street| street.island.is_some_and(|island| islands.contains(&island));
        let homes = |street: &Street| street.kind == StreetKind::Residential && lies_well(street);
        let all = || places.streets.iter().enumerate();
        let residential = StreetIndex::new(all().filter(|(_, street)| homes(street)), plane);
        let reachable = all().filter(|(_, street)| street.kind != StreetKind::Path && lies_well(street));
        let streets = StreetIndex::new(reachable, plane);

        let settlements = inhabited(&places.settlements);
        let centres = settlements.iter().enumerate();
        let centres = centres.map(|(town, settlement)| GeomWithData::new(plane.of(settlement.point), town));
        let centres = RTree::bulk_load(centres.collect());
        let town_of = |point| centres.nearest_neighbor(plane.of(point)).map_or(0, |town| town.data);
        let town = |settlement: &&Settlement| TownDoors {
            name: settlement.names[0].clone(),
            point: Some(settlement.point),
            doors: Vec::new(),
        };
        let mut towns: Vec<TownDoors> = settlements.iter().map(town).collect();
        if towns.is_empty() {
            towns.push(TownDoors { name: String::new(), point: None, doors: Vec::new() });
        }
        for building in places.buildings.iter().filter(|building| building.purpose != BuildingUse::NoHome) {
            if let Some((_, street, _)) = residential.nearest(building.point, STREET_REACH_M) {
                let town = town_of(building.point);
                let island = places.streets[street].island.unwrap_or(0);
                towns[town].doors.push(HomeDoor { point: building.point, island, street, town });
            }
        }
        let built: Vec<usize> = towns.iter().map(|town| town.doors.len()).collect();
        for (position, street) in all().filter(|(_, street)| homes(street)) {
            for &point in &street.points {
                let town = town_of(point);
                if built[town] < MIN_BUILDINGS {
                    let island = street.island.unwrap_or(0);
                    towns[town].doors.push(HomeDoor { point, island, street: position, town });
                }
            }
        }
        let mut sum = 0.0;
        let mut sums = Vec::with_capacity(towns.len());
        for (town, found) in towns.iter().enumerate() {
            let people = settlements.get(town).map_or(1.0, |settlement| people_of(settlement));
            let doors = found.doors.len() as f64;
            sum += people.clamp(MIN_PEOPLE_PER_DOOR * doors, MAX_PEOPLE_PER_DOOR * doors);
            sums.push(sum);
        }
        let name = |street: &Street| street.names.first().cloned().unwrap_or_default();
        let street_names = places.streets.iter().map(name).collect();
        (sum > 0.0).then_some(Self { towns, sums, street_names, streets })
    }

    /// A door of a family: first the town by its people, then any door there.
    pub fn draw(&self, rng: &mut Rng) -> HomeDoor {
        let total = self.sums.last().copied().unwrap_or(0.0);
        let at = rng.f64() * total;
        let town = self.sums.partition_point(|sum| *sum <= at).min(self.towns.len() - 1);
        *rng.choice(&self.towns[town].doors)
            .expect("a town without doors has no weight, so it is never drawn")
    }

    /// Street and town of a door, or the town alone, as far as the map names them.
    pub fn address(&self, door: &HomeDoor) -> Option<String> {
        let town = &self.towns[door.town];
        let street = &self.street_names[door.street];
        let town = if town.is_near(door.point) { &town.name } else { "" };
        match (street.as_str(), town) {
            ("", "") => None,
            ("", town) => Some(town.to_owned()),
            (street, "") => Some(street.to_owned()),
            (street, town) => Some(format!("{street}, {town}")),
        }
    }

    /// The town that a place belongs to, the one with the nearest door; failing that the street; empty when the map
    /// names neither.
    pub fn name_at(&self, point: Point, street: usize) -> &str {
        let apart = |door: &HomeDoor| door.point.distance_m(point);
        let nearest = self.towns.iter().filter(|town| town.is_near(point)).map(|town| {
            // Every tenth door is enough to tell towns apart.
            (town.doors.iter().step_by(10).map(apart).fold(f64::INFINITY, f64::min), town)
        });
        let town = nearest.min_by(|a, b| a.0.total_cmp(&b.0)).filter(|(apart, _)| apart.is_finite());
        town.map_or(&self.street_names[street], |(_, town)| &town.name)
    }

    /// Streets that cars get to.
    pub const fn streets(&self) -> &StreetIndex {
        &self.streets
    }
}

/// The islands that are large enough to deliver on.
fn islands_of(streets: &[Street]) -> Vec<u32> {
    let mut counts: Vec<usize> = Vec::new();
    for island in streets.iter().filter_map(|street| street.island) {
        let island = island as usize;
        counts.resize(counts.len().max(island + 1), 0);
        counts[island] += 1;
    }
    let all: usize = counts.iter().sum();
    let large = |(_, count): &(usize, usize)| *count as f64 >= all as f64 * MIN_ISLAND_SHARE;
    counts.into_iter().enumerate().filter(large).map(|(island, _)| island as u32).collect()
}

/// The settlements that people live in: those with a population where most of the map's have one, else all but mere
/// names on the map.
fn inhabited(settlements: &[Settlement]) -> Vec<&Settlement> {
    let counted: Vec<&Settlement> = settlements.iter().filter(|town| town.population.is_some()).collect();
    if counted.len() >= 20 {
        return counted;
    }
    settlements.iter().filter(|town| town.kind != SettlementKind::Neighbourhood).collect()
}

fn people_of(settlement: &Settlement) -> f64 {
    let usual = match settlement.kind {
        SettlementKind::City => 50_000,
        SettlementKind::Town => 8_000,
        SettlementKind::Suburb => 5_000,
        SettlementKind::Village => 1_500,
        SettlementKind::Hamlet | SettlementKind::Neighbourhood => 150,
    };
    f64::from(settlement.population.unwrap_or(usual))
}

/// The mean of the doors' points; 0°, 0° without doors.
pub(super) fn mean_point<'d>(doors: impl IntoIterator<Item = &'d HomeDoor>) -> Point {
    let (mut lat, mut lon, mut count) = (0_i64, 0_i64, 0_i64);
    for door in doors {
        lat += i64::from(door.point.lat_e7());
        lon += i64::from(door.point.lon_e7());
        count += 1;
    }
    let count = count.max(1);
    Point::from_e7((lat / count) as i32, (lon / count) as i32)
}
