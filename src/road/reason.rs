//! Why there is no path: no cell of a table is empty without a reason.

use super::dijkstra;
use super::graph::RoadGraph;
use super::index::RoadIndex;
use super::snap::{Snap, SnapError};
use serde::Serialize;
use std::fmt;

/// Why a cell of a table is empty.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum NoPath {
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
    /// There is a path, but roads or turns on it are closed at this time.
    NotNow,
    /// No path at any time.
    Never,
}

impl fmt::Display for NoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FromTooFar { distance_m } => {
                write!(f, "the start is {distance_m:.0} m from the nearest road")
            }
            Self::ToTooFar { distance_m } => write!(f, "the end is {distance_m:.0} m from the nearest road"),
            Self::NotNow => f.write_str("roads or turns on the way are closed at this time"),
            Self::Never => f.write_str("there is no way"),
        }
    }
}

impl RoadIndex {
    /// Why there is no path between two places for which a table or route found none; `None` when there is one after all.
    pub fn why_not(&self, from: &Result<Snap, SnapError>, to: &Result<Snap, SnapError>) -> Option<NoPath> {
        let (from, to) = match (from, to) {
            (Err(far), _) => return Some(NoPath::FromTooFar { distance_m: far.distance_m() }),
            (_, Err(far)) => return Some(NoPath::ToTooFar { distance_m: far.distance_m() }),
            (Ok(from), Ok(to)) => (*from, *to),
        };
        let has_path = |graph: &RoadGraph| dijkstra::one_to_many(graph, from, &[to])[0].is_some();
        if has_path(&self.graph) {
            return None;
        }
        let any_time = RoadGraph { turns: self.graph.turns_while(|_| false), ..self.graph.clone() };
        Some(if has_path(&any_time) { NoPath::NotNow } else { NoPath::Never })
    }
}
