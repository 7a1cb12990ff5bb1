//! A centre's desk and its pickup codes.

use crate::access::{Allowance, Principal};
use crate::conditional::{tag_of, versioned};
use crate::error::{Answer, ApiProblem};
use crate::request::JsonBody;
use crate::state::AppState;
use crate::wire::{DeskView, PickupPost, PickupView};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use coldmile_model::Order;
use coldmile_units::{Id, Timestamp};

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

/// What a pickup code opens. Wrong codes are counted for the device and for the centre. The code stands in the body, since
/// addresses are kept by browsers and proxies.
pub(crate) async fn pickup(
    State(state): State<AppState>,
    principal: Principal,
    Path(id): Path<String>,
    JsonBody(post): JsonBody<PickupPost>,
) -> Answer {
    let order = match match_code(&state, &principal, &id, &post.code, None).await? {
        CodeMatch::Current(order) => Some(order),
        CodeMatch::Earlier | CodeMatch::None => None,
    };
    let live = state.live().current().await?;
    let order = order.as_deref().and_then(|order| live.indexed.order(order));
    let order =
        order.ok_or_else(|| ApiProblem::not_found("pickup/unknown-code", "no parcel here has this code"))?;
    Ok(Json(PickupView::new(&live.indexed, order, &live.progress)).into_response())
}

/// What a code says at a centre.
pub(crate) enum CodeMatch {
    /// It is the code of this order.
    Current(String),
    /// It was the code of the order that was named, before that got another.
    Earlier,
    /// It opens nothing here.
    None,
}

/// The order behind a code at a centre; a wrong code is booked against the device and the centre, a right one is not. Of
/// the order in `named` earlier codes are known too.
pub(crate) async fn match_code(
    state: &AppState,
    principal: &Principal,
    centre: &str,
    code: &str,
    named: Option<&Id<Order>>,
) -> Result<CodeMatch, ApiProblem> {
    let now = state.now();
    let keys = [
        (format!("pickup {}", principal.0.id), Allowance::PICKUP),
        (format!("pickup at {centre}"), Allowance::PICKUP_CENTRE),
    ];
    for (key, allowance) in &keys {
        let booked = state.limits().book(key, *allowance, now);
        booked.map_err(|wait| {
            tracing::warn!(device = %principal.0.id, centre, "too many wrong pickup codes");
            ApiProblem::too_many("pickup/too-many-tries", wait)
        })?;
    }
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let order = state.store().pickup_order(state.day_id(), &Id::new(centre), &digits).await?;
    let found = match (order, named) {
        (Some(order), _) => CodeMatch::Current(order.to_string()),
        (None, Some(named)) if state.store().was_pickup_code(state.day_id(), named, &digits).await? => {
            CodeMatch::Earlier
        }
        (None, _) => CodeMatch::None,
    };
    if !matches!(found, CodeMatch::None) {
        for (key, _) in &keys {
            state.limits().forgive(key);
        }
    }
    Ok(found)
}
