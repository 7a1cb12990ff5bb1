//! Each order to a centre and a wave, and moves between centres afterwards.

use super::super::places::Places;
use super::super::refusal::{Cause, Refusal};
use super::capacity::{Full, Room, Rooms};
use super::choose::choose;
use super::enumerate::options;
use super::option::{Assigned, OrderOptions};
use coldmile_model::{Day, Order};
use coldmile_units::Idx;

/// Who goes where, and where else they could.
#[derive(Clone)]
pub struct Assignment {
    /// What is possible for each order that can be served at all, in order of the day's orders.
    pub orders: Vec<OrderOptions>,
    /// Which option each of them got, if there was room.
    pub picks: Vec<Option<usize>>,
    /// Orders without a place, with the reason, in order of the day's orders.
    pub refusals: Vec<Refusal>,
}

impl Assignment {
    /// One row for every order that has a place, in order of the day's orders.
    pub fn assigned(&self) -> Vec<Assigned> {
        let rows = self.orders.iter().zip(&self.picks);
        rows.filter_map(|(row, pick)| pick.map(|pick| row.options[pick].assigned(row.order))).collect()
    }

    /// The assignment after those moves (order, option) for which there is room.
    pub fn moved(&self, day: &Day, moves: &[(usize, usize)]) -> Self {
        let rooms = Rooms::new(day);
        let uses = |order: usize, pick: usize| {
            let row = &self.orders[order];
            rooms.uses(day, &day.orders[row.order], &row.options[pick])
        };
        let mut room = Room::new(&rooms);
        for (order, pick) in self.picks.iter().enumerate() {
            if let Some(pick) = *pick {
                room.take(&uses(order, pick));
            }
        }
        let mut moved = self.clone();
        let mut waiting = moves.to_vec();
        loop {
            let before = waiting.len();
            // A move makes room for others.
            waiting.retain(|&(order, pick)| {
                let Some(old) = moved.picks[order] else { return false };
                room.give(&uses(order, old));
                let fits = room.take(&uses(order, pick));
                if fits {
                    moved.picks[order] = Some(pick);
                } else {
                    room.take(&uses(order, old));
                }
                !fits
            });
            if waiting.len() == before {
                return moved;
            }
        }
    }
}

/// Gives every order of `orders` a centre and a wave, or a reason.
pub fn assign(day: &Day, places: &Places, orders: &[Idx<Order>]) -> Assignment {
    let (options, mut refusals) = options(day, places, orders);
    let rooms = Rooms::new(day);
    let choice = choose(day, &rooms, &options);
    for (row, chosen) in options.iter().zip(&choice) {
        if let Err(full) = chosen {
            refusals.push(Refusal {
                order: row.order,
                cause: match *full {
                    Full::Room(compartment) => Cause::NoRoom { compartment },
                    Full::Couriers => Cause::NoCourierTime,
                },
            });
        }
    }
    refusals.sort_by_key(|refusal| refusal.order);
    Assignment { orders: options, picks: choice.into_iter().map(Result::ok).collect(), refusals }
}
