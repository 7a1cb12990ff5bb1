//! The customizable contraction hierarchy over arcs and turns.
//!
//! [`dissect`] orders segments by nested dissection, [`flow`] finds its cuts; [`expand`] makes arcs the vertices of a search
//! graph; [`topology`] contracts it; [`customize`] puts weights on it, in [`parts`], and prunes it to a
//! [`SearchGraph`]; [`frame`] knows
//! which weight goes where.
//! New speeds need only the last step. (Dibbelt, Strasser, Wagner 2016: Customizable Contraction Hierarchies;
//! Schild, Sommer 2015: inertial flow.)
//!
//! Positions here are ranks: vertex 0 is contracted first.

mod customize;
mod dissect;
mod expand;
mod flow;
mod frame;
mod parts;
mod search;
mod topology;

pub(super) use dissect::order_segments;
pub(super) use expand::{expand, number_vertices};
pub(super) use frame::Frame;
pub(super) use search::{Half, NO_VERTEX, SearchGraph};
