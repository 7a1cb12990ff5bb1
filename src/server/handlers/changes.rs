//! The record of what people changed of a day.

use crate::conditional::tagged;
use crate::error::Answer;
use crate::on_day::OnDay;
use crate::request::{PageQuery, QueryParams};
use crate::wire::{ChangeView, Page};
use axum::http::HeaderMap;
use serde::Deserialize;

/// Of which thing, when not of all.
#[derive(Deserialize)]
pub(crate) struct OfQuery {
    what: Option<String>,
    id: Option<String>,
}

/// Changes, newest first.
pub(crate) async fn list(
    OnDay(state): OnDay,
    headers: HeaderMap,
    QueryParams(page): QueryParams<PageQuery>,
    QueryParams(of): QueryParams<OfQuery>,
) -> Answer {
    let (limit, before) = (page.limit()?, page.position()?.unwrap_or(u64::MAX));
    let thing = of.what.as_deref().zip(of.id.as_deref());
    let mut records = state.store().changes(state.day_id(), thing, before, limit + 1).await?;
    let more = records.len() > limit;
    records.truncate(limit);
    let next = records.last().filter(|_| more).map(|last| PageQuery::cursor(last.number));
    tagged(&headers, &Page { items: records.into_iter().map(ChangeView::from).collect::<Vec<_>>(), next })
}
