//! What can be reached and left again, and which parts only begin or end trips.
//!
//! The *main network* is the largest set of open arcs each of which leads to each other one. An arc outside it that
//! can still be entered from it and left to it, through private roads or gates, belongs to a *pocket*: a trip may begin
//! or end there. The rest (islands without a ferry, roads that leave the map) is dropped.

use super::chains::Draft;
use super::turns::Turns;
use crate::components::components;

/// What becomes of an arc.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Any trip may pass.
    Main,
    /// Trips begin and end here.
    Pocket,
    /// Nobody can go there and come back.
    Outside,
}

/// Where each arc belongs.
pub(super) fn places(draft: &Draft, turns: &Turns) -> Vec<Place> {
    let count = turns.arcs.len();
    let is_open: Vec<bool> = turns.arcs.iter().map(|arc| !arc.is_restricted).collect();
    // Turning round before a private gate is not passing it.
    let is_shut = |arc: u32, next: u32| {
        let is_private = draft.node_uses[turns.arcs[arc as usize].head as usize].is_private;
        is_private && !turns.turns_round(arc, next)
    };
    let (is_open_ref, is_shut) = (&is_open, &is_shut);
    let is_joined =
        |arc: u32, next: u32| is_open_ref[arc as usize] && is_open_ref[next as usize] && !is_shut(arc, next);
    let (component, enters) = rayon::join(
        || components(count, |arc| turns.from(arc).filter(move |&next| is_joined(arc, next))),
        || Enters::of(turns),
    );
    let mut sizes = vec![0_u32; count];
    for (arc, &number) in component.iter().enumerate() {
        sizes[number as usize] += u32::from(is_open[arc]);
    }
    // The first of the largest, so that the answer does not hang on chance.
    let Some(largest) = (0..count).max_by_key(|&number| (sizes[number], std::cmp::Reverse(number))) else {
        return Vec::new();
    };
    let is_main: Vec<bool> =
        (0..count).map(|arc| is_open[arc] && component[arc] as usize == largest).collect();

    let (can_come, can_go) = rayon::join(
        || spread(&is_main, |arc, visit| turns.from(arc).for_each(visit)),
        || spread(&is_main, |arc, visit| enters.of_arc(arc).iter().copied().for_each(visit)),
    );
    let mut places: Vec<Place> = (0..count)
        .map(|arc| match (is_main[arc], can_come[arc] && can_go[arc]) {
            (true, _) => Place::Main,
            (false, true) => Place::Pocket,
            (false, false) => Place::Outside,
        })
        .collect();
    // Trips begin on the original of an arc, also where nobody arrives but on its copies.
    let first_copy = count - turns.sequences.originals.len();
    for (copy, &original) in turns.sequences.originals.iter().enumerate() {
        let (copy, original) = (places[first_copy + copy], &mut places[original as usize]);
        *original = (*original).min(copy);
    }
    places
}

/// The arcs that lead to each arc.
struct Enters {
    /// Where an arc's start.
    first: Vec<u32>,
    arcs: Vec<u32>,
}

impl Enters {
    fn of(turns: &Turns) -> Self {
        let count = turns.arcs.len();
        let mut first = vec![0_u32; count + 1];
        (0..count as u32).for_each(|arc| turns.from(arc).for_each(|next| first[next as usize + 1] += 1));
        for arc in 0..count {
            first[arc + 1] += first[arc];
        }
        let mut fill = first.clone();
        let mut arcs = vec![0; first[count] as usize];
        for arc in 0..count as u32 {
            for next in turns.from(arc) {
                arcs[fill[next as usize] as usize] = arc;
                fill[next as usize] += 1;
            }
        }
        Self { first, arcs }
    }

    fn of_arc(&self, arc: u32) -> &[u32] {
        &self.arcs[self.first[arc as usize] as usize..self.first[arc as usize + 1] as usize]
    }
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
