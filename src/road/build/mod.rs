//! From the roads of a file to the graph of one profile.
//!
//! [`chains`] cuts ways at junctions and joins what only bends; [`turns`] prices every turn, [`sequences`] applies
//! restrictions; [`reach`] finds what can be reached and left again, and which pockets only begin or end trips; [`graph`] keeps that.

mod chains;
mod graph;
mod reach;
mod sequences;
mod turns;

pub(super) use graph::{build_graph, end_of_lists};
