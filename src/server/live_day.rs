//! The one [`LivePlan`] of the day, brought up to date when a request asks for it.

use super::error::ApiProblem;
use super::live_plan::LivePlan;
use super::plan_cache::PlanCache;
use coldmile_plan::StoredEvent;
use coldmile_store::{DayId, Store};
use std::sync::Arc;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Events read from the store at a time.
const EVENTS_PER_READ: usize = 1_000;
/// Events applied at a time: all of a common day, since many together cost far less than one by one.
const EVENTS_PER_STEP: usize = 100_000;

/// A read guard of the [`LivePlan`].
pub(super) type LivePlanGuard = OwnedRwLockReadGuard<Option<LivePlan>, LivePlan>;

/// The published plan with all events applied; empty until a request first asks for it. Cheap to clone.
#[derive(Clone)]
pub(super) struct LiveDay {
    store: Store,
    day_id: DayId,
    plans: Arc<PlanCache>,
    live: Arc<RwLock<Option<LivePlan>>>,
}

impl LiveDay {
    pub(super) fn new(store: Store, day_id: DayId, plans: Arc<PlanCache>) -> Self {
        Self { store, day_id, plans, live: Arc::default() }
    }

    /// The published plan and where every order stands now. Several requests may hold a guard at the same time; no
    /// event is applied until all are dropped, so a guard must not be held over an await.
    pub(super) async fn current(&self) -> Result<LivePlanGuard, ApiProblem> {
        let head = self.plans.published().await?;
        let mark = self.store.event_mark();
        let kept = self.live.clone().read_owned().await;
        let current = |live: &Option<LivePlan>| live.as_ref().is_some_and(|it| it.is_current(head.id, mark));
        if current(&kept) {
            return Ok(OwnedRwLockReadGuard::map(kept, |live| live.as_ref().expect("it is current")));
        }
        drop(kept);
        // The work goes on when the caller leaves, so that the next one finds it done.
        let day = self.clone();
        tokio::spawn(async move { day.catch_up().await }).await.map_err(ApiProblem::internal)?
    }

    /// Brings the plan up to date, and keeps what was reached when that fails.
    async fn catch_up(self) -> Result<LivePlanGuard, ApiProblem> {
        let mut kept = self.live.clone().write_owned().await;
        // Of all requests that wait here after a commit the first does the work.
        let head = self.plans.published().await?;
        let mark = self.store.event_mark();
        if !kept.as_ref().is_some_and(|live| live.is_current(head.id, mark)) {
            let mut live = match kept.take() {
                Some(live) if live.head.id == head.id => live,
                _ => LivePlan::new(head.clone(), self.plans.indexed(head.id).await?),
            };
            loop {
                let (events, is_last) = match self.events_after(live.number).await {
                    Ok(read) => read,
                    Err(problem) => {
                        *kept = Some(live);
                        return Err(problem);
                    }
                };
                live = applied(live, events).await?;
                if is_last {
                    break;
                }
            }
            live.mark = Some(mark);
            *kept = Some(live);
        }
        let guard = OwnedRwLockWriteGuard::downgrade(kept);
        Ok(OwnedRwLockReadGuard::map(guard, |live| live.as_ref().expect("it is current")))
    }

    /// The next events to apply, and whether they are the last ones.
    async fn events_after(&self, number: u64) -> Result<(Vec<StoredEvent>, bool), ApiProblem> {
        let mut events: Vec<StoredEvent> = Vec::new();
        while events.len() < EVENTS_PER_STEP {
            let after = events.last().map_or(number, |last| last.number);
            let read = self.store.day_events_after(self.day_id, after, EVENTS_PER_READ).await?;
            let is_last = read.len() < EVENTS_PER_READ;
            events.extend(read);
            if is_last {
                return Ok((events, true));
            }
        }
        Ok((events, false))
    }
}

/// Applies events; many of them where blocking is allowed, so that other requests are answered meanwhile.
async fn applied(mut live: LivePlan, events: Vec<StoredEvent>) -> Result<LivePlan, ApiProblem> {
    if events.len() < EVENTS_PER_READ && live.number > 0 {
        live.record(&events);
        return Ok(live);
    }
    tokio::task::spawn_blocking(move || {
        live.record(&events);
        live
    })
    .await
    .map_err(ApiProblem::internal)
}
