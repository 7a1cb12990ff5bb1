//! The address index: towns, streets with their house numbers, named places, and the words they are found by.
//!
//! Built once from [`Places`], kept as bytes in the prepared map. Streets of one name in one town are one entry.

use super::fold::words;
use coldmile_geometry::Point;
use coldmile_osm::Places;
use coldmile_osm::places::{BuildingUse, Settlement, SettlementKind};
use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::GeomWithData;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Bytes that are no address index, or an index with a position that points nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the address index is damaged")]
pub struct AddressError;

/// Streets, house numbers, places and towns of a map, ready to be searched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddressIndex {
    pub(super) towns: Vec<AddressTown>,
    pub(super) entries: Vec<AddressEntry>,
    /// Sorted, for binary search.
    pub(super) words: Vec<Word>,
}

/// A town as part of an address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct AddressTown {
    pub name: String,
    /// Its names as positions in the list of words.
    pub names: Vec<Vec<u32>>,
    /// The larger place that this is a part of.
    pub parent: Option<u32>,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum EntryKind {
    Town,
    Street,
    Place,
}

/// Something with a name that can be searched for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct AddressEntry {
    pub kind: EntryKind,
    pub name: String,
    /// Its names as positions in the list of words.
    pub names: Vec<Vec<u32>>,
    pub town: Option<u32>,
    pub spot: Spot,
    /// How far it stretches from there.
    pub reach_m: u32,
    pub houses: Vec<House>,
}

/// A point as it is stored: 1e-7 degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spot(i32, i32);

/// A house number of a street.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct House {
    pub number: String,
    pub spot: Spot,
}

/// A word and the entries that have it in a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Word {
    pub text: String,
    pub entries: Vec<u32>,
}

impl From<Point> for Spot {
    fn from(point: Point) -> Self {
        Self(point.lat_e7(), point.lon_e7())
    }
}
impl From<Spot> for Point {
    fn from(spot: Spot) -> Self {
        Self::from_e7(spot.0, spot.1)
    }
}

/// A street with a house number on it is at most this far from the house.
const HOUSE_REACH_M: f64 = 1_500.0;
/// A suburb is part of a town at most this far away.
const PARENT_REACH_M: f64 = 20_000.0;
/// A town with fewer homes than this is where the map says.
const MIN_HOMES: usize = 30;
/// Most buildings of a town that are tried as its middle.
const MAX_MIDDLES: usize = 300;
/// Homes this far from its middle count for it.
const MIDDLE_REACH_M: f64 = 500.0;
/// An address names a town at most this far away.
const TOWN_REACH_M: f64 = 10_000.0;

impl AddressIndex {
    /// Builds the index of a map.
    pub fn build(places: &Places) -> Self {
        let mut builder = Builder::new(places);
        builder.add_towns(places);
        builder.add_streets(places);
        builder.add_places(places);
        builder.finish()
    }

    /// The index as bytes, to be stored under a version of its own.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("plain lists and text always serialize into memory")
    }

    /// The index from its bytes.
    ///
    /// # Errors
    /// When the bytes do not decode, or a position in them points nowhere.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AddressError> {
        let index: Self = postcard::from_bytes(bytes).map_err(|_| AddressError)?;
        if index.is_consistent() { Ok(index) } else { Err(AddressError) }
    }

    /// How many streets, places and towns can be found.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing can be found.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether every position points at something.
    fn is_consistent(&self) -> bool {
        let known =
            |names: &[Vec<u32>]| names.iter().flatten().all(|&word| (word as usize) < self.words.len());
        let town = |town: Option<u32>| town.is_none_or(|town| (town as usize) < self.towns.len());
        let on_globe = |spot: Spot| spot.0.abs() <= 900_000_000 && spot.1.abs() <= 1_800_000_000;
        self.towns.iter().all(|place| known(&place.names) && town(place.parent))
            && self.entries.iter().all(|entry| {
                known(&entry.names)
                    && town(entry.town)
                    && on_globe(entry.spot)
                    && entry.houses.iter().all(|house| on_globe(house.spot))
            })
            && self.words.iter().all(|word| word.entries.iter().all(|&at| (at as usize) < self.entries.len()))
            && self.words.windows(2).all(|pair| pair[0].text < pair[1].text)
    }
}

/// What is collected for a street: its names and the points of each OSM way it consists of.
type NamesAndPoints = (Vec<String>, Vec<Point>);
/// Points on a plane of metres, each with a number.
type TownTree = RTree<GeomWithData<[f64; 2], u32>>;

struct Builder<'p> {
    settlements: Vec<&'p Settlement>,
    nearest_town: TownTree,
    /// Metres that a degree of longitude has in the middle of the map.
    metres_per_lon: f64,
    entries: Vec<EntryDraft>,
    parents: Vec<Option<u32>>,
}

/// An entry whose names are not numbered yet.
struct EntryDraft {
    kind: EntryKind,
    names: Vec<String>,
    town: Option<u32>,
    point: Point,
    reach_m: u32,
    houses: Vec<House>,
}

impl<'p> Builder<'p> {
    fn new(places: &'p Places) -> Self {
        let settlements: Vec<&Settlement> =
            places.settlements.iter().filter(|town| town.kind != SettlementKind::Neighbourhood).collect();
        let latitudes =
            places.streets.iter().filter_map(|street| street.points.first()).map(|point| point.latitude());
        let (sum, count) = latitudes.fold((0.0, 0), |(sum, count), latitude| (sum + latitude, count + 1));
        let middle: f64 = if count == 0 { 0.0 } else { sum / f64::from(count) };
        let mut builder = Self {
            settlements,
            nearest_town: RTree::new(),
            metres_per_lon: METRES_PER_DEGREE * middle.to_radians().cos().max(0.01),
            entries: Vec::new(),
            parents: Vec::new(),
        };
        let points = builder.settlements.iter().zip(0..);
        let points =
            points.map(|(town, number)| GeomWithData::new(builder.plane(town.point), number)).collect();
        builder.nearest_town = RTree::bulk_load(points);
        builder
    }

    fn plane(&self, point: Point) -> [f64; 2] {
        [point.longitude() * self.metres_per_lon, point.latitude() * METRES_PER_DEGREE]
    }

    fn town_of(&self, point: Point) -> Option<u32> {
        let town = self.nearest_town.nearest_neighbor(self.plane(point))?.data;
        (self.settlements[town as usize].point.distance_m(point) < TOWN_REACH_M).then_some(town)
    }

    fn add_towns(&mut self, places: &Places) {
        let middles = self.middles(places);
        for town in &self.settlements {
            let is_large =
                |other: &&Settlement| matches!(other.kind, SettlementKind::City | SettlementKind::Town);
            let larger = self.settlements.iter().enumerate().filter(|(_, other)| is_large(other));
            let nearest = larger
                .map(|(number, other)| (other.point.distance_m(town.point), number as u32))
                .filter(|(apart, _)| *apart < PARENT_REACH_M)
                .min_by(|a, b| a.0.total_cmp(&b.0));
            let is_part = matches!(town.kind, SettlementKind::Suburb | SettlementKind::Hamlet);
            self.parents.push(nearest.filter(|_| is_part).map(|(_, number)| number));
        }
        for (number, town) in self.settlements.iter().enumerate() {
            self.entries.push(EntryDraft {
                kind: EntryKind::Town,
                names: town.names.clone(),
                town: Some(number as u32),
                point: middles[number].unwrap_or(town.point),
                reach_m: 1_000,
                houses: Vec::new(),
            });
        }
    }

    /// Where each town has the most homes around: the building, of some of them, with the most others within walking
    /// distance. `None` for towns with few buildings.
    fn middles(&self, places: &Places) -> Vec<Option<Point>> {
        let mut homes: Vec<Vec<[f64; 2]>> = vec![Vec::new(); self.settlements.len()];
        let mut points: Vec<Vec<Point>> = vec![Vec::new(); self.settlements.len()];
        for building in places.buildings.iter().filter(|building| building.purpose != BuildingUse::NoHome) {
            if let Some(town) = self.town_of(building.point) {
                homes[town as usize].push(self.plane(building.point));
                points[town as usize].push(building.point);
            }
        }
        let middle = |(homes, points): (Vec<[f64; 2]>, Vec<Point>)| {
            if homes.len() < MIN_HOMES {
                return None;
            }
            let tree = RTree::bulk_load(homes.clone());
            let step = homes.len().div_ceil(MAX_MIDDLES);
            let around =
                |at: &usize| tree.locate_within_distance(homes[*at], MIDDLE_REACH_M * MIDDLE_REACH_M).count();
            let best = (0..homes.len()).step_by(step).max_by_key(|at| (around(at), Reverse(*at)))?;
            Some(points[best])
        };
        homes.into_par_iter().zip(points).map(middle).collect()
    }

    fn add_streets(&mut self, places: &Places) {
        // The same name in the same town is one street, even when it is drawn as more than one OSM way.
        let mut groups: BTreeMap<(Vec<String>, Option<u32>), NamesAndPoints> = BTreeMap::new();
        for street in places.streets.iter().filter(|street| !street.names.is_empty()) {
            let middle = street.points[street.points.len() / 2];
            let group = groups.entry((words(&street.names[0]), self.town_of(middle))).or_default();
            group.1.extend(&street.points);
            for name in &street.names {
                if !group.0.contains(name) {
                    group.0.push(name.clone());
                }
            }
        }
        let mut by_name: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
        for ((name, town), (names, points)) in groups {
            let point = central_point(&points);
            let reach = points.iter().map(|other| other.distance_m(point)).fold(0.0, f64::max);
            by_name.entry(name).or_default().push(self.entries.len());
            self.entries.push(EntryDraft {
                kind: EntryKind::Street,
                names,
                town,
                point,
                reach_m: reach as u32,
                houses: Vec::new(),
            });
        }
        for house in &places.house_numbers {
            let name = words(&house.street);
            let same = by_name.get(&name).into_iter().flatten().copied();
            let nearest = same
                .map(|entry| (self.entries[entry].point.distance_m(house.point), entry))
                .filter(|(apart, entry)| *apart < HOUSE_REACH_M.max(f64::from(self.entries[*entry].reach_m)))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            let entry = nearest.map_or_else(
                || {
                    by_name.entry(name).or_default().push(self.entries.len());
                    self.entries.push(EntryDraft {
                        kind: EntryKind::Street,
                        names: vec![house.street.clone()],
                        town: self.town_of(house.point),
                        point: house.point,
                        reach_m: 0,
                        houses: Vec::new(),
                    });
                    self.entries.len() - 1
                },
                |(_, entry)| entry,
            );
            let number = house.number.clone();
            self.entries[entry].houses.push(House { number, spot: house.point.into() });
        }
    }

    fn add_places(&mut self, places: &Places) {
        for venue in places.venues.iter().filter(|venue| !venue.names.is_empty()) {
            self.entries.push(EntryDraft {
                kind: EntryKind::Place,
                names: venue.names.clone(),
                town: self.town_of(venue.point),
                point: venue.point,
                reach_m: 0,
                houses: Vec::new(),
            });
        }
    }

    /// Numbers the words and turns drafts into entries.
    fn finish(self) -> AddressIndex {
        let mut found: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (entry, draft) in self.entries.iter().enumerate() {
            for word in draft.names.iter().flat_map(|name| words(name)) {
                let entries = found.entry(word).or_default();
                if entries.last() != Some(&(entry as u32)) {
                    entries.push(entry as u32);
                }
            }
        }
        let numbers: HashMap<String, u32> = found.keys().cloned().zip(0..).collect();
        let number = |names: &[String]| -> Vec<Vec<u32>> {
            let mut numbered: Vec<Vec<u32>> = Vec::new();
            for name in names {
                let name: Vec<u32> =
                    words(name).iter().filter_map(|word| numbers.get(word).copied()).collect();
                if !name.is_empty() && !numbered.contains(&name) {
                    numbered.push(name);
                }
            }
            numbered
        };
        let town = |(town, parent): (&&Settlement, &Option<u32>)| AddressTown {
            name: town.names[0].clone(),
            names: number(&town.names),
            parent: *parent,
        };
        let towns = self.settlements.iter().zip(&self.parents).map(town).collect();
        let entry = |draft: EntryDraft| AddressEntry {
            kind: draft.kind,
            names: number(&draft.names),
            name: draft.names.into_iter().next().unwrap_or_default(),
            town: draft.town,
            spot: draft.point.into(),
            reach_m: draft.reach_m,
            houses: draft.houses,
        };
        let entries = self.entries.into_iter().map(entry).collect();
        let words = found.into_iter().map(|(text, entries)| Word { text, entries }).collect();
        AddressIndex { towns, entries, words }
    }
}

/// A degree of latitude.
const METRES_PER_DEGREE: f64 = 111_195.0;

/// The point nearest to the mean of all.
fn central_point(points: &[Point]) -> Point {
    let count = points.len().max(1) as i64;
    let lat = points.iter().map(|point| i64::from(point.lat_e7())).sum::<i64>() / count;
    let lon = points.iter().map(|point| i64::from(point.lon_e7())).sum::<i64>() / count;
    let mean = Point::from_e7(lat as i32, lon as i32);
    let nearest = points.iter().min_by(|a, b| a.distance_m(mean).total_cmp(&b.distance_m(mean)));
    nearest.copied().unwrap_or(mean)
}
