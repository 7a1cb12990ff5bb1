//! Simulated annealing over ruin and recreate.

mod iteration;
mod lane;
mod schedule;

pub(super) use lane::{Lane, Reporting, Score};
pub(super) use schedule::FirstSolution;
