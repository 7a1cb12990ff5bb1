//! One route of the interface. It cannot be made without a [`Policy`], so a route without one does not compile.

use super::access::Policy;
use super::route_doc::RouteDoc;
use super::state::Server;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use coldmile_store::Scope;

/// Body limit where nothing else is said.
const SMALL: usize = 64 * 1024;

/// One row of the table.
pub(super) struct ApiRoute {
    pub method: Method,
    pub path: &'static str,
    pub policy: Policy,
    pub doc: RouteDoc,
    pub handler: MethodRouter<Server>,
    /// Longest body it reads.
    pub body_limit: usize,
    /// Whether it creates something and so takes an `Idempotency-Key`.
    pub takes_key: bool,
    /// What the key of a shop must be good for, where one opens it.
    pub scope: Option<Scope>,
}

impl ApiRoute {
    pub(super) fn new<H, T>(
        method: Method,
        path: &'static str,
        policy: Policy,
        doc: RouteDoc,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Server>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).expect("the table uses standard methods");
        Self {
            method,
            path,
            policy,
            doc,
            handler: on(filter, handler),
            body_limit: SMALL,
            takes_key: false,
            scope: None,
        }
    }

    pub(super) fn get<H: Handler<T, Server>, T: 'static>(
        path: &'static str,
        policy: Policy,
        doc: RouteDoc,
        handler: H,
    ) -> Self {
        Self::new(Method::GET, path, policy, doc, handler)
    }

    pub(super) fn post<H: Handler<T, Server>, T: 'static>(
        path: &'static str,
        policy: Policy,
        doc: RouteDoc,
        handler: H,
    ) -> Self {
        Self::new(Method::POST, path, policy, doc, handler)
    }

    pub(super) fn delete<H: Handler<T, Server>, T: 'static>(
        path: &'static str,
        policy: Policy,
        doc: RouteDoc,
        handler: H,
    ) -> Self {
        Self::new(Method::DELETE, path, policy, doc, handler)
    }

    pub(super) fn patch<H: Handler<T, Server>, T: 'static>(
        path: &'static str,
        policy: Policy,
        doc: RouteDoc,
        handler: H,
    ) -> Self {
        Self::new(Method::PATCH, path, policy, doc, handler)
    }

    /// Only for routes whose answer holds no secret: answers are kept for three days.
    pub(super) fn creating(self) -> Self {
        Self { takes_key: true, ..self }
    }

    /// Keys of shops that are good for this open it too.
    pub(super) fn for_keys(self, scope: Scope) -> Self {
        Self { scope: Some(scope), ..self }
    }

    pub(super) fn with_body_limit(self, body_limit: usize) -> Self {
        Self { body_limit, ..self }
    }
}
