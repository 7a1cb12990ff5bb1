//! The things a base map shows, and which tags make them.

use coldmile_geometry::Point;
use osmpbfreader::Tags;

/// Everything of a file that a base map shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scenery {
    /// Where land is; all else is sea.
    pub land: Land,
    /// Filled shapes, in file order, relations last.
    pub areas: Vec<SceneryArea>,
    /// Roads, rails, ferries, waterways and piers; pieces that look alike and meet end to end are one line.
    pub lines: Vec<SceneryLine>,
    /// Named points.
    pub places: Vec<SceneryPlace>,
}

/// Where land is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Land {
    /// The file has no coastline: all is land.
    #[default]
    Everywhere,
    /// Rings, each closed (the first point is not repeated). A place is land when it lies in an odd number of them.
    Rings(Vec<Vec<Point>>),
}

/// What something is called. Empty where the map does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Names {
    /// The local name, as on the street sign.
    pub local: String,
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

/// A filled shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneryArea {
    /// What it is.
    pub kind: AreaKind,
    /// What it is called.
    pub names: Names,
    /// Its rings, outer and inner alike, each closed: what lies in an odd number of them is inside.
    pub rings: Vec<Vec<Point>>,
}

/// What a filled shape is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaKind {
    /// Lakes, rivers drawn as areas, docks, basins, pools.
    Water,
    /// Woods and forests.
    Wood,
    /// Parks, gardens, pitches, cemeteries.
    Park,
    /// Grass, meadows, scrub, heath.
    Grass,
    /// Fields, orchards, vineyards.
    Farmland,
    /// Sand and shingle.
    Beach,
    /// Piers and breakwaters.
    Pier,
    /// Pedestrian squares.
    Square,
    /// Buildings.
    Building,
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneryLine {
    /// What it is.
    pub kind: LineKind,
    /// What it is called.
    pub names: Names,
    /// Link, oneway, bridge, tunnel.
    pub traits: Traits,
    /// Its course, two points or more.
    pub points: Vec<Point>,
}

/// Properties of a line: any of these together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traits(u8);

impl Traits {
    /// No trait at all.
    pub const NONE: Self = Self(0);
    /// A slip road, a siding, a parking aisle: drawn thinner, and at deeper zooms only.
    pub const LINK: Self = Self(1);
    /// Traffic goes only in the direction of the points.
    pub const ONEWAY: Self = Self(2);
    /// It is carried over something.
    pub const BRIDGE: Self = Self(4);
    /// It runs under something.
    pub const TUNNEL: Self = Self(8);

    /// The traits whose flag is set.
    pub fn all<const N: usize>(claims: [(Self, bool); N]) -> Self {
        claims.into_iter().filter(|(_, holds)| *holds).fold(Self(0), |all, (one, _)| Self(all.0 | one.0))
    }

    /// Whether `other` is among them.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// As bits, four at most.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// From bits; bits without a meaning are ignored.
    pub fn from_bits(bits: u8) -> Self {
        Self(bits & 15)
    }
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LineKind {
    /// Motorways.
    Motorway,
    /// Trunk roads.
    Trunk,
    /// Primary roads.
    Primary,
    /// Secondary roads.
    Secondary,
    /// Tertiary roads.
    Tertiary,
    /// Streets that people live in, and small roads between villages.
    Minor,
    /// Pedestrian streets.
    Pedestrian,
    /// Drives, alleys, access to yards.
    Service,
    /// Farm and forest tracks.
    Track,
    /// Footways, steps, cycleways, paths.
    Path,
    /// Runways and taxiways.
    Runway,
    /// Railways.
    Rail,
    /// Trams.
    Tram,
    /// Metros.
    Subway,
    /// Ferries.
    Ferry,
    /// Rivers and canals.
    River,
    /// Streams, ditches, drains.
    Stream,
    /// Piers and breakwaters drawn as lines.
    Pier,
}

/// A named point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneryPlace {
    /// What it is.
    pub kind: PlaceKind,
    /// What it is called; `local` is never empty.
    pub names: Names,
    /// Inhabitants, 0 where the map does not say.
    pub population: u32,
    /// Where its name is written.
    pub point: Point,
}

/// What a named point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// Cities.
    City,
    /// Towns.
    Town,
    /// Villages.
    Village,
    /// Parts of a city or town.
    Suburb,
    /// Hamlets and single farms.
    Hamlet,
    /// Parts of a suburb, estates, fields with a name.
    Neighbourhood,
    /// Islands.
    Island,
    /// Rocks and small islands.
    Islet,
}

impl Names {
    pub(super) fn of(tags: &Tags) -> Self {
        let tag = |key: &str| tags.get(key).map(|value| value.trim().to_owned()).unwrap_or_default();
        let zh = ["name:zh-Hans", "name:zh", "name:zh-CN"].map(tag).into_iter().find(|name| !name.is_empty());
        Self { local: tag("name"), en: tag("name:en"), zh: zh.unwrap_or_default() }
    }
}

impl AreaKind {
    pub(super) fn of(tags: &Tags) -> Option<Self> {
        let tag = |key: &str| tags.get(key).map_or("", |value| value.as_str());
        if !matches!(tag("building"), "" | "no") {
            return Some(Self::Building);
        }
        let by_key = [
            match tag("natural") {
                "water" => Some(Self::Water),
                "wood" => Some(Self::Wood),
                "grassland" | "scrub" | "heath" => Some(Self::Grass),
                "beach" | "sand" | "shingle" => Some(Self::Beach),
                _ => None,
            },
            match tag("waterway") {
                "riverbank" | "dock" => Some(Self::Water),
                _ => None,
            },
            match tag("leisure") {
                "swimming_pool" => Some(Self::Water),
                "park" | "garden" | "golf_course" | "pitch" | "playground" | "dog_park" => Some(Self::Park),
                _ => None,
            },
            match tag("landuse") {
                "reservoir" | "basin" => Some(Self::Water),
                "forest" => Some(Self::Wood),
                "grass" | "meadow" => Some(Self::Grass),
                "recreation_ground" | "village_green" | "cemetery" | "allotments" => Some(Self::Park),
                "farmland" | "orchard" | "vineyard" | "plant_nursery" => Some(Self::Farmland),
                _ => None,
            },
            match tag("man_made") {
                "pier" | "breakwater" | "groyne" => Some(Self::Pier),
                _ => None,
            },
            match (tag("highway"), tag("area")) {
                ("pedestrian" | "footway", "yes") => Some(Self::Square),
                _ => None,
            },
        ];
        by_key.into_iter().flatten().next()
    }
}

impl LineKind {
    /// The kind, and [`Traits::LINK`] or none.
    pub(super) fn of(tags: &Tags) -> Option<(Self, Traits)> {
        let tag = |key: &str| tags.get(key).map_or("", |value| value.as_str());
        if tag("area") == "yes" {
            return None;
        }
        let highway = tag("highway");
        let road = match highway.strip_suffix("_link").unwrap_or(highway) {
            "motorway" => Some(Self::Motorway),
            "trunk" => Some(Self::Trunk),
            "primary" => Some(Self::Primary),
            "secondary" => Some(Self::Secondary),
            "tertiary" => Some(Self::Tertiary),
            "residential" | "unclassified" | "living_street" | "road" | "busway" => Some(Self::Minor),
            "pedestrian" => Some(Self::Pedestrian),
            "service" => Some(Self::Service),
            "track" => Some(Self::Track),
            "path" | "footway" | "cycleway" | "steps" | "bridleway" => Some(Self::Path),
            _ => None,
        };
        if let Some(kind) = road {
            let aside = matches!(tag("service"), "parking_aisle" | "drive-through" | "emergency_access");
            let is_link = highway.ends_with("_link") || aside || tag("footway") == "crossing";
            return Some((kind, Traits::all([(Traits::LINK, is_link)])));
        }
        let siding = Traits::all([(Traits::LINK, !tag("service").is_empty())]);
        let rail = match tag("railway") {
            "rail" | "light_rail" | "narrow_gauge" | "funicular" => Some(Self::Rail),
            "tram" => Some(Self::Tram),
            "subway" => Some(Self::Subway),
            _ => None,
        };
        let other = match (tag("route"), tag("waterway"), tag("aeroway"), tag("man_made")) {
            ("ferry", ..) => Some((Self::Ferry, Traits::NONE)),
            (_, "river" | "canal", ..) => Some((Self::River, Traits::NONE)),
            (_, "stream" | "ditch" | "drain", ..) => Some((Self::Stream, Traits::NONE)),
            (_, _, "runway", _) => Some((Self::Runway, Traits::NONE)),
            (_, _, "taxiway", _) => Some((Self::Runway, Traits::LINK)),
            (_, _, _, "pier" | "breakwater" | "groyne") => Some((Self::Pier, Traits::NONE)),
            _ => None,
        };
        rail.map(|kind| (kind, siding)).or(other)
    }
}

impl PlaceKind {
    pub(super) fn of(tags: &Tags) -> Option<Self> {
        Some(match tags.get("place")?.as_str() {
            "city" => Self::City,
            "town" => Self::Town,
            "village" => Self::Village,
            "suburb" | "quarter" | "borough" | "district" => Self::Suburb,
            "hamlet" | "isolated_dwelling" => Self::Hamlet,
            "neighbourhood" => Self::Neighbourhood,
            "island" => Self::Island,
            "islet" => Self::Islet,
            _ => return None,
        })
    }
}

/// `6,000` and `6 000` are 6000; 0 when it says nothing.
pub(super) fn population(tags: &Tags) -> u32 {
    let digits = |text: &str| -> String {
        text.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '\'')).collect()
    };
    tags.get("population").and_then(|text| digits(text).parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tags::tagged as tags;

    #[test]
    fn a_square_is_an_area_and_not_a_street() {
        let square = tags(&[("highway", "pedestrian"), ("area", "yes")]);
        assert_eq!((AreaKind::of(&square), LineKind::of(&square)), (Some(AreaKind::Square), None));
    }

    #[test]
    fn a_slip_road_is_a_link_of_its_road() {
        assert_eq!(LineKind::of(&tags(&[("highway", "trunk_link")])), Some((LineKind::Trunk, Traits::LINK)));
        assert_eq!(LineKind::of(&tags(&[("highway", "proposed")])), None);
    }

    #[test]
    fn names_come_in_three_languages_and_may_be_missing() {
        let names =
            Names::of(&tags(&[("name", "Il-Belt Valletta"), ("name:en", "Valletta"), ("name:zh", "瓦莱塔")]));
        assert_eq!((names.en.as_str(), names.zh.as_str()), ("Valletta", "瓦莱塔"));
        assert_eq!(Names::of(&tags(&[])), Names::default());
    }
}
