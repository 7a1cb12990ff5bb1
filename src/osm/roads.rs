//! What a road graph needs of a file, as plain data: ways, the places of their nodes, what stands on the nodes, and
//! turn restrictions.
//!
//! Two passes: the first keeps ways and relations, the second only the nodes that kept ways use, so memory follows the
//! roads and not the file. Which way is good for whom is not decided here.

use super::reader::{OsmError, map_blocks};
use super::restrictions::{MOST_VIAS, Restriction, TurnRule, Via, Ways, restriction_kind, trace};
use super::schedule::conditional_parts;
use super::tags::{TagSpan, TagStore, Tags, key_number};
use crate::geometry::Point;
use osmpbfreader::osmformat::relation::MemberType;
use osmpbfreader::osmformat::{PrimitiveBlock, PrimitiveGroup};
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

    /// Turn restrictions whose way through the network is known.
    pub fn restrictions(&self) -> &[Restriction] {
        &self.restrictions
    }

    /// How many restrictions were left out: members are missing or do not meet, or their condition is not understood.
    pub fn skipped_restrictions(&self) -> usize {
        self.skipped_restrictions
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

    /// Adds a restriction: ways `from` and `to`, node `via`, the tag's value such as `no_left_turn`.
    pub fn restriction(&mut self, from: i64, via: i64, to: i64, value: &str, except: &str) {
        if let Some(kind) = restriction_kind(value) {
            let (via, except) = (Via::Node(via), except.to_owned());
            self.restrictions.push(TurnRule { kind, from, via, to, only_for: None, except, when: None });
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
        for (id, nodes, span) in self.ways {
            add_way(&mut data, id, &nodes, span);
        }
        add_restrictions(&mut data, self.restrictions);
        data
    }
}

fn known<'a>(tags: &'a [(&str, &str)]) -> impl Iterator<Item = (u8, &'a str)> {
    tags.iter().filter_map(|(key, value)| Some((key_number(key)?, *value)))
}

/// Numbers of keys, and values, before they are stored.
type OwnTags = Vec<(u8, String)>;

/// What the first pass keeps of one block.
#[derive(Default)]
struct Found {
    ways: Vec<(i64, Vec<i64>, OwnTags)>,
    restrictions: Vec<TurnRule>,
    skipped: usize,
}

/// Reads the roads of a file.
pub fn read_roads(pbf: &[u8]) -> Result<RoadData, OsmError> {
    let mut data = RoadData::default();
    let mut ways = Vec::new();
    let mut restrictions = Vec::new();
    for found in map_blocks(pbf, find_roads)? {
        data.skipped_restrictions += found.skipped;
        restrictions.extend(found.restrictions);
        for (id, nodes, tags) in found.ways {
            let span = data.tags.add(tags.iter().map(|(key, value)| (*key, value.as_str())));
            ways.push((id, nodes, span));
        }
    }
    let mut wanted: Vec<i64> = ways.iter().flat_map(|(_, nodes, _)| nodes.iter().copied()).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut nodes = Vec::with_capacity(wanted.len());
    for found in map_blocks(pbf, |block| find_nodes(block, &wanted))? {
        nodes.extend(found);
    }
    nodes.sort_unstable_by_key(|node| node.0);
    nodes.dedup_by_key(|node| node.0);
    for (position, (id, point, tags)) in nodes.into_iter().enumerate() {
        data.node_ids.push(id);
        data.points.push(point);
        if !tags.is_empty() {
            let span = data.tags.add(tags.iter().map(|(key, value)| (*key, value.as_str())));
            data.marked_nodes.push((position as u32, span));
        }
    }
    for (id, nodes, span) in ways {
        add_way(&mut data, id, &nodes, span);
    }
    add_restrictions(&mut data, restrictions);
    Ok(data)
}

/// Adds a way, in as many pieces as its known nodes form.
fn add_way(data: &mut RoadData, id: i64, nodes: &[i64], tags: TagSpan) {
    let mut first_node = data.way_nodes.len();
    for node in nodes.iter().map(|node| data.node_ids.binary_search(node).ok()).chain([None]) {
        if let Some(position) = node {
            let again =
                data.way_nodes.len() > first_node && data.way_nodes.last() == Some(&(position as u32));
            if !again {
                data.way_nodes.push(position as u32);
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

fn add_restrictions(data: &mut RoadData, rules: Vec<TurnRule>) {
    let mut named = Ways::new();
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

fn text(block: &PrimitiveBlock, at: usize) -> &str {
    block.stringtable.s.get(at).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

fn find_roads(block: &PrimitiveBlock) -> Found {
    let mut found = Found::default();
    let keys: Vec<Option<u8>> =
        block.stringtable.s.iter().map(|key| std::str::from_utf8(key).ok().and_then(key_number)).collect();
    for group in &block.primitivegroup {
        for way in &group.ways {
            let tags = || way.keys.iter().zip(&way.vals).map(|(&key, &value)| (key as usize, value as usize));
            let value_of =
                |name| tags().find(|&(key, _)| text(block, key) == name).map(|(_, value)| text(block, value));
            let is_road =
                value_of("highway").is_some() || value_of("route").is_some_and(|route| route == "ferry");
            if !is_road || value_of("area").is_some_and(|area| area == "yes") {
                continue;
            }
            let nodes = way.refs.iter().scan(0, |id, delta| {
                *id += delta;
                Some(*id)
            });
            let kept = tags().filter_map(|(key, value)| Some((keys[key]?, text(block, value).to_owned())));
            found.ways.push((way.id(), nodes.collect(), kept.collect()));
        }
        find_restrictions(block, group, &mut found);
    }
    found
}

fn find_restrictions(block: &PrimitiveBlock, group: &PrimitiveGroup, found: &mut Found) {
    for relation in &group.relations {
        let tags: Vec<(&str, &str)> = (relation.keys.iter().zip(&relation.vals))
            .map(|(&key, &value)| (text(block, key as usize), text(block, value as usize)))
            .collect();
        if !tags.contains(&("type", "restriction")) {
            continue;
        }
        let except = tags.iter().find(|(key, _)| *key == "except").map_or("", |(_, value)| value);
        let mut rules = Vec::new();
        for &(key, value) in &tags {
            let Some(rest) = key.strip_prefix("restriction") else { continue };
            let (who, is_conditional) = match rest.strip_suffix(":conditional") {
                Some(who) => (who, true),
                None => (rest, false),
            };
            let only_for = match (who, who.strip_prefix(':')) {
                ("", _) => None,
                (_, Some(who)) => Some(who.to_owned()),
                (_, None) => continue,
            };
            if is_conditional {
                for (value, when) in conditional_parts(value) {
                    match (restriction_kind(value), when) {
                        (Some(kind), Some(when)) => rules.push((kind, only_for.clone(), Some(when))),
                        _ => found.skipped += 1,
                    }
                }
            } else {
                rules.extend(restriction_kind(value).map(|kind| (kind, only_for, None)));
            }
        }
        let (mut from, mut to) = (Vec::new(), Vec::new());
        let (mut via_nodes, mut via_ways) = (Vec::new(), Vec::new());
        let mut id = 0;
        for ((delta, kind), &role) in relation.memids.iter().zip(&relation.types).zip(&relation.roles_sid) {
            id += delta;
            match (text(block, role as usize), kind.enum_value()) {
                ("from", Ok(MemberType::WAY)) => from.push(id),
                ("to", Ok(MemberType::WAY)) => to.push(id),
                ("via", Ok(MemberType::NODE)) => via_nodes.push(id),
                ("via", Ok(MemberType::WAY)) => via_ways.push(id),
                _ => {}
            }
        }
        let via = match (&via_nodes[..], via_ways.len()) {
            (&[node], 0) => Some(Via::Node(node)),
            (&[], 1..=MOST_VIAS) => Some(Via::Ways(via_ways)),
            _ => None,
        };
        let Some(via) = via.filter(|_| !from.is_empty() && !to.is_empty()) else {
            found.skipped += usize::from(!rules.is_empty());
            continue;
        };
        for (kind, only_for, when) in rules {
            for (&from, &to) in from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
                let (via, only_for, except, when) =
                    (via.clone(), only_for.clone(), except.to_owned(), when.clone());
                found.restrictions.push(TurnRule { kind, from, via, to, only_for, except, when });
            }
        }
    }
}

/// The nodes of a block that are `wanted` (sorted), with the tags that say what stands there.
fn find_nodes(block: &PrimitiveBlock, wanted: &[i64]) -> Vec<(i64, Point, OwnTags)> {
    let mut found = Vec::new();
    let (granularity, lat_offset, lon_offset) =
        (i64::from(block.granularity()), block.lat_offset(), block.lon_offset());
    let point = |lat: i64, lon: i64| {
        let e7 = |multiple: i64, offset: i64| ((offset + granularity * multiple) / 100) as i32;
        Point::from_e7(e7(lat, lat_offset), e7(lon, lon_offset))
    };
    let tag = |key: usize, value: usize| Some((key_number(text(block, key))?, text(block, value).to_owned()));
    for group in &block.primitivegroup {
        for node in &group.nodes {
            if wanted.binary_search(&node.id()).is_ok() {
                let tags =
                    node.keys.iter().zip(&node.vals).filter_map(|(&k, &v)| tag(k as usize, v as usize));
                found.push((node.id(), point(node.lat(), node.lon()), tags.collect()));
            }
        }
        let dense = &group.dense;
        let (mut id, mut lat, mut lon) = (0, 0, 0);
        let mut texts = dense.keys_vals.iter();
        // Ids mostly ascend, so the place in `wanted` moves on with them.
        let (mut cursor, mut previous) = (0, i64::MAX);
        for at in 0..dense.id.len() {
            id += dense.id[at];
            lat += dense.lat[at];
            lon += dense.lon[at];
            if id < previous {
                cursor = wanted.partition_point(|&other| other < id);
            }
            previous = id;
            cursor += wanted[cursor..].iter().take_while(|&&other| other < id).count();
            let is_wanted = wanted.get(cursor) == Some(&id);
            let mut tags = Vec::new();
            while let Some(&key) = texts.next().filter(|&&key| key != 0) {
                let value = texts.next().copied().unwrap_or_default();
                if is_wanted {
                    tags.extend(tag(key as usize, value as usize));
                }
            }
            if is_wanted {
                found.push((id, point(lat, lon), tags));
            }
        }
    }
    found
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
