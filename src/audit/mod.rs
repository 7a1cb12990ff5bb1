//! The referee: recomputes a published plan from the network, the orders and plain Dijkstra.
//!
//! [`audit`] is called by the commands, the server before it publishes, and tests. It shares no arithmetic with what
//! makes plans and must not know how they are made: it has the rules, the road's own travel times ([`Roads`]) and the
//! picture of the cold chain in `model::cold`. It shares the imported map with the planner, so that a wrong import is
//! invisible to it.
//!
//! - `referee`: all rules in one pass; `report`: the answer and how it reads
//! - `case`: day and plan side by side; `rules`: a file for each subject
//! - `violation`, `codes`: one broken rule, and what the codes mean
//! - `roads`: what is asked of the road; `cold`: temperatures, replayed

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
pub use cold::{ColdMargin, LONGEST_MARGIN_MIN, ParcelCold};
pub use referee::audit;
pub use report::{AuditReport, Punctuality};
pub use roads::{Means, Roads, StraightRoads};
pub use violation::{Amount, Subject, Violation};
