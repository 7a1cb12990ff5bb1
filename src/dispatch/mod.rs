#![doc = include_str!("README.md")]

mod assign;
mod cold;
mod control;
mod costs;
mod crews;
mod draft;
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
mod supply;
mod warming;
mod wave;

#[cfg(test)]
mod tests;

pub use control::{DispatchConfig, Effort, Phase, PlanControl};
pub use error::DispatchError;
pub use pipeline::plan_day;
