//! A problem prepared for searching: arcs in flat arrays, who is near whom, and the orders in which to insert.

use super::fit;
use super::state::NONE;
use super::units::{self, Units};
use crate::units::{Idx, Table, TimeWindow, Timestamp, Travel};
use crate::vrp::problem::{Client, Problem, Profile, VehicleType};
use crate::vrp::relations::{Backhauls, is_backhaul};
use crate::vrp::segment::OPEN;
use crate::vrp::solution::Reason;
use smallvec::{SmallVec, smallvec};

/// One way between two stops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Arc {
    /// Metres.
    pub distance: i32,
    /// Seconds.
    pub time: i32,
}

/// Stands in an arc for "there is no way": far, but sums of a few stay inside 32 bits.
pub(super) const FAR: i32 = 1 << 28;

impl Arc {
    /// There is no way.
    const NO_WAY: Self = Self { distance: FAR, time: FAR };

    /// The way between two locations; `None` where there is none, or one too long for small integers.
    fn between(travel: &dyn Travel, from: usize, to: usize) -> Option<Self> {
        let (time, distance) = travel.duration(from, to).zip(travel.distance(from, to))?;
        let is_small = time.0 < i64::from(FAR) && distance.0 < i64::from(FAR);
        is_small.then_some(Self { distance: distance.0 as i32, time: time.0 as i32 })
    }
}

/// All ways of one profile between stops: clients first, then depots.
pub(super) struct Arcs {
    size: usize,
    out: Vec<Arc>,
    /// Transposed; empty when both directions agree, then `out` serves for it.
    back: Vec<Arc>,
    /// Whether some pair has no way, or one too long for small integers.
    pub has_gaps: bool,
}

impl Arcs {
    fn new(problem: &Problem, profile: &Profile) -> Self {
        let travel = profile.travel();
        let places: Vec<usize> = (problem.clients().iter().map(|client| client.location))
            .chain(problem.depots().iter().map(|depot| depot.location))
            .collect();
        let size = places.len();
        let mut has_gaps = false;
        let mut out = Vec::with_capacity(size * size);
        for &from in &places {
            for &to in &places {
                let arc = Arc::between(travel, from, to);
                has_gaps |= arc.is_none();
                out.push(arc.unwrap_or(Arc::NO_WAY));
            }
        }
        if problem.backhauls() == Backhauls::Last {
            // Backhauls come last: no way leads from one to anybody else, or to one from a depot.
            let is_backhaul: Vec<bool> = problem.clients().iter().map(is_backhaul).collect();
            for (at, arc) in out.iter_mut().enumerate() {
                let [from, to] = [at / size, at % size].map(|place| is_backhaul.get(place).copied());
                if matches!((from, to), (Some(true), Some(false)) | (None, Some(true))) {
                    *arc = Arc::NO_WAY;
                    has_gaps = true;
                }
            }
        }
        let is_symmetric = (0..size).all(|a| (0..a).all(|b| out[a * size + b] == out[b * size + a]));
        let mut back = Vec::new();
        if !is_symmetric {
            back.reserve_exact(size * size);
            for to in 0..size {
                back.extend((0..size).map(|from| out[from * size + to]));
            }
        }
        Self { size, out, back, has_gaps }
    }

    /// The ways between some of the clients, in this order, and all depots.
    fn part(&self, clients: &[u32], client_count: usize) -> Self {
        let stops = || clients.iter().map(|&client| client as usize).chain(client_count..self.size);
        let pick = |table: &[Arc]| -> Vec<Arc> {
            if table.is_empty() {
                return Vec::new();
            }
            stops().flat_map(|from| stops().map(move |to| table[from * self.size + to])).collect()
        };
        Self { size: stops().count(), out: pick(&self.out), back: pick(&self.back), has_gaps: self.has_gaps }
    }

    /// Ways that leave `from`.
    #[inline]
    pub fn from(&self, from: usize) -> &[Arc] {
        &self.out[from * self.size..(from + 1) * self.size]
    }

    /// Ways that reach `to`.
    #[inline]
    pub fn into(&self, to: usize) -> &[Arc] {
        let table = if self.back.is_empty() { &self.out } else { &self.back };
        &table[to * self.size..(to + 1) * self.size]
    }

    /// The way between two stops.
    #[inline]
    pub fn at(&self, from: usize, to: usize) -> Arc {
        self.out[from * self.size + to]
    }
}

/// A client beside which another may well stand, and the ways between the two for the first vehicle type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside {
    pub client: u32,
    /// From it to the other.
    pub forth: Arc,
    /// From the other to it.
    pub back: Arc,
}

/// What every search looks at, whatever the rules.
pub(super) struct Instance<'a> {
    pub problem: &'a Problem,
    pub units: Units,
    /// What leaving a client's unit out costs; `None` when that may not be.
    pub prizes: Vec<Option<i64>>,
    pub arcs: Table<Arcs>,
    first_arcs: u32,
    /// Whether any window or shift can bind.
    pub has_windows: bool,
    /// What leaving a client out costs: its prize, or enough that serving it always pays.
    pub penalties: Vec<i64>,
    /// Clients that must be served and that some vehicle could serve alone.
    pub is_pressing: Vec<bool>,
    near: Vec<u32>,
    near_len: usize,
    beside: Vec<u32>,
    beside_arcs: Vec<Beside>,
    beside_len: usize,
    /// Keys by which clients may be sorted for insertion, smallest first.
    pub keys: [Vec<i64>; 6],
}

/// Most clients considered around a ruin's seed.
const NEAR: usize = 200;

impl<'a> Instance<'a> {
    pub fn new(problem: &'a Problem, neighbours: Option<usize>) -> Self {
        let arcs: Table<Arcs> = problem.profiles().iter().map(|row| Arcs::new(problem, row)).collect();
        Self::with(problem, arcs, neighbours)
    }

    /// What a search over `problem` looks at, which has these `clients` of this instance, in this order.
    pub fn part<'b>(&self, problem: &'b Problem, clients: &[u32]) -> Instance<'b> {
        let client_count = self.problem.clients().len();
        let arcs = self.arcs.iter().map(|row| row.part(clients, client_count)).collect();
        Instance::with(problem, arcs, Some(self.beside_len))
    }

    fn with(problem: &'a Problem, arcs: Table<Arcs>, neighbours: Option<usize>) -> Self {
        let clients = problem.clients();
        let has_windows = clients.iter().any(|client| client.window != TimeWindow::ALWAYS)
            || problem.depots().iter().any(|depot| depot.window.close() < Timestamp::MAX)
            || problem.vehicle_types().iter().any(|vehicle| vehicle.shift.close() < Timestamp::MAX);
        let units = Units::new(problem);
        let profile = problem.vehicle_types().iter().next().map_or(Idx::new(0), |row| row.profile);
        let first_arcs = profile.get() as u32;
        let arcs_at = Idx::new(first_arcs);
        let n = clients.len();
        let near_len = NEAR.min(n.saturating_sub(1));
        let near = nearest(n, near_len, |a, b| {
            let there = arcs[arcs_at].at(a, b).distance;
            i64::from(if there == FAR { arcs[arcs_at].at(b, a).distance } else { there })
        });
        // Where little more than distance decides, the best place may be farther down the list.
        let is_simple = !has_windows && units.is_trivial();
        let wanted = neighbours.unwrap_or(if is_simple { 100 } else { 40 }).max(1);
        let beside_len = wanted.min(n.saturating_sub(1));
        let rows: Vec<&Client> = clients.iter().collect();
        let beside = nearest(n, beside_len, |a, b| {
            let forth = proximity(rows[a], rows[b], arcs[arcs_at].at(a, b));
            forth.min(proximity(rows[b], rows[a], arcs[arcs_at].at(b, a)))
        });
        let first = &arcs[arcs_at];
        let beside_arcs = (beside.iter().enumerate())
            .map(|(at, &client)| {
                let other = at / beside_len;
                let (forth, back) = (first.at(client as usize, other), first.at(other, client as usize));
                Beside { client, forth, back }
            })
            .collect();
        let mut instance = Self {
            units,
            prizes: Vec::new(),
            problem,
            arcs,
            first_arcs,
            has_windows,
            penalties: Vec::new(),
            is_pressing: Vec::new(),
            near,
            near_len,
            beside,
            beside_arcs,
            beside_len,
            keys: Default::default(),
        };
        instance.prizes = units::prizes(problem, &instance.units);
        instance.keys = instance.sort_keys();
        instance.penalties = instance.penalties_of_absence();
        instance.is_pressing = (clients.enumerate())
            .map(|(index, _)| {
                let others = instance.units.alternatives(index.get() as u32).iter();
                let is_possible = instance.obstacle(index).is_none() || { others }
                    .any(|&other| instance.obstacle(Idx::new(other)).is_none());
                instance.prizes[index.get()].is_none() && is_possible
            })
            .collect();
        instance
    }

    /// Clients around `client`, nearest first.
    #[inline]
    pub fn near(&self, client: usize) -> &[u32] {
        &self.near[client * self.near_len..(client + 1) * self.near_len]
    }

    /// Clients beside which `client` may well stand, most promising first.
    #[inline]
    pub fn beside(&self, client: usize) -> &[u32] {
        &self.beside[client * self.beside_len..(client + 1) * self.beside_len]
    }

    /// The same clients with the ways to and from them.
    #[inline]
    pub fn beside_arcs(&self, client: usize) -> &[Beside] {
        &self.beside_arcs[client * self.beside_len..(client + 1) * self.beside_len]
    }

    /// Metres between two clients for the first vehicle type.
    pub fn distance(&self, from: u32, to: u32) -> i32 {
        let first = Idx::new(self.first_arcs);
        self.arcs[first].at(from as usize, to as usize).distance
    }

    /// The ways of a vehicle type.
    pub fn arcs_of(&self, vehicle: &VehicleType) -> &Arcs {
        &self.arcs[Idx::new(vehicle.profile.get() as u32)]
    }

    fn sort_keys(&self) -> [Vec<i64>; 6] {
        let problem = self.problem;
        let n = problem.clients().len();
        let capacity: Vec<i64> = (0..problem.dimensions())
            .map(|d| problem.vehicle_types().iter().map(|v| v.capacity[d]).max().unwrap_or(0).max(1))
            .collect();
        let size = |client: &Client| {
            (0..problem.dimensions())
                .map(|d| client.delivery[d].max(client.pickup[d]).saturating_mul(1 << 16) / capacity[d])
                .sum::<i64>()
        };
        let clients = problem.clients();
        let demand = clients.iter().map(|client| -size(client)).collect();
        let away: Vec<i64> = (0..n)
            .map(|c| {
                let depot = |v: &VehicleType| {
                    let out = self.arcs_of(v).at(n + v.start_depot.get(), c).distance;
                    if out == FAR { self.arcs_of(v).at(c, n + v.end_depot.get()).distance } else { out }
                };
                problem.vehicle_types().iter().map(depot).min().map_or(0, i64::from)
            })
            .collect();
        let far = away.iter().map(|&d| -d).collect();
        let length = clients.iter().map(|client| client.window.length().0).collect();
        let open = clients.iter().map(|client| client.window.open().unix()).collect();
        let close = clients.iter().map(|client| -client.window.close().unix()).collect();
        [demand, far, away, length, open, close]
    }

    /// A required client is worth more than twice what the dearest vehicle asks to serve the dearest one alone, and than
    /// the prize that it may displace: the same for all, so that cost decides who stays out where not everybody fits.
    fn penalties_of_absence(&self) -> Vec<i64> {
        let n = self.problem.clients().len();
        let alone = |vehicle: &VehicleType, c: usize, client: &Client| {
            let arcs = self.arcs_of(vehicle);
            let ways = [arcs.at(n + vehicle.start_depot.get(), c), arcs.at(c, n + vehicle.end_depot.get())];
            let known = ways.iter().filter(|arc| arc.time != FAR);
            known.fold(vehicle.fixed_cost + vehicle.cost_per_second * client.service.0, |sum, arc| {
                sum + vehicle.cost_per_metre * i64::from(arc.distance)
                    + vehicle.cost_per_second * i64::from(arc.time)
            })
        };
        let clients = || self.problem.clients().iter().enumerate();
        let dearest = (self.problem.vehicle_types().iter())
            .flat_map(|vehicle| clients().map(move |(c, client)| alone(vehicle, c, client)))
            .max()
            .unwrap_or(0);
        let richest = self.prizes.iter().flatten().max().copied().unwrap_or(0);
        // Two detours for a pair, which is worth two clients.
        let stops = |client: usize| if self.units.partner(client as u32) == NONE { 1 } else { 2 };
        let most = (0..n).map(stops).max().unwrap_or(1);
        let each = 2 * (most * dearest + richest) + 10;
        (self.prizes.iter().enumerate())
            .map(|(client, prize)| prize.unwrap_or(stops(client) * each))
            .collect()
    }

    /// What keeps `client`, or the pair to which it belongs, from being served on a trip for nobody else, by the vehicle
    /// type that comes nearest.
    pub fn obstacle(&self, client: Idx<Client>) -> Option<Reason> {
        let problem = self.problem;
        let first = self.units.lead(client.get() as u32);
        let stops: SmallVec<[&Client; 2]> = match self.units.partner(first) {
            NONE => smallvec![&problem.clients()[client]],
            second => [first, second].iter().map(|&stop| &problem.clients()[Idx::new(stop)]).collect(),
        };
        let mut nearest = Reason::NoVehicle;
        for (kind, vehicle) in problem.vehicle_types().enumerate() {
            let depots = [vehicle.start_depot, vehicle.end_depot].map(|depot| &problem.depots()[depot]);
            // The ways as they are: what a backhaul lacks is somebody before it.
            let travel = problem.travel_of(kind);
            let mut ways: SmallVec<[Arc; 3]> = SmallVec::new();
            let mut here = depots[0].location;
            for there in stops.iter().map(|stop| stop.location).chain([depots[1].location]) {
                ways.push(Arc::between(travel, here, there).unwrap_or(Arc::NO_WAY));
                here = there;
            }
            match fit::alone(vehicle, depots, &stops, &ways) {
                Ok(_) => return None,
                Err(reason) => nearest = fit::nearer(nearest, reason),
            }
        }
        Some(nearest)
    }
}

/// How well `b` would follow `a`: the way, some of the wait it forces, and all of the lateness (after the proximity of
/// Vidal, Crainic, Gendreau and Prins, 2013).
fn proximity(a: &Client, b: &Client, arc: Arc) -> i64 {
    let leave = a.service.0 + i64::from(arc.time);
    let wait = b.window.open().unix() - leave - a.window.close().unix();
    let warp = a.window.open().unix() + leave - b.window.close().unix();
    i64::from(arc.distance) + wait.clamp(0, OPEN) / 5 + warp.clamp(0, OPEN)
}

/// For each of `n` the `len` others with the smallest `weight`, nearest first, in one flat array.
fn nearest(n: usize, len: usize, weight: impl Fn(usize, usize) -> i64) -> Vec<u32> {
    let mut flat = Vec::with_capacity(n * len);
    let mut row: Vec<(i64, u32)> = Vec::with_capacity(n);
    for a in 0..n {
        row.clear();
        row.extend((0..n).filter(|&b| b != a).map(|b| (weight(a, b), b as u32)));
        if len > 0 && len < row.len() {
            row.select_nth_unstable(len - 1);
        }
        row.truncate(len);
        row.sort_unstable();
        flat.extend(row.iter().map(|(_, b)| *b));
    }
    flat
}
