//! What every handler shares: the parts of the server and what is kept in memory of them.

use super::access::RateLimits;
use super::config::{MapSource, OrderPricer, ServerConfig, ServerParts};
use super::event_quota::EventQuota;
use super::live_day::LiveDay;
use super::plan_bodies::PlanBodies;
use super::plan_cache::PlanCache;
use super::sessions::Sessions;
use super::streams::Streams;
use coldmile_jobs::Jobs;
use coldmile_model::Day;
use coldmile_store::{DayId, Digest, Store};
use coldmile_units::Timestamp;
use std::sync::Arc;
use tokio::sync::{Mutex, watch};

/// Shared by all handlers. Cheap to clone. One server serves one day, for as long as it runs.
#[derive(Clone)]
pub struct AppState(Arc<StateInner>);

struct StateInner {
    parts: ServerParts,
    limits: RateLimits,
    sessions: Sessions,
    plans: Arc<PlanCache>,
    plan_bodies: PlanBodies,
    /// Tells the day's orders, as they were read, from others.
    day_version: String,
    live: LiveDay,
    streams: Streams,
    quota: EventQuota,
    pricing: Mutex<()>,
    closing: watch::Sender<bool>,
}

impl AppState {
    /// The state of a server over these parts.
    pub fn new(parts: ServerParts) -> Self {
        let (store, day_id) = (parts.store.clone(), parts.day_id);
        let plans = Arc::new(PlanCache::new(store.clone(), parts.day.clone(), day_id));
        Self(Arc::new(StateInner {
            limits: RateLimits::default(),
            sessions: Sessions::new(store.clone(), parts.config.sessions),
            live: LiveDay::new(store, day_id, plans.clone()),
            plans,
            plan_bodies: PlanBodies::default(),
            day_version: version_of(&parts.day),
            streams: Streams::default(),
            quota: EventQuota::new(parts.store.clone(), day_id),
            pricing: Mutex::default(),
            closing: watch::channel(false).0,
            parts,
        }))
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }

    /// The day as the planner read it.
    pub fn day(&self) -> &Arc<Day> {
        &self.0.parts.day
    }

    /// The day's number in the store.
    pub fn day_id(&self) -> DayId {
        self.0.parts.day_id
    }

    pub(super) fn jobs(&self) -> &Jobs {
        &self.0.parts.jobs
    }

    pub(super) fn map(&self) -> Option<&Arc<dyn MapSource>> {
        self.0.parts.map.as_ref()
    }

    /// Prices orders, if it can.
    pub(super) fn pricer(&self) -> Option<&OrderPricer> {
        self.0.parts.pricer.as_ref()
    }

    /// Held by the request for which an order is being priced: one at a time.
    pub(super) fn pricing(&self) -> &Mutex<()> {
        &self.0.pricing
    }

    pub(super) fn config(&self) -> &ServerConfig {
        &self.0.parts.config
    }

    pub(super) fn limits(&self) -> &RateLimits {
        &self.0.limits
    }

    /// Who is signed in.
    pub(super) fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// Versions of the day's plan.
    pub(super) fn plans(&self) -> &PlanCache {
        &self.0.plans
    }

    /// The bytes of whole plans.
    pub(super) fn plan_bodies(&self) -> &PlanBodies {
        &self.0.plan_bodies
    }

    /// A short text that differs when the day's orders were read from other files.
    pub(super) fn day_version(&self) -> &str {
        &self.0.day_version
    }

    /// How many events each device may still send.
    pub(super) fn quota(&self) -> &EventQuota {
        &self.0.quota
    }

    /// The live streams that are open.
    pub(super) fn streams(&self) -> &Streams {
        &self.0.streams
    }

    /// The published plan with all events applied.
    pub(super) fn live(&self) -> &LiveDay {
        &self.0.live
    }

    /// What links begin with, when the operator has said so.
    pub fn public_url(&self) -> Option<&str> {
        self.0.parts.config.public_url.as_deref()
    }

    pub(super) fn is_secure(&self) -> bool {
        self.0.parts.config.is_secure
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.now_ms().div_euclid(1000))
    }

    pub(super) fn now_ms(&self) -> i64 {
        (self.0.parts.clock)()
    }

    /// Turns true once the server stops: streams end then.
    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }

    /// Ends all streams; they would keep a stopping server waiting.
    pub(super) fn end_streams(&self) {
        self.0.closing.send_replace(true);
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

/// The first digits of the digest of all that is known of the day's orders.
fn version_of(day: &Day) -> String {
    let digest = Digest::of(format!("{:?}", day.orders));
    let first = digest.bytes().first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
    format!("{first:08x}")
}
