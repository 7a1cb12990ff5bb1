//! What a route requires of its caller, and the authenticated caller.
//!
//! [`admit`] runs before every handler, in one place: it finds the device behind the cookie and checks it against the
//! route's [`Policy`]. What it lets through carries a [`Principal`], so handlers only narrow further (a courier's own run),
//! never decide whether a caller is admitted. The answer does not depend on whether the thing asked for exists.

use super::cookie_of;
use crate::error::{Answer, ApiProblem};
use crate::state::AppState;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use coldmile_model::{Courier, Site};
use coldmile_plan::{Actor, Role};
use coldmile_store::{Device, Digest};
use coldmile_units::Id;

/// What a route asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Every caller, signed in or not.
    Public,
    /// Every caller with a session; the handler shows each role only its own.
    SignedIn,
    /// Dispatchers.
    Dispatcher,
    /// Couriers; the handler knows whose run from the session, never from the request.
    Courier,
    /// Staff of the centre named by `{id}` in the path.
    OwnCentre,
    /// The same, and dispatchers.
    OwnCentreOrDispatcher,
    /// Dispatchers, and centres for what concerns them.
    DispatcherOrCentre,
}

/// The authenticated device and what it was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Principal(pub Device);

impl Principal {
    pub(crate) fn role(&self) -> Role {
        self.0.grant.role
    }

    /// The name under which what they do is kept.
    pub(crate) fn actor(&self) -> Actor {
        self.0.actor()
    }

    /// Who they are, for couriers.
    pub(crate) fn courier(&self) -> Option<&Id<Courier>> {
        self.0.grant.courier.as_ref().filter(|_| self.role() == Role::Courier)
    }

    /// Where they are, for centres.
    pub(crate) fn centre(&self) -> Option<&Id<Site>> {
        self.0.grant.centre.as_ref().filter(|_| self.role() == Role::Centre)
    }

    /// Whether they work at this centre.
    pub(crate) fn is_at(&self, centre: &str) -> bool {
        self.centre().is_some_and(|own| own.as_str() == centre)
    }

    pub(crate) fn is_dispatcher(&self) -> bool {
        self.role() == Role::Dispatcher
    }
}

impl Policy {
    /// Whether `principal` may use a route with `id` in its path.
    fn admits(self, principal: &Principal, id: Option<&str>) -> bool {
        let own_centre = id.is_some_and(|id| principal.is_at(id));
        match self {
            Self::Public | Self::SignedIn => true,
            Self::Dispatcher => principal.is_dispatcher(),
            Self::Courier => principal.role() == Role::Courier,
            Self::OwnCentre => own_centre,
            Self::OwnCentreOrDispatcher => own_centre || principal.is_dispatcher(),
            Self::DispatcherOrCentre => principal.role() != Role::Courier,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = ApiProblem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiProblem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(ApiProblem::unauthorised)
    }
}

/// Stands before every handler of the table.
pub(crate) async fn admit(
    State((state, policy)): State<(AppState, Policy)>,
    params: Result<RawPathParams, axum::extract::rejection::RawPathParamsRejection>,
    mut request: Request,
    next: Next,
) -> Answer {
    if policy == Policy::Public {
        return Ok(next.run(request).await);
    }
    let token = cookie_of(request.headers(), state.is_secure()).ok_or_else(ApiProblem::unauthorised)?;
    let principal = state.principal(Digest::of(token)).await?.ok_or_else(ApiProblem::unauthorised)?;
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
    if request.method().is_safe() || is_own(request.headers(), request.uri().host(), state.is_secure()) {
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
