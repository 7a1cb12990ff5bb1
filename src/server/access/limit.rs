//! Rate limits: how often something may be tried. In memory: a restart forgets, and that is fine at these figures.
//!
//! A sliding window of tries, not a token bucket (GCRA, as in the crate `governor`): the answer says exactly when the next
//! try is possible after a full window, and an honest try is taken back afterwards. A bucket refills one try at a time,
//! so its answer after ten tries a minute would be six seconds, and it takes nothing back.

use coldmile_units::Timestamp;
use std::collections::HashMap;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// At most `tries` within `within_s` seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    tries: usize,
    within_s: i64,
}

impl Allowance {
    /// One-time codes tried from one address.
    pub(crate) const SIGN_IN: Self = Self { tries: 10, within_s: 60 };
    /// Whole plans read by one device, but for those it has already.
    pub(crate) const WHOLE_PLANS: Self = Self { tries: 120, within_s: 60 };
    /// Requests with the key of a shop.
    pub(crate) const KEY: Self = Self { tries: 600, within_s: 60 };
    /// Wrong pickup codes tried on one device.
    pub(crate) const PICKUP: Self = Self { tries: 5, within_s: 600 };
    /// Wrong pickup codes tried at one centre.
    pub(crate) const PICKUP_CENTRE: Self = Self { tries: 30, within_s: 600 };
}

/// Most keys remembered; beyond it the idle ones are swept out.
const MAX_KEYS: usize = 20_000;

/// Recent tries by key.
#[derive(Default)]
pub(crate) struct RateLimits {
    tries: Mutex<HashMap<String, VecDeque<Timestamp>>>,
}

impl RateLimits {
    /// Books a try, or says in how many seconds there may be another.
    pub(crate) fn book(&self, key: &str, allowance: Allowance, now: Timestamp) -> Result<(), u64> {
        let mut table = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= MAX_KEYS {
            table.retain(|_, tries| tries.back().is_some_and(|last| (now - *last).0 < 600));
        }
        let tries = table.entry(key.to_owned()).or_default();
        while tries.front().is_some_and(|first| (now - *first).0 >= allowance.within_s) {
            tries.pop_front();
        }
        match tries.front() {
            Some(first) if tries.len() >= allowance.tries => {
                Err((allowance.within_s - (now - *first).0).max(1).unsigned_abs())
            }
            _ => {
                tries.push_back(now);
                Ok(())
            }
        }
    }

    /// Takes back the last booked try: it was honest.
    pub(crate) fn forgive(&self, key: &str) {
        let mut table = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = table.get_mut(key) {
            tries.pop_back();
        }
    }

    /// The key for an address: whole for IPv4, the /64 network for IPv6, since one house has all of that.
    pub(crate) fn address_key(address: Option<IpAddr>) -> String {
        match address.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => format!("{:x?}", &address.segments()[..4]),
            None => "unknown".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_try_after_the_last_allowed_one_waits_for_the_oldest_to_age() {
        let limits = RateLimits::default();
        let allowance = Allowance { tries: 2, within_s: 60 };
        let at = Timestamp::from_unix;
        assert_eq!(limits.book("a", allowance, at(0)), Ok(()));
        assert_eq!(limits.book("a", allowance, at(10)), Ok(()));
        assert_eq!(limits.book("a", allowance, at(20)), Err(40));
        assert_eq!(limits.book("b", allowance, at(20)), Ok(()));
        assert_eq!(limits.book("a", allowance, at(60)), Ok(()));
    }
}
