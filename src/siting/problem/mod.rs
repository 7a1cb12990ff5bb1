//! What is asked: sites, clients, the distances between them, and rules on the sites that may open.

mod checked;
mod distances;
mod error;
mod kind;
mod limits;
mod parts;

pub use checked::Problem;
pub use distances::{Distances, DistancesError};
pub use error::ProblemError;
pub use kind::{Decay, Kind};
pub use limits::{MAX_CELLS, MAX_TOTAL};
pub use parts::{Client, Draft, Site, Status};
