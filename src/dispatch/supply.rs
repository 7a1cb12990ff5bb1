//! Which hub supplies each centre.

use super::crews::crews_of;
use super::places::DayPlaces;
use coldmile_model::{Day, Site, SiteKind};
use coldmile_units::{Idx, Seconds};
use std::collections::{BTreeMap, BTreeSet};

/// The hub that supplies each centre: of the hubs with a lane to it and a truck on duty, the one with the shortest ride. A
/// centre without such a hub is not among them.
pub fn supplying_hubs(day: &Day, places: &DayPlaces) -> BTreeMap<Idx<Site>, Idx<Site>> {
    let staffed: BTreeSet<Idx<Site>> = day.couriers.iter().map(|courier| courier.base).collect();
    let centres = day.network.sites_of(SiteKind::Centre);
    centres.filter_map(|(centre, _)| Some((centre, supplying_hub(day, places, &staffed, centre)?))).collect()
}

/// The hubs with a lane to a centre, whether a truck is on duty there or not.
pub fn hubs_of(day: &Day, centre: Idx<Site>) -> impl Iterator<Item = Idx<Site>> {
    let sites = day.network.sites();
    day.network.suppliers(centre).filter(|&site| sites[site].kind == SiteKind::Hub)
}

fn supplying_hub(
    day: &Day,
    places: &DayPlaces,
    staffed: &BTreeSet<Idx<Site>>,
    centre: Idx<Site>,
) -> Option<Idx<Site>> {
    let staffed: Vec<_> = hubs_of(day, centre).filter(|hub| staffed.contains(hub)).collect();
    if let [only] = staffed[..] {
        return Some(only);
    }
    let ride = |hub| shortest_ride(day, places, hub, centre).unwrap_or(Seconds(i64::MAX));
    staffed.into_iter().min_by_key(|&hub| (ride(hub), hub))
}

/// Least time from when goods are ready at a hub until a truck stands at a centre: loading and ride. Zero where no truck can
/// reach the centre.
pub fn least_haul(day: &Day, places: &DayPlaces, hub: Idx<Site>, centre: Idx<Site>) -> Seconds {
    let hauls = crews_of(day, hub).into_iter().filter_map(|crew| {
        let profile = places.profile_of(crew.vehicle);
        let matrix = places.matrix(profile, &[DayPlaces::site(hub)], &[DayPlaces::site(centre)]);
        Some(day.vehicle_types[crew.vehicle].loading + matrix.duration_between(0, 0)?)
    });
    hauls.min().unwrap_or(Seconds::ZERO)
}

/// The shortest ride of a hub's trucks to a centre; `None` where they cannot reach it.
pub fn shortest_ride(day: &Day, places: &DayPlaces, hub: Idx<Site>, centre: Idx<Site>) -> Option<Seconds> {
    let crews = crews_of(day, hub);
    let rides = crews.iter().filter_map(|crew| {
        let profile = places.profile_of(crew.vehicle);
        let matrix = places.matrix(profile, &[DayPlaces::site(hub)], &[DayPlaces::site(centre)]);
        matrix.duration_between(0, 0)
    });
    rides.min()
}
