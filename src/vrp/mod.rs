//! A vehicle routing solver on numbers alone: clients, depots, vehicle types and travel between numbered locations.
//!
//! [`problem`] holds what is asked (a [`ProblemBuilder`] reports every inconsistency at once) and [`relations`] who depends
//! on whom, [`search`] finds a
//! [`Solution`] by ruin and recreate, [`schedule`](mod@schedule) gives it clock times,
//! [`check`](mod@check) replays it without sharing any arithmetic with the search, and [`format`](mod@format) reads and
//! writes the literature's files.
//!
//! Called by `dispatch`, which translates orders, compartments and cold chain into load dimensions, longest rides and
//! exposures. Knows no map, no parcel and no temperature.

pub mod check;
pub mod format;
pub mod problem;

pub mod schedule;
pub mod search;
pub mod segment;
pub mod solution;

pub use check::{Report, Rule, Violation, check};
pub use problem::{
    Backhauls, COST_SCALE, Client, Depot, Group, Load, PairError, Problem, ProblemBuilder, ProblemError,
    Profile, VehicleType,
};
pub use schedule::{RouteSchedule, StopSchedule, TripSchedule, schedule};
pub use search::{Control, Progress, SolveConfig, StoppingCriterion, solve};
pub use solution::{Reason, Route, Solution, Trip, Unplanned};
