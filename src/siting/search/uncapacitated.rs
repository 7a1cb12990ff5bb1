//! Solves the uncapacitated model: heuristic and bound in turns, then branch and bound.

use super::branch::{Tree, fix_root};
use super::clock::Clock;
use super::incumbent::Incumbent;
use super::local::LocalSearch;
use super::model::Model;
use super::relaxation::{Ascent, Multipliers, Relaxation};
use coldmile_units::Seed;

/// Subgradient steps between two turns of the heuristic while the root's bound rises.
const ROOT_STEPS: u32 = 100;
/// Iterations of the heuristic without improvement after which it gets a smaller share of the work.
const FRUITLESS: u64 = 60;

/// What is known of a model.
pub(super) struct Outcome {
    /// The best open sites; `None` if none serves all that must be served.
    pub open: Option<Vec<u32>>,
    /// No solution costs less.
    pub bound: f64,
    pub is_proved: bool,
}

/// Searches until it is proved or the clock is over. `report` is told of costs and bounds.
pub(super) fn minimise(
    model: &Model<'_>,
    seed: Seed,
    clock: &mut Clock<'_>,
    report: impl Fn(&mut Clock<'_>, Option<f64>, f64),
) -> Outcome {
    let mut incumbent = Incumbent::new(model);
    let mut local = LocalSearch::start(model, &mut incumbent, seed.rng(), || clock.tick());
    let mut bounds = Bounds::new(model, &local);
    loop {
        if bounds.is_done(&incumbent) || clock.is_over() {
            break;
        }
        let share = if local.fruitless < FRUITLESS { 1 } else { 8 };
        if local.work() * share <= bounds.work {
            local.step(&mut incumbent, || clock.tick());
        } else {
            bounds.advance(model, &mut incumbent, &mut local, clock);
        }
        report(clock, incumbent.is_feasible().then_some(incumbent.cost), bounds.bound(&incumbent));
    }
    let is_proved = bounds.is_done(&incumbent);
    let bound = bounds.bound(&incumbent);
    let open = incumbent.is_feasible().then(|| filled(model, &incumbent.open));
    Outcome { open, bound, is_proved }
}

/// Sites that open at no price and no rule against it take part too: p sites are p sites.
fn filled(model: &Model<'_>, open: &[u32]) -> Vec<u32> {
    let mut filled = open.to_vec();
    for site in 0..model.site_count as u32 {
        if filled.len() >= model.max_open || model.max_open == model.site_count {
            break;
        }
        if model.opening[site as usize] == 0.0 && !open.contains(&site) {
            filled.push(site);
            if !model.allows(&filled) {
                filled.pop();
            }
        }
    }
    filled.sort_unstable();
    filled
}

/// The bound: first that of the root, then that of a tree.
struct Bounds {
    root: Option<(Relaxation, Ascent)>,
    tree: Option<Tree>,
    root_bound: f64,
    excluded: f64,
    work: u64,
}

impl Bounds {
    fn new(model: &Model<'_>, local: &LocalSearch<'_>) -> Self {
        let root = Relaxation::of_model(model);
        // Between the closest and the second closest open site.
        let closest = local.layout().closest.iter();
        let clients =
            closest.map(|closest| closest.first_cost + 0.3 * (closest.second_cost - closest.first_cost));
        let start = Multipliers { clients: clients.collect(), sides: vec![0.0; model.sides.len()] };
        let ascent = Ascent::new(&root, start, 1.5);
        let excluded = f64::INFINITY;
        Self { root: Some((root, ascent)), tree: None, root_bound: f64::NEG_INFINITY, excluded, work: 0 }
    }

    fn is_done(&self, incumbent: &Incumbent) -> bool {
        match &self.tree {
            Some(tree) => tree.is_done(incumbent),
            None => incumbent.excludes(self.root_bound),
        }
    }

    fn bound(&self, incumbent: &Incumbent) -> f64 {
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

    fn advance(
        &mut self,
        model: &Model<'_>,
        incumbent: &mut Incumbent,
        local: &mut LocalSearch<'_>,
        clock: &mut Clock<'_>,
    ) {
        if let Some(tree) = &mut self.tree {
            self.work += tree.advance(model, incumbent, || clock.tick());
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
        ascent.multipliers_at_best(root);
        let chosen = ascent.evaluation.chosen.iter();
        let chosen: Vec<u32> = chosen.map(|site| root.sites[*site as usize]).collect();
        local.descend_from(&chosen, incumbent, || clock.tick());
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
