//! Orders from a file that a shop or a spreadsheet wrote: looked at first, then taken.

use super::day_orders::{differences, with_orders};
use crate::access::Principal;
use crate::edits::{Edited, Original, edit_day};
use crate::error::{Answer, ApiProblem};
use crate::on_day::OnDay;
use crate::request::QueryParams;
use crate::state::AppState;
use crate::wire::{ImportColumn, ImportProblem, ImportRow, ImportView};
use axum::Json;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use coldmile_model::{CellEdit, Day, InputProblem, Order, OrderImport, OrderRows, cells_of, import_orders};
use coldmile_store::Change;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The file's name in messages, and in the record of changes when its sender does not say.
const FILE: &str = "import";
/// What headers of the file mean, as JSON: `{"Kunde": "name", "Notiz": ""}`.
const COLUMNS_HEADER: &str = "x-columns";
/// Cells that are read as if something else stood there, as JSON: `[{"row": 3, "column": "lat", "text": "35.9"}]`.
const CELLS_HEADER: &str = "x-cells";
/// Rows whose cells are shown with their problems; those beyond are counted.
const MAX_SHOWN_ROWS: usize = 2_000;

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

/// What the sender says of the file beside its bytes.
#[derive(Default)]
struct Given {
    columns: Vec<(String, String)>,
    cells: Vec<CellEdit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenCell {
    row: u64,
    column: String,
    text: String,
}

/// Reads a header that holds JSON. Header values are Latin-1 on the wire; what is not ASCII may be sent as UTF-8 or with JSON's
/// own escapes.
fn json_header<T: serde::de::DeserializeOwned + Default>(
    headers: &HeaderMap,
    name: &'static str,
) -> Result<T, ApiProblem> {
    let Some(value) = headers.get(name) else { return Ok(T::default()) };
    serde_json::from_slice(value.as_bytes())
        .map_err(|error| ApiProblem::bad_request("request/malformed-json", format!("{name}: {error}")))
}

impl Given {
    fn read(headers: &HeaderMap) -> Result<Self, ApiProblem> {
        let columns: BTreeMap<String, Option<String>> = json_header(headers, COLUMNS_HEADER)?;
        let cells: Vec<GivenCell> = json_header(headers, CELLS_HEADER)?;
        let cells = cells.into_iter().map(|GivenCell { row, column, text }| CellEdit { row, column, text });
        let columns = columns.into_iter().map(|(header, column)| (header, column.unwrap_or_default()));
        Ok(Self { columns: columns.collect(), cells: cells.collect() })
    }
}

/// What the rows of a file are to a day.
struct Comparison {
    view: ImportView,
    /// All orders of the day after the import, by id.
    orders: Vec<Order>,
    changes: Vec<Change>,
}

/// Takes the rows of a file, or tells what that would do.
pub(crate) async fn import(
    OnDay(state): OnDay,
    principal: Principal,
    QueryParams(query): QueryParams<ImportQuery>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let given = Given::read(&headers)?;
    let read = reader(&state, body, given);
    if query.dry_run {
        let day = state.day().clone();
        let compared = tokio::task::spawn_blocking(move || read(&day)).await;
        return Ok(Json(compared.map_err(ApiProblem::internal)?.view).into_response());
    }
    let (sender, told) = tokio::sync::oneshot::channel();
    let edit = move |original: &Original| {
        let day: &Arc<Day> = &original.day;
        let Comparison { mut view, orders, changes } = read(day);
        let is_refused = query.bad_rows == BadRows::Refuse && view.problem_count > 0;
        let is_unread = view.rows == 0 && view.problem_count > 0;
        view.is_done = !is_refused && !is_unread;
        // The receiver waits for the end of the edit.
        let _ = sender.send(view);
        let changes = if is_refused { Vec::new() } else { changes };
        Ok::<Edited, ApiProblem>(with_orders(day, orders, changes, true))
    };
    edit_day(&state, &principal, edit).await?;
    let view = told.await.map_err(ApiProblem::internal)?;
    Ok(Json(view).into_response())
}

/// Reads the file against a day; where blocking is allowed.
fn reader(state: &AppState, body: Bytes, given: Given) -> impl FnOnce(&Day) -> Comparison + Send + 'static {
    let source = state.source().clone();
    move |day| {
        let locate = |text: &str| source.locate(text);
        let import =
            OrderImport { columns: &given.columns, edits: &given.cells, ..OrderImport::new(day, &locate) };
        let rows = import_orders(&body, FILE, &import);
        compare(day, rows, &body)
    }
}

fn compare(day: &Day, rows: OrderRows, body: &[u8]) -> Comparison {
    let mut merged: BTreeMap<&str, &Order> =
        day.orders.iter().map(|order| (order.id.as_str(), order)).collect();
    let (mut new, mut changed, mut unchanged) = (0, 0, 0);
    let mut changes = Vec::new();
    for (_, order) in &rows.accepted {
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
    let orders = merged.into_values().cloned().collect();
    let of_rows = |problems: &[InputProblem]| -> BTreeSet<u64> {
        problems.iter().filter_map(|found| found.row).collect()
    };
    let mut shown: BTreeSet<u64> = rows.rejected.iter().copied().take(MAX_SHOWN_ROWS).collect();
    shown.extend(of_rows(&rows.notices).into_iter().take(MAX_SHOWN_ROWS));
    let cells = if shown.is_empty() { Vec::new() } else { cells_of(body, &shown) };
    let view = ImportView {
        is_done: false,
        new,
        changed,
        unchanged,
        rejected: rows.rejected.len(),
        rows: rows.row_count,
        problem_count: rows.problem_count,
        problems: rows.problems.into_iter().map(problem).collect(),
        notice_count: rows.notice_count,
        notices: rows.notices.into_iter().map(problem).collect(),
        columns: rows
            .columns
            .into_iter()
            .map(|found| ImportColumn {
                header: found.header,
                column: found.column,
                is_chosen: found.is_chosen,
            })
            .collect(),
        cells: cells
            .into_iter()
            .filter(|(row, _)| *row != rows.header_row)
            .map(|(row, cells)| ImportRow { row, cells })
            .collect(),
    };
    Comparison { view, orders, changes }
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
