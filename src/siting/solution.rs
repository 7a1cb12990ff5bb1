//! What a search returns: open sites, who is served from where, and how good that is at best.

/// Where a client is served from.
#[derive(Clone, Debug, PartialEq)]
pub enum Service {
    /// From no site: not covered.
    None,
    /// From one site.
    Site(usize),
    /// From several: pairs of site and share, the shares adding up to 1.
    Split(Vec<(usize, f64)>),
}

/// Open sites and the service of every client.
#[derive(Clone, Debug, PartialEq)]
pub struct Solution {
    /// Positions of the open sites, ascending.
    pub open: Vec<usize>,
    /// By client.
    pub service: Vec<Service>,
    /// What the problem minimises or maximises.
    pub objective: f64,
}

/// The answer of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The best solution found; `None` if none is known.
    pub solution: Option<Solution>,
    /// No solution is better than this: below every objective of a problem that minimises, above it where the problem
    /// maximises. Infinite (or negative infinite where it maximises) when no solution exists.
    pub bound: f64,
    /// Whether the solution is optimal, or it is certain that there is none.
    pub is_proved: bool,
    /// Iterations that the search took.
    pub iterations: u64,
}

impl Answer {
    /// |objective − bound| / |objective|; `None` without a solution, 0 where both are 0.
    pub fn gap(&self) -> Option<f64> {
        let objective = self.solution.as_ref()?.objective;
        let difference = (objective - self.bound).abs();
        Some(if difference == 0.0 { 0.0 } else { difference / objective.abs() })
    }
}
