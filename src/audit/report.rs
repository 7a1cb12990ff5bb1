//! The report of an audit and its text form.

use super::codes::meaning;
use super::cold::{ColdMargin, ParcelCold};
use super::violation::Violation;
use coldmile_units::Metres;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// The result of an audit. Its [`Display`](fmt::Display) is the text that `coldmile audit` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditReport {
    /// All broken rules, by code, subject and time. Empty for a valid plan.
    pub violations: Vec<Violation>,
    /// Orders of the day.
    pub orders: usize,
    /// Orders that the plan serves.
    pub planned: usize,
    /// Orders that the plan leaves out.
    pub unplanned: usize,
    /// Deliveries and pickups inside their windows.
    pub punctuality: Punctuality,
    /// Distance of the trucks, recomputed on the road.
    pub linehaul_distance: Metres,
    /// Distance of the couriers, recomputed on the road.
    pub last_mile_distance: Metres,
    /// The smallest cold margin of all parcels; `None` when no planned parcel has limits.
    pub cold: Option<ColdMargin>,
    /// Every parcel with limits, in the plan's order.
    pub parcels: Vec<ParcelCold>,
}

/// How many orders are handed over inside their windows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Punctuality {
    /// Orders delivered at the door.
    pub doors: usize,
    /// Of those, service starts inside the window.
    pub doors_in_window: usize,
    /// Orders collected at a centre.
    pub pickups: usize,
    /// Of those, ready by the window's start.
    pub pickups_at_start: usize,
    /// Of those, ready by the window's end.
    pub pickups_in_window: usize,
}

impl Punctuality {
    /// Share of planned orders on time: doors served inside their window, pickups ready before their window ends.
    /// `None` when nothing is planned.
    pub fn on_time(&self) -> Option<f64> {
        let served = self.doors + self.pickups;
        let on_time = self.doors_in_window + self.pickups_in_window;
        (served > 0).then(|| on_time as f64 / served as f64)
    }
}

impl AuditReport {
    /// Whether no rule is broken.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// How many violations each code has, by code.
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for violation in &self.violations {
            *counts.entry(violation.code).or_default() += 1;
        }
        counts
    }
}

/// How many violations of one code the text form lists; the rest are counted, so that one systematic fault does not fill
/// the screen.
const MAX_SHOWN: usize = 20;

impl fmt::Display for AuditReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let punctuality = &self.punctuality;
        writeln!(f, "{} orders: {} planned, {} not", self.orders, self.planned, self.unplanned)?;
        writeln!(
            f,
            "on time {}: {} of {} doors inside their window, {} of {} pickups ready by its end ({} by its start)",
            punctuality.on_time().map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0)),
            punctuality.doors_in_window,
            punctuality.doors,
            punctuality.pickups_in_window,
            punctuality.pickups,
            punctuality.pickups_at_start
        )?;
        writeln!(
            f,
            "on the road {:.1} km: trucks {:.1} km, couriers {:.1} km",
            (self.linehaul_distance + self.last_mile_distance).0 as f64 / 1000.0,
            self.linehaul_distance.0 as f64 / 1000.0,
            self.last_mile_distance.0 as f64 / 1000.0
        )?;
        if let Some(cold) = &self.cold {
            writeln!(
                f,
                "cold margin {:.1} K (parcel {} of order {}, {}); every parcel had {} min left where it was handed over",
                cold.kelvin, cold.parcel, cold.order, cold.place, cold.minutes
            )?;
        }
        if self.violations.is_empty() {
            return write!(f, "no violations");
        }
        write!(f, "{} violations", self.violations.len())?;
        for (code, count) in self.counts() {
            write!(f, "\n{count:>5}  {code}: {}", meaning(code).unwrap_or_default())?;
            for violation in self.violations.iter().filter(|violation| violation.code == code).take(MAX_SHOWN)
            {
                write!(f, "\n       {violation}")?;
            }
            if count > MAX_SHOWN {
                write!(f, "\n       and {} more", count - MAX_SHOWN)?;
            }
        }
        Ok(())
    }
}
