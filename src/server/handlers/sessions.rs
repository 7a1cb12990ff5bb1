//! Signing in with a one-time code, out, and who is in.

use crate::access::{
    Allowance, Principal, RateLimits, client_address, derived_token, expired_cookie, random_token,
    session_cookie,
};
use crate::error::{Answer, ApiProblem};
use crate::request::JsonBody;
use crate::state::AppState;
use crate::wire::{MeView, SessionPost};
use axum::Json;
use axum::extract::{ConnectInfo, Extension, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use coldmile_store::{Device, Digest, NewDevice, StoreError};
use std::net::SocketAddr;

/// Trades a one-time code for a device token in a cookie. All wrong codes get the same answer.
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    JsonBody(post): JsonBody<SessionPost>,
) -> Answer {
    let now = state.now();
    let peer = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    let address = RateLimits::address_key(client_address(peer, &headers, &state.config().trusted_proxies));
    let limit = format!("sign-in {address}");
    state.limits().book(&limit, Allowance::SIGN_IN, now).map_err(|wait| {
        tracing::warn!(address, "too many wrong sign-in codes");
        ApiProblem::too_many("auth/too-many-tries", wait)
    })?;
    let token = token_for(&post)?;
    let device = NewDevice { token: Digest::of(&token) };
    let device = match state.store().redeem(Digest::of(&post.code), device, now).await {
        Ok(device) => device,
        Err(error @ (StoreError::UnknownCode | StoreError::UsedCode | StoreError::ExpiredCode)) => {
            // The code may have been photographed before its owner used it.
            if matches!(error, StoreError::UsedCode) {
                tracing::warn!(address, "a link was tried again after a device had joined by it");
            }
            let detail = "this link is unknown, used or too old; ask the dispatcher for another";
            tracing::info!(address, code = error.code(), "a sign-in was refused");
            return Err(ApiProblem::new(StatusCode::UNAUTHORIZED, "auth/wrong-code", detail));
        }
        Err(error) => return Err(error.into()),
    };
    state.limits().forgive(&limit);
    tracing::info!(device = %device.id, role = device.grant.role.as_str(), "a device joined");
    let age = state.config().sessions.of(device.grant.role).age;
    let cookie = session_cookie(&token, age, state.is_secure());
    Ok(([(SET_COOKIE, cookie)], Json(view(&state, &device))).into_response())
}

/// The new device's token: random, or from its own secret and the code, so that the same request gives the same one.
fn token_for(post: &SessionPost) -> Result<String, ApiProblem> {
    let Some(key) = &post.key else { return Ok(random_token()) };
    if !(32..=128).contains(&key.chars().count()) {
        let detail = "the key has 32 to 128 characters";
        let problem = ApiProblem::unprocessable("request/wrong-content", detail);
        return Err(problem.flaw("/key", "request/wrong-content", detail));
    }
    Ok(derived_token(&[&post.code, key]))
}

/// Ends this device's session for good: its token is worth nothing afterwards.
pub(crate) async fn sign_out(State(state): State<AppState>, principal: Principal) -> Answer {
    state.sessions().revoke(&principal.0.id, state.now()).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, expired_cookie(state.is_secure()))]).into_response())
}

pub(crate) async fn me(State(state): State<AppState>, principal: Principal) -> Response {
    // No ETag: the answer holds the server's clock.
    Json(view(&state, &principal.0)).into_response()
}

fn view(state: &AppState, device: &Device) -> MeView {
    MeView {
        role: device.grant.role.as_str(),
        name: device.grant.name.clone(),
        courier: device.grant.courier.as_ref().map(ToString::to_string),
        centre: device.grant.centre.as_ref().map(ToString::to_string),
        server_time: state.now().unix(),
    }
}
