//! Keys of shops: made, listed, withdrawn.

use crate::access::random_token;
use crate::conditional::tagged;
use crate::error::{Answer, ApiProblem};
use crate::request::JsonBody;
use crate::state::AppState;
use crate::wire::{KeyPost, KeyView, NewKeyView, Page};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use coldmile_store::{Digest, Scope, Store, StoreError};
use coldmile_units::Timestamp;

/// Longest name, in characters.
const MAX_NAME: usize = 64;

/// Makes a key and keeps its digest: the key itself is told this once.
pub async fn new_key(
    store: &Store,
    name: &str,
    scopes: &[Scope],
    now: Timestamp,
) -> Result<(String, String), StoreError> {
    let secret = format!("cm_{}", random_token());
    let key = store.add_key(Digest::of(&secret), name, scopes, now).await?;
    Ok((key.id.to_string(), secret))
}

pub(crate) async fn list(State(state): State<AppState>, headers: HeaderMap) -> Answer {
    let keys = state.store().keys().await?;
    tagged(&headers, &Page { items: keys.into_iter().map(KeyView::from).collect::<Vec<_>>(), next: None })
}

pub(crate) async fn add(State(state): State<AppState>, JsonBody(post): JsonBody<KeyPost>) -> Answer {
    let wrong = |pointer: &str, code: &'static str, detail: String| {
        ApiProblem::unprocessable(code, &detail).flaw(pointer, code, detail)
    };
    let name = post.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME {
        let detail = format!("a name has 1 to {MAX_NAME} characters");
        return Err(wrong("/name", "key/wrong-name", detail));
    }
    let mut scopes = Vec::new();
    for (index, word) in post.scopes.iter().enumerate() {
        let words = Scope::ALL.map(Scope::word).join(", ");
        let unknown =
            || wrong(&format!("/scopes/{index}"), "key/unknown-scope", format!("scopes are {words}"));
        scopes.push(Scope::from_word(word).ok_or_else(unknown)?);
    }
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(wrong("/scopes", "key/unknown-scope", "a key is good for something".to_owned()));
    }
    let (id, key) = new_key(state.store(), name, &scopes, state.now()).await?;
    Ok((StatusCode::CREATED, Json(NewKeyView { id, key })).into_response())
}

pub(crate) async fn revoke(State(state): State<AppState>, Path(id): Path<String>) -> Answer {
    state.store().revoke_key(&id.as_str().into(), state.now()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
