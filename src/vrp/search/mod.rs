//! Ruin and recreate under simulated annealing.

mod config;

pub use config::{Control, Progress, SolveConfig, Stop};

use super::{Problem, Reason, Solution, Unplanned};

/// The best solution found for `problem` within the limit of `config`.
pub fn solve(problem: &Problem, _config: &SolveConfig, _control: &Control<'_>) -> Solution {
    let unplanned =
        problem.clients().indices().map(|client| Unplanned { client, reason: Reason::NotPlaced }).collect();
    Solution { routes: Vec::new(), unplanned, cost: 0 }
}
