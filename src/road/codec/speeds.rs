//! The section of measured speeds.

use super::field::{Field, OsmId, read_list, write_list};
use crate::traffic::{Direction, SpeedRow, Traffic};
use coldmile_mapfile::{Decoder, Encoder};

/// Writes measured speeds.
pub(crate) fn write_traffic(traffic: &Traffic) -> Vec<u8> {
    let mut out = Encoder::new();
    write_list(traffic.rows(), &mut 0, &mut out);
    out.finish()
}

/// Reads measured speeds.
pub(crate) fn read_traffic(bytes: &[u8]) -> Option<Traffic> {
    let mut from = Decoder::new(bytes);
    let rows = read_list(&mut 0, &mut from)?;
    from.is_finished().then_some(rows).and_then(Traffic::from_rows)
}

impl Field for SpeedRow {
    type Before = i64;
    fn write(&self, osm_id: &mut i64, out: &mut Encoder) {
        OsmId(self.osm_id).write(osm_id, out);
        out.number(self.direction as u64);
        out.number(u64::from(self.from));
        out.number(u64::from(self.to));
        out.number(self.km_h.to_bits());
    }
    fn read(osm_id: &mut i64, from: &mut Decoder<'_>) -> Option<Self> {
        let OsmId(osm_id) = OsmId::read(osm_id, from)?;
        let direction = match from.number()? {
            0 => Direction::Forward,
            1 => Direction::Backward,
            2 => Direction::Both,
            _ => return None,
        };
        let (start, end) = (u16::try_from(from.number()?).ok()?, u16::try_from(from.number()?).ok()?);
        Some(Self { osm_id, direction, from: start, to: end, km_h: f64::from_bits(from.number()?) })
    }
}
