//! The rules of plain problems: one vehicle type, one trip a vehicle, one load dimension of deliveries, cost by
//! distance, with time windows or without.
//!
//! Everything fits small integers and a few instructions an insertion: the CVRP and the VRPTW of the literature. Whatever
//! needs more takes the rich rules.

use crate::problem::{TimePrices, VehicleType};
use crate::search::arcs::{Arc, Arcs, UNREACHABLE};
use crate::search::client_units::ClientUnits;
use crate::search::instance::Instance;
use crate::search::model::SearchModel;
use crate::search::state::State;
use coldmile_units::Timestamp;

/// Latest time of the 32-bit clock.
const LATEST: i64 = 1 << 29;
/// Longest service, and longest arc where time matters, on the 32-bit clock: two of each after the latest time stay inside
/// 32 bits.
const MAX_STEP: i64 = 1 << 28;

/// Rules of a plain problem; `WINDOWS` says whether time matters at all.
pub(in crate::search) struct PlainModel<'a, const WINDOWS: bool> {
    pub(super) arcs: &'a Arcs,
    pub(super) units: &'a ClientUnits,
    pub(super) fleet: [u32; 1],
    pub(super) depot: u32,
    pub(super) capacity: i64,
    pub(super) fixed_cost: i64,
    pub(super) cost_per_metre: i64,
    /// Twice by how much an arc may fall short of the triangle inequality.
    pub(super) slack: i32,
    pub(super) stops: Vec<PlainStop>,
}

/// A client, or (last) the depot.
#[derive(Clone, Copy)]
pub(super) struct PlainStop {
    pub(super) open: i32,
    pub(super) close: i32,
    pub(super) service: i32,
    /// Whether a vehicle can serve it alone.
    pub(super) is_possible: bool,
    pub(super) load: i64,
}

/// What a node of a plain problem stores.
#[derive(Clone, Copy, Default)]
pub(in crate::search) struct PlainNode {
    /// Earliest departure: start of service plus service.
    pub(super) earliest_departure: i32,
    /// Latest start of service that keeps the rest of the trip on time.
    pub(super) latest_start: i32,
    /// The arc to the next node.
    pub(super) arc_to_next: Arc,
    /// Metres from the one before.
    pub(super) metres_from_prev: i32,
}

/// What a trip of a plain problem stores.
#[derive(Clone, Copy, Default)]
pub(in crate::search) struct PlainTrip {
    pub(super) load: i64,
}

/// Whether a problem is plain.
pub(in crate::search) fn is_plain(instance: &Instance<'_>) -> bool {
    let problem = instance.problem;
    let mut types = problem.vehicle_types().iter();
    let (Some(vehicle), None) = (types.next(), types.next()) else {
        return false;
    };
    let arcs = instance.arcs_of(vehicle);
    let small = |span: i64| span < MAX_STEP;
    !arcs.is_incomplete
        && instance.units.is_trivial()
        && problem.dimensions() <= 1
        && vehicle.start_depot == vehicle.end_depot
        && (!instance.has_windows || fits_clock(instance, vehicle))
        && vehicle.cost_per_second == 0
        && vehicle.time_prices == TimePrices::default()
        && vehicle.break_rule.is_none()
        && vehicle.max_duration.is_none()
        && vehicle.max_distance.is_none()
        && vehicle.max_trips == 1
        && problem.clients().iter().all(|client| {
            client.pickup.iter().all(|&amount| amount == 0)
                && client.release == Timestamp::MIN
                && client.soft_end.is_none()
                && (0..=vehicle.carrier).all(|carrier| {
                    client.longest_ride_on(carrier).is_none() && client.exposure_limit_on(carrier).is_none()
                })
                && (0..vehicle.fading.len()).all(|at| client.fading_on(vehicle.carrier, at).limit.is_none())
                && client.skills & !vehicle.skills == 0
                && client.bound_to.is_none()
                && client.price_by_type.iter().all(|&price| price == 0)
                && small(client.service.0)
        })
}

/// Whether the 32-bit clock shows all times of a problem as they are: it starts at the first loading, and either vehicles are
/// back before it ends, or no trip can last as long.
fn fits_clock(instance: &Instance<'_>, vehicle: &VehicleType) -> bool {
    let problem = instance.problem;
    let zero = first_loading(instance, vehicle);
    if zero == Timestamp::MIN {
        return false;
    }
    let depot = &problem.depots()[vehicle.start_depot];
    let after_zero = |at: Timestamp| at.unix().saturating_sub(zero.unix()).saturating_sub(depot.loading.0);
    let clients = || problem.clients().iter();
    let max_time = i64::from(instance.arcs_of(vehicle).max_time);
    let max_step = max_time + clients().map(|client| client.service.0).max().unwrap_or(0);
    let last_opening = clients().map(|client| after_zero(client.window.open())).max().unwrap_or(0).max(0);
    let longest = (clients().count() as i64 + 1).saturating_mul(max_step).saturating_add(last_opening);
    let close = depot.window.close().min(vehicle.latest_end());
    max_time < MAX_STEP && after_zero(close).min(longest) < LATEST
}

/// When loading may begin.
fn first_loading(instance: &Instance<'_>, vehicle: &VehicleType) -> Timestamp {
    let depot = &instance.problem.depots()[vehicle.start_depot];
    depot.window.open().max(vehicle.shift.open())
}

impl<'a, const WINDOWS: bool> PlainModel<'a, WINDOWS> {
    /// The rules of a problem that [`is_plain`].
    pub fn new(instance: &'a Instance<'_>) -> Self {
        let problem = instance.problem;
        let vehicle = problem.vehicle_types().iter().next().expect("a plain problem has one vehicle type");
        let depot = &problem.depots()[vehicle.start_depot];
        let open = first_loading(instance, vehicle) + depot.loading;
        let close = depot.window.close().min(vehicle.latest_end());
        // Nothing happens before the first loading: the 32-bit clock starts there.
        let zero = if WINDOWS { open.unix() } else { 0 };
        let clock = |at: Timestamp| at.unix().saturating_sub(zero).clamp(0, LATEST) as i32;
        let arcs = instance.arcs_of(vehicle);
        let depot_at = problem.clients().len() + vehicle.start_depot.get();
        // A depot's closing before the clock's zero stays unreachable.
        let depot_close = if close.unix() < zero { -1 } else { clock(close) };
        let depot_stop =
            PlainStop { open: clock(open), close: depot_close, service: 0, is_possible: true, load: 0 };
        let mut stops: Vec<PlainStop> = (problem.clients().iter().enumerate())
            .map(|(c, client)| {
                let mut stop = PlainStop {
                    open: clock(client.window.open()),
                    close: if client.window.close().unix() < zero {
                        -1
                    } else {
                        clock(client.window.close())
                    },
                    service: client.service.0 as i32,
                    is_possible: true,
                    load: client.delivery.first().copied().unwrap_or(0),
                };
                let is_on_time = || {
                    let start = stop.open.max(depot_stop.open + arcs.at(depot_at, c).time);
                    start <= stop.close
                        && start + stop.service + arcs.at(c, depot_at).time <= depot_stop.close
                };
                let on_time = !WINDOWS || is_on_time();
                stop.is_possible =
                    on_time && stop.load <= vehicle.capacity.first().copied().unwrap_or(i64::MAX);
                stop
            })
            .collect();
        stops.push(depot_stop);
        Self {
            arcs,
            units: &instance.units,
            fleet: [vehicle.count.min(problem.clients().len()) as u32],
            depot: depot_at as u32,
            capacity: vehicle.capacity.first().copied().unwrap_or(i64::MAX),
            fixed_cost: vehicle.fixed_cost,
            cost_per_metre: vehicle.cost_per_metre,
            slack: if arcs.is_metric { 2 } else { UNREACHABLE },
            stops,
        }
    }

    /// Position of a node among the stops of the arcs.
    #[inline]
    pub(super) fn place(&self, node: u32) -> usize {
        if (node as usize) < self.stops.len() - 1 { node as usize } else { self.depot as usize }
    }

    #[inline]
    pub(super) fn stop(&self, node: u32) -> &PlainStop {
        &self.stops[(node as usize).min(self.stops.len() - 1)]
    }

    /// Stores the arc between two nodes that follow one another now.
    pub(super) fn refresh_arc(&self, state: &mut State<Self>, node: u32, next: u32) {
        let arc = self.arcs.at(self.place(node), self.place(next));
        state.nodes[node as usize].arc_to_next = arc;
        state.nodes[next as usize].metres_from_prev = arc.distance;
    }

    /// Updates earliest departures after `node`, until they change nothing any more.
    pub(super) fn forward(&self, state: &mut State<Self>, mut node: u32) {
        loop {
            let next = state.links[node as usize].next;
            if state.is_end(next) {
                return;
            }
            let PlainNode { earliest_departure, arc_to_next, .. } = state.nodes[node as usize];
            let stop = self.stop(next);
            let next_leave = stop.open.max(earliest_departure + arc_to_next.time) + stop.service;
            if state.nodes[next as usize].earliest_departure == next_leave {
                return;
            }
            state.nodes[next as usize].earliest_departure = next_leave;
            node = next;
        }
    }

    /// Updates latest starts before `node`, until they change nothing any more.
    pub(super) fn backward(&self, state: &mut State<Self>, mut node: u32) {
        loop {
            let prev = state.links[node as usize].prev;
            if state.is_end(prev) {
                return;
            }
            let arc_to_next = state.nodes[prev as usize].arc_to_next;
            let stop = self.stop(prev);
            let latest_start =
                stop.close.min(state.nodes[node as usize].latest_start - arc_to_next.time - stop.service);
            if state.nodes[prev as usize].latest_start == latest_start {
                return;
            }
            state.nodes[prev as usize].latest_start = latest_start;
            node = prev;
        }
    }
}

impl<const WINDOWS: bool> SearchModel for PlainModel<'_, WINDOWS> {
    type Node = PlainNode;
    type Details = ();
    type Trip = PlainTrip;

    fn client_count(&self) -> usize {
        self.stops.len() - 1
    }

    fn needs_details(&self) -> bool {
        false
    }

    fn units(&self) -> &ClientUnits {
        self.units
    }

    fn fleet(&self) -> &[u32] {
        &self.fleet
    }
}
