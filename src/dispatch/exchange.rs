//! Moves of doors between centres, decided by the cost of couriers' routes.
//!
//! The assignment estimates the cost of each door by itself. Whether a door is a small detour for a courier of another
//! centre, and whether a courier is needed at all, only routes can tell. Centres that could serve each other's doors are
//! therefore solved together as one problem with several depots, in which every door is a group of mutually exclusive
//! clients, one for each centre and wave that offers to serve it; the price of leaving all of them out is that of the
//! family's walk to collect its order, where it may. Both echelons are then routed again under the new assignment.

use super::assign::{AssignOption, Assignment, Move, OrderOptions};
use super::crews::{Crew, DepotCrews, crews_of, start_problem};
use super::draft::{DraftRoute, DraftRoutes, start_solution};
use super::echelons::Echelons;
use super::effort::{PhaseBudget, SolveBudget};
use super::last_mile::{DoorClients, GoodsReady};
use super::places::{DayPlaces, PlaceIdx};
use super::walks::walk_price;
use coldmile_model::{Day, Site};
use coldmile_plan::Handover;
use coldmile_units::Idx;
use std::collections::{BTreeMap, BTreeSet};

/// How many doors the centres of one cluster may have together. It bounds the size of the cluster's problem, in which each
/// door is up to [`MAX_OFFERS`] clients. Set by judgement, not tuned.
pub const MAX_CLUSTER_DOORS: usize = 400;
/// How many centres one cluster may have: each is one bit of a 64-bit skill mask.
const MAX_CLUSTER_CENTRES: usize = 64;
/// With how many centres and waves a door is offered, its present ones included. Every offer is one more client of the
/// problem. Set by judgement, not tuned.
const MAX_OFFERS: usize = 4;

/// Centres that are solved together, and the orders whose doors they could serve.
pub struct Cluster {
    centres: Vec<Idx<Site>>,
    doors: Vec<OfferedDoor>,
}

/// An order that may be brought to its door, with the options that are offered for it.
struct OfferedDoor {
    /// The order's row in the assignment.
    row: Idx<OrderOptions>,
    /// The position of its present option.
    present: usize,
    /// The positions of the options that bring it to the door, the present one first if it does.
    offers: Vec<usize>,
    /// The position of the cheapest option with which its family would collect it.
    pickup: Option<usize>,
}

/// Groups of centres that could take over doors of each other, joined in order of how many doors that are, as long as a
/// group is small enough to be solved as one problem. Only centres that could exchange doors with one of `around` are
/// joined, all where that is `None`. Empty where every door has one centre only.
pub fn clusters(state: &Echelons, around: Option<&BTreeSet<Idx<Site>>>, max_doors: usize) -> Vec<Cluster> {
    let options = &state.assignment.orders;
    let doors = doors(state);
    let centre = |door: &OfferedDoor, offer: usize| options[door.row].options[offer].centre;
    let mut size: BTreeMap<Idx<Site>, usize> = BTreeMap::new();
    let mut shared: BTreeMap<(Idx<Site>, Idx<Site>), usize> = BTreeMap::new();
    for door in &doors {
        let home = centre(door, door.present);
        *size.entry(home).or_default() += 1;
        for &offer in &door.offers {
            let other = centre(door, offer);
            if other != home {
                *shared.entry((home.min(other), home.max(other))).or_default() += 1;
            }
        }
    }
    let is_asked = |&(one, other): &(Idx<Site>, Idx<Site>)| {
        around.is_none_or(|around| around.contains(&one) || around.contains(&other))
    };
    let mut pairs: Vec<_> = shared.into_iter().filter(|(pair, _)| is_asked(pair)).collect();
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
        if count <= max_doors && together.len() <= MAX_CLUSTER_CENTRES {
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
        let home = centre(&door, door.present);
        if let Some(cluster) = clusters.iter_mut().find(|cluster| cluster.centres.contains(&home)) {
            door.offers.retain(|&offer| cluster.centres.contains(&options[door.row].options[offer].centre));
            cluster.doors.push(door);
        }
    }
    clusters
}

/// Every served order that may be brought to its door by what the trucks bring to the centres now.
fn doors(state: &Echelons) -> Vec<OfferedDoor> {
    let rows = state.assignment.orders.enumerate().zip(&state.assignment.picks);
    rows.filter_map(|((row, order), pick)| {
        let present = (*pick)?;
        let is_offered = |&offer: &usize| {
            let option = &order.options[offer];
            option.handover == Handover::Door && (offer == present || state.is_in_time(option))
        };
        let mut offers: Vec<usize> = (0..order.options.len()).filter(is_offered).collect();
        offers.sort_by_key(|&offer| offer != present);
        offers.truncate(MAX_OFFERS);
        let pickup = state.cheapest_pickup(row);
        (!offers.is_empty()).then_some(OfferedDoor { row, present, offers, pickup })
    })
    .collect()
}

/// The assignment after the moves that make the last mile cheaper, and the routes of all couriers with these moves.
pub fn exchange(
    day: &Day,
    places: &DayPlaces,
    state: &Echelons,
    clusters: &[Cluster],
    phase: &PhaseBudget<'_>,
) -> (Assignment, DraftRoutes) {
    let sizes: Vec<usize> = clusters.iter().map(|cluster| cluster.doors.len()).collect();
    let draft = state.draft();
    let found =
        phase.solve_all(&sizes, |at, budget| moves(day, places, state, &clusters[at], &draft, budget));
    after(day, state, draft, found)
}

/// What [`exchange`] does, of these clusters one after another within a limit for each.
pub fn exchange_in_turn(
    day: &Day,
    places: &DayPlaces,
    state: &Echelons,
    clusters: &[Cluster],
    budget: &SolveBudget<'_>,
) -> (Assignment, DraftRoutes) {
    let draft = state.draft();
    let found = clusters.iter().map(|cluster| moves(day, places, state, cluster, &draft, budget)).collect();
    after(day, state, draft, found)
}

/// The assignment after the moves that were found cluster by cluster, and the routes then. An order is collected only where
/// the store has space for it as long as its family may take; pickups go to the centre where they are cheapest.
fn after(
    day: &Day,
    state: &Echelons,
    mut draft: DraftRoutes,
    found: Vec<(Vec<Move>, DraftRoutes)>,
) -> (Assignment, DraftRoutes) {
    let mut moved = state.assignment.clone();
    let mut stores = state.stores(day);
    for (moves, routes) in found {
        let handover = |step: &Move| moved.orders[step.order].options[step.option].handover;
        let (pickups, doors): (Vec<Move>, Vec<Move>) =
            moves.into_iter().partition(|step| handover(step) == Handover::Pickup);
        moved.apply(&doors);
        for step in pickups {
            if state.fits_as_pickup(day, &mut stores, step) {
                moved.apply(&[step]);
            }
        }
        draft.extend(routes);
    }
    for row in moved.orders.indices() {
        let Some(option) = state.cheapest_pickup(row) else { continue };
        let is_better = |chosen: &AssignOption| {
            chosen.handover == Handover::Pickup && moved.orders[row].options[option].cost < chosen.cost
        };
        let step = Move { order: row, option };
        if moved.chosen(row).is_some_and(is_better) && state.fits_as_pickup(day, &mut stores, step) {
            moved.apply(&[step]);
        }
    }
    (moved, draft)
}

/// The orders that change centre, wave or handover when the centres of a cluster are solved together, and the routes of these
/// centres then.
fn moves(
    day: &Day,
    places: &DayPlaces,
    state: &Echelons,
    cluster: &Cluster,
    draft: &DraftRoutes,
    budget: &SolveBudget<'_>,
) -> (Vec<Move>, DraftRoutes) {
    let (assignment, ready) = (&state.assignment, &state.ready);
    let crews: Vec<Vec<Crew>> = cluster.centres.iter().map(|&centre| crews_of(day, centre)).collect();
    let depots: Vec<DepotCrews<'_>> = (cluster.centres.iter().zip(&crews).enumerate())
        .map(|(bit, (&site, crews))| DepotCrews { site, crews, skill_mask: 1 << bit })
        .collect();
    let clients_of: Vec<DoorClients<'_>> =
        depots.iter().map(|depot| DoorClients::new(day, depot.site, depot.crews)).collect();
    let order_of = |door: &OfferedDoor| assignment.orders[door.row].order;
    let stops: Vec<PlaceIdx> = cluster.doors.iter().map(|door| places.door(order_of(door))).collect();
    let mut builder = start_problem(day, places, &depots, &stops);
    let (mut offered, mut present) = (Vec::new(), BTreeMap::new());
    for (index, door) in cluster.doors.iter().enumerate() {
        let pickup = door.pickup.map(|at| &assignment.orders[door.row].options[at]);
        let prize = pickup.map(|option| walk_price(day, option.walk));
        let group = builder.group(coldmile_vrp::Group { prize });
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
            let client = clients_of[depot].client(order, GoodsReady::at(ready), depots.len() + index);
            let skills = depots[depot].skill_mask;
            let client = builder.client(coldmile_vrp::Client { skills, group: Some(group), ..client });
            offered.push((index, offer));
            if offer == door.present {
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
    let mut chosen: Vec<Option<usize>> = cluster.doors.iter().map(|door| door.pickup).collect();
    for client in visited {
        let (door, offer) = offered[client.get()];
        chosen[door] = Some(offer);
    }
    // An order that is neither visited nor can be collected stays as it is.
    let mut moves: Vec<Move> = (cluster.doors.iter().zip(chosen))
        .filter_map(|(door, chosen)| Some((door, chosen.filter(|&option| option != door.present)?)))
        .map(|(door, option)| Move { order: door.row, option })
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
