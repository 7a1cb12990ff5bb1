//! Orders of a day as rows of its `orders.csv`: shown, added, changed and taken out one at a time.

use super::rows::{one, require_row, row_view};
use crate::access::Principal;
use crate::conditional::tagged;
use crate::edits::{Edited, Original, edit_day};
use crate::error::{Answer, ApiProblem};
use crate::on_day::OnDay;
use crate::request::{JsonBody, PageQuery, QueryParams};
use crate::state::AppState;
use crate::wire::{Page, RowPatch, RowView};
use axum::extract::Path;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use coldmile_model::{Day, InputProblem, Order, order_cell_names, order_cells, read_order, write_orders};
use coldmile_plan::OrderState;
use coldmile_store::Change;
use coldmile_units::Table;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The column of the id.
const ID: &str = "order_id";
/// Columns of the pin, which follows the address unless it is given too.
const PIN: [&str; 2] = ["lat", "lon"];
/// The column that says how well the door is known.
const PIN_ACCURACY: &str = "pin";

/// An order as a row: the cells that say something.
fn view(order: &Order, day: &Day) -> RowView {
    let cells = order_cells(order, day).into_iter().filter(|(_, cell)| !cell.is_empty());
    let values = cells.map(|(name, cell)| (name.to_owned(), Value::String(cell))).collect();
    row_view(order.id.as_str(), values)
}

fn position(day: &Day, id: &str) -> Result<usize, usize> {
    let mut ids: Vec<&str> = Vec::with_capacity(day.orders.len());
    ids.extend(day.orders.iter().map(|order| order.id.as_str()));
    ids.binary_search(&id)
}

fn find<'d>(day: &'d Day, id: &str) -> Result<&'d Order, ApiProblem> {
    let order = day.orders.iter().find(|order| order.id.as_str() == id);
    order.ok_or_else(|| ApiProblem::not_found("order/unknown", format!("there is no order {id}")))
}

/// Orders by id.
pub(crate) async fn list(
    OnDay(state): OnDay,
    headers: HeaderMap,
    QueryParams(page): QueryParams<PageQuery>,
) -> Answer {
    let (limit, from) = (page.limit()?, page.position()?.unwrap_or(0) as usize);
    let day = state.day();
    let rows = day.orders.iter().skip(from).take(limit).map(|order| view(order, day));
    let items: Vec<RowView> = rows.collect();
    let reached = from.saturating_add(items.len());
    let next = (reached < day.orders.len()).then(|| PageQuery::cursor(reached as u64));
    tagged(&headers, &Page { items, next })
}

pub(crate) async fn show(
    OnDay(state): OnDay,
    Path(params): Path<HashMap<String, String>>,
    headers: HeaderMap,
) -> Answer {
    let day = state.day();
    one(&headers, &view(find(day, id_in(&params))?, day))
}

fn id_in(params: &HashMap<String, String>) -> &str {
    params.get("id").map(String::as_str).unwrap_or_default()
}

/// The cells that a patch gives, each under the name of a column.
fn given(patch: &Map<String, Value>) -> Result<Vec<(&'static str, String)>, ApiProblem> {
    let wrong = |key: &str, reason: &str| {
        ApiProblem::unprocessable("order/invalid", reason.to_owned()).flaw(
            &format!("/{key}"),
            "order/no-column",
            reason,
        )
    };
    patch
        .iter()
        .map(|(key, value)| {
            let name = order_cell_names().find(|name| name == key);
            let name = name.ok_or_else(|| wrong(key, "orders have no such column"))?;
            let cell = match value {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return Err(wrong(key, "a cell holds a text or a number")),
            };
            Ok((name, cell))
        })
        .collect()
}

/// Refuses an order, with all that is wrong with it by column.
fn refused(problems: &[InputProblem]) -> ApiProblem {
    let detail = match problems {
        [only] => only.reason.clone(),
        all => format!("{} problems", all.len()),
    };
    problems.iter().fold(ApiProblem::unprocessable("order/invalid", detail), |problem, found| {
        let mut found = found.clone();
        // The line in a file of one row.
        found.row = None;
        problem.input(&found)
    })
}

fn change(id: &str, field: Option<&str>, before: Value, after: Value) -> Change {
    Change { what: "order".to_owned(), item: id.to_owned(), field: field.map(str::to_owned), before, after }
}

/// What changed between two states of an order, cell by cell.
pub(super) fn differences(before: &Order, after: &Order, day: &Day) -> Vec<Change> {
    let cells = order_cells(before, day).into_iter().zip(order_cells(after, day));
    let changed = cells.filter(|((_, old), (_, new))| old != new);
    let value = |cell: String| if cell.is_empty() { Value::Null } else { Value::String(cell) };
    changed
        .map(|((name, old), (_, new))| change(before.id.as_str(), Some(name), value(old), value(new)))
        .collect()
}

/// A day with other orders, and the change of its file.
pub(super) fn with_orders(
    day: &Day,
    orders: Vec<Order>,
    changes: Vec<Change>,
    is_kept_before: bool,
) -> Edited {
    let day = Day { orders: Table::from(orders), ..without_orders(day) };
    let text = write_orders(&day).into_bytes();
    Edited { day, network: None, orders: Some(text), changes, is_kept_before }
}

/// All of a day but its orders: they may be many.
fn without_orders(day: &Day) -> Day {
    Day {
        name: day.name.clone(),
        date: day.date,
        timezone: day.timezone.clone(),
        currency: day.currency.clone(),
        network: day.network.clone(),
        vehicle_types: day.vehicle_types.clone(),
        couriers: day.couriers.clone(),
        orders: Table::new(),
        cold: day.cold.clone(),
        weather: day.weather.clone(),
        family_hour: day.family_hour,
        rules: day.rules,
        late_hour: day.late_hour,
    }
}

/// The next id that no order has: `N` and a number.
fn free_id(day: &Day) -> String {
    let taken =
        day.orders.iter().filter_map(|order| order.id.as_str().strip_prefix('N')?.parse::<u64>().ok());
    format!("N{:04}", taken.max().unwrap_or(0).saturating_add(1))
}

/// Adds an order; without an id it gets one.
pub(crate) async fn add(
    OnDay(state): OnDay,
    principal: Principal,
    JsonBody(RowPatch(values)): JsonBody<RowPatch>,
) -> Answer {
    let source = state.source().clone();
    let mut cells = given(&values)?;
    let named = cells.iter().find(|(name, cell)| *name == ID && !cell.is_empty()).map(|(_, id)| id.clone());
    let (sender, added) = tokio::sync::oneshot::channel();
    let edit = move |original: &Original| {
        let day = &*original.day;
        let id = named.unwrap_or_else(|| free_id(day));
        let Err(place) = position(day, &id) else {
            let detail = format!("there is an order {id} already");
            return Err(ApiProblem::conflict("order/duplicate-id", detail));
        };
        cells.retain(|(name, _)| *name != ID);
        cells.push((ID, id.clone()));
        let order = read_order(&cells, day, &|text| source.locate(text)).map_err(|found| refused(&found))?;
        let shown = Value::Object(view(&order, day).values);
        let mut orders: Vec<Order> = day.orders.iter().cloned().collect();
        orders.insert(place, order);
        // The receiver waits for the end of the edit.
        let _ = sender.send(id.clone());
        Ok(with_orders(day, orders, vec![change(&id, None, Value::Null, shown)], false))
    };
    let state = edit_day(&state, &principal, edit).await?;
    let id = added.await.map_err(ApiProblem::internal)?;
    let location = format!("/api/v1/days/{}/orders/{id}", state.day().date);
    let location = HeaderValue::from_str(&location).unwrap_or_else(|_| HeaderValue::from_static(""));
    let row = one(&HeaderMap::new(), &view(find(state.day(), &id)?, state.day()))?;
    Ok((StatusCode::CREATED, [(LOCATION, location)], row).into_response())
}

/// Changes some cells of an order.
pub(crate) async fn patch(
    OnDay(state): OnDay,
    principal: Principal,
    Path(params): Path<HashMap<String, String>>,
    headers: HeaderMap,
    JsonBody(RowPatch(values)): JsonBody<RowPatch>,
) -> Answer {
    let id = id_in(&params).to_owned();
    let source = state.source().clone();
    let given = given(&values)?;
    if given.iter().any(|(name, cell)| *name == ID && *cell != id) {
        let detail = "the id of an order cannot be changed";
        return Err(ApiProblem::unprocessable("order/invalid", detail).flaw(
            "/order_id",
            "order/invalid",
            detail,
        ));
    }
    let of = id.clone();
    let edit = move |original: &Original| {
        let day = &*original.day;
        let before = find(day, &of)?;
        require_row(&headers, &view(before, day))?;
        let mut cells = order_cells(before, day);
        let is_given = |name: &str| given.iter().any(|(known, _)| *known == name);
        let has_pin = PIN.iter().any(|name| is_given(name));
        let mut clear = |names: &[&str]| {
            cells.iter_mut().filter(|(name, _)| names.contains(name)).for_each(|(_, cell)| cell.clear());
        };
        if is_given("address") && !has_pin {
            clear(&PIN);
        }
        // A pin that a person has set is where the door is.
        if is_given("address") || has_pin {
            clear(&[PIN_ACCURACY]);
        }
        for (name, cell) in &given {
            cells.iter_mut().filter(|(known, _)| known == name).for_each(|(_, old)| old.clone_from(cell));
        }
        let after = read_order(&cells, day, &|text| source.locate(text)).map_err(|found| refused(&found))?;
        let changes = differences(before, &after, day);
        let orders = day.orders.iter().map(|order| if order.id == after.id { &after } else { order });
        Ok(with_orders(day, orders.cloned().collect(), changes, false))
    };
    let state = edit_day(&state, &principal, edit).await?;
    one(&HeaderMap::new(), &view(find(state.day(), &id)?, state.day()))
}

/// Takes an order out of the day, unless something has happened to it.
pub(crate) async fn remove(
    OnDay(state): OnDay,
    principal: Principal,
    Path(params): Path<HashMap<String, String>>,
    headers: HeaderMap,
) -> Answer {
    let id = id_in(&params).to_owned();
    refuse_with_events(&state, &id).await?;
    let edit = move |original: &Original| {
        let day = &*original.day;
        let before = find(day, &id)?;
        let row = view(before, day);
        require_row(&headers, &row)?;
        let orders = day.orders.iter().filter(|order| order.id != before.id).cloned().collect();
        let changes = vec![change(&id, None, Value::Object(row.values), Value::Null)];
        Ok(with_orders(day, orders, changes, false))
    };
    edit_day(&state, &principal, edit).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What has happened is a fact: an order that is on the road or with the family stays in the day.
async fn refuse_with_events(state: &AppState, id: &str) -> Result<(), ApiProblem> {
    let events = state.store().order_events(state.day_id(), &id.into()).await?;
    let live = state.live().current().await.ok();
    let now = live.as_ref().and_then(|live| live.progress.order(id)).map(|order| order.state);
    if events.is_empty() && now.is_none_or(|now| now == OrderState::Planned) {
        return Ok(());
    }
    let detail = format!("something has happened to order {id} already; it stays in the day");
    Err(ApiProblem::conflict("order/has-events", detail))
}
