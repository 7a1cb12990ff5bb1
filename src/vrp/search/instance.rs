//! A problem prepared for the search: arcs in flat tables, neighbour lists, penalties of absence, and the orders in which
//! to insert.

use super::arcs::{Arc, ArcRow, ArcTable, Arcs, UNREACHABLE};
use super::client_units::{ClientUnits, unit_prizes};
use super::index::NONE;
use super::neighbourhoods::Neighbourhoods;
use super::neighbours::NeighbourLists;
use super::obstacles::{JointInsertions, Obstacles};
use super::params::SearchParams;
use crate::problem::{Client, Problem, VehicleType};
use coldmile_units::{Idx, Table};

/// The granular neighbours of a client, and the arcs between it and each of them for the first vehicle type.
#[derive(Clone, Copy)]
pub(super) struct GranularArcs<'a> {
    pub clients: &'a [u32],
    pub from_neighbours: ArcRow<'a>,
    pub to_neighbours: ArcRow<'a>,
}

/// What every search uses, whatever the rules.
pub(super) struct Instance<'a> {
    pub problem: &'a Problem,
    pub units: ClientUnits,
    /// What leaving a client's unit out costs; `None` when that is not allowed.
    pub prizes: Vec<Option<i64>>,
    /// Whether any window or shift can bind.
    pub has_windows: bool,
    /// What leaving a client out costs: its prize, or enough that serving it always pays.
    pub penalties: Vec<i64>,
    /// Clients that must be served and that some vehicle could serve, as far as is known: their penalty grows while they are
    /// absent.
    pub is_escalating: Vec<bool>,
    /// Whether some clients may fit on a vehicle type only together with others.
    pub joint_insertions: JointInsertions,
    /// Keys by which clients may be sorted for insertion, smallest first.
    pub keys: [Vec<i64>; 6],
    pub params: SearchParams,
    arcs: Table<Arcs>,
    first_arcs: Idx<Arcs>,
    neighbourhoods: Neighbourhoods,
    granular: NeighbourLists,
    arcs_from_neighbours: ArcTable,
    /// `None` when it would be the same as `arcs_from_neighbours`.
    arcs_to_neighbours: Option<ArcTable>,
}

impl<'a> Instance<'a> {
    /// Prepares a problem; `neighbours` as in [`SolveConfig`](super::config::SolveConfig).
    pub fn new(problem: &'a Problem, neighbours: Option<usize>) -> Self {
        let arcs = arcs_of_profiles(problem);
        let neighbourhoods = Neighbourhoods::of_arcs(problem, &arcs[first_profile(problem)], neighbours);
        Self::with(problem, arcs, neighbourhoods)
    }

    /// Prepares a part of a problem, with known neighbourhoods.
    pub fn of_part(problem: &'a Problem, neighbourhoods: Neighbourhoods) -> Self {
        Self::with(problem, arcs_of_profiles(problem), neighbourhoods)
    }

    /// Prepares `problem`, which has these `clients` of this instance, in this order.
    pub fn part<'b>(&self, problem: &'b Problem, clients: &[u32]) -> Instance<'b> {
        let client_count = self.problem.clients().len();
        let arcs = self.arcs.iter().map(|row| row.part(clients, client_count)).collect();
        Instance::with(problem, arcs, self.neighbourhoods.part(clients))
    }

    fn with(problem: &'a Problem, arcs: Table<Arcs>, neighbourhoods: Neighbourhoods) -> Self {
        let first = first_profile(problem);
        let first_arcs = &arcs[first];
        let granular = neighbourhoods.granular();
        let arcs_between = |arc: &dyn Fn(u32, usize) -> Arc| {
            let mut table = ArcTable::with_capacity(granular.len());
            for (neighbour, client) in granular.pairs() {
                table.push(arc(neighbour, client));
            }
            table
        };
        let arcs_from_neighbours =
            arcs_between(&|neighbour, client| first_arcs.at(neighbour as usize, client));
        let arcs_to_neighbours = (!first_arcs.is_symmetric())
            .then(|| arcs_between(&|neighbour, client| first_arcs.at(client, neighbour as usize)));
        let units = ClientUnits::new(problem);
        let prizes = unit_prizes(problem, &units);
        let joint_insertions = JointInsertions::for_problem(problem, &units, &prizes);
        let obstacles = Obstacles::new(problem, &units, &prizes, joint_insertions);
        let is_escalating = (problem.clients().indices())
            .map(|client| {
                let is_possible = |client| obstacles.of(client).is_none();
                let mut others = units.alternatives(client.get() as u32).iter();
                prizes[client.get()].is_none()
                    && (is_possible(client) || others.any(|&other| is_possible(Idx::new(other))))
            })
            .collect();
        let keys = sort_keys(problem, &arcs);
        let penalties = absence_penalties(problem, &arcs, &units, &prizes);
        Self {
            problem,
            units,
            prizes,
            has_windows: problem.has_windows(),
            penalties,
            is_escalating,
            joint_insertions,
            keys,
            params: SearchParams::default(),
            arcs,
            first_arcs: first,
            neighbourhoods,
            granular,
            arcs_from_neighbours,
            arcs_to_neighbours,
        }
    }

    /// What keeps clients from being served.
    pub fn obstacles(&self) -> Obstacles<'_> {
        Obstacles::new(self.problem, &self.units, &self.prizes, self.joint_insertions)
    }

    /// Clients around `client`, nearest first.
    #[inline]
    pub fn nearest(&self, client: usize) -> &[u32] {
        self.neighbourhoods.nearest(client)
    }

    /// The granular neighbours of `client`: those next to which it may well be served, most promising first.
    #[inline]
    pub fn granular_neighbours(&self, client: usize) -> &[u32] {
        self.granular.of(client)
    }

    /// The same with the arcs from and to them.
    #[inline]
    pub fn granular_arcs(&self, client: usize) -> GranularArcs<'_> {
        let range = self.granular.range(client);
        let to_neighbours = self.arcs_to_neighbours.as_ref().unwrap_or(&self.arcs_from_neighbours);
        GranularArcs {
            clients: self.granular.of(client),
            from_neighbours: self.arcs_from_neighbours.row(range.clone()),
            to_neighbours: to_neighbours.row(range),
        }
    }

    /// Metres between two clients for the first vehicle type.
    pub fn distance(&self, from: u32, to: u32) -> i32 {
        self.arcs[self.first_arcs].at(from as usize, to as usize).distance
    }

    /// The arcs of a vehicle type.
    pub fn arcs_of(&self, vehicle: &VehicleType) -> &Arcs {
        arcs_of(&self.arcs, vehicle)
    }
}

fn arcs_of_profiles(problem: &Problem) -> Table<Arcs> {
    problem.profiles().iter().map(|row| Arcs::new(problem, row)).collect()
}

fn arcs_of<'t>(arcs: &'t Table<Arcs>, vehicle: &VehicleType) -> &'t Arcs {
    &arcs[Idx::new(vehicle.profile.get() as u32)]
}

/// The profile of the first vehicle type.
fn first_profile(problem: &Problem) -> Idx<Arcs> {
    let profile = problem.vehicle_types().iter().next().map_or(0, |row| row.profile.get());
    Idx::new(profile as u32)
}

/// Keys by which absent clients may be sorted for insertion, smallest first: demand, far, close (the orders of SISR),
/// and by their windows' length, opening and closing.
fn sort_keys(problem: &Problem, arcs: &Table<Arcs>) -> [Vec<i64>; 6] {
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
    let depot_distance: Vec<i64> = (0..n)
        .map(|c| {
            let depot = |v: &VehicleType| {
                let out = arcs_of(arcs, v).at(n + v.start_depot.get(), c).distance;
                if out == UNREACHABLE { arcs_of(arcs, v).at(c, n + v.end_depot.get()).distance } else { out }
            };
            problem.vehicle_types().iter().map(depot).min().map_or(0, i64::from)
        })
        .collect();
    let far = depot_distance.iter().map(|&d| -d).collect();
    let length = clients.iter().map(|client| (client.due() - client.window.open()).0).collect();
    let open = clients.iter().map(|client| client.window.open().unix()).collect();
    let close = clients.iter().map(|client| -client.due().unix()).collect();
    [demand, far, depot_distance, length, open, close]
}

/// Seconds of tardiness that serving a required client is worth from the start; more, where it grows because it stays absent.
const MUCH_TARDINESS: i64 = 86_400;

/// By client, what annealing charges while it is absent: its prize, or for a required client more than twice the
/// highest cost of any trip for one client, plus the highest prize that it may displace. All required clients have the
/// same penalty, so that cost decides which of them stay out where not all fit.
fn absence_penalties(
    problem: &Problem,
    arcs: &Table<Arcs>,
    units: &ClientUnits,
    prizes: &[Option<i64>],
) -> Vec<i64> {
    let n = problem.clients().len();
    let single_cost = |(vehicle_type, vehicle): (Idx<VehicleType>, &VehicleType),
                       c: usize,
                       client: &Client| {
        let arcs = arcs_of(arcs, vehicle);
        let legs = [arcs.at(n + vehicle.start_depot.get(), c), arcs.at(c, n + vehicle.end_depot.get())];
        let known = legs.iter().filter(|arc| arc.time != UNREACHABLE);
        let prices = vehicle.time_prices;
        let at_client = vehicle.fixed_cost
            + (vehicle.cost_per_second + prices.service) * client.service.0
            + prices.overtime * vehicle.max_overtime.0
            + client.soft_end.map_or(0, |soft| soft.price) * MUCH_TARDINESS
            + client.price_on(vehicle_type);
        known
            .fold(at_client, |sum, arc| sum + vehicle.arc_price(i64::from(arc.distance), i64::from(arc.time)))
    };
    let clients = || problem.clients().iter().enumerate();
    let max_single_cost = (problem.vehicle_types().enumerate())
        .flat_map(|vehicle| clients().map(move |(c, client)| single_cost(vehicle, c, client)))
        .max()
        .unwrap_or(0);
    let max_prize = prizes.iter().flatten().max().copied().unwrap_or(0);
    // Two detours for a pair, which is worth two clients.
    let stops = |client: usize| if units.partner(client as u32) == NONE { 1 } else { 2 };
    let max_stops = (0..n).map(stops).max().unwrap_or(1);
    let each = 2 * (max_stops * max_single_cost + max_prize) + 10;
    (prizes.iter().enumerate()).map(|(client, prize)| prize.unwrap_or(stops(client) * each)).collect()
}
