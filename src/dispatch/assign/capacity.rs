//! Storage over time (shelf, fridge and freezer of every centre) and the couriers' time, as capacity rows.
//!
//! Before there are routes, an order is taken to occupy its centre's store from the moment its wave is due until the moment
//! it is expected to leave: a delivery when its window opens, a pickup at the latest moment it may be collected. This is an
//! estimate for the first choice; routed days are judged by their routes (`dispatch::storage`). Occupancy can only peak
//! when a wave arrives: one row for each centre, compartment and wave is enough.

use super::super::crews::crews_of;
use super::super::wave::leaves_by;
use super::option::AssignOption;
use coldmile_model::{Compartment, Day, Order, WaveSchedule};
use coldmile_plan::Handover;
use coldmile_units::{Idx, Timestamp};

/// Percent of a centre's courier shifts that the assignment may fill with estimated courier time (travel and service).
///
/// The rest is kept for what the estimate leaves out: loading, the return to the centre and waiting for windows. Set by
/// judgement, not tuned.
const USABLE_SHIFT_PERCENT: i64 = 85;

/// What a capacity row limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKind {
    /// Millilitres in a compartment of a centre's store.
    Storage(Compartment),
    /// Seconds of a centre's couriers.
    CourierTime,
}

/// How much of a capacity row an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowUse {
    /// The row.
    pub row: usize,
    /// Millilitres or seconds, as the row counts.
    pub amount: i64,
}

/// All capacity rows of a day: for each site its compartments at each wave, then its couriers' seconds.
pub struct CapacityRows {
    capacities: Vec<i64>,
    rows_per_site: usize,
    waves: usize,
}

/// When a wave is taken to arrive: at the latest moment it may.
fn arrives_at(day: &Day, wave: Idx<WaveSchedule>) -> Timestamp {
    day.network.waves[wave].centre_due
}

/// When an order is expected to have left its centre.
fn leaves_at(day: &Day, order: &Order, option: &AssignOption) -> Timestamp {
    match option.handover {
        Handover::Door => order.window.open(),
        Handover::Pickup => leaves_by(day, order, option.centre, option.handover),
    }
}

impl CapacityRows {
    /// The rows of a day.
    pub fn new(day: &Day) -> Self {
        let waves = day.network.waves.len();
        let mut capacities = Vec::new();
        for (position, site) in day.network.sites().enumerate() {
            for compartment in Compartment::ALL {
                capacities.extend(std::iter::repeat_n(site.storage.of(compartment).0, waves));
            }
            let crews = crews_of(day, position);
            let seconds: i64 =
                crews.iter().map(|crew| crew.longest_work(day).0 * crew.couriers.len() as i64).sum();
            capacities.push(seconds * USABLE_SHIFT_PERCENT / 100);
        }
        Self { capacities, rows_per_site: Compartment::ALL.len() * waves + 1, waves }
    }

    /// Number of rows.
    pub const fn len(&self) -> usize {
        self.capacities.len()
    }

    /// The capacity of a row, in millilitres or seconds.
    pub fn capacity(&self, row: usize) -> i64 {
        self.capacities[row]
    }

    /// What a row limits.
    pub fn kind(&self, row: usize) -> RowKind {
        let within = row % self.rows_per_site;
        match Compartment::ALL.get(within.checked_div(self.waves).unwrap_or(usize::MAX)) {
            Some(&compartment) if within + 1 < self.rows_per_site => RowKind::Storage(compartment),
            _ => RowKind::CourierTime,
        }
    }

    /// The rows an option of an order uses.
    pub fn uses(&self, day: &Day, order: &Order, option: &AssignOption) -> Vec<RowUse> {
        let first = option.centre.get() * self.rows_per_site;
        let from = arrives_at(day, option.wave);
        let until = leaves_at(day, order, option);
        let mut uses = Vec::new();
        for compartment in Compartment::ALL {
            let volume = order.load[compartment].0;
            if volume == 0 {
                continue;
            }
            for wave in day.network.waves.indices() {
                let instant = arrives_at(day, wave);
                if wave == option.wave || (from <= instant && instant <= until) {
                    let row = first + compartment as usize * self.waves + wave.get();
                    uses.push(RowUse { row, amount: volume });
                }
            }
        }
        if option.work.0 > 0 {
            uses.push(RowUse { row: first + self.rows_per_site - 1, amount: option.work.0 });
        }
        uses
    }
}

/// What is left of every row.
pub struct Remaining<'a> {
    rows: &'a CapacityRows,
    left: Vec<i64>,
}

impl<'a> Remaining<'a> {
    /// Everything is left.
    pub fn new(rows: &'a CapacityRows) -> Self {
        Self { rows, left: (0..rows.len()).map(|row| rows.capacity(row)).collect() }
    }

    /// Whether an option that uses this much is within what is left.
    pub fn fits(&self, uses: &[RowUse]) -> bool {
        uses.iter().all(|used| used.amount <= self.left[used.row])
    }

    /// Takes what an option uses if it fits, and says whether it did.
    pub fn take(&mut self, uses: &[RowUse]) -> bool {
        let fits = self.fits(uses);
        if fits {
            for used in uses {
                self.left[used.row] -= used.amount;
            }
        }
        fits
    }

    /// The first row that has too little left for an option.
    pub fn obstacle(&self, uses: &[RowUse]) -> Option<RowKind> {
        uses.iter().find(|used| used.amount > self.left[used.row]).map(|used| self.rows.kind(used.row))
    }
}
