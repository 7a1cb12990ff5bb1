//! The rules of plain problems: CVRP and VRPTW.

mod insertion;
mod model;
mod segments;

#[cfg(test)]
pub(super) use model::PlainModel;
pub(super) use model::is_plain;
pub(super) use segments::PlainRules;
