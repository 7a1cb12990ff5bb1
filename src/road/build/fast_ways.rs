//! Which OSM ways are fast roads for bikes: trunk roads and dual carriageways that are not made for them.
//!
//! Few roads are tagged as dual carriageways, so they are found by their shape. One carriageway of a main road counts where for at
//! least half of its length another one of the same name, or one of them without a name, runs the other way at most
//! [`MAX_APART_M`] away, and where such carriageways that touch or face each other are together at least [`MIN_TOTAL_M`] long:
//! a road that parts for a traffic island is none.

use crate::fast_road_list::{FastRoad, FastRoadList};
use crate::profile::{DrivingSide, FastTags, ProfileRules, is_made_for_bikes, side_at};
use coldmile_geometry::Point;
use coldmile_osm::{RoadData, RoadWay};
use rayon::prelude::*;
use std::collections::HashMap;

/// Metres between the two carriageways of one road at most.
const MAX_APART_M: f64 = 60.0;
/// Metres of the carriageways of one road, both directions together, at least.
const MIN_TOTAL_M: f64 = 400.0;
/// Metres between the places of a carriageway that are looked at.
const STEP_M: f64 = 20.0;
/// The cosine of the angle between the directions of two carriageways at most: they run the other way by at least 150°.
const MAX_COSINE: f64 = -0.866;
/// Metres from south to north in 1e-7 degrees.
const METRES_PER_E7: f64 = 0.011_119_508;

/// The fast roads among the OSM ways that a profile of bikes may use.
pub(super) fn fast_ways(data: &RoadData, rules: &ProfileRules, is_used: &[bool]) -> FastRoadList {
    let ways = data.ways();
    let used = (0..ways.len() as u32).filter(|&way| is_used[way as usize]);
    let tagged: Vec<(u32, FastTags)> =
        used.map(|way| (way, FastTags::of(data.tags_of(&ways[way as usize])))).collect();
    let carriageways: Vec<Carriageway<'_>> =
        tagged.iter().filter_map(|&(way, tags)| Carriageway::of(data, way, tags)).collect();
    let mut fast: Vec<u32> =
        tagged.iter().filter(|(_, tags)| *tags == FastTags::Fast).map(|&(way, _)| way).collect();
    fast.extend(dual_carriageways(data, &carriageways));
    let open = |way: &u32| {
        let way = &ways[*way as usize];
        let [forward, backward] = is_made_for_bikes(rules, data.tags_of(way), driving_side(data, way));
        let found = FastRoad { osm_id: way.id, forward: !forward, backward: !backward };
        (found.forward || found.backward).then_some(found)
    };
    FastRoadList::new(fast.iter().filter_map(open).collect())
}

/// The side that traffic keeps to on an OSM way.
fn driving_side(data: &RoadData, way: &RoadWay) -> DrivingSide {
    match data.tags_of(way).get("driving_side") {
        Some("left") => DrivingSide::Left,
        Some("right") => DrivingSide::Right,
        _ => side_at(data.points()[data.nodes_of(way)[0] as usize]),
    }
}

/// One carriageway of a main road.
struct Carriageway<'a> {
    way: u32,
    name: &'a str,
    places: Vec<Place>,
    metres: f64,
}

/// A place on a carriageway, and where traffic goes there: a vector of length one to the east and to the north.
#[derive(Clone, Copy)]
struct Place {
    point: Point,
    direction: [f64; 2],
}

impl<'a> Carriageway<'a> {
    /// The OSM way as a carriageway, if its tags say so.
    fn of(data: &'a RoadData, way: u32, tags: FastTags) -> Option<Self> {
        let against = match tags {
            FastTags::CarriagewayForward => false,
            FastTags::CarriagewayBackward => true,
            FastTags::Fast | FastTags::Ordinary => return None,
        };
        let of_way = &data.ways()[way as usize];
        let tags = data.tags_of(of_way);
        let name = tags.get("name").or(tags.get("ref")).unwrap_or_default();
        let line: Vec<Point> =
            data.nodes_of(of_way).iter().map(|&node| data.points()[node as usize]).collect();
        let mut places = Vec::new();
        let (mut metres, mut next) = (0.0, STEP_M / 2.0);
        for pair in line.windows(2) {
            let [east, north] = metres_between(pair[0], pair[1]);
            let length = east.hypot(north);
            if length == 0.0 {
                continue;
            }
            let sign = if against { -1.0 } else { 1.0 };
            let direction = [sign * east / length, sign * north / length];
            while next <= metres + length {
                let share = (next - metres) / length;
                places.push(Place { point: between(pair[0], pair[1], share), direction });
                next += STEP_M;
            }
            metres += length;
        }
        (!places.is_empty()).then_some(Self { way, name, places, metres })
    }

    /// Whether two carriageways may be of one road.
    fn shares_name(&self, other: &Self) -> bool {
        self.name.is_empty() || other.name.is_empty() || self.name == other.name
    }
}

/// The carriageways that another one faces, as positions in the file's list of OSM ways.
fn dual_carriageways(data: &RoadData, all: &[Carriageway<'_>]) -> Vec<u32> {
    let cells = Cells::of(all);
    // For each carriageway the first one that faces each of its places.
    let facing: Vec<Vec<u32>> = (0..all.len() as u32)
        .into_par_iter()
        .map(|own| {
            let places = &all[own as usize].places;
            let mut facing: Vec<u32> =
                places.iter().filter_map(|place| cells.facing(all, own, place)).collect();
            if facing.len() * 2 < places.len() {
                facing.clear();
            }
            facing.sort_unstable();
            facing.dedup();
            facing
        })
        .collect();
    let is_faced = |own: u32| !facing[own as usize].is_empty();
    let mut groups = Groups((0..all.len() as u32).collect());
    let mut first_at: HashMap<u32, u32> = HashMap::new();
    for own in (0..all.len() as u32).filter(|&own| is_faced(own)) {
        facing[own as usize].iter().filter(|&&other| is_faced(other)).for_each(|&other| {
            groups.join(own, other);
        });
        for &node in data.nodes_of(&data.ways()[all[own as usize].way as usize]) {
            let first = *first_at.entry(node).or_insert(own);
            groups.join(own, first);
        }
    }
    let mut metres = vec![0.0; all.len()];
    let faced = || (0..all.len() as u32).filter(|&own| is_faced(own));
    for own in faced() {
        metres[groups.of(own) as usize] += all[own as usize].metres;
    }
    let is_long = |own: &u32| metres[groups.of(*own) as usize] >= MIN_TOTAL_M;
    faced().filter(is_long).map(|own| all[own as usize].way).collect()
}

/// Places of carriageways by squares of the map, each at least as wide as the greatest distance between carriageways.
struct Cells(HashMap<[i32; 2], Vec<(u32, Place)>>);

impl Cells {
    /// Side of a square in 1e-7 degrees of latitude.
    const SIDE_E7: i32 = (MAX_APART_M / METRES_PER_E7) as i32 + 1;

    fn of(all: &[Carriageway<'_>]) -> Self {
        let mut cells: HashMap<[i32; 2], Vec<(u32, Place)>> = HashMap::new();
        for (number, carriageway) in (0..).zip(all) {
            for place in &carriageway.places {
                cells.entry(Self::cell(place.point)).or_default().push((number, *place));
            }
        }
        Self(cells)
    }

    fn cell(point: Point) -> [i32; 2] {
        [point.lat_e7().div_euclid(Self::SIDE_E7), point.lon_e7().div_euclid(Self::SIDE_E7)]
    }

    /// The first carriageway that runs the other way past a place of one of them.
    fn facing(&self, all: &[Carriageway<'_>], own: u32, place: &Place) -> Option<u32> {
        let [row, column] = Self::cell(place.point);
        // A degree of longitude is shorter than one of latitude.
        let east_west = place.point.latitude().to_radians().cos().max(0.05);
        let reach = (1.0 / east_west).ceil() as i32;
        let mut found: Option<u32> = None;
        for (row, column) in
            (row - 1..=row + 1).flat_map(|row| (column - reach..=column + reach).map(move |at| (row, at)))
        {
            for (other, there) in self.0.get(&[row, column]).into_iter().flatten() {
                let cosine =
                    place.direction[0] * there.direction[0] + place.direction[1] * there.direction[1];
                let [east, north] = metres_between(place.point, there.point);
                let is_facing = *other != own
                    && cosine <= MAX_COSINE
                    && east.hypot(north) <= MAX_APART_M
                    && all[own as usize].shares_name(&all[*other as usize]);
                if is_facing && found.is_none_or(|first| *other < first) {
                    found = Some(*other);
                }
            }
        }
        found
    }
}

/// Groups of carriageways: each one's representative, or one nearer to it.
struct Groups(Vec<u32>);

impl Groups {
    fn of(&self, mut one: u32) -> u32 {
        while self.0[one as usize] != one {
            one = self.0[one as usize];
        }
        one
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.of(one), self.of(other));
        self.0[one.max(other) as usize] = one.min(other);
    }
}

/// Metres to the east and to the north.
fn metres_between(from: Point, to: Point) -> [f64; 2] {
    let east_west = from.latitude().to_radians().cos();
    let north = f64::from(to.lat_e7()) - f64::from(from.lat_e7());
    [from.east_e7(to) as f64 * east_west * METRES_PER_E7, north * METRES_PER_E7]
}

fn between(from: Point, to: Point, share: f64) -> Point {
    let mix = |a: i32, b: i32| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as i32;
    Point::from_e7(mix(from.lat_e7(), to.lat_e7()), mix(from.lon_e7(), to.lon_e7()))
}
