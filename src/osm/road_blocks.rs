//! What a road graph needs of one block of a file.

use super::conditions::{Condition, Conditional, conditional_parts};
use super::restrictions::{MAX_TURNS, MAX_VIAS, TurnRule, Via, restriction_kind};
use super::squares::Square;
use super::tags::key_number;
use coldmile_geometry::Point;
use osmpbfreader::osmformat::relation::MemberType;
use osmpbfreader::osmformat::{PrimitiveBlock, PrimitiveGroup};
use std::collections::HashSet;

/// Kept tags of one block: numbers of keys, and values by their number in the block.
#[derive(Default)]
pub(super) struct BlockTags {
    pub pairs: Vec<(u8, u32)>,
    pub values: Vec<Box<str>>,
}

/// Ways and restrictions of one block.
#[derive(Default)]
pub(super) struct BlockRoads {
    /// The way's id, how many nodes it has, how many tags.
    pub ways: Vec<(i64, u32, u32)>,
    /// Ids of the nodes of all ways.
    pub nodes: Vec<i64>,
    pub tags: BlockTags,
    pub restrictions: Vec<TurnRule>,
    pub skipped_restrictions: usize,
    /// Squares that are drawn as relations, and how many tags each has; their tags follow those of all ways.
    pub squares: Vec<(Square, u32)>,
    /// The least and the greatest id of a way in the block, road or not.
    pub way_ids: Option<(i64, i64)>,
}

/// Nodes of one block.
#[derive(Default)]
pub(super) struct BlockNodes {
    /// Positions among the wanted ids, and places.
    pub places: Vec<(u32, Point)>,
    /// Positions of nodes with something on them, and how many tags they have.
    pub marked: Vec<(u32, u32)>,
    pub tags: BlockTags,
}

/// A key or value that has not been seen yet.
const UNSEEN: u32 = u32::MAX;
/// A key that is not kept.
const NOT_KEPT: u32 = u32::MAX - 1;

/// The texts of a block; each key is looked up, and each value kept, once.
struct Texts<'a> {
    block: &'a PrimitiveBlock,
    keys: Vec<u32>,
    values: Vec<u32>,
    kept: BlockTags,
}

impl<'a> Texts<'a> {
    fn new(block: &'a PrimitiveBlock) -> Self {
        let unseen = vec![UNSEEN; block.stringtable.s.len()];
        Self { block, keys: unseen.clone(), values: unseen, kept: BlockTags::default() }
    }

    /// The number of a key, if it is kept.
    fn key(&mut self, at: usize) -> Option<u8> {
        let number = self.keys.get_mut(at)?;
        if *number == UNSEEN {
            *number = key_number(text(self.block, at)).map_or(NOT_KEPT, u32::from);
        }
        u8::try_from(*number).ok()
    }

    /// Keeps a tag that the block need not have; returns whether roads are judged by its key.
    fn keep_text(&mut self, key: &str, value: &str) -> bool {
        let Some(key) = key_number(key) else { return false };
        self.kept.pairs.push((key, self.kept.values.len() as u32));
        self.kept.values.push(value.into());
        true
    }

    /// Keeps a tag if roads are judged by its key; returns whether they are.
    fn keep(&mut self, key: usize, value: usize) -> bool {
        let (Some(key), Some(&number)) = (self.key(key), self.values.get(value)) else { return false };
        let number = if number == UNSEEN {
            let number = self.kept.values.len() as u32;
            self.values[value] = number;
            self.kept.values.push(text(self.block, value).into());
            number
        } else {
            number
        };
        self.kept.pairs.push((key, number));
        true
    }
}

fn text(block: &PrimitiveBlock, at: usize) -> &str {
    block.stringtable.s.get(at).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

/// The roads, ferries and turn restrictions of a block.
pub(super) fn find_roads(block: &PrimitiveBlock) -> BlockRoads {
    let mut found = BlockRoads::default();
    let mut texts = Texts::new(block);
    for group in &block.primitivegroup {
        for way in &group.ways {
            let (least, greatest) = found.way_ids.unwrap_or((way.id(), way.id()));
            found.way_ids = Some((least.min(way.id()), greatest.max(way.id())));
            let tags = || way.keys.iter().zip(&way.vals).map(|(&key, &value)| (key as usize, value as usize));
            let is_road = tags().any(|(key, value)| {
                texts.key(key).is_some() && leads_somewhere(text(block, key), || text(block, value))
            });
            if !is_road {
                continue;
            }
            let mut id = 0;
            found.nodes.extend(way.refs.iter().map(|delta| {
                id += delta;
                id
            }));
            let tag_count = tags().filter(|&(key, value)| texts.keep(key, value)).count();
            found.ways.push((way.id(), way.refs.len() as u32, tag_count as u32));
        }
        find_restrictions(block, group, &mut found);
    }
    for group in &block.primitivegroup {
        find_squares(block, group, &mut texts, &mut found);
    }
    found.tags = texts.kept;
    found
}

/// Whether a way with this tag is a road, a ferry, a car train, or something that people walk on.
fn leads_somewhere<'a>(key: &str, value: impl Fn() -> &'a str) -> bool {
    match key {
        "highway" => true,
        "route" => matches!(value(), "ferry" | "shuttle_train"),
        "man_made" => value() == "pier",
        "railway" | "public_transport" => value() == "platform",
        _ => false,
    }
}

/// Adds the multipolygons of a group whose area people walk on.
fn find_squares(
    block: &PrimitiveBlock,
    group: &PrimitiveGroup,
    texts: &mut Texts<'_>,
    found: &mut BlockRoads,
) {
    for relation in &group.relations {
        let tags =
            || relation.keys.iter().zip(&relation.vals).map(|(&key, &value)| (key as usize, value as usize));
        let is_area =
            tags().any(|(key, value)| text(block, key) == "type" && text(block, value) == "multipolygon");
        let is_walked = |(key, value): (usize, usize)| {
            text(block, key) != "route" && leads_somewhere(text(block, key), || text(block, value))
        };
        if !is_area || !tags().any(is_walked) {
            continue;
        }
        let mut square = Square::default();
        let mut id = 0;
        for ((delta, kind), &role) in relation.memids.iter().zip(&relation.types).zip(&relation.roles_sid) {
            id += delta;
            let list = match (text(block, role as usize), kind.enum_value()) {
                ("outer" | "", Ok(MemberType::WAY)) => &mut square.outer,
                ("inner", Ok(MemberType::WAY)) => &mut square.inner,
                _ => continue,
            };
            list.push(id);
        }
        for list in [&mut square.outer, &mut square.inner] {
            let mut seen = HashSet::new();
            list.retain(|&way| seen.insert(way));
        }
        let is_other = |&(key, _): &(usize, usize)| text(block, key) != "area";
        let mut count = tags().filter(is_other).filter(|&(key, value)| texts.keep(key, value)).count() as u32;
        // A multipolygon is an area, whether it says so or not.
        count += u32::from(texts.keep_text("area", "yes"));
        found.squares.push((square, count));
    }
}

/// The nodes of the ways of a block that are `wanted` (sorted).
pub(super) fn find_outlines(block: &PrimitiveBlock, wanted: &[i64]) -> Vec<(i64, Vec<i64>)> {
    let ways = block.primitivegroup.iter().flat_map(|group| &group.ways);
    let is_wanted = ways.filter(|way| wanted.binary_search(&way.id()).is_ok());
    let nodes = |refs: &[i64]| {
        let ids = refs.iter().scan(0, |id, delta| {
            *id += delta;
            Some(*id)
        });
        ids.collect()
    };
    is_wanted.map(|way| (way.id(), nodes(&way.refs))).collect()
}

fn find_restrictions(block: &PrimitiveBlock, group: &PrimitiveGroup, found: &mut BlockRoads) {
    for relation in &group.relations {
        let tags: Vec<(&str, &str)> = (relation.keys.iter().zip(&relation.vals))
            .map(|(&key, &value)| (text(block, key as usize), text(block, value as usize)))
            .collect();
        let kind = tags.iter().find(|(key, _)| *key == "type").map_or("", |(_, value)| value);
        // `type=restriction:hgv` is an old way to say that the plain tag is for trucks.
        let Some(type_for) =
            kind.strip_prefix("restriction").filter(|rest| rest.is_empty() || rest.starts_with(':'))
        else {
            continue;
        };
        let except = tags.iter().find(|(key, _)| *key == "except").map_or("", |(_, value)| value);
        let mut rules = Vec::new();
        for &(key, value) in &tags {
            let Some(rest) = key.strip_prefix("restriction") else { continue };
            let (who, is_conditional) = match rest.strip_suffix(":conditional") {
                Some(who) => (who, true),
                None => (rest, false),
            };
            let who = if who.is_empty() { type_for } else { who };
            let only_for = match (who, who.strip_prefix(':')) {
                ("", _) => None,
                (_, Some(who)) => Some(who.to_owned()),
                (_, None) => continue,
            };
            if is_conditional {
                for (value, condition) in conditional_parts(value) {
                    match (restriction_kind(value), condition) {
                        (_, Conditional::Never) => {}
                        (Some(kind), Conditional::Holds(condition)) => {
                            rules.push((kind, only_for.clone(), condition));
                        }
                        _ => found.skipped_restrictions += 1,
                    }
                }
            } else {
                rules.extend(restriction_kind(value).map(|kind| (kind, only_for, Condition::default())));
            }
        }
        let (mut from, mut to) = (Vec::new(), Vec::new());
        let (mut via_nodes, mut via_ways) = (Vec::new(), Vec::new());
        let mut id = 0;
        for ((delta, kind), &role) in relation.memids.iter().zip(&relation.types).zip(&relation.roles_sid) {
            id += delta;
            let list = match (text(block, role as usize), kind.enum_value()) {
                ("from", Ok(MemberType::WAY)) => &mut from,
                ("to", Ok(MemberType::WAY)) => &mut to,
                ("via", Ok(MemberType::NODE)) => &mut via_nodes,
                ("via", Ok(MemberType::WAY)) => &mut via_ways,
                _ => continue,
            };
            // A member that is listed twice counts once.
            if list.len() <= MAX_TURNS && !list.contains(&id) {
                list.push(id);
            }
        }
        let via = match (&via_nodes[..], via_ways.len()) {
            (&[node], 0) => Some(Via::Node(node)),
            (&[], 1..=MAX_VIAS) => Some(Via::Ways(via_ways)),
            _ => None,
        };
        let turns = from.len() * to.len() * rules.len();
        let Some(via) = via.filter(|_| !from.is_empty() && !to.is_empty() && turns <= MAX_TURNS) else {
            found.skipped_restrictions += usize::from(!rules.is_empty());
            continue;
        };
        for (kind, only_for, Condition { when, sizes }) in rules {
            for (&from, &to) in from.iter().flat_map(|from| to.iter().map(move |to| (from, to))) {
                let (via, only_for, except) = (via.clone(), only_for.clone(), except.to_owned());
                let (when, sizes) = (when.clone(), sizes.clone());
                found.restrictions.push(TurnRule { kind, from, via, to, only_for, except, when, sizes });
            }
        }
    }
}

/// The nodes of a block that are `wanted` (sorted), with the tags that say what stands there.
pub(super) fn find_nodes(block: &PrimitiveBlock, wanted: &[i64]) -> BlockNodes {
    let mut found = BlockNodes::default();
    let mut texts = Texts::new(block);
    let (granularity, lat_offset, lon_offset) =
        (i64::from(block.granularity()), block.lat_offset(), block.lon_offset());
    let point = |lat: i64, lon: i64| {
        let e7 = |multiple: i64, offset: i64| ((offset + granularity * multiple) / 100) as i32;
        Point::from_e7(e7(lat, lat_offset), e7(lon, lon_offset))
    };
    for group in &block.primitivegroup {
        for node in &group.nodes {
            let Ok(position) = wanted.binary_search(&node.id()) else { continue };
            found.places.push((position as u32, point(node.lat(), node.lon())));
            let tags = node.keys.iter().zip(&node.vals);
            let count = tags.filter(|&(&key, &value)| texts.keep(key as usize, value as usize)).count();
            if count > 0 {
                found.marked.push((position as u32, count as u32));
            }
        }
        let dense = &group.dense;
        let (mut id, mut lat, mut lon) = (0, 0, 0);
        let mut words = dense.keys_vals.iter();
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
            let mut count = 0;
            while let Some(&key) = words.next().filter(|&&key| key != 0) {
                let value = words.next().copied().unwrap_or_default();
                if is_wanted {
                    count += u32::from(texts.keep(key as usize, value as usize));
                }
            }
            if is_wanted {
                found.places.push((cursor as u32, point(lat, lon)));
                if count > 0 {
                    found.marked.push((cursor as u32, count));
                }
            }
        }
    }
    found.tags = texts.kept;
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use osmpbfreader::osmformat::Relation;

    /// A block with one `no_left_turn` from so many ways to so many others.
    fn restriction(from: i64, to: i64) -> BlockRoads {
        let mut block = PrimitiveBlock::new();
        let texts = ["", "type", "restriction", "no_left_turn", "from", "to", "via"];
        block.stringtable.mut_or_insert_default().s =
            texts.iter().map(|text| text.as_bytes().to_vec()).collect();
        let mut relation = Relation::new();
        (relation.keys, relation.vals) = (vec![1, 2], vec![2, 3]);
        let mut add = |role, kind: MemberType, delta| {
            relation.roles_sid.push(role);
            relation.types.push(kind.into());
            relation.memids.push(delta);
        };
        (0..from).for_each(|_| add(4, MemberType::WAY, 1));
        (0..to).for_each(|_| add(5, MemberType::WAY, 1));
        add(6, MemberType::NODE, 1);
        let mut group = PrimitiveGroup::new();
        group.relations.push(relation);
        let mut found = BlockRoads::default();
        find_restrictions(&block, &group, &mut found);
        found
    }

    #[test]
    fn a_relation_with_hundreds_of_members_is_counted_and_does_not_multiply() {
        let found = restriction(16, 16);
        assert_eq!((found.restrictions.len(), found.skipped_restrictions), (256, 0));
        for (from, to) in [(16, 17), (300, 300), (100_000, 100_000), (257, 1), (1, 100_000)] {
            let found = restriction(from, to);
            assert_eq!((found.restrictions.len(), found.skipped_restrictions), (0, 1), "{from} × {to}");
        }
    }
}
