//! Fast roads: trunk roads and dual carriageways that are not made for bikes, and what bikes do there.
//!
//! The import finds them ([`build`](super::build)) for profiles made from `bike`; whether bikes keep off them is said when a route
//! is asked for. A bike that keeps off them is pushed there, as on a footway: every door stays reachable, and a path
//! leads along a fast road only where riding round it takes longer than walking. Only the weights of arcs change, so that
//! snaps stay good.

use super::elements::NO_ARC;
use super::fast_road_list::{FastRoadUse, PUSHED_KM_H};
use super::graph::RoadGraph;
use super::profile::{Profile, Speed};
use super::snap::Approach;
use coldmile_geometry::Point;
use std::collections::HashMap;

impl RoadGraph {
    /// What bikes do on fast roads here.
    pub fn fast_road_use(&self) -> FastRoadUse {
        self.fast_road_use
    }

    /// Whether the map knows its fast roads: one that an earlier version imported does not. Where no bikes ride there is
    /// nothing to know.
    pub fn knows_fast_roads(&self) -> bool {
        self.profile != Profile::Bike || self.layout.fast_list.is_some()
    }

    /// Milliseconds from the tail of an arc to a place so many centimetres along it, where a bike is pushed on a part of the arc
    /// and rides on the rest; `None` where it does one of the two all along.
    pub(super) fn pushed_until(&self, arc: u32, cm: u32) -> Option<u32> {
        let fast_list = self.layout.fast_list.as_ref().filter(|_| self.fast_road_use == FastRoadUse::Push)?;
        let (row, ms) = (&self.layout.arcs[arc as usize], self.ms(arc));
        let whole = self.cm(arc);
        if ms == row.free_ms || cm == whole {
            return None;
        }
        // Centimetres that are pushed and ridden as far as the place.
        let (mut pushed, mut ridden, mut rest) = (0_u64, 0_u64, u64::from(cm));
        let pieces = self.pieces(row.segment);
        for at in 0..pieces.len() {
            let piece = &pieces[if row.is_backward { pieces.len() - 1 - at } else { at }];
            let is_fast =
                fast_list.directions(piece.osm_id)[usize::from(row.is_backward != piece.is_reversed)];
            let part = rest.min(u64::from(piece.cm));
            *if is_fast { &mut pushed } else { &mut ridden } += part;
            rest -= part;
        }
        let pushed_ms = if pushed == 0 { 0 } else { Speed::from_km_h(PUSHED_KM_H).ms(pushed) };
        let ridden_ms = u64::from(row.free_ms) * (ridden + rest) / u64::from(whole);
        Some((pushed_ms + ridden_ms).min(u64::from(ms)) as u32)
    }

    /// Whether a bike is pushed at a place: the road nearest to it is fast in each of its directions. Never where bikes ride.
    pub fn is_pushed_at(&self, place: Point) -> bool {
        let fast_list = self.layout.fast_list.as_ref().filter(|_| self.fast_road_use == FastRoadUse::Push);
        let snap = self.snap_with(place, Approach::Either).ok();
        let Some((fast_list, snap)) = fast_list.zip(snap) else { return false };
        let mut end_cm = 0;
        let piece = self.pieces(snap.segment).iter().find(|piece| {
            end_cm += u64::from(piece.cm);
            u64::from(snap.offset_cm) <= end_cm
        });
        piece.is_some_and(|piece| {
            let of_piece = fast_list.directions(piece.osm_id);
            let arcs = self.layout.segments[snap.segment as usize].arcs;
            let mut directions = (0..2).filter(|&direction| arcs[direction] != NO_ARC);
            directions.all(|direction| of_piece[direction ^ usize::from(piece.is_reversed)])
        })
    }

    /// The same roads where bikes ride on fast roads, or are pushed. Nothing changes for other vehicles, and on a map that
    /// does not know its fast roads.
    #[must_use]
    pub fn with_fast_roads(&self, fast_road_use: FastRoadUse) -> Self {
        let fast_list = self.layout.fast_list.as_ref().filter(|_| self.profile == Profile::Bike);
        let (Some(fast_list), true) = (fast_list, fast_road_use != self.fast_road_use) else {
            return self.clone();
        };
        let free = &self.layout.free_ms;
        let free_ms = match fast_road_use {
            FastRoadUse::Ride => free.clone(),
            FastRoadUse::Push => {
                let pushed = Some(Speed::from_km_h(PUSHED_KM_H));
                let speeds: HashMap<i64, [Option<Speed>; 2]> = fast_list
                    .roads()
                    .iter()
                    .map(|road| {
                        (road.osm_id, [road.forward, road.backward].map(|is_fast| pushed.filter(|_| is_fast)))
                    })
                    .collect();
                let mut ms = free.to_vec();
                for segment in 0..self.segment_count() as u32 {
                    self.set_speeds(segment, &speeds, &mut ms);
                }
                // No bike is faster for being pushed.
                ms.iter().zip(&**free).map(|(&pushed, &ridden)| pushed.max(ridden)).collect()
            }
        };
        Self { ms: free_ms.clone(), free_ms, fast_road_use, ..self.clone() }
    }
}
