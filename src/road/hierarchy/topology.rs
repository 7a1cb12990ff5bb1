//! Contraction without weights: which shortcuts there can be at all.

use std::ops::Range;

/// For each vertex its upper neighbours, sorted, and the same arcs seen from above. The lowest upper neighbour is the
/// parent in the elimination tree.
#[derive(Debug)]
pub(crate) struct Topology {
    pub first_up: Vec<u32>,
    /// The upper end of each arc.
    pub upper: Vec<u32>,
    /// Where a vertex's arcs to lower neighbours start.
    pub first_down: Vec<u32>,
    /// The lower end, and the arc; sorted by lower end.
    pub down: Vec<(u32, u32)>,
}

impl Topology {
    /// Contracts the vertices in order; `links` join two different vertices each.
    pub(crate) fn build(vertex_count: usize, links: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut waiting: Vec<Vec<u32>> = vec![Vec::new(); vertex_count];
        for (a, b) in links {
            waiting[a.min(b) as usize].push(a.max(b));
        }
        let mut first_up = vec![0_u32];
        let mut upper: Vec<u32> = Vec::new();
        for vertex in 0..vertex_count {
            let mut neighbours = std::mem::take(&mut waiting[vertex]);
            neighbours.sort_unstable();
            neighbours.dedup();
            if let Some((&parent, rest)) = neighbours.split_first() {
                // Removing the vertex makes its upper neighbours a clique; the parent passes that on.
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
        // What is not needed any more makes room.
        drop(waiting);
        upper.shrink_to_fit();
        let mut first_down = vec![0_u32; vertex_count + 1];
        for &vertex in &upper {
            first_down[vertex as usize + 1] += 1;
        }
        for vertex in 0..vertex_count {
            first_down[vertex + 1] += first_down[vertex];
        }
        let mut fill = first_down.clone();
        let mut down = vec![(0, 0); upper.len()];
        for vertex in 0..vertex_count as u32 {
            for arc in first_up[vertex as usize]..first_up[vertex as usize + 1] {
                let slot = &mut fill[upper[arc as usize] as usize];
                down[*slot as usize] = (vertex, arc);
                *slot += 1;
            }
        }
        Self { first_up, upper, first_down, down }
    }

    pub(crate) fn vertex_count(&self) -> usize {
        self.first_up.len() - 1
    }

    /// The arcs to upper neighbours.
    pub(super) fn up(&self, vertex: u32) -> Range<usize> {
        self.first_up[vertex as usize] as usize..self.first_up[vertex as usize + 1] as usize
    }

    /// The arcs of some vertices to upper neighbours.
    pub(super) fn arcs_of(&self, vertices: &Range<u32>) -> Range<usize> {
        self.first_up[vertices.start as usize] as usize..self.first_up[vertices.end as usize] as usize
    }

    /// Lower neighbours, and the arcs to them.
    pub(super) fn down(&self, vertex: u32) -> &[(u32, u32)] {
        &self.down[self.first_down[vertex as usize] as usize..self.first_down[vertex as usize + 1] as usize]
    }

    /// The arc between two vertices.
    pub(super) fn arc_between(&self, lower: u32, upper: u32) -> Option<usize> {
        let arcs = self.up(lower);
        let found = self.upper[arcs.clone()].binary_search(&upper).ok()?;
        Some(arcs.start + found)
    }

    /// The next vertex on the way to the root of the elimination tree.
    pub(super) fn parent(&self, vertex: u32) -> Option<u32> {
        self.upper[self.up(vertex)].first().copied()
    }
}
