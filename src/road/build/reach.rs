//! What can be reached and left again, and which parts only begin or end trips.
//!
//! The *main network* is the largest set of open arcs each of which leads to each other one. An arc outside it that
//! can still be entered from it and left to it, through private roads or gates, belongs to a *pocket*: a trip may begin
//! or end there. The rest (islands without a ferry, roads that leave the map) is left out.

use super::chains::Draft;
use super::turn_table::Turns;
use crate::components::components;
use coldmile_units::Csr;

/// What becomes of an arc.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reachability {
    /// Any trip may pass.
    Main,
    /// Trips begin and end here.
    Pocket,
    /// Cannot be entered and left again.
    Outside,
}

/// Where each arc belongs.
pub(super) fn reachability(draft: &Draft, turns: &Turns) -> Vec<Reachability> {
    let count = turns.arcs.len();
    let is_open: Vec<bool> = turns.arcs.iter().map(|arc| !arc.is_restricted).collect();
    // Turning round before a private gate is not passing it.
    let is_shut = |arc: u32, next: u32| {
        let is_private = draft.passing(&turns.arcs[arc as usize], &turns.arcs[next as usize]).is_private;
        is_private && !turns.turns_round(arc, next)
    };
    let (is_open_ref, is_shut) = (&is_open, &is_shut);
    let is_joined =
        |arc: u32, next: u32| is_open_ref[arc as usize] && is_open_ref[next as usize] && !is_shut(arc, next);
    let (component, enters) = rayon::join(
        || components(count, |arc| turns.from(arc).filter(move |&next| is_joined(arc, next))),
        || entering(turns),
    );
    let mut sizes = vec![0_u32; count];
    for (arc, &number) in component.iter().enumerate() {
        sizes[number as usize] += u32::from(is_open[arc]);
    }
    // The first of the largest, so that the answer is deterministic.
    let Some(largest) = (0..count).max_by_key(|&number| (sizes[number], std::cmp::Reverse(number))) else {
        return Vec::new();
    };
    let is_main: Vec<bool> =
        (0..count).map(|arc| is_open[arc] && component[arc] as usize == largest).collect();

    let (can_come, can_go) = rayon::join(
        || spread(&is_main, |arc, visit| turns.from(arc).for_each(visit)),
        || spread(&is_main, |arc, visit| enters.row(arc).iter().copied().for_each(visit)),
    );
    let mut reachability: Vec<Reachability> = (0..count)
        .map(|arc| match (is_main[arc], can_come[arc] && can_go[arc]) {
            (true, _) => Reachability::Main,
            (false, true) => Reachability::Pocket,
            (false, false) => Reachability::Outside,
        })
        .collect();
    // Trips begin on the original of an arc, also where only its copies are arrived on.
    let first_copy = count - turns.sequences.originals.len();
    for (copy, &original) in turns.sequences.originals.iter().enumerate() {
        let (copy, original) = (reachability[first_copy + copy], &mut reachability[original as usize]);
        *original = (*original).min(copy);
    }
    reachability
}

/// The arcs that lead to each arc.
fn entering(turns: &Turns) -> Csr<u32> {
    let count = turns.arcs.len();
    let entries = (0..count as u32).flat_map(|arc| turns.from(arc).map(move |next| (next, arc)));
    Csr::from_entries(count, entries)
}

/// Which arcs are reached from `start` by `step`.
fn spread(start: &[bool], step: impl Fn(u32, &mut dyn FnMut(u32))) -> Vec<bool> {
    let mut is_reached = start.to_vec();
    let mut open: Vec<u32> = (0..start.len() as u32).filter(|&arc| start[arc as usize]).collect();
    while let Some(arc) = open.pop() {
        step(arc, &mut |next| {
            if !is_reached[next as usize] {
                is_reached[next as usize] = true;
                open.push(next);
            }
        });
    }
    is_reached
}
