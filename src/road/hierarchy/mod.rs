//! The customizable contraction hierarchy (CCH) over arcs and turns (Dibbelt, Strasser, Wagner 2016).
//!
//! 1. *Order*: [`dissect`] orders segments by nested dissection; [`flow`] finds its cuts (inertial flow: Schild, Sommer
//!    2015).
//! 2. *Contraction*, without weights: [`expand`] makes the turn-expanded graph, whose nodes are arcs and whose links
//!    are turns; [`topology`] adds every shortcut that some weights might need; [`cch`] keeps both with the arc that
//!    each turn's weight goes to.
//! 3. *Customization*: [`customize`] puts weights on the topology, cell by cell of the [separator tree](separators), and
//!    prunes it to a [`SearchGraph`]. New speeds need only this step.
//!
//! A node of the hierarchy is an arc of the road graph (a private arc has two). Its number is its rank: node 0 is
//! contracted first.

mod cch;
mod customize;
mod dissect;
mod expand;
mod flow;
mod search;
mod separators;
mod topology;

pub(super) use cch::Cch;
pub(super) use dissect::order_segments;
pub(super) use expand::{expand, number_nodes};
pub(super) use search::{Half, NO_NODE, SearchGraph};
