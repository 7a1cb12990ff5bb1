//! What is asked of the solver: locations, depots, clients, vehicle types, and how clients depend on one another.
//!
//! A [`Problem`] comes only out of [`ProblemBuilder::build`], which reports every inconsistency at once; no code below
//! checks again. All costs are integers in one fine unit that the caller chooses: [`COST_SCALE`] of them to a minor
//! unit of money is the convention of the product, so that a price of 120 minor units a kilometre is
//! `cost_per_metre: 120`.

mod builder;
mod client;
mod data;
mod error;
mod fleet;
mod limits;
mod load;
mod relations;

pub use builder::ProblemBuilder;
pub(crate) use client::is_backhaul;
pub use client::{Backhauls, Client, FadingStop, Group, SoftEnd};
pub use data::Problem;
pub use error::{PairError, ProblemError};
pub use fleet::{Break, Depot, FadingExposure, Profile, Residue, TimePrices, VehicleType};
pub use limits::{COST_SCALE, MAX_AMOUNT, MAX_DIMENSIONS, MAX_FADING, MAX_FADING_AMOUNT, MAX_LEG, MAX_PRICE};
pub use load::Load;
