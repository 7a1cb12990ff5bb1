//! From the roads of a file to the graph of one profile.
//!
//! [`fast_ways`] finds the fast roads that bikes keep off; [`chains`] cuts OSM ways at junctions and joins what only bends; [`junctions`] places barriers on them; [`turns`] prices every turn of the [`turn_table`],
//! [`sequences`] applies restrictions to it; [`reach`] finds what can be reached and left again, and which pockets only
//! begin or end trips; [`graph`] keeps that.

mod chains;
mod fast_ways;
mod graph;
mod junctions;
mod reach;
mod sequences;
mod turn_table;
mod turns;

pub(super) use graph::{build_graph, end_of_lists};
