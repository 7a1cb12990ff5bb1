//! How families move: on foot, or by the nearest to it that the map has.

use super::super::case::Case;
use super::super::roads::{Roads, VehicleProfile};
use coldmile_road::RoadUse;

/// The first of these that the map has.
const FAMILY_PROFILES: [&str; 4] = ["foot", "bike", "van", "truck"];

/// The profile of a family's walk; `None` on a day without sites and on a map without any of them.
pub fn family_profile<'a>(case: &Case<'a>, roads: &dyn Roads) -> Option<VehicleProfile<'a>> {
    let somewhere = case.day.network.sites().iter().map(|site| site.point).next()?;
    let profiles =
        FAMILY_PROFILES.into_iter().map(|name| VehicleProfile { name, road_use: RoadUse::default() });
    profiles.into_iter().find(|profile| roads.nearest(*profile, somewhere).is_some())
}
