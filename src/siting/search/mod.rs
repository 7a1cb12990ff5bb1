//! The search: heuristics and bounds for every kind of problem.

mod assignment;
mod bounds;
mod branch;
mod capacitated;
mod center;
mod clock;
mod config;
mod incumbent;
mod knapsack;
mod layout;
mod local;
mod model;
mod oracle;
mod relaxation;
mod solve;
mod transport;
mod uncapacitated;

pub use config::{Control, Progress, SolveConfig, Stop};
pub use solve::solve;
