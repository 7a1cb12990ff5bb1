//! The assignment of all orders, and changes of it afterwards.

use super::super::places::DayPlaces;
use super::super::refusal::{Refusal, RefusalCause};
use super::capacity::{CapacityRows, Remaining, RowKind};
use super::choose::{choose, place};
use super::enumerate::{MAX_CENTRES_PER_ORDER, options, options_of_nearest};
use super::option::{AssignOption, Assigned, OrderOptions};
use coldmile_model::{Day, Order, SiteKind};
use coldmile_units::{Idx, Table};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The options of every order and the one chosen for each.
#[derive(Clone)]
pub struct Assignment {
    /// The options of each order that can be served at all, in order of the day's orders.
    pub orders: Arc<Table<OrderOptions>>,
    /// The position of the chosen option of each of them; `None` where the order is not served.
    pub picks: Vec<Option<usize>>,
    /// Why orders without a choice are not served: the obstacle of the option that was tried first.
    pub causes: Vec<Option<RefusalCause>>,
}

/// A change of the assignment: an order takes another of its options, or none.
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

    /// The chosen option of a row.
    pub fn chosen(&self, row: Idx<OrderOptions>) -> Option<&AssignOption> {
        self.picks[row.get()].map(|pick| &self.orders[row].options[pick])
    }

    /// Rows of orders that are not served.
    pub fn unserved(&self) -> impl Iterator<Item = Idx<OrderOptions>> {
        self.orders.indices().filter(|row| self.picks[row.get()].is_none())
    }

    /// The assignment after these moves.
    pub fn moved(&self, moves: &[Move]) -> Self {
        let mut moved = self.clone();
        moved.apply(moves);
        moved
    }

    /// Makes these moves.
    pub fn apply(&mut self, moves: &[Move]) {
        for &Move { order, option } in moves {
            self.picks[order.get()] = Some(option);
        }
    }

    /// The assignment with these options of an order, which has no choice; and its row. Other options of the order are forgotten.
    pub fn with(&self, options: OrderOptions) -> (Self, Idx<OrderOptions>) {
        let mut rows: Vec<OrderOptions> = self.orders.iter().cloned().collect();
        let mut with = self.clone();
        let at = match rows.binary_search_by_key(&options.order, |row| row.order) {
            Ok(at) => {
                rows[at] = options;
                with.picks[at] = None;
                at
            }
            Err(at) => {
                rows.insert(at, options);
                with.picks.insert(at, None);
                with.causes.insert(at, None);
                at
            }
        };
        with.orders = Arc::new(Table::from(rows));
        (with, Idx::new(at as u32))
    }

    /// The row of an order; `None` for one without options.
    pub fn row_of(&self, order: Idx<Order>) -> Option<Idx<OrderOptions>> {
        let found = self.orders.as_slice().binary_search_by_key(&order, |row| row.order);
        found.ok().map(|row| Idx::new(row as u32))
    }

    /// Takes away the choice of the orders that could not be served under it. The first cause of each stays.
    pub fn refuse(&mut self, refusals: Vec<Refusal>) {
        for Refusal { order, cause } in refusals {
            let Some(row) = self.row_of(order) else { continue };
            self.picks[row.get()] = None;
            self.causes[row.get()].get_or_insert(cause);
        }
    }

    /// The orders that are not served, each with its cause.
    pub fn refusals(&self) -> impl Iterator<Item = Refusal> {
        self.unserved().map(|row| Refusal {
            order: self.orders[row].order,
            cause: self.causes[row.get()].clone().unwrap_or(RefusalCause::NoCourierTime),
        })
    }
}

/// Gives every order of `orders` a centre and a wave as a first choice; an order without options gets the reason why not.
pub fn assign(day: &Day, places: &DayPlaces, orders: &[Idx<Order>]) -> (Assignment, Vec<Refusal>) {
    let (mut options, refusals) = options(day, places, orders);
    let rows = CapacityRows::new(day);
    let (mut choice, mut remaining) = choose(day, &rows, &options);
    place_further((day, places), (&rows, &mut remaining), &mut options, &mut choice);
    let cause = |(row, chosen): (&OrderOptions, &Result<usize, RowKind>)| match chosen {
        Ok(_) => None,
        Err(_) if row.best_count == 0 => row.miss.clone(),
        Err(RowKind::Storage(compartment)) => Some(RefusalCause::StorageFull { compartment: *compartment }),
        Err(RowKind::CourierTime) => Some(RefusalCause::NoCourierTime),
    };
    let causes = options.iter().zip(&choice).map(cause).collect();
    let picks = choice.into_iter().map(Result::ok).collect();
    (Assignment { orders: Arc::new(Table::from(options)), picks, causes }, refusals)
}

/// Offers orders that found every centre of their options full the centres further off, four times as many each time. What they
/// take joins their options.
fn place_further(
    (day, places): (&Day, &DayPlaces),
    (rows, remaining): (&CapacityRows, &mut Remaining<'_>),
    options: &mut [OrderOptions],
    choice: &mut [Result<usize, RowKind>],
) {
    /// Orders whose options are listed at once: those at many centres take memory.
    const AT_ONCE: usize = 2_000;
    let centres = day.network.sites_of(SiteKind::Centre).count();
    let mut max_centres = MAX_CENTRES_PER_ORDER;
    while max_centres < centres {
        max_centres *= 4;
        let mut open: Vec<usize> = (0..options.len()).filter(|&row| choice[row].is_err()).collect();
        open.sort_by_key(|&row| std::cmp::Reverse(day.orders[options[row].order].priority));
        for some in open.chunks(AT_ONCE) {
            let row_of: BTreeMap<Idx<Order>, usize> =
                some.iter().map(|&row| (options[row].order, row)).collect();
            let orders: Vec<Idx<Order>> = some.iter().map(|&row| options[row].order).collect();
            for wider in options_of_nearest(day, places, &orders, max_centres).0 {
                let row = row_of[&wider.order];
                if let Some(pick) = place(day, rows, &wider, remaining) {
                    choice[row] = Ok(options[row].options.len());
                    let all = options[row].options.iter().chain([&wider.options[pick]]);
                    options[row].options = all.copied().collect();
                }
            }
        }
    }
}
