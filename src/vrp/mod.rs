#![doc = include_str!("README.md")]

pub mod check;
pub mod format;
pub mod problem;

pub mod schedule;
pub mod search;
pub mod segment;
pub mod solution;

pub use check::{Report, Rule, Violation, check};
pub use problem::{
    Backhauls, COST_SCALE, Client, Depot, Group, Load, MAX_PRICE, PairError, Problem, ProblemBuilder,
    ProblemError, Profile, VehicleType,
};
pub use schedule::{RouteSchedule, StopSchedule, TripSchedule, schedule};
pub use search::{
    ContinuedSolution, Control, Progress, SolveConfig, StoppingCriterion, obstacle, solve, solve_from,
};
pub use solution::{Reason, Route, Solution, Trip, Unplanned};
