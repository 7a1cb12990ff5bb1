//! Putting plans into the store in the form in which the server shows them.

use super::wire::FiguresView;
use coldmile_jobs::{DraftSaver, PlannedDay};
use coldmile_store::{DayId, NewPlan, PlanId, Store, StoreError};
use coldmile_units::{Seed, Timestamp};
use std::sync::Arc;

/// Keeps a plan as a draft of `day`. `source` is a word or two for lists: `solver`, `import`.
pub async fn add_plan(
    store: &Store,
    day: DayId,
    planned: PlannedDay,
    source: String,
    seed: Option<Seed>,
    now: Timestamp,
) -> Result<PlanId, StoreError> {
    let base = store.published(day).await?.map(|head| head.id);
    let bad = |cause: serde_json::Error| StoreError::BadRecord { what: "report", cause: cause.to_string() };
    let figures = serde_json::to_value(FiguresView::new(&planned.plan, &planned.report)).map_err(bad)?;
    let report = serde_json::to_value(&planned.report).map_err(bad)?;
    let new = NewPlan { day, base, source, seed, plan: planned.plan, report, figures };
    Ok(store.add_plan(new, now).await?.id)
}

/// Where planning jobs put their plans: with the day of the request, else with `day`. The draft's source names the job, so that a job that is resumed after
/// it had kept its plan finds that plan.
pub fn draft_saver(store: Store, day: DayId, clock: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> DraftSaver {
    Arc::new(move |job, request, planned| {
        let (store, now) = (store.clone(), clock());
        Box::pin(async move {
            let day = request.day.map_or(day, DayId);
            let source = format!("solver {job}");
            let heads = store.plans(day).await.map_err(|error| error.to_string())?;
            if let Some(head) = heads.iter().find(|head| head.source == source) {
                return Ok(head.id.to_string());
            }
            let id = add_plan(&store, day, planned, source, Some(request.seed), now).await;
            id.map(|id| id.to_string()).map_err(|error| error.to_string())
        })
    })
}
