//! From scenery to a source: on the grid, cleaned, sorted, named.

use super::area::{area, clean};
use super::grid::{Bounds, WORLD, place};
use super::index::Index;
use super::kind::{FeatureForm, FeatureKind, area_from, line_from, place_from};
use super::line::simplify;
use super::source::{Feature, TileSource};
use super::stored;
use coldmile_geometry::Point;
use coldmile_osm::scenery::{AreaKind, Land, LineKind, Names, Scenery, Traits};
use i_overlay::i_float::int::point::IntPoint;
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// Shapes under this many square grid steps (some 2 m² at the equator) are drawn by no tile.
const MIN_AREA: f64 = 6.0;
/// What a line may be bent by for storage, in grid steps.
const LINE_TOLERANCE: f64 = 0.7;

/// A feature with its shape, not yet in bytes.
struct FeatureDraft<'a> {
    kind: FeatureKind,
    traits: Traits,
    from: u8,
    names: Option<&'a Names>,
    rank: u32,
    paths: Vec<Vec<IntPoint>>,
}

impl TileSource {
    /// Prepares what a file shows: on the grid, cleaned, sorted. The same scenery gives the same bytes.
    pub fn new(scenery: &Scenery) -> Self {
        prepare(scenery)
    }
}

fn prepare(scenery: &Scenery) -> TileSource {
    let mut drafts = drafts(scenery);
    // Equal keys keep their order, so the same scenery gives the same bytes.
    drafts.par_sort_by_cached_key(|draft| {
        let Bounds { min, max } = Bounds::of(draft.paths.iter().flatten());
        (draft.from, along_curve(min.x.midpoint(max.x), min.y.midpoint(max.y)))
    });
    let texts = texts(&drafts);
    let number_of: HashMap<&str, u32> = texts.iter().map(String::as_str).zip(0..).collect();
    let mut features = Vec::with_capacity(drafts.len());
    let mut shapes = Vec::new();
    for draft in &drafts {
        let at = shapes.len();
        stored::write_shape(&mut shapes, &draft.paths);
        let names = draft.names.map_or([0; 3], |names| shown(draft.kind, names).map(|name| number_of[name]));
        features.push(Feature {
            kind: draft.kind,
            traits: draft.traits,
            from: draft.from,
            names,
            rank: draft.rank,
            origin: draft.paths[0][0],
            shape: (at, shapes.len() - at),
        });
    }
    let boxes: Vec<_> =
        drafts.iter().map(|draft| (draft.from, Bounds::of(draft.paths.iter().flatten()))).collect();
    TileSource {
        is_all_land: scenery.land == Land::Everywhere,
        bounds: bounds(scenery),
        texts,
        features,
        shapes,
        index: Index::new(&boxes),
    }
}

fn drafts(scenery: &Scenery) -> Vec<FeatureDraft<'_>> {
    let on_grid = |points: &[Point]| -> Vec<IntPoint> { points.iter().map(|&point| place(point)).collect() };
    let filled = |kind: FeatureKind, rings: &[Vec<Point>]| -> Vec<FeatureDraft<'_>> {
        let shapes = clean(rings.iter().map(|ring| on_grid(ring)).collect());
        let size = |shape: &Vec<Vec<IntPoint>>| shape.first().map_or(0.0, |outer| area(outer));
        let draft = |paths: Vec<Vec<IntPoint>>| {
            let from = area_from(kind, size(&paths));
            FeatureDraft { kind, traits: Traits::default(), from, names: None, rank: 0, paths }
        };
        shapes.into_iter().filter(|shape| size(shape) >= MIN_AREA).map(draft).collect()
    };
    let mut drafts = match &scenery.land {
        Land::Everywhere => Vec::new(),
        Land::Rings(rings) => filled(FeatureKind::Land, rings),
    };
    let areas: Vec<Vec<FeatureDraft<'_>>> =
        scenery.areas.par_iter().map(|area| filled(FeatureKind::Area(area.kind), &area.rings)).collect();
    drafts.extend(areas.into_iter().flatten());
    let lines = scenery.lines.par_iter().filter_map(|line| {
        let mut path = simplify(&on_grid(&line.points), LINE_TOLERANCE);
        path.dedup();
        let from = line_from(line.kind, line.traits);
        let (kind, names) = (FeatureKind::Line(line.kind), Some(&line.names));
        (path.len() >= 2).then(|| FeatureDraft {
            kind,
            traits: line.traits,
            from,
            names,
            rank: 0,
            paths: vec![path],
        })
    });
    drafts.extend(lines.collect::<Vec<_>>());
    drafts.extend(scenery.places.iter().map(|named| {
        let (from, rank) = place_from(named.kind, named.population);
        let (kind, names) = (FeatureKind::Place(named.kind), Some(&named.names));
        FeatureDraft {
            kind,
            traits: Traits::default(),
            from,
            names,
            rank,
            paths: vec![vec![place(named.point)]],
        }
    }));
    drafts
}

/// The names as tiles have them: English and Chinese only where they say something else. A street whose sign is in Latin
/// letters keeps that name in English: it is what addresses say, and few streets of a town would have another.
fn shown(kind: FeatureKind, names: &Names) -> [&str; 3] {
    let local = if names.local.is_empty() { &names.en } else { &names.local };
    let differs = |name: &String| !name.is_empty() && name != local;
    let is_latin = local.chars().any(|c| c.is_alphabetic() && c < '\u{250}');
    let has_en = differs(&names.en) && !(is_latin && kind.form() == FeatureForm::Line);
    [local, if has_en { &names.en } else { "" }, if differs(&names.zh) { &names.zh } else { "" }]
}

/// All names, each once; the first is empty.
fn texts(drafts: &[FeatureDraft<'_>]) -> Vec<String> {
    let names = drafts.iter().filter_map(|draft| draft.names.map(|names| shown(draft.kind, names))).flatten();
    let texts: BTreeSet<&str> = names.chain([""]).collect();
    texts.into_iter().map(str::to_owned).collect()
}

/// How far along a Hilbert curve through the whole grid a place lies.
fn along_curve(x: i32, y: i32) -> u64 {
    let (mut x, mut y, mut distance) = (x.clamp(0, WORLD - 1) as u64, y.clamp(0, WORLD - 1) as u64, 0);
    let mut side = WORLD as u64 / 2;
    while side > 0 {
        let (east, south) = (u64::from(x & side > 0), u64::from(y & side > 0));
        distance += side * side * ((3 * east) ^ south);
        if south == 0 {
            if east == 1 {
                x = WORLD as u64 - 1 - x;
                y = WORLD as u64 - 1 - y;
            }
            std::mem::swap(&mut x, &mut y);
        }
        side /= 2;
    }
    distance
}

fn bounds(scenery: &Scenery) -> Option<[Point; 2]> {
    let lines =
        scenery.lines.iter().filter(|line| line.kind != LineKind::Ferry).flat_map(|line| &line.points);
    let areas = scenery.areas.iter().filter(|area| area.kind != AreaKind::Water);
    let points = lines.chain(areas.flat_map(|area| area.rings.iter().flatten()));
    let (mut south, mut west, mut north, mut east) = (i32::MAX, i32::MAX, i32::MIN, i32::MIN);
    for point in points {
        (south, north) = (south.min(point.lat_e7()), north.max(point.lat_e7()));
        (west, east) = (west.min(point.lon_e7()), east.max(point.lon_e7()));
    }
    (south <= north).then(|| [Point::from_e7(south, west), Point::from_e7(north, east)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldmile_osm::scenery::PlaceKind;

    #[test]
    fn the_curve_visits_neighbours_one_after_the_other() {
        let quarter = WORLD / 4;
        let mut visits: Vec<(u64, i32, i32)> = (0..16)
            .map(|cell| (cell % 4, cell / 4))
            .map(|(x, y)| (along_curve(x * quarter, y * quarter) / (quarter as u64).pow(2), x, y))
            .collect();
        visits.sort_unstable();
        for pair in visits.windows(2) {
            assert_eq!((pair[1].1 - pair[0].1).abs() + (pair[1].2 - pair[0].2).abs(), 1, "{visits:?}");
        }
    }

    #[test]
    fn an_english_name_is_left_out_where_it_says_the_same_or_the_sign_can_be_read() {
        let names =
            |local: &str, en: &str| Names { local: local.to_owned(), en: en.to_owned(), zh: String::new() };
        let (town, street) = (FeatureKind::Place(PlaceKind::Town), FeatureKind::Line(LineKind::Minor));
        assert_eq!(shown(town, &names("Sliema", "Sliema")), ["Sliema", "", ""]);
        assert_eq!(shown(town, &names("Tas-Sliema", "Sliema")), ["Tas-Sliema", "Sliema", ""]);
        assert_eq!(shown(street, &names("Triq il-Kbira", "High Street")), ["Triq il-Kbira", "", ""]);
        assert_eq!(shown(street, &names("人民路", "Renmin Road")), ["人民路", "Renmin Road", ""]);
    }
}
