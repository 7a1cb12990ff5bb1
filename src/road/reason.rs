//! Why there is no way: no cell of a table is empty without a reason.

use super::dijkstra;
use super::graph::RoadGraph;
use super::index::RoadIndex;
use super::snap::{Snap, SnapError};
use serde::Serialize;
use std::fmt;

/// Why a cell of a table is empty.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum NoWay {
    /// The place to start from is too far from every road that can be reached.
    FromTooFar {
        /// To the nearest such road.
        distance_m: f64,
    },
    /// The place to go to is too far from every road that can be reached.
    ToTooFar {
        /// To the nearest such road.
        distance_m: f64,
    },
    /// There is a way, but turns on it are forbidden at this time.
    NotNow,
    /// No way at any time.
    Never,
}

impl fmt::Display for NoWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FromTooFar { distance_m } => {
                write!(f, "the start is {distance_m:.0} m from the nearest road")
            }
            Self::ToTooFar { distance_m } => write!(f, "the end is {distance_m:.0} m from the nearest road"),
            Self::NotNow => f.write_str("turns on the way are forbidden at this time"),
            Self::Never => f.write_str("there is no way"),
        }
    }
}

impl RoadIndex {
    /// Why there is no way between two places for which a table or route found none; `None` when there is one after all.
    pub fn why_not(&self, from: &Result<Snap, SnapError>, to: &Result<Snap, SnapError>) -> Option<NoWay> {
        let (from, to) = match (from, to) {
            (Err(far), _) => return Some(NoWay::FromTooFar { distance_m: far.distance_m() }),
            (_, Err(far)) => return Some(NoWay::ToTooFar { distance_m: far.distance_m() }),
            (Ok(from), Ok(to)) => (*from, *to),
        };
        let has_way = |graph: &RoadGraph| dijkstra::one_to_many(graph, from, &[to])[0].is_some();
        if has_way(&self.graph) {
            return None;
        }
        let mut any_time = RoadGraph { when: None, ..self.graph.clone() };
        any_time.turns = any_time.turns_now();
        Some(if self.graph.when.is_some() && has_way(&any_time) { NoWay::NotNow } else { NoWay::Never })
    }
}
