//! Where a pair goes into a trip: every place of its origin with every place of its destination behind that.
//!
//! The stretch from the departure through the origin grows client by client, and the destination is tried behind each
//! of them: a few joins a place, and an end where a window or the load says that no later place can do.

use super::{Kind, Rich, RichTrip, Stretch};
use crate::search::instance::{FAR, Instance};
use crate::search::model::Gap;
use crate::search::state::{NONE, State};
use smallvec::SmallVec;

/// One place in this many is overlooked.
const BLINK: u8 = 100;

/// A pair on its way into a trip.
struct Search<'s, 'a, const D: usize, const C: usize> {
    rich: &'s Rich<'a, D, C>,
    state: &'s State<Rich<'a, D, C>>,
    kind: &'s Kind<'a, D>,
    data: &'s RichTrip<D>,
    trip: u32,
    origin: u32,
    destination: u32,
    release: i64,
}

impl<const D: usize, const C: usize> Rich<'_, D, C> {
    /// The cheapest place below `limit` for the pair of `origin` on the trips of its neighbours.
    pub(super) fn best_pair_gap(
        &self,
        state: &State<Self>,
        instance: &Instance<'_>,
        origin: u32,
        mut limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Gap> {
        let destination = instance.units.partner(origin);
        let mut seen: SmallVec<[u32; 32]> = SmallVec::new();
        let mut best = None;
        let beside = [origin, destination].map(|client| instance.beside(client as usize));
        for &other in beside.into_iter().flatten() {
            let trip = state.links[other as usize].trip;
            if trip == NONE || seen.contains(&trip) {
                continue;
            }
            seen.push(trip);
            let data = &state.trips[trip as usize].data;
            let kind = &self.kinds[data.kind as usize];
            let stops = [origin, destination].map(|client| &self.stops[client as usize]);
            let can_serve = [origin, destination].iter().all(|&c| kind.clients[c as usize].has_skills);
            if !can_serve || (0..D).any(|d| stops[0].load[d].peak > kind.capacity[d]) {
                continue;
            }
            let release = stops[0].release.max(stops[1].release);
            let search = Search { rich: self, state, kind, data, trip, origin, destination, release };
            if let Some(gap) = search.best(limit, rng) {
                limit = gap.delta;
                best = Some(gap);
            }
        }
        best
    }
}

impl<const D: usize, const C: usize> Search<'_, '_, D, C> {
    /// Position of a node among the stops of the arcs, where it is left and where it is reached.
    fn places(&self, node: u32) -> [usize; 2] {
        if self.state.is_end(node) { [self.kind.start, self.kind.end] } else { [node as usize; 2] }
    }

    /// Metres that `client` adds between two places; `None` when there is no way.
    fn detour(&self, from: usize, client: usize, to: usize) -> Option<i64> {
        let (arrive, depart) = (self.kind.arcs.into(client).at(from), self.kind.arcs.from(client).at(to));
        let direct = self.kind.arcs.at(from, to);
        (arrive.time != FAR && depart.time != FAR)
            .then(|| i64::from(arrive.distance) + i64::from(depart.distance) - i64::from(direct.distance))
    }

    fn best(&self, mut limit: i64, rng: &mut fastrand::Rng) -> Option<Gap> {
        let end = self.state.end_of(self.trip);
        let mut best = None;
        let mut after = end;
        loop {
            if rng.u8(..BLINK) > 0
                && let Some(gap) = self.behind(after, limit, rng)
            {
                limit = gap.delta;
                best = Some(gap);
            }
            after = self.state.links[after as usize].next;
            if after == end {
                return best;
            }
        }
    }

    /// The cheapest place of the destination when the origin stands behind `after`.
    fn behind(&self, after: u32, mut limit: i64, rng: &mut fastrand::Rng) -> Option<Gap> {
        let Self { rich, state, kind, .. } = *self;
        let price = kind.row.cost_per_metre;
        let (o, d) = (self.origin as usize, self.destination as usize);
        let from = self.places(after)[0];
        let mut next = state.links[after as usize].next;
        let mut to = self.places(next)[1];
        // Where prices of time are added the insertion can only become dearer, but for detours that save time.
        let alone = self.detour(from, o, to);
        let arrive = kind.arcs.into(o).at(from);
        if arrive.time == FAR {
            return None;
        }
        let link = rich.service(after) + i64::from(arrive.time);
        let mut until = state.nodes[after as usize].head.join(link, &rich.stretch(kind, self.origin));
        let [first, second] = [o, d].map(|client| rich.stops[client].service);
        let mut best = None;
        if !until.time.is_feasible() {
            return None;
        }
        // Both at once.
        let between = kind.arcs.at(o, d);
        let depart = kind.arcs.from(d).at(to);
        if between.time != FAR && depart.time != FAR {
            let detour =
                i64::from(arrive.distance) + i64::from(between.distance) + i64::from(depart.distance)
                    - i64::from(kind.arcs.at(from, to).distance);
            let whole = || {
                until
                    .join(first + i64::from(between.time), &rich.stretch(kind, self.destination))
                    .join(second + i64::from(depart.time), &state.nodes[next as usize].tail)
            };
            if price * detour < limit
                && let Some(delta) = self.cost(&whole(), detour, limit)
            {
                limit = delta;
                best = Some(self.gap(delta, after, self.origin));
            }
        }
        let alone = alone?;
        if price * alone >= limit {
            return best;
        }
        let mut last = (o, first);
        while !state.is_end(next) {
            let link = last.1 + i64::from(kind.arcs.at(last.0, to).time);
            until = until.join(link, &rich.stretch(kind, next));
            let is_full = (0..D).any(|dim| until.load[dim].peak > kind.capacity[dim]);
            if !until.time.is_feasible() || is_full {
                return best;
            }
            last = (to, rich.service(next));
            let here = next;
            next = state.links[next as usize].next;
            let from = to;
            to = self.places(next)[1];
            let arrive = kind.arcs.into(d).at(from);
            let Some(detour) = self.detour(from, d, to) else {
                continue;
            };
            let link = last.1 + i64::from(arrive.time);
            if until.time.early + link > rich.stops[d].time.late {
                return best;
            }
            if price * (alone + detour) >= limit || rng.u8(..BLINK) == 0 {
                continue;
            }
            let depart = kind.arcs.from(d).at(to);
            let whole = until
                .join(link, &rich.stretch(kind, self.destination))
                .join(second + i64::from(depart.time), &state.nodes[next as usize].tail);
            if let Some(delta) = self.cost(&whole, alone + detour, limit) {
                limit = delta;
                best = Some(self.gap(delta, after, here));
            }
        }
        best
    }

    fn gap(&self, delta: i64, after: u32, partner_after: u32) -> Gap {
        Gap { delta, client: self.origin, after, trip: self.trip, partner_after }
    }

    /// What the trip as a whole costs more than before; `None` when it breaks a rule or does not stay below `limit`.
    fn cost(&self, whole: &Stretch<D, C>, detour: i64, limit: i64) -> Option<i64> {
        let (kind, data) = (self.kind, self.data);
        let mut time = whole.time;
        if !time.is_feasible()
            || self.release > time.late
            || whole.cold().ride.over > 0
            || whole.cold().ride.leave > time.late
            || whole.cold().exposure.over > 0
            || (0..D).any(|d| whole.load[d].peak > kind.capacity[d])
        {
            return None;
        }
        // Departing at the release instead of before moves nothing but the earliest end.
        time.early = time.early.max(self.release + time.way);
        Rich::<'_, D, C>::cost_on_route(kind, data, time, detour).filter(|&cost| cost < limit)
    }
}
