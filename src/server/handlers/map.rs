//! The base map.

use crate::conditional::{tag_of, tagged, versioned};
use crate::error::{Answer, ApiProblem};
use crate::request::QueryParams;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Tiles drawn at the same time: more would only take cores from everything else.
static DRAWING: Semaphore = Semaphore::const_new(4);

/// Deepest zoom with tiles of its own; maps enlarge these beyond.
const MAX_ZOOM: u8 = 14;

#[derive(Deserialize)]
pub(crate) struct StyleQuery {
    lang: Option<String>,
    theme: Option<String>,
}

pub(crate) async fn style(
    State(state): State<AppState>,
    headers: HeaderMap,
    QueryParams(query): QueryParams<StyleQuery>,
) -> Answer {
    let map = state.map().ok_or_else(no_map)?;
    let lang = query.lang.as_deref().filter(|lang| lang.starts_with("zh")).map_or("en", |_| "zh");
    let theme = query.theme.as_deref().filter(|theme| *theme == "dark").unwrap_or("light");
    tagged(&headers, &map.style(lang, theme))
}

/// One tile; an empty one is 200 without bytes.
pub(crate) async fn tile(
    State(state): State<AppState>,
    headers: HeaderMap,
    Path((z, x, y)): Path<(String, String, String)>,
) -> Answer {
    let map = state.map().ok_or_else(no_map)?;
    let unknown = || ApiProblem::not_found("map/no-such-tile", "tiles are /map/{z}/{x}/{y}.mvt, z up to 14");
    let y = y.strip_suffix(".mvt").ok_or_else(unknown)?;
    let (Ok(z), Ok(x), Ok(y)) = (z.parse::<u8>(), x.parse::<u32>(), y.parse::<u32>()) else {
        return Err(unknown());
    };
    if z > MAX_ZOOM || x >> z != 0 || y >> z != 0 {
        return Err(unknown());
    }
    // The version says it all, so a client that has the tile costs no rendering.
    let tag = tag_of(format!("{} {z}/{x}/{y}", map.version()).as_bytes());
    let fresh = versioned(&headers, &tag, "application/vnd.mapbox-vector-tile", Vec::new());
    if fresh.status() == axum::http::StatusCode::NOT_MODIFIED {
        return Ok(fresh);
    }
    let _turn = DRAWING.acquire().await.map_err(ApiProblem::internal)?;
    let map = Arc::clone(map);
    let bytes = tokio::task::spawn_blocking(move || map.tile(z, x, y)).await.map_err(ApiProblem::internal)?;
    let kind = "application/vnd.mapbox-vector-tile";
    let mut response = versioned(&headers, &tag, kind, bytes.unwrap_or_default());
    let hour = HeaderValue::from_static("private, max-age=3600");
    response.headers_mut().insert(CACHE_CONTROL, hour);
    Ok(response)
}

fn no_map() -> ApiProblem {
    ApiProblem::not_found("map/none", "this server has no map")
}
