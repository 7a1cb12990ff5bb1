//! When service may start.

use super::{Seconds, Timestamp};
use serde::{Deserialize, Serialize};

/// When service may *start*, both ends included; waiting before it is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawWindow")]
pub struct TimeWindow {
    open: Timestamp,
    close: Timestamp,
}

/// A window that ends before it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// `open` lies after `close`.
    #[error("the window closes {} s before it opens", (*.open - *.close).0)]
    Reversed {
        /// Start of the window as given.
        open: Timestamp,
        /// End of the window as given.
        close: Timestamp,
    },
}

impl TimeWindow {
    /// No limit at either end.
    pub const ALWAYS: Self = Self { open: Timestamp::MIN, close: Timestamp::MAX };

    /// A window from `open` to `close`, refused when it is reversed.
    pub fn new(open: Timestamp, close: Timestamp) -> Result<Self, WindowError> {
        if open > close {
            return Err(WindowError::Reversed { open, close });
        }
        Ok(Self { open, close })
    }

    /// Earliest start of service.
    pub const fn open(self) -> Timestamp {
        self.open
    }

    /// Latest start of service.
    pub const fn close(self) -> Timestamp {
        self.close
    }

    /// From the first to the last allowed instant.
    pub fn length(self) -> Seconds {
        self.close - self.open
    }

    /// Whether service may start at `at`.
    pub fn contains(self, at: Timestamp) -> bool {
        self.open <= at && at <= self.close
    }

    /// What both windows allow, or `None` when they do not meet.
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.open.max(other.open), self.close.min(other.close)).ok()
    }
}

#[derive(Deserialize)]
struct RawWindow {
    open: Timestamp,
    close: Timestamp,
}

impl TryFrom<RawWindow> for TimeWindow {
    type Error = WindowError;
    fn try_from(raw: RawWindow) -> Result<Self, WindowError> {
        Self::new(raw.open, raw.close)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(open: i64, close: i64) -> TimeWindow {
        TimeWindow::new(Timestamp::from_unix(open), Timestamp::from_unix(close)).unwrap()
    }

    #[test]
    fn a_reversed_window_is_refused() {
        assert!(TimeWindow::new(Timestamp::from_unix(2), Timestamp::from_unix(1)).is_err());
        assert!(serde_json::from_str::<TimeWindow>(r#"{"open":2,"close":1}"#).is_err());
    }

    #[test]
    fn both_ends_are_included() {
        assert!(window(1, 1).contains(Timestamp::from_unix(1)));
        assert_eq!(window(0, 5).intersection(window(5, 9)), Some(window(5, 5)));
        assert_eq!(window(0, 5).intersection(window(6, 9)), None);
    }
}
