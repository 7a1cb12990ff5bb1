//! Couriers, sites, vehicle types and prices of a day: rows of its `network.toml`, shown and changed one at a time.
//!
//! A change is made in the text of the file, which is then read as any file is: what a form may say is exactly what the file
//! may say, and comments stay.

use crate::access::Principal;
use crate::conditional::{require_match, tag_of, tagged, versioned};
use crate::edits::{Edited, Original, edit_day};
use crate::error::{Answer, ApiProblem};
use crate::on_day::OnDay;
use crate::request::JsonBody;
use crate::served_day::read_files;
use crate::state::AppState;
use crate::wire::{Page, RowPatch, RowView};
use axum::extract::Path;
use axum::http::HeaderMap;
use coldmile_model::{EditTable, NetworkPart, NetworkText, PatchError};
use coldmile_store::Change;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The id that stands for `[prices]`, of which there is one.
const PRICES: &str = "prices";

/// What a row of values is on the wire.
pub(super) fn row_view(id: &str, values: Map<String, Value>) -> RowView {
    let bytes = serde_json::to_vec(&values).unwrap_or_default();
    RowView { id: id.to_owned(), etag: tag_of(&bytes), values }
}

/// A row as JSON with its own version.
pub(super) fn one(headers: &HeaderMap, row: &RowView) -> Answer {
    let body = serde_json::to_vec(row).map_err(ApiProblem::internal)?;
    Ok(versioned(headers, &row.etag, "application/json", body))
}

/// Lets a change through when its caller has seen the row as it is; tells the row otherwise.
pub(super) fn require_row(headers: &HeaderMap, present: &RowView) -> Result<(), ApiProblem> {
    let shown = || serde_json::to_value(present).unwrap_or_default();
    require_match(headers, &present.etag).map_err(|problem| problem.present(shown()))
}

async fn text_of(state: &AppState) -> Result<NetworkText, ApiProblem> {
    let record = state.store().day(state.day_id()).await?;
    NetworkText::new(&record.day.network, "network.toml").map_err(|problems| refused(&problems))
}

fn refused(problems: &[coldmile_model::InputProblem]) -> ApiProblem {
    let detail = match problems {
        [only] => only.reason.clone(),
        all => format!("{} problems", all.len()),
    };
    problems.iter().fold(ApiProblem::unprocessable("day/invalid", detail), |problem, found| {
        let mut found = found.clone();
        // A line of the file means nothing to a form.
        found.row = None;
        problem.input(&found)
    })
}

fn no_row(id: &str) -> ApiProblem {
    ApiProblem::not_found("day/no-row", format!("there is no row {id}"))
}

async fn list(OnDay(state): OnDay, headers: HeaderMap, table: EditTable) -> Answer {
    let rows = text_of(&state).await?.rows(table);
    let named = rows.into_iter().filter_map(|values| {
        let id = values.get("id").and_then(Value::as_str).map(str::to_owned)?;
        Some(row_view(&id, values))
    });
    tagged(&headers, &Page { items: named.collect::<Vec<_>>(), next: None })
}

async fn show(OnDay(state): OnDay, headers: HeaderMap, part: NetworkPart<'_>) -> Answer {
    let id = id_of(part);
    let values = text_of(&state).await?.part(part).ok_or_else(|| no_row(id))?;
    one(&headers, &row_view(id, values))
}

const fn id_of(part: NetworkPart<'_>) -> &str {
    match part {
        NetworkPart::Row(_, id) => id,
        NetworkPart::Prices => PRICES,
    }
}

/// The kind of thing in the record of changes.
const fn what(part: NetworkPart<'_>) -> &'static str {
    match part {
        NetworkPart::Row(table, _) => table.name(),
        NetworkPart::Prices => PRICES,
    }
}

/// The path parameter `{id}`.
fn id_in(params: &HashMap<String, String>) -> &str {
    params.get("id").map(String::as_str).unwrap_or_default()
}

async fn change(
    OnDay(state): OnDay,
    principal: Principal,
    headers: HeaderMap,
    (table, id): (Option<EditTable>, String),
    patch: RowPatch,
) -> Answer {
    let source = state.source().clone();
    let (row_id, request) = (id.clone(), headers.clone());
    let edit = move |original: &Original| {
        let part = table.map_or(NetworkPart::Prices, |table| NetworkPart::Row(table, &row_id));
        let files = &original.record.day;
        let mut text = NetworkText::new(&files.network, "network.toml").map_err(|found| refused(&found))?;
        let present = text.part(part).ok_or_else(|| no_row(&row_id))?;
        require_row(&request, &row_view(&row_id, present))?;
        let changes = text.patch(part, &patch.0).map_err(|error| match error {
            PatchError::NoRow => no_row(&row_id),
            PatchError::Id | PatchError::Value { .. } => ApiProblem::unprocessable(
                "day/invalid",
                error.to_string(),
            )
            .flaw("", "day/invalid", error.to_string()),
        })?;
        let network = text.into_bytes();
        let day = read_files(&*source, &network, &files.orders).map_err(|found| refused(&found))?;
        let changes = changes.into_iter().map(|change| Change {
            what: what(part).to_owned(),
            item: row_id.clone(),
            field: Some(change.field),
            before: change.before,
            after: change.after,
        });
        Ok(Edited {
            day,
            network: Some(network),
            orders: None,
            changes: changes.collect(),
            is_kept_before: false,
        })
    };
    let state = edit_day(&state, &principal, edit).await?;
    let part = table.map_or(NetworkPart::Prices, |table| NetworkPart::Row(table, &id));
    // The condition was for the version before.
    show(OnDay(state), HeaderMap::new(), part).await
}

macro_rules! rows {
    ($($table:ident: $list:ident, $show:ident, $change:ident;)*) => { $(
        pub(crate) async fn $list(day: OnDay, headers: HeaderMap) -> Answer {
            list(day, headers, EditTable::$table).await
        }
        pub(crate) async fn $show(
            day: OnDay,
            Path(params): Path<HashMap<String, String>>,
            headers: HeaderMap,
        ) -> Answer {
            show(day, headers, NetworkPart::Row(EditTable::$table, id_in(&params))).await
        }
        pub(crate) async fn $change(
            day: OnDay,
            principal: Principal,
            Path(params): Path<HashMap<String, String>>,
            headers: HeaderMap,
            JsonBody(patch): JsonBody<RowPatch>,
        ) -> Answer {
            let of = (Some(EditTable::$table), id_in(&params).to_owned());
            change(day, principal, headers, of, patch).await
        }
    )* };
}

rows! {
    Courier: couriers, courier, change_courier;
    Site: sites, site, change_site;
    VehicleType: vehicle_types, vehicle_type, change_vehicle_type;
}

pub(crate) async fn prices(day: OnDay, headers: HeaderMap) -> Answer {
    show(day, headers, NetworkPart::Prices).await
}

pub(crate) async fn change_prices(
    day: OnDay,
    principal: Principal,
    headers: HeaderMap,
    JsonBody(patch): JsonBody<RowPatch>,
) -> Answer {
    change(day, principal, headers, (None, PRICES.to_owned()), patch).await
}
