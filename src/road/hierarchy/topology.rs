//! Contraction without weights: every shortcut that some weights might need (the chordal supergraph).

use coldmile_units::Csr;
use std::ops::Range;

/// For each node its upper neighbours, sorted, and the same arcs seen from above. The lowest upper neighbour is the
/// parent in the elimination tree.
#[derive(Debug)]
pub(crate) struct Topology {
    pub first_up: Vec<u32>,
    /// The upper end of each arc.
    pub upper: Vec<u32>,
    /// For each node the lower end of each arc to a lower neighbour, and the arc; sorted by lower end.
    pub down: Csr<(u32, u32)>,
}

impl Topology {
    /// Contracts the nodes in order; `links` join two different nodes each.
    pub(crate) fn build(node_count: usize, links: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut waiting: Vec<Vec<u32>> = vec![Vec::new(); node_count];
        for (a, b) in links {
            waiting[a.min(b) as usize].push(a.max(b));
        }
        let mut first_up = vec![0_u32];
        let mut upper: Vec<u32> = Vec::new();
        for node in 0..node_count {
            let mut neighbours = std::mem::take(&mut waiting[node]);
            neighbours.sort_unstable();
            neighbours.dedup();
            if let Some((&parent, rest)) = neighbours.split_first() {
                // Removing the node makes its upper neighbours a clique; the parent passes that on.
                let inherited = &mut waiting[parent as usize];
                if inherited.is_empty() {
                    *inherited = rest.to_vec();
                } else {
                    inherited.extend_from_slice(rest);
                }
            }
            upper.extend_from_slice(&neighbours);
            first_up.push(upper.len() as u32);
        }
        drop(waiting);
        upper.shrink_to_fit();
        let range = |node: u32| first_up[node as usize]..first_up[node as usize + 1];
        let arcs = (0..node_count as u32).flat_map(|node| range(node).map(move |arc| (node, arc)));
        let by_upper = arcs.map(|(node, arc)| (upper[arc as usize], (node, arc)));
        let down = Csr::from_entries(node_count, by_upper);
        Self { first_up, upper, down }
    }

    pub(crate) fn node_count(&self) -> usize {
        self.first_up.len() - 1
    }

    /// The arcs to upper neighbours.
    pub(super) fn up(&self, node: u32) -> Range<usize> {
        self.first_up[node as usize] as usize..self.first_up[node as usize + 1] as usize
    }

    /// The arcs of some nodes to upper neighbours.
    pub(super) fn arcs_of(&self, nodes: &Range<u32>) -> Range<usize> {
        self.first_up[nodes.start as usize] as usize..self.first_up[nodes.end as usize] as usize
    }

    /// Lower neighbours, and the arcs to them.
    pub(super) fn down(&self, node: u32) -> &[(u32, u32)] {
        self.down.row(node)
    }

    /// The arc between two nodes.
    pub(super) fn arc_between(&self, lower: u32, upper: u32) -> Option<usize> {
        let arcs = self.up(lower);
        let found = self.upper[arcs.clone()].binary_search(&upper).ok()?;
        Some(arcs.start + found)
    }

    /// The parent in the elimination tree: the lowest upper neighbour.
    pub(super) fn parent(&self, node: u32) -> Option<u32> {
        self.upper[self.up(node)].first().copied()
    }
}
