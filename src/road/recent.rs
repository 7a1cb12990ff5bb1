//! The values that were asked for last, made on demand.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// The last `LIMIT` values by their keys; of more the one made first goes. Shared by threads.
#[derive(Debug)]
pub(super) struct Recent<K, V, const LIMIT: usize>(Mutex<VecDeque<(K, V)>>);

impl<K, V, const LIMIT: usize> Default for Recent<K, V, LIMIT> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: PartialEq, V: Clone, const LIMIT: usize> Recent<K, V, LIMIT> {
    /// The value of a key. `make` runs without the lock, so that other threads get what is there; when two threads
    /// make the same value, the first one stays.
    pub(super) fn get_or_make(&self, key: K, make: impl FnOnce() -> V) -> V {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = kept().iter().find(|(other, _)| *other == key) {
            return value.clone();
        }
        let made = make();
        let mut kept = kept();
        if let Some((_, value)) = kept.iter().find(|(other, _)| *other == key) {
            return value.clone();
        }
        if kept.len() == LIMIT {
            kept.pop_front();
        }
        kept.push_back((key, made.clone()));
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once_and_made_again_after_it_was_dropped() {
        let recent: Recent<u32, u32, 2> = Recent::default();
        let made = std::cell::Cell::new(0);
        let get = |key| {
            let make = || {
                made.set(made.get() + 1);
                key * 10
            };
            assert_eq!(recent.get_or_make(key, make), key * 10);
            made.get()
        };
        assert_eq!([get(1), get(2), get(1), get(3), get(2), get(1)], [1, 2, 2, 3, 3, 4]);
    }
}
