#![doc = include_str!("README.md")]
// Integers are held in doubles, which compare exactly.
#![allow(clippy::float_cmp)]

pub mod check;
pub mod format;
pub mod problem;
pub mod search;
pub mod solution;

#[cfg(test)]
mod tests;

pub use check::{Report, Violation, check};
pub use problem::{
    Client, Decay, Distances, DistancesError, Draft, Kind, Problem, ProblemError, Site, Status,
};
pub use search::{Control, Progress, SolveConfig, Stop, solve};
pub use solution::{Answer, Service, Solution};
