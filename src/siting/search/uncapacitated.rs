//! Solves the uncapacitated model: heuristic and bound in turns, then branch and bound.

use super::bounds::Bounds;
use super::clock::Clock;
use super::incumbent::Incumbent;
use super::local::LocalSearch;
use super::model::Model;
use super::oracle::{Leaf, Oracle};
use super::relaxation::{Multipliers, Relaxation};
use coldmile_units::Seed;

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

/// Searches until it is proved, the clock is over or so many iterations are done. `report` is told of costs and bounds.
pub(super) fn minimise<'m>(
    model: &'m Model<'m>,
    seed: Seed,
    clock: &mut Clock<'_>,
    max_iterations: u64,
    report: impl Fn(&mut Clock<'_>, Option<f64>, f64),
) -> Outcome {
    let last = clock.iterations().saturating_add(max_iterations);
    let mut incumbent = Incumbent::new(model);
    let mut local = LocalSearch::start(model, &mut incumbent, seed.rng(), || clock.tick());
    // Between the closest and the second closest open site.
    let closest = local.layout().closest.iter();
    let clients =
        closest.map(|closest| closest.first_cost + 0.3 * (closest.second_cost - closest.first_cost));
    let start = Multipliers { clients: clients.collect(), sides: vec![0.0; model.sides.len()] };
    let mut bounds = Bounds::new(Relaxation::of_model(model, None), start);
    loop {
        if bounds.is_done(&incumbent) || clock.is_over() || clock.iterations() >= last {
            break;
        }
        let share = if local.fruitless < FRUITLESS { 1 } else { 8 };
        if local.work() * share <= bounds.work {
            local.step(&mut incumbent, || clock.tick());
        } else {
            bounds.advance(&mut LocalOracle(&mut local, model), &mut incumbent, clock);
        }
        report(clock, incumbent.is_feasible().then_some(incumbent.cost), bounds.bound(&incumbent));
    }
    let is_proved = bounds.is_done(&incumbent);
    let bound = bounds.bound(&incumbent);
    let open = incumbent.is_feasible().then(|| filled(model, &incumbent.open));
    Outcome { open, bound, is_proved }
}

/// Descends from choices of the root's bound; those of nodes are only evaluated.
struct LocalOracle<'a, 'm>(&'a mut LocalSearch<'m>, &'m Model<'m>);

impl Oracle for LocalOracle<'_, '_> {
    fn offer_root(&mut self, incumbent: &mut Incumbent, open: &[u32]) {
        self.0.descend_from(open, incumbent, || true);
    }

    fn offer(&mut self, incumbent: &mut Incumbent, open: &[u32]) {
        incumbent.offer(self.1, open);
    }

    fn leaf(&mut self, incumbent: &mut Incumbent, open: &[u32], _: &Multipliers) -> (f64, Leaf) {
        incumbent.offer(self.1, open);
        (self.1.cost_of(open), Leaf::Closed)
    }
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
