//! Clients that are not on their own: alternatives of which one is served, goods fetched at one client for another,
//! and backhauls that come behind deliveries.

use super::problem::{Client, Problem};
use super::problem_error::{PairError, ProblemError};
use crate::units::{Idx, Table};

/// Clients of which at most one is served: the places or hours at which one and the same thing can be done.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// What leaving all of them out costs; `None` when one of them must be served.
    pub prize: Option<i64>,
}

/// When clients that only give goods are visited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backhauls {
    /// Among the others.
    #[default]
    Mixed,
    /// On every trip behind all other clients, of which there is at least one (the vehicle routing problem with
    /// backhauls of Goetschalckx and Jacobs-Blecha, 1989).
    Last,
}

/// Whether a client only gives goods: what [`Backhauls`] is about.
pub(super) fn is_backhaul(client: &Client) -> bool {
    let has = |load: &[i64]| load.iter().any(|&amount| amount > 0);
    client.origin.is_none() && has(&client.pickup) && !has(&client.delivery)
}

/// Every inconsistency of groups and pairs.
pub(super) fn check(clients: &Table<Client>, groups: &Table<Group>, errors: &mut Vec<ProblemError>) {
    let mut is_origin = vec![false; clients.len()];
    for (index, client) in clients.iter().enumerate() {
        if let Some(group) = client.group {
            if group.get() >= groups.len() {
                let (named, len) = (group.get(), groups.len());
                errors.push(ProblemError::UnknownRelation { index, what: "group", named, len });
            }
            if client.prize.is_some() {
                errors.push(ProblemError::PrizeInGroup { index });
            }
        }
        let Some(origin) = client.origin else {
            continue;
        };
        if origin.get() >= clients.len() {
            let (named, len) = (origin.get(), clients.len());
            errors.push(ProblemError::UnknownRelation { index, what: "origin", named, len });
            continue;
        }
        let first = &clients[origin];
        let has = |load: &[i64]| load.iter().any(|&amount| amount != 0);
        let cause = if origin.get() == index || first.origin.is_some() {
            PairError::Chain
        } else if is_origin[origin.get()] {
            PairError::Shared
        } else if has(&client.delivery) || has(&client.pickup) || has(&first.delivery) {
            PairError::OwnGoods
        } else if client.longest_ride.iter().flatten().next().is_some()
            || client.exposure_limit.iter().flatten().next().is_some()
        {
            PairError::Limited
        } else if client.group.is_some() || first.group.is_some() {
            PairError::InGroup
        } else if client.prize.is_some() != first.prize.is_some() {
            PairError::HalfRequired
        } else {
            is_origin[origin.get()] = true;
            continue;
        };
        errors.push(ProblemError::BadPair { index, cause });
    }
    for (index, group) in groups.iter().enumerate() {
        let value = group.prize.unwrap_or(0);
        let largest = super::problem::LARGEST_AMOUNT;
        if !(0..=largest).contains(&value) {
            errors.push(ProblemError::OutOfRange { what: "group", index, field: "prize", value, largest });
        }
    }
}

impl Problem {
    /// What leaving a client out costs, its whole group or pair with it; `None` when that may not be.
    pub fn price_of_absence(&self, client: Idx<Client>) -> Option<i64> {
        let row = &self.clients()[client];
        row.group.map_or(row.prize, |group| self.groups()[group].prize)
    }

    /// Members of every group, in order.
    pub(super) fn members(&self) -> Vec<Vec<Idx<Client>>> {
        let mut members = vec![Vec::new(); self.groups().len()];
        for (index, client) in self.clients().enumerate() {
            if let Some(group) = client.group {
                members[group.get()].push(index);
            }
        }
        members
    }

    /// By client where the goods that it gives are brought; `None` is the trip's end.
    pub(super) fn destinations(&self) -> Vec<Option<Idx<Client>>> {
        let mut destinations = vec![None; self.clients().len()];
        for (index, client) in self.clients().enumerate() {
            if let Some(origin) = client.origin {
                destinations[origin.get()] = Some(index);
            }
        }
        destinations
    }
}
