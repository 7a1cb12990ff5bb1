//! The selection of RPHAST (Delling, Goldberg, Werneck 2011): the part of the hierarchy above some targets.

use super::hierarchy::NO_NODE;
use super::index::RoadIndex;
use super::simd::Downward;
use super::snap::Snap;
use super::weight::Weight;

/// Stands for "not in the selection".
const OUT: u32 = u32::MAX;

/// The part of the hierarchy above some targets: nodes in places from the top down.
pub(super) struct Selection {
    /// For each node its place in the selection, or [`OUT`].
    place: Vec<u32>,
    /// Where a place's arcs start.
    first: Vec<u32>,
    /// The upper end of an arc, as a place that comes earlier, and its weight.
    arcs: Vec<(u32, Weight)>,
    /// Where a target's labels start.
    first_label: Vec<u32>,
    /// A place, and what to take off.
    labels: Vec<(u32, Weight)>,
}

impl Selection {
    /// Everything above the targets.
    pub(super) fn above(index: &RoadIndex, to: &[Snap]) -> Self {
        let search = &index.search;
        let mut place = vec![OUT; search.parent.len()];
        let mut chosen: Vec<u32> = Vec::new();
        let targets: Vec<_> = to.iter().map(|snap| index.targets(snap)).collect();
        for &(mut node, _) in targets.iter().flatten() {
            while node != NO_NODE && place[node as usize] == OUT {
                place[node as usize] = 0;
                chosen.push(node);
                node = search.parent[node as usize];
            }
        }
        chosen.sort_unstable_by(|a, b| b.cmp(a));
        for (number, &node) in chosen.iter().enumerate() {
            place[node as usize] = number as u32;
        }
        let mut selection =
            Self { place, first: vec![0], arcs: Vec::new(), first_label: vec![0], labels: Vec::new() };
        for &node in &chosen {
            for arc in search.down.arcs(node) {
                // All upper ends are ancestors in the elimination tree, unless a forged map file says otherwise.
                let upper = selection.place[search.down.upper[arc] as usize];
                if upper != OUT {
                    selection.arcs.push((upper, search.down.weight[arc]));
                }
            }
            selection.first.push(selection.arcs.len() as u32);
        }
        for labels in &targets {
            let places = labels.iter().map(|&(node, over)| (selection.place[node as usize], over));
            selection.labels.extend(places);
            selection.first_label.push(selection.labels.len() as u32);
        }
        selection
    }

    /// How many nodes are selected.
    pub(super) const fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// How many arcs a sweep relaxes.
    pub(super) const fn arc_count(&self) -> usize {
        self.arcs.len()
    }

    /// The place of a node, if it is selected.
    #[inline]
    pub(super) fn place_of(&self, node: u32) -> Option<usize> {
        let place = self.place[node as usize];
        (place != OUT).then_some(place as usize)
    }

    /// What a sweep walks over.
    pub(super) fn downward(&self) -> Downward<'_> {
        let Self { first, arcs, first_label, labels, .. } = self;
        Downward { first, arcs, first_label, labels }
    }
}
