//! Changes of a day's files by people, one at a time: read, changed, read again as any file is, kept with a record of what
//! changed, served.

use super::access::Principal;
use super::error::ApiProblem;
use super::state::AppState;
use coldmile_model::Day;
use coldmile_store::{Author, Change, DayRecord, EditedDay, NewDay};
use std::sync::Arc;

/// A day after a change.
pub(super) struct Edited {
    /// The day as the planner reads it now.
    pub day: Day,
    /// `network.toml`, where it changed.
    pub network: Option<Vec<u8>>,
    /// `orders.csv`, where it changed.
    pub orders: Option<Vec<u8>>,
    /// What changed.
    pub changes: Vec<Change>,
    /// Whether the files before are kept as a version.
    pub is_kept_before: bool,
}

/// What is edited: the day as it is served, and its files.
pub(super) struct Original {
    /// The day.
    pub day: Arc<Day>,
    /// Its files.
    pub record: DayRecord,
}

/// Who acts.
pub(super) fn author(principal: &Principal) -> Author {
    Author { actor: principal.actor().id, name: principal.0.grant.name.clone() }
}

/// Changes the files of the day. `edit` runs where blocking is allowed, on the newest files; what it refuses changes nothing. Returns
/// the state with the changed day after all is durable.
pub(super) async fn edit_day<F>(
    state: &AppState,
    principal: &Principal,
    edit: F,
) -> Result<AppState, ApiProblem>
where
    F: FnOnce(&Original) -> Result<Edited, ApiProblem> + Send + 'static,
{
    let _one_at_a_time = state.editing().lock().await;
    let state = state.refreshed();
    let record = state.store().day(state.day_id()).await?;
    let (seen, original) = (record.digest, Original { day: state.day().clone(), record });
    let work = move || edit(&original).map(|edited| (edited, original.record));
    let (edited, record) = tokio::task::spawn_blocking(work).await.map_err(ApiProblem::internal)??;
    if edited.changes.is_empty() {
        return Ok(state);
    }
    let day = NewDay {
        name: edited.day.name.clone(),
        date: record.day.date,
        network: edited.network.unwrap_or(record.day.network),
        orders: edited.orders.unwrap_or(record.day.orders),
    };
    let kept = EditedDay {
        day,
        by: author(principal),
        changes: edited.changes,
        is_kept_before: edited.is_kept_before,
    };
    let digest = state.store().edit_day(state.day_id(), seen, kept, state.now()).await?;
    Ok(state.replace(Arc::new(edited.day), digest))
}
