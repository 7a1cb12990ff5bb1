//! Which centre serves which door, decided again by what couriers' routes really cost.
//!
//! The assignment goes by an estimate of each courier's way on its own. Whether a door is a small detour for somebody who
//! is near anyway, and whether a courier need come out at all, only routes can tell: centres that could serve each other's
//! doors are solved together, as one problem in which every door is offered by several centres and served by one of
//! them. The moves found hold the rooms of every centre; the plan is then made anew with them.

use super::assign::Assignment;
use super::crews::{Base, Crew, crews_of, start_problem};
use super::effort::{PhaseSearch, Turn};
use super::last_mile::Doors;
use super::linehaul::Ready;
use super::places::{Place, Places};
use coldmile_model::{Day, Site};
use coldmile_plan::Handover;
use coldmile_units::Idx;
use std::collections::{BTreeMap, BTreeSet};

/// Most doors of centres that are solved together.
const MOST_DOORS: usize = 400;
/// Most centres that are solved together: each has a bit of skill.
const MOST_CENTRES: usize = 64;
/// From how many centres a door is offered at most.
const OFFERS: usize = 4;

/// Centres that are solved together.
pub struct Cluster {
    centres: Vec<Idx<Site>>,
    doors: Vec<Door>,
}

/// A door with the centres that could serve it.
struct Door {
    /// Which order of the assignment.
    row: usize,
    /// Its options that it is offered, the present one first.
    offers: Vec<usize>,
}

/// Neighbouring centres by how many doors they could take from each other, as far as they are few enough to be solved
/// together; nothing where every door has one centre.
pub fn clusters(assignment: &Assignment) -> Vec<Cluster> {
    let doors = doors(assignment);
    let centre = |door: &Door, offer: usize| assignment.orders[door.row].options[offer].centre;
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
        if count <= MOST_DOORS && together.len() <= MOST_CENTRES {
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

/// Everybody who is served at the door, with the offers.
fn doors(assignment: &Assignment) -> Vec<Door> {
    let rows = assignment.orders.iter().zip(&assignment.picks).enumerate();
    rows.filter_map(|(row, (order, pick))| {
        let pick = (*pick)?;
        let is_door = |&offer: &usize| order.options[offer].handover == Handover::Door;
        let mut offers: Vec<usize> = (0..order.options.len()).filter(is_door).collect();
        offers.sort_by_key(|&offer| offer != pick);
        offers.truncate(OFFERS);
        (offers.first() == Some(&pick)).then_some(Door { row, offers })
    })
    .collect()
}

/// The assignment after the moves that pay, as far as the rooms of the centres hold.
pub fn exchange(
    day: &Day,
    places: &Places,
    assignment: &Assignment,
    clusters: &[Cluster],
    ready: &Ready,
    search: &PhaseSearch<'_>,
) -> Assignment {
    let sizes: Vec<usize> = clusters.iter().map(|cluster| cluster.doors.len()).collect();
    let moves = search
        .solve_all(&sizes, |at, turn| moves(day, places, assignment, &clusters[at], ready, turn))
        .concat();
    assignment.moved(day, &moves)
}

/// Who is served from elsewhere (order, option) when the centres of a cluster are solved together.
fn moves(
    day: &Day,
    places: &Places,
    assignment: &Assignment,
    cluster: &Cluster,
    ready: &Ready,
    turn: &Turn<'_>,
) -> Vec<(usize, usize)> {
    let crews: Vec<Vec<Crew>> = cluster.centres.iter().map(|&centre| crews_of(day, centre)).collect();
    let bases: Vec<Base<'_>> = (cluster.centres.iter().zip(&crews).enumerate())
        .map(|(bit, (&site, crews))| Base { site, crews, skills: 1 << bit })
        .collect();
    let at_base: Vec<Doors<'_>> = bases.iter().map(|base| Doors::new(day, base.site, base.crews)).collect();
    let order_of = |door: &Door| assignment.orders[door.row].order;
    let stops: Vec<Place> = cluster.doors.iter().map(|door| places.door(order_of(door))).collect();
    let mut builder = start_problem(day, places, &bases, &stops);
    let mut offered = Vec::new();
    for (index, door) in cluster.doors.iter().enumerate() {
        let group = builder.group(coldmile_vrp::Group::default());
        for &offer in &door.offers {
            let option = &assignment.orders[door.row].options[offer];
            // Where no truck comes with that wave there is nothing to serve.
            let (Some(base), Some(&ready)) = (
                bases.iter().position(|base| base.site == option.centre),
                ready.get(&(option.centre, option.wave)),
            ) else {
                continue;
            };
            let order = &day.orders[order_of(door)];
            let client = at_base[base].client(order, ready, bases.len() + index);
            builder.client(coldmile_vrp::Client { skills: bases[base].skills, group: Some(group), ..client });
            offered.push((index, offer));
        }
    }
    let problem = builder.build().expect("every part of the problem was checked when the day was read");
    let solution = turn.solve(&problem);
    let visited = solution.routes.iter().flat_map(|route| &route.trips).flat_map(|trip| &trip.clients);
    let mut moves: Vec<_> = visited
        .map(|client| offered[client.get()])
        .filter(|&(door, offer)| offer != cluster.doors[door].offers[0])
        .map(|(door, offer)| (cluster.doors[door].row, offer))
        .collect();
    moves.sort_unstable();
    moves
}
