//! The check before every handler, in one place.
//!
//! [`admit`] finds the device behind the cookie and checks it against the route's [`Policy`]. What it admits carries a
//! [`Principal`], so handlers only narrow further (a courier's own run), never decide whether a caller is admitted. The
//! answer does not depend on whether the thing asked for exists.

use super::bearer::{key_of, principal_of};
use super::cookie::cookie_of;
use super::policy::Policy;
use crate::error::{Answer, ApiProblem};
use crate::state::{AppState, Server};
use axum::extract::{FromRef, RawPathParams, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use coldmile_store::{Digest, Scope};

/// What stands before one route.
#[derive(Clone)]
pub(crate) struct Gate {
    pub server: Server,
    pub policy: Policy,
    /// What the key of a shop must be good for; no key opens a route without one.
    pub scope: Option<Scope>,
}

/// Stands before every handler of the table.
pub(crate) async fn admit(
    State(Gate { server, policy, scope }): State<Gate>,
    params: Result<RawPathParams, axum::extract::rejection::RawPathParamsRejection>,
    mut request: Request,
    next: Next,
) -> Answer {
    if policy == Policy::Public {
        return Ok(next.run(request).await);
    }
    let state = AppState::from_ref(&server);
    let principal = if let Some(key) = key_of(request.headers()) {
        principal_of(&state, key, scope).await?
    } else {
        let token = cookie_of(request.headers(), state.is_secure()).ok_or_else(ApiProblem::unauthorised)?;
        state.sessions().principal(Digest::of(token), state.now()).await?
    };
    let params =
        params.map_err(|_| ApiProblem::bad_request("request/malformed-path", "the path is malformed"))?;
    let id = params.iter().find(|(name, _)| *name == "id").map(|(_, value)| value.to_owned());
    if !policy.admits(&principal, id.as_deref()) {
        tracing::info!(device = %principal.0.id, path = request.uri().path(), "refused by policy");
        return Err(ApiProblem::forbidden());
    }
    request.extensions_mut().insert(principal);
    Ok(next.run(request).await)
}

/// Refuses changes asked for by a page of another origin. Browsers say in `Origin` or `Sec-Fetch-Site` where a request
/// comes from; one that says neither and yet carries a session is refused too, since `SameSite` alone is not enough
/// between ports and subdomains.
pub(crate) async fn refuse_foreign_origins(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, ApiProblem> {
    // A key is sent by a program that has it, never by a browser on its own.
    let has_key = key_of(request.headers()).is_some();
    if request.method().is_safe()
        || has_key
        || is_own(request.headers(), request.uri().host(), state.is_secure())
    {
        return Ok(next.run(request).await);
    }
    Err(ApiProblem::new(StatusCode::FORBIDDEN, "auth/foreign-origin", "this request comes from another site"))
}

fn is_own(headers: &HeaderMap, authority: Option<&str>, secure: bool) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let fetched_from = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    if fetched_from.is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    match text(ORIGIN) {
        // Only the authority counts: behind a proxy that ends TLS the scheme differs honestly.
        Some(origin) => origin.split_once("://").is_some_and(|(_, host)| {
            text(HOST).or(authority).is_some_and(|own| own.eq_ignore_ascii_case(host))
        }),
        None => fetched_from.is_some() || cookie_of(headers, secure).is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_pages_of_this_server_may_change_things() {
        let own = |pairs: &[_]| is_own(&headers(pairs), None, false);
        assert!(own(&[("host", "a:1"), ("origin", "http://a:1")]));
        assert!(own(&[("host", "a:1"), ("cookie", "coldmile=x"), ("sec-fetch-site", "same-origin")]));
        assert!(own(&[("host", "a:1")]), "no session, nothing to steal");
        assert!(!own(&[("host", "a:1"), ("origin", "http://a:2")]));
        assert!(!own(&[("host", "a:1"), ("origin", "null")]));
        assert!(!own(&[("host", "a:1"), ("cookie", "coldmile=x")]));
        assert!(!own(&[("host", "a:1"), ("origin", "http://a:1"), ("sec-fetch-site", "cross-site")]));
    }
}
