//! The key figures of a plan and its audit, as text and as JSON.

use coldmile_audit::AuditReport;
use coldmile_plan::{CostShare, DayPlan, DirectTotals, Footprint, Relaxation};
use coldmile_units::{Metres, Money};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The key figures of a plan and its audit.
#[derive(Serialize)]
pub struct Summary<'a> {
    orders: usize,
    planned: usize,
    unplanned: usize,
    /// Number of violations.
    violations: usize,
    routes: usize,
    trips: usize,
    doors: usize,
    pickups: usize,
    km: f64,
    linehaul_km: f64,
    last_mile_km: f64,
    travel_hours: f64,
    working_hours: f64,
    /// In whole units of the currency.
    cost: f64,
    /// What planning minimises, in whole units of the currency; its parts by name sum to it.
    objective: f64,
    objective_parts: BTreeMap<&'static str, f64>,
    cost_per_order: f64,
    /// The parts of the orders' costs in sum, in whole units of the currency; they sum to `cost`.
    cost_parts: OrderCosts,
    currency: &'a str,
    /// Of driving.
    co2e_kg: f64,
    /// Of driving and cooling, and what cooling takes; `None` in plans that do not tell it.
    footprint: Option<FootprintSummary>,
    /// Straight from the hubs, as estimated; `None` in plans that do not tell it.
    direct: Option<DirectSummary>,
    /// Share of planned orders handed over inside their window; `None` when nothing is planned.
    on_time: Option<f64>,
    cold_margin: Option<Margin>,
    /// Number of unplanned orders by the code of the reason.
    reasons: BTreeMap<&'a str, usize>,
    /// Every violation, one line each.
    broken: Vec<String>,
}

/// Greenhouse gas in kilograms of CO2-equivalent, and what cooling takes.
#[derive(Serialize)]
struct FootprintSummary {
    driving_kg: f64,
    cooling_kg: f64,
    /// Heat that is taken out.
    cooling_kwh: f64,
    diesel_l: f64,
    electricity_kwh: f64,
}

impl From<Footprint> for FootprintSummary {
    fn from(footprint: Footprint) -> Self {
        Self {
            driving_kg: thousandths(footprint.driving_g),
            cooling_kg: thousandths(footprint.cooling_g),
            cooling_kwh: ((footprint.chilled_j + footprint.frozen_j) as f64 / 3_600.0).round() / 1_000.0,
            diesel_l: thousandths(footprint.diesel_ml),
            electricity_kwh: thousandths(footprint.electricity_wh),
        }
    }
}

/// Orders straight from their hubs, and the same orders by the plan.
#[derive(Serialize)]
struct DirectSummary {
    orders: usize,
    cost: f64,
    km: f64,
    /// Of driving, as `via_co2e_kg`.
    co2e_kg: f64,
    via_cost: f64,
    via_co2e_kg: f64,
}

impl DirectSummary {
    fn new(direct: &DirectTotals, currency: &str) -> Self {
        Self {
            orders: direct.orders,
            cost: major(direct.cost, currency),
            km: km(direct.distance),
            co2e_kg: thousandths(direct.co2e_g),
            via_cost: major(direct.via_cost, currency),
            via_co2e_kg: thousandths(direct.via_co2e_g),
        }
    }
}

#[derive(Serialize)]
struct Margin {
    minutes: i64,
    kelvin: f64,
    order: String,
    parcel: String,
    place: String,
}

impl<'a> Summary<'a> {
    /// Collects the figures of a plan and of the referee's report on it.
    pub fn new(plan: &'a DayPlan, report: &AuditReport) -> Self {
        let totals = &plan.totals;
        let mut reasons = BTreeMap::new();
        for unplanned in &plan.unplanned {
            *reasons.entry(unplanned.code.as_str()).or_default() += 1;
        }
        Self {
            orders: totals.orders,
            planned: totals.planned,
            unplanned: totals.unplanned,
            violations: report.violations.len(),
            routes: totals.runs,
            trips: totals.trips,
            doors: totals.doors,
            pickups: totals.pickups,
            km: km(totals.linehaul_distance + totals.last_mile_distance),
            linehaul_km: km(totals.linehaul_distance),
            last_mile_km: km(totals.last_mile_distance),
            travel_hours: tenth(totals.travel_time.0 as f64 / 3600.0),
            working_hours: tenth(totals.working_time.0 as f64 / 3600.0),
            cost: major(totals.cost, &plan.currency),
            objective: major(totals.objective, &plan.currency),
            objective_parts: (totals.objective_parts.by_name().into_iter())
                .map(|(name, part)| (name, major(part, &plan.currency)))
                .collect(),
            cost_per_order: (major(totals.cost, &plan.currency) / totals.planned.max(1) as f64 * 100.0)
                .round()
                / 100.0,
            cost_parts: OrderCosts::new(&plan.orders.iter().map(|order| order.cost).sum(), &plan.currency),
            currency: &plan.currency,
            co2e_kg: tenth(totals.co2e_g as f64 / 1000.0),
            footprint: totals.footprint.map(FootprintSummary::from),
            direct: totals.direct.map(|direct| DirectSummary::new(&direct, &plan.currency)),
            on_time: report.punctuality.on_time(),
            cold_margin: report.cold.as_ref().map(|cold| Margin {
                minutes: cold.minutes,
                kelvin: cold.kelvin,
                order: cold.order.to_string(),
                parcel: cold.parcel.to_string(),
                place: cold.place.clone(),
            }),
            reasons,
            broken: report.violations.iter().map(ToString::to_string).collect(),
        }
    }

    /// The figures as text.
    pub fn text(&self, plan: &DayPlan) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(plan, &mut text);
        text
    }

    fn write(&self, plan: &DayPlan, out: &mut String) -> std::fmt::Result {
        writeln!(out, "{}, {} ({})", plan.name, plan.date, plan.timezone)?;
        writeln!(
            out,
            "  orders      {} of {} planned: {} to the door, {} collected at a centre",
            self.planned, self.orders, self.doors, self.pickups
        )?;
        for unplanned in plan.unplanned.iter().take(MAX_LISTED) {
            write!(out, "              {}: {}", unplanned.order, unplanned.reason)?;
            if let Some(relaxation) = unplanned.relaxations.first() {
                write!(out, "; would fit with: {}", change_text(relaxation))?;
            }
            writeln!(out)?;
        }
        if self.unplanned > MAX_LISTED {
            writeln!(out, "              and {} more", self.unplanned - MAX_LISTED)?;
        }
        writeln!(
            out,
            "  routes      {} with {} trips, {:.1} km: trucks {:.1} km, couriers {:.1} km",
            self.routes, self.trips, self.km, self.linehaul_km, self.last_mile_km
        )?;
        writeln!(
            out,
            "  time        {:.1} h of work, {:.1} h of it travel",
            self.working_hours, self.travel_hours
        )?;
        match self.on_time {
            Some(share) => writeln!(out, "  on time     {:.1} %", share * 100.0)?,
            None => writeln!(out, "  on time     –")?,
        }
        writeln!(
            out,
            "  cost        {:.2} {}, {:.2} an order; {:.1} kg CO2e",
            self.cost, self.currency, self.cost_per_order, self.co2e_kg
        )?;
        writeln!(out, "              {}", self.cost_parts.text())?;
        if let Some(footprint) = &self.footprint {
            writeln!(
                out,
                "  cooling     {:.1} kWh of heat: {:.1} l of diesel, {:.1} kWh of electricity; {:.1} kg CO2e",
                footprint.cooling_kwh, footprint.diesel_l, footprint.electricity_kwh, footprint.cooling_kg
            )?;
        }
        if let Some(direct) = self.direct.as_ref().filter(|direct| direct.orders > 0) {
            writeln!(
                out,
                "  direct      {:.2} {} straight from the hub (estimate), {:.2} by the plan for the same {} orders",
                direct.cost, self.currency, direct.via_cost, direct.orders
            )?;
        }
        let unpaid: Vec<String> = (plan.totals.objective_parts.by_name()[3..].iter())
            .filter(|(_, part)| *part != Money::ZERO)
            .map(|(name, part)| format!("{} {:.2}", name.replace('_', " "), major(*part, &plan.currency)))
            .collect();
        if !unpaid.is_empty() {
            writeln!(
                out,
                "  objective   {:.2} {}: cost and {}",
                self.objective,
                self.currency,
                unpaid.join(", ")
            )?;
        }
        if let Some(margin) = &self.cold_margin {
            writeln!(
                out,
                "  cold margin {:.1} K and {} min to the limit at the tightest (order {}, {})",
                margin.kelvin, margin.minutes, margin.order, margin.place
            )?;
        }
        match self.violations {
            0 => writeln!(out, "  audit       0 violations"),
            count => {
                writeln!(out, "  audit       {count} violations")?;
                for line in self.broken.iter().take(MAX_LISTED) {
                    writeln!(out, "              {line}")?;
                }
                Ok(())
            }
        }
    }
}

/// A change of the day's files in words: `order O4 lat 35.9 → 35.91`.
fn change_text(relaxation: &Relaxation) -> String {
    let value = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let edits = relaxation.edits.iter().map(|edit| {
        let row = format!("{} {}", edit.table.name(), edit.id);
        match &edit.field {
            None => format!("a new {row}"),
            Some(field) if edit.from.as_str() == Some("") || edit.from.is_null() => {
                format!("{row} {field} {}", value(&edit.to))
            }
            Some(field) => format!("{row} {field} {} → {}", value(&edit.from), value(&edit.to)),
        }
    });
    edits.collect::<Vec<_>>().join(", ")
}

/// The text lists at most so many unplanned orders or violations and counts the rest.
const MAX_LISTED: usize = 12;

/// What is paid and what is minimised, in whole units of a currency.
#[derive(Serialize)]
pub struct PriceSummary {
    /// What is paid.
    pub cost: f64,
    /// What planning minimises.
    pub objective: f64,
}

impl PriceSummary {
    /// Of amounts in minor units.
    pub fn new(cost: Money, objective: Money, currency: &str) -> Self {
        Self { cost: major(cost, currency), objective: major(objective, currency) }
    }
}

/// The parts of the cost of orders, in whole units of a currency.
#[derive(Serialize)]
pub struct OrderCosts {
    linehaul: f64,
    last_mile: f64,
    cold: f64,
    handling: f64,
    opening: f64,
    #[serde(skip)]
    total: f64,
}

impl OrderCosts {
    /// Of amounts in minor units.
    pub fn new(share: &CostShare, currency: &str) -> Self {
        let amount = |part: Money| major(part, currency);
        Self {
            linehaul: amount(share.linehaul),
            last_mile: amount(share.last_mile),
            cold: amount(share.cold),
            handling: amount(share.handling),
            opening: amount(share.centre),
            total: amount(share.total()),
        }
    }

    /// All parts together.
    pub const fn total(&self) -> f64 {
        self.total
    }

    /// The parts by their names.
    pub fn text(&self) -> String {
        let Self { linehaul, last_mile, cold, handling, opening, .. } = self;
        format!(
            "linehaul {linehaul:.2}, last mile {last_mile:.2}, cold {cold:.2}, handling {handling:.2}, opening {opening:.2}"
        )
    }
}

fn thousandths(amount: i64) -> f64 {
    amount as f64 / 1_000.0
}

fn km(distance: Metres) -> f64 {
    tenth(distance.0 as f64 / 1000.0)
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// An amount in whole units of its currency. Most currencies have hundredths; those without are listed.
fn major(amount: Money, currency: &str) -> f64 {
    let minor = match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" => 1.0,
        _ => 100.0,
    };
    amount.0 as f64 / minor
}
