//! Weights onto the topology.
//!
//! The basic step gives each shortcut the best way over lower vertices; the perfect step finds the shortest way over
//! any vertices and thereby which shortcuts no shortest way needs. Both are one loop over the vertices, with an array
//! that says where among a vertex's arcs the one to a neighbour stands.
//!
//! Both directions of an arc lie side by side, [`UP`] (from the lower end to the upper) and [`DOWN`]: who looks at one
//! looks at the other. The inner loops choose without branching, as no processor foresees which way is shorter.

use super::parts::Part;
use super::search::{Half, NO_VERTEX, SearchGraph};
use super::topology::Topology;
use crate::weight::{INFINITE, Weight};
use crate::wide::{Job, Width, run, widest};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ops::Range;

/// From the lower end of an arc to the upper.
pub(super) const UP: usize = 0;
/// From the upper end to the lower.
pub(super) const DOWN: usize = 1;

/// One bit for each direction: whether the arc is longer than the distance between its ends.
type Longer = u8;

/// What is known of every arc, in both directions.
pub(super) struct Weights {
    both: Vec<[Weight; 2]>,
    /// The middle vertex of a shortcut, or [`NO_VERTEX`].
    middles: Vec<[u32; 2]>,
    /// Whether an arc is longer than the distance between its ends.
    is_longer: Vec<Longer>,
}

impl Weights {
    /// The weights of links, each of which names an arc and a direction.
    pub(super) fn of_links(topology: &Topology, links: impl Iterator<Item = (usize, usize, Weight)>) -> Self {
        let mut both = vec![[INFINITE; 2]; topology.upper.len()];
        for (arc, side, weight) in links {
            both[arc][side] = weight.min(both[arc][side]);
        }
        Self { both, middles: Vec::new(), is_longer: Vec::new() }
    }

    /// Finds the weights of all arcs.
    pub(super) fn settle(&mut self, topology: &Topology) {
        self.settle_in(widest(), topology, &Part::of(topology));
    }

    /// The same part by part; how the vertices are cut into parts changes nothing.
    pub(super) fn settle_in(&mut self, width: Width, topology: &Topology, all: &Part) {
        self.middles = vec![[NO_VERTEX; 2]; self.both.len()];
        self.is_longer = vec![0; self.both.len()];
        if !self.both.is_empty() {
            basic(width, topology, all, &mut self.both, &mut self.middles);
            perfect(width, topology, all, &mut self.both, &mut self.is_longer, &[]);
        }
    }

    /// What shortest paths need. Looks at no arcs from above.
    pub(super) fn prune(&self, topology: &Topology) -> SearchGraph {
        let parent = (0..topology.vertex_count() as u32).map(|v| topology.parent(v).unwrap_or(NO_VERTEX));
        let (up, down) = rayon::join(|| prune::<UP>(topology, self), || prune::<DOWN>(topology, self));
        SearchGraph { parent: parent.collect(), up, down }
    }
}

/// Gives every arc that leaves a part upwards the best way over vertices below both its ends. `both` and `middles` are
/// those of the part's arcs.
fn basic(
    width: Width,
    topology: &Topology,
    part: &Part,
    mut both: &mut [[Weight; 2]],
    mut middles: &mut [[u32; 2]],
) {
    let (first_arc, top) = (topology.up(part.vertices.start).start, part.top());
    let mut lower_parts = Vec::new();
    for below in &part.below {
        let count = topology.arcs_of(&below.vertices).len();
        let own = both.split_off_mut(..count).expect("a part's arcs are among those of the whole");
        let own_middles = middles.split_off_mut(..count).expect("there are as many middles");
        lower_parts.push((below, own, own_middles));
    }
    lower_parts
        .par_iter_mut()
        .for_each(|(below, both, middles)| basic(width, topology, below, both, middles));

    // What comes over the parts below is found for each vertex by itself.
    if !part.below.is_empty() {
        let lower: Vec<(u32, &[[Weight; 2]])> =
            lower_parts.iter().map(|(below, both, _)| (below.vertices.end, &**both)).collect();
        let (mut rest, mut rest_middles) = (&mut *both, &mut *middles);
        let mut vertices: Vec<_> = (top..part.vertices.end)
            .map(|vertex| {
                let count = topology.up(vertex).len();
                let own = rest.split_off_mut(..count).expect("the rest holds the arcs above");
                let middles = rest_middles.split_off_mut(..count).expect("there are as many middles");
                (vertex, own, middles)
            })
            .collect();
        let at_once = vertices.len().div_ceil(rayon::current_num_threads() * 4);
        vertices.par_chunks_mut(at_once).for_each(|some| {
            let mut places = Places::above(topology, top);
            for (vertex, own, middles) in some {
                let mut downs = topology.down(*vertex);
                let mut first_arc = first_arc;
                for &(end, below) in &lower {
                    let count = downs.partition_point(|&(middle, _)| middle < end);
                    let over = downs.split_off(..count).expect("the count is of these");
                    let (vertex, places) = (*vertex, &mut places);
                    run(width, Gather { topology, vertex, over, below, first_arc, own, middles, places });
                    first_arc += below.len();
                }
            }
        });
    }

    let mut places = Places::above(topology, top);
    let first_arc = topology.up(top.min(part.vertices.end - 1)).start;
    for vertex in top..part.vertices.end {
        let arcs = topology.up(vertex);
        let downs = topology.down(vertex);
        let over = &downs[downs.partition_point(|&(middle, _)| middle < top)..];
        // Arcs of lower vertices come earlier.
        let (below, own) = both.split_at_mut(arcs.start - first_arc);
        let own = &mut own[..arcs.len()];
        let middles = &mut middles[arcs.start - first_arc..][..arcs.len()];
        let places = &mut places;
        run(width, Gather { topology, vertex, over, below, first_arc, own, middles, places });
    }
}

/// Where among a vertex's arcs the one to an upper neighbour stands.
struct Places {
    first: u32,
    of_upper: Vec<u32>,
    /// Weights and middles of the vertex's arcs, side by side and equally wide.
    own: Vec<([Weight; 2], [u64; 2])>,
}

impl Places {
    /// For neighbours of vertices from `first` on.
    fn above(topology: &Topology, first: u32) -> Self {
        Self { first, of_upper: vec![0; topology.vertex_count() - first as usize], own: Vec::new() }
    }

    #[inline]
    fn set(&mut self, uppers: &[u32]) {
        for (number, &upper) in uppers.iter().enumerate() {
            self.of_upper[(upper - self.first) as usize] = number as u32;
        }
    }

    #[inline]
    fn of(&self, upper: u32) -> usize {
        self.of_upper[(upper - self.first) as usize] as usize
    }
}

/// The ways that lead from a vertex down to some lower neighbours and up again.
struct Gather<'a> {
    topology: &'a Topology,
    vertex: u32,
    /// The lower neighbours, and the arcs to them.
    over: &'a [(u32, u32)],
    /// Weights of arcs of lower vertices from `first_arc` on.
    below: &'a [[Weight; 2]],
    first_arc: usize,
    /// The vertex's own arcs.
    own: &'a mut [[Weight; 2]],
    middles: &'a mut [[u32; 2]],
    places: &'a mut Places,
}

impl Job for Gather<'_> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "see `Job`")]
    fn run(self) {
        let Self { topology, vertex, over, below, first_arc, own, middles, places } = self;
        if over.is_empty() || own.is_empty() {
            return;
        }
        places.set(&topology.upper[topology.up(vertex)]);
        let mut arcs = std::mem::take(&mut places.own);
        arcs.clear();
        arcs.extend(own.iter().zip(&*middles).map(|(&known, &over)| (known, over.map(u64::from))));
        for &(middle, arc) in over {
            let [from_middle, to_middle] = below[arc as usize - first_arc];
            if from_middle >= INFINITE && to_middle >= INFINITE {
                continue;
            }
            // Of the middle's upper neighbours those above the current vertex are its neighbours too.
            let others = arc as usize + 1..topology.up(middle).end;
            let beyond = &below[others.start - first_arc..others.end - first_arc];
            for (&upper, &[up, down]) in topology.upper[others].iter().zip(beyond) {
                let (known, over) = &mut arcs[places.of(upper)];
                let through = [to_middle + up, down + from_middle];
                let middle = u64::from(middle);
                *over = [UP, DOWN].map(|side| if through[side] < known[side] { middle } else { over[side] });
                *known = [UP, DOWN].map(|side| through[side].min(known[side]));
            }
        }
        for ((own, middle), (known, over)) in own.iter_mut().zip(middles).zip(&arcs) {
            *own = *known;
            *middle = over.map(|over| over as u32);
        }
        places.own = arcs;
    }
}

/// Weights of the arcs of some vertices, which are final.
#[derive(Clone, Copy)]
struct Final<'a> {
    first_vertex: u32,
    first_arc: usize,
    both: &'a [[Weight; 2]],
}

/// Gives every arc that leaves a part upwards the true distance between its ends, and tells which ones were longer than
/// that. `above` has the arcs of all vertices that lie above the part, the highest first.
fn perfect(
    width: Width,
    topology: &Topology,
    part: &Part,
    mut both: &mut [[Weight; 2]],
    mut is_longer: &mut [Longer],
    above: &[Final<'_>],
) {
    let mut lower_parts = Vec::new();
    for below in &part.below {
        let count = topology.arcs_of(&below.vertices).len();
        let own = both.split_off_mut(..count).expect("a part's arcs are among those of the whole");
        let longer = is_longer.split_off_mut(..count).expect("there are as many marks");
        lower_parts.push((below, own, longer));
    }
    // From above, a vertex's own arcs are exact when it is its turn. The way from a lower vertex to one of its
    // neighbours is direct or leads over another neighbour, and all its neighbours are neighbours of each other.
    let own = part.top()..part.vertices.end;
    let first_arc = topology.arcs_of(&own).start;
    let mut places = Places::above(topology, own.start);
    for upper in ancestors(topology, &own).into_iter().rev() {
        let known = above.iter().find(|known| known.first_vertex <= upper);
        let known = known.expect("all that lies above is known");
        let arcs = topology.up(upper);
        let exact = &known.both[arcs.start - known.first_arc..arcs.end - known.first_arc];
        let downs = topology.down(upper);
        let from = downs.partition_point(|&(lower, _)| lower < own.start);
        let to = downs.partition_point(|&(lower, _)| lower < own.end);
        let (vertex, lowers, places) = (upper, &downs[from..to], &mut places);
        let (below, is_longer) = (&mut *both, &mut *is_longer);
        run(width, Relax { topology, vertex, exact, lowers, first_arc, below, is_longer, places });
    }
    for vertex in own.clone().rev() {
        let arcs = topology.up(vertex);
        let (below, exact) = both.split_at_mut(arcs.start - first_arc);
        let exact = &exact[..arcs.len()];
        let downs = topology.down(vertex);
        let lowers = &downs[downs.partition_point(|&(lower, _)| lower < own.start)..];
        let (is_longer, places) = (&mut *is_longer, &mut places);
        run(width, Relax { topology, vertex, exact, lowers, first_arc, below, is_longer, places });
    }
    // The lowest of what lies above comes last, so that the first that starts low enough is the right one.
    let mut above = above.to_vec();
    above.push(Final { first_vertex: own.start, first_arc, both });
    lower_parts
        .into_par_iter()
        .for_each(|(below, both, is_longer)| perfect(width, topology, below, both, is_longer, &above));
}

/// All vertices above some that shortcuts from them lead to, sorted.
fn ancestors(topology: &Topology, vertices: &Range<u32>) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for vertex in vertices.clone() {
        let mut above = topology.parent(vertex).filter(|&above| above >= vertices.end);
        while let Some(next) = above.filter(|&next| found.insert(next)) {
            above = topology.parent(next);
        }
    }
    found
}

/// What the exact arcs of a vertex mean for those of some lower neighbours.
struct Relax<'a> {
    topology: &'a Topology,
    vertex: u32,
    exact: &'a [[Weight; 2]],
    /// The lower neighbours, and the arcs to them.
    lowers: &'a [(u32, u32)],
    /// The first arc of those to be changed.
    first_arc: usize,
    below: &'a mut [[Weight; 2]],
    is_longer: &'a mut [Longer],
    places: &'a mut Places,
}

impl Job for Relax<'_> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "see `Job`")]
    fn run(self) {
        let Self { topology, vertex, exact, lowers, first_arc, below, is_longer, places } = self;
        if exact.is_empty() || lowers.is_empty() {
            return;
        }
        places.set(&topology.upper[topology.up(vertex)]);
        for &(lower, arc) in lowers {
            let others = arc as usize + 1..topology.up(lower).end;
            let uppers = &topology.upper[others.clone()];
            let (arc, others) = (arc as usize - first_arc, others.start - first_arc..others.end - first_arc);
            let before = below[arc];
            let [mut up_arc, mut down_arc] = before;
            for (&upper, &[up, down]) in uppers.iter().zip(&below[others.clone()]) {
                let [out, back] = exact[places.of(upper)];
                up_arc = up_arc.min(up + back);
                down_arc = down_arc.min(out + down);
            }
            below[arc] = [up_arc, down_arc];
            is_longer[arc] |= is_less([up_arc, down_arc], before);
            let rows = uppers.iter().zip(&mut below[others.clone()]).zip(&mut is_longer[others]);
            for ((&upper, known), longer) in rows {
                let [out, back] = exact[places.of(upper)];
                let through = [up_arc + out, back + down_arc];
                *longer |= is_less(through, *known);
                *known = [UP, DOWN].map(|side| through[side].min(known[side]));
            }
        }
    }
}

/// In which directions one weight is less than another.
#[inline]
fn is_less(one: [Weight; 2], other: [Weight; 2]) -> Longer {
    Longer::from(one[UP] < other[UP]) << UP | Longer::from(one[DOWN] < other[DOWN]) << DOWN
}

/// Keeps the arcs of one side whose weight is the true distance: only strictly longer ones go, as equal ones may be
/// halves of a shortcut that stays.
fn prune<const SIDE: usize>(topology: &Topology, weights: &Weights) -> Half {
    let Weights { both, middles, is_longer } = weights;
    let is_kept = |arc: usize| both[arc][SIDE] < INFINITE && is_longer[arc] >> SIDE & 1 == 0;
    let count: usize = (0..both.len()).map(|arc| usize::from(is_kept(arc))).sum();
    // One place more, for what is written last and not kept.
    let mut half = Half {
        first: Vec::with_capacity(topology.vertex_count() + 1),
        upper: vec![0; count + 1],
        weight: vec![0; count + 1],
        middle: vec![0; count + 1],
    };
    half.first.push(0);
    let mut next = 0;
    for vertex in 0..topology.vertex_count() as u32 {
        for arc in topology.up(vertex) {
            half.upper[next] = topology.upper[arc];
            half.weight[next] = both[arc][SIDE];
            half.middle[next] = middles[arc][SIDE];
            next += usize::from(is_kept(arc));
        }
        half.first.push(next as u32);
    }
    half.upper.truncate(count);
    half.weight.truncate(count);
    half.middle.truncate(count);
    half
}
