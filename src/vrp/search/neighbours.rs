//! Neighbour lists: by distance, and granular neighbourhoods (Toth and Vigo, INFORMS Journal on Computing 15, 2003) by a
//! proximity that counts waiting and time warp.

use super::arcs::{Arc, Arcs, UNREACHABLE};
use super::index::NONE;
use super::single_trip::clamp;
use crate::problem::Problem;
use crate::segment::OPEN;
use coldmile_units::{Timestamp, Travel};
use rayon::prelude::*;

/// For every client some others, nearest first.
#[derive(Default)]
pub(super) struct NeighbourLists {
    /// By client where its row ends.
    ends: Vec<u32>,
    others: Vec<u32>,
}

impl NeighbourLists {
    /// For each of `n` the `len` others with the smallest weight; `weigh` appends the weights of all others to one in
    /// order.
    fn nearest(n: usize, len: usize, mut weigh: impl FnMut(usize, &mut Vec<i64>)) -> Self {
        let len = len.min(n.saturating_sub(1));
        let mut lists = Self { ends: Vec::with_capacity(n), others: Vec::with_capacity(n * len) };
        let (mut weights, mut row) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for one in 0..n {
            weights.clear();
            weigh(one, &mut weights);
            row.clear();
            row.extend(weights.iter().zip(0..).map(|(&weight, other)| key(weight, other)));
            row.swap_remove(one);
            first_of(&mut row, len);
            lists.push(row.iter().map(|key| (key & POSITION_BITS) as u32));
        }
        lists
    }

    /// The lists of [`by_distance`](Self::by_distance) and of [`granular`](Self::granular), `lens` long, where there is no
    /// table of arcs: among clients that lie near each other on a plane. Once `is_late` the rest get short ones.
    pub fn on_plane(
        problem: &Problem,
        positions: &[[f64; 2]],
        lens: [usize; 2],
        is_late: &(dyn Fn() -> bool + Sync),
    ) -> [Self; 2] {
        let Some((vehicle_type, _)) = problem.vehicle_types().enumerate().next() else {
            return Default::default();
        };
        let plane = Plane {
            grid: Grid::new(positions),
            travel: problem.travel_of(vehicle_type),
            hours: hours(problem),
            locations: problem.clients().iter().map(|client| client.location).collect(),
            positions,
        };
        let clients: Vec<u32> = (0..positions.len() as u32).collect();
        let parts: Vec<[Self; 2]> = (clients.par_chunks(PLANE_CHUNK))
            .map(|clients| {
                let candidates = if is_late() { Candidates::AlongCurve } else { Candidates::InCells };
                plane.lists(clients, lens, candidates)
            })
            .collect();
        let mut lists: [Self; 2] = Default::default();
        for part in &parts {
            for (lists, part) in lists.iter_mut().zip(part) {
                let len = lists.others.len() as u32;
                lists.ends.extend(part.ends.iter().map(|end| len + end));
                lists.others.extend(&part.others);
            }
        }
        lists
    }

    fn push(&mut self, row: impl Iterator<Item = u32>) {
        self.others.extend(row);
        self.ends.push(self.others.len() as u32);
    }

    /// Nearest by distance: the clients around the seed of a ruin.
    pub fn by_distance(arcs: &Arcs, n: usize, len: usize) -> Self {
        Self::nearest(n, len, |one, weights| {
            let (out, back) = (arcs.from(one).metres(), arcs.into(one).metres());
            let metres = out
                .iter()
                .zip(back)
                .map(|(&out, &back)| i64::from(if out == UNREACHABLE { back } else { out }));
            weights.extend(metres.take(n));
        })
    }

    /// Granular neighbourhoods: clients next to which another may well be served, nearest by distance, waiting and time
    /// warp.
    pub fn granular(arcs: &Arcs, problem: &Problem, len: usize) -> Self {
        let stops = hours(problem);
        Self::nearest(stops.len(), len, |one, weights| {
            let here = stops[one];
            let arcs = arcs.from(one).iter().zip(arcs.into(one).iter());
            weights.extend(
                stops.iter().zip(arcs).map(|(&there, (out, back))| {
                    proximity(here, there, out).min(proximity(there, here, back))
                }),
            );
        })
    }

    /// The first `len` of every row.
    pub fn first(&self, len: usize) -> Self {
        let mut lists = Self::default();
        for one in 0..self.ends.len() {
            lists.push(self.of(one).iter().copied().take(len));
        }
        lists
    }

    /// The rows of these clients, without the neighbours that are not among them.
    pub fn part(&self, clients: &[u32]) -> Self {
        let mut places = vec![NONE; self.ends.len()];
        for (at, &client) in clients.iter().enumerate() {
            places[client as usize] = at as u32;
        }
        let mut lists = Self::default();
        for &client in clients {
            let others = self.of(client as usize).iter().map(|&other| places[other as usize]);
            lists.push(others.filter(|&other| other != NONE));
        }
        lists
    }

    /// Where the row of a client lies.
    #[inline]
    pub fn range(&self, client: usize) -> std::ops::Range<usize> {
        let start = if client == 0 { 0 } else { self.ends[client - 1] };
        start as usize..self.ends[client] as usize
    }

    /// The row of a client.
    #[inline]
    pub fn of(&self, client: usize) -> &[u32] {
        &self.others[self.range(client)]
    }

    /// Entries of all rows.
    pub fn len(&self) -> usize {
        self.others.len()
    }

    /// All entries in order: the neighbour, and the client in whose row it is.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, usize)> + '_ {
        (0..self.ends.len()).flat_map(|one| self.of(one).iter().map(move |&other| (other, one)))
    }
}

/// Bits of a key that hold the client.
const POSITION_BITS: u64 = (1 << 24) - 1;

/// Sorts by weight, then by client.
fn key(weight: i64, place: u64) -> u64 {
    (weight.clamp(0, (1 << 39) - 1) as u64) << 24 | place
}

/// When a client can be served.
#[derive(Clone, Copy)]
struct Hours {
    open: i64,
    close: i64,
    service: i64,
    /// When its goods can leave the depot, and how long they ride from there.
    release: i64,
    ride: i64,
}

impl Hours {
    /// When service can begin on a trip that departs when all goods are `ready`.
    fn open_after(self, ready: i64) -> i64 {
        self.open.max(ready + self.ride)
    }
}

fn hours(problem: &Problem) -> Vec<Hours> {
    let vehicle = problem.vehicle_types().enumerate().next();
    let from_depot = |location| {
        let (vehicle_type, row) = vehicle?;
        problem.travel_of(vehicle_type).duration(problem.depots()[row.start_depot].location, location)
    };
    let clients = problem.clients().iter();
    clients
        .map(|client| {
            let is_released = client.release != Timestamp::MIN;
            Hours {
                open: client.window.open().unix(),
                close: client.due().unix(),
                service: client.service.0,
                release: if is_released { clamp(client.release) } else { -OPEN },
                ride: from_depot(client.location).map_or(0, |ride| ride.0),
            }
        })
        .collect()
}

/// Clients whose lists are made between looks at the clock.
const PLANE_CHUNK: usize = 64;
/// Clients before and after another along the curve that are its neighbours where there is hardly time.
const ALONG_CURVE: usize = 20;

/// Which clients may be neighbours of another.
#[derive(Clone, Copy)]
enum Candidates {
    /// Those in the cells around it.
    InCells,
    /// Those just before and after it: clients are numbered along a curve that keeps near ones together.
    AlongCurve,
}

/// Clients on a plane, and what decides who are neighbours.
struct Plane<'p> {
    grid: Grid,
    travel: &'p dyn Travel,
    hours: Vec<Hours>,
    locations: Vec<usize>,
    positions: &'p [[f64; 2]],
}

impl Plane<'_> {
    /// The lists of some clients, `lens` long at most.
    fn lists(&self, clients: &[u32], lens: [usize; 2], candidates: Candidates) -> [NeighbourLists; 2] {
        let max_len = lens[0].max(lens[1]);
        let mut lists: [NeighbourLists; 2] = Default::default();
        let mut found = Vec::new();
        let [mut metres, mut weights]: [Vec<u64>; 2] = Default::default();
        for one in clients.iter().map(|&client| client as usize) {
            match candidates {
                Candidates::InCells => {
                    self.grid.near(self.positions[one], max_len + max_len / 2, &mut found);
                }
                Candidates::AlongCurve => {
                    let end = (one + ALONG_CURVE + 1).min(self.positions.len());
                    found.clear();
                    found.extend(one.saturating_sub(ALONG_CURVE) as u32..end as u32);
                }
            }
            metres.clear();
            weights.clear();
            for &other in found.iter().filter(|&&other| other as usize != one) {
                let arc = |from: usize, to: usize| {
                    Arc::between(self.travel, self.locations[from], self.locations[to])
                        .unwrap_or(Arc::UNREACHABLE)
                };
                let (out, back) = (arc(one, other as usize), arc(other as usize, one));
                let distance = if out.distance == UNREACHABLE { back.distance } else { out.distance };
                metres.push(key(i64::from(distance), u64::from(other)));
                let (here, there) = (self.hours[one], self.hours[other as usize]);
                let weight = proximity(here, there, out).min(proximity(there, here, back));
                weights.push(key(weight, u64::from(other)));
            }
            for (lists, (row, len)) in lists.iter_mut().zip([(&mut metres, lens[0]), (&mut weights, lens[1])])
            {
                first_of(row, len);
                lists.push(row.iter().map(|key| (key & POSITION_BITS) as u32));
            }
        }
        lists
    }
}

/// Leaves the `len` smallest keys, in order.
fn first_of(row: &mut Vec<u64>, len: usize) {
    if len > 0 && len < row.len() {
        row.select_nth_unstable(len - 1);
    }
    row.truncate(len);
    row.sort_unstable();
}

/// Clients of a plane by square cell.
struct Grid {
    low: [f64; 2],
    cell: f64,
    /// Cells in a row, and rows.
    size: [usize; 2],
    cells: Vec<Vec<u32>>,
}

/// Clients of a cell on average.
const IN_CELL: f64 = 16.0;

impl Grid {
    fn new(places: &[[f64; 2]]) -> Self {
        let fold = |pick: fn(f64, f64) -> f64, start: f64| {
            places.iter().fold([start; 2], |sum, at| [pick(sum[0], at[0]), pick(sum[1], at[1])])
        };
        let (low, high) = (fold(f64::min, f64::MAX), fold(f64::max, f64::MIN));
        let [width, height] = [0, 1].map(|axis| (high[axis] - low[axis]).max(1.0));
        let cell =
            (width * height * IN_CELL / places.len().max(1) as f64).sqrt().max(width.max(height) / 1e3);
        let size = [width, height].map(|span| (span / cell) as usize + 1);
        let mut grid = Self { low, cell, size, cells: vec![Vec::new(); size[0] * size[1]] };
        for (at, &place) in (0..).zip(places) {
            let [column, row] = grid.cell_of(place);
            grid.cells[row * size[0] + column].push(at);
        }
        grid
    }

    fn cell_of(&self, place: [f64; 2]) -> [usize; 2] {
        [0, 1].map(|axis| (((place[axis] - self.low[axis]) / self.cell) as usize).min(self.size[axis] - 1))
    }

    /// All clients in a square around a position that holds more than `min_count`, as far as there are as many, and in one
    /// ring of cells more: what lies just outside a side of the square may be nearer than what lies in a corner.
    fn near(&self, place: [f64; 2], min_count: usize, found: &mut Vec<u32>) {
        let [column, row] = self.cell_of(place);
        let span = |at: usize, reach: usize, axis: usize| {
            at.saturating_sub(reach)..(at + reach + 1).min(self.size[axis])
        };
        let cells = |reach| {
            span(row, reach, 1)
                .flat_map(move |row| span(column, reach, 0).map(move |column| row * self.size[0] + column))
        };
        let holds = |reach| cells(reach).map(|cell| self.cells[cell].len()).sum::<usize>();
        let widest = self.size[0].max(self.size[1]);
        let reach = (0..widest).find(|&reach| holds(reach) > min_count).unwrap_or(widest);
        found.clear();
        found.extend(cells(reach + 1).flat_map(|cell| &self.cells[cell]));
    }
}

/// How well `b` would follow `a` on one trip, smaller is better: the distance, a fifth of the waiting and all of the time warp
/// that it forces (after the proximity of Vidal, Crainic, Gendreau and Prins, 2013). The trip departs when the goods of both
/// are released.
fn proximity(a: Hours, b: Hours, arc: Arc) -> i64 {
    let ready = a.release.max(b.release);
    let (open, next_open) = (a.open_after(ready), b.open_after(ready));
    let late = open - a.close;
    let leave = a.service + i64::from(arc.time);
    let wait = next_open - leave - a.close;
    let warp = open.min(a.close) + leave - b.close;
    i64::from(arc.distance) + wait.clamp(0, OPEN) / 5 + warp.clamp(0, OPEN) + late.clamp(0, OPEN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Client, Depot, ProblemBuilder, VehicleType};
    use crate::search::embedding::planar_positions;
    use coldmile_units::{Idx, Metres, Seconds, TimeWindow, TravelMatrix};

    #[test]
    fn clients_that_a_late_release_excludes_from_a_trip_are_no_neighbours() {
        // Ten clients on one spot, a minute from the depot. The first must be served by 1000 s; the next eight are open all day
        // but released at 2000 s. The last, half a kilometre farther, is released at once and opens at 3000 s.
        let mut travel = TravelMatrix::unreachable(3, 3);
        for (from, to, metres) in [(0, 1, 1000), (0, 2, 1500), (1, 2, 500)] {
            travel.set(from, to, Seconds(60), Metres(metres));
            travel.set(to, from, Seconds(60), Metres(metres));
        }
        for place in 0..3 {
            travel.set(place, place, Seconds(0), Metres(0));
        }
        let window =
            |open, close| TimeWindow::new(Timestamp::from_unix(open), Timestamp::from_unix(close)).unwrap();
        let mut builder = ProblemBuilder::new(0);
        builder.profile(travel);
        builder.depot(Depot::default());
        builder.vehicle_type(VehicleType { max_trips: 3, ..VehicleType::default() });
        builder.client(Client { location: 1, window: window(0, 1000), ..Client::default() });
        for _ in 0..8 {
            let (window, release) = (window(0, 9000), Timestamp::from_unix(2000));
            builder.client(Client { location: 1, window, release, ..Client::default() });
        }
        builder.client(Client { location: 2, window: window(3000, 9000), ..Client::default() });
        let problem = builder.build().unwrap();
        let arcs = Arcs::new(&problem, &problem.profiles()[Idx::new(0)]);
        let granular = NeighbourLists::granular(&arcs, &problem, 1);
        // 500 m and a fifth of 1940 s of waiting are less than 1060 s of time warp: on a trip with goods released at 2000 s the
        // first is reached at 2060 s.
        let last = problem.clients().len() as u32 - 1;
        assert_eq!(granular.of(0), [last]);
    }

    #[test]
    fn neighbours_on_the_plane_are_those_of_the_table() {
        for seed in 0..10 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let points: Vec<[f64; 2]> = (0..400).map(|_| [rng.f64() * 1e4, rng.f64() * 1e4]).collect();
            let mut travel = TravelMatrix::unreachable(points.len(), points.len());
            for (from, a) in points.iter().enumerate() {
                for (to, b) in points.iter().enumerate() {
                    let metres = (a[0] - b[0]).hypot(a[1] - b[1]).round() as i64;
                    travel.set(from, to, Seconds(metres), Metres(metres));
                }
            }
            let mut builder = ProblemBuilder::new(0);
            builder.profile(travel);
            builder.depot(Depot::default());
            builder.vehicle_type(VehicleType::default());
            for location in 1..points.len() {
                builder.client(Client { location, ..Client::default() });
            }
            let problem = builder.build().unwrap();
            let arcs = Arcs::new(&problem, &problem.profiles()[Idx::new(0)]);
            let n = problem.clients().len();
            let [by_distance, granular] =
                NeighbourLists::on_plane(&problem, &planar_positions(&problem), [10, 12], &|| false);
            let reference =
                [NeighbourLists::by_distance(&arcs, n, 10), NeighbourLists::granular(&arcs, &problem, 12)];
            for client in 0..n {
                assert_eq!(by_distance.of(client), reference[0].of(client), "seed {seed}, client {client}");
                assert_eq!(granular.of(client), reference[1].of(client), "seed {seed}, client {client}");
            }
        }
    }
}
