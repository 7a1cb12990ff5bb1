//! What the caller of [`plan_day`](crate::plan_day) sets and observes: seed and effort, phases and progress, cancelling.

use coldmile_units::Seed;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// The limit of all searches of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effort {
    /// Wall time for all searches of the day together. How far they come depends on the machine.
    TimeLimit(Duration),
    /// CPU time of the process for the same, on all threads together.
    CpuLimit(Duration),
    /// Iterations for each routing problem: the same plan on every machine.
    Iterations(u64),
}

/// The settings of one planning run.
#[derive(Clone, Copy, Debug)]
pub struct DispatchConfig {
    /// Seed of all random numbers.
    pub seed: Seed,
    /// The limit of the searches.
    pub effort: Effort,
}

/// The phases of planning, in the order in which they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Sites and doors are snapped to the roads.
    Matrix,
    /// Orders are assigned to centres and waves.
    Assign,
    /// Trucks are routed.
    Linehaul,
    /// Couriers are routed.
    LastMile,
    /// Orders change centre, wave or handover where that makes the day cheaper; trucks and couriers are routed again for
    /// each change.
    Exchange,
    /// Runs are written with their paths, manifests and costs.
    Publish,
}

/// Observes planning and may stop its searches.
#[derive(Default)]
pub struct PlanControl<'a> {
    /// Called when a phase begins and as it goes on. The share is that of the phase, and from [`Phase::Linehaul`] to
    /// [`Phase::Exchange`] that of all routing together, 0 to 1.
    pub on_progress: Option<&'a (dyn Fn(Phase, f64) + Sync)>,
    /// Called before planning begins with what is wrong with the day but does not keep it from being planned, a sentence each.
    pub on_warning: Option<&'a (dyn Fn(&str) + Sync)>,
    /// Searches end soon after this becomes true; the plan is then made of the best solutions found so far.
    pub cancelled: Option<&'a AtomicBool>,
}

impl PlanControl<'_> {
    /// Tells the caller, if it wants to know, how far a phase has come.
    pub(super) fn report(&self, phase: Phase, share: f64) {
        if let Some(on_progress) = self.on_progress {
            on_progress(phase, share);
        }
    }

    /// Tells the caller, if it wants to know, what is wrong with the day.
    pub(super) fn warn(&self, warning: &str) {
        if let Some(on_warning) = self.on_warning {
            on_warning(warning);
        }
    }
}
