//! Roads for a vehicle of another size: what is too small for it is closed, and so is what it cannot reach for that.

use super::components::components;
use super::graph::{FORBIDDEN, RoadGraph};
use super::profile::VehicleSize;
use std::sync::Arc as Shared;

impl RoadGraph {
    /// The size of vehicle that these roads are for.
    pub fn size(&self) -> VehicleSize {
        self.size
    }

    /// The same roads for a vehicle of another size. Snaps are made anew: a door may be reached from another road.
    #[must_use]
    pub fn for_size(&self, size: VehicleSize) -> Self {
        if size == self.size {
            return self.clone();
        }
        let mut changed = Self { size, when: None, ..self.clone() };
        changed.turns = changed.turns_now();
        changed.open = changed.reachable();
        changed.when = self.when;
        if changed.when.is_some() {
            changed.turns = changed.turns_now();
        }
        changed
    }

    /// The turns that are allowed at this moment for this size.
    pub(super) fn turns_now(&self) -> Shared<[u32]> {
        let layout = &*self.layout;
        let holds = |when| layout.conditions.iter().map(move |condition| condition.holds_at(when));
        let at_times: Vec<bool> = self.when.map(holds).into_iter().flatten().collect();
        let is_too_small: Vec<bool> = layout.limits.iter().map(|limit| !limit.admits(self.size)).collect();
        if !at_times.contains(&true) && !is_too_small.contains(&true) {
            return layout.free_turns.clone();
        }
        let mut turns = layout.free_turns.to_vec();
        let now = layout.conditional.iter().filter(|_| !at_times.is_empty());
        let now = now.filter(|&&(_, condition)| at_times[condition as usize]).map(|&(turn, _)| turn);
        let too_small = layout.sized.iter().filter(|&&(_, limit)| is_too_small[limit as usize]);
        for turn in now.chain(too_small.map(|&(turn, _)| turn)) {
            turns[turn as usize] = FORBIDDEN;
        }
        turns.into()
    }

    /// Which arcs lead to the largest part of the open roads and back, on the turns of now.
    fn reachable(&self) -> Option<Shared<[bool]>> {
        if Shared::ptr_eq(&self.turns, &self.layout.free_turns) {
            return None;
        }
        let count = self.arc_count();
        let component = components(count, |arc| self.turns_from(arc).map(|turn| turn.to));
        let mut sizes = vec![0_u32; count];
        for (arc, &number) in (0..).zip(&component) {
            sizes[number as usize] += u32::from(!self.is_restricted(arc));
        }
        // The first of the largest, so that the answer does not hang on chance.
        let largest =
            (0..count as u32).max_by_key(|&number| (sizes[number as usize], std::cmp::Reverse(number)));
        let mut is_open: Vec<bool> = component.iter().map(|&number| Some(number) == largest).collect();
        // Trips begin on the original of an arc, also where nobody arrives but on its copies.
        for &(original, copy) in &self.layout.copies {
            is_open[original as usize] |= is_open[copy as usize];
        }
        Some(is_open.into())
    }

    /// Whether trips can begin and end on an arc.
    pub(super) fn is_open(&self, arc: u32) -> bool {
        self.open.as_ref().is_none_or(|open| open[arc as usize])
    }
}
