//! How many events a device may send on one day: a phone that went wild must not fill the disk or slow the others down.

use super::access::Principal;
use super::error::ApiProblem;
use coldmile_plan::Actor;
use coldmile_store::{DayId, Store};
use coldmile_units::Id;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Most events of a courier's or centre's device on one day; a long day has some hundreds.
const MAX_OF_FIELD_DEVICE: u64 = 20_000;
/// Most events of a dispatcher's device on one day.
const MAX_OF_DISPATCHER: u64 = 100_000;
/// After how many seconds a device that has reached its limit may try again.
const RETRY_AFTER_S: u64 = 3_600;

/// Events by device, counted in the store once and then here.
pub(super) struct EventQuota {
    store: Store,
    day: DayId,
    counts: Mutex<HashMap<Id<Actor>, u64>>,
}

impl EventQuota {
    pub(super) fn new(store: Store, day: DayId) -> Self {
        Self { store, day, counts: Mutex::default() }
    }

    /// Counts `events` that a device is about to send, or refuses them. Those that were sent before count again, since
    /// they cost as much.
    pub(super) async fn take(&self, principal: &Principal, events: usize) -> Result<(), ApiProblem> {
        let device = &principal.0.id;
        let known = self.counts.lock().unwrap_or_else(PoisonError::into_inner).get(device).copied();
        let stored = match known {
            Some(count) => count,
            None => self.store.event_count(self.day, device).await?,
        };
        let limit = if principal.is_dispatcher() { MAX_OF_DISPATCHER } else { MAX_OF_FIELD_DEVICE };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(device.clone()).or_insert(stored);
        if *count + events as u64 > limit {
            tracing::warn!(%device, limit, "a device has sent too many events today");
            return Err(ApiProblem::too_many("event/quota", RETRY_AFTER_S));
        }
        *count += events as u64;
        Ok(())
    }
}
