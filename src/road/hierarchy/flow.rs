//! The smallest set of edges between two sets of nodes (Dinic 1970, on edges of capacity one).

use std::sync::atomic::{AtomicUsize, Ordering};

/// A bipartition of nodes.
pub(super) struct Cut {
    /// How many edges lie across.
    pub size: usize,
    pub is_left: Vec<bool>,
}

const UNSEEN: u32 = u32::MAX;

struct Network<'a> {
    edges: &'a [(u32, u32, u32)],
    first: Vec<u32>,
    /// Other end, and the edge.
    next: Vec<(u32, u32)>,
    /// Flow on each edge: 1 from its first node to its second, -1 the other way.
    flow: Vec<i8>,
    level: Vec<u32>,
    is_sink: Vec<bool>,
}

/// The smallest cut that has all `sources` on the left and all `sinks` on the right; `None` when it has more edges than
/// `limit`, which other searches may lower meanwhile.
pub(super) fn min_cut(
    node_count: usize,
    edges: &[(u32, u32, u32)],
    sources: &[u32],
    sinks: &[u32],
    limit: &AtomicUsize,
) -> Option<Cut> {
    let mut first = vec![0_u32; node_count + 1];
    for &(a, b, _) in edges {
        first[a as usize + 1] += 1;
        first[b as usize + 1] += 1;
    }
    for node in 0..node_count {
        first[node + 1] += first[node];
    }
    let mut fill = first.clone();
    let mut next = vec![(0, 0); edges.len() * 2];
    for (edge, &(a, b, _)) in edges.iter().enumerate() {
        for (from, to) in [(a, b), (b, a)] {
            next[fill[from as usize] as usize] = (to, edge as u32);
            fill[from as usize] += 1;
        }
    }
    let mut is_sink = vec![false; node_count];
    for &sink in sinks {
        is_sink[sink as usize] = true;
    }
    let level = vec![UNSEEN; node_count];
    let mut network = Network { edges, first, next, flow: vec![0; edges.len()], level, is_sink };
    let mut size = 0;
    while network.find_levels(sources) {
        size += network.fill_up(sources);
        // What flows is a lower bound of what is cut.
        if size > limit.load(Ordering::Relaxed) {
            return None;
        }
    }
    // What the last search reached from the sources is the left side.
    let is_left = network.level.iter().map(|&level| level != UNSEEN).collect();
    Some(Cut { size, is_left })
}

impl Network<'_> {
    /// Whether one more unit may flow along `edge` when it is left from `node`.
    fn has_room(&self, node: u32, edge: u32) -> bool {
        let flow = self.flow[edge as usize];
        if self.edges[edge as usize].0 == node { flow < 1 } else { flow > -1 }
    }

    /// Breadth-first levels; whether a sink was reached.
    fn find_levels(&mut self, sources: &[u32]) -> bool {
        self.level.fill(UNSEEN);
        let mut queue: Vec<u32> = sources.to_vec();
        for &source in sources {
            self.level[source as usize] = 0;
        }
        let mut at = 0;
        let mut last_level = UNSEEN;
        while let Some(&node) = queue.get(at) {
            at += 1;
            let level = self.level[node as usize];
            if level >= last_level {
                break;
            }
            for slot in self.first[node as usize]..self.first[node as usize + 1] {
                let (to, edge) = self.next[slot as usize];
                if self.level[to as usize] == UNSEEN && self.has_room(node, edge) {
                    self.level[to as usize] = level + 1;
                    if self.is_sink[to as usize] {
                        last_level = level + 1;
                    }
                    queue.push(to);
                }
            }
        }
        last_level != UNSEEN
    }

    /// Sends what fits along the levels; returns how much.
    fn fill_up(&mut self, sources: &[u32]) -> usize {
        let mut cursor: Vec<u32> = self.first[..self.first.len() - 1].to_vec();
        let mut sent = 0;
        for &source in sources {
            while self.send(source, &mut cursor) {
                sent += 1;
            }
        }
        sent
    }

    /// Sends one unit from `source` to a sink, if it can.
    fn send(&mut self, source: u32, cursor: &mut [u32]) -> bool {
        let mut path: Vec<(u32, u32)> = Vec::new();
        let mut node = source;
        loop {
            if self.is_sink[node as usize] {
                for &(from, edge) in &path {
                    self.flow[edge as usize] += if self.edges[edge as usize].0 == from { 1 } else { -1 };
                }
                return true;
            }
            let end = self.first[node as usize + 1];
            let step = (cursor[node as usize]..end).find(|&slot| {
                let (to, edge) = self.next[slot as usize];
                self.level[to as usize] == self.level[node as usize] + 1 && self.has_room(node, edge)
            });
            if let Some(slot) = step {
                cursor[node as usize] = slot;
                path.push((node, self.next[slot as usize].1));
                node = self.next[slot as usize].0;
            } else {
                cursor[node as usize] = end;
                let Some((before, _)) = path.pop() else { return false };
                cursor[before as usize] += 1;
                node = before;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_triangles_on_a_bridge_part_at_the_bridge() {
        let edges = [(0, 1, 0), (1, 2, 1), (2, 0, 2), (2, 3, 3), (3, 4, 4), (4, 5, 5), (5, 3, 6)];
        let cut = min_cut(6, &edges, &[0], &[5], &AtomicUsize::new(1)).unwrap();
        assert!(min_cut(6, &edges, &[0], &[5], &AtomicUsize::new(0)).is_none());
        assert_eq!(cut.size, 1);
        assert_eq!(cut.is_left, [true, true, true, false, false, false]);
    }
}
