//! Keys of shops in `Authorization: Bearer`.

use super::limit::Allowance;
use super::principal::Principal;
use crate::error::ApiProblem;
use crate::state::AppState;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use coldmile_plan::Role;
use coldmile_store::{Device, Digest, Grant, Scope};

/// The key that a request carries.
pub(super) fn key_of(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// Who calls with a key: within the scope of the route it may do what a dispatcher may.
pub(super) async fn principal_of(
    state: &AppState,
    key: &str,
    scope: Option<Scope>,
) -> Result<Principal, ApiProblem> {
    let now = state.now();
    let known = state.store().key_by_digest(Digest::of(key)).await?.ok_or_else(ApiProblem::unauthorised)?;
    let booked = state.limits().book(&format!("key {}", known.id), Allowance::KEY, now);
    booked.map_err(|wait| ApiProblem::too_many("auth/key-quota", wait))?;
    if !scope.is_some_and(|scope| known.scopes.contains(&scope)) {
        return Err(ApiProblem::forbidden());
    }
    // Use is worth a write a minute, and never worth waiting for or failing a request.
    let (store, used) = (state.store().clone(), known.clone());
    tokio::spawn(async move {
        if let Err(error) = store.see_key(&used, now).await {
            tracing::warn!(%error, "use of a key not written");
        }
    });
    let grant = Grant { role: Role::Dispatcher, courier: None, centre: None, name: known.name };
    Ok(Principal(Device {
        id: known.id,
        grant,
        created_at: known.created_at,
        last_seen_at: Some(now),
        revoked_at: None,
    }))
}
