//! Insertions of rich problems.

use super::model::{RichModel, RichNode};
use crate::problem::VehicleType;
use crate::search::index::NONE;
use crate::search::insertion::{
    BlinkMask, CHUNK, Insertion, InsertionModel, SUFFICIENT_NEIGHBOURS, TripOpening,
};
use crate::search::instance::Instance;
use crate::search::state::State;
use coldmile_units::Idx;

impl<const D: usize, const C: usize, const E: usize> InsertionModel for RichModel<'_, D, C, E> {
    fn refresh(&self, state: &mut State<Self>, vehicle: u32) -> Option<i64> {
        self.refresh_route(state, vehicle)
    }

    fn after_insertion(&self, state: &mut State<Self>, client: u32, _: i64) {
        let vehicle = state.trips[state.links[client as usize].trip as usize].vehicle;
        let cost = self.extend_route(state, vehicle, client);
        state.charge(vehicle, cost);
    }

    fn least_cost_as(
        &self,
        state: &State<Self>,
        vehicle: u32,
        vehicle_type: Idx<VehicleType>,
    ) -> Option<i64> {
        self.least_route_cost(state, vehicle, vehicle_type)
    }

    #[expect(
        clippy::needless_bitwise_bool,
        reason = "the branch is unpredictable; evaluating both sides is cheaper"
    )]
    fn best_among_neighbours(
        &self,
        state: &State<Self>,
        instance: &Instance<'_>,
        client: u32,
        mut limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Insertion> {
        let c = client as usize;
        let mut best = None;
        let mut metres = self.metres(limit);
        let granular = instance.granular_arcs(c);
        let stop = &self.stops[c];
        let (ready, close) = (stop.time.earliest_end + stop.service, stop.time.latest_start);
        let mut promising = [0_u8; CHUNK];
        for (chunk, clients) in granular.clients.chunks(CHUNK).enumerate() {
            if chunk * CHUNK >= SUFFICIENT_NEIGHBOURS && best.is_some() && instance.has_windows {
                break;
            }
            let first = chunk * CHUNK;
            let range = first..first + clients.len();
            let (from_neighbour, to_neighbour) =
                (granular.from_neighbours.part(range.clone()), granular.to_neighbours.part(range));
            // First a screening without unpredictable branches: planned neighbours with not too long a detour, next to which
            // there is time. The arcs of the granular neighbourhood hold for the vehicle types that share those of the first.
            let mut count = 0;
            for (at, (&other, (from_neighbour, to_neighbour))) in
                clients.iter().zip(from_neighbour.iter().zip(to_neighbour.iter())).enumerate()
            {
                let node = &state.nodes[other as usize];
                let may_precede = self.may_pay(to_neighbour.distance - node.metres_from_prev, metres)
                    & (ready + i64::from(to_neighbour.time) <= node.latest_start);
                let may_follow = self.may_pay(from_neighbour.distance - node.metres_to_next, metres)
                    & (node.earliest_departure + i64::from(from_neighbour.time) <= close);
                let is_planned = state.links[other as usize].trip != NONE;
                promising[count] = at as u8;
                count += usize::from(is_planned & (may_precede | may_follow | !self.shares_arcs));
            }
            for &at in &promising[..count] {
                let other = clients[at as usize];
                let link = state.links[other as usize];
                if !self.may_join(state, client, link.trip) {
                    continue;
                }
                let data = &state.trips[link.trip as usize].data;
                let vehicle_type = &self.vehicle_types[data.vehicle_type.get()];
                let RichNode { metres_to_next, metres_from_prev, .. } = state.nodes[other as usize];
                let (mut from_neighbour, mut to_neighbour) =
                    (from_neighbour.at(at as usize), to_neighbour.at(at as usize));
                if !vehicle_type.shares_first_arcs {
                    (from_neighbour, to_neighbour) = (
                        vehicle_type.arcs.into(c).at(other as usize),
                        vehicle_type.arcs.from(c).at(other as usize),
                    );
                }
                let blinks = BlinkMask::draw(rng);
                if blinks.before() && self.may_pay(to_neighbour.distance - metres_from_prev, metres) {
                    let from = if state.is_end(link.prev) { vehicle_type.start } else { link.prev as usize };
                    let (nodes, arcs) =
                        ([link.prev, other], [vehicle_type.arcs.into(c).at(from), to_neighbour]);
                    if let Some(delta) =
                        self.insertion_between(state, (vehicle_type, data), client, nodes, arcs, limit)
                    {
                        (limit, metres) = (delta, self.metres(delta));
                        let (after, trip) = (link.prev, link.trip);
                        best = Some(Insertion { delta, client, after, trip, partner_after: NONE });
                    }
                }
                if blinks.after() && self.may_pay(from_neighbour.distance - metres_to_next, metres) {
                    let to = if state.is_end(link.next) { vehicle_type.end } else { link.next as usize };
                    let (nodes, arcs) =
                        ([other, link.next], [from_neighbour, vehicle_type.arcs.from(c).at(to)]);
                    if let Some(delta) =
                        self.insertion_between(state, (vehicle_type, data), client, nodes, arcs, limit)
                    {
                        (limit, metres) = (delta, self.metres(delta));
                        let (after, trip) = (other, link.trip);
                        best = Some(Insertion { delta, client, after, trip, partner_after: NONE });
                    }
                }
            }
        }
        best
    }

    fn best_insertion(
        &self,
        state: &State<Self>,
        instance: &Instance<'_>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<Insertion> {
        if self.units.partner(client) != NONE {
            return self.best_pair_insertion(state, instance, client, limit, rng);
        }
        let mut best = self.best_among_neighbours(state, instance, client, limit, rng);
        for &other in self.units.alternatives(client) {
            if other != client {
                let limit = best.map_or(limit, |gap| gap.delta);
                best = self.best_among_neighbours(state, instance, other, limit, rng).or(best);
            }
        }
        best
    }

    fn best_opening(
        &self,
        state: &State<Self>,
        client: u32,
        limit: i64,
        rng: &mut fastrand::Rng,
    ) -> Option<TripOpening> {
        let mut best = self.best_opening_for(state, client, limit, rng);
        for &other in self.units.alternatives(client) {
            if other != client {
                let limit = best.map_or(limit, |opened| opened.delta);
                best = self.best_opening_for(state, other, limit, rng).or(best);
            }
        }
        best
    }
}
