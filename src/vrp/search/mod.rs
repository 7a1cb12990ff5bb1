//! Ruin and recreate under simulated annealing, in turns with recombination on small problems.
//!
//! [`solve`](solve()) prepares the problem, picks the rules that fit it and runs one or more lanes; the room's own page
//! walks through the files.

mod annealing;
mod arcs;
mod client_units;
mod clock;
mod config;
mod decomposition;
mod embedding;
mod genetic;
mod index;
mod insertion;
mod instance;
mod joint_insertion;
mod lanes;
mod local_search;
mod model;
mod neighbourhoods;
mod neighbours;
mod obstacles;
mod params;
mod penalty;
mod plain;
mod prize_trip;
mod recreate;
mod rich;
mod ruin;
mod rule_set;
mod savings;
mod single_trip;
mod solve;
mod start;
mod state;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_limits;
#[cfg(test)]
mod tests_of_prices;
#[cfg(test)]
mod tests_of_start;
mod workspace;

pub use config::{Control, Progress, SolveConfig, StoppingCriterion};
pub use obstacles::obstacle;
pub use solve::{ContinuedSolution, solve, solve_from};
