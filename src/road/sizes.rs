//! Roads for a vehicle of another size: what is too small for it is closed, and so is what it cannot reach for that.

use super::components::components;
use super::elements::FORBIDDEN;
use super::graph::RoadGraph;
use super::profile::Closing;
use coldmile_units::VehicleSize;
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
        self.made_for(size)
    }

    /// The same, also for the size it has.
    pub(super) fn made_for(&self, size: VehicleSize) -> Self {
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
        self.turns_while(|condition| condition.holds(self.when, self.size))
    }

    /// The turns that are allowed for this size while some conditions hold.
    pub(super) fn turns_while(&self, holds: impl Fn(&Closing) -> bool) -> Shared<[u32]> {
        let layout = &*self.layout;
        let holds: Vec<bool> = layout.conditions.iter().map(holds).collect();
        let is_too_small: Vec<bool> = layout.limits.iter().map(|limit| !limit.admits(self.size)).collect();
        if !holds.contains(&true) && !is_too_small.contains(&true) {
            return layout.free_turns.clone();
        }
        let mut turns = layout.free_turns.to_vec();
        let now = layout.conditional.iter().filter(|&&(_, condition)| holds[condition as usize]);
        let too_small = layout.sized.iter().filter(|&&(_, limit)| is_too_small[limit as usize]);
        for turn in now.map(|&(turn, _)| turn).chain(too_small.map(|&(turn, _)| turn)) {
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
        // The first of the largest, so that the answer is deterministic.
        let largest =
            (0..count as u32).max_by_key(|&number| (sizes[number as usize], std::cmp::Reverse(number)));
        let mut is_open: Vec<bool> = component.iter().map(|&number| Some(number) == largest).collect();
        // Trips begin on the original of an arc, also where only its copies are arrived on.
        for &(original, copy) in &self.layout.copies {
            is_open[original as usize] |= is_open[copy as usize];
        }
        Some(is_open.into())
    }

    /// The same for the moment: roads that are open then together with those that are open without a moment, so that snaps made
    /// without one stay good.
    pub(super) fn open_now(&self) -> Option<Shared<[bool]>> {
        if !self.layout.conditions.iter().any(|condition| condition.holds(None, self.size)) {
            return self.open.clone();
        }
        let mut plain = Self { when: None, ..self.clone() };
        plain.turns = plain.turns_now();
        let (plain, now) = (plain.reachable()?, self.reachable()?);
        Some(plain.iter().zip(&*now).map(|(plain, now)| *plain || *now).collect())
    }

    /// Whether trips can begin and end on an arc.
    pub(super) fn is_open(&self, arc: u32) -> bool {
        self.open.as_ref().is_none_or(|open| open[arc as usize])
    }
}
