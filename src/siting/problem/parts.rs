//! Sites, clients and the draft of a problem.

use super::distances::Distances;
use super::kind::{Decay, Kind};

/// Whether the search may choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Status {
    /// The search decides.
    #[default]
    Free,
    /// Open in every solution.
    Open,
    /// Closed in every solution.
    Closed,
}

/// A place that may be opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Site {
    /// Cost of opening it. Counts in the objective of facility location, and in a budget.
    pub opening_cost: f64,
    /// Cost of each unit of the first dimension of demand that it serves, where opening costs are paid.
    pub price_per_unit: f64,
    /// How much it can serve in each dimension of demand; empty: as much as comes.
    pub capacity: Vec<f64>,
    /// Whether the search may choose.
    pub status: Status,
}

/// Something to be served.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// How much it counts where clients are covered or attend.
    pub weight: f64,
    /// What its distances are multiplied with to be costs.
    pub cost_per_distance: f64,
    /// What it takes of a site's capacity, dimension by dimension.
    pub demand: Vec<f64>,
}

impl Default for Client {
    fn default() -> Self {
        Self { weight: 1.0, cost_per_distance: 1.0, demand: Vec::new() }
    }
}

/// A problem before it is checked; [`build`](Self::build) makes a [`Problem`](super::Problem) of it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What is asked.
    pub kind: Kind,
    /// The sites.
    pub sites: Vec<Site>,
    /// The clients.
    pub clients: Vec<Client>,
    /// Between them.
    pub distances: Distances,
    /// Groups of sites of which at most one may be open.
    pub groups: Vec<Vec<usize>>,
    /// p: at most so many sites are open.
    pub max_open: Option<usize>,
    /// The opening costs of the open sites are at most this.
    pub budget: Option<f64>,
    /// How far a site covers.
    pub radius: Option<f64>,
    /// How attendance falls with distance.
    pub decay: Option<Decay>,
}

impl Draft {
    /// A question without rules on the sites that may open.
    pub fn new(kind: Kind, sites: Vec<Site>, clients: Vec<Client>, distances: Distances) -> Self {
        Self {
            kind,
            sites,
            clients,
            distances,
            groups: Vec::new(),
            max_open: None,
            budget: None,
            radius: None,
            decay: None,
        }
    }
}
