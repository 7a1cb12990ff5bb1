//! Moves of doors between centres, decided by the cost of couriers' routes.
//!
//! The assignment estimates the cost of each door by itself. Whether a door is a small detour for a courier of another
//! centre, and whether a courier is needed at all, only routes can tell. Centres that could serve each other's doors are
//! therefore solved together as one problem with several depots, in which every door is a group of mutually exclusive
//! clients, one for each centre and wave that offers to serve it. Both echelons are then routed again under the new
//! assignment.

use super::assign::{Assignment, Move, OrderOptions};
use super::crews::{Crew, DepotCrews, crews_of, start_problem};
use super::draft::{DraftRoute, DraftRoutes, start_solution};
use super::effort::{PhaseBudget, SolveBudget};
use super::last_mile::{DoorClients, GoodsReady};
use super::linehaul::WavesReady;
use super::places::{DayPlaces, PlaceIdx};
use super::priority::Prizes;
use coldmile_model::{Day, Site};
use coldmile_plan::Handover;
use coldmile_units::Idx;
use std::collections::{BTreeMap, BTreeSet};

/// How many doors the centres of one cluster may have together. It bounds the size of the cluster's problem, in which each
/// door is up to [`MAX_OFFERS`] clients. Set by judgement, not tuned.
const MAX_CLUSTER_DOORS: usize = 400;
/// How many centres one cluster may have: each is one bit of a 64-bit skill mask, beside those of large parcels.
const MAX_CLUSTER_CENTRES: usize = 64;
/// With how many centres and waves a door is offered, its present ones included. Every offer is one more client of the
/// problem. Set by judgement, not tuned.
const MAX_OFFERS: usize = 4;

/// Centres that are solved together, and the doors they serve at present.
pub struct Cluster {
    centres: Vec<Idx<Site>>,
    doors: Vec<OfferedDoor>,
}

/// A door with the centres that could serve it.
struct OfferedDoor {
    /// The order's row in the assignment.
    row: Idx<OrderOptions>,
    /// The positions of the options that are offered, the present one first.
    offers: Vec<usize>,
}

/// Groups of centres that could take over doors of each other, joined in order of how many doors that are, as long as a
/// group is small enough to be solved as one problem, beside so many other skills. Empty where every door has one centre only.
pub fn clusters(assignment: &Assignment, other_skills: usize) -> Vec<Cluster> {
    let doors = doors(assignment);
    let centre = |door: &OfferedDoor, offer: usize| assignment.orders[door.row].options[offer].centre;
    let mut size: BTreeMap<Idx<Site>, usize> = BTreeMap::new();
    let mut shared: BTreeMap<(Idx<Site>, Idx<Site>), usize> = BTreeMap::new();
    for door in &doors {
        let home = centre(door, door.offers[0]);
        *size.entry(home).or_default() += 1;
        for &offer in &door.offers[1..] {
            let other = centre(door, offer);
            *shared.entry((home.min(other), home.max(other))).or_default() += 1;
        }
    }
    let mut pairs: Vec<_> = shared.into_iter().collect();
    pairs.sort_by_key(|&(pair, count)| (std::cmp::Reverse(count), pair));
    let mut groups: BTreeMap<Idx<Site>, BTreeSet<Idx<Site>>> = BTreeMap::new();
    for &((one, other), _) in &pairs {
        for centre in [one, other] {
            groups.entry(centre).or_insert_with(|| BTreeSet::from([centre]));
        }
    }
    for ((one, other), _) in pairs {
        let together: BTreeSet<_> = groups[&one].union(&groups[&other]).copied().collect();
        let count: usize = together.iter().map(|centre| size.get(centre).copied().unwrap_or(0)).sum();
        if count <= MAX_CLUSTER_DOORS && together.len() + other_skills <= MAX_CLUSTER_CENTRES {
            for centre in together.clone() {
                groups.insert(centre, together.clone());
            }
        }
    }
    let groups: BTreeSet<_> = groups.into_values().filter(|group| group.len() > 1).collect();
    let mut clusters: Vec<Cluster> = (groups.into_iter())
        .map(|group| Cluster { centres: group.into_iter().collect(), doors: Vec::new() })
        .collect();
    for mut door in doors {
        let home = centre(&door, door.offers[0]);
        if let Some(cluster) = clusters.iter_mut().find(|cluster| cluster.centres.contains(&home)) {
            let is_near =
                |&offer: &usize| cluster.centres.contains(&assignment.orders[door.row].options[offer].centre);
            door.offers.retain(is_near);
            cluster.doors.push(door);
        }
    }
    clusters
}

/// Every order that is served at the door, with the centres that offer to serve it.
fn doors(assignment: &Assignment) -> Vec<OfferedDoor> {
    let rows = assignment.orders.enumerate().zip(&assignment.picks);
    rows.filter_map(|((row, order), pick)| {
        let pick = (*pick)?;
        let is_door = |&offer: &usize| order.options[offer].handover == Handover::Door;
        let mut offers: Vec<usize> = (0..order.options.len()).filter(is_door).collect();
        offers.sort_by_key(|&offer| offer != pick);
        offers.truncate(MAX_OFFERS);
        (offers.first() == Some(&pick)).then_some(OfferedDoor { row, offers })
    })
    .collect()
}

/// The assignment after the moves that make couriers' routes cheaper, and the routes with these moves. The search begins
/// with the routes of `draft`.
pub fn exchange(
    day: &Day,
    places: &DayPlaces,
    assignment: &Assignment,
    clusters: &[Cluster],
    (ready, mut draft): (&WavesReady, DraftRoutes),
    phase: &PhaseBudget<'_>,
) -> (Assignment, DraftRoutes) {
    let sizes: Vec<usize> = clusters.iter().map(|cluster| cluster.doors.len()).collect();
    let found = phase.solve_all(&sizes, |at, budget| {
        moves(day, places, assignment, &clusters[at], (ready, &draft), budget)
    });
    let mut moves = Vec::new();
    for (of_cluster, routes) in found {
        moves.extend(of_cluster);
        draft.extend(routes);
    }
    (assignment.moved(&moves), draft)
}

/// The doors that change centre when the centres of a cluster are solved together, and the routes of these centres then.
fn moves(
    day: &Day,
    places: &DayPlaces,
    assignment: &Assignment,
    cluster: &Cluster,
    (ready, draft): (&WavesReady, &DraftRoutes),
    budget: &SolveBudget<'_>,
) -> (Vec<Move>, DraftRoutes) {
    let crews: Vec<Vec<Crew>> = cluster.centres.iter().map(|&centre| crews_of(day, centre)).collect();
    let depots: Vec<DepotCrews<'_>> = (cluster.centres.iter().zip(&crews).enumerate())
        .map(|(bit, (&site, crews))| DepotCrews { site, crews, skill_mask: 1 << bit })
        .collect();
    let clients_of: Vec<DoorClients<'_>> =
        depots.iter().map(|depot| DoorClients::new(day, places, depot.site, depot.crews)).collect();
    let prizes = Prizes::new(day, crews.iter().flatten());
    let order_of = |door: &OfferedDoor| assignment.orders[door.row].order;
    let stops: Vec<PlaceIdx> = cluster.doors.iter().map(|door| places.door(order_of(door))).collect();
    let mut builder = start_problem(day, places, &depots, &stops);
    let (mut offered, mut present) = (Vec::new(), BTreeMap::new());
    for (index, door) in cluster.doors.iter().enumerate() {
        let group = builder.group(coldmile_vrp::Group { prize: prizes.of(day, [order_of(door)]) });
        for &offer in &door.offers {
            let option = &assignment.orders[door.row].options[offer];
            // A wave that no truck brings to this centre has no moment at which it is ready: no offer.
            let (Some(depot), Some(&ready)) = (
                depots.iter().position(|depot| depot.site == option.centre),
                ready.get(&(option.centre, option.wave)),
            ) else {
                continue;
            };
            let order = &day.orders[order_of(door)];
            let client = clients_of[depot].client(order, GoodsReady::of(ready), depots.len() + index);
            let skills = depots[depot].skill_mask | client.skills;
            let client = builder.client(coldmile_vrp::Client { skills, group: Some(group), ..client });
            offered.push((index, offer));
            if offer == door.offers[0] {
                present.insert(order_of(door), client);
            }
        }
    }
    // The first vehicle type of each centre: one a crew.
    let first_types: Vec<usize> = (crews.iter())
        .scan(0, |next, crews| {
            *next += crews.len();
            Some(*next - crews.len())
        })
        .collect();
    let start = (cluster.centres.iter().zip(&first_types))
        .filter_map(|(centre, first)| Some((draft.get(centre)?, first)))
        .flat_map(|(routes, first)| {
            let vehicle_type = |crew: usize| Idx::new((first + crew) as u32);
            start_solution(routes, vehicle_type, |order| present.get(&order).copied())
        })
        .collect();
    let problem = builder.build().expect("every part of the problem was checked when the day was read");
    let solution = budget.solve(&problem, start);
    let visited = solution.routes.iter().flat_map(|route| &route.trips).flat_map(|trip| &trip.clients);
    let mut moves: Vec<Move> = visited
        .map(|client| offered[client.get()])
        .filter(|&(door, offer)| offer != cluster.doors[door].offers[0])
        .map(|(door, option)| Move { order: cluster.doors[door].row, option })
        .collect();
    moves.sort_unstable();
    let mut routes: DraftRoutes = cluster.centres.iter().map(|&centre| (centre, Vec::new())).collect();
    for route in &solution.routes {
        let depot = first_types.partition_point(|&first| first <= route.vehicle_type.get()) - 1;
        let orders = |trip: &coldmile_vrp::Trip| {
            trip.clients.iter().map(|client| order_of(&cluster.doors[offered[client.get()].0])).collect()
        };
        let crew = route.vehicle_type.get() - first_types[depot];
        let trips = route.trips.iter().map(orders).collect();
        routes.entry(cluster.centres[depot]).or_default().push(DraftRoute { crew, trips });
    }
    (moves, routes)
}
