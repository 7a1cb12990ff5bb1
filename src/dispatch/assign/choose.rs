//! The choice of one option an order.
//!
//! When every order's cheapest option fits the capacities together, that choice is the optimum. Otherwise the linear
//! relaxation of the generalised assignment problem is solved with `good_lp`: its basic solutions split at most as many
//! orders among options as there are full rows, and those are placed by regret in the capacity that remains. Days too
//! large for the model are placed by regret altogether.

use super::capacity::{CapacityRows, Remaining, RowKind, RowUse};
use super::option::OrderOptions;
use coldmile_model::{Day, Order};
use good_lp::{
    Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, default_solver, variable,
};

/// Above so many options (variables of the model) the linear model is skipped, because the built-in simplex would take
/// too long. A rough figure, not tuned.
const MAX_MODEL_OPTIONS: usize = 12_000;
/// Penalty for leaving an order of usual priority out, as a multiple of the most expensive option of the day.
///
/// It has to outweigh the detours of other orders that placing one more can cause, and stay small enough that option
/// costs (at most 1 in the model) are not lost in rounding. Set by judgement, not tuned.
const UNASSIGNED_PENALTY: f64 = 50.0;

/// The rows each option of each order uses.
type Uses = Vec<Vec<Vec<RowUse>>>;

/// For every order the position of the chosen option, or which row was full; and what is left of the rows.
pub fn choose<'r>(
    day: &Day,
    rows: &'r CapacityRows,
    orders: &[OrderOptions],
) -> (Vec<Result<usize, RowKind>>, Remaining<'r>) {
    let uses: Uses = orders
        .iter()
        .map(|row| {
            let order = &day.orders[row.order];
            row.best().iter().map(|option| rows.uses(day, order, option)).collect()
        })
        .collect();
    let mut remaining = Remaining::new(rows);
    let cheapest: Vec<_> = (0..orders.len()).map(|order| (order, 0)).collect();
    if cheapest.iter().all(|&(order, pick)| uses[order].get(pick).is_some_and(|uses| remaining.take(uses))) {
        return (vec![Ok(0); orders.len()], remaining);
    }
    let size: usize = orders.iter().map(|row| row.best().len()).sum();
    let whole = if size <= MAX_MODEL_OPTIONS { linear_model(day, rows, orders, &uses) } else { None };
    complete_by_regret(day, rows, orders, &uses, &whole.unwrap_or_else(|| vec![None; orders.len()]))
}

/// The options that the linear model takes whole, by order.
fn linear_model(
    day: &Day,
    rows: &CapacityRows,
    orders: &[OrderOptions],
    uses: &Uses,
) -> Option<Vec<Option<usize>>> {
    let max_cost = orders.iter().flat_map(OrderOptions::best).map(|option| option.cost).max()? as f64;
    let mut variables = ProblemVariables::new();
    let shares: Vec<Vec<Variable>> = orders
        .iter()
        .map(|row| row.best().iter().map(|_| variables.add(variable().min(0.0).max(1.0))).collect())
        .collect();
    let mut cost = Expression::default();
    let mut full: Vec<Expression> = vec![Expression::default(); rows.len()];
    let mut used = vec![0; rows.len()];
    for ((row, shares), uses) in orders.iter().zip(&shares).zip(uses) {
        let priority = f64::from(day.orders[row.order].priority) / f64::from(Order::USUAL_PRIORITY);
        for ((option, &share), uses) in row.best().iter().zip(shares).zip(uses) {
            cost += (option.cost as f64 / max_cost - UNASSIGNED_PENALTY * priority) * share;
            for &RowUse { row, amount } in uses {
                full[row] += (amount as f64 / rows.capacity(row).max(1) as f64) * share;
                used[row] += amount;
            }
        }
    }
    let mut model = variables.minimise(cost).using(default_solver);
    for shares in &shares {
        model = model.with(constraint!(shares.iter().sum::<Expression>() <= 1.0));
    }
    for (row, expression) in full.into_iter().enumerate() {
        // A row that cannot overflow whatever is chosen need not be in the model.
        if used[row] > rows.capacity(row) {
            let limit = if rows.capacity(row) > 0 { 1.0 } else { 0.0 };
            model = model.with(constraint!(expression <= limit));
        }
    }
    let solution = model.solve().ok()?;
    let whole = |shares: &Vec<Variable>| shares.iter().position(|&share| solution.value(share) > 1.0 - 1e-6);
    Some(shares.iter().map(whole).collect())
}

/// Takes the options given, then places the other orders by regret: first the order that would lose most by not getting
/// the cheapest option that still fits; those of higher priority before all others. An order whose best options are all full
/// takes another that is in time.
fn complete_by_regret<'r>(
    day: &Day,
    rows: &'r CapacityRows,
    orders: &[OrderOptions],
    uses: &Uses,
    given: &[Option<usize>],
) -> (Vec<Result<usize, RowKind>>, Remaining<'r>) {
    let mut remaining = Remaining::new(rows);
    let mut chosen: Vec<Option<usize>> = vec![None; orders.len()];
    for (order, pick) in given.iter().enumerate() {
        chosen[order] = pick.filter(|&pick| remaining.take(&uses[order][pick]));
    }
    let mut open: Vec<usize> = (0..orders.len()).filter(|&order| chosen[order].is_none()).collect();
    // One pass in order of first regret: capacity only shrinks, so an order that does not fit now never will.
    open.sort_by_key(|&order| {
        let costs: Vec<i64> = orders[order]
            .best()
            .iter()
            .zip(&uses[order])
            .filter(|(_, uses)| remaining.fits(uses))
            .map(|(option, _)| option.cost)
            .collect();
        let regret = match costs[..] {
            [] | [_] => i64::MAX,
            [best, second, ..] => second - best,
        };
        let order = orders[order].order;
        (std::cmp::Reverse((day.orders[order].priority, regret)), order)
    });
    for order in open {
        chosen[order] = (0..orders[order].best_count).find(|&pick| remaining.take(&uses[order][pick]));
        if chosen[order].is_none() {
            chosen[order] = place(day, rows, &orders[order], &mut remaining);
        }
    }
    let obstacle = |order: usize| {
        let first = uses[order].first();
        first.and_then(|uses| remaining.obstacle(uses)).unwrap_or(RowKind::CourierTime)
    };
    let picks = chosen.into_iter().enumerate();
    let chosen = picks.map(|(order, pick)| pick.ok_or_else(|| obstacle(order))).collect();
    (chosen, remaining)
}

/// Takes the first option of an order that is in time and fits what is left; its position.
pub fn place(
    day: &Day,
    rows: &CapacityRows,
    order: &OrderOptions,
    remaining: &mut Remaining<'_>,
) -> Option<usize> {
    let mut options = order.options.iter();
    options.position(|option| {
        !option.is_late && remaining.take(&rows.uses(day, &day.orders[order.order], option))
    })
}
