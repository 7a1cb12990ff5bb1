//! A problem prepared for searching: arcs in flat arrays, who is near whom, and the orders in which to insert.

pub(super) use super::arcs::{Arc, Arcs, FAR};
use super::arcs::{Row, Sheet, has_shortcuts};
use super::fit::{self, Alone};
use super::near::Lists;
use super::stages::MOST;
use super::state::NONE;
use super::units::{self, Units};
use crate::problem::{Client, Problem, VehicleType};
use crate::relations::Backhauls;
use crate::solution::Reason;
use coldmile_units::{Idx, Table, TimeWindow, Timestamp, Travel};
use smallvec::{SmallVec, smallvec};

/// Clients beside which another may well stand, and the ways between it and each of them for the first vehicle type.
#[derive(Clone, Copy)]
pub(super) struct Beside<'a> {
    pub clients: &'a [u32],
    /// From them to the other.
    pub forth: Row<'a>,
    /// From the other to them.
    pub back: Row<'a>,
}

/// What every search looks at, whatever the rules.
pub(super) struct Instance<'a> {
    pub problem: &'a Problem,
    pub units: Units,
    /// What leaving a client's unit out costs; `None` when that may not be.
    pub prizes: Vec<Option<i64>>,
    pub arcs: Table<Arcs>,
    first_arcs: Idx<Arcs>,
    /// Whether any window or shift can bind.
    pub has_windows: bool,
    /// What leaving a client out costs: its prize, or enough that serving it always pays.
    pub penalties: Vec<i64>,
    /// Clients that must be served and that some vehicle could serve, as far as is known.
    pub is_pressing: Vec<bool>,
    /// Whether some may fit on a vehicle type only together with others.
    pub needs_company: bool,
    near: Lists,
    /// Rows at least as long as those of `beside`, for parts of the problem to choose from.
    candidates: Lists,
    beside: Lists,
    beside_forth: Sheet,
    /// `None` when it would be the same as `beside_forth`.
    beside_back: Option<Sheet>,
    beside_len: usize,
    /// Keys by which clients may be sorted for insertion, smallest first.
    pub keys: [Vec<i64>; 6],
}

/// Most clients considered around a ruin's seed.
const NEAR: usize = 200;
/// Fewest candidates to stand beside a client, as far as there are as many.
const CANDIDATES: usize = 100;

impl<'a> Instance<'a> {
    pub fn new(problem: &'a Problem, neighbours: Option<usize>) -> Self {
        let arcs: Table<Arcs> = problem.profiles().iter().map(|row| Arcs::new(problem, row)).collect();
        let first = first_profile(problem);
        let near = Lists::around(&arcs[first], problem.clients().len(), NEAR);
        let beside_len = beside_len(problem, neighbours);
        let len = beside_len.max(CANDIDATES);
        let by_distance = !has_windows(problem) && arcs[first].is_symmetric() && len <= NEAR;
        let candidates =
            if by_distance { near.first(len) } else { Lists::beside(&arcs[first], problem, len) };
        Self::with(problem, arcs, near, candidates, beside_len)
    }

    /// What searches over parts of a problem that is too large for tables of all ways go by: who is near whom.
    pub fn without_ways(problem: &'a Problem, places: &[[f64; 2]], neighbours: Option<usize>) -> Self {
        let beside_len = beside_len(problem, neighbours);
        let [near, candidates] = Lists::on_plane(problem, places, [NEAR, beside_len.max(CANDIDATES)]);
        let units = Units::new(problem);
        Self {
            prizes: units::prizes(problem, &units),
            units,
            problem,
            arcs: Table::default(),
            first_arcs: first_profile(problem),
            has_windows: has_windows(problem),
            penalties: Vec::new(),
            is_pressing: Vec::new(),
            needs_company: false,
            near,
            candidates,
            beside: Lists::default(),
            beside_forth: Sheet::default(),
            beside_back: None,
            beside_len,
            keys: Default::default(),
        }
    }

    /// What a search over `problem` looks at, which has these `clients` of this instance, in this order.
    pub fn part<'b>(&self, problem: &'b Problem, clients: &[u32]) -> Instance<'b> {
        let client_count = self.problem.clients().len();
        let arcs = if self.arcs.is_empty() {
            problem.profiles().iter().map(|row| Arcs::new(problem, row)).collect()
        } else {
            self.arcs.iter().map(|row| row.part(clients, client_count)).collect()
        };
        let (near, candidates) = (self.near.part(clients), self.candidates.part(clients));
        Instance::with(problem, arcs, near, candidates, self.beside_len)
    }

    fn with(
        problem: &'a Problem,
        arcs: Table<Arcs>,
        near: Lists,
        candidates: Lists,
        beside_len: usize,
    ) -> Self {
        let clients = problem.clients();
        let first = first_profile(problem);
        let beside = candidates.first(beside_len);
        let first_arcs = &arcs[first];
        let [mut beside_forth, mut beside_back] =
            [(); 2].map(|()| Sheet::with_capacity(beside_len * clients.len()));
        for (client, other) in beside.pairs() {
            beside_forth.push(first_arcs.at(client as usize, other));
            if !first_arcs.is_symmetric() {
                beside_back.push(first_arcs.at(other, client as usize));
            }
        }
        let beside_back = (!first_arcs.is_symmetric()).then_some(beside_back);
        let mut instance = Self {
            units: Units::new(problem),
            prizes: Vec::new(),
            problem,
            arcs,
            first_arcs: first,
            has_windows: has_windows(problem),
            penalties: Vec::new(),
            is_pressing: Vec::new(),
            needs_company: false,
            near,
            candidates,
            beside,
            beside_forth,
            beside_back,
            beside_len,
            keys: Default::default(),
        };
        instance.prizes = units::prizes(problem, &instance.units);
        instance.keys = instance.sort_keys();
        instance.penalties = instance.penalties_of_absence();
        instance.needs_company = instance.needs_company();
        instance.is_pressing = (clients.enumerate())
            .map(|(index, _)| {
                let is_possible = |client| {
                    let obstacle = instance.obstacle(client);
                    obstacle.is_none_or(|obstacle| instance.may_pass(client, &obstacle))
                };
                let mut others = instance.units.alternatives(index.get() as u32).iter();
                instance.prizes[index.get()].is_none()
                    && (is_possible(index) || others.any(|&other| is_possible(Idx::new(other))))
            })
            .collect();
        instance
    }

    /// Clients around `client`, nearest first.
    #[inline]
    pub fn near(&self, client: usize) -> &[u32] {
        self.near.of(client)
    }

    /// Clients beside which `client` may well stand, most promising first.
    #[inline]
    pub fn beside(&self, client: usize) -> &[u32] {
        self.beside.of(client)
    }

    /// The same clients with the ways to and from them.
    #[inline]
    pub fn beside_arcs(&self, client: usize) -> Beside<'_> {
        let range = self.beside.range(client);
        let back = self.beside_back.as_ref().unwrap_or(&self.beside_forth);
        Beside {
            clients: self.beside.of(client),
            forth: self.beside_forth.row(range.clone()),
            back: back.row(range),
        }
    }

    /// Metres between two clients for the first vehicle type.
    pub fn distance(&self, from: u32, to: u32) -> i32 {
        self.arcs[self.first_arcs].at(from as usize, to as usize).distance
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
        let mut nearest = Reason::NoVehicle;
        for kind in self.problem.vehicle_types().indices() {
            match self.alone(client, kind) {
                Ok(_) => return None,
                Err(reason) => nearest = fit::nearer(nearest, reason),
            }
        }
        Some(nearest)
    }

    /// Whether this obstacle to serving `client` alone may vanish in company.
    pub fn may_pass(&self, client: Idx<Client>, obstacle: &Reason) -> bool {
        let location = self.problem.clients()[client].location;
        let has_ways = |travel: &dyn Travel| {
            let mut others = (0..travel.location_count()).filter(|&other| other != location);
            others.clone().any(|other| travel.duration(other, location).is_some())
                && others.any(|other| travel.duration(location, other).is_some())
        };
        self.needs_company
            && !is_of_its_own(obstacle)
            && self.problem.profiles().iter().any(|profile| has_ways(profile.travel()))
    }

    /// The trip of a vehicle of this type for nobody but `client`, or the pair to which it belongs.
    fn alone(&self, client: Idx<Client>, kind: Idx<VehicleType>) -> Result<Alone, Reason> {
        let problem = self.problem;
        let first = self.units.lead(client.get() as u32);
        let stops: SmallVec<[&Client; 2]> = match self.units.partner(first) {
            NONE => smallvec![&problem.clients()[client]],
            second => [first, second].iter().map(|&stop| &problem.clients()[Idx::new(stop)]).collect(),
        };
        let vehicle = &problem.vehicle_types()[kind];
        let depots = [vehicle.start_depot, vehicle.end_depot].map(|depot| &problem.depots()[depot]);
        // The ways as they are: what a backhaul lacks is somebody before it.
        let travel = problem.travel_of(kind);
        let mut ways: SmallVec<[Arc; 3]> = SmallVec::new();
        let mut here = depots[0].location;
        for there in stops.iter().map(|stop| stop.location).chain([depots[1].location]) {
            ways.push(Arc::between(travel, here, there).unwrap_or(Arc::NO_WAY));
            here = there;
        }
        fit::alone(vehicle, depots, &stops, &ways)
    }

    /// Whether a client that a vehicle type cannot serve alone may yet fit on it: because some detour is quicker than
    /// the direct way, or because somebody whom it would not pay to serve has to come first.
    fn needs_company(&self) -> bool {
        let problem = self.problem;
        let has_prizes = self.prizes.iter().any(Option::is_some);
        if problem.backhauls() == Backhauls::Last && has_prizes {
            return true;
        }
        let is_lonely = |kind| {
            problem
                .clients()
                .indices()
                .any(|client| self.alone(client, kind).is_err_and(|reason| !is_of_its_own(&reason)))
        };
        (problem.vehicle_types().indices())
            .any(|kind| is_lonely(kind) && has_shortcuts(problem.travel_of(kind)))
    }
}

/// Whether an obstacle lies in the client and the vehicle, whatever the way.
const fn is_of_its_own(obstacle: &Reason) -> bool {
    matches!(obstacle, Reason::NoVehicle | Reason::LoadTooLarge { .. })
}

/// The profile of the first vehicle type.
fn first_profile(problem: &Problem) -> Idx<Arcs> {
    let profile = problem.vehicle_types().iter().next().map_or(0, |row| row.profile.get());
    Idx::new(profile as u32)
}

/// Whether any window or shift can bind.
fn has_windows(problem: &Problem) -> bool {
    problem.clients().iter().any(|client| client.window != TimeWindow::ALWAYS)
        || problem.depots().iter().any(|depot| depot.window.close() < Timestamp::MAX)
        || problem.vehicle_types().iter().any(|vehicle| vehicle.shift.close() < Timestamp::MAX)
}

/// How many clients to look at beside whom another may stand, where that is not said.
fn beside_len(problem: &Problem, neighbours: Option<usize>) -> usize {
    let clients = || problem.clients().iter();
    let is_trivial = clients().all(|client| client.origin.is_none() && client.group.is_none());
    let is_uniform = problem.vehicle_types().len() == 1 && clients().all(|client| client.prize.is_none());
    let is_large = problem.clients().len() > MOST;
    let by_default = if is_large && is_trivial && is_uniform && problem.backhauls() == Backhauls::Mixed {
        // Cheap: one that found a place does not look as far.
        200
    } else if is_trivial && !has_windows(problem) {
        // Where little more than distance decides, the best place may be farther down the list.
        100
    } else {
        40
    };
    neighbours.unwrap_or(by_default).max(1)
}
