//! Branch and bound on the Lagrangian: a node forces some sites open and some closed.
//!
//! The node with the lowest bound is next. It starts from the multipliers of the node above it, takes a few subgradient
//! steps, fixes sites by their reduced costs and branches on the site whose share in recent choices is closest to a half.

use super::incumbent::Incumbent;
use super::oracle::{Leaf, Oracle};
use super::relaxation::{Ascent, Multipliers, Relaxation};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

/// Subgradient steps in a node between two attempts to fix sites, and such rounds.
const STEPS: u32 = 30;
const ROUNDS: u32 = 4;
/// The step of a node's first round.
const FIRST_STEP: f64 = 0.25;
/// With more open nodes than this the deepest is next, so that memory stays bounded.
const MAX_OPEN_NODES: usize = 30_000;

/// Open nodes below a root.
pub(super) struct Tree {
    root: Relaxation,
    nodes: BinaryHeap<Node>,
    /// The lowest bound among what was excluded.
    excluded: f64,
    numbers: u64,
    pub processed: u64,
}

/// Sites by local position in the root.
#[derive(Clone)]
struct Node {
    is_closed: Rc<Vec<bool>>,
    is_forced: Rc<Vec<bool>>,
    multipliers: Rc<Multipliers>,
    bound: f64,
    number: u64,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node {
    /// The greatest has the lowest bound; of equal ones it is the latest.
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then(self.number.cmp(&other.number))
    }
}

/// The states of sites while a node is worked on.
struct States {
    is_closed: Vec<bool>,
    is_forced: Vec<bool>,
}

impl Tree {
    /// The tree that starts with what is known of the root.
    pub fn new(root: Relaxation, multipliers: Multipliers, bound: f64, excluded: f64) -> Self {
        let node = Node {
            is_closed: Rc::new(vec![false; root.sites.len()]),
            is_forced: Rc::new(root.is_forced.clone()),
            multipliers: Rc::new(multipliers),
            bound,
            number: 0,
        };
        Self { root, nodes: BinaryHeap::from([node]), excluded, numbers: 0, processed: 0 }
    }

    /// Whether there is nothing left to do.
    pub fn is_done(&self, incumbent: &Incumbent) -> bool {
        self.nodes.peek().is_none_or(|node| incumbent.excludes(node.bound))
    }

    /// No solution costs less.
    pub fn bound(&self, incumbent: &Incumbent) -> f64 {
        let excluded_nodes = self.nodes.peek().map_or(f64::INFINITY, |node| {
            if incumbent.excludes(node.bound) { incumbent.excluded_bound(node.bound) } else { node.bound }
        });
        excluded_nodes.min(self.excluded)
    }

    /// Works on the next node as long as `may_go_on` says so. Returns the work done.
    pub fn advance(
        &mut self,
        oracle: &mut dyn Oracle,
        incumbent: &mut Incumbent,
        mut may_go_on: impl FnMut() -> bool,
    ) -> u64 {
        let Some(node) = self.next_node() else { return 1 };
        self.processed += 1;
        if incumbent.excludes(node.bound) {
            self.excluded = self.excluded.min(incumbent.excluded_bound(node.bound));
            return 1;
        }
        let mut states =
            States { is_closed: (*node.is_closed).clone(), is_forced: (*node.is_forced).clone() };
        let mut bound = node.bound;
        let mut multipliers = (*node.multipliers).clone();
        let mut work = 1;
        for round in 0..ROUNDS {
            if !self.propagate(&mut states) {
                return work;
            }
            let relaxation = self.root.restricted(&states.is_closed, &states.is_forced);
            work += self.root.entry_count() as u64 / 2;
            if relaxation.free_count() == 0 {
                let (cost, leaf) = oracle.leaf(incumbent, &relaxation.sites, &multipliers);
                let cost = cost.max(bound);
                let known = if leaf == Leaf::Closed || incumbent.excludes(cost) {
                    incumbent.excluded_bound(cost)
                } else {
                    cost
                };
                self.excluded = self.excluded.min(known);
                return work;
            }
            let local = LocalNode { relaxation: &relaxation, root: &self.root };
            let mut ascent = Ascent::new(&relaxation, multipliers, FIRST_STEP / f64::from(1 << round));
            for _ in 0..STEPS {
                work += ascent.step(&relaxation, incumbent.target(), 6);
                if !may_go_on() {
                    self.nodes.push(Node { bound: bound.max(ascent.best_bound), ..node });
                    return work;
                }
                if incumbent.excludes(ascent.best_bound) {
                    self.excluded = self.excluded.min(incumbent.excluded_bound(ascent.best_bound));
                    return work;
                }
            }
            bound = bound.max(ascent.best_bound);
            // The values at the best multipliers.
            ascent.multipliers.clone_from(&ascent.best);
            work += relaxation.evaluate(&ascent.multipliers, &mut ascent.evaluation);
            local.offer_choice(oracle, incumbent, &ascent);
            let fixed = local.fix(&ascent, incumbent, &mut states, &mut self.excluded);
            multipliers = ascent.best.clone();
            let is_last = round + 1 == ROUNDS || fixed * 8 < relaxation.free_count();
            if is_last {
                if self.propagate(&mut states) {
                    self.branch(local.branching_site(&ascent, &states), states, multipliers, bound);
                }
                return work;
            }
        }
        work
    }

    fn next_node(&mut self) -> Option<Node> {
        if self.nodes.len() > MAX_OPEN_NODES {
            let mut nodes = std::mem::take(&mut self.nodes).into_vec();
            let deepest = (0..nodes.len()).max_by_key(|at| nodes[*at].number)?;
            let node = nodes.swap_remove(deepest);
            self.nodes = nodes.into();
            return Some(node);
        }
        self.nodes.pop()
    }

    /// Closes what the rules on sites leave no place for; false when they are broken already.
    fn propagate(&self, states: &mut States) -> bool {
        let forced = states.is_forced.iter().filter(|forced| **forced).count();
        let max_open = self.root.max_open();
        if forced > max_open {
            return false;
        }
        if forced == max_open {
            close_free(states, |_| true);
        }
        if !self.covers_demand(states) {
            return false;
        }
        for side in 0..self.root.side_count() {
            let (coefficients, limit) = self.root.side(side);
            let used: f64 = coefficients
                .iter()
                .filter(|(site, _)| states.is_forced[*site as usize])
                .map(|(_, coefficient)| coefficient)
                .sum();
            let slack = limit + 1e-9 * limit.abs().max(1.0) - used;
            if slack < 0.0 {
                return false;
            }
            for (site, coefficient) in coefficients {
                if *coefficient > slack && !states.is_forced[*site as usize] {
                    states.is_closed[*site as usize] = true;
                }
            }
        }
        true
    }

    /// Forces sites open without which the capacity is below the demand; false when it is below with all.
    fn covers_demand(&self, states: &mut States) -> bool {
        let Some(capacities) = self.root.capacities() else { return true };
        let free = |states: &States, site: usize| !states.is_closed[site] && !states.is_forced[site];
        let sum = |which: &dyn Fn(usize) -> bool| -> f64 {
            let all = capacities.of_sites.iter().enumerate();
            all.filter(|(site, _)| which(*site)).map(|(_, capacity)| capacity).sum()
        };
        let forced = sum(&|site| states.is_forced[site]);
        let mut others: Vec<f64> = (0..capacities.of_sites.len())
            .filter(|site| free(states, *site))
            .map(|site| capacities.of_sites[site])
            .collect();
        others.sort_unstable_by(|a, b| b.total_cmp(a));
        let open = states.is_forced.iter().filter(|forced| **forced).count();
        let largest = others.iter().take(self.root.max_open() - open).sum::<f64>();
        let needed = capacities.total * (1.0 - 1e-9);
        if forced + largest < needed {
            return false;
        }
        let all: f64 = forced + others.iter().sum::<f64>();
        for site in 0..capacities.of_sites.len() {
            if free(states, site) && all - capacities.of_sites[site] < needed && all.is_finite() {
                states.is_forced[site] = true;
            }
        }
        states.is_forced.iter().filter(|forced| **forced).count() <= self.root.max_open()
    }

    fn branch(&mut self, site: Option<usize>, states: States, multipliers: Multipliers, bound: f64) {
        let multipliers = Rc::new(multipliers);
        let (is_closed, is_forced) = (Rc::new(states.is_closed), Rc::new(states.is_forced));
        let Some(site) = site else {
            // All is decided: the next visit evaluates it.
            self.push(is_closed, is_forced, multipliers, bound);
            return;
        };
        let mut without = (*is_closed).clone();
        without[site] = true;
        self.push(Rc::new(without), Rc::clone(&is_forced), Rc::clone(&multipliers), bound);
        let mut with = (*is_forced).clone();
        with[site] = true;
        self.push(is_closed, Rc::new(with), multipliers, bound);
    }

    fn push(
        &mut self,
        is_closed: Rc<Vec<bool>>,
        is_forced: Rc<Vec<bool>>,
        multipliers: Rc<Multipliers>,
        bound: f64,
    ) {
        self.numbers += 1;
        self.nodes.push(Node { is_closed, is_forced, multipliers, bound, number: self.numbers });
    }
}

fn close_free(states: &mut States, which: impl Fn(usize) -> bool) {
    for site in 0..states.is_closed.len() {
        if !states.is_forced[site] && which(site) {
            states.is_closed[site] = true;
        }
    }
}

/// A node's relaxation, and where its sites stand in the root's.
struct LocalNode<'a> {
    relaxation: &'a Relaxation,
    root: &'a Relaxation,
}

impl LocalNode<'_> {
    fn root_position(&self, local: usize) -> usize {
        // Both lists of sites ascend.
        self.root.sites.binary_search(&self.relaxation.sites[local]).unwrap_or(usize::MAX)
    }

    /// Offers the sites that the bound opens.
    fn offer_choice(&self, oracle: &mut dyn Oracle, incumbent: &mut Incumbent, ascent: &Ascent) {
        let chosen = ascent.evaluation.chosen.iter();
        let open: Vec<u32> = chosen.map(|site| self.relaxation.sites[*site as usize]).collect();
        if !open.is_empty() {
            oracle.offer(incumbent, &open);
        }
    }

    /// Fixes sites whose other state is excluded; returns how many.
    fn fix(&self, ascent: &Ascent, incumbent: &Incumbent, states: &mut States, excluded: &mut f64) -> usize {
        let evaluation = &ascent.evaluation;
        let thresholds = self.relaxation.thresholds(evaluation);
        let mut fixed = 0;
        for site in (0..self.relaxation.sites.len()).filter(|site| !self.relaxation.is_forced[*site]) {
            let bound = evaluation.bound + thresholds.reduced_cost(evaluation, site);
            if !incumbent.excludes(bound) {
                continue;
            }
            *excluded = excluded.min(incumbent.excluded_bound(bound));
            fixed += 1;
            let at = self.root_position(site);
            let states =
                if evaluation.is_chosen[site] { &mut states.is_forced } else { &mut states.is_closed };
            states[at] = true;
        }
        fixed
    }

    /// The free site whose share in recent choices is closest to a half; `None` if all are decided.
    fn branching_site(&self, ascent: &Ascent, states: &States) -> Option<usize> {
        let free = (0..self.relaxation.sites.len()).filter_map(|site| {
            let at = self.root_position(site);
            let is_free = !states.is_forced[at] && !states.is_closed[at];
            is_free.then_some((site, at))
        });
        free.min_by(|(a, _), (b, _)| {
            let doubt = |site: usize| (ascent.shares[site] - 0.5).abs();
            doubt(*a).total_cmp(&doubt(*b)).then(a.cmp(b))
        })
        .map(|(_, at)| at)
    }
}

/// Fixes sites of a root by reduced costs at multipliers; `None` when no site was fixed.
pub(super) fn fix_root(
    root: &Relaxation,
    ascent: &mut Ascent,
    incumbent: &Incumbent,
    excluded: &mut f64,
) -> Option<Relaxation> {
    let multipliers = ascent.best.clone();
    root.evaluate(&multipliers, &mut ascent.evaluation);
    let mut states = States { is_closed: vec![false; root.sites.len()], is_forced: root.is_forced.clone() };
    let fixed = LocalNode { relaxation: root, root }.fix(ascent, incumbent, &mut states, excluded);
    (fixed > 0).then(|| root.restricted(&states.is_closed, &states.is_forced))
}
