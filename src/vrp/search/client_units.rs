//! Units of clients that are served together (pairs) or instead of one another (groups).
//!
//! One client of every unit, its lead, represents it in lists of absent clients: the origin of a pair, the first member of
//! a group, the client itself where it belongs to neither.

use super::index::NONE;
use crate::problem::Problem;
use coldmile_units::Idx;

/// Which clients belong together.
#[derive(Default)]
pub(super) struct ClientUnits {
    /// By client the other half of its pair or [`NONE`]; empty where there are no pairs.
    partner: Vec<u32>,
    /// By client the lead of its unit; empty where there are neither pairs nor groups.
    lead: Vec<u32>,
    /// By client the first position behind its alternatives, itself among them, and one more in front; empty where
    /// there are no groups.
    ends: Vec<u32>,
    members: Vec<u32>,
    /// How many units there are.
    pub count: usize,
}

impl ClientUnits {
    pub fn new(problem: &Problem) -> Self {
        let size = problem.clients().len();
        let has_pairs = problem.clients().iter().any(|client| client.origin.is_some());
        let has_groups = problem.clients().iter().any(|client| client.group.is_some());
        let mut units = Self { count: size, ..Self::default() };
        if !has_pairs && !has_groups {
            return units;
        }
        units.lead = (0..size as u32).collect();
        if has_pairs {
            units.partner = vec![NONE; size];
            for (index, client) in problem.clients().iter().enumerate() {
                if let Some(origin) = client.origin {
                    units.partner[index] = origin.get() as u32;
                    units.partner[origin.get()] = index as u32;
                    units.lead[index] = origin.get() as u32;
                }
            }
        }
        if has_groups {
            let members = problem.members();
            units.ends.push(0);
            for (index, client) in problem.clients().iter().enumerate() {
                if let Some(group) = client.group {
                    let group = &members[group.get()];
                    units.lead[index] = group[0].get() as u32;
                    units.members.extend(group.iter().map(|member| member.get() as u32));
                } else {
                    units.members.push(index as u32);
                }
                units.ends.push(units.members.len() as u32);
            }
        }
        units.count = units.lead.iter().enumerate().filter(|(at, lead)| *at == **lead as usize).count();
        units
    }

    /// Whether there are neither pairs nor groups.
    pub fn is_trivial(&self) -> bool {
        self.lead.is_empty()
    }

    /// The client that represents the unit of `client`.
    #[inline]
    pub fn lead(&self, client: u32) -> u32 {
        self.lead.get(client as usize).copied().unwrap_or(client)
    }

    /// The other half of its pair, or [`NONE`].
    #[inline]
    pub fn partner(&self, client: u32) -> u32 {
        self.partner.get(client as usize).copied().unwrap_or(NONE)
    }

    /// The members of its group; empty where there are no groups.
    #[inline]
    pub fn alternatives(&self, client: u32) -> &[u32] {
        let at = client as usize;
        self.ends.get(at..at + 2).map_or(&[], |ends| &self.members[ends[0] as usize..ends[1] as usize])
    }
}

/// By client, what leaving its unit out costs; `None` when that is not allowed.
pub(super) fn unit_prizes(problem: &Problem, units: &ClientUnits) -> Vec<Option<i64>> {
    let prize = |client: u32| problem.price_of_absence(Idx::new(client));
    (0..problem.clients().len() as u32)
        .map(|client| match units.partner(client) {
            NONE => prize(client),
            partner => prize(client).zip(prize(partner)).map(|(one, other)| one + other),
        })
        .collect()
}
