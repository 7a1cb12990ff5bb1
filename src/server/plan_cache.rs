//! The day's plans in memory: their heads, and the content of those that are looked at.

use super::error::ApiProblem;
use super::indexed_plan::IndexedPlan;
use coldmile_model::Day;
use coldmile_plan::PlanReport;
use coldmile_store::{DayId, PlanHead, PlanId, PlanStatus, Store};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Superseded plans by which phones without signal may still work.
pub(super) const OLDER_PLANS: usize = 20;
/// Indexed plans kept in memory: the published one, those before it, and those being looked at and compared.
const MAX_INDEXED_PLANS: usize = OLDER_PLANS + 6;

/// Plans of one day, read from the store when they change.
pub(super) struct PlanCache {
    store: Store,
    day: Arc<Day>,
    day_id: DayId,
    /// All heads, as they were at this mark of the store.
    heads: Mutex<Option<(u64, Arc<[PlanHead]>)>>,
    /// Least recently used first.
    indexed: Mutex<VecDeque<(PlanId, Arc<IndexedPlan>)>>,
}

impl PlanCache {
    pub(super) fn new(store: Store, day: Arc<Day>, day_id: DayId) -> Self {
        Self { store, day, day_id, heads: Mutex::default(), indexed: Mutex::default() }
    }

    /// Versions of the day's plan, newest first. Every phone's request asks for them, so the store is only read after
    /// one has changed.
    pub(super) async fn heads(&self) -> Result<Arc<[PlanHead]>, ApiProblem> {
        // Before reading: what is read is at least as new.
        let mark = self.store.plan_mark();
        let known = lock(&self.heads).clone();
        if let Some((_, heads)) = known.filter(|(known, _)| *known == mark) {
            return Ok(heads);
        }
        let heads: Arc<[PlanHead]> = self.store.plans(self.day_id).await?.into();
        let mut kept = lock(&self.heads);
        if kept.as_ref().is_none_or(|(known, _)| *known <= mark) {
            *kept = Some((mark, heads.clone()));
        }
        Ok(heads)
    }

    /// The published plan's head.
    pub(super) async fn published(&self) -> Result<PlanHead, ApiProblem> {
        let heads = self.heads().await?;
        let head = heads.iter().find(|head| head.status == PlanStatus::Published).cloned();
        head.ok_or_else(|| {
            ApiProblem::not_found("plan/none-published", "no plan of this day is published yet")
        })
    }

    /// The plan with its lookups; built on a thread where blocking is allowed, and kept.
    pub(super) async fn indexed(&self, id: PlanId) -> Result<Arc<IndexedPlan>, ApiProblem> {
        if let Some(indexed) = self.kept(id) {
            return Ok(indexed);
        }
        let record = self.store.plan(id).await?;
        let report: PlanReport = match record.report {
            serde_json::Value::Null => PlanReport::default(),
            report => serde_json::from_value(report).map_err(ApiProblem::internal)?,
        };
        let day = self.day.clone();
        let build = move || Arc::new(IndexedPlan::new(day, record.plan, report));
        let indexed = tokio::task::spawn_blocking(build).await.map_err(ApiProblem::internal)?;
        let mut kept = lock(&self.indexed);
        kept.push_back((id, indexed.clone()));
        if kept.len() > MAX_INDEXED_PLANS {
            kept.pop_front();
        }
        Ok(indexed)
    }

    fn kept(&self, id: PlanId) -> Option<Arc<IndexedPlan>> {
        let mut kept = lock(&self.indexed);
        let position = kept.iter().position(|(known, _)| *known == id)?;
        let entry = kept.remove(position)?;
        let indexed = entry.1.clone();
        kept.push_back(entry);
        Some(indexed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
