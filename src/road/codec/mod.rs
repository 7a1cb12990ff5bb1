//! Graphs, hierarchies and measured speeds as bytes: differences of neighbouring numbers in few bytes.
//!
//! [`field`] defines the bytes of each record once, for writing and reading. [`graph`], [`hierarchy`], [`fast_roads`] and
//! [`speeds`] are the sections made of them.
//!
//! Reading checks every number that is later used as a position: a section that passes its checksum and was written by
//! another program, or by a bug, is refused and does not panic.

mod fast_roads;
mod field;
mod graph;
mod hierarchy;
mod speeds;

pub(super) use fast_roads::write_fast_roads;
pub(super) use graph::write_graph;
pub(super) use hierarchy::{read_index, write_order, write_search};
pub(super) use speeds::{read_traffic, write_traffic};
