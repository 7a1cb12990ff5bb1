//! The table of routes: method, path, who may, what it says, and the handler. Nothing else adds a route.
//!
//! A [`ApiRoute`] cannot be made without a [`Policy`], so a route without one does not compile. The same rows make the
//! router ([`router`](super::router)) and the `OpenAPI` document ([`openapi`](super::openapi)).

use super::access::Policy;
use super::handlers::{
    courier, day, desk, devices, events, jobs, live, map, orders, pages, plans, sessions, status,
};
use super::openapi::Doc;
use super::state::AppState;
use super::wire;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};

/// Body limit where nothing else is said.
const SMALL: usize = 64 * 1024;
/// Body limit of an event batch: 100 events with the largest payload.
const BATCH: usize = 1024 * 1024;

/// One row of the table.
pub(super) struct ApiRoute {
    pub method: Method,
    pub path: &'static str,
    pub policy: Policy,
    pub doc: Doc,
    pub handler: MethodRouter<AppState>,
    /// Longest body it reads.
    pub body_limit: usize,
    /// Whether it creates something and so takes an `Idempotency-Key`.
    pub takes_key: bool,
}

impl ApiRoute {
    fn new<H, T>(method: Method, path: &'static str, policy: Policy, doc: Doc, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).expect("the table uses standard methods");
        Self { method, path, policy, doc, handler: on(filter, handler), body_limit: SMALL, takes_key: false }
    }

    fn get<H: Handler<T, AppState>, T: 'static>(
        path: &'static str,
        policy: Policy,
        doc: Doc,
        handler: H,
    ) -> Self {
        Self::new(Method::GET, path, policy, doc, handler)
    }

    fn post<H: Handler<T, AppState>, T: 'static>(
        path: &'static str,
        policy: Policy,
        doc: Doc,
        handler: H,
    ) -> Self {
        Self::new(Method::POST, path, policy, doc, handler)
    }

    fn delete<H: Handler<T, AppState>, T: 'static>(
        path: &'static str,
        policy: Policy,
        doc: Doc,
        handler: H,
    ) -> Self {
        Self::new(Method::DELETE, path, policy, doc, handler)
    }

    fn creating(self) -> Self {
        Self { takes_key: true, ..self }
    }

    fn with_body_limit(self, body_limit: usize) -> Self {
        Self { body_limit, ..self }
    }
}

/// Every route there is.
pub(super) fn routes() -> Vec<ApiRoute> {
    use Policy::{
        Courier, Dispatcher, DispatcherOrCentre, OwnCentre, OwnCentreOrDispatcher, Public, SignedIn,
    };
    vec![
        ApiRoute::post(
            "/api/v1/sessions",
            Public,
            Doc::new("Signs in with the code of a one-time link")
                .body::<wire::SessionPost>()
                .answers::<wire::MeView>(200),
            sessions::sign_in,
        ),
        ApiRoute::delete(
            "/api/v1/sessions/current",
            SignedIn,
            Doc::new("Signs this device out for good").status(204),
            sessions::sign_out,
        ),
        ApiRoute::get(
            "/api/v1/me",
            SignedIn,
            Doc::new("Who is signed in").answers::<wire::MeView>(200),
            sessions::me,
        ),
        ApiRoute::post(
            "/api/v1/enrolments",
            Dispatcher,
            Doc::new("Makes a one-time link for a device")
                .body::<wire::EnrolmentPost>()
                .answers::<wire::EnrolmentView>(201),
            devices::enrol,
        )
        .creating(),
        ApiRoute::get(
            "/api/v1/devices",
            Dispatcher,
            Doc::new("Enrolled devices").pages_of::<wire::DeviceView>(),
            devices::list,
        ),
        ApiRoute::delete(
            "/api/v1/devices/{id}",
            Dispatcher,
            Doc::new("Shuts a device out at once").status(204),
            devices::revoke,
        ),
        ApiRoute::get(
            "/api/v1/day",
            SignedIn,
            Doc::new("The day: sites, couriers on duty, waves").answers::<wire::DayView>(200),
            day::show,
        ),
        ApiRoute::get(
            "/api/v1/plans",
            Dispatcher,
            Doc::new("Versions of the plan, newest first").pages_of::<wire::WirePlanHead>(),
            plans::list,
        ),
        ApiRoute::get(
            "/api/v1/plans/published",
            Dispatcher,
            Doc::new("The published plan").answers::<wire::PlanView>(200),
            plans::published,
        ),
        ApiRoute::get(
            "/api/v1/plans/{id}",
            Dispatcher,
            Doc::new("One version of the plan").answers::<wire::PlanView>(200),
            plans::show,
        ),
        ApiRoute::post(
            "/api/v1/plans/{id}/publish",
            Dispatcher,
            Doc::new("Publishes a draft; needs If-Match")
                .body::<wire::PublishPost>()
                .answers::<wire::WirePlanHead>(200),
            plans::publish,
        ),
        ApiRoute::get(
            "/api/v1/plans/{id}/compare/{other}",
            Dispatcher,
            Doc::new("Two versions side by side").answers::<wire::CompareView>(200),
            plans::compare,
        ),
        ApiRoute::get(
            "/api/v1/orders/{id}",
            Dispatcher,
            Doc::new("One order with all that is known of it").answers::<wire::OrderView>(200),
            orders::show,
        ),
        ApiRoute::get(
            "/api/v1/search",
            Dispatcher,
            Doc::new("Finds orders, runs and sites by id, name, address or phone")
                .query(&["q", "limit"])
                .pages_of::<wire::SearchHit>(),
            orders::search,
        ),
        ApiRoute::post(
            "/api/v1/jobs",
            Dispatcher,
            Doc::new("Starts planning in the background")
                .body::<wire::JobPost>()
                .answers::<wire::JobView>(202),
            jobs::start,
        )
        .creating(),
        ApiRoute::get(
            "/api/v1/jobs",
            Dispatcher,
            Doc::new("Jobs, newest first").pages_of::<wire::JobView>(),
            jobs::list,
        ),
        ApiRoute::get(
            "/api/v1/jobs/{id}",
            Dispatcher,
            Doc::new("How far a job has come").answers::<wire::JobView>(200),
            jobs::show,
        ),
        ApiRoute::delete(
            "/api/v1/jobs/{id}",
            Dispatcher,
            Doc::new("Stops a job; the best plan found so far is kept").answers::<wire::JobView>(202),
            jobs::cancel,
        ),
        ApiRoute::post(
            "/api/v1/events",
            SignedIn,
            Doc::new("Tells what happened; safe to send again")
                .body::<wire::EventBatch>()
                .answers::<wire::EventResults>(200),
            events::record,
        )
        .with_body_limit(BATCH),
        ApiRoute::get(
            "/api/v1/events",
            DispatcherOrCentre,
            Doc::new("What happened, oldest first").pages_of::<wire::EventView>(),
            events::list,
        ),
        ApiRoute::get(
            "/api/v1/live",
            SignedIn,
            Doc::new("Server-sent events: event, job, plan, reset").query(&["after"]).stream(),
            live::stream,
        ),
        ApiRoute::get(
            "/api/v1/courier/route",
            Courier,
            Doc::new("The courier's own run").answers::<wire::RouteView>(200),
            courier::route,
        ),
        ApiRoute::get(
            "/api/v1/centres/{id}/desk",
            OwnCentreOrDispatcher,
            Doc::new("What comes, waits and leaves at a centre").answers::<wire::DeskView>(200),
            desk::show,
        ),
        ApiRoute::get(
            "/api/v1/centres/{id}/pickup",
            OwnCentre,
            Doc::new("What a family's pickup code opens").query(&["code"]).answers::<wire::PickupView>(200),
            desk::pickup,
        ),
        ApiRoute::get(
            "/api/v1/time",
            Public,
            Doc::new("The server's clock").answers::<wire::TimeView>(200),
            status::time,
        ),
        ApiRoute::get(
            "/api/v1/map/style.json",
            SignedIn,
            Doc::new("Map style").query(&["lang", "theme"]).json(),
            map::style,
        ),
        ApiRoute::get(
            "/map/{z}/{x}/{y}",
            SignedIn,
            Doc::new("Vector tile; y ends in .mvt").bytes("application/vnd.mapbox-vector-tile"),
            map::tile,
        ),
        ApiRoute::get("/healthz", Public, Doc::new("The process answers").text(), status::healthy),
        ApiRoute::get("/readyz", Public, Doc::new("The server can do its work").text(), status::ready),
        ApiRoute::get("/openapi.json", Public, Doc::new("This document").json(), status::openapi),
        ApiRoute::get("/", Public, Doc::new("Dispatcher console").page(), pages::console),
        ApiRoute::get("/c", Public, Doc::new("Courier's phone").page(), pages::courier),
        ApiRoute::get("/centre", Public, Doc::new("Centre desk").page(), pages::centre),
        ApiRoute::get("/join", Public, Doc::new("Signing in with a one-time link").page(), pages::join),
        ApiRoute::get("/{*path}", Public, Doc::new("Files of the pages").page(), pages::file),
    ]
}
