//! The rules of rich problems: everything that is not plain.

mod breaks;
mod followed;
mod insertion;
mod model;
mod openings;
mod pairs;
mod prepared_break;
mod prices;
mod routes;
mod segments;
mod tardiness;

#[cfg(test)]
pub(super) use model::RichModel;
pub(super) use model::{fading_dimensions, limits_goods};
pub(super) use segments::RichRules;
