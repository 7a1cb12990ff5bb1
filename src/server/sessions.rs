//! Who is signed in: devices by token, remembered for a minute, and their revocation.

use super::access::Principal;
use super::error::ApiProblem;
use super::session_limits::SessionLimits;
use axum::http::StatusCode;
use coldmile_plan::Actor;
use coldmile_store::{Device, Digest, Store};
use coldmile_units::{Id, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// A device is read from the store, and marked as seen, at most this often.
const FRESH_S: i64 = 60;

/// Sessions of enrolled devices.
pub(super) struct Sessions {
    store: Store,
    limits: SessionLimits,
    known: Mutex<KnownDevices>,
    /// Devices as they are shut out, for streams to notice.
    revoked: broadcast::Sender<Id<Actor>>,
}

/// Devices by token digest, as read less than a minute ago and since the last revocation.
#[derive(Default)]
struct KnownDevices {
    /// How many revocations there have been.
    generation: u64,
    by_token: HashMap<Digest, Device>,
}

impl Sessions {
    pub(super) fn new(store: Store, limits: SessionLimits) -> Self {
        Self { store, limits, known: Mutex::default(), revoked: broadcast::channel(64).0 }
    }

    /// The device with this token's digest, unless it has been shut out or its session has ended.
    pub(super) async fn principal(&self, token: Digest, now: Timestamp) -> Result<Principal, ApiProblem> {
        let is_fresh = |device: &Device| device.last_seen_at.is_some_and(|seen| (now - seen).0 < FRESH_S);
        let (generation, known) = {
            let known = self.known();
            (known.generation, known.by_token.get(&token).filter(|device| is_fresh(device)).cloned())
        };
        if let Some(device) = known {
            return self.open(device, now);
        }
        let device = self.store.device_by_token(token).await?.ok_or_else(ApiProblem::unauthorised)?;
        let Principal(device) = self.open(device, now)?;
        // Presence is worth a write a minute, and never worth waiting for or failing a request.
        if !is_fresh(&device) {
            let (store, device) = (self.store.clone(), device.clone());
            tokio::spawn(async move {
                if let Err(error) = store.see_device(&device, now).await {
                    tracing::warn!(%error, "presence not written");
                }
            });
        }
        let device = Device { last_seen_at: Some(now), ..device };
        let mut known = self.known();
        // Nothing read before a revocation may be remembered after it.
        if known.generation == generation {
            known.by_token.insert(token, device.clone());
        }
        Ok(Principal(device))
    }

    /// The device, unless its session has ended.
    fn open(&self, device: Device, now: Timestamp) -> Result<Principal, ApiProblem> {
        if self.limits.has_ended(&device, now) {
            tracing::info!(device = %device.id, "a session has ended by its age or without use");
            let detail = "this session has ended; sign in with a new link from the dispatcher";
            return Err(ApiProblem::new(StatusCode::UNAUTHORIZED, "auth/session-ended", detail));
        }
        Ok(Principal(device))
    }

    /// Whether a device may still follow what happens.
    pub(super) async fn is_open(&self, id: &Id<Actor>, now: Timestamp) -> bool {
        self.store.device(id).await.is_ok_and(|device| self.is_present(&device, now))
    }

    /// Whether a device is neither shut out nor its session ended.
    pub(super) fn is_present(&self, device: &Device, now: Timestamp) -> bool {
        device.revoked_at.is_none() && !self.limits.has_ended(device, now)
    }

    /// Shuts a device out: its next request is refused and its streams end.
    pub(super) async fn revoke(&self, id: &Id<Actor>, now: Timestamp) -> Result<(), ApiProblem> {
        self.store.revoke_device(id, now).await?;
        {
            let mut known = self.known();
            known.generation += 1;
            known.by_token.clear();
        }
        // Having no subscribers is fine.
        let _ = self.revoked.send(id.clone());
        Ok(())
    }

    /// Devices that are shut out from now on.
    pub(super) fn revocations(&self) -> broadcast::Receiver<Id<Actor>> {
        self.revoked.subscribe()
    }

    fn known(&self) -> MutexGuard<'_, KnownDevices> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
