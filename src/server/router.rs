//! The router: every row of the table behind its policy, and what holds for all of them.
//!
//! Order of the layers, outermost first: log, security headers, compression, panics, time limit, origin check. Inside,
//! each route has its policy, its body limit and, where it creates something, its idempotency.

use super::access::{Gate, admit, refuse_foreign_origins};
use super::error::ApiProblem;
use super::idempotency::remember_answers;
use super::openapi::{DocumentText, document};
use super::route::ApiRoute;
use super::routes::routes;
use super::security::add_headers;
use super::state::{AppState, Server};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Extension};
use axum::http::{Request, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::sync::OnceLock;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate, SizeAbove};
use tower_http::trace::TraceLayer;

/// Longest time for a request to be answered; a stream is answered with its first byte.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);
/// Bytes of a body that reach a phone in one packet, headers beside it.
const ONE_PACKET: u64 = 1_000;

/// The whole HTTP interface.
pub fn app(state: AppState) -> Router {
    let state = Server(state);
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, guarded(&state, route));
    }
    // No stream is held back until a compressor's buffer is full, and what fits into one packet anyway stays as it is.
    let compressible = DefaultPredicate::new()
        .and(SizeAbove::new(ONE_PACKET))
        .and(NotForContentType::const_new("text/event-stream"));
    let trace = TraceLayer::new_for_http().make_span_with(|request: &Request<_>| {
        // The path only: a query may hold what was searched for, a name or a telephone number.
        tracing::info_span!("request", method = %request.method(), path = request.uri().path())
    });
    router
        .method_not_allowed_fallback(async || {
            let detail = "this path knows other methods";
            ApiProblem::new(StatusCode::METHOD_NOT_ALLOWED, "request/method", detail)
        })
        .fallback(async || ApiProblem::not_found("request/no-such-path", "there is nothing here"))
        .layer(Extension(DocumentText(document_text)))
        .layer(from_fn_with_state(state.clone(), refuse_foreign_origins))
        .layer(from_fn(limit_time))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            ApiProblem::internal("a handler panicked").into_response()
        }))
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(from_fn_with_state(state.clone(), add_headers))
        .layer(trace)
        .with_state(state)
}

/// Made when it is first asked for.
fn document_text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| document(&routes()).to_json().unwrap_or_default())
}

fn guarded(state: &Server, route: ApiRoute) -> axum::routing::MethodRouter<Server> {
    let gate = Gate { server: state.clone(), policy: route.policy, scope: route.scope };
    let mut handler = route.handler;
    if route.takes_key {
        handler = handler.route_layer(from_fn_with_state(state.clone(), remember_answers));
    }
    handler.route_layer(from_fn_with_state(gate, admit)).layer(DefaultBodyLimit::max(route.body_limit))
}

async fn limit_time(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    match tokio::time::timeout(ANSWER_WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiProblem::unavailable("server/too-slow", "the answer took too long").into_response(),
    }
}
