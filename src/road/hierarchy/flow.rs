//! Minimum edge cuts between two sets of nodes (Dinic 1970, on segments of unit capacity).

use coldmile_units::Csr;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A bipartition of nodes.
pub(super) struct Cut {
    /// How many segments lie across.
    pub size: usize,
    pub is_left: Vec<bool>,
}

const UNSEEN: u32 = u32::MAX;

struct Network<'a> {
    segments: &'a [(u32, u32, u32)],
    /// For each node the other end of each of its segments, and the segment.
    next: Csr<(u32, u32)>,
    /// Flow on each segment: 1 from its first node to its second, -1 from its second to its first.
    flow: Vec<i8>,
    level: Vec<u32>,
    is_sink: Vec<bool>,
}

/// The smallest cut that has all `sources` on the left and all `sinks` on the right; `None` when it has more segments than
/// `limit`, which other searches may lower meanwhile.
pub(super) fn min_cut(
    node_count: usize,
    segments: &[(u32, u32, u32)],
    sources: &[u32],
    sinks: &[u32],
    limit: &AtomicUsize,
) -> Option<Cut> {
    let both_ends =
        (0..).zip(segments).flat_map(|(segment, &(a, b, _))| [(a, (b, segment)), (b, (a, segment))]);
    let next = Csr::from_entries(node_count, both_ends);
    let mut is_sink = vec![false; node_count];
    for &sink in sinks {
        is_sink[sink as usize] = true;
    }
    let level = vec![UNSEEN; node_count];
    let mut network = Network { segments, next, flow: vec![0; segments.len()], level, is_sink };
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
    /// Whether one more unit may flow along `segment` from `node` to the other end.
    fn has_residual_capacity(&self, node: u32, segment: u32) -> bool {
        let flow = self.flow[segment as usize];
        if self.segments[segment as usize].0 == node { flow < 1 } else { flow > -1 }
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
            for &(to, segment) in self.next.row(node) {
                if self.level[to as usize] == UNSEEN && self.has_residual_capacity(node, segment) {
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

    /// A blocking flow along the levels; returns how much was sent.
    fn fill_up(&mut self, sources: &[u32]) -> usize {
        let mut cursor: Vec<usize> =
            (0..self.next.row_count() as u32).map(|node| self.next.range(node).start).collect();
        let mut sent = 0;
        for &source in sources {
            while self.send(source, &mut cursor) {
                sent += 1;
            }
        }
        sent
    }

    /// Sends one unit from `source` to a sink, if it can.
    fn send(&mut self, source: u32, cursor: &mut [usize]) -> bool {
        let mut path: Vec<(u32, u32)> = Vec::new();
        let mut node = source;
        loop {
            if self.is_sink[node as usize] {
                for &(from, segment) in &path {
                    self.flow[segment as usize] +=
                        if self.segments[segment as usize].0 == from { 1 } else { -1 };
                }
                return true;
            }
            let end = self.next.range(node).end;
            let step = (cursor[node as usize]..end).find(|&slot| {
                let (to, segment) = self.next.values()[slot];
                self.level[to as usize] == self.level[node as usize] + 1
                    && self.has_residual_capacity(node, segment)
            });
            if let Some(slot) = step {
                cursor[node as usize] = slot;
                let (to, segment) = self.next.values()[slot];
                path.push((node, segment));
                node = to;
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
        let segments = [(0, 1, 0), (1, 2, 1), (2, 0, 2), (2, 3, 3), (3, 4, 4), (4, 5, 5), (5, 3, 6)];
        let cut = min_cut(6, &segments, &[0], &[5], &AtomicUsize::new(1)).unwrap();
        assert!(min_cut(6, &segments, &[0], &[5], &AtomicUsize::new(0)).is_none());
        assert_eq!(cut.size, 1);
        assert_eq!(cut.is_left, [true, true, true, false, false, false]);
    }
}
