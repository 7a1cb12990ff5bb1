//! What the caller of the planner sets and sees: seed and effort, phases and their progress, cancelling.

use coldmile_units::Seed;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How hard to search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effort {
    /// Wall time for all searches of the day together. How far they come depends on the machine.
    TimeLimit(Duration),
    /// Iterations for each routing problem: the same plan on every machine.
    Iterations(u64),
}

/// What a plan is made with.
#[derive(Clone, Copy, Debug)]
pub struct DispatchConfig {
    /// Start of all random numbers.
    pub seed: Seed,
    /// How hard to search.
    pub effort: Effort,
}

/// The stages of planning, in order of their beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Places are snapped to the roads.
    Matrix,
    /// Orders get centres and waves.
    Assign,
    /// Trucks.
    Linehaul,
    /// Couriers.
    LastMile,
    /// Doors change centres where that saves couriers' ways; trucks and couriers are then routed again.
    Exchange,
    /// Runs with their ways, manifests and costs.
    Publish,
}

/// Watches planning and may stop its searches.
#[derive(Default)]
pub struct PlanControl<'a> {
    /// Called when a phase begins and as it goes on. The share is that of the phase, and from [`Phase::Linehaul`] to
    /// [`Phase::Exchange`] that of all routing together, 0 to 1.
    pub on_progress: Option<&'a (dyn Fn(Phase, f64) + Sync)>,
    /// Searches end soon after this becomes true; the plan is then made of the best found.
    pub cancelled: Option<&'a AtomicBool>,
}

impl PlanControl<'_> {
    pub(super) fn report(&self, phase: Phase, share: f64) {
        if let Some(on_progress) = self.on_progress {
            on_progress(phase, share);
        }
    }
}
