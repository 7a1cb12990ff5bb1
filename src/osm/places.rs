//! Settlements, buildings, venues, house numbers and streets.
//!
//! [`read_places`] passes over the file twice, ways before nodes, and keeps only what it returns and the ids of the
//! nodes it needs. Address search and the invented demo day are made from it.

use super::error::OsmError;
use super::islands::Islands;
use super::reader::for_each;
use super::tags::tag_value;
use coldmile_geometry::Point;
use osmpbfreader::{NodeId, OsmObj, Tags};

/// What a settlement is called in the map, large to small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SettlementKind {
    /// `place=city`
    City,
    /// `place=town`
    Town,
    /// `place=village`
    Village,
    /// `place=suburb` and `quarter`: part of a larger one.
    Suburb,
    /// `place=hamlet` and `isolated_dwelling`
    Hamlet,
    /// `place=neighbourhood` and `locality`: a name on the map, not a place of its own.
    Neighbourhood,
}

/// A settlement.
#[derive(Clone, Debug, PartialEq)]
pub struct Settlement {
    /// Its name, and other names and languages it is known by.
    pub names: Vec<String>,
    /// The point that mappers put in its middle.
    pub point: Point,
    /// What it is called.
    pub kind: SettlementKind,
    /// Inhabitants, where the map says.
    pub population: Option<u32>,
}

/// What goes on at a venue, as far as it matters to a network of centres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VenueKind {
    /// A community or social centre.
    CommunityCentre,
    /// A town hall or local council.
    TownHall,
    /// A post office.
    PostOffice,
    /// A library.
    Library,
    /// A supermarket, grocer or convenience shop.
    Grocer,
    /// A school.
    School,
    /// A warehouse, an industrial estate, a wholesaler or a logistics company.
    Warehouse,
    /// Anything else with a name.
    Other,
}

/// A place that people go to.
#[derive(Clone, Debug, PartialEq)]
pub struct Venue {
    /// Its name and other names; empty where the map has none.
    pub names: Vec<String>,
    /// What goes on there.
    pub kind: VenueKind,
    /// Where it is; the middle of its outline.
    pub point: Point,
}

/// What a building is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuildingUse {
    /// People live in it.
    Home,
    /// The map does not say.
    Unknown,
    /// Not a home: garages, churches, factories.
    NoHome,
}

/// A building.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Building {
    /// The middle of its outline.
    pub point: Point,
    /// What it is for.
    pub purpose: BuildingUse,
}

/// A house number.
#[derive(Clone, Debug, PartialEq)]
pub struct HouseNumber {
    /// The street it belongs to.
    pub street: String,
    /// The number as it is written, such as `12A`.
    pub number: String,
    /// The town it belongs to, where the map says.
    pub town: Option<String>,
    /// Where the house is.
    pub point: Point,
}

/// What a street is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreetKind {
    /// With houses along it: residential streets, living streets, minor roads.
    Residential,
    /// A road for through traffic.
    Road,
    /// For pedestrians or bicycles.
    Path,
}

/// A street, or a part of one: one way of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Street {
    /// Its name and other names; empty where the map has none.
    pub names: Vec<String>,
    /// What it is for.
    pub kind: StreetKind,
    /// The points of its line.
    pub points: Vec<Point>,
    /// Which island it lies on, largest first: islands are pieces of the road network that only ferries join. `None`
    /// where no car gets to.
    pub island: Option<u32>,
}

/// The settlements, venues, buildings, house numbers and streets of a map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Places {
    /// Cities, towns, villages and their parts.
    pub settlements: Vec<Settlement>,
    /// Centres, shops, offices, estates.
    pub venues: Vec<Venue>,
    /// Buildings.
    pub buildings: Vec<Building>,
    /// House numbers.
    pub house_numbers: Vec<HouseNumber>,
    /// Streets that have a name or houses.
    pub streets: Vec<Street>,
}

/// Reads the places of a .osm.pbf.
///
/// # Errors
/// When the file is damaged, cut short, or no .osm.pbf at all.
pub fn read_places(pbf: &[u8]) -> Result<Places, OsmError> {
    let mut shapes: Vec<TaggedWay> = Vec::new();
    let mut islands = Islands::default();
    for_each(pbf, |object| {
        if let OsmObj::Way(way) = object {
            islands.add(&way.tags, &way.nodes);
            let what = PlaceTags::of(&way.tags);
            if what.is_something() {
                shapes.push(TaggedWay { what, nodes: way.nodes });
            }
        }
    })?;
    let islands = islands.rank();
    let mut needed: Vec<NodeId> = shapes.iter().flat_map(|shape| shape.nodes.iter().copied()).collect();
    needed.sort_unstable();
    needed.dedup();
    let mut points: Vec<Option<Point>> = vec![None; needed.len()];
    let mut places = Places::default();
    for_each(pbf, |object| {
        if let OsmObj::Node(node) = object {
            let point = Point::from_e7(node.decimicro_lat, node.decimicro_lon);
            if let Ok(position) = needed.binary_search(&node.id) {
                points[position] = Some(point);
            }
            let mut what = PlaceTags::of(&node.tags);
            // A street is a line, and what is drawn as a point is no building.
            (what.street, what.building) = (None, None);
            what.put(point, Vec::new(), None, &mut places);
        }
    })?;
    for shape in shapes {
        let line: Vec<Point> = shape
            .nodes
            .iter()
            .filter_map(|node| needed.binary_search(node).ok().and_then(|position| points[position]))
            .collect();
        let Some(middle) = middle_of(&line) else { continue };
        let island = shape.nodes.first().and_then(|node| islands.of(*node));
        shape.what.put(middle, line, island, &mut places);
    }
    Ok(places)
}

/// A way that shows something, with its node ids.
struct TaggedWay {
    what: PlaceTags,
    nodes: Vec<NodeId>,
}

/// What the tags of an object say; one object can be a building, a shop and an address.
struct PlaceTags {
    names: Vec<String>,
    settlement: Option<(SettlementKind, Option<u32>)>,
    venue: Option<VenueKind>,
    building: Option<BuildingUse>,
    house: Option<(String, String, Option<String>)>,
    street: Option<StreetKind>,
}

impl PlaceTags {
    fn of(tags: &Tags) -> Self {
        let tag = |key: &str| tag_value(tags, key);
        let street = tag("highway").and_then(street_kind).filter(|_| tag("area") != Some("yes"));
        let names = names_of(tags);
        Self {
            settlement: tag("place")
                .and_then(settlement_kind)
                .filter(|_| !names.is_empty())
                .map(|kind| (kind, tag("population").and_then(read_population))),
            venue: if street.is_some() { None } else { venue_kind(tags, &names) },
            building: tag("building").filter(|value| *value != "no").map(building_use),
            house: tag("addr:street").zip(tag("addr:housenumber")).map(|(street, number)| {
                let town = tag("addr:city").or_else(|| tag("addr:place"));
                (street.to_owned(), number.to_owned(), town.map(str::to_owned))
            }),
            street: street.filter(|kind| *kind == StreetKind::Residential || !names.is_empty()),
            names,
        }
    }

    fn is_something(&self) -> bool {
        self.settlement.is_some()
            || self.venue.is_some()
            || self.building.is_some()
            || self.house.is_some()
            || self.street.is_some()
    }

    /// Adds it to `places`, at `point` or along `line`.
    fn put(self, point: Point, line: Vec<Point>, island: Option<u32>, places: &mut Places) {
        if let Some((kind, population)) = self.settlement {
            places.settlements.push(Settlement { names: self.names.clone(), point, kind, population });
        }
        if let Some(kind) = self.venue {
            places.venues.push(Venue { names: self.names.clone(), kind, point });
        }
        if let Some(purpose) = self.building {
            places.buildings.push(Building { point, purpose });
        }
        if let Some((street, number, town)) = self.house {
            places.house_numbers.push(HouseNumber { street, number, town, point });
        }
        if let Some(kind) = self.street {
            places.streets.push(Street { names: self.names, kind, points: line, island });
        }
    }
}

/// The middle of an outline, or the middle point of an open line.
fn middle_of(line: &[Point]) -> Option<Point> {
    let (first, last) = (line.first()?, line.last()?);
    if first != last {
        return Some(line[line.len() / 2]);
    }
    let corners = if line.len() > 1 { &line[1..] } else { line };
    let mean = |of: fn(&Point) -> i32| {
        (corners.iter().map(|point| i64::from(of(point))).sum::<i64>() / corners.len() as i64) as i32
    };
    Some(Point::from_e7(mean(|point| point.lat_e7()), mean(|point| point.lon_e7())))
}

/// The names of an object: its own, then those that it is also known by, used to have, or has in other languages.
fn names_of(tags: &Tags) -> Vec<String> {
    const FIRST: [&str; 8] =
        ["name", "name:en", "name:mt", "name:zh", "alt_name", "official_name", "short_name", "old_name"];
    const OTHERS: [&str; 4] = ["loc_name", "reg_name", "nat_name", "int_name"];
    let mut names: Vec<String> = Vec::new();
    let mut add = |value: &str| {
        for name in value.split(';').map(str::trim) {
            if !name.is_empty() && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    };
    FIRST.iter().filter_map(|key| tag_value(tags, key)).for_each(&mut add);
    // Sorted: the tags of an object come in any order.
    let mut others: Vec<(&str, &str)> =
        tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    others.retain(|(key, _)| OTHERS.contains(key) || is_name_in_a_language(key));
    others.sort_unstable();
    let has_name = FIRST.iter().any(|key| tags.contains_key(*key));
    others.into_iter().filter(|_| has_name).for_each(|(_, value)| add(value));
    names
}

/// `name:fi`, `alt_name:zh-Hant`, but not `name:left` or `name:etymology`.
fn is_name_in_a_language(key: &str) -> bool {
    const KINDS: [&str; 6] = ["name", "alt_name", "old_name", "official_name", "short_name", "loc_name"];
    let Some((kind, language)) = key.split_once(':') else { return false };
    let code = language.split(['-', '_']).next().unwrap_or_default();
    KINDS.contains(&kind) && matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// `6,000` and `6 000` are 6000.
fn read_population(text: &str) -> Option<u32> {
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '\'')).collect();
    digits.parse().ok().filter(|people| *people > 0)
}

fn settlement_kind(value: &str) -> Option<SettlementKind> {
    Some(match value {
        "city" => SettlementKind::City,
        "town" => SettlementKind::Town,
        "village" => SettlementKind::Village,
        "suburb" | "quarter" | "borough" => SettlementKind::Suburb,
        "hamlet" | "isolated_dwelling" => SettlementKind::Hamlet,
        "neighbourhood" | "locality" => SettlementKind::Neighbourhood,
        _ => return None,
    })
}

fn street_kind(value: &str) -> Option<StreetKind> {
    Some(match value {
        "residential" | "living_street" | "unclassified" => StreetKind::Residential,
        "tertiary" | "secondary" | "primary" | "trunk" | "tertiary_link" | "secondary_link"
        | "primary_link" | "service" | "road" => StreetKind::Road,
        "pedestrian" | "footway" | "path" | "steps" | "cycleway" | "track" => StreetKind::Path,
        _ => return None,
    })
}

fn building_use(value: &str) -> BuildingUse {
    match value {
        "house" | "residential" | "apartments" | "detached" | "semidetached_house" | "terrace"
        | "bungalow" | "dormitory" | "farm" | "villa" => BuildingUse::Home,
        "yes" => BuildingUse::Unknown,
        _ => BuildingUse::NoHome,
    }
}

fn venue_kind(tags: &Tags, names: &[String]) -> Option<VenueKind> {
    let has_name = !names.is_empty();
    let tag = |key: &str| tag_value(tags, key);
    let kind = match (tag("amenity"), tag("shop"), tag("landuse"), tag("building"), tag("office")) {
        (Some("community_centre" | "social_centre"), ..) => VenueKind::CommunityCentre,
        (Some("townhall"), ..) => VenueKind::TownHall,
        (Some("post_office"), ..) => VenueKind::PostOffice,
        (Some("library"), ..) => VenueKind::Library,
        (Some("school" | "college"), ..) => VenueKind::School,
        (_, Some("wholesale" | "trade"), ..)
        | (_, _, Some("industrial"), ..)
        | (_, _, _, Some("warehouse" | "industrial"), _)
        | (_, _, _, _, Some("logistics" | "courier" | "moving_company")) => VenueKind::Warehouse,
        (_, Some("supermarket" | "convenience" | "greengrocer" | "mall" | "grocery"), ..) => {
            VenueKind::Grocer
        }
        (_, _, _, _, Some("government")) if has_name && is_council(tag("name")) => VenueKind::TownHall,
        (None, None, ..)
            if ["tourism", "leisure", "office", "historic", "railway", "building", "craft", "healthcare"]
                .iter()
                .all(|key| tag(key).is_none()) =>
        {
            return None;
        }
        _ => VenueKind::Other,
    };
    (has_name || !matches!(kind, VenueKind::Other)).then_some(kind)
}

fn is_council(name: Option<&str>) -> bool {
    name.is_some_and(|name| {
        name.to_lowercase().contains("council") || name.to_lowercase().contains("kunsill")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tags::tagged as tags;

    #[test]
    fn a_building_can_be_a_shop_with_an_address() {
        let what = PlaceTags::of(&tags(&[
            ("building", "yes"),
            ("shop", "supermarket"),
            ("name", "Greens"),
            ("addr:street", "Triq il-Kbira"),
            ("addr:housenumber", "12A"),
        ]));
        assert_eq!((what.venue, what.building), (Some(VenueKind::Grocer), Some(BuildingUse::Unknown)));
        assert_eq!(what.house, Some(("Triq il-Kbira".to_owned(), "12A".to_owned(), None)));
        assert!(!PlaceTags::of(&tags(&[("natural", "tree")])).is_something());
        assert!(!PlaceTags::of(&tags(&[("amenity", "bench")])).is_something());
    }

    #[test]
    fn every_name_of_a_place_is_kept_and_what_is_no_name_is_not() {
        let names = names_of(&tags(&[
            ("name", "Il-Mosta"),
            ("loc_name", "Mosta l-Qadima"),
            ("old_name:it", "Musta"),
            ("name:fi", "Mosta"),
            ("alt_name", "Mosta;Musta"),
            ("name:left", "Left"),
            ("name:etymology", "Who"),
            ("addr:city", "Mosta"),
        ]));
        assert_eq!(names, ["Il-Mosta", "Mosta", "Musta", "Mosta l-Qadima"]);
        assert!(names_of(&tags(&[("name:fi", "Mosta")])).is_empty());
    }

    #[test]
    fn population_is_read_with_any_separator() {
        assert_eq!(read_population("21,676"), Some(21_676));
        assert_eq!(read_population("6 000"), Some(6000));
        assert_eq!(read_population("many"), None);
    }

    #[test]
    fn malta_has_towns_people_streets_and_a_second_island() {
        let pbf = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/malta.osm.pbf")).unwrap();
        let places = read_places(&pbf).unwrap();
        let with_people = places.settlements.iter().filter(|town| town.population.is_some()).count();
        assert!(with_people >= 60, "{with_people}");
        assert!(places.buildings.len() > 15_000 && places.house_numbers.len() > 500);
        let gozo = places.streets.iter().filter(|street| street.island == Some(1)).count();
        let main = places.streets.iter().filter(|street| street.island == Some(0)).count();
        assert!(main > 5 * gozo && gozo > 500, "{main} {gozo}");
        let town_halls = places.venues.iter().filter(|venue| venue.kind == VenueKind::TownHall).count();
        assert!(town_halls > 30, "{town_halls}");
    }
}
