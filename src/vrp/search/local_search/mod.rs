//! Local search to a local optimum under penalties.

mod descent;
mod insertion_cache;
mod moves;
mod pieces;
mod routes;
mod swap_star;
mod tables;
mod trip_moves;
mod trips;

pub(super) use tables::LocalSearch;
