//! A trip of optional clients at once: where no client pays for a trip alone, insertion one after another opens none, though
//! many together would pay.
//!
//! The trip is found by dynamic programming over absent clients in the order of their windows: for each the best trip that
//! ends there. Only one trip a client is kept, so that the outcome is good and seldom the best of all; rules other than
//! windows and load are checked on the outcome.

use super::arcs::UNREACHABLE;
use super::index::NONE;
use super::insertion::InsertionModel;
use super::single_trip;
use super::state::NewTripPosition;
use super::workspace::Workspace;
use crate::problem::{MAX_DIMENSIONS, VehicleType};
use coldmile_units::{Idx, Timestamp};

/// Absent clients that are considered at most: the work grows with the square of their number.
const MAX_CANDIDATES: usize = 256;
/// Every candidate is skipped with probability one in this many, so that the same search finds different trips.
const SKIP_PERIOD: u32 = 10;

/// The best trip that ends at a candidate.
#[derive(Clone, Copy)]
struct Label {
    /// Prizes collected less what the trip costs so far.
    value: i64,
    /// Earliest departure from the candidate.
    departure: i64,
    delivery: [i64; MAX_DIMENSIONS],
    pickup: [i64; MAX_DIMENSIONS],
    /// The candidate before; [`NONE`] at the start of the trip.
    before: u32,
}

impl<M: InsertionModel> Workspace<'_, '_, M> {
    /// Opens the trip that pays best among absent optional clients, half of the time among those nearest to `around`. Whether it
    /// keeps all rules; `None` if no trip was found.
    pub fn open_paying_trip(&mut self, around: u32) -> Option<bool> {
        let free: Vec<u32> = (0..self.model.fleet().len() as u32)
            .filter(|&at| self.state.used[at as usize] < self.model.fleet()[at as usize])
            .collect();
        let vehicle_type = Idx::new(*self.rng.choice(&free)?);
        let candidates = self.candidates_around(around);
        let trip = self.paying_trip(vehicle_type, &candidates)?;
        let opened = self.state.open(NewTripPosition::Vehicle(vehicle_type));
        let mut last = self.state.end_of(opened);
        for &client in &trip {
            self.state.link(client, last, opened);
            last = client;
        }
        let vehicle = self.state.trips[opened as usize].vehicle;
        let state = &mut *self.state;
        state.absent.retain(|&client| state.links[client as usize].trip == NONE);
        let cost = self.model.refresh(state, vehicle);
        if let Some(cost) = cost {
            state.charge(vehicle, cost);
        }
        Some(cost.is_some())
    }

    /// Some absent optional clients, in the order of the middle of their windows.
    fn candidates_around(&mut self, around: u32) -> Vec<u32> {
        let (state, instance) = (&*self.state, self.instance);
        let is_free = |client: u32| {
            state.links[client as usize].trip == NONE && instance.prizes[client as usize].is_some()
        };
        let rng = &mut *self.rng;
        let mut candidates: Vec<u32> = if rng.bool() {
            let near = std::iter::once(around).chain(instance.nearest(around as usize).iter().copied());
            near.filter(|&client| is_free(client)).collect()
        } else {
            let mut absent: Vec<u32> =
                state.absent.iter().copied().filter(|&client| is_free(client)).collect();
            rng.shuffle(&mut absent);
            absent
        };
        candidates.retain(|_| rng.u32(0..SKIP_PERIOD) > 0);
        candidates.truncate(MAX_CANDIDATES);
        candidates.sort_unstable_by_key(|&client| {
            let window = single_trip::service(&instance.problem.clients()[Idx::new(client)]);
            (window.earliest_end + window.latest_start, client)
        });
        candidates
    }

    /// The trip on `vehicle_type` of some of these clients, in this order, that pays best.
    fn paying_trip(&self, vehicle_type: Idx<VehicleType>, candidates: &[u32]) -> Option<Vec<u32>> {
        let (instance, problem) = (self.instance, self.instance.problem);
        let row = &problem.vehicle_types()[vehicle_type];
        let arcs = instance.arcs_of(row);
        let client_count = problem.clients().len();
        let [start, end] = [row.start_depot, row.end_depot].map(|depot| client_count + depot.get());
        let departure = single_trip::departure(row, &problem.depots()[row.start_depot]);
        let arrival = single_trip::arrival(row, &problem.depots()[row.end_depot]);
        let arc_cost = |from: usize, to: usize| {
            let arc = arcs.at(from, to);
            let cost = row.arc_price(i64::from(arc.distance), i64::from(arc.time));
            (arc.time != UNREACHABLE).then_some((cost, i64::from(arc.time)))
        };
        let nothing = Label {
            value: -row.fixed_cost,
            departure: departure.earliest_end,
            delivery: [0; MAX_DIMENSIONS],
            pickup: [0; MAX_DIMENSIONS],
            before: NONE,
        };
        let mut labels: Vec<Option<Label>> = Vec::with_capacity(candidates.len());
        let mut best: Option<(i64, usize)> = None;
        for (at, &client) in candidates.iter().enumerate() {
            let stop = &problem.clients()[Idx::new(client)];
            let window = single_trip::service(stop);
            let fits = |label: &Label| {
                row.capacity.iter().enumerate().all(|(d, &capacity)| {
                    label.delivery[d] + stop.delivery[d] <= capacity
                        && label.pickup[d] + stop.pickup[d] <= capacity
                })
            };
            let mut found: Option<(i64, i64, u32)> = None;
            let before = (0..).zip(labels.iter()).filter_map(|(before, label)| {
                label.as_ref().map(|label| (before, candidates[before as usize] as usize, label))
            });
            for (before, place, label) in std::iter::once((NONE, start, &nothing)).chain(before) {
                let Some((cost, time)) = arc_cost(place, client as usize) else {
                    continue;
                };
                let begin = (label.departure + time).max(window.earliest_end);
                let value = label.value - cost - stop.tardiness(Timestamp::from_unix(begin));
                let is_better = found.is_none_or(|(best, other, _)| (value, other) > (best, begin));
                if is_better && begin <= window.latest_start && fits(label) {
                    found = Some((value, begin, before));
                }
            }
            let label = found.map(|(value, begin, before)| {
                let from = labels.get(before as usize).copied().flatten().unwrap_or(nothing);
                let sum = |loads: [i64; MAX_DIMENSIONS], more: &[i64]| {
                    std::array::from_fn(|d| loads[d] + more.get(d).copied().unwrap_or(0))
                };
                Label {
                    value: value + instance.prizes[client as usize].unwrap_or(0)
                        - stop.price_on(vehicle_type),
                    departure: begin + stop.service.0,
                    delivery: sum(from.delivery, &stop.delivery),
                    pickup: sum(from.pickup, &stop.pickup),
                    before,
                }
            });
            if let Some(label) = label
                && let Some((cost, time)) = arc_cost(client as usize, end)
                && label.departure + time <= arrival.latest_start
                && best.is_none_or(|(value, _)| label.value - cost > value)
            {
                best = Some((label.value - cost, at));
            }
            labels.push(label);
        }
        let (_, last) = best?;
        let mut trip = Vec::new();
        let mut at = last as u32;
        while let Some(label) = labels.get(at as usize).copied().flatten() {
            trip.push(candidates[at as usize]);
            at = label.before;
        }
        trip.reverse();
        Some(trip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Client, Problem, TimePrices};
    use crate::search::instance::Instance;
    use crate::search::plain::{PlainModel, is_plain};
    use crate::search::rich::RichModel;
    use crate::search::state::State;
    use crate::search::tests::{Fleet, random_plain_town, random_town};
    use coldmile_units::Seed;

    /// What the trip of these clients brings and costs, clients visited as early as possible; `None` where a window, a load or a
    /// missing arc forbids it.
    fn replayed(problem: &Problem, arcs: &super::super::arcs::Arcs, trip: &[u32]) -> Option<i64> {
        let row = &problem.vehicle_types()[Idx::new(0)];
        let client_count = problem.clients().len();
        let [start, end] = [row.start_depot, row.end_depot].map(|depot| client_count + depot.get());
        let mut now = single_trip::departure(row, &problem.depots()[row.start_depot]).earliest_end;
        let mut value = -row.fixed_cost;
        let mut here = start;
        for place in trip.iter().map(|&client| client as usize).chain([end]) {
            let arc = arcs.at(here, place);
            if arc.time == UNREACHABLE {
                return None;
            }
            let TimePrices { travel, .. } = row.time_prices;
            value -= row.cost_per_metre * i64::from(arc.distance)
                + (row.cost_per_second + travel) * i64::from(arc.time);
            now += i64::from(arc.time);
            let Some(&client) = trip.iter().find(|&&client| client as usize == place) else {
                let close = single_trip::arrival(row, &problem.depots()[row.end_depot]).latest_start;
                return (now <= close).then_some(value);
            };
            let client = &problem.clients()[Idx::new(client)];
            let window = single_trip::service(client);
            now = now.max(window.earliest_end);
            value -= client.tardiness(Timestamp::from_unix(now));
            if now > window.latest_start {
                return None;
            }
            now += client.service.0;
            value += client.prize.unwrap_or(0) - client.price_by_type.first().unwrap_or(&0);
            here = place;
        }
        None
    }

    /// The best value of any subset of `candidates` in this order.
    fn best_by_enumeration(problem: &Problem, instance: &Instance<'_>, candidates: &[u32]) -> Option<i64> {
        let row = &problem.vehicle_types()[Idx::new(0)];
        let arcs = instance.arcs_of(row);
        (1..1_u32 << candidates.len())
            .filter_map(|subset| {
                let trip: Vec<u32> = (candidates.iter().enumerate())
                    .filter(|(at, _)| subset & 1 << at != 0)
                    .map(|(_, &client)| client)
                    .collect();
                let clients: Vec<&Client> =
                    trip.iter().map(|&client| &problem.clients()[Idx::new(client)]).collect();
                let fits = row.capacity.iter().enumerate().all(|(d, &capacity)| {
                    clients.iter().map(|client| client.delivery[d]).sum::<i64>() <= capacity
                        && clients.iter().map(|client| client.pickup[d]).sum::<i64>() <= capacity
                });
                if fits { replayed(problem, arcs, &trip) } else { None }
            })
            .max()
    }

    /// Opens trips for the first vehicle type; for how many searches the trip was the best of all, and how many there were.
    fn compare<M: InsertionModel>(model: &M, instance: &Instance<'_>, seed: u64) -> [usize; 2] {
        let mut rng = Seed(seed).rng();
        let mut state = State::empty(model);
        let problem = instance.problem;
        let row = &problem.vehicle_types()[Idx::new(0)];
        let mut workspace = Workspace { state: &mut state, model, instance, rng: &mut rng };
        let candidates = workspace.candidates_around(0);
        let found = workspace.paying_trip(Idx::new(0), &candidates);
        let best = best_by_enumeration(problem, instance, &candidates);
        let Some(best) = best else {
            assert!(found.is_none(), "seed {seed}");
            return [0, 0];
        };
        let Some(trip) = found else {
            return [0, 1];
        };
        let value = replayed(problem, instance.arcs_of(row), &trip).expect("windows are kept");
        assert!(value <= best, "seed {seed}");
        [usize::from(value == best), 1]
    }

    #[test]
    fn trips_keep_windows_and_loads_and_are_mostly_the_best_in_their_order() {
        let mut sum = [0; 2];
        for seed in 0..300 {
            let problem = random_plain_town(seed, 9, Fleet::Scarce);
            let instance = Instance::new(&problem, None);
            let counts = if is_plain(&instance) {
                compare(&PlainModel::<true>::new(&instance), &instance, seed)
            } else {
                compare(&RichModel::<4, 1, { crate::problem::MAX_FADING }>::new(&instance), &instance, seed)
            };
            let town = random_town(seed, 9, Fleet::Scarce);
            let instance = Instance::new(&town, None);
            let others =
                compare(&RichModel::<4, 1, { crate::problem::MAX_FADING }>::new(&instance), &instance, seed);
            sum = [sum[0] + counts[0] + others[0], sum[1] + counts[1] + others[1]];
        }
        let [best, all] = sum;
        assert!(all > 200 && best * 5 > all * 4, "{best} of {all}");
    }

    #[test]
    fn an_opened_trip_is_charged_or_undone() {
        let mut opened = 0;
        for seed in 0..300 {
            let problem = random_plain_town(seed, 20, Fleet::Scarce);
            let instance = Instance::new(&problem, None);
            let model = RichModel::<4, 1, { crate::problem::MAX_FADING }>::new(&instance);
            let mut state = State::empty(&model);
            let mut rng = Seed(seed).rng();
            state.begin();
            let mut workspace =
                Workspace { state: &mut state, model: &model, instance: &instance, rng: &mut rng };
            let Some(keeps_rules) = workspace.open_paying_trip(0) else {
                continue;
            };
            if keeps_rules {
                opened += 1;
                let count = state.trip_count();
                let planned = (0..20).filter(|&client| state.links[client].trip != NONE).count();
                assert_eq!((count, planned + state.absent.len()), (1, 20), "seed {seed}");
                assert_eq!(Some(state.cost), model.refresh(&mut state, 0), "seed {seed}");
                state.commit();
            } else {
                state.undo();
                assert_eq!((state.trip_count(), state.absent.len(), state.cost), (0, 20, 0), "seed {seed}");
            }
        }
        assert!(opened > 100, "{opened}");
    }
}
