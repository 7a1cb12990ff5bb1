//! The assignment of all orders, and moves of orders between centres afterwards.

use super::super::places::DayPlaces;
use super::super::refusal::{Refusal, RefusalCause};
use super::capacity::{CapacityRows, Remaining, RowKind};
use super::choose::choose;
use super::enumerate::options;
use super::option::{Assigned, OrderOptions};
use coldmile_model::{Day, Order};
use coldmile_units::{Idx, Table};

/// The options of every order, the one chosen for each, and the orders that got none.
#[derive(Clone)]
pub struct Assignment {
    /// The options of each order that can be served at all, in order of the day's orders.
    pub orders: Table<OrderOptions>,
    /// The position of the chosen option of each of them; `None` where all its options exceed a capacity.
    pub picks: Vec<Option<usize>>,
    /// Orders without an option or without a choice, with the reason, in order of the day's orders.
    pub refusals: Vec<Refusal>,
}

/// A change of the assignment: an order takes another of its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// The order's row in [`Assignment::orders`].
    pub order: Idx<OrderOptions>,
    /// Position of the new option among its options.
    pub option: usize,
}

impl Assignment {
    /// The chosen option of every order that has one, in order of the day's orders.
    pub fn assigned(&self) -> Vec<Assigned> {
        let rows = self.orders.iter().zip(&self.picks);
        rows.filter_map(|(row, pick)| pick.map(|pick| row.options[pick].assigned(row.order))).collect()
    }

    /// The assignment after as many of `moves` as the capacities allow.
    pub fn moved(&self, day: &Day, moves: &[Move]) -> Self {
        let rows = CapacityRows::new(day);
        let uses = |order: Idx<OrderOptions>, pick: usize| {
            let row = &self.orders[order];
            rows.uses(day, &day.orders[row.order], &row.options[pick])
        };
        let mut remaining = Remaining::new(&rows);
        for (order, pick) in self.orders.indices().zip(&self.picks) {
            if let Some(pick) = *pick {
                remaining.take(&uses(order, pick));
            }
        }
        let mut moved = self.clone();
        let mut waiting = moves.to_vec();
        loop {
            let before = waiting.len();
            // A move frees capacity for others, so the rest is tried again until nothing changes.
            waiting.retain(|&Move { order, option }| {
                let pick = &mut moved.picks[order.get()];
                let Some(old) = *pick else { return false };
                remaining.give_back(&uses(order, old));
                let fits = remaining.take(&uses(order, option));
                if fits {
                    *pick = Some(option);
                } else {
                    remaining.take(&uses(order, old));
                }
                !fits
            });
            if waiting.len() == before {
                return moved;
            }
        }
    }
}

/// Gives every order of `orders` a centre and a wave, or a reason why not.
pub fn assign(day: &Day, places: &DayPlaces, orders: &[Idx<Order>]) -> Assignment {
    let (options, mut refusals) = options(day, places, orders);
    let rows = CapacityRows::new(day);
    let choice = choose(day, &rows, &options);
    for (row, chosen) in options.iter().zip(&choice) {
        if let Err(full) = chosen {
            refusals.push(Refusal {
                order: row.order,
                cause: match *full {
                    RowKind::Storage(compartment) => RefusalCause::StorageFull { compartment },
                    RowKind::CourierTime => RefusalCause::NoCourierTime,
                },
            });
        }
    }
    refusals.sort_by_key(|refusal| refusal.order);
    let picks = choice.into_iter().map(Result::ok).collect();
    Assignment { orders: Table::from(options), picks, refusals }
}
