//! Waiting for a condition, with the one limit that all suites share. Included by path: `#[path = "…/wait.rs"] mod wait`.

// A suite is synchronous or asynchronous and uses one of the two functions.
#![allow(dead_code)]

use std::time::{Duration, Instant};

/// Far beyond what any condition takes on a busy machine: a test that reaches it is stuck, not slow.
pub const LIMIT: Duration = Duration::from_mins(2);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// Looks again and again until `look` returns something; panics after [`LIMIT`], naming `what` was expected.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(started.elapsed() < LIMIT, "{what} never came");
        std::thread::sleep(PAUSE);
    }
}

/// The same for asynchronous tests.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(started.elapsed() < LIMIT, "{what} never came");
        tokio::time::sleep(PAUSE).await;
    }
}

/// What `future` returns; panics after [`LIMIT`].
pub async fn within_limit<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, future).await.unwrap_or_else(|_| panic!("{what} never came"))
}
