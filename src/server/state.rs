//! What every handler shares: the parts of the server, what is kept in memory of them, and the day of the request.

use super::access::RateLimits;
use super::config::{DaySource, MapSource, OrderPricer, ServerConfig, ServerParts};
use super::error::ApiProblem;
use super::event_quota::EventQuota;
use super::live_day::LiveDay;
use super::plan_bodies::PlanBodies;
use super::plan_cache::PlanCache;
use super::served_day::{ServedDay, ServedDays};
use super::sessions::Sessions;
use super::streams::Streams;
use axum::extract::FromRef;
use coldmile_jobs::Jobs;
use coldmile_model::Day;
use coldmile_store::{DayId, Digest, Store};
use coldmile_units::Timestamp;
use std::sync::Arc;
use tokio::sync::{Mutex, watch};

/// Shared by all handlers, with one day. Cheap to clone. Of one request all handlers see the same day, with the same files.
#[derive(Clone)]
pub struct AppState {
    shared: Arc<Shared>,
    served: Arc<ServedDay>,
}

struct Shared {
    parts: ServerParts,
    limits: RateLimits,
    sessions: Sessions,
    days: ServedDays,
    /// The bytes of whole plans.
    plan_bodies: PlanBodies,
    streams: Streams,
    pricing: Mutex<()>,
    editing: Mutex<()>,
    closing: watch::Sender<bool>,
}

/// What the router holds: a request asks it for the day of now.
#[derive(Clone)]
pub(super) struct Server(pub AppState);

impl FromRef<Server> for AppState {
    fn from_ref(server: &Server) -> Self {
        server.0.today()
    }
}

impl AppState {
    /// The state of a server over these parts.
    pub fn new(parts: ServerParts) -> Self {
        let store = parts.store.clone();
        let served = Arc::new(ServedDay::new(store.clone(), parts.day_id, parts.day.clone(), parts.files));
        let shared = Arc::new(Shared {
            limits: RateLimits::default(),
            sessions: Sessions::new(store, parts.config.sessions),
            days: ServedDays::new(served.clone()),
            plan_bodies: PlanBodies::default(),
            streams: Streams::default(),
            pricing: Mutex::default(),
            editing: Mutex::default(),
            closing: watch::channel(false).0,
            parts,
        });
        Self { shared, served }
    }

    /// The same server with the day that people work by now.
    pub(super) fn today(&self) -> Self {
        self.with(self.shared.days.today())
    }

    /// The same server with the day of a date.
    pub(super) async fn on(&self, date: &str) -> Result<Self, ApiProblem> {
        let source = self.shared.parts.source.clone();
        let served = self.shared.days.of_date(self.store(), source, date).await?;
        Ok(self.with(served))
    }

    /// The same day with the files that it has now.
    pub(super) fn refreshed(&self) -> Self {
        self.with(self.shared.days.newest(&self.served))
    }

    /// Serves a day whose files were changed.
    pub(super) fn replace(&self, day: Arc<Day>, files: Digest) -> Self {
        let served = Arc::new(ServedDay::new(self.store().clone(), self.day_id(), day, files));
        self.shared.days.replace(served.clone());
        self.with(served)
    }

    /// Goes on to the day of today's date, where there is one and its date is later than that of the day that people work by.
    pub(super) async fn roll(&self) -> Result<(), ApiProblem> {
        let today = self.today();
        let zone = jiff::tz::TimeZone::get(&today.day().timezone).unwrap_or(jiff::tz::TimeZone::UTC);
        let now = jiff::Timestamp::from_millisecond(self.now_ms()).map_err(ApiProblem::internal)?;
        let date = now.to_zoned(zone).date();
        if date <= today.day().date || self.store().day_of_date(&date.to_string()).await?.is_none() {
            return Ok(());
        }
        let next = self.on(&date.to_string()).await?;
        tracing::info!(%date, "the next day begins");
        self.shared.days.set_today(next.served);
        Ok(())
    }

    /// Tells of each change of the day that people work by, or of its files.
    pub(super) fn day_changes(&self) -> watch::Receiver<Arc<ServedDay>> {
        self.shared.days.changes()
    }

    fn with(&self, served: Arc<ServedDay>) -> Self {
        Self { shared: self.shared.clone(), served }
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.shared.parts.store
    }

    /// The day as the planner reads it.
    pub fn day(&self) -> &Arc<Day> {
        &self.served.day
    }

    /// The day's number in the store.
    pub fn day_id(&self) -> DayId {
        self.served.id
    }

    pub(super) fn jobs(&self) -> &Jobs {
        &self.shared.parts.jobs
    }

    pub(super) fn map(&self) -> Option<&Arc<dyn MapSource>> {
        self.shared.parts.map.as_ref()
    }

    /// Prices orders, if it can.
    pub(super) fn pricer(&self) -> Option<&OrderPricer> {
        self.shared.parts.pricer.as_ref()
    }

    /// Held by the request for which an order is being priced: one at a time.
    pub(super) fn pricing(&self) -> &Mutex<()> {
        &self.shared.pricing
    }

    /// Held by the request that changes the files of a day: one at a time.
    pub(super) fn editing(&self) -> &Mutex<()> {
        &self.shared.editing
    }

    /// Reads the files of days.
    pub(super) fn source(&self) -> &Arc<dyn DaySource> {
        &self.shared.parts.source
    }

    pub(super) fn config(&self) -> &ServerConfig {
        &self.shared.parts.config
    }

    pub(super) fn limits(&self) -> &RateLimits {
        &self.shared.limits
    }

    /// Who is signed in.
    pub(super) fn sessions(&self) -> &Sessions {
        &self.shared.sessions
    }

    /// Versions of the day's plan.
    pub(super) fn plans(&self) -> &PlanCache {
        &self.served.plans
    }

    /// The bytes of whole plans.
    pub(super) fn plan_bodies(&self) -> &PlanBodies {
        &self.shared.plan_bodies
    }

    /// A short text that differs when the day's orders were read from other files.
    pub(super) fn day_version(&self) -> &str {
        &self.served.version
    }

    /// How many events each device may still send.
    pub(super) fn quota(&self) -> &EventQuota {
        &self.served.quota
    }

    /// The live streams that are open.
    pub(super) fn streams(&self) -> &Streams {
        &self.shared.streams
    }

    /// The published plan with all events applied.
    pub(super) fn live(&self) -> &LiveDay {
        &self.served.live
    }

    /// What links begin with, when the operator has said so.
    pub fn public_url(&self) -> Option<&str> {
        self.shared.parts.config.public_url.as_deref()
    }

    pub(super) fn is_secure(&self) -> bool {
        self.shared.parts.config.is_secure
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.now_ms().div_euclid(1000))
    }

    pub(super) fn now_ms(&self) -> i64 {
        (self.shared.parts.clock)()
    }

    /// Turns true once the server stops: streams end then.
    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.shared.closing.subscribe()
    }

    /// Ends all streams; they would keep a stopping server waiting.
    pub(super) fn end_streams(&self) {
        self.shared.closing.send_replace(true);
    }

    /// Lets jobs go, to be resumed by the next process.
    pub(super) async fn stop_jobs(&self) {
        self.jobs().close().await;
    }

    /// Ends streams, lets jobs go, to be resumed by the next process, and closes the store.
    pub async fn close(&self) {
        self.end_streams();
        self.stop_jobs().await;
        self.store().close().await;
    }
}
