//! The choice among options.
//!
//! Everybody's cheapest option, when all rows hold, is the optimum. Otherwise a linear model of the generalised assignment
//! kind is solved with `good_lp`: it leaves at most as many orders divided as there are full rows, and those are settled by
//! regret in the room that remains. Days too large for the model are settled by regret altogether.

use super::capacity::{Full, Room, Rooms};
use super::option::OrderOptions;
use coldmile_model::Day;
use good_lp::{
    Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, default_solver, variable,
};

/// Above so many options the linear model is skipped.
const LARGEST_MODEL: usize = 12_000;
/// Cost of leaving an order out, as a multiple of the dearest option of the day.
const LEFT_OUT: f64 = 50.0;

/// The rows each option of each order uses.
type Uses = Vec<Vec<Vec<(usize, i64)>>>;

/// For every order the chosen option, or what was full.
pub fn choose(day: &Day, rooms: &Rooms, orders: &[OrderOptions]) -> Vec<Result<usize, Full>> {
    let uses: Uses = orders
        .iter()
        .map(|row| {
            let order = &day.orders[row.order];
            row.options.iter().map(|option| rooms.uses(day, order, option)).collect()
        })
        .collect();
    let mut room = Room::new(rooms);
    let cheapest: Vec<_> = (0..orders.len()).map(|order| (order, 0)).collect();
    if cheapest.iter().all(|&(order, pick)| room.take(&uses[order][pick])) {
        return vec![Ok(0); orders.len()];
    }
    let size: usize = orders.iter().map(|row| row.options.len()).sum();
    let whole = if size <= LARGEST_MODEL { linear_model(rooms, orders, &uses) } else { None };
    settle(rooms, orders, &uses, &whole.unwrap_or_else(|| vec![None; orders.len()]))
}

/// The options that the linear model takes whole, by order.
fn linear_model(rooms: &Rooms, orders: &[OrderOptions], uses: &Uses) -> Option<Vec<Option<usize>>> {
    let dearest = orders.iter().flat_map(|row| &row.options).map(|option| option.cost).max()? as f64;
    let mut variables = ProblemVariables::new();
    let shares: Vec<Vec<Variable>> = orders
        .iter()
        .map(|row| row.options.iter().map(|_| variables.add(variable().min(0.0).max(1.0))).collect())
        .collect();
    let mut cost = Expression::default();
    let mut full: Vec<Expression> = vec![Expression::default(); rooms.len()];
    let mut used = vec![0; rooms.len()];
    for ((row, shares), uses) in orders.iter().zip(&shares).zip(uses) {
        for ((option, &share), uses) in row.options.iter().zip(shares).zip(uses) {
            cost += (option.cost as f64 / dearest - LEFT_OUT) * share;
            for &(room, amount) in uses {
                full[room] += (amount as f64 / rooms.capacity(room).max(1) as f64) * share;
                used[room] += amount;
            }
        }
    }
    let mut model = variables.minimise(cost).using(default_solver);
    for shares in &shares {
        model = model.with(constraint!(shares.iter().sum::<Expression>() <= 1.0));
    }
    for (row, expression) in full.into_iter().enumerate() {
        // A row that cannot overflow whatever is chosen need not be in the model.
        if used[row] > rooms.capacity(row) {
            let limit = if rooms.capacity(row) > 0 { 1.0 } else { 0.0 };
            model = model.with(constraint!(expression <= limit));
        }
    }
    let solution = model.solve().ok()?;
    let whole = |shares: &Vec<Variable>| shares.iter().position(|&share| solution.value(share) > 1.0 - 1e-6);
    Some(shares.iter().map(whole).collect())
}

/// Takes the options given, then places everybody else by regret: whoever would lose most by not getting the best
/// option that still fits comes first.
fn settle(
    rooms: &Rooms,
    orders: &[OrderOptions],
    uses: &Uses,
    given: &[Option<usize>],
) -> Vec<Result<usize, Full>> {
    let mut room = Room::new(rooms);
    let mut chosen: Vec<Option<usize>> = vec![None; orders.len()];
    for (order, pick) in given.iter().enumerate() {
        chosen[order] = pick.filter(|&pick| room.take(&uses[order][pick]));
    }
    let mut open: Vec<usize> = (0..orders.len()).filter(|&order| chosen[order].is_none()).collect();
    // One pass in order of first regret; the room only shrinks, so an order that fits nowhere later never will.
    open.sort_by_key(|&order| {
        let costs: Vec<i64> = orders[order]
            .options
            .iter()
            .zip(&uses[order])
            .filter(|(_, uses)| room.fits(uses))
            .map(|(option, _)| option.cost)
            .collect();
        let regret = match costs[..] {
            [] | [_] => i64::MAX,
            [best, second, ..] => second - best,
        };
        (std::cmp::Reverse(regret), orders[order].order)
    });
    for order in open {
        chosen[order] = (0..orders[order].options.len()).find(|&pick| room.take(&uses[order][pick]));
    }
    chosen
        .into_iter()
        .enumerate()
        .map(|(order, pick)| pick.ok_or_else(|| room.obstacle(&uses[order][0]).unwrap_or(Full::Couriers)))
        .collect()
}
