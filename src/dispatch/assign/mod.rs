//! Each order to a centre and a wave, by road time, hours, room over time and couriers' time.
//!
//! [`options`] lists what is possible for each order and what it costs; [`rooms`] turns room over time into rows that
//! must not overflow; [`model`] chooses: everybody's cheapest option when that fits (then it is the optimum), else a linear
//! model, else, on very large days, by regret.

mod model;
mod options;
mod rooms;

use super::places::Places;
use super::refusal::{Cause, Refusal};
use crate::model::{Day, Order, Site, WaveSchedule};
use crate::plan::Handover;
use crate::units::Idx;

pub use rooms::leaves_by;

/// Where an order passes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Which.
    pub order: Idx<Order>,
    /// The centre.
    pub centre: Idx<Site>,
    /// The wave it travels with.
    pub wave: Idx<WaveSchedule>,
    /// Door or pickup.
    pub handover: Handover,
}

/// Gives every order of `orders` a centre and a wave, or a reason. Both lists come in order of the day's orders.
pub fn assign(day: &Day, places: &Places, orders: &[Idx<Order>]) -> (Vec<Assigned>, Vec<Refusal>) {
    let (options, mut refusals) = options::options(day, places, orders);
    let rooms = rooms::Rooms::new(day);
    let choice = model::choose(day, &rooms, &options);
    let mut assigned = Vec::with_capacity(options.len());
    for (row, chosen) in options.iter().zip(choice) {
        match chosen {
            Ok(pick) => assigned.push(row.options[pick].assigned(row.order)),
            Err(full) => refusals.push(Refusal {
                order: row.order,
                cause: match full {
                    rooms::Full::Room(compartment) => Cause::NoRoom { compartment },
                    rooms::Full::Couriers => Cause::NoCourierTime,
                },
            }),
        }
    }
    refusals.sort_by_key(|refusal| refusal.order);
    (assigned, refusals)
}
