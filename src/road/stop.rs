//! Stops with a choice of roads: a house on a corner, a yard between two streets.
//!
//! Each road within a few metres of the nearest one is a candidate; from one that is farther the courier walks the rest.
//! A trip over several stops arrives at and leaves from the same candidate. The cells of a table are found each by
//! itself, so that a stop may be reached on one street and left on another, a few steps away.

use super::index::RoadIndex;
use super::path::RoadPath;
use super::query::RoadQuery;
use super::snap::{Approach, MAX_SNAP, Snap, SnapError};
use super::table::TableRow;
use super::weight::{INFINITE, Weight, seconds, weight};
use coldmile_geometry::Point;
use coldmile_units::{Seconds, TravelMatrix};
use std::str::FromStr;

/// Candidates lie at most so many metres farther than the nearest road.
pub const CANDIDATE_REACH: f64 = 30.0;
/// Milliseconds for a metre on foot with a parcel: 4 km/h.
const WALK_MS_PER_M: f64 = 900.0;

/// The places on roads where one stop can be made, the nearest first.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteStop {
    candidates: Vec<Snap>,
}

impl RouteStop {
    /// Where the stop can be made; at least one place.
    pub fn candidates(&self) -> &[Snap] {
        &self.candidates
    }

    /// The walk from or to a candidate, beyond that from the nearest one.
    pub fn walk(&self, candidate: usize) -> Seconds {
        seconds(self.walk_weight(candidate))
    }

    fn walk_weight(&self, candidate: usize) -> Weight {
        let farther = self.candidates[candidate].distance_m - self.candidates[0].distance_m;
        weight((farther * WALK_MS_PER_M).round() as u32, 0)
    }
}

impl From<Snap> for RouteStop {
    fn from(snap: Snap) -> Self {
        Self { candidates: vec![snap] }
    }
}

/// A path over several stops: one between each two, and the candidate taken at each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultiStopPath {
    /// From stop to stop.
    pub legs: Vec<RoadPath>,
    /// Positions in [`RouteStop::candidates`].
    pub candidates: Vec<usize>,
    /// On foot to the stops and back.
    pub walk: Seconds,
}

/// A word that is no [`Approach`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no approach; known are road, kerb and either")]
pub struct UnknownApproach(String);

impl FromStr for Approach {
    type Err = UnknownApproach;
    fn from_str(text: &str) -> Result<Self, UnknownApproach> {
        match text {
            "road" | "" => Ok(Self::ByRoad),
            "kerb" => Ok(Self::Kerb),
            "either" => Ok(Self::Either),
            _ => Err(UnknownApproach(text.to_owned())),
        }
    }
}

impl RoadIndex {
    /// A stop with up to `max_candidates` candidates, at least the nearest road.
    pub fn stop(
        &self,
        point: Point,
        approach: Approach,
        max_candidates: usize,
    ) -> Result<RouteStop, SnapError> {
        self.stop_within(point, approach, max_candidates, MAX_SNAP)
    }

    /// The same, where the nearest road may be `limit_m` metres away.
    pub fn stop_within(
        &self,
        point: Point,
        approach: Approach,
        max_candidates: usize,
        limit_m: f64,
    ) -> Result<RouteStop, SnapError> {
        let nearest = self.graph.snap_within(point, approach, limit_m)?;
        if max_candidates <= 1 {
            return Ok(nearest.into());
        }
        let reach = nearest.distance_m + CANDIDATE_REACH;
        let mut candidates = self.graph.snaps_within(point, approach, reach);
        candidates.truncate(max_candidates);
        Ok(RouteStop { candidates })
    }

    /// Durations and distances from each stop to each, along the fastest path between any of their candidates, the walk
    /// included.
    pub fn table_of_stops(&self, from: &[RouteStop], to: &[RouteStop]) -> TravelMatrix {
        let mut matrix = TravelMatrix::unreachable(from.len(), to.len());
        self.stop_rows(from, to, |number, row| {
            for (column, cell) in row.iter().enumerate() {
                if let Some((duration, distance)) = cell {
                    matrix.set(number, column, duration, distance);
                }
            }
        });
        matrix
    }

    /// The same row by row, in order.
    pub fn stop_rows(
        &self,
        from: &[RouteStop],
        to: &[RouteStop],
        mut visit: impl FnMut(usize, TableRow<'_>),
    ) {
        let flat = |stops: &[RouteStop]| -> Vec<Snap> {
            stops.iter().flat_map(|stop| stop.candidates.iter().copied()).collect()
        };
        let walks: Vec<Vec<Weight>> = to
            .iter()
            .map(|stop| (0..stop.candidates.len()).map(|at| stop.walk_weight(at)).collect())
            .collect();
        let mut best = vec![INFINITE; to.len()];
        let (mut stop, mut candidate) = (0, 0);
        self.table_rows(&flat(from), &flat(to), |_, row| {
            let out = from[stop].walk_weight(candidate);
            let mut cells = row.weights().iter();
            for (best, walks) in best.iter_mut().zip(&walks) {
                for (walk, &cell) in walks.iter().zip(&mut cells) {
                    let whole = if cell < INFINITE { cell + walk + out } else { INFINITE };
                    *best = (*best).min(whole);
                }
            }
            candidate += 1;
            if candidate == from[stop].candidates.len() {
                visit(stop, TableRow::of(&best));
                best.fill(INFINITE);
                (stop, candidate) = (stop + 1, 0);
            }
        });
    }
}

impl RoadQuery<'_> {
    /// The fastest path over two stops or more in their order; `None` when there is none. At each stop one candidate is
    /// both come to and left from.
    pub fn route_over(&mut self, stops: &[RouteStop]) -> Option<MultiStopPath> {
        let first = stops.first()?;
        // The best path so far that ends on each candidate of a stop, and the candidate before it.
        let mut best = vec![Some(0); first.candidates.len()];
        let mut before: Vec<Vec<usize>> = Vec::new();
        for pair in stops.windows(2) {
            let mut next = vec![None; pair[1].candidates.len()];
            let mut chosen = vec![0; next.len()];
            for (to, snap) in pair[1].candidates.iter().enumerate() {
                for (from, start) in pair[0].candidates.iter().enumerate() {
                    let Some(so_far) = best[from] else { continue };
                    let Some(between) = self.weigh(start, snap) else { continue };
                    let whole = so_far + pair[0].walk_weight(from) + between + pair[1].walk_weight(to);
                    if next[to].is_none_or(|known| whole < known) {
                        (next[to], chosen[to]) = (Some(whole), from);
                    }
                }
            }
            before.push(chosen);
            best = next;
        }
        let (whole, last) =
            best.iter().enumerate().filter_map(|(at, weight)| Some(((*weight)?, at))).min()?;
        let mut candidates = vec![last];
        for chosen in before.iter().rev() {
            candidates.push(chosen[candidates[candidates.len() - 1]]);
        }
        candidates.reverse();
        let legs = (1..stops.len()).map(|leg| {
            let snap = |stop: usize| &stops[stop].candidates[candidates[stop]];
            self.route(snap(leg - 1), snap(leg))
        });
        let legs = legs.collect::<Option<Vec<_>>>()?;
        let driven: Seconds = legs.iter().map(|leg| leg.duration).sum();
        Some(MultiStopPath { walk: seconds(whole) - driven, legs, candidates })
    }
}
