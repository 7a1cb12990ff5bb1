//! The passes over the file.

use super::coast::land;
use super::kinds::{
    AreaKind, LineKind, Names, PlaceKind, Scenery, SceneryArea, SceneryLine, SceneryPlace, Traits, population,
};
use crate::error::OsmError;
use crate::join::{Reversal, join};
use crate::reader::for_each;
use coldmile_geometry::Point;
use osmpbfreader::{OsmId, OsmObj, Tags};
use std::collections::{BTreeMap, HashMap};

/// Lines are joined up to this many points, so that no single line winds through a whole city.
const MAX_LINE_POINTS: usize = 160;

/// Islands smaller than this are islets, in square kilometres.
const MIN_ISLAND_KM2: f64 = 2.0;

/// Reads what a base map shows of a .osm.pbf.
///
/// # Errors
/// When the file is damaged, cut short, or no .osm.pbf at all.
pub fn read_scenery(pbf: &[u8]) -> Result<Scenery, OsmError> {
    let mut found = SceneryDraft::default();
    for_each(pbf, |object| found.look(object))?;
    let mut members: HashMap<i64, Vec<i64>> = HashMap::new();
    let mut wanted: Vec<i64> = found.relations.iter().flat_map(|shape| shape.ways.iter().copied()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    for_each(pbf, |object| {
        if let OsmObj::Way(way) = object
            && wanted.binary_search(&way.id.0).is_ok()
        {
            members.insert(way.id.0, ids(&way));
        }
    })?;
    for shape in &mut found.relations {
        let pieces = shape.ways.iter().filter_map(|way| members.get(way).cloned()).collect();
        // A ring that the file cuts has no reliable shape: it is left out.
        shape.rings = join(pieces, Reversal::Allowed, usize::MAX);
        shape.rings.retain(|ring| is_closed(ring));
    }
    drop(members);
    let nodes = found.read_nodes(pbf)?;
    Ok(found.finish(&nodes))
}

/// What the ways and relations of a file hold, still in node ids.
#[derive(Default)]
struct SceneryDraft {
    coast: Vec<Vec<i64>>,
    shapes: Vec<ShapeDraft>,
    relations: Vec<ShapeDraft>,
    /// By looks, so that pieces that look alike can be joined.
    lines: BTreeMap<LineLooks, Vec<Vec<i64>>>,
    places: Vec<SceneryPlace>,
}

struct ShapeDraft {
    kind: Option<AreaKind>,
    place: Option<PlaceKind>,
    names: Names,
    population: u32,
    ways: Vec<i64>,
    rings: Vec<Vec<i64>>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct LineLooks {
    kind: LineKind,
    traits: Traits,
    names: Names,
}

impl SceneryDraft {
    /// Takes what a way or relation shows.
    fn look(&mut self, object: OsmObj) {
        match object {
            OsmObj::Way(way) => {
                let mut nodes = ids(&way);
                nodes.dedup();
                if nodes.len() < 2 {
                    return;
                }
                if way.tags.contains("natural", "coastline") {
                    self.coast.push(nodes.clone());
                }
                if is_closed(&nodes)
                    && let Some(mut shape) = ShapeDraft::of(&way.tags)
                {
                    shape.rings.push(nodes.clone());
                    self.shapes.push(shape);
                }
                if let Some((kind, link)) = LineKind::of(&way.tags)
                    && !(kind == LineKind::Pier && is_closed(&nodes))
                {
                    self.line(kind, link, &way.tags, nodes);
                }
            }
            OsmObj::Relation(relation) => {
                let is_shape = relation.tags.contains("type", "multipolygon");
                if let Some(mut shape) = ShapeDraft::of(&relation.tags).filter(|_| is_shape) {
                    shape.ways = relation
                        .refs
                        .iter()
                        .filter_map(|member| match member.member {
                            OsmId::Way(way) => Some(way.0),
                            _ => None,
                        })
                        .collect();
                    self.relations.push(shape);
                }
            }
            OsmObj::Node(_) => {}
        }
    }

    /// Adds a line; `link` is [`Traits::LINK`] or none.
    fn line(&mut self, kind: LineKind, link: Traits, tags: &Tags, mut nodes: Vec<i64>) {
        let yes = |key: &str| tags.get(key).is_some_and(|value| value != "no");
        let backwards = tags.contains("oneway", "-1");
        if backwards {
            nodes.reverse();
        }
        let is_road = kind <= LineKind::Path;
        let round = ["roundabout", "circular"].iter().any(|value| tags.contains("junction", value));
        let is_oneway = is_road
            && (backwards
                || round
                || ["yes", "true", "1"].iter().any(|value| tags.contains("oneway", value))
                || (kind == LineKind::Motorway && !tags.contains_key("oneway")));
        let is_tunnel = yes("tunnel") || tags.contains("location", "underground");
        let traits = Traits::all([
            (link, true),
            (Traits::ONEWAY, is_oneway),
            (Traits::BRIDGE, yes("bridge")),
            (Traits::TUNNEL, is_tunnel),
        ]);
        let looks = LineLooks { kind, traits, names: Names::of(tags) };
        self.lines.entry(looks).or_default().push(nodes);
    }

    /// Reads the coordinates of all nodes that are needed, and the named points.
    fn read_nodes(&mut self, pbf: &[u8]) -> Result<NodePoints, OsmError> {
        let shapes = self.shapes.iter().chain(&self.relations).flat_map(|shape| &shape.rings);
        let all = shapes.chain(&self.coast).chain(self.lines.values().flatten());
        let mut wanted: Vec<i64> = all.flatten().copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut points = vec![None; wanted.len()];
        for_each(pbf, |object| {
            let OsmObj::Node(node) = object else { return };
            let point = Point::from_e7(node.decimicro_lat, node.decimicro_lon);
            if let Ok(position) = wanted.binary_search(&node.id.0) {
                points[position] = Some(point);
            }
            if let Some(kind) = PlaceKind::of(&node.tags) {
                // A point does not say how large its island is.
                let kind = if kind == PlaceKind::Island { PlaceKind::Islet } else { kind };
                let names = Names::of(&node.tags);
                self.places.push(SceneryPlace { kind, names, population: population(&node.tags), point });
            }
        })?;
        Ok(NodePoints { ids: wanted, points })
    }

    fn finish(self, nodes: &NodePoints) -> Scenery {
        let mut scenery = Scenery { places: self.places, ..Scenery::default() };
        for shape in self.shapes.into_iter().chain(self.relations) {
            let mut rings: Vec<Vec<Point>> = shape.rings.iter().filter_map(|ring| nodes.ring(ring)).collect();
            rings.retain(|ring| ring.len() >= 3);
            if shape.place.is_some()
                && let Some((point, square_km)) = middle(&rings)
                && let kind = if square_km < MIN_ISLAND_KM2 { PlaceKind::Islet } else { PlaceKind::Island }
                && !scenery.places.iter().any(|place| place.kind == kind && place.names == shape.names)
            {
                let (names, population) = (shape.names.clone(), shape.population);
                scenery.places.push(SceneryPlace { kind, names, population, point });
            }
            if let Some(kind) = shape.kind.filter(|_| !rings.is_empty()) {
                scenery.areas.push(SceneryArea { kind, names: shape.names, rings });
            }
        }
        scenery.places.retain(|place| !place.names.local.is_empty());
        for (looks, pieces) in self.lines {
            let reversal = if looks.traits.has(Traits::ONEWAY) { Reversal::Never } else { Reversal::Allowed };
            for line in join(pieces, reversal, MAX_LINE_POINTS) {
                for points in nodes.pieces(&line) {
                    let LineLooks { kind, traits, names } = looks.clone();
                    scenery.lines.push(SceneryLine { kind, names, traits, points });
                }
            }
        }
        let coast = join(self.coast, Reversal::Never, usize::MAX);
        let coast = coast.iter().flat_map(|line| nodes.pieces(line)).collect();
        scenery.land = land(coast, bounds(&scenery));
        scenery
    }
}

impl ShapeDraft {
    fn of(tags: &Tags) -> Option<Self> {
        let kind = AreaKind::of(tags);
        let place = PlaceKind::of(tags).filter(|place| matches!(place, PlaceKind::Island | PlaceKind::Islet));
        let names = || if kind == Some(AreaKind::Building) { Names::default() } else { Names::of(tags) };
        (kind.is_some() || place.is_some()).then(|| Self {
            kind,
            place,
            names: names(),
            population: population(tags),
            ways: Vec::new(),
            rings: Vec::new(),
        })
    }
}

/// Where the nodes are; `None` for those the file does not hold.
struct NodePoints {
    ids: Vec<i64>,
    points: Vec<Option<Point>>,
}

impl NodePoints {
    fn point(&self, id: i64) -> Option<Point> {
        self.ids.binary_search(&id).ok().and_then(|position| self.points[position])
    }

    /// A ring without its repeated last point; `None` when a node is missing.
    fn ring(&self, ids: &[i64]) -> Option<Vec<Point>> {
        ids[1..].iter().map(|&id| self.point(id)).collect()
    }

    /// A line in as many pieces as the nodes that are there form.
    fn pieces(&self, ids: &[i64]) -> Vec<Vec<Point>> {
        let points: Vec<Option<Point>> = ids.iter().map(|&id| self.point(id)).collect();
        let pieces = points.split(Option::is_none).map(|piece| piece.iter().copied().flatten().collect());
        pieces.filter(|piece: &Vec<Point>| piece.len() >= 2).collect()
    }
}

fn ids(way: &osmpbfreader::Way) -> Vec<i64> {
    way.nodes.iter().map(|node| node.0).collect()
}

fn is_closed(nodes: &[i64]) -> bool {
    nodes.len() >= 4 && nodes.first() == nodes.last()
}

/// The middle of the ring with the most points, and its area in square kilometres.
fn middle(rings: &[Vec<Point>]) -> Option<(Point, f64)> {
    const KM_A_DEGREE: f64 = 111.2;
    let ring = rings.iter().max_by_key(|ring| ring.len())?;
    let (mut doubled, mut lat, mut lon) = (0.0, 0.0, 0.0);
    let origin = ring.first()?;
    let place =
        |point: &Point| (point.longitude() - origin.longitude(), point.latitude() - origin.latitude());
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let ((ax, ay), (bx, by)) = (place(a), place(b));
        let cross = ax * by - bx * ay;
        doubled += cross;
        lon += (ax + bx) * cross;
        lat += (ay + by) * cross;
    }
    if doubled == 0.0 {
        return Some((*origin, 0.0));
    }
    let (lat, lon) = (lat / (3.0 * doubled), lon / (3.0 * doubled));
    let middle = Point::new(origin.latitude() + lat, origin.longitude() + lon).ok()?;
    let square_degrees = doubled.abs() / 2.0 * origin.latitude().to_radians().cos();
    Some((middle, square_degrees * KM_A_DEGREE * KM_A_DEGREE))
}

/// The box around everything but ferries, which reach far out of a map.
fn bounds(scenery: &Scenery) -> Option<[Point; 2]> {
    let lines =
        scenery.lines.iter().filter(|line| line.kind != LineKind::Ferry).flat_map(|line| &line.points);
    let areas = scenery.areas.iter().flat_map(|area| area.rings.iter().flatten());
    let box_of = |[south_west, north_east]: [Point; 2], point: Point| {
        let min = |of: fn(Point) -> i32| of(south_west).min(of(point));
        let max = |of: fn(Point) -> i32| of(north_east).max(of(point));
        [
            Point::from_e7(min(Point::lat_e7), min(Point::lon_e7)),
            Point::from_e7(max(Point::lat_e7), max(Point::lon_e7)),
        ]
    };
    let mut points = lines.chain(areas).copied();
    let first = points.next()?;
    Some(points.fold([first; 2], box_of))
}

#[cfg(test)]
mod tests {
    use super::super::kinds::Land;
    use super::*;

    #[test]
    fn malta_has_islands_roads_green_and_names() {
        let Ok(pbf) = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/malta.osm.pbf")) else {
            println!("data/malta.osm.pbf is not there: skipped");
            return;
        };
        let scenery = read_scenery(&pbf).unwrap();
        let Land::Rings(rings) = &scenery.land else { panic!("Malta has coasts") };
        println!("{} rings, the longest of {:?}", rings.len(), rings.iter().map(Vec::len).max());
        assert!((10..600).contains(&rings.len()), "{}", rings.len());
        let city = ("Valletta", PlaceKind::City);
        for (name, kind) in [city, ("Għawdex", PlaceKind::Island), ("Kemmuna", PlaceKind::Island)] {
            assert!(
                scenery.places.iter().any(|place| place.kind == kind && place.names.local == name),
                "{name}"
            );
        }
        let count = |kind: AreaKind| scenery.areas.iter().filter(|area| area.kind == kind).count();
        assert!(count(AreaKind::Building) > 15_000 && count(AreaKind::Farmland) > 100);
        for kind in [AreaKind::Water, AreaKind::Wood, AreaKind::Park, AreaKind::Beach, AreaKind::Pier] {
            assert!(count(kind) > 3, "{kind:?}: {}", count(kind));
        }
        let ferries = scenery.lines.iter().filter(|line| line.kind == LineKind::Ferry).count();
        let points: usize = scenery.lines.iter().map(|line| line.points.len()).sum();
        println!("{} lines of {points} points, {ferries} ferries", scenery.lines.len());
        assert!(ferries >= 3 && scenery.lines.len() > 10_000);
        let en = scenery.lines.iter().filter(|l| !l.names.en.is_empty()).count();
        let same =
            scenery.lines.iter().filter(|l| !l.names.en.is_empty() && l.names.en != l.names.local).count();
        println!(
            "{en} with english, {same} differ, {} named",
            scenery.lines.iter().filter(|l| !l.names.local.is_empty()).count()
        );
    }
}
