#![doc = include_str!("README.md")]

pub mod check;
pub mod fading;
pub mod format;
pub mod problem;
mod tardiness;

pub mod schedule;
pub mod search;
pub mod segment;
pub mod solution;

pub use check::{Report, Rule, Violation, check};
pub use problem::{
    Backhauls, Break, COST_SCALE, Client, Depot, FadingExposure, FadingStop, Group, Load, MAX_AMOUNT,
    MAX_FADING, MAX_FADING_AMOUNT, MAX_PRICE, PairError, Problem, ProblemBuilder, ProblemError, Profile,
    Residue, SoftEnd, TimePrices, VehicleType,
};
pub use schedule::{RouteSchedule, StopSchedule, TripSchedule, schedule};
pub use search::{
    ContinuedSolution, Control, Progress, SolveConfig, StoppingCriterion, obstacle, solve, solve_from,
};
pub use solution::{Reason, Route, Solution, Trip, Unplanned};
