//! Each order to a centre and a wave, by travel time, opening hours, storage over time and couriers' time.
//!
//! A generalised assignment problem. `option` holds its data; [`enumerate`] lists the options of each order with their
//! estimated costs; [`capacity`] turns storage over time and couriers' shifts into capacity rows; [`choose`] picks one
//! option an order; [`assignment`] is the result, and how it changes when orders move to other centres afterwards.

mod assignment;
mod capacity;
mod choose;
mod enumerate;
mod miss;
mod option;
mod reach;

pub use assignment::{Assignment, Move, assign};
pub use enumerate::options;
pub use option::{AssignOption, Assigned, OrderOptions};
