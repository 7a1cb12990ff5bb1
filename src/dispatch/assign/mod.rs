//! Each order to a centre and a wave, by road time, hours, room over time and couriers' time.
//!
//! [`options`] lists what is possible for each order and what it costs; [`rooms`] turns room over time into rows that
//! must not overflow; [`model`] chooses: everybody's cheapest option when that fits (then it is the optimum), else a linear
//! model, else, on very large days, by regret.

mod assignment;
mod capacity;
mod choose;
mod enumerate;
mod option;

pub use assignment::{Assignment, assign};
pub use option::Assigned;
