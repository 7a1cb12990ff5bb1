//! What is asked: sites, clients, the distances between them, and rules on the sites that may open.

mod distances;
mod error;
mod kind;
mod limits;
mod parts;
mod problem;

pub use distances::{Distances, DistancesError};
pub use error::ProblemError;
pub use kind::{Decay, Kind};
pub use limits::{MAX_CELLS, MAX_TOTAL};
pub use parts::{Client, Draft, Site, Status};
pub use problem::Problem;
