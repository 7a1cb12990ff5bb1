//! A centre's desk and its pickup codes.

use crate::access::{Allowance, Principal};
use crate::conditional::{tag_of, tagged, versioned};
use crate::error::{Answer, ApiProblem};
use crate::request::QueryParams;
use crate::state::AppState;
use crate::wire::{DeskView, PickupView};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use coldmile_units::{Id, Timestamp};
use serde::Deserialize;

pub(crate) async fn show(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let live = state.live().current().await?;
    let unknown = || ApiProblem::not_found("centre/unknown", "there is no such centre");
    let site = live.indexed.site(&id).ok_or_else(unknown)?;
    let view = |now| DeskView::new(&live.indexed, site, &live.progress, now);
    // The desk shows the time; that alone does not make it another version.
    let timeless = serde_json::to_vec(&view(Timestamp::from_unix(0))).map_err(ApiProblem::internal)?;
    let body = serde_json::to_vec(&view(state.now())).map_err(ApiProblem::internal)?;
    Ok(versioned(&headers, &tag_of(&timeless), "application/json", body))
}

#[derive(Deserialize)]
pub(crate) struct CodeQuery {
    code: String,
}

/// What a pickup code opens. Wrong codes are counted for the device and for the centre.
pub(crate) async fn pickup(
    State(state): State<AppState>,
    principal: Principal,
    Path(id): Path<String>,
    headers: HeaderMap,
    QueryParams(query): QueryParams<CodeQuery>,
) -> Answer {
    let order = redeem_pickup_code(&state, &principal, &id, &query.code).await?;
    let live = state.live().current().await?;
    let order = order.as_deref().and_then(|order| live.indexed.order(order));
    let order =
        order.ok_or_else(|| ApiProblem::not_found("pickup/unknown-code", "no parcel here has this code"))?;
    tagged(&headers, &PickupView::new(&live.indexed, order, &live.progress))
}

/// The order behind a code at a centre; a wrong code is booked against the device and the centre, a right one is not.
pub(crate) async fn redeem_pickup_code(
    state: &AppState,
    principal: &Principal,
    centre: &str,
    code: &str,
) -> Result<Option<String>, ApiProblem> {
    let now = state.now();
    let keys = [
        (format!("pickup {}", principal.0.id), Allowance::PICKUP),
        (format!("pickup at {centre}"), Allowance::PICKUP_CENTRE),
    ];
    for (key, allowance) in &keys {
        let booked = state.limits().book(key, *allowance, now);
        booked.map_err(|wait| ApiProblem::too_many("pickup/too-many-tries", wait))?;
    }
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let order = state.store().pickup_order(state.day_id(), &Id::new(centre), &digits).await?;
    if order.is_some() {
        for (key, _) in &keys {
            state.limits().forgive(key);
        }
    }
    Ok(order.map(|order| order.to_string()))
}
