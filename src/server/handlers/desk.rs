//! A centre's desk and its pickup codes.

use crate::access::{Allowance, Reader};
use crate::conditional::{tag_of, tagged, versioned};
use crate::error::{Answer, Problem};
use crate::request::Asked;
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
    let stage = state.stage().await?;
    let unknown = || Problem::not_found("centre/unknown", "there is no such centre");
    let site = stage.board.site(&id).ok_or_else(unknown)?;
    let view = |now| DeskView::new(&stage.board, site, &stage.progress, now);
    // The desk shows the time; that alone does not make it another version.
    let timeless = serde_json::to_vec(&view(Timestamp::from_unix(0))).map_err(Problem::internal)?;
    let body = serde_json::to_vec(&view(state.now())).map_err(Problem::internal)?;
    Ok(versioned(&headers, &tag_of(&timeless), "application/json", body))
}

#[derive(Deserialize)]
pub(crate) struct CodeQuery {
    code: String,
}

/// What a pickup code opens. Wrong codes are counted for the device and for the centre.
pub(crate) async fn pickup(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
    headers: HeaderMap,
    Asked(query): Asked<CodeQuery>,
) -> Answer {
    let order = redeem_pickup_code(&state, &reader, &id, &query.code).await?;
    let stage = state.stage().await?;
    let order = order.as_deref().and_then(|order| stage.board.order(order));
    let order =
        order.ok_or_else(|| Problem::not_found("pickup/unknown-code", "no parcel here has this code"))?;
    tagged(&headers, &PickupView::new(&stage.board, order, &stage.progress))
}

/// The order behind a code at a centre; a wrong code is booked against the device and the centre, a right one is not.
pub(crate) async fn redeem_pickup_code(
    state: &AppState,
    reader: &Reader,
    centre: &str,
    code: &str,
) -> Result<Option<String>, Problem> {
    let now = state.now();
    let keys = [
        (format!("pickup {}", reader.0.id), Allowance::PICKUP),
        (format!("pickup at {centre}"), Allowance::PICKUP_CENTRE),
    ];
    for (key, allowance) in &keys {
        let booked = state.limits().book(key, *allowance, now);
        booked.map_err(|wait| Problem::too_many("pickup/too-many-tries", wait))?;
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
