//! Penalties of infeasibility, and how they adapt.
//!
//! The local search and the crossovers pass through solutions that break rules; the annealing never does. Penalties follow
//! the share of feasible solutions (after Vidal, Crainic, Gendreau, Lahrichi and Rei, 2012), rule by rule.

use super::insertion::InsertionModel;
use super::instance::Instance;
use super::params::PenaltyParams;
use crate::problem::VehicleType;
use coldmile_units::Idx;

/// Number of rules that may be broken at a penalty.
pub(super) const RULE_COUNT: usize = 4;
/// Excess load: amounts over a capacity.
pub(super) const LOAD: usize = 0;
/// Time warp, and seconds over a shift, a duration or a ride.
pub(super) const TIME: usize = 1;
/// Excess distance: metres over the limit of a route.
pub(super) const DISTANCE: usize = 2;
/// Excess exposure.
pub(super) const EXPOSURE: usize = 3;

/// By how much each rule is broken.
pub(super) type Overrun = [i64; RULE_COUNT];

/// Whether no rule is broken.
pub(super) fn is_feasible(overrun: &Overrun) -> bool {
    overrun.iter().all(|&over| over == 0)
}

/// Rules whose breach has a penalty: the attributes of a trip are joined from segments in constant time.
pub(super) trait PenalisedModel: InsertionModel {
    /// The attributes of a segment of a trip.
    type Segment: Copy + Send;
    /// The attributes of a route: of trips of one vehicle, one after another.
    type Route: Copy + Send;
    /// Whether a segment keeps its overrun when it is reversed, and follows from two heads of its trip.
    const REVERSIBLE: bool;
    /// Moves evaluated in the time of one iteration of ruin and recreate, as measured.
    const EVALUATED_AN_ITERATION: u64;

    /// Whether every client could be served alone by some vehicle, which the local search takes for granted.
    fn can_search_locally(&self) -> bool;
    /// Whether a vehicle may make several trips. If not, no route is ever asked for.
    fn may_reload(&self) -> bool;
    /// Trips of a vehicle at most.
    fn max_trips(&self, vehicle_type: Idx<VehicleType>) -> usize;
    /// The route of one whole trip, departure to arrival.
    fn route(&self, vehicle_type: Idx<VehicleType>, trip: &Self::Segment) -> Self::Route;
    /// A route, then another of the same vehicle.
    fn join_routes(
        &self,
        vehicle_type: Idx<VehicleType>,
        first: &Self::Route,
        second: &Self::Route,
    ) -> Self::Route;
    /// By how much a whole route breaks the rules.
    fn route_overrun(&self, vehicle_type: Idx<VehicleType>, route: &Self::Route) -> Overrun;
    /// What a whole route costs besides its arcs.
    fn route_fixed_and_duration_cost(&self, vehicle_type: Idx<VehicleType>, route: &Self::Route) -> i64;
    /// The start of a trip, before its first client.
    fn departure(&self, vehicle_type: Idx<VehicleType>) -> Self::Segment;
    /// The end of a trip, after its last client.
    fn arrival(&self, vehicle_type: Idx<VehicleType>) -> Self::Segment;
    /// One client.
    fn single(&self, vehicle_type: Idx<VehicleType>, client: u32) -> Self::Segment;
    /// A segment, then another.
    fn join(
        &self,
        vehicle_type: Idx<VehicleType>,
        first: &Self::Segment,
        second: &Self::Segment,
    ) -> Self::Segment;
    /// The segment from the client of `alone` to another of its trip, where `from` and `to` are the segments from the
    /// departure to the two.
    /// Only called where [`REVERSIBLE`](Self::REVERSIBLE).
    fn between(&self, from: &Self::Segment, alone: &Self::Segment, to: &Self::Segment) -> Self::Segment;
    /// By how much a whole trip, departure to arrival, breaks the rules.
    fn overrun(&self, vehicle_type: Idx<VehicleType>, trip: &Self::Segment) -> Overrun;
    /// What a whole trip costs besides its arcs: the vehicle, and time not spent travelling.
    fn fixed_and_duration_cost(&self, vehicle_type: Idx<VehicleType>, trip: &Self::Segment) -> i64;
    /// The least that any trip of this vehicle type costs besides its arcs.
    fn min_fixed_and_duration_cost(&self, vehicle_type: Idx<VehicleType>) -> i64;
    /// Cost of the arc between two stops for this vehicle type.
    fn arc_cost(&self, vehicle_type: Idx<VehicleType>, from: u32, to: u32) -> i64;
    /// The stops of arcs where this vehicle type starts and ends; a client's stop has its own number.
    fn ends(&self, vehicle_type: Idx<VehicleType>) -> [u32; 2];
    /// Typical size of an overrun of each rule that weighs as much as a long arc.
    fn scales(&self) -> [f64; RULE_COUNT];
    /// Load of one client, where [`REVERSIBLE`](Self::REVERSIBLE).
    fn load(&self, client: u32) -> i64;
    /// Capacity of a vehicle, where [`REVERSIBLE`](Self::REVERSIBLE).
    fn capacity(&self, vehicle_type: Idx<VehicleType>) -> i64;
}

/// A family of rules: makes the model of an instance.
pub(super) trait RuleFamily: Sync {
    /// The rules of one instance.
    type Model<'a>: PenalisedModel;

    /// Makes it.
    fn model<'a>(instance: &'a Instance<'_>) -> Self::Model<'a>;
}

/// The penalties of the rules, and how many solutions kept each of them lately.
#[derive(Clone, Debug)]
pub(super) struct PenaltyManager {
    params: PenaltyParams,
    initial: [f64; RULE_COUNT],
    current: [f64; RULE_COUNT],
    kept: [u32; RULE_COUNT],
    seen: u32,
}

impl PenaltyManager {
    /// Initial penalties, where a long arc costs `long_arc`.
    pub fn new(params: PenaltyParams, scales: [f64; RULE_COUNT], long_arc: f64) -> Self {
        let initial = scales.map(|scale| long_arc.max(1.0) / scale.max(1e-9));
        Self { params, initial, current: initial, kept: [0; RULE_COUNT], seen: 0 }
    }

    /// The current penalties.
    pub fn weights(&self) -> PenaltyWeights {
        PenaltyWeights(self.current)
    }

    /// The penalties under which infeasible solutions are repaired.
    pub fn repair_weights(&self, weights: PenaltyWeights) -> PenaltyWeights {
        PenaltyWeights(weights.0.map(|weight| weight * self.params.repair_factor))
    }

    /// Notes what a local search under these penalties led to.
    pub fn observe(&mut self, overrun: &Overrun) {
        self.seen += 1;
        for (kept, &over) in self.kept.iter_mut().zip(overrun) {
            *kept += u32::from(over == 0);
        }
        if self.seen < self.params.update_interval {
            return;
        }
        for rule in 0..RULE_COUNT {
            let share = f64::from(self.kept[rule]) / f64::from(self.seen);
            let factor = match share {
                share if share < self.params.min_feasible_share => self.params.increase,
                share if share > self.params.max_feasible_share => self.params.decrease,
                _ => 1.0,
            };
            let initial = self.initial[rule];
            self.current[rule] = (self.current[rule] * factor).clamp(initial * 1e-3, initial * 1e3);
        }
        self.kept = [0; RULE_COUNT];
        self.seen = 0;
    }
}

/// The penalty of a unit over each rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct PenaltyWeights([f64; RULE_COUNT]);

impl PenaltyWeights {
    /// The penalty of this overrun.
    #[inline]
    pub fn penalty(&self, overrun: &Overrun) -> i64 {
        let mut sum = 0.0;
        for (weight, &over) in self.0.iter().zip(overrun) {
            sum += weight * over as f64;
        }
        sum as i64
    }
}
