//! Orders with what the plan makes of them and where they stand: the columns of `orders.csv` first, so that the table can be
//! edited and imported again by the same ids.

use super::sheet::Sheet;
use crate::indexed_plan::IndexedPlan;
use coldmile_model::{Day, Order, order_cell_names, order_cells};
use coldmile_plan::{Handover, Progress};
use coldmile_units::Timestamp;
use jiff::tz::TimeZone;

/// Columns beside those of `orders.csv`, which an import passes over.
const MORE: [&str; 8] =
    ["state", "plan_centre", "handover", "route", "stop_number", "eta", "ready", "reason_not_planned"];

/// Columns of numbers.
const NUMBERS: [&str; 7] = ["lat", "lon", "kg", "litres", "service_min", "pieces", "stop_number"];

/// All orders of a day by id; the plan and what happened where there is one.
pub(crate) fn orders_sheet(day: &Day, live: Option<(&IndexedPlan, &Progress)>) -> Sheet {
    let zone = TimeZone::get(&day.timezone).unwrap_or(TimeZone::UTC);
    let rows = day.orders.iter().map(|order| {
        let cells = order_cells(order, day).into_iter().map(|(_, cell)| cell);
        let more =
            live.map_or_else(|| vec![String::new(); MORE.len()], |live| planned_cells(order, live, &zone));
        cells.chain(more).collect()
    });
    Sheet { header: order_cell_names().chain(MORE).collect(), rows: rows.collect(), numbers: &NUMBERS }
}

fn planned_cells(order: &Order, (plan, progress): (&IndexedPlan, &Progress), zone: &TimeZone) -> Vec<String> {
    let id = order.id.as_str();
    let Some(planned) = plan.planned(id) else {
        let left = plan.plan.unplanned.iter().find(|left| left.order == order.id);
        let mut cells = vec![String::new(); MORE.len()];
        cells[MORE.len() - 1] = left.map(|left| left.reason.clone()).unwrap_or_default();
        return cells;
    };
    let handover = match planned.handover {
        Handover::Door => "door",
        Handover::Pickup => "pickup",
    };
    let delivery = planned.delivery.as_ref();
    let run = delivery.and_then(|delivery| plan.run(delivery.run.as_str()));
    let number = delivery.zip(run).map(|(delivery, run)| {
        let before: usize = run.trips.iter().take(delivery.trip).map(|trip| trip.stops.len()).sum();
        (before + delivery.stop + 1).to_string()
    });
    vec![
        progress.order(id).map_or("planned", |order| order.state.as_str()).to_owned(),
        planned.centre.to_string(),
        handover.to_owned(),
        run.map(|run| run.id.to_string()).unwrap_or_default(),
        number.unwrap_or_default(),
        delivery.map(|delivery| local(delivery.at, zone)).unwrap_or_default(),
        local(planned.ready_at, zone),
        String::new(),
    ]
}

/// A moment in the day's time zone, as spreadsheets read it.
pub(super) fn local(at: Timestamp, zone: &TimeZone) -> String {
    let moment = jiff::Timestamp::from_second(at.unix()).unwrap_or_default();
    moment.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}
