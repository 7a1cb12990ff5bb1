//! What a road graph needs of a file, as plain data: ways, the places of their nodes, what stands on the nodes, and
//! turn restrictions.
//!
//! Two passes: the first keeps ways and relations, the second only the nodes that kept ways use, so memory follows the
//! roads and not the file. Between them the outlines of squares that are drawn as relations are looked up in the blocks
//! that may have them. Access and speed are not decided here.

use super::areas::crossings;
use super::error::OsmError;
use super::reader::Blocks;
use super::restrictions::{Restriction, TurnRule, Via, WayNodes, restriction_kind, trace};
use super::road_blocks::{find_nodes, find_outlines, find_roads};
use super::squares::{OutlineRoads, Square, Squares};
use super::tags::{TagSpan, TagStore, Tags, key_number};
use coldmile_geometry::Point;
use rayon::prelude::*;
use std::collections::HashMap;

/// Roads and ferries of a file.
#[derive(Debug, Default)]
pub struct RoadData {
    ways: Vec<RoadWay>,
    way_nodes: Vec<u32>,
    node_ids: Vec<i64>,
    points: Vec<Point>,
    marked_nodes: Vec<(u32, TagSpan)>,
    restrictions: Vec<Restriction>,
    skipped_restrictions: usize,
    ways_without_nodes: usize,
    tags: TagStore,
}

/// A road or ferry whose nodes are all known. A way that leaves the file comes as one piece for each part inside.
#[derive(Clone, Copy, Debug)]
pub struct RoadWay {
    /// The way's id in OpenStreetMap.
    pub id: i64,
    first_node: u32,
    node_count: u32,
    tags: TagSpan,
}

impl RoadData {
    /// The ways, in file order.
    pub fn ways(&self) -> &[RoadWay] {
        &self.ways
    }

    /// The nodes of a way: positions in [`points`](Self::points).
    pub fn nodes_of(&self, way: &RoadWay) -> &[u32] {
        &self.way_nodes[way.first_node as usize..][..way.node_count as usize]
    }

    /// The tags of a way.
    pub fn tags_of(&self, way: &RoadWay) -> Tags<'_> {
        self.tags.tags(way.tags)
    }

    /// Where the kept nodes are.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Nodes with something on them (barrier, signal, crossing), and what.
    pub fn marked_nodes(&self) -> impl Iterator<Item = (u32, Tags<'_>)> {
        self.marked_nodes.iter().map(|&(node, span)| (node, self.tags.tags(span)))
    }

    /// Turn restrictions whose nodes are known.
    pub fn restrictions(&self) -> &[Restriction] {
        &self.restrictions
    }

    /// How many restrictions were left out: members are missing, too many, or do not meet, or their condition is not
    /// understood.
    pub fn skipped_restrictions(&self) -> usize {
        self.skipped_restrictions
    }

    /// How many roads and ferries of the file have too few known nodes to be used.
    pub fn roads_without_nodes(&self) -> usize {
        self.ways_without_nodes
    }

    /// How often each tag but names occurs on ways and marked nodes: key, value, count, in the order of keys and values.
    pub fn tag_counts(&self) -> Vec<(&'static str, &str, usize)> {
        let on_ways = self.ways.iter().map(|way| way.tags);
        self.tags.count(on_ways.chain(self.marked_nodes.iter().map(|&(_, span)| span)))
    }

    /// Adds turn restrictions; what does not fit the roads is counted as skipped.
    pub fn restrict(&mut self, rules: impl IntoIterator<Item = TurnRule>) {
        add_restrictions(self, rules.into_iter().collect());
    }
}

/// Puts [`RoadData`] together object by object; tests and invented towns use it too.
#[derive(Default)]
pub struct RoadDataBuilder {
    data: RoadData,
    ways: Vec<(i64, Vec<i64>, TagSpan)>,
    nodes: HashMap<i64, (Point, TagSpan)>,
    restrictions: Vec<TurnRule>,
    squares: Vec<(Square, TagSpan)>,
}

impl RoadDataBuilder {
    /// Adds a node, with its tags.
    pub fn node(&mut self, id: i64, point: Point, tags: &[(&str, &str)]) {
        let span = self.data.tags.add(known(tags));
        self.nodes.insert(id, (point, span));
    }

    /// Adds a way through nodes that are added before or after.
    pub fn way(&mut self, id: i64, nodes: &[i64], tags: &[(&str, &str)]) {
        let span = self.data.tags.add(known(tags));
        self.ways.push((id, nodes.to_vec(), span));
    }

    /// Adds a multipolygon of ways: those of its outer outline and those round its holes, which may have no tags.
    pub fn square(&mut self, outer: &[i64], inner: &[i64], tags: &[(&str, &str)]) {
        let tags = known(tags).filter(|(key, _)| Some(*key) != key_number("area"));
        let span = self.data.tags.add(tags.chain(known(&[("area", "yes")])).collect::<Vec<_>>());
        self.squares.push((Square { outer: outer.to_vec(), inner: inner.to_vec() }, span));
    }

    /// Adds a restriction: ways `from` and `to`, node `via`, the tag's value such as `no_left_turn`.
    pub fn restriction(&mut self, from: i64, via: i64, to: i64, value: &str, except: &str) {
        if let Some(kind) = restriction_kind(value) {
            let (via, except) = (Via::Node(via), except.to_owned());
            self.restrictions.push(TurnRule {
                kind,
                from,
                via,
                to,
                only_for: None,
                except,
                when: None,
                sizes: Vec::new(),
            });
        }
    }

    /// The finished data.
    pub fn finish(self) -> RoadData {
        let mut data = self.data;
        data.node_ids = self.ways.iter().flat_map(|(_, nodes, _)| nodes.iter().copied()).collect();
        data.node_ids.sort_unstable();
        data.node_ids.dedup();
        data.node_ids.retain(|id| self.nodes.contains_key(id));
        for (position, id) in data.node_ids.iter().enumerate() {
            let (point, span) = self.nodes[id];
            data.points.push(point);
            if !data.tags.tags(span).is_empty() {
                data.marked_nodes.push((position as u32, span));
            }
        }
        let ends = eastern_ends(&data.points);
        let mut squares = Squares::of(self.squares);
        let wanted = squares.wanted();
        for (id, nodes, _) in self.ways.iter().filter(|(id, ..)| wanted.binary_search(id).is_ok()) {
            squares.outline(*id, nodes.clone());
        }
        let own_ways = self.ways.iter().map(|(id, nodes, span)| (*id, &nodes[..], *span));
        let mut own_way_count = 0;
        for (number, (id, nodes, span)) in own_ways.chain(squares.ways()).enumerate() {
            if number == self.ways.len() {
                own_way_count = data.ways.len();
            }
            let mut nodes = positions_of(&data.node_ids, nodes);
            ends.join(&data.points, &mut nodes);
            add_way(&mut data, id, &nodes, span);
        }
        if squares.is_empty() {
            own_way_count = data.ways.len();
        }
        add_restrictions(&mut data, self.restrictions);
        cross_areas(&mut data, own_way_count, &squares);
        data
    }
}

fn known<'a>(tags: &'a [(&str, &str)]) -> impl Iterator<Item = (u8, &'a str)> {
    tags.iter().filter_map(|(key, value)| Some((key_number(key)?, *value)))
}

/// A way before the places of its nodes are known.
struct PlainWay {
    id: i64,
    node_count: u32,
    tags: TagSpan,
}

/// Reads the roads of a .osm.pbf.
///
/// # Errors
/// When the file is damaged, cut short, or no .osm.pbf at all, or when it has roads but none of their nodes.
pub fn read_roads(pbf: &[u8]) -> Result<RoadData, OsmError> {
    let mut data = RoadData::default();
    let blocks = Blocks::of(pbf)?;
    let (mut ways, mut way_nodes, mut restrictions) = (Vec::new(), Vec::new(), Vec::new());
    let (mut squares, mut way_ids) = (Vec::new(), Vec::new());
    let has_nodes = blocks.visit_roads(find_roads, |block, mut found| {
        data.skipped_restrictions += found.skipped_restrictions;
        restrictions.append(&mut found.restrictions);
        way_nodes.append(&mut found.nodes);
        let mut tags = data.tags.import_block(&found.tags.values, &found.tags.pairs);
        let with_tags = found.ways.iter();
        ways.extend(with_tags.map(|&(id, node_count, count)| PlainWay {
            id,
            node_count,
            tags: tags.next(count),
        }));
        squares.extend(found.squares.into_iter().map(|(square, count)| (square, tags.next(count))));
        way_ids.extend(found.way_ids.map(|range| (block, range)));
    })?;
    let squares = outlined(squares, &blocks, &has_nodes, &way_ids)?;
    let own_way_count = ways.len();
    for (id, nodes, tags) in squares.ways() {
        way_nodes.extend_from_slice(nodes);
        ways.push(PlainWay { id, node_count: nodes.len() as u32, tags });
    }
    let mut ids: Vec<i64> = way_nodes.iter().copied().chain(squares.hole_nodes()).collect();
    ids.par_sort_unstable();
    ids.dedup();
    ids.shrink_to_fit();
    let mut is_known = vec![false; ids.len()];
    let mut points = vec![Point::from_e7(0, 0); ids.len()];
    let mut marked = Vec::new();
    blocks.visit_again(
        &has_nodes,
        |block| find_nodes(block, &ids),
        |found| {
            let mut tags = data.tags.import_block(&found.tags.values, &found.tags.pairs);
            marked.extend(found.marked.iter().map(|&(node, count)| (node, tags.next(count))));
            for (node, point) in found.places {
                // Of a node that a file has twice the first one counts.
                if !std::mem::replace(&mut is_known[node as usize], true) {
                    points[node as usize] = point;
                }
            }
        },
    )?;
    marked.sort_by_key(|mark| mark.0);
    marked.dedup_by_key(|mark| mark.0);
    if is_known.contains(&false) {
        leave_out(&is_known, &mut ids, &mut points, &mut marked);
    }
    (data.node_ids, data.points, data.marked_nodes) = (ids, points, marked);
    let mut positions = positions_of(&data.node_ids, &way_nodes);
    drop(way_nodes);
    eastern_ends(&data.points).join(&data.points, &mut positions);
    data.way_nodes.reserve_exact(positions.len());
    let way_count = ways.len();
    let mut rest = &positions[..];
    let mut first_outline = None;
    for (number, PlainWay { id, node_count, tags }) in ways.into_iter().enumerate() {
        if number == own_way_count {
            first_outline = Some(data.ways.len());
        }
        let (own, others) = rest.split_at(node_count as usize);
        rest = others;
        let before = data.ways.len();
        add_way(&mut data, id, own, tags);
        data.ways_without_nodes += usize::from(data.ways.len() == before);
    }
    if data.ways.is_empty() && way_count > 0 && data.points.is_empty() {
        return Err(OsmError::NoNodes { ways: way_count });
    }
    add_restrictions(&mut data, restrictions);
    let first_outline = first_outline.unwrap_or(data.ways.len());
    cross_areas(&mut data, first_outline, &squares);
    Ok(data)
}

/// The squares with the nodes of their outlines, looked up in the blocks that may have them.
fn outlined(
    squares: Vec<(Square, TagSpan)>,
    blocks: &Blocks<'_>,
    all: &[bool],
    way_ids: &[(usize, (i64, i64))],
) -> Result<Squares, OsmError> {
    let mut squares = Squares::of(squares);
    let wanted = squares.wanted();
    let mut is_wanted = vec![false; all.len()];
    for &(block, (least, greatest)) in way_ids {
        let next = wanted.partition_point(|&way| way < least);
        is_wanted[block] = wanted.get(next).is_some_and(|&way| way <= greatest);
    }
    blocks.visit_again(
        &is_wanted,
        |block| find_outlines(block, &wanted),
        |found| found.into_iter().for_each(|(way, nodes)| squares.outline(way, nodes)),
    )?;
    Ok(squares)
}

/// 180 degrees in 1e-7 degrees.
const EAST_E7: i32 = 1_800_000_000;

/// Nodes at 180 degrees, by latitude.
struct EasternEnds(HashMap<i32, u32>);

fn eastern_ends(points: &[Point]) -> EasternEnds {
    let ends = (0..).zip(points).filter(|(_, point)| point.lon_e7() == EAST_E7);
    EasternEnds(ends.map(|(node, point)| (point.lat_e7(), node)).collect())
}

impl EasternEnds {
    /// Lets the halves of a road that is cut at the antimeridian meet: a node at -180 degrees is the one at 180 degrees.
    fn join(&self, points: &[Point], nodes: &mut [u32]) {
        if self.0.is_empty() {
            return;
        }
        for node in nodes.iter_mut().filter(|node| **node != UNKNOWN) {
            let point = points[*node as usize];
            if point.lon_e7() == -EAST_E7 {
                *node = self.0.get(&point.lat_e7()).copied().unwrap_or(*node);
            }
        }
    }
}

/// Takes the nodes that the file does not have out of the lists.
fn leave_out(is_known: &[bool], ids: &mut Vec<i64>, points: &mut Vec<Point>, marked: &mut [(u32, TagSpan)]) {
    let mut count = 0;
    let mut marks = marked.iter_mut().peekable();
    for node in (0..is_known.len()).filter(|&node| is_known[node]) {
        (ids[count], points[count]) = (ids[node], points[node]);
        if let Some(mark) = marks.next_if(|mark| mark.0 as usize == node) {
            mark.0 = count as u32;
        }
        count += 1;
    }
    ids.truncate(count);
    points.truncate(count);
}

/// Stands for a node that the file does not have.
const UNKNOWN: u32 = u32::MAX;

/// Where each of `wanted` stands among `ids` (sorted), or [`UNKNOWN`].
fn positions_of(ids: &[i64], wanted: &[i64]) -> Vec<u32> {
    // Consecutive nodes of a way mostly have close ids, so the search gallops away from the position before.
    let near = |at: &mut usize, id: &i64| {
        let mut step = 1;
        let (mut low, mut high) = (*at, *at);
        while low > 0 && ids[low] > *id {
            low = low.saturating_sub(step);
            step *= 2;
        }
        while high < ids.len() && ids[high] < *id {
            high += step;
            step *= 2;
        }
        let high = (high + 1).min(ids.len());
        let found = ids[low..high].binary_search(id).ok()? + low;
        *at = found;
        Some(found as u32)
    };
    let mut positions = vec![UNKNOWN; wanted.len()];
    positions.par_chunks_mut(CHUNK).zip(wanted.par_chunks(CHUNK)).for_each(|(positions, wanted)| {
        let mut at = 0;
        for (position, id) in positions.iter_mut().zip(wanted) {
            *position = near(&mut at, id).unwrap_or(UNKNOWN);
        }
    });
    positions
}

/// Nodes that one parallel task looks up.
const CHUNK: usize = 1 << 14;

/// Adds a way, in as many pieces as its known nodes form.
fn add_way(data: &mut RoadData, id: i64, nodes: &[u32], tags: TagSpan) {
    let mut first_node = data.way_nodes.len();
    for &node in nodes.iter().chain([&UNKNOWN]) {
        if node != UNKNOWN {
            let again = data.way_nodes.len() > first_node && data.way_nodes.last() == Some(&node);
            if !again {
                data.way_nodes.push(node);
            }
            continue;
        }
        let node_count = data.way_nodes.len() - first_node;
        if node_count >= 2 {
            let (first_node, node_count) = (first_node as u32, node_count as u32);
            data.ways.push(RoadWay { id, first_node, node_count, tags });
        } else {
            data.way_nodes.truncate(first_node);
        }
        first_node = data.way_nodes.len();
    }
}

/// Whether people walk on all of the area that a way is the outline of.
fn is_walked_area(tags: Tags<'_>) -> bool {
    match tags.get("highway") {
        Some("pedestrian" | "footway" | "path" | "corridor") => tags.is("area", "yes"),
        // Piers and platforms that are closed are areas unless they say otherwise.
        Some("platform") | None => {
            let is_built = tags.get("highway").is_some() || tags.is("man_made", "pier");
            let is_platform = tags.is("railway", "platform") || tags.is("public_transport", "platform");
            (is_built || is_platform) && !tags.is("area", "no")
        }
        _ => false,
    }
}

/// Adds ways across areas that people walk on. They have the id and tags of the outline. From `first_outline` on ways are
/// outlines of squares.
fn cross_areas(data: &mut RoadData, first_outline: usize, squares: &Squares) {
    let is_ring = |way: &&RoadWay| {
        let nodes = data.nodes_of(way);
        nodes.len() > 4 && nodes[0] == nodes[nodes.len() - 1] && is_walked_area(data.tags_of(way))
    };
    let areas: Vec<RoadWay> = data.ways[..first_outline].iter().filter(is_ring).copied().collect();
    if areas.is_empty() && squares.is_empty() {
        return;
    }
    let mut uses = vec![0_u8; data.points.len()];
    for &node in &data.way_nodes {
        uses[node as usize] = uses[node as usize].saturating_add(1);
    }
    let lines: Vec<Vec<[u32; 2]>> = areas
        .par_iter()
        .map(|area| {
            let ring = data.nodes_of(area);
            let is_entrance = |node: u32| uses[node as usize] > 1 + u8::from(node == ring[0]);
            crossings(ring, &[], &data.points, is_entrance)
        })
        .collect();
    let across_squares = cross_squares(data, squares, &uses);
    for (area, lines) in areas.iter().zip(lines) {
        for ends in lines {
            let first_node = data.way_nodes.len() as u32;
            data.way_nodes.extend(ends);
            data.ways.push(RoadWay { first_node, node_count: 2, ..*area });
        }
    }
    for (id, ends, tags) in across_squares {
        let first_node = data.way_nodes.len() as u32;
        data.way_nodes.extend(ends);
        data.ways.push(RoadWay { id, first_node, node_count: 2, tags });
    }
}

/// Lines across squares that are drawn as relations.
fn cross_squares(data: &RoadData, squares: &Squares, uses: &[u8]) -> Vec<(i64, [u32; 2], TagSpan)> {
    let wanted = squares.wanted();
    let mut nodes: HashMap<i64, Vec<&[u32]>> = HashMap::new();
    for way in data.ways.iter().filter(|way| wanted.binary_search(&way.id).is_ok()) {
        nodes.entry(way.id).or_default().push(data.nodes_of(way));
    }
    let roads = OutlineRoads { points: &data.points, uses, nodes: &nodes };
    let position = |id: i64| data.node_ids.binary_search(&id).ok().map(|at| at as u32);
    squares.lines(&roads, position, |span| is_walked_area(data.tags.tags(span)))
}

fn add_restrictions(data: &mut RoadData, rules: Vec<TurnRule>) {
    let mut named = WayNodes::new();
    for rule in &rules {
        if let Via::Ways(via) = &rule.via {
            named.extend(via.iter().chain([&rule.from, &rule.to]).map(|&way| (way, Vec::new())));
        }
    }
    for way in &data.ways {
        if let Some(pieces) = named.get_mut(&way.id) {
            pieces.push(data.way_nodes[way.first_node as usize..][..way.node_count as usize].to_vec());
        }
    }
    for rule in rules {
        let path = match &rule.via {
            Via::Node(node) => data.node_ids.binary_search(node).ok().map(|node| vec![node as u32]),
            Via::Ways(via) => trace(&named, rule.from, via, rule.to),
        };
        match path {
            Some(path) => data.restrictions.push(Restriction { rule, path }),
            None => data.skipped_restrictions += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malta_has_its_roads_ferries_and_restrictions() {
        let data = read_roads(include_bytes!("../../data/malta.osm.pbf")).unwrap();
        assert!(data.ways().len() > 32_000, "{}", data.ways().len());
        let ferries = data.ways().iter().filter(|way| data.tags_of(way).is("route", "ferry"));
        assert!(ferries.count() > 5);
        assert!(data.restrictions().len() > 330, "{}", data.restrictions().len());
        assert!(data.restrictions().iter().any(|restriction| restriction.path.len() > 1));
        assert!(data.skipped_restrictions() < 20, "{}", data.skipped_restrictions());
        assert!(data.marked_nodes().any(|(_, tags)| tags.is("barrier", "gate")));
    }

    #[test]
    fn malta_has_squares_that_are_drawn_as_relations() {
        let data = read_roads(include_bytes!("../../data/malta.osm.pbf")).unwrap();
        // A piece of an outline can only come from a relation: closed ways end where they began, lines across have two nodes.
        let is_piece = |way: &&RoadWay| {
            let nodes = data.nodes_of(way);
            data.tags_of(way).is("area", "yes") && nodes.len() > 2 && nodes.first() != nodes.last()
        };
        let pieces = data.ways().iter().filter(is_piece).count();
        assert!(pieces > 5, "{pieces}");
    }

    #[test]
    fn a_way_that_leaves_the_file_comes_in_pieces() {
        let mut town = RoadDataBuilder::default();
        for id in [1, 2, 4, 5] {
            town.node(id, Point::from_e7(id as i32, 0), &[]);
        }
        town.way(7, &[1, 2, 3, 4, 5, 6], &[("highway", "residential")]);
        let data = town.finish();
        let pieces: Vec<&[u32]> = data.ways().iter().map(|way| data.nodes_of(way)).collect();
        assert_eq!(pieces, [&[0, 1], &[2, 3]]);
    }
}
