//! New trips: which vehicle, new or used, takes the first client of one.

use super::Rich;
use crate::search::model::{Opened, Opening};
use crate::search::state::State;

/// Of 256 vehicles or types that could open a trip, so many are overlooked: the cheapest for the first client of a trip
/// is not always the cheapest for all of them.
const OVERLOOKED: u8 = 26;

impl<const D: usize, const C: usize> Rich<'_, D, C> {
    /// The cheapest way below `limit` to open a trip for `client` itself.
    pub(super) fn opening_for(
        &self,
        state: &State<Self>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Opened> {
        let mut best: Option<Opened> = None;
        for (at, kind) in self.kinds.iter().enumerate() {
            let Some(alone) = kind.clients[client as usize].alone else {
                continue;
            };
            if state.used[at] >= self.fleet[at] || self.kinds.len() > 1 && rng.u8(..) < OVERLOOKED {
                continue;
            }
            let cost = kind.row.fixed_cost
                + kind.row.cost_per_metre * alone.distance
                + kind.row.cost_per_second * (alone.time.duration() + kind.loading);
            if cost < best.map_or(limit, |opened| opened.delta) {
                best = Some(Opened { delta: cost, client, opening: Opening::Vehicle(at as u32) });
            }
        }
        if self.has_trips {
            // Where both cost the same the new vehicle is better: a further trip makes the others of its vehicle wait.
            let limit = best.map_or(limit, |opened| opened.delta);
            best = self.further_trip(state, client, limit, rng).or(best);
        }
        best
    }

    /// Cheapest place below `limit` for a trip with `client` alone on a used vehicle, any of those that are alike.
    fn further_trip(
        &self,
        state: &State<Self>,
        client: u32,
        mut limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Opened> {
        let mut best = None;
        let mut alike = 0;
        for (vehicle, row) in state.vehicles.iter().enumerate() {
            let kind = &self.kinds[row.kind as usize];
            let Some(alone) = kind.clients[client as usize].alone else {
                continue;
            };
            if row.trips.is_empty() || row.trips.len() >= kind.row.max_trips || rng.u8(..) < OVERLOOKED {
                continue;
            }
            let of = |trip: u32| &state.trips[trip as usize].data;
            let known = of(row.trips[0]);
            if known.route_distance + alone.distance > kind.max_distance {
                continue;
            }
            for place in 0..=row.trips.len() {
                let before = place.checked_sub(1).map(|at| of(row.trips[at]));
                let before = before.map(|trip| Self::route(kind.loading, trip.before, trip.time, None));
                let after = row.trips.get(place).map(|&at| of(at));
                let after = after.map(|trip| Self::route(kind.loading, None, trip.time, trip.after));
                let whole = Self::route(kind.loading, before, alone.time, after);
                let duration = whole.duration() + kind.loading;
                let cost = kind.row.cost_per_metre * alone.distance
                    + kind.row.cost_per_second * (duration - known.route_duration);
                let is_alike = cost == limit && alike > 0;
                if !whole.is_feasible() || duration > kind.max_duration || cost >= limit && !is_alike {
                    continue;
                }
                alike = if is_alike { alike + 1 } else { 1 };
                if rng.u32(0..alike) == 0 {
                    limit = cost;
                    let opening = Opening::Trip(vehicle as u32, place as u32);
                    best = Some(Opened { delta: cost, client, opening });
                }
            }
        }
        best
    }
}
