//! The section of fast roads.

use super::field::{Field, OsmId, read_list, write_list};
use crate::fast_road_list::{FastRoad, FastRoadList};
use coldmile_mapfile::{Decoder, Encoder};

/// Writes the fast roads of a profile.
pub(crate) fn write_fast_roads(fast: &FastRoadList) -> Vec<u8> {
    let mut out = Encoder::new();
    write_list(fast.roads(), &mut 0, &mut out);
    out.finish()
}

/// Reads them; `None` when the bytes make no sense.
pub(super) fn read_fast_roads(bytes: &[u8]) -> Option<FastRoadList> {
    let mut from = Decoder::new(bytes);
    let roads = read_list(&mut 0, &mut from)?;
    from.is_finished().then_some(roads).and_then(FastRoadList::from_sorted)
}

impl Field for FastRoad {
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
