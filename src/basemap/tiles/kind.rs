//! What a feature is: its layer, its class, and the zoom it first shows at.

use super::grid::{MAX_ZOOM, MIN_ZOOM};
use coldmile_osm::scenery::{AreaKind, LineKind, PlaceKind, Traits};

/// Everything a tile can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum FeatureKind {
    Land,
    Area(AreaKind),
    Line(LineKind),
    Place(PlaceKind),
}

/// All kinds; the position of one is its number in stored bytes. Only ever add at the end.
const KINDS: [FeatureKind; 36] = [
    FeatureKind::Land,
    FeatureKind::Area(AreaKind::Water),
    FeatureKind::Area(AreaKind::Wood),
    FeatureKind::Area(AreaKind::Park),
    FeatureKind::Area(AreaKind::Grass),
    FeatureKind::Area(AreaKind::Farmland),
    FeatureKind::Area(AreaKind::Beach),
    FeatureKind::Area(AreaKind::Pier),
    FeatureKind::Area(AreaKind::Square),
    FeatureKind::Area(AreaKind::Building),
    FeatureKind::Line(LineKind::Motorway),
    FeatureKind::Line(LineKind::Trunk),
    FeatureKind::Line(LineKind::Primary),
    FeatureKind::Line(LineKind::Secondary),
    FeatureKind::Line(LineKind::Tertiary),
    FeatureKind::Line(LineKind::Minor),
    FeatureKind::Line(LineKind::Pedestrian),
    FeatureKind::Line(LineKind::Service),
    FeatureKind::Line(LineKind::Track),
    FeatureKind::Line(LineKind::Path),
    FeatureKind::Line(LineKind::Runway),
    FeatureKind::Line(LineKind::Rail),
    FeatureKind::Line(LineKind::Tram),
    FeatureKind::Line(LineKind::Subway),
    FeatureKind::Line(LineKind::Ferry),
    FeatureKind::Line(LineKind::River),
    FeatureKind::Line(LineKind::Stream),
    FeatureKind::Line(LineKind::Pier),
    FeatureKind::Place(PlaceKind::City),
    FeatureKind::Place(PlaceKind::Town),
    FeatureKind::Place(PlaceKind::Village),
    FeatureKind::Place(PlaceKind::Suburb),
    FeatureKind::Place(PlaceKind::Hamlet),
    FeatureKind::Place(PlaceKind::Neighbourhood),
    FeatureKind::Place(PlaceKind::Island),
    FeatureKind::Place(PlaceKind::Islet),
];

/// The layers, in the order they stand in a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    Land,
    Water,
    Green,
    Buildings,
    Roads,
    Rail,
    Places,
}

impl Layer {
    pub(super) const ALL: [Self; 7] =
        [Self::Land, Self::Water, Self::Green, Self::Buildings, Self::Roads, Self::Rail, Self::Places];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Land => "land",
            Self::Water => "water",
            Self::Green => "green",
            Self::Buildings => "buildings",
            Self::Roads => "roads",
            Self::Rail => "rail",
            Self::Places => "places",
        }
    }
}

/// The form of a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FeatureForm {
    Area,
    Line,
    Point,
}

impl FeatureKind {
    pub(super) fn number(self) -> u8 {
        KINDS.iter().position(|&kind| kind == self).expect("every kind is in the table") as u8
    }

    pub(super) fn from_number(number: u32) -> Option<Self> {
        KINDS.get(number as usize).copied()
    }

    pub(super) fn form(self) -> FeatureForm {
        match self {
            Self::Land | Self::Area(_) => FeatureForm::Area,
            Self::Line(_) => FeatureForm::Line,
            Self::Place(_) => FeatureForm::Point,
        }
    }

    pub(super) fn layer(self) -> Layer {
        match self {
            Self::Land | Self::Area(AreaKind::Pier | AreaKind::Square) | Self::Line(LineKind::Pier) => {
                Layer::Land
            }
            Self::Area(AreaKind::Water) | Self::Line(LineKind::River | LineKind::Stream) => Layer::Water,
            Self::Area(AreaKind::Building) => Layer::Buildings,
            Self::Area(_) => Layer::Green,
            Self::Line(LineKind::Rail | LineKind::Tram | LineKind::Subway | LineKind::Ferry) => Layer::Rail,
            Self::Line(_) => Layer::Roads,
            Self::Place(_) => Layer::Places,
        }
    }

    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Land => "land",
            Self::Area(AreaKind::Water) => "water",
            Self::Area(AreaKind::Wood) => "wood",
            Self::Area(AreaKind::Park) => "park",
            Self::Area(AreaKind::Grass) => "grass",
            Self::Area(AreaKind::Farmland) => "farmland",
            Self::Area(AreaKind::Beach) => "beach",
            Self::Area(AreaKind::Pier) | Self::Line(LineKind::Pier) => "pier",
            Self::Area(AreaKind::Square) => "square",
            Self::Area(AreaKind::Building) => "building",
            Self::Line(LineKind::Motorway) => "motorway",
            Self::Line(LineKind::Trunk) => "trunk",
            Self::Line(LineKind::Primary) => "primary",
            Self::Line(LineKind::Secondary) => "secondary",
            Self::Line(LineKind::Tertiary) => "tertiary",
            Self::Line(LineKind::Minor) => "minor",
            Self::Line(LineKind::Pedestrian) => "pedestrian",
            Self::Line(LineKind::Service) => "service",
            Self::Line(LineKind::Track) => "track",
            Self::Line(LineKind::Path) => "path",
            Self::Line(LineKind::Runway) => "runway",
            Self::Line(LineKind::Rail) => "rail",
            Self::Line(LineKind::Tram) => "tram",
            Self::Line(LineKind::Subway) => "subway",
            Self::Line(LineKind::Ferry) => "ferry",
            Self::Line(LineKind::River) => "river",
            Self::Line(LineKind::Stream) => "stream",
            Self::Place(PlaceKind::City) => "city",
            Self::Place(PlaceKind::Town) => "town",
            Self::Place(PlaceKind::Village) => "village",
            Self::Place(PlaceKind::Suburb) => "suburb",
            Self::Place(PlaceKind::Hamlet) => "hamlet",
            Self::Place(PlaceKind::Neighbourhood) => "neighbourhood",
            Self::Place(PlaceKind::Island) => "island",
            Self::Place(PlaceKind::Islet) => "islet",
        }
    }

    /// The zoom from which a name is worth its bytes.
    pub(super) fn names_from(self) -> u8 {
        match self {
            Self::Place(_) => MIN_ZOOM,
            Self::Line(
                LineKind::Motorway
                | LineKind::Trunk
                | LineKind::Primary
                | LineKind::Secondary
                | LineKind::River
                | LineKind::Ferry,
            ) => 11,
            Self::Line(LineKind::Tertiary | LineKind::Runway) => 12,
            _ => MAX_ZOOM,
        }
    }
}

/// The zoom a filled shape first shows at: when it covers enough pixels. `area` is in square grid steps.
pub(super) fn area_from(kind: FeatureKind, area: f64) -> u8 {
    let (earliest, pixels) = match kind {
        FeatureKind::Land => (MIN_ZOOM, 1.0),
        FeatureKind::Area(AreaKind::Water) => (MIN_ZOOM, 16.0),
        FeatureKind::Area(AreaKind::Wood | AreaKind::Farmland | AreaKind::Grass) => (8, 40.0),
        FeatureKind::Area(AreaKind::Park | AreaKind::Beach) => (9, 40.0),
        FeatureKind::Area(AreaKind::Pier) => (11, 24.0),
        FeatureKind::Area(AreaKind::Building) => (13, 60.0),
        _ => (13, 24.0),
    };
    // A pixel of a tile drawn 512 wide is 8 tile steps wide, 8 · 2^(MAX_ZOOM - zoom) grid steps.
    let pixel = |zoom: u8| (f64::from(8 << (MAX_ZOOM - zoom))).powi(2);
    (earliest..MAX_ZOOM).find(|&zoom| area >= pixels * pixel(zoom)).unwrap_or(MAX_ZOOM)
}

/// The zoom a line first shows at.
pub(super) fn line_from(kind: LineKind, traits: Traits) -> u8 {
    let zoom: u8 = match kind {
        LineKind::Motorway => 5,
        LineKind::Trunk => 7,
        LineKind::Primary | LineKind::Ferry | LineKind::Rail => 8,
        LineKind::Secondary | LineKind::River => 9,
        LineKind::Tertiary | LineKind::Runway => 11,
        LineKind::Minor => 12,
        LineKind::Pedestrian | LineKind::Tram | LineKind::Subway | LineKind::Stream | LineKind::Pier => 13,
        LineKind::Service | LineKind::Track | LineKind::Path => 14,
    };
    (zoom + if traits.has(Traits::LINK) { 2 } else { 0 }).min(MAX_ZOOM)
}

/// The zoom a named point first shows at, and its rank: low ranks come first where names crowd.
pub(super) fn place_from(kind: PlaceKind, population: u32) -> (u8, u32) {
    let (zoom, order) = match kind {
        PlaceKind::City => (5, 0),
        PlaceKind::Town => (8, 1),
        PlaceKind::Island => (8, 2),
        PlaceKind::Village => (10, 3),
        PlaceKind::Suburb => (12, 4),
        PlaceKind::Hamlet => (13, 5),
        PlaceKind::Neighbourhood | PlaceKind::Islet => (13, 6),
    };
    (zoom, order * 8 + 7 - population.checked_ilog10().unwrap_or(0).min(7))
}
