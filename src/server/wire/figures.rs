//! The sums of a plan.

use coldmile_plan::{DayPlan, DirectTotals, Footprint, ObjectiveParts, PlanReport};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Sums over a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct FiguresView {
    orders: usize,
    planned: usize,
    unplanned: usize,
    violations: usize,
    doors: usize,
    pickups: usize,
    runs: usize,
    trips: usize,
    distance_m: i64,
    linehaul_distance_m: i64,
    last_mile_distance_m: i64,
    working_s: i64,
    cost: i64,
    /// What planning minimises; absent in figures that an older program stored.
    #[serde(default)]
    objective: Option<i64>,
    #[serde(default)]
    objective_parts: Option<ObjectivePartsView>,
    on_time: usize,
    late: usize,
    cold_margin: Option<ColdMarginView>,
    /// Absent in figures that an older program stored.
    #[serde(default)]
    footprint: Option<FootprintView>,
    /// Absent in figures that an older program stored.
    #[serde(default)]
    direct: Option<DirectTotalsView>,
}

/// Orders straight from their hubs, as estimated, and the same orders by the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct DirectTotalsView {
    orders: usize,
    /// In minor units.
    cost: i64,
    distance_m: i64,
    /// Greenhouse gas of driving, in grams of CO2-equivalent.
    co2e_g: i64,
    /// By the plan, in minor units.
    via_cost: i64,
    /// By the plan, of driving, in grams of CO2-equivalent.
    via_co2e_g: i64,
}

impl From<DirectTotals> for DirectTotalsView {
    fn from(direct: DirectTotals) -> Self {
        let DirectTotals { orders, cost, distance, co2e_g, via_cost, via_co2e_g } = direct;
        Self { orders, cost: cost.0, distance_m: distance.0, co2e_g, via_cost: via_cost.0, via_co2e_g }
    }
}

/// Greenhouse gas in grams of CO2-equivalent, and what cooling takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct FootprintView {
    driving_g: i64,
    cooling_g: i64,
    /// Heat that is taken out of chilled compartments, in joules.
    chilled_j: i64,
    /// Heat that is taken out of frozen compartments, in joules.
    frozen_j: i64,
    diesel_ml: i64,
    electricity_wh: i64,
}

impl From<Footprint> for FootprintView {
    fn from(footprint: Footprint) -> Self {
        let Footprint { driving_g, cooling_g, chilled_j, frozen_j, diesel_ml, electricity_wh } = footprint;
        Self { driving_g, cooling_g, chilled_j, frozen_j, diesel_ml, electricity_wh }
    }
}

/// The parts of the objective, in minor units; they sum to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ObjectivePartsView {
    linehaul: i64,
    last_mile: i64,
    centres: i64,
    walks: i64,
    lateness: i64,
    cold_margin: i64,
}

impl From<&ObjectiveParts> for ObjectivePartsView {
    fn from(parts: &ObjectiveParts) -> Self {
        let ObjectiveParts { linehaul, last_mile, centres, walks, lateness, cold_margin } = parts;
        Self {
            linehaul: linehaul.0,
            last_mile: last_mile.0,
            centres: centres.0,
            walks: walks.0,
            lateness: lateness.0,
            cold_margin: cold_margin.0,
        }
    }
}

/// The parcel closest to its limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ColdMarginView {
    minutes: i64,
    kelvin: f64,
    order: String,
}

impl FiguresView {
    pub(crate) fn new(plan: &DayPlan, report: &PlanReport) -> Self {
        let totals = &plan.totals;
        Self {
            orders: totals.orders,
            planned: totals.planned,
            unplanned: totals.unplanned,
            violations: report.violations.len(),
            doors: totals.doors,
            pickups: totals.pickups,
            runs: totals.runs,
            trips: totals.trips,
            distance_m: (totals.linehaul_distance + totals.last_mile_distance).0,
            linehaul_distance_m: totals.linehaul_distance.0,
            last_mile_distance_m: totals.last_mile_distance.0,
            working_s: totals.working_time.0,
            cost: totals.cost.0,
            objective: Some(totals.objective.0),
            objective_parts: Some(ObjectivePartsView::from(&totals.objective_parts)),
            on_time: report.on_time,
            late: report.late,
            cold_margin: report.tightest.as_ref().map(|tightest| ColdMarginView {
                minutes: tightest.minutes,
                kelvin: tightest.kelvin,
                order: tightest.order.to_string(),
            }),
            footprint: totals.footprint.map(FootprintView::from),
            direct: totals.direct.map(DirectTotalsView::from),
        }
    }
}
