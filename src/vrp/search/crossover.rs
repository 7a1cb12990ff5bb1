//! Children of two solutions.
//!
//! Selective route exchange: near trips of one parent give way to those of the other that serve most of the same
//! clients (Nagata, Bräysy and Dullaert, 2010). Order crossover: a stretch of one parent's grand tour and the order of
//! the other for the rest, cut into trips afterwards (Prins, 2004).

use super::descent::Descent;
use super::instance::Instance;
use super::penalty::{LOAD, Overrun, Penalised};
use super::plane::places;
use super::state::{NONE, Plan};

/// Directions of clients as seen from the first depot.
pub(super) struct Bearings {
    at: Vec<[f64; 2]>,
}

impl Bearings {
    pub fn new(instance: &Instance<'_>) -> Self {
        Self { at: places(instance.problem) }
    }

    /// A number that grows with the angle of the middle of these clients, from 0 to 4.
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

    /// All clients, trip by trip around the depot.
    fn tour(&self, plan: &Plan) -> Vec<u32> {
        let mut trips: Vec<&Vec<u32>> = plan.vehicles.iter().flat_map(|(_, trips)| trips).collect();
        trips.sort_by(|a, b| self.angle(a).total_cmp(&self.angle(b)));
        trips.into_iter().flatten().copied().collect()
    }
}

/// A child of both parents by selective route exchange, ready for descent.
pub(super) fn exchange_routes<M: Penalised>(
    descent: &mut Descent<'_, M>,
    [a, b]: [&Plan; 2],
    inherited: &Inherited,
    rng: &mut fastrand::Rng,
) {
    let size = descent.size();
    let [(of_a, _), (of_b, _)] = &inherited.parents;
    let most = a.vehicles.len().min(b.vehicles.len()).saturating_sub(1).max(1);
    let wanted = rng.usize(1..=most);
    // Trips of the first parent around a random client.
    let seed = rng.usize(0..size);
    let mut given = vec![false; a.vehicles.len()];
    let mut given_count = 0;
    for client in std::iter::once(seed as u32).chain(descent.instance.near(seed).iter().copied()) {
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
    // As many trips of the second parent, by how many of their clients are in those.
    let mut by_overlap: Vec<(i64, usize)> = (b.vehicles.iter().enumerate())
        .map(|(at, (_, trips))| {
            let clients = trips.iter().flatten();
            (clients.map(|&client| if is_given(client) { -1 } else { 1 }).sum(), at)
        })
        .collect();
    by_overlap.sort_unstable();
    by_overlap.truncate(given_count);
    let mut taken = vec![false; b.vehicles.len()];
    for &(_, at) in &by_overlap {
        taken[at] = true;
    }
    let is_taken = |client: u32| of_b[client as usize] != NONE && taken[of_b[client as usize] as usize];
    let pick = |plan: &Plan, chosen: &dyn Fn(usize) -> bool, stays: &dyn Fn(u32) -> bool| -> Plan {
        let rows = plan.vehicles.iter().enumerate().filter(|(at, _)| chosen(*at));
        let rows = rows.map(|(_, (kind, trips))| {
            let clients: Vec<u32> = trips.iter().flatten().copied().filter(|&client| stays(client)).collect();
            (*kind, vec![clients])
        });
        Plan { vehicles: rows.filter(|(_, trips)| !trips[0].is_empty()).collect() }
    };
    // Clients that both sides serve stay either on the trips that came or on those that stayed.
    let children = [false, true].map(|came_wins| {
        let mut child = pick(a, &|at| !given[at], &|client| !came_wins || !is_taken(client));
        child.vehicles.extend(pick(b, &|at| taken[at], &|client| came_wins || is_given(client)).vehicles);
        child
    });
    let mut complete = |child: &Plan| {
        descent.load(child, |clients| inherited.contains(clients));
        descent.insert_all();
        descent.trips.iter().map(|trip| trip.price).sum::<i64>()
    };
    if complete(&children[0]) < complete(&children[1]) {
        complete(&children[0]);
    }
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
            for (at, (_, trips)) in plan.vehicles.iter().enumerate() {
                for &client in trips.iter().flatten() {
                    owners[client as usize] = at as u32;
                }
                lens.push(trips.iter().map(Vec::len).sum());
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

/// A child of both parents by order crossover and cutting; `None` when it needs more vehicles than there are.
pub(super) fn cross_orders<M: Penalised>(
    descent: &Descent<'_, M>,
    bearings: &Bearings,
    [a, b]: [&Plan; 2],
    rng: &mut fastrand::Rng,
) -> Option<Plan> {
    let [one, two] = [a, b].map(|plan| bearings.tour(plan));
    let len = one.len();
    if len < 2 || two.len() != len {
        return None;
    }
    let (start, span) = (rng.usize(0..len), rng.usize(1..len));
    let mut tour = Vec::with_capacity(len);
    let mut is_in = vec![false; descent.size()];
    for at in start..start + span {
        tour.push(one[at % len]);
        is_in[one[at % len] as usize] = true;
    }
    for at in start + span..start + span + len {
        let client = two[at % len];
        if !is_in[client as usize] {
            tour.push(client);
        }
    }
    // The tour begins at its own beginning again, so that no trip is cut just because the stretch started there.
    tour.rotate_right(start);
    cut(descent, &tour)
}

/// Cuts a grand tour into the cheapest trips of the first vehicle type, load beyond the room at its price.
fn cut<M: Penalised>(descent: &Descent<'_, M>, tour: &[u32]) -> Option<Plan> {
    let model = descent.model;
    let [start, stop] = model.ends(0);
    let room = model.room(0);
    let standing = model.standing(0, &model.departure(0));
    let len = tour.len();
    let mut best = vec![i64::MAX; len + 1];
    let mut from = vec![0; len + 1];
    best[0] = 0;
    for first in 0..len {
        let (mut way, mut load, mut here) = (0, 0, start);
        for last in first..len {
            let client = tour[last];
            way += model.way(0, here, client);
            load += model.load(client);
            here = client;
            if load > room + room / 2 && last > first {
                break;
            }
            let mut overrun = Overrun::default();
            overrun[LOAD] = (load - room).max(0);
            let cost =
                best[first] + way + model.way(0, here, stop) + standing + descent.weights.price(&overrun);
            if cost < best[last + 1] {
                best[last + 1] = cost;
                from[last + 1] = first;
            }
        }
    }
    let mut vehicles = Vec::new();
    let mut end = len;
    while end > 0 {
        vehicles.push((0, vec![tour[from[end]..end].to_vec()]));
        end = from[end];
    }
    (vehicles.len() <= model.fleet()[0] as usize).then_some(Plan { vehicles })
}
