//! Orders from a file that a shop or a spreadsheet wrote: looked at first, then taken.

use super::day_orders::{differences, with_orders};
use crate::access::Principal;
use crate::edits::{Edited, Original, edit_day};
use crate::error::{Answer, ApiProblem};
use crate::on_day::OnDay;
use crate::request::QueryParams;
use crate::wire::{ImportProblem, ImportView};
use axum::Json;
use axum::body::Bytes;
use axum::response::IntoResponse;
use coldmile_model::{Day, InputProblem, Order, Reading, read_orders};
use coldmile_store::Change;
use coldmile_units::Table;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The file's name in messages and in the record of changes.
const FILE: &str = "import";

/// What becomes of rows that cannot be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BadRows {
    /// They wait; the good rows go in.
    #[default]
    Wait,
    /// Nothing goes in.
    Refuse,
}

#[derive(Deserialize)]
pub(crate) struct ImportQuery {
    #[serde(default)]
    dry_run: bool,
    #[serde(default)]
    bad_rows: BadRows,
}

/// What the rows of a file are to a day.
struct Comparison {
    view: ImportView,
    /// All orders of the day after the import, by id.
    orders: Vec<Order>,
    changes: Vec<Change>,
}

pub(crate) async fn import(
    OnDay(state): OnDay,
    principal: Principal,
    QueryParams(query): QueryParams<ImportQuery>,
    body: Bytes,
) -> Answer {
    let source = state.source().clone();
    let read = move |day: &Day| {
        let reading = read_orders(&body, FILE, day, &|text| source.locate(text));
        compare(day, reading)
    };
    if query.dry_run {
        let day = state.day().clone();
        let compared = tokio::task::spawn_blocking(move || read(&day)).await;
        return Ok(Json(compared.map_err(ApiProblem::internal)?.view).into_response());
    }
    let (sender, told) = tokio::sync::oneshot::channel();
    let edit = move |original: &Original| {
        let day: &Arc<Day> = &original.day;
        let Comparison { mut view, orders, changes } = read(day);
        let is_refused = query.bad_rows == BadRows::Refuse && !view.problems.is_empty();
        view.is_done = !is_refused;
        // The receiver waits for the end of the edit.
        let _ = sender.send(view);
        if is_refused {
            let nothing = day.orders.iter().cloned().collect();
            return Ok(Edited { changes: Vec::new(), ..with_orders(day, nothing, Vec::new(), false) });
        }
        Ok(with_orders(day, orders, changes, true))
    };
    edit_day(&state, &principal, edit).await?;
    let view = told.await.map_err(ApiProblem::internal)?;
    Ok(Json(view).into_response())
}

fn compare(day: &Day, reading: Reading<Table<Order>>) -> Comparison {
    let mut merged: BTreeMap<&str, &Order> =
        day.orders.iter().map(|order| (order.id.as_str(), order)).collect();
    let (mut new, mut changed, mut unchanged) = (0, 0, 0);
    let mut changes = Vec::new();
    for order in reading.good.iter() {
        match merged.insert(order.id.as_str(), order) {
            None => new += 1,
            Some(before) if before == order => unchanged += 1,
            Some(before) => {
                changed += 1;
                changes.extend(differences(before, order, day));
            }
        }
    }
    if new + changed > 0 {
        changes.push(Change {
            what: "import".to_owned(),
            item: FILE.to_owned(),
            field: None,
            before: Value::Null,
            after: json!({ "new": new, "changed": changed, "unchanged": unchanged }),
        });
    }
    let rows: std::collections::BTreeSet<_> = reading.problems.iter().filter_map(|found| found.row).collect();
    let problems = reading.problems.into_iter().map(problem).collect();
    let view = ImportView { is_done: false, new, changed, unchanged, rejected: rows.len(), problems };
    Comparison { view, orders: merged.into_values().cloned().collect(), changes }
}

fn problem(found: InputProblem) -> ImportProblem {
    ImportProblem {
        row: found.row,
        column: found.column,
        value: found.value,
        code: found.code.to_owned(),
        reason: found.reason,
        suggestions: found.candidates,
    }
}
