//! The bound on the cost of every solution: first that of the root, then that of a tree.

use super::branch::{Tree, fix_root};
use super::clock::Clock;
use super::incumbent::Incumbent;
use super::oracle::Oracle;
use super::relaxation::{Ascent, Multipliers, Relaxation};

/// Subgradient steps between two turns of the heuristic while the root's bound rises.
const ROOT_STEPS: u32 = 100;

/// See the top of the file.
pub(super) struct Bounds {
    root: Option<(Relaxation, Ascent)>,
    tree: Option<Tree>,
    root_bound: f64,
    excluded: f64,
    pub work: u64,
}

impl Bounds {
    /// The bound of a relaxation, beginning at multipliers.
    pub fn new(root: Relaxation, start: Multipliers) -> Self {
        let mut ascent = Ascent::new(&root, start, 1.5);
        ascent.evaluate_best(&root);
        let root_bound = ascent.best_bound;
        Self { root: Some((root, ascent)), tree: None, root_bound, excluded: f64::INFINITY, work: 0 }
    }

    /// Whether nothing is left to prove.
    pub fn is_done(&self, incumbent: &Incumbent) -> bool {
        match &self.tree {
            Some(tree) => tree.is_done(incumbent) && self.bound(incumbent) >= incumbent.proof_needs(),
            None => incumbent.excludes(self.root_bound),
        }
    }

    /// Whether there is nothing left to do, proved or not.
    pub fn is_exhausted(&self, incumbent: &Incumbent) -> bool {
        self.is_done(incumbent) || self.tree.as_ref().is_some_and(|tree| tree.is_done(incumbent))
    }

    /// No solution costs less.
    pub fn bound(&self, incumbent: &Incumbent) -> f64 {
        let lower = match &self.tree {
            Some(tree) => tree.bound(incumbent).max(self.root_bound.min(self.excluded)),
            None if incumbent.excludes(self.root_bound) => {
                incumbent.excluded_bound(self.root_bound).min(self.excluded)
            }
            None => self.root_bound.min(self.excluded),
        };
        let rounded =
            if incumbent.is_integral() && lower.is_finite() { (lower - 1e-6).ceil() } else { lower };
        if incumbent.is_feasible() { rounded.min(incumbent.cost) } else { rounded }
    }

    /// A round of steps at the root, or a node of the tree.
    pub fn advance(&mut self, oracle: &mut dyn Oracle, incumbent: &mut Incumbent, clock: &mut Clock<'_>) {
        if let Some(tree) = &mut self.tree {
            self.work += tree.advance(oracle, incumbent, || clock.tick());
            return;
        }
        let Some((root, ascent)) = &mut self.root else { return };
        for _ in 0..ROOT_STEPS {
            self.work += ascent.step(root, incumbent.target(), 20);
            self.root_bound = self.root_bound.max(ascent.best_bound.min(self.excluded));
            if !clock.tick() || incumbent.excludes(self.root_bound) {
                return;
            }
        }
        ascent.evaluate_best(root);
        let chosen = ascent.evaluation.chosen.iter();
        let chosen: Vec<u32> = chosen.map(|site| root.sites[*site as usize]).collect();
        oracle.offer_root(incumbent, &chosen);
        if let Some(smaller) = fix_root(root, ascent, incumbent, &mut self.excluded) {
            let mut next = Ascent::new(&smaller, ascent.best.clone(), ascent.step_length());
            next.best_bound = ascent.best_bound;
            (*root, *ascent) = (smaller, next);
        }
        if (ascent.has_converged() || root.free_count() == 0)
            && let Some((root, ascent)) = self.root.take()
        {
            self.tree = Some(Tree::new(root, ascent.best, self.root_bound, self.excluded));
        }
    }
}
