//! The neighbourhoods of a problem: the clients around a ruin, and the granular neighbours of each client.

use super::arcs::Arcs;
use super::neighbours::NeighbourLists;
use super::params::MAX_RECOMBINED_CLIENTS;
use crate::problem::{Backhauls, Problem};

/// Clients considered around the seed of a ruin.
const MAX_NEAREST: usize = 200;
/// Candidates kept for granular neighbourhoods, so that parts of the problem have enough to choose from.
const MIN_CANDIDATES: usize = 100;

/// Which clients are near each other. All that a search over parts of a problem needs where the whole is too large for a
/// table of arcs.
pub(super) struct Neighbourhoods {
    nearest: NeighbourLists,
    /// Rows at least as long as the granular neighbourhoods.
    candidates: NeighbourLists,
    granular_len: usize,
}

impl Neighbourhoods {
    /// Those of a problem by its arcs.
    pub fn of_arcs(problem: &Problem, arcs: &Arcs, neighbours: Option<usize>) -> Self {
        let nearest = NeighbourLists::by_distance(arcs, problem.clients().len(), MAX_NEAREST);
        let granular_len = granular_len(problem, neighbours);
        let len = granular_len.max(MIN_CANDIDATES);
        let is_by_distance = !problem.has_windows() && arcs.is_symmetric() && len <= MAX_NEAREST;
        let candidates =
            if is_by_distance { nearest.first(len) } else { NeighbourLists::granular(arcs, problem, len) };
        Self { nearest, candidates, granular_len }
    }

    /// Those of a problem without arcs, among clients that lie near each other on a plane; once `is_late` only the
    /// nearest of all.
    pub fn on_plane(
        problem: &Problem,
        positions: &[[f64; 2]],
        neighbours: Option<usize>,
        is_late: &(dyn Fn() -> bool + Sync),
    ) -> Self {
        let granular_len = granular_len(problem, neighbours);
        let lens = [MAX_NEAREST, granular_len.max(MIN_CANDIDATES)];
        let [nearest, candidates] = NeighbourLists::on_plane(problem, positions, lens, is_late);
        Self { nearest, candidates, granular_len }
    }

    /// The neighbourhoods of these clients among each other.
    pub fn part(&self, clients: &[u32]) -> Self {
        Self {
            nearest: self.nearest.part(clients),
            candidates: self.candidates.part(clients),
            granular_len: self.granular_len,
        }
    }

    /// Clients around `client`, nearest first.
    #[inline]
    pub fn nearest(&self, client: usize) -> &[u32] {
        self.nearest.of(client)
    }

    /// The granular neighbours of all clients.
    pub fn granular(&self) -> NeighbourLists {
        self.candidates.first(self.granular_len)
    }
}

/// How many granular neighbours a client has, where the caller does not say.
fn granular_len(problem: &Problem, neighbours: Option<usize>) -> usize {
    let clients = || problem.clients().iter();
    let is_trivial = clients().all(|client| client.origin.is_none() && client.group.is_none());
    let is_uniform = problem.vehicle_types().len() == 1 && clients().all(|client| client.prize.is_none());
    let is_large = problem.clients().len() > MAX_RECOMBINED_CLIENTS;
    let by_default = if is_large && is_trivial && is_uniform && problem.backhauls() == Backhauls::Mixed {
        // Cheap: the scan ends early where a position was found.
        200
    } else if is_trivial
        && (!problem.has_windows() || problem.vehicle_types().iter().any(|row| row.max_trips > 1))
    {
        // Where little more than distance decides, or clients of several trips of a vehicle are in each other's place, the
        // best position may be farther down the list.
        100
    } else if is_large {
        40
    } else {
        // Alternatives lie near each other: what counts is how many groups a client has for neighbours.
        let grouped = clients().filter(|client| client.group.is_some()).count();
        let units = problem.clients().len() - grouped + problem.groups().len().min(grouped);
        40 * problem.clients().len() / units.max(1)
    };
    neighbours.unwrap_or(by_default).max(1)
}
