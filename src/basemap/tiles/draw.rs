//! One tile: what its window holds, cut and written.

use super::area;
use super::grid::{BUFFER, EXTENT, MAX_ZOOM, TileError, Window};
use super::kind::{FeatureForm, FeatureKind, Layer};
use super::line;
use super::source::{Feature, TileSource};
use super::stored::read_shape;
use coldmile_osm::scenery::Traits;
use i_overlay::i_float::int::point::IntPoint;
use mvt::{GeomEncoder, GeomType, Tile};
use std::collections::HashMap;

/// A tile longer than this (before compression) is drawn again without its smallest shapes.
const MAX_BYTES: usize = 60_000;
/// How often it is drawn again, each time without shapes four times as large.
const ATTEMPTS: u32 = 4;
/// Shapes smaller than this many square tile steps are not drawn by tiles that simplify: half a pixel.
const MIN_AREA: f64 = 32.0;

impl TileSource {
    /// The tile of column `x` (from the antimeridian eastwards) and row `y` (from the north) at zoom `z`, as Mapbox
    /// Vector Tile 2, not compressed. Empty where there is nothing but sea, and off the map.
    ///
    /// # Errors
    /// When there are no tiles at this zoom, or the world ends before this tile.
    pub fn tile(&self, z: u8, x: u32, y: u32) -> Result<Vec<u8>, TileError> {
        Ok(tile(self, &Window::new(z, x, y)?))
    }
}

/// Draws a tile; empty when there is nothing on it.
fn tile(source: &TileSource, window: &Window) -> Vec<u8> {
    let min_area = if window.zoom == MAX_ZOOM { 0.0 } else { MIN_AREA };
    let mut bytes = draw(source, window, min_area);
    for attempt in 1..=ATTEMPTS {
        if bytes.len() <= MAX_BYTES {
            break;
        }
        bytes = draw(source, window, MIN_AREA * f64::from(4_u32.pow(attempt)));
    }
    bytes
}

/// The key of each trait.
const TRAITS: [(Traits, &str); 4] = [
    (Traits::LINK, "link"),
    (Traits::ONEWAY, "oneway"),
    (Traits::BRIDGE, "bridge"),
    (Traits::TUNNEL, "tunnel"),
];

/// What makes features look alike in a tile: they become one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct FeatureLooks {
    kind: FeatureKind,
    traits: Traits,
    names: [u32; 3],
    rank: u32,
}

/// Paths of features that look alike: rings of polygons one after the other, lines, or points.
struct FeatureGroup {
    looks: FeatureLooks,
    paths: Vec<Vec<IntPoint>>,
}

fn draw(source: &TileSource, window: &Window, min_area: f64) -> Vec<u8> {
    let mut groups: Vec<FeatureGroup> = Vec::new();
    let mut group_of: HashMap<FeatureLooks, usize> = HashMap::new();
    let mut add = |looks: FeatureLooks, paths: Vec<Vec<IntPoint>>| {
        let position = *group_of.entry(looks).or_insert(groups.len());
        match groups.get_mut(position) {
            Some(group) => group.paths.extend(paths),
            None => groups.push(FeatureGroup { looks, paths }),
        }
    };
    if source.is_all_land {
        add(
            FeatureLooks { kind: FeatureKind::Land, traits: Traits::default(), names: [0; 3], rank: 0 },
            vec![whole()],
        );
    }
    for position in source.index.search(window.zoom, &window.bounds()) {
        let feature = &source.features[position];
        let (at, length) = feature.shape;
        let paths = read_shape(&source.shapes[at..at + length], feature.origin)
            .expect("the source was checked when it was made or read");
        let paths = match feature.kind.form() {
            FeatureForm::Area => {
                // Land and water stay: a hole in them would be mistaken for the other.
                let is_kept = feature.kind.layer() < Layer::Green;
                let limit = if is_kept { min_area.min(MIN_AREA) } else { min_area };
                area::cut(&paths, window, limit).into_iter().flatten().collect()
            }
            FeatureForm::Line => line::cut(&paths[0], window),
            FeatureForm::Point if window.owns(feature.origin) => vec![vec![window.step(feature.origin)]],
            FeatureForm::Point => Vec::new(),
        };
        if !paths.is_empty() {
            add(looks(feature, window.zoom), paths);
        }
    }
    encode(source, &groups).expect("layers have names of their own and one extent")
}

/// The ring around a tile with its buffer.
fn whole() -> Vec<IntPoint> {
    let (low, high) = (-BUFFER, EXTENT + BUFFER);
    [(low, low), (high, low), (high, high), (low, high)].map(|(x, y)| IntPoint::new(x, y)).to_vec()
}

/// How a feature looks at a zoom: shallow tiles do without small differences, and join more.
fn looks(feature: &Feature, zoom: u8) -> FeatureLooks {
    let names = if zoom >= feature.kind.names_from() { feature.names } else { [0; 3] };
    let traits = if zoom + 2 >= MAX_ZOOM { feature.traits } else { Traits::default() };
    FeatureLooks { kind: feature.kind, traits, names, rank: feature.rank }
}

fn encode(source: &TileSource, groups: &[FeatureGroup]) -> Result<Vec<u8>, mvt::Error> {
    let mut tile = Tile::new(EXTENT as u32);
    for layer in Layer::ALL {
        let mut drawn = tile.create_layer(layer.name());
        for FeatureGroup { looks, paths } in groups.iter().filter(|group| group.looks.kind.layer() == layer) {
            let mut feature = drawn.into_feature(geometry(looks.kind.form(), paths)?);
            feature.add_tag_string("class", looks.kind.class());
            for (key, name) in ["name", "name_en", "name_zh"].into_iter().zip(looks.names) {
                if name > 0 {
                    feature.add_tag_string(key, &source.texts[name as usize]);
                }
            }
            for (of, key) in TRAITS {
                if looks.traits.has(of) {
                    feature.add_tag_bool(key, true);
                }
            }
            if looks.kind.form() == FeatureForm::Point {
                feature.add_tag_uint("rank", u64::from(looks.rank));
            }
            drawn = feature.into_layer();
        }
        if drawn.num_features() > 0 {
            tile.add_layer(drawn)?;
        }
    }
    tile.to_bytes()
}

fn geometry(form: FeatureForm, paths: &[Vec<IntPoint>]) -> Result<mvt::GeomData, mvt::Error> {
    let mut encoder = GeomEncoder::<i32>::new(match form {
        FeatureForm::Area => GeomType::Polygon,
        FeatureForm::Line => GeomType::Linestring,
        FeatureForm::Point => GeomType::Point,
    });
    let mut before = None;
    for path in paths {
        // The encoder continues the path before when the next one starts where that ended. That joins lines, which is
        // fine; a ring starts one point later instead.
        let rotation = usize::from(form == FeatureForm::Area && before == path.first().copied());
        for place in path[rotation..].iter().chain(&path[..rotation]) {
            encoder.add_point(place.x, place.y)?;
            before = Some(*place);
        }
        if form != FeatureForm::Point {
            encoder.complete_geom()?;
        }
    }
    encoder.encode()
}
