//! What can be wrong with a problem.

use super::kind::Kind;
use super::limits::MAX_TOTAL;

/// Why a problem was refused. Positions count from 0; [`code`](Self::code) is stable.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProblemError {
    /// There are no sites or no clients.
    #[error("there are no {what}")]
    Empty {
        /// `sites` or `clients`.
        what: &'static str,
    },
    /// The distances are of other sites and clients.
    #[error("the distances are of {found} {what}, the problem has {expected}")]
    Size {
        /// `sites` or `clients`.
        what: &'static str,
        /// In the distances.
        found: usize,
        /// In the problem.
        expected: usize,
    },
    /// A number is negative, infinite or no number.
    #[error("{what} {index}: the {field} is {value}, not a number of at least 0")]
    NotANumber {
        /// `site` or `client`.
        what: &'static str,
        /// Its position.
        index: usize,
        /// Which number.
        field: &'static str,
        /// What it is.
        value: f64,
    },
    /// A capacity or demand has not as many dimensions as the others.
    #[error("{what} {index}: {found} dimensions, the first client has {expected}")]
    Dimensions {
        /// `site` or `client`.
        what: &'static str,
        /// Its position.
        index: usize,
        /// Its dimensions.
        found: usize,
        /// Those of the first client.
        expected: usize,
    },
    /// Neither the number of sites nor their cost is limited.
    #[error("{} needs the number of sites (p) or a budget", kind.name())]
    NoLimit {
        /// What is asked.
        kind: Kind,
    },
    /// p is 0.
    #[error("p is 0, at least one site must be open")]
    NoSite,
    /// There are fewer sites than p.
    #[error("p is {max_open}, but only {available} of {sites} sites may be open")]
    TooFewSites {
        /// p.
        max_open: usize,
        /// Sites that are not forced closed.
        available: usize,
        /// All sites.
        sites: usize,
    },
    /// More sites than p are forced open.
    #[error("{forced} sites are forced open, p is {max_open}")]
    TooManyForced {
        /// Sites forced open.
        forced: usize,
        /// p.
        max_open: usize,
    },
    /// Sites of one group are forced open.
    #[error("sites {first} and {second} are forced open, but at most one of their group may be open")]
    GroupConflict {
        /// One site.
        first: usize,
        /// The other.
        second: usize,
    },
    /// A group names a site that does not exist.
    #[error("group {group}: site {site} does not exist, there are {sites}")]
    UnknownSite {
        /// Position of the group.
        group: usize,
        /// The site it names.
        site: usize,
        /// How many there are.
        sites: usize,
    },
    /// The sites forced open cost more than the budget.
    #[error("the sites forced open cost {cost}, the budget is {budget}")]
    BudgetExceeded {
        /// Their opening costs.
        cost: f64,
        /// The budget.
        budget: f64,
    },
    /// A budget without opening costs.
    #[error("a budget needs opening costs, and no site has one")]
    NoOpeningCosts,
    /// A parameter is missing or no positive number.
    #[error("{} needs a {what} of at least 0 (a decay above 0)", kind.name())]
    NoParameter {
        /// What is asked.
        kind: Kind,
        /// `radius` or `decay`.
        what: &'static str,
    },
    /// A client reaches no site that may be open.
    #[error("client {client} reaches no site that may be open")]
    Unreachable {
        /// Its position.
        client: usize,
    },
    /// All sites together cannot serve all clients.
    #[error(
        "dimension {dimension}: the clients' demand of {demand} is above the capacity of {capacity} of all sites that may be open"
    )]
    CapacityBelowDemand {
        /// The dimension of demand.
        dimension: usize,
        /// Of all clients.
        demand: f64,
        /// Of all sites not forced closed.
        capacity: f64,
    },
    /// Demand in several dimensions may not be split.
    #[error("clients may be split over sites only where demand has one dimension, here it has {dimensions}")]
    SplitDimensions {
        /// Dimensions of demand.
        dimensions: usize,
    },
    /// Sums would no longer be exact.
    #[error("{what} may add up to {total:e}, above {MAX_TOTAL:e}: use a larger unit")]
    TooLarge {
        /// `costs`, `weights` or `demands`.
        what: &'static str,
        /// The largest sum.
        total: f64,
    },
}

impl ProblemError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty { .. } => "siting/empty",
            Self::Size { .. } => "siting/size",
            Self::NotANumber { .. } => "siting/not-a-number",
            Self::Dimensions { .. } => "siting/dimensions",
            Self::NoLimit { .. } => "siting/no-limit",
            Self::NoSite => "siting/no-site",
            Self::TooFewSites { .. } => "siting/too-few-sites",
            Self::TooManyForced { .. } => "siting/too-many-forced",
            Self::GroupConflict { .. } => "siting/group-conflict",
            Self::UnknownSite { .. } => "siting/unknown-site",
            Self::BudgetExceeded { .. } => "siting/budget-exceeded",
            Self::NoOpeningCosts => "siting/no-opening-costs",
            Self::NoParameter { .. } => "siting/no-parameter",
            Self::Unreachable { .. } => "siting/unreachable",
            Self::CapacityBelowDemand { .. } => "siting/capacity-below-demand",
            Self::SplitDimensions { .. } => "siting/split-dimensions",
            Self::TooLarge { .. } => "siting/too-large",
        }
    }
}
