//! A first solution by savings (Clarke and Wright, 1964), over neighbouring pairs only: trips for one client each are joined,
//! end to end, wherever that saves most, as long as the load fits. For rules of load and distance only.

use super::index::{FIRST_TYPE, NONE};
use super::instance::Instance;
use super::penalty::PenalisedModel;
use super::state::Plan;

/// Trips that are being joined.
struct Chains {
    /// By client the two next to it, in no order; [`NONE`] is the depot.
    links: Vec<[u32; 2]>,
    /// By client another of its trip, or itself; following them ends at the representative of the trip (union-find).
    heads: Vec<u32>,
    /// By representative the load of the trip.
    loads: Vec<i64>,
}

impl Chains {
    fn new(loads: Vec<i64>) -> Self {
        Self { links: vec![[NONE; 2]; loads.len()], heads: (0..loads.len() as u32).collect(), loads }
    }

    fn head(&mut self, mut client: u32) -> u32 {
        while self.heads[client as usize] != client {
            let above = self.heads[client as usize];
            self.heads[client as usize] = self.heads[above as usize];
            client = above;
        }
        client
    }

    /// Joins two trips where `one` and `two` are both next to the depot and the load fits.
    fn join(&mut self, one: u32, two: u32, capacity: i64) {
        let [Some(free_one), Some(free_two)] =
            [one, two].map(|client| self.links[client as usize].iter().position(|&other| other == NONE))
        else {
            return;
        };
        let [head, other] = [one, two].map(|client| self.head(client));
        let load = self.loads[head as usize] + self.loads[other as usize];
        if head == other || load > capacity {
            return;
        }
        self.links[one as usize][free_one] = two;
        self.links[two as usize][free_two] = one;
        self.heads[other as usize] = head;
        self.loads[head as usize] = load;
    }

    /// The trips, each from one of its ends.
    fn trips(&self) -> Vec<Vec<u32>> {
        let mut is_listed = vec![false; self.links.len()];
        let mut trips = Vec::new();
        for start in 0..self.links.len() as u32 {
            if is_listed[start as usize] || !self.links[start as usize].contains(&NONE) {
                continue;
            }
            let (mut trip, mut before, mut here) = (Vec::new(), NONE, start);
            while here != NONE {
                is_listed[here as usize] = true;
                trip.push(here);
                let [one, two] = self.links[here as usize];
                (before, here) = (here, if one == before { two } else { one });
            }
            trips.push(trip);
        }
        trips
    }
}

/// Routes for all clients that some vehicle can serve, the fullest of them where there are not enough vehicles.
pub(super) fn savings<M: PenalisedModel>(model: &M, instance: &Instance<'_>) -> Plan {
    let client_count = model.client_count() as u32;
    let [start, end] = model.ends(FIRST_TYPE);
    let out: Vec<i64> = (0..client_count).map(|client| model.arc_cost(FIRST_TYPE, start, client)).collect();
    let back: Vec<i64> = (0..client_count).map(|client| model.arc_cost(FIRST_TYPE, client, end)).collect();
    let mut pairs: Vec<(i64, u32, u32)> = Vec::new();
    for one in 0..client_count {
        for &two in instance.nearest(one as usize) {
            // Pairs that are near in both directions count once.
            if two < one && instance.nearest(two as usize).contains(&one) {
                continue;
            }
            let saved = back[one as usize] + out[two as usize] - model.arc_cost(FIRST_TYPE, one, two);
            if saved > 0 {
                pairs.push((-saved, one, two));
            }
        }
    }
    pairs.sort_unstable();
    let capacity = model.capacity(FIRST_TYPE);
    let mut chains = Chains::new((0..client_count).map(|client| model.load(client)).collect());
    for (_, one, two) in pairs {
        chains.join(one, two, capacity);
    }
    let mut trips = chains.trips();
    trips.retain(|trip| trip.iter().all(|&client| model.load(client) <= capacity));
    trips.sort_by_cached_key(|trip| -trip.iter().map(|&client| model.load(client)).sum::<i64>());
    trips.truncate(model.fleet()[0] as usize);
    Plan { vehicles: trips.into_iter().map(|trip| (FIRST_TYPE, vec![trip])).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::model::SearchModel;
    use crate::search::plain::{PlainModel, is_plain};
    use crate::search::tests::{Fleet, random_plain_town};

    #[test]
    fn every_client_is_on_one_trip_and_no_trip_is_overloaded() {
        let mut joined = 0;
        for seed in 0..200 {
            let problem = random_plain_town(seed, 30, Fleet::Ample);
            let instance = Instance::new(&problem, None);
            if !is_plain(&instance) || instance.has_windows {
                continue;
            }
            let model = PlainModel::<false>::new(&instance);
            if !model.can_search_locally() {
                continue;
            }
            let plan = savings(&model, &instance);
            let mut clients: Vec<u32> = Vec::new();
            for (_, trips) in &plan.vehicles {
                let load: i64 = trips[0].iter().map(|&client| model.load(client)).sum();
                assert!(load <= model.capacity(FIRST_TYPE), "seed {seed}");
                joined += usize::from(trips[0].len() > 1);
                clients.extend(&trips[0]);
            }
            clients.sort_unstable();
            assert!(clients.windows(2).all(|pair| pair[0] < pair[1]), "seed {seed}");
            assert!(plan.vehicles.len() as u32 == model.fleet()[0] || clients.len() == 30, "seed {seed}");
        }
        assert!(joined > 100, "hardly anything is tested: {joined}");
    }
}
