//! The key of a stop, the same on all machines.

use crate::day_plan::DayPlan;
use crate::runs::{Run, Stop};
use coldmile_units::Id;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One stop of a plan: run, trip and stop, both counted from 0. In files and on the wire `R-B3/0/12`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct StopKey {
    /// The run.
    pub run: Id<Run>,
    /// Trip of the run.
    pub trip: usize,
    /// Stop of the trip.
    pub stop: usize,
}

/// A text that is not a stop key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a stop: expected RUN/TRIP/STOP")]
pub struct StopKeyError(pub String);

impl StopKey {
    /// The stop in `plan`, if the plan has it.
    pub fn find<'a>(&self, plan: &'a DayPlan) -> Option<&'a Stop> {
        let run = plan.runs.iter().find(|run| run.id == self.run)?;
        run.trips.get(self.trip)?.stops.get(self.stop)
    }
}

impl fmt::Display for StopKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.run, self.trip, self.stop)
    }
}

impl FromStr for StopKey {
    type Err = StopKeyError;

    /// Splits from the right, because a run's id may contain slashes.
    fn from_str(text: &str) -> Result<Self, StopKeyError> {
        let wrong = || StopKeyError(text.to_owned());
        let mut parts = text.rsplitn(3, '/');
        let stop = parts.next().and_then(|part| part.parse().ok()).ok_or_else(wrong)?;
        let trip = parts.next().and_then(|part| part.parse().ok()).ok_or_else(wrong)?;
        let run = parts.next().filter(|part| !part.is_empty()).ok_or_else(wrong)?;
        Ok(Self { run: Id::new(run), trip, stop })
    }
}

impl From<StopKey> for String {
    fn from(key: StopKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for StopKey {
    type Error = StopKeyError;
    fn try_from(text: String) -> Result<Self, StopKeyError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_key_survives_its_text_even_when_the_run_holds_a_slash() {
        for text in ["R-B3/0/12", "R-a/b/1/0"] {
            assert_eq!(text.parse::<StopKey>().unwrap().to_string(), text);
        }
        for text in ["", "R-B3", "R-B3/0", "R-B3/x/1", "/0/1", "R-B3/0/-1"] {
            assert_eq!(text.parse::<StopKey>(), Err(StopKeyError(text.into())));
        }
    }
}
