//! The couriers of a site as vehicle types of a routing problem.

use super::places::{Means, Place, Places};
use coldmile_model::{Compartment, Courier, Day, Load, Site, VehicleType};
use coldmile_units::{Idx, Seconds, TimeWindow};
use std::collections::BTreeMap;

/// Load dimensions of every problem: mass in grams, then millilitres of each compartment.
pub const DIMENSIONS: usize = 1 + Compartment::ALL.len();

/// Couriers of one site that a solver need not tell apart: same vehicle, same shift.
#[derive(Clone, Debug)]
pub struct Crew {
    /// What they move with.
    pub vehicle: Idx<VehicleType>,
    /// When they work.
    pub shift: TimeWindow,
    /// Who they are, in file order.
    pub couriers: Vec<Idx<Courier>>,
}

/// The couriers based at `site`, in crews.
pub fn crews_of(day: &Day, site: Idx<Site>) -> Vec<Crew> {
    let mut crews: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (position, courier) in day.couriers.enumerate().filter(|(_, courier)| courier.base == site) {
        crews.entry((courier.vehicle, courier.shift)).or_default().push(position);
    }
    crews.into_iter().map(|((vehicle, shift), couriers)| Crew { vehicle, shift, couriers }).collect()
}

/// Crews that leave from one site.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    /// Where.
    pub site: Idx<Site>,
    /// Who.
    pub crews: &'a [Crew],
    /// Bits that tell them from the crews of other bases in the same problem.
    pub skills: u64,
}

/// Starts a problem of crews: profiles over locations (the bases stand first, then the stops), a depot for each base and
/// loading time, and one vehicle type a crew, in order.
pub fn start_problem(
    day: &Day,
    places: &Places,
    bases: &[Base<'_>],
    stops: &[Place],
) -> coldmile_vrp::ProblemBuilder {
    let mut builder = coldmile_vrp::ProblemBuilder::new(DIMENSIONS);
    let sites = bases.iter().map(|base| Places::site(base.site));
    let locations: Vec<Place> = sites.chain(stops.iter().copied()).collect();
    let mut profiles: BTreeMap<Means, Idx<coldmile_vrp::Profile>> = BTreeMap::new();
    let mut depots: BTreeMap<(usize, Seconds), Idx<coldmile_vrp::Depot>> = BTreeMap::new();
    let crews = bases.iter().enumerate().flat_map(|(at, base)| base.crews.iter().map(move |crew| (at, crew)));
    for (location, crew) in crews {
        let base = &bases[location];
        let vehicle = &day.vehicle_types[crew.vehicle];
        let means = places.means_of(crew.vehicle);
        let profile = *profiles
            .entry(means)
            .or_insert_with(|| builder.profile(places.table(means, &locations, &locations)));
        let window = day.network.sites()[base.site].hours;
        let depot = *depots.entry((location, vehicle.loading)).or_insert_with(|| {
            builder.depot(coldmile_vrp::Depot { location, window, loading: vehicle.loading })
        });
        builder.vehicle_type(coldmile_vrp::VehicleType {
            count: crew.couriers.len(),
            capacity: dimensions(&usable(day, vehicle)),
            profile,
            start_depot: depot,
            end_depot: depot,
            shift: crew.shift,
            fixed_cost: vehicle.prices.per_day.0 * coldmile_vrp::COST_SCALE,
            cost_per_second: rounded(vehicle.prices.per_hour.0 * coldmile_vrp::COST_SCALE, 3600),
            cost_per_metre: rounded(vehicle.prices.per_km.0 * coldmile_vrp::COST_SCALE, 1000),
            max_distance: vehicle.range.map(|range| range.0),
            max_trips: vehicle.max_trips as usize,
            carrier: vehicle.carrier.get(),
            skills: base.skills,
            ..coldmile_vrp::VehicleType::default()
        });
    }
    builder
}

/// The latest that loading may begin after goods are ready, so that any crew's trip leaves with them.
pub fn longest_loading(day: &Day, crews: &[Crew]) -> Seconds {
    crews.iter().map(|crew| day.vehicle_types[crew.vehicle].loading).max().unwrap_or_default()
}

/// A load as the solver counts it.
pub fn dimensions(load: &Load) -> coldmile_vrp::Load {
    std::iter::once(load.mass.0).chain(load.volumes.iter().map(|volume| volume.0)).collect()
}

/// Capacity without the compartments that the carrier cannot keep at all.
fn usable(day: &Day, vehicle: &VehicleType) -> Load {
    let mut capacity = vehicle.capacity;
    for part in [Compartment::Chilled, Compartment::Frozen] {
        if day.cold.carriers[vehicle.carrier].keeping(part).is_none() {
            capacity[part] = coldmile_units::Millilitres::ZERO;
        }
    }
    capacity
}

fn rounded(amount: i64, by: i64) -> i64 {
    (amount + by / 2).div_euclid(by)
}
