//! The one [`LivePlan`] of the day, brought up to date when a request asks for it.

use super::error::ApiProblem;
use super::live_plan::LivePlan;
use super::plan_cache::PlanCache;
use coldmile_store::{DayId, Store};
use std::sync::Arc;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Events read from the store at a time.
const EVENTS_PER_READ: usize = 1_000;

/// A read guard of the [`LivePlan`].
pub(super) type LivePlanGuard = OwnedRwLockReadGuard<Option<LivePlan>, LivePlan>;

/// The published plan with all events applied; empty until a request first asks for it.
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
        let indexed = self.plans.indexed(head.id).await?;
        let mut kept = self.live.clone().write_owned().await;
        // Of all requests that wait here after a commit the first does the work.
        if !current(&kept) {
            let mark = self.store.event_mark();
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
            let events = self.store.day_events_after(self.day_id, live.number, EVENTS_PER_READ).await?;
            live.record(&events);
            if events.len() < EVENTS_PER_READ {
                return Ok(());
            }
        }
    }
}
