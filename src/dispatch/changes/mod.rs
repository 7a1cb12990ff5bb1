//! The changes of a day that its search tries: moves of several orders to other centres, waves and handovers.

mod centres;
mod change;
mod displace;
mod few;
mod handover;
mod kind;
mod serve;
mod waves;

pub use change::Change;
pub use kind::Kind;
