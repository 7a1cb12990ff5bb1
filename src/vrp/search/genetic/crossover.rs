//! Crossovers: offspring of two parents.
//!
//! Selective route exchange (SREX; Nagata, Bräysy and Dullaert, 2010): neighbouring trips of one parent are replaced
//! by those of the other that serve most of the same clients. Order crossover (OX): a part of one parent's giant route and the order
//! of the other for the rest, split into trips afterwards (Prins, 2004).

use crate::search::embedding::planar_positions;
use crate::search::index::{FIRST_TYPE, NONE};
use crate::search::instance::Instance;
use crate::search::local_search::LocalSearch;
use crate::search::penalty::{LOAD, Overrun, PenalisedModel};
use crate::search::state::Plan;

/// Polar angles of clients as seen from the first depot.
pub(super) struct PolarAngles {
    at: Vec<[f64; 2]>,
}

impl PolarAngles {
    pub fn new(instance: &Instance<'_>) -> Self {
        Self { at: planar_positions(instance.problem) }
    }

    /// A number that grows with the polar angle of the barycentre of these clients, from 0 to 4.
    fn angle(&self, clients: &[u32]) -> f64 {
        let [x, y] = clients.iter().fold([0.0, 0.0], |[x, y], &client| {
            let at = self.at[client as usize];
            [x + at[0], y + at[1]]
        });
        let slope = y / (x.abs() + y.abs()).max(1e-9);
        match (x >= 0.0, y >= 0.0) {
            (true, true) => slope,
            (false, _) => 2.0 - slope,
            (true, false) => 4.0 + slope,
        }
    }

    /// All clients in one sequence (the giant route), trip by trip in the order of polar angles.
    fn giant_route(&self, plan: &Plan) -> Vec<u32> {
        let mut trips: Vec<&Vec<u32>> = plan.vehicles.iter().flat_map(|(_, trips)| trips).collect();
        trips.sort_by(|a, b| self.angle(a).total_cmp(&self.angle(b)));
        trips.into_iter().flatten().copied().collect()
    }
}

/// Loads an offspring of both parents by selective route exchange, ready for local search.
pub(super) fn selective_route_exchange<M: PenalisedModel>(
    local_search: &mut LocalSearch<'_, M>,
    [a, b]: [&Plan; 2],
    inherited: &Inherited,
    rng: &mut fastrand::Rng,
) {
    let size = local_search.size();
    let [(of_a, _), (of_b, _)] = &inherited.parents;
    let [count_a, count_b] = [a, b].map(trip_count);
    let max_count = count_a.min(count_b).saturating_sub(1).max(1);
    let wanted = rng.usize(1..=max_count);
    // The trips of the first parent around a random client are replaced.
    let seed = rng.usize(0..size);
    let mut given = vec![false; count_a];
    let mut given_count = 0;
    for client in std::iter::once(seed as u32).chain(local_search.instance.nearest(seed).iter().copied()) {
        let owner = of_a[client as usize];
        if owner != NONE && !given[owner as usize] {
            given[owner as usize] = true;
            given_count += 1;
            if given_count == wanted {
                break;
            }
        }
    }
    let is_given = |client: u32| of_a[client as usize] != NONE && given[of_a[client as usize] as usize];
    // As many trips of the second parent replace them, by how many of their clients are in those.
    let trips_b = || b.vehicles.iter().flat_map(|(_, trips)| trips);
    let mut by_overlap: Vec<(i64, usize)> = trips_b()
        .enumerate()
        .map(|(at, clients)| (clients.iter().map(|&client| if is_given(client) { -1 } else { 1 }).sum(), at))
        .collect();
    by_overlap.sort_unstable();
    by_overlap.truncate(given_count);
    let mut taken = vec![false; count_b];
    for &(_, at) in &by_overlap {
        taken[at] = true;
    }
    let is_taken = |client: u32| of_b[client as usize] != NONE && taken[of_b[client as usize] as usize];
    // Clients that both sides serve stay either on the trips that replace or on those that remain: two candidates.
    let offspring = [false, true].map(|prefers_new| {
        let rest = pick(a, |at| !given[at], |client| !prefers_new || !is_taken(client));
        let new = pick(b, |at| taken[at], |client| prefers_new || is_given(client));
        (rest, new)
    });
    let mut complete = |(rest, new): &(Plan, Plan)| {
        local_search.load_with(rest, new, |clients| inherited.contains(clients));
        local_search.insert_all();
        local_search.price()
    };
    if complete(&offspring[0]) < complete(&offspring[1]) {
        complete(&offspring[0]);
    }
}

/// Number of trips of a solution.
fn trip_count(plan: &Plan) -> usize {
    plan.vehicles.iter().map(|(_, trips)| trips.len()).sum()
}

/// Some of the trips of a solution, by their number, with some of their clients.
fn pick(plan: &Plan, chosen: impl Fn(usize) -> bool, stays: impl Fn(u32) -> bool) -> Plan {
    let mut number = 0;
    let mut vehicles = Vec::with_capacity(plan.vehicles.len());
    for (vehicle_type, trips) in &plan.vehicles {
        let mut kept = Vec::with_capacity(trips.len());
        for clients in trips {
            if chosen(number) {
                let clients: Vec<u32> = clients.iter().copied().filter(|&client| stays(client)).collect();
                if !clients.is_empty() {
                    kept.push(clients);
                }
            }
            number += 1;
        }
        if !kept.is_empty() {
            vehicles.push((*vehicle_type, kept));
        }
    }
    Plan { vehicles }
}

/// The trips of two parents.
pub(super) struct Inherited {
    /// By client its trip, and by trip how many clients it has.
    parents: [(Vec<u32>, Vec<usize>); 2],
}

impl Inherited {
    pub fn new(parents: [&Plan; 2], size: usize) -> Self {
        let parents = parents.map(|plan| {
            let mut owners = vec![NONE; size];
            let mut lens = Vec::with_capacity(plan.vehicles.len());
            for (at, clients) in plan.vehicles.iter().flat_map(|(_, trips)| trips).enumerate() {
                for &client in clients {
                    owners[client as usize] = at as u32;
                }
                lens.push(clients.len());
            }
            (owners, lens)
        });
        Self { parents }
    }

    /// Whether one of the parents has a trip with the same clients.
    pub fn contains(&self, clients: &[u32]) -> bool {
        self.parents.iter().any(|(owners, lens)| {
            let owner = owners[clients[0] as usize];
            owner != NONE
                && lens[owner as usize] == clients.len()
                && clients.iter().all(|&client| owners[client as usize] == owner)
        })
    }
}

/// An offspring of both parents by order crossover and split; `None` when it needs more vehicles than there are.
pub(super) fn order_crossover<M: PenalisedModel>(
    local_search: &LocalSearch<'_, M>,
    polar_angles: &PolarAngles,
    [a, b]: [&Plan; 2],
    rng: &mut fastrand::Rng,
) -> Option<Plan> {
    let [one, two] = [a, b].map(|plan| polar_angles.giant_route(plan));
    let len = one.len();
    if len < 2 || two.len() != len {
        return None;
    }
    let (start, span) = (rng.usize(0..len), rng.usize(1..len));
    let mut giant_route = Vec::with_capacity(len);
    let mut is_in = vec![false; local_search.size()];
    for at in start..start + span {
        giant_route.push(one[at % len]);
        is_in[one[at % len] as usize] = true;
    }
    for at in start + span..start + span + len {
        let client = two[at % len];
        if !is_in[client as usize] {
            giant_route.push(client);
        }
    }
    // The giant route starts where it did before, so that no trip is split just because the crossover started there.
    giant_route.rotate_right(start);
    split(local_search, &giant_route)
}

/// Splits a giant route into the cheapest trips of the first vehicle type, excess load at its penalty: the shortest path of
/// Prins (2004), with loads limited to one and a half capacities.
fn split<M: PenalisedModel>(local_search: &LocalSearch<'_, M>, giant_route: &[u32]) -> Option<Plan> {
    let model = local_search.model;
    let [start, stop] = model.ends(FIRST_TYPE);
    let capacity = model.capacity(FIRST_TYPE);
    let fixed_and_duration_cost = model.fixed_and_duration_cost(FIRST_TYPE, &model.departure(FIRST_TYPE));
    let len = giant_route.len();
    let mut best = vec![i64::MAX; len + 1];
    let mut from = vec![0; len + 1];
    best[0] = 0;
    for first in 0..len {
        let (mut travel_cost, mut load, mut here) = (0, 0, start);
        for last in first..len {
            let client = giant_route[last];
            travel_cost += model.arc_cost(FIRST_TYPE, here, client);
            load += model.load(client);
            here = client;
            if load > capacity + capacity / 2 && last > first {
                break;
            }
            let mut overrun = Overrun::default();
            overrun[LOAD] = (load - capacity).max(0);
            let cost = best[first]
                + travel_cost
                + model.arc_cost(FIRST_TYPE, here, stop)
                + fixed_and_duration_cost
                + local_search.weights.penalty(&overrun);
            if cost < best[last + 1] {
                best[last + 1] = cost;
                from[last + 1] = first;
            }
        }
    }
    let mut vehicles = Vec::new();
    let mut end = len;
    while end > 0 {
        vehicles.push((FIRST_TYPE, vec![giant_route[from[end]..end].to_vec()]));
        end = from[end];
    }
    (vehicles.len() <= model.fleet()[0] as usize).then_some(Plan { vehicles })
}
