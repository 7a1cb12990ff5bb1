//! A day's orders → a day's plan.
//!
//! [`plan_day`] walks one way: [`places`] snaps everything to the roads, [`assign`] gives each order a centre and a
//! wave; both [`echelons`] are routed: [`linehaul`] brings the waves to the centres, [`last_mile`] brings them to the
//! doors; [`exchange`] moves doors to centres that serve them at less cost, and both are routed again; [`publish`] makes
//! runs of the better routes, [`costs`] shares the money out. [`cold`] translates temperatures into what a solver understands.
//!
//! Pure: no clock, no file; the same inputs, seed and iteration limit give the same plan on any number of threads. The
//! planner of new centres calls the same function as the live day.

mod assign;
mod cold;
mod control;
mod costs;
mod crews;
mod echelons;
mod effort;
mod error;
mod exchange;
mod last_mile;
mod linehaul;
mod pipeline;
mod places;
mod publish;
mod refusal;
mod run;
mod wave;

pub use control::{DispatchConfig, Effort, Phase, PlanControl};
pub use error::DispatchError;
pub use pipeline::plan_day;
