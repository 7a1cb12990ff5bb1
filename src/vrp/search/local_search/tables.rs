//! The solution under local search: linked clients, each with the attributes of its trip until itself (`head`) and from
//! itself on (`tail`).

use super::insertion_cache::InsertionCache;
use crate::problem::VehicleType;
use crate::search::index::{FIRST_TYPE, NONE};
use crate::search::instance::Instance;
use crate::search::penalty::{Overrun, PenalisedModel, PenaltyWeights};
use coldmile_units::Idx;
use smallvec::SmallVec;

/// Granular neighbours with which moves are tried, where trips are reversible and where not.
const GRANULAR_NEIGHBOURS: [usize; 2] = [20, 30];

/// A trip under local search.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct LocalTrip {
    pub vehicle_type: Idx<VehicleType>,
    /// Where vehicles may make several trips: its route, [`NONE`] for none, and its place among the trips of that.
    pub route: u32,
    pub place: u32,
    pub len: u32,
    /// Cost of its arcs.
    pub travel_cost: i64,
    /// All it costs, penalties included; 0 when empty. Where vehicles may make several trips, that is known of routes only.
    pub price: i64,
    pub overrun: Overrun,
    /// What it costs besides its arcs, less the minimum of every trip: by how much the cost of arcs may grow before the trip
    /// is more expensive whatever else it gains. Where vehicles may make several trips, the same of its route.
    pub slack: i64,
    /// When it changed last, in moves made.
    pub changed: u64,
    /// When SWAP* with its neighbours was tried last.
    pub exchanged: Option<u64>,
}

/// A vehicle that may make several trips; one without any is not in use.
#[derive(Clone, Debug)]
pub(in crate::search) struct LocalRoute {
    pub vehicle_type: Idx<VehicleType>,
    pub trips: SmallVec<[u32; 4]>,
    /// Cost of its arcs.
    pub travel_cost: i64,
    /// All it costs, penalties included.
    pub price: i64,
    pub overrun: Overrun,
}

/// A trip, and what its vehicle drives before and after it; `None` is nothing.
#[derive(Clone, Copy)]
pub(super) struct TripOnRoute<R> {
    pub before: Option<R>,
    pub own: Option<R>,
    pub after: Option<R>,
}

impl<R> TripOnRoute<R> {
    pub const NOTHING: Self = Self { before: None, own: None, after: None };
}

/// A solution under local search, and the tables it needs; used again and again by one lane.
pub(in crate::search) struct LocalSearch<'a, M: PenalisedModel> {
    pub model: &'a M,
    pub instance: &'a Instance<'a>,
    pub weights: PenaltyWeights,
    pub next: Vec<u32>,
    pub prev: Vec<u32>,
    /// Trip of a node; [`NONE`] for the absent.
    pub trip: Vec<u32>,
    /// Position in the trip, from 1; 0 for a trip's own node.
    pub at: Vec<u32>,
    pub trips: Vec<LocalTrip>,
    /// Where vehicles may make several trips: the vehicles, each trip on its own, and trips that are free.
    pub routes: Vec<LocalRoute>,
    pub(super) on_route: Vec<TripOnRoute<M::Route>>,
    pub(super) free_trips: Vec<u32>,
    /// Moves made when whole trips were tried last.
    pub(super) routes_tried: u64,
    /// Moves made so far.
    pub moves: u64,
    /// Moves made when the present solution was loaded.
    pub loaded: u64,
    /// Moves made when it last was at a local optimum: what has not changed since is not tried again.
    pub optimal_at: u64,
    /// Moves evaluated so far: a measure of work that is the same on every machine.
    pub evaluated: u64,
    pub(super) head: Vec<M::Segment>,
    pub(super) tail: Vec<M::Segment>,
    /// Cost of the arcs from the departure to a node, and of the reversed arcs from a node to the first client.
    pub cost_to: Vec<i64>,
    pub reversed_cost_to: Vec<i64>,
    pub(super) tested: Vec<u64>,
    pub(super) order: Vec<u32>,
    /// Cost of the arc from a node to the next; 0 from the node of an empty trip.
    pub next_arc_cost: Vec<i64>,
    /// By vehicle type what a trip costs at least besides its arcs.
    pub min_trip_cost: Vec<i64>,
    /// By vehicle type a trip that is empty.
    pub empty: Vec<u32>,
    pub(super) neighbour_count: usize,
    pub(super) insertion_cache: InsertionCache,
    pub(super) sequence: [Vec<u32>; 2],
}

impl<'a, M: PenalisedModel> LocalSearch<'a, M> {
    /// Tables for any solution of the problem.
    pub fn new(model: &'a M, instance: &'a Instance<'a>, weights: PenaltyWeights) -> Self {
        let size = model.client_count();
        let blank = model.departure(FIRST_TYPE);
        Self {
            model,
            instance,
            weights,
            next: vec![NONE; size],
            prev: vec![NONE; size],
            trip: vec![NONE; size],
            at: vec![0; size],
            trips: Vec::new(),
            routes: Vec::new(),
            on_route: Vec::new(),
            free_trips: Vec::new(),
            routes_tried: 0,
            moves: 0,
            loaded: 0,
            optimal_at: 0,
            evaluated: 0,
            head: vec![blank; size],
            tail: vec![blank; size],
            cost_to: vec![0; size],
            reversed_cost_to: vec![0; size],
            next_arc_cost: vec![0; size],
            min_trip_cost: (0..model.fleet().len() as u32)
                .map(Idx::new)
                .map(|vehicle_type| model.min_fixed_and_duration_cost(vehicle_type))
                .collect(),
            tested: vec![0; size],
            order: Vec::new(),
            empty: vec![NONE; model.fleet().len()],
            neighbour_count: GRANULAR_NEIGHBOURS[usize::from(!M::REVERSIBLE)],
            insertion_cache: InsertionCache::default(),
            sequence: [Vec::new(), Vec::new()],
        }
    }

    /// The node that stands for both ends of a trip.
    #[inline]
    pub fn end_of(&self, trip: u32) -> u32 {
        self.tested.len() as u32 + trip
    }

    #[inline]
    pub fn is_end(&self, node: u32) -> bool {
        node as usize >= self.tested.len()
    }

    /// Number of clients of the problem.
    #[inline]
    pub fn size(&self) -> usize {
        self.tested.len()
    }

    /// Clients of a trip in order.
    pub fn clients(&self, trip: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.end_of(trip);
        std::iter::successors(Some(self.next[end as usize]), |&node| Some(self.next[node as usize]))
            .take_while(move |&node| node != end)
    }

    /// The stop of a node in the tables of arcs, where `depot` is the one that its trip's ends stand for.
    #[inline]
    pub fn place(&self, node: u32, depot: u32) -> u32 {
        if self.is_end(node) { depot } else { node }
    }
}
