//! Which live streams are open: a few a device, many in all, and some kept free for dispatchers.

use coldmile_plan::{Actor, Role};
use coldmile_units::Id;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Most streams of one device; with one more the oldest ends. A page needs one, and a person has a few pages.
const MAX_OF_DEVICE: usize = 8;
/// Most streams in all.
const MAX_IN_ALL: usize = 4_000;
/// Of these, kept free for dispatchers.
const RESERVED: usize = 500;

/// The open streams of all devices. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Streams(Arc<Mutex<OpenStreams>>);

#[derive(Default)]
struct OpenStreams {
    count: usize,
    /// Oldest first.
    of_device: HashMap<Id<Actor>, VecDeque<Arc<Notify>>>,
}

/// One open stream; dropped when it ends.
pub(super) struct OpenStream {
    streams: Streams,
    device: Id<Actor>,
    evicted: Arc<Notify>,
}

impl Streams {
    /// Takes a stream; `None` when there are too many streams already.
    pub(super) fn open(&self, device: &Id<Actor>, role: Role) -> Option<OpenStream> {
        let mut open = self.lock();
        let limit = if role == Role::Dispatcher { MAX_IN_ALL } else { MAX_IN_ALL - RESERVED };
        let own = open.of_device.get_mut(device);
        if let Some(oldest) = own.filter(|own| own.len() >= MAX_OF_DEVICE).and_then(VecDeque::pop_front) {
            oldest.notify_one();
            open.count -= 1;
        }
        if open.count >= limit {
            return None;
        }
        let evicted = Arc::new(Notify::new());
        open.count += 1;
        open.of_device.entry(device.clone()).or_default().push_back(evicted.clone());
        Some(OpenStream { streams: self.clone(), device: device.clone(), evicted })
    }

    fn lock(&self) -> MutexGuard<'_, OpenStreams> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenStream {
    /// Told once when the stream has to end in favour of a newer one of the same device.
    pub(super) fn evicted(&self) -> Arc<Notify> {
        self.evicted.clone()
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        let Some(own) = open.of_device.get_mut(&self.device) else { return };
        let before = own.len();
        own.retain(|one| !Arc::ptr_eq(one, &self.evicted));
        let (gone, is_empty) = (before - own.len(), own.is_empty());
        if is_empty {
            open.of_device.remove(&self.device);
        }
        // One that was evicted is not counted any more.
        open.count -= gone;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_oldest_stream_of_a_device_ends_and_dispatchers_have_a_reserve() {
        let streams = Streams::default();
        let device = |number: usize| Id::new(format!("D{number}"));
        let own: Vec<_> =
            (0..MAX_OF_DEVICE).map(|_| streams.open(&device(0), Role::Courier).unwrap()).collect();
        let newer = streams.open(&device(0), Role::Courier).unwrap();
        own[0].evicted().notified().await;
        assert_eq!(streams.lock().count, MAX_OF_DEVICE);
        drop(own);
        assert_eq!(streams.lock().count, 1);
        drop(newer);
        assert!(streams.lock().of_device.is_empty());

        let open =
            (0..MAX_IN_ALL - RESERVED).map(|number| streams.open(&device(number), Role::Courier).unwrap());
        let open: Vec<_> = open.collect();
        assert!(streams.open(&device(9_999), Role::Courier).is_none());
        assert!(streams.open(&device(9_999), Role::Dispatcher).is_some());
        drop(open);
        assert_eq!(streams.lock().count, 0);
    }
}
