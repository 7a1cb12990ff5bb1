#![doc = include_str!("README.md")]

mod case;
mod codes;
mod cold;
mod referee;
mod report;
mod roads;
mod rules;
#[cfg(test)]
mod tests;
mod violation;

pub use codes::{CODES, meaning};
pub use cold::{ColdMargin, MAX_MARGIN_MIN, ParcelCold};
pub use referee::audit;
pub use report::{AuditReport, Punctuality};
pub use roads::{Roads, StraightRoads, VehicleProfile};
pub use violation::{Amount, Subject, Violation};
