//! Room over time: shelf, fridge and freezer of every centre, and the couriers' time, as rows that must not overflow.
//!
//! An order is taken to stand at its centre from the moment the first truck of its wave could arrive until the latest
//! moment it may leave. What really happens lies inside that span, so a plan whose rows hold never overfills a fridge.
//! Occupancy can only peak when a wave arrives: one row for each centre, compartment and wave is enough.

use super::super::crews::crews_of;
use super::super::wave::leaves_by;
use super::option::AssignOption;
use coldmile_model::{Compartment, Day, Order, Site, WaveSchedule};
use coldmile_units::{Idx, Timestamp};

/// Share of the couriers' shifts that may be planned with, in percent: the rest is loading and the way back.
const USABLE_SHIFT_PERCENT: i64 = 85;

/// What is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Full {
    /// A compartment of every centre in reach.
    Room(Compartment),
    /// The couriers of every centre in reach.
    Couriers,
}

/// The rows and their capacities: for each centre, its compartments at each wave, then its couriers' seconds.
pub struct Rooms {
    capacities: Vec<i64>,
    rows_per_site: usize,
    waves: usize,
}

/// The earliest a truck of a wave can stand at a centre: its goods are ready at the hub no sooner.
fn arrives_from(day: &Day, wave: Idx<WaveSchedule>) -> Timestamp {
    day.network.waves[wave].hub_ready
}

impl Rooms {
    /// All rows of a day.
    pub fn new(day: &Day) -> Self {
        let waves = day.network.waves.len();
        let mut capacities = Vec::new();
        for (position, site) in day.network.sites().enumerate() {
            for part in Compartment::ALL {
                capacities.extend(std::iter::repeat_n(site.storage.of(part).0, waves));
            }
            let crews = crews_of(day, position);
            let seconds: i64 =
                crews.iter().map(|crew| crew.shift.length().0 * crew.couriers.len() as i64).sum();
            capacities.push(seconds * USABLE_SHIFT_PERCENT / 100);
        }
        Self { capacities, rows_per_site: Compartment::ALL.len() * waves + 1, waves }
    }

    /// Number of rows.
    pub const fn len(&self) -> usize {
        self.capacities.len()
    }

    /// What a row can take.
    pub fn capacity(&self, row: usize) -> i64 {
        self.capacities[row]
    }

    /// What a row stands for.
    pub fn meaning(&self, row: usize) -> Full {
        let within = row % self.rows_per_site;
        match Compartment::ALL.get(within.checked_div(self.waves).unwrap_or(usize::MAX)) {
            Some(&part) if within + 1 < self.rows_per_site => Full::Room(part),
            _ => Full::Couriers,
        }
    }

    /// The rows an option uses, with how much.
    pub fn uses(&self, day: &Day, order: &Order, option: &AssignOption) -> Vec<(usize, i64)> {
        let first = option.centre.get() * self.rows_per_site;
        let from = arrives_from(day, option.wave);
        let until = leaves_by(day, order, option.centre, option.handover);
        let mut uses = Vec::new();
        for part in Compartment::ALL {
            let volume = order.load[part].0;
            if volume == 0 {
                continue;
            }
            for wave in day.network.waves.indices() {
                let instant = arrives_from(day, wave);
                if wave == option.wave || (from <= instant && instant <= until) {
                    uses.push((first + part as usize * self.waves + wave.get(), volume));
                }
            }
        }
        if option.work.0 > 0 {
            uses.push((first + self.rows_per_site - 1, option.work.0));
        }
        uses
    }
}

/// What is left of every row.
pub struct Room<'a> {
    rooms: &'a Rooms,
    left: Vec<i64>,
}

impl<'a> Room<'a> {
    pub fn new(rooms: &'a Rooms) -> Self {
        Self { rooms, left: (0..rooms.len()).map(|row| rooms.capacity(row)).collect() }
    }

    fn fits(&self, uses: &[(usize, i64)]) -> bool {
        uses.iter().all(|&(row, amount)| amount <= self.left[row])
    }

    /// Takes back what was taken.
    pub fn give(&mut self, uses: &[(usize, i64)]) {
        for &(row, amount) in uses {
            self.left[row] += amount;
        }
    }

    /// Takes what an option uses if there is room.
    pub fn take(&mut self, uses: &[(usize, i64)]) -> bool {
        let fits = self.fits(uses);
        if fits {
            for &(row, amount) in uses {
                self.left[row] -= amount;
            }
        }
        fits
    }

    /// The first row that an option does not fit.
    fn obstacle(&self, uses: &[(usize, i64)]) -> Option<Full> {
        uses.iter().find(|&&(row, amount)| amount > self.left[row]).map(|&(row, _)| self.rooms.meaning(row))
    }
}
