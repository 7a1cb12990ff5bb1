//! Tags in compact form: known keys as numbers, every value stored once.

use super::conditions::{Condition, Conditional, conditional_parts};
use super::schedule::Moment;
use coldmile_units::VehicleSize;
use std::collections::{BTreeMap, HashMap};

/// The keys that roads are judged by. Sorted.
const KEYS: &[&str] = &[
    "access",
    "access:backward",
    "access:backward:conditional",
    "access:conditional",
    "access:forward",
    "access:forward:conditional",
    "area",
    "barrier",
    "bicycle",
    "bicycle:backward",
    "bicycle:backward:conditional",
    "bicycle:conditional",
    "bicycle:forward",
    "bicycle:forward:conditional",
    "bicycle_road",
    "bollard",
    "bridge",
    "bus",
    "bus:backward",
    "bus:conditional",
    "bus:forward",
    "crossing",
    "cyclestreet",
    "cycleway",
    "cycleway:both",
    "cycleway:left",
    "cycleway:right",
    "direction",
    "driving_side",
    "dual_carriageway",
    "duration",
    "ferry",
    "foot",
    "foot:backward",
    "foot:conditional",
    "foot:forward",
    "goods",
    "goods:backward",
    "goods:conditional",
    "goods:forward",
    "hgv",
    "hgv:backward",
    "hgv:backward:conditional",
    "hgv:conditional",
    "hgv:forward",
    "hgv:forward:conditional",
    "highway",
    "hov",
    "hov:conditional",
    "impassable",
    "junction",
    "lanes",
    "locked",
    "man_made",
    "maxgcweight",
    "maxheight",
    "maxheight:conditional",
    "maxheight:hgv",
    "maxheight:hgv:conditional",
    "maxheight:physical",
    "maxlength",
    "maxlength:conditional",
    "maxlength:hgv",
    "maxlength:hgv:conditional",
    "maxspeed",
    "maxspeed:advisory",
    "maxspeed:backward",
    "maxspeed:backward:conditional",
    "maxspeed:conditional",
    "maxspeed:forward",
    "maxspeed:forward:conditional",
    "maxspeed:hgv",
    "maxspeed:hgv:backward",
    "maxspeed:hgv:conditional",
    "maxspeed:hgv:forward",
    "maxspeed:type",
    "maxweight",
    "maxweight:conditional",
    "maxweight:hgv",
    "maxweight:hgv:conditional",
    "maxweightrating",
    "maxweightrating:conditional",
    "maxweightrating:hgv",
    "maxweightrating:hgv:conditional",
    "maxwidth",
    "maxwidth:conditional",
    "maxwidth:hgv",
    "maxwidth:physical",
    "motor_vehicle",
    "motor_vehicle:backward",
    "motor_vehicle:backward:conditional",
    "motor_vehicle:conditional",
    "motor_vehicle:forward",
    "motor_vehicle:forward:conditional",
    "motorcar",
    "motorcar:backward",
    "motorcar:backward:conditional",
    "motorcar:conditional",
    "motorcar:forward",
    "motorcar:forward:conditional",
    "motorcycle",
    "motorcycle:conditional",
    "motorroad",
    "name",
    "oneway",
    "oneway:bicycle",
    "oneway:bicycle:conditional",
    "oneway:bus",
    "oneway:conditional",
    "oneway:foot",
    "oneway:goods",
    "oneway:hgv",
    "oneway:hgv:conditional",
    "oneway:motor_vehicle",
    "oneway:motor_vehicle:conditional",
    "oneway:motorcar",
    "oneway:motorcycle",
    "oneway:psv",
    "oneway:taxi",
    "oneway:vehicle",
    "psv",
    "psv:conditional",
    "public_transport",
    "railway",
    "ref",
    "route",
    "service",
    "sidewalk",
    "smoothness",
    "source:maxspeed",
    "surface",
    "taxi",
    "taxi:conditional",
    "toll",
    "tracktype",
    "traffic_signals:direction",
    "vehicle",
    "vehicle:backward",
    "vehicle:backward:conditional",
    "vehicle:conditional",
    "vehicle:forward",
    "vehicle:forward:conditional",
    "zone:maxspeed",
];

/// Tags as the reader of files has them.
#[cfg(test)]
pub(super) fn tagged(pairs: &[(&str, &str)]) -> osmpbfreader::Tags {
    let mut tags = osmpbfreader::Tags::new();
    for (key, value) in pairs {
        tags.insert((*key).into(), (*value).into());
    }
    tags
}

/// The value of a tag of a whole object, as [`for_each`](super::for_each) hands it out.
pub(super) fn tag_value<'t>(tags: &'t osmpbfreader::Tags, key: &str) -> Option<&'t str> {
    let value = tags.get(key)?;
    Some(value.as_str())
}

/// The number of a key that is kept.
pub(super) fn key_number(key: &str) -> Option<u8> {
    KEYS.binary_search(&key).ok().map(|number| number as u8)
}

/// Where the tags of one object stand in the [`TagStore`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TagSpan {
    first: u32,
    count: u32,
}

/// All kept tags of a file.
#[derive(Debug, Default)]
pub(super) struct TagStore {
    values: Vec<Box<str>>,
    number_of: HashMap<Box<str>, u32>,
    pairs: Vec<(u8, u32)>,
}

impl TagStore {
    /// Keeps the tags of one object.
    pub(super) fn add<'a>(&mut self, tags: impl IntoIterator<Item = (u8, &'a str)>) -> TagSpan {
        let first = self.pairs.len() as u32;
        for (key, value) in tags {
            let number = self.number(value);
            self.pairs.push((key, number));
        }
        TagSpan { first, count: self.pairs.len() as u32 - first }
    }

    /// Takes over the tags of one block: its values, and pairs of a key and the value's number in the block.
    pub(super) fn import_block<'a>(
        &'a mut self,
        values: &[Box<str>],
        pairs: &'a [(u8, u32)],
    ) -> BlockTagImport<'a> {
        let numbers = values.iter().map(|value| self.number(value)).collect();
        BlockTagImport { pairs, numbers, store: &mut self.pairs }
    }

    fn number(&mut self, value: &str) -> u32 {
        if let Some(&number) = self.number_of.get(value) {
            return number;
        }
        let number = self.values.len() as u32;
        self.values.push(value.into());
        self.number_of.insert(value.into(), number);
        number
    }

    /// How often each tag but names occurs on these objects, by key and value.
    pub(super) fn count(&self, spans: impl Iterator<Item = TagSpan>) -> Vec<(&'static str, &str, usize)> {
        // Names are most of the texts and say nothing that could be misread.
        let free = ["name", "ref"].map(key_number);
        let mut counts: HashMap<(u8, u32), usize> = HashMap::new();
        for span in spans {
            let own = &self.pairs[span.first as usize..][..span.count as usize];
            for &pair in own.iter().filter(|(key, _)| !free.contains(&Some(*key))) {
                *counts.entry(pair).or_default() += 1;
            }
        }
        let named = counts
            .into_iter()
            .map(|((key, value), count)| ((KEYS[key as usize], &*self.values[value as usize]), count));
        // In the order of keys and values, whatever the order in the table.
        let sorted: BTreeMap<(&'static str, &str), usize> = named.collect();
        sorted.into_iter().map(|((key, value), count)| (key, value, count)).collect()
    }

    /// The tags at `span`.
    pub(super) fn tags(&self, span: TagSpan) -> Tags<'_> {
        let first = span.first as usize;
        Tags { pairs: &self.pairs[first..first + span.count as usize], values: &self.values, trip: None }
    }
}

/// Tags of one block while they are added to a [`TagStore`].
pub(super) struct BlockTagImport<'a> {
    pairs: &'a [(u8, u32)],
    /// For each value of the block its number in the store.
    numbers: Vec<u32>,
    store: &'a mut Vec<(u8, u32)>,
}

impl BlockTagImport<'_> {
    /// The tags of the block's next object, which has so many.
    pub(super) fn next(&mut self, count: u32) -> TagSpan {
        let first = self.store.len() as u32;
        let (own, rest) = self.pairs.split_at(count as usize);
        self.pairs = rest;
        self.store.extend(own.iter().map(|&(key, value)| (key, self.numbers[value as usize])));
        TagSpan { first, count }
    }
}

/// The tags of one object. Only keys that roads are judged by are there.
#[derive(Clone, Copy, Debug)]
pub struct Tags<'a> {
    pairs: &'a [(u8, u32)],
    values: &'a [Box<str>],
    /// The trip for which conditional tags are evaluated; without one they are ignored.
    trip: Option<Trip>,
}

/// A moment, or none, and the size of the vehicle.
#[derive(Clone, Copy, Debug)]
struct Trip {
    when: Option<Moment>,
    size: VehicleSize,
}

impl<'a> Tags<'a> {
    /// The value of `key`, if the object has it. `key` must be one that roads are judged by.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        debug_assert!(key_number(key).is_some(), "{key} is not kept");
        if let Some(value) = self.trip.and_then(|trip| self.conditional_value(key, trip)) {
            return Some(value);
        }
        let pair = self.pairs.iter().find(|(number, _)| KEYS[*number as usize] == key)?;
        Some(&self.values[pair.1 as usize])
    }

    /// What the conditional tag of a key says for a trip. Of parts that hold the last one counts.
    fn conditional_value(&self, key: &str, trip: Trip) -> Option<&'a str> {
        let (_, text) = self.conditionals().find(|(conditional, _)| *conditional == key)?;
        let holds = |condition: &Conditional| match condition {
            Conditional::Holds(condition) => condition.holds(trip.when, trip.size),
            Conditional::Unknown | Conditional::Never => false,
        };
        let mut now = conditional_parts(text).into_iter().filter(|(_, condition)| holds(condition));
        now.next_back().map(|(value, _)| value)
    }

    /// The same object as it is for a vehicle at a moment, or without one: what tags that end in `:conditional` say then
    /// counts before the plain ones.
    #[must_use]
    pub fn for_trip(self, when: Option<Moment>, size: VehicleSize) -> Self {
        Self { trip: Some(Trip { when, size }), ..self }
    }

    /// The conditions that tags which end in `:conditional` speak of, as far as they are understood.
    pub fn conditions(self) -> Vec<Condition> {
        let parts = self.conditionals().flat_map(|(_, text)| conditional_parts(text));
        let understood = parts.filter_map(|(_, condition)| match condition {
            Conditional::Holds(condition) => Some(condition),
            Conditional::Unknown | Conditional::Never => None,
        });
        understood.collect()
    }

    /// Keys and texts of tags that end in `:conditional`, which the keys here leave out.
    fn conditionals(self) -> impl Iterator<Item = (&'static str, &'a str)> {
        self.pairs.iter().filter_map(move |&(number, value)| {
            let key = KEYS[number as usize].strip_suffix(":conditional")?;
            Some((key, &*self.values[value as usize]))
        })
    }

    /// Whether the object has a key of some kind.
    pub fn any_key(&self, is_meant: impl Fn(&str) -> bool) -> bool {
        self.pairs.iter().any(|(number, _)| is_meant(KEYS[*number as usize]))
    }

    /// Whether nothing is known of the object.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Whether the object has exactly this tag.
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_so_that_they_can_be_found() {
        assert!(KEYS.is_sorted());
        assert_eq!(key_number("vehicle"), Some(136));
        assert_eq!(key_number("building"), None);
    }
}
