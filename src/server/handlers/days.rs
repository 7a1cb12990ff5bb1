//! The days that the store has, and new ones.

use crate::access::Principal;
use crate::conditional::tagged;
use crate::edits::author;
use crate::error::{Answer, ApiProblem};
use crate::request::JsonBody;
use crate::served_day::{read_files, unreadable};
use crate::state::AppState;
use crate::wire::{DayHeadView, DayPost, Page};
use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use coldmile_model::{Day, NetworkText, write_orders};
use coldmile_store::{Change, DayHead, NewDay};
use serde_json::{Value, json};

/// Days, the latest first.
pub(crate) async fn list(State(state): State<AppState>, headers: HeaderMap) -> Answer {
    let today = state.day().date.to_string();
    let heads = state.store().days().await?;
    let items: Vec<_> = heads.into_iter().map(|head| DayHeadView::new(head, &today)).collect();
    tagged(&headers, &Page { items, next: None })
}

/// A new day without orders: with the network of another day, or with a network file.
pub(crate) async fn add(
    State(state): State<AppState>,
    principal: Principal,
    JsonBody(post): JsonBody<DayPost>,
) -> Answer {
    let wrong = |pointer: &str, detail: &str| {
        ApiProblem::unprocessable("day/invalid", detail).flaw(pointer, "day/invalid", detail)
    };
    let date: jiff::civil::Date =
        post.date.parse().map_err(|_| wrong("/date", "a date is written 2026-03-17"))?;
    let (network, origin) = match (post.network, post.from) {
        (Some(_), Some(_)) => return Err(wrong("/network", "say from or network, not both")),
        (Some(text), None) => (text.into_bytes(), json!({ "network": "file" })),
        (None, from) => {
            let from = from.unwrap_or_else(|| state.day().date.to_string());
            let record = state.store().day_of_date(&from).await?;
            let none = || ApiProblem::not_found("day/none", format!("there is no day {from}"));
            (record.ok_or_else(none)?.day.network, json!({ "from": from }))
        }
    };
    let (source, text_date) = (state.source().clone(), date.to_string());
    let work = move || {
        let mut text = NetworkText::new(&network, "network.toml")?;
        text.set_top("date", &text_date);
        let network = text.into_bytes();
        let day: Day = source.network(&network)?;
        let orders = write_orders(&day).into_bytes();
        read_files(&*source, &network, &orders).map(|day| (day.name, network, orders))
    };
    let made = tokio::task::spawn_blocking(work).await.map_err(ApiProblem::internal)?;
    let date = date.to_string();
    let (name, network, orders) = made.map_err(|problems| unreadable(&date, &problems))?;
    let change = Change {
        what: "day".to_owned(),
        item: date.clone(),
        field: None,
        before: Value::Null,
        after: origin,
    };
    let day = NewDay { name: name.clone(), date: date.clone(), network, orders };
    let id = state.store().add_day(day, author(&principal), vec![change], state.now()).await?;
    state.roll().await?;
    let head = DayHead { id, name, date: date.clone(), plan_count: 0, is_published: false };
    let today = state.today().day().date.to_string();
    let location = format!("/api/v1/days/{date}");
    let view = DayHeadView::new(head, &today);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(view)).into_response())
}
