#![doc = include_str!("README.md")]

mod assign;
mod changes;
mod cold;
mod control;
mod costs;
mod crews;
mod day_search;
mod direct;
mod draft;
mod echelons;
mod effort;
mod energy;
mod error;
mod exchange;
mod last_mile;
mod lateness;
mod linehaul;
mod loosen;
mod marginal;
mod no_prices;
mod pipeline;
mod places;
mod priority;
mod publish;
mod refusal;
mod relax;
mod rides;
mod run;
mod sizes;
mod storage;
mod supply;
mod walks;
mod warming;
mod wave;

#[cfg(test)]
mod tests;

pub use control::{DispatchConfig, Effort, Phase, PlanControl};
pub use error::DispatchError;
pub use marginal::{DayPrice, Marginal, MarginalError, marginal};
pub use no_prices::{has_prices, no_prices_warning};
pub use pipeline::plan_day;
