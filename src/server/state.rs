//! What every handler shares: the store, the day, the jobs, and what is worked out from them once.

use super::access::{Principal, RateLimits};
use super::error::ApiProblem;
use super::indexed_plan::IndexedPlan;
use super::live_plan::LivePlan;
use axum::http::StatusCode;
use coldmile_jobs::Jobs;
use coldmile_model::Day;
use coldmile_plan::{Actor, PlanReport};
use coldmile_store::{DayId, Device, Digest, PlanHead, PlanId, PlanStatus, Store, StoreError};
use coldmile_units::{Id, Timestamp};
use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, broadcast, watch};

/// Superseded plans by which phones without signal may still work.
pub(super) const OLDER_PLANS: usize = 20;
/// Indexed plans kept in memory: the published one, those before it, and those being looked at and compared.
const MAX_INDEXED_PLANS: usize = OLDER_PLANS + 6;
/// Events read from the store at a time.
const CHUNK: usize = 1_000;
/// A device is read from the store, and marked as seen, at most this often.
const FRESH_S: i64 = 60;

/// A look at the [`LivePlan`].
pub(super) type LivePlanGuard = OwnedRwLockReadGuard<Option<LivePlan>, LivePlan>;

/// The calendar clock in milliseconds since the Unix epoch; an argument, so that tests can set it.
pub type WallClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The base map, as far as the server needs it.
pub trait MapSource: Send + Sync {
    /// The style document for `MapLibre`, in a language (`en`, `zh`) and a theme (`light`, `dark`).
    fn style(&self, lang: &str, theme: &str) -> serde_json::Value;
    /// One vector tile; `None` outside the map. Runs where blocking is allowed.
    fn tile(&self, z: u8, x: u32, y: u32) -> Option<Vec<u8>>;
    /// The version of the map: tiles of the same version are the same bytes.
    fn version(&self) -> String;
}

/// Settings of a server, read in `cli`.
#[derive(Clone, Debug, Default)]
pub struct ServerConfig {
    /// Whether it speaks TLS itself, or a proxy in front does: decides about cookie flags and HSTS.
    pub is_secure: bool,
    /// What links begin with, such as `https://plan.example.org`. Without it links name the host of the request.
    pub public_url: Option<String>,
    /// Who owns the map data.
    pub attribution: String,
    /// Where the pages come from.
    pub pages: Pages,
}

/// Where the built pages come from.
#[derive(Clone, Debug, Default)]
pub enum Pages {
    /// There are none: an interface for programs only.
    #[default]
    None,
    /// Files in the binary, looked up by their path.
    Embedded(fn(&str) -> Option<Cow<'static, [u8]>>),
    /// A folder with a build, read anew for each request; for people who work on the pages.
    Folder(PathBuf),
}

/// What a server is made from.
pub struct ServerParts {
    /// The database.
    pub store: Store,
    /// The day as the planner read it.
    pub day: Arc<Day>,
    /// The same day's number in the store.
    pub day_id: DayId,
    /// Work in the background.
    pub jobs: Jobs,
    /// The base map, if there is one.
    pub map: Option<Arc<dyn MapSource>>,
    /// Settings.
    pub config: ServerConfig,
    /// The calendar clock.
    pub clock: WallClock,
}

/// Shared by all handlers. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<StateInner>);

struct StateInner {
    parts: ServerParts,
    limits: RateLimits,
    /// The day's plans, as they were at this mark of the store.
    plans: Mutex<Option<(u64, Arc<[PlanHead]>)>>,
    /// The one used last at the back.
    indexed_plans: Mutex<VecDeque<(PlanId, Arc<IndexedPlan>)>>,
    live: Arc<RwLock<Option<LivePlan>>>,
    readers: Mutex<KnownPrincipals>,
    /// Devices as they are shut out, for streams to notice.
    revoked: broadcast::Sender<Id<Actor>>,
    closing: watch::Sender<bool>,
}

/// Devices by token digest, as read less than a minute ago and since the last revocation.
#[derive(Default)]
struct KnownPrincipals {
    /// How many revocations there have been.
    generation: u64,
    known: HashMap<Digest, Device>,
}

impl AppState {
    /// The state of a server over these parts.
    pub fn new(parts: ServerParts) -> Self {
        Self(Arc::new(StateInner {
            parts,
            limits: RateLimits::default(),
            plans: Mutex::default(),
            indexed_plans: Mutex::default(),
            live: Arc::default(),
            readers: Mutex::default(),
            revoked: broadcast::channel(64).0,
            closing: watch::channel(false).0,
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

    pub(super) fn config(&self) -> &ServerConfig {
        &self.0.parts.config
    }

    pub(super) fn limits(&self) -> &RateLimits {
        &self.0.limits
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

    /// Lets jobs go, to be taken up by the next process.
    pub(super) async fn stop_jobs(&self) {
        self.jobs().close().await;
    }

    /// Ends streams, lets jobs go, to be taken up by the next process, and closes the store.
    pub async fn close(&self) {
        self.end_streams();
        self.stop_jobs().await;
        self.store().close().await;
    }

    /// Who holds the token with this digest, unless they were shut out.
    pub(super) async fn principal(&self, token: Digest) -> Result<Option<Principal>, ApiProblem> {
        let now = self.now();
        let is_fresh = |device: &Device| device.last_seen_at.is_some_and(|seen| (now - seen).0 < FRESH_S);
        let (generation, known) = {
            let readers = lock(&self.0.readers);
            (readers.generation, readers.known.get(&token).filter(|device| is_fresh(device)).cloned())
        };
        if let Some(device) = known {
            return Ok(Some(Principal(device)));
        }
        let Some(device) = self.store().device_by_token(token).await? else { return Ok(None) };
        // Presence is worth a write a minute, and never worth waiting for or failing a request.
        if !is_fresh(&device) {
            let (store, device) = (self.store().clone(), device.clone());
            tokio::spawn(async move {
                if let Err(error) = store.see_device(&device, now).await {
                    tracing::warn!(%error, "presence not written");
                }
            });
        }
        let device = Device { last_seen_at: Some(now), ..device };
        let mut readers = lock(&self.0.readers);
        // Nothing read before a revocation may be remembered after it.
        if readers.generation == generation {
            readers.known.insert(token, device.clone());
        }
        Ok(Some(Principal(device)))
    }

    /// Shuts a device out: its next request is refused and its streams end.
    pub(super) async fn revoke(&self, id: &Id<Actor>) -> Result<(), ApiProblem> {
        self.store().revoke_device(id, self.now()).await?;
        {
            let mut readers = lock(&self.0.readers);
            readers.generation += 1;
            readers.known.clear();
        }
        // Having no subscribers is fine.
        let _ = self.0.revoked.send(id.clone());
        Ok(())
    }

    /// Devices that are shut out from now on.
    pub(super) fn revocations(&self) -> broadcast::Receiver<Id<Actor>> {
        self.0.revoked.subscribe()
    }

    /// The plan with its lookups; built on a thread where blocking is allowed, and kept.
    pub(super) async fn indexed_plan(&self, id: PlanId) -> Result<Arc<IndexedPlan>, ApiProblem> {
        if let Some(indexed) = self.kept_indexed_plan(id) {
            return Ok(indexed);
        }
        let record = self.store().plan(id).await?;
        let report: PlanReport = match record.report {
            serde_json::Value::Null => PlanReport::default(),
            report => serde_json::from_value(report).map_err(ApiProblem::internal)?,
        };
        let day = self.day().clone();
        let build = move || Arc::new(IndexedPlan::new(day, record.plan, report));
        let indexed = tokio::task::spawn_blocking(build).await.map_err(ApiProblem::internal)?;
        let mut indexed_plans = lock(&self.0.indexed_plans);
        indexed_plans.push_back((id, indexed.clone()));
        if indexed_plans.len() > MAX_INDEXED_PLANS {
            indexed_plans.pop_front();
        }
        Ok(indexed)
    }

    fn kept_indexed_plan(&self, id: PlanId) -> Option<Arc<IndexedPlan>> {
        let mut indexed_plans = lock(&self.0.indexed_plans);
        let kept = indexed_plans.iter().position(|(known, _)| *known == id)?;
        let kept = indexed_plans.remove(kept)?;
        let indexed = kept.1.clone();
        indexed_plans.push_back(kept);
        Some(indexed)
    }

    /// Versions of the day's plan, newest first. Every phone's request asks for them, so the store is only read after
    /// one has changed.
    pub(super) async fn plans(&self) -> Result<Arc<[PlanHead]>, ApiProblem> {
        // Before reading: what is read is at least as new.
        let mark = self.store().plan_mark();
        let known = lock(&self.0.plans).clone();
        if let Some((_, plans)) = known.filter(|(known, _)| *known == mark) {
            return Ok(plans);
        }
        let plans: Arc<[PlanHead]> = self.store().plans(self.day_id()).await?.into();
        let mut kept = lock(&self.0.plans);
        if kept.as_ref().is_none_or(|(known, _)| *known <= mark) {
            *kept = Some((mark, plans.clone()));
        }
        Ok(plans)
    }

    /// The published plan's head.
    pub(super) async fn published(&self) -> Result<PlanHead, ApiProblem> {
        let plans = self.plans().await?;
        let head = plans.iter().find(|head| head.status == PlanStatus::Published).cloned();
        head.ok_or_else(|| {
            ApiProblem::not_found("plan/none-published", "no plan of this day is published yet")
        })
    }

    /// The published plan and where every order stands now. Several requests may hold a guard at the same time; no
    /// event is applied until all are dropped, so a guard must not be held over an await.
    pub(super) async fn live_plan(&self) -> Result<LivePlanGuard, ApiProblem> {
        let head = self.published().await?;
        let mark = self.store().event_mark();
        let kept = self.0.live.clone().read_owned().await;
        let current = |live: &Option<LivePlan>| live.as_ref().is_some_and(|it| it.is_current(head.id, mark));
        if current(&kept) {
            return Ok(OwnedRwLockReadGuard::map(kept, |live| live.as_ref().expect("it is current")));
        }
        drop(kept);
        let indexed = self.indexed_plan(head.id).await?;
        let mut kept = self.0.live.clone().write_owned().await;
        // Of all requests that wait here after a commit the first does the work.
        if !current(&kept) {
            let mark = self.store().event_mark();
            let mut live = match kept.take() {
                Some(live) if live.head.id == head.id => live,
                _ => LivePlan::new(head, indexed),
            };
            let caught_up = self.catch_up(&mut live).await;
            if caught_up.is_ok() {
                live.mark = Some(mark);
            }
            *kept = Some(live);
            caught_up?;
        }
        let guard = OwnedRwLockWriteGuard::downgrade(kept);
        Ok(OwnedRwLockReadGuard::map(guard, |live| live.as_ref().expect("it is current")))
    }

    async fn catch_up(&self, live: &mut LivePlan) -> Result<(), ApiProblem> {
        loop {
            let events = self.store().day_events_after(self.day_id(), live.number, CHUNK).await?;
            live.record(&events);
            if events.len() < CHUNK {
                return Ok(());
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl From<StoreError> for ApiProblem {
    fn from(error: StoreError) -> Self {
        let (code, text) = (error.code(), error.to_string());
        match &error {
            StoreError::NotFound { .. } => Self::not_found(code, text),
            StoreError::StalePlan { .. } => Self::new(StatusCode::PRECONDITION_FAILED, "edit/stale", text),
            StoreError::StaleDay { .. } | StoreError::NotADraft { .. } | StoreError::Taken { .. } => {
                Self::conflict(code, text)
            }
            StoreError::Full => {
                tracing::error!(%error, "the store refused");
                Self::new(StatusCode::INSUFFICIENT_STORAGE, code, "the server's disk is full")
            }
            _ if error.is_passing() => {
                tracing::warn!(%error, "the store refused");
                Self::unavailable(code, "the store cannot take this now")
            }
            _ => Self::internal(error),
        }
    }
}
