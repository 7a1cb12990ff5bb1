//! The section of fast roads.

use super::field::{Field, OsmId, read_list, write_list};
use crate::fast_roads::{FastWay, FastWays};
use coldmile_mapfile::{Decoder, Encoder};

/// Writes the fast roads of a profile.
pub(crate) fn write_fast_ways(fast: &FastWays) -> Vec<u8> {
    let mut out = Encoder::new();
    write_list(fast.ways(), &mut 0, &mut out);
    out.finish()
}

/// Reads them; `None` when the bytes make no sense.
pub(super) fn read_fast_ways(bytes: &[u8]) -> Option<FastWays> {
    let mut from = Decoder::new(bytes);
    let ways = read_list(&mut 0, &mut from)?;
    from.is_finished().then_some(ways).and_then(FastWays::from_sorted)
}

impl Field for FastWay {
    type Before = i64;
    fn write(&self, osm_id: &mut i64, out: &mut Encoder) {
        OsmId(self.osm_id).write(osm_id, out);
        out.number(u64::from(self.forward) | u64::from(self.backward) << 1);
    }
    fn read(osm_id: &mut i64, from: &mut Decoder<'_>) -> Option<Self> {
        let OsmId(osm_id) = OsmId::read(osm_id, from)?;
        let directions = from.number().filter(|directions| (1..=3).contains(directions))?;
        Some(Self { osm_id, forward: directions & 1 == 1, backward: directions & 2 == 2 })
    }
}
