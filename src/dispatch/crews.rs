//! The couriers of a site as vehicle types of a routing problem.
//!
//! A crew is a vehicle type of the problem, a depot is a base of couriers with one loading duration.

use super::cold::ColdBounds;
use super::places::{DayPlaces, PlaceIdx, SizedProfile};
use coldmile_model::{Break, Compartment, Courier, Day, Load, Prices, Site, VehicleType};
use coldmile_units::{Idx, Seconds, TimeWindow, TravelMatrix};
use std::collections::BTreeMap;

/// The load dimensions of a day's problems: mass in grams, then millilitres of each compartment, and where some vehicle type
/// bounds that on its own, millilitres of all compartments together.
#[derive(Clone, Copy, Debug)]
pub struct LoadDimensions {
    count: usize,
}

/// Mass and compartments.
const SEPARATE: usize = 1 + Compartment::ALL.len();

impl LoadDimensions {
    /// Those of a day.
    pub fn of(day: &Day) -> Self {
        let is_bounded = |vehicle: &VehicleType| vehicle.litres.is_some() || vehicle.movable_walls;
        Self { count: SEPARATE + usize::from(day.vehicle_types.iter().any(is_bounded)) }
    }

    /// A load in these dimensions.
    pub fn load(self, load: &Load) -> coldmile_vrp::Load {
        let separate = std::iter::once(load.mass.0).chain(load.volumes.iter().map(|volume| volume.0));
        separate.chain([load.volume().0]).take(self.count).collect()
    }

    /// What a vehicle type takes in these dimensions; nothing in compartments that its carrier does not cool.
    fn capacity(self, day: &Day, vehicle: &VehicleType) -> coldmile_vrp::Load {
        let volume = |part: Compartment| {
            let is_kept =
                part == Compartment::Ambient || day.cold.carriers[vehicle.carrier].keeping(part).is_some();
            if is_kept { vehicle.volume_of(part).0 } else { 0 }
        };
        let separate = std::iter::once(vehicle.capacity.mass.0).chain(Compartment::ALL.map(volume));
        separate.chain([vehicle.total_volume().0]).take(self.count).collect()
    }
}

/// Couriers of one site that a solver need not tell apart: same vehicle type, same shift, same break.
#[derive(Clone, Debug)]
pub struct Crew {
    /// Their vehicle type.
    pub vehicle: Idx<VehicleType>,
    /// Their shift.
    pub shift: TimeWindow,
    /// Their break.
    pub break_rule: Option<Break>,
    /// The couriers, in file order.
    pub couriers: Vec<Idx<Courier>>,
}

impl Crew {
    /// How long each of them may work: the shift, and overtime after it.
    pub fn longest_work(&self, day: &Day) -> Seconds {
        self.shift.length() + day.vehicle_types[self.vehicle].max_overtime
    }
}

/// The couriers based at `site`, in crews.
pub fn crews_of(day: &Day, site: Idx<Site>) -> Vec<Crew> {
    let mut crews: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (position, courier) in day.couriers.enumerate().filter(|(_, courier)| courier.base == site) {
        crews.entry((courier.vehicle, courier.shift, courier.break_rule)).or_default().push(position);
    }
    crews
        .into_iter()
        .map(|((vehicle, shift, break_rule), couriers)| Crew { vehicle, shift, break_rule, couriers })
        .collect()
}

/// The crews that start from one depot of a routing problem.
#[derive(Clone, Copy, Debug)]
pub struct DepotCrews<'a> {
    /// The site where the depot is.
    pub site: Idx<Site>,
    /// Its crews.
    pub crews: &'a [Crew],
    /// Skills of these crews: a client that asks for one of these bits is restricted to this depot's crews. Zero where
    /// the problem has one depot.
    pub skill_mask: u64,
}

/// Starts a routing problem over the sites of `depots` and then `stops`, with the durations and distances of the roads and of
/// walks to doors.
pub fn start_problem(
    day: &Day,
    places: &DayPlaces,
    depots: &[DepotCrews<'_>],
    stops: &[PlaceIdx],
) -> coldmile_vrp::ProblemBuilder {
    let sites = depots.iter().map(|depot| DayPlaces::site(depot.site));
    let locations: Vec<PlaceIdx> = sites.chain(stops.iter().copied()).collect();
    start_problem_with(day, places, depots, |profile| places.travel(profile, &locations, &locations))
}

/// Starts a routing problem with the travel that `matrix` gives for each profile, over locations of which the first are
/// the sites of `depots`: a depot for each site and loading duration, and one vehicle type a crew, in order.
pub fn start_problem_with(
    day: &Day,
    places: &DayPlaces,
    depots: &[DepotCrews<'_>],
    matrix: impl Fn(SizedProfile) -> TravelMatrix,
) -> coldmile_vrp::ProblemBuilder {
    let dimensions = LoadDimensions::of(day);
    let mut builder = coldmile_vrp::ProblemBuilder::new(dimensions.count);
    let mut profiles: BTreeMap<SizedProfile, Idx<coldmile_vrp::Profile>> = BTreeMap::new();
    let mut depot_of: BTreeMap<(usize, Seconds), Idx<coldmile_vrp::Depot>> = BTreeMap::new();
    let cold: Vec<ColdBounds<'_>> = depots
        .iter()
        .map(|depot| ColdBounds::new(day, depot.site, shortest_loading(day, depot.crews)))
        .collect();
    let crews =
        depots.iter().enumerate().flat_map(|(at, depot)| depot.crews.iter().map(move |crew| (at, crew)));
    for (location, crew) in crews {
        let DepotCrews { site, skill_mask, .. } = depots[location];
        let fading = cold[location].fading(day.vehicle_types[crew.vehicle].carrier);
        let vehicle = &day.vehicle_types[crew.vehicle];
        let sized = places.profile_of(crew.vehicle);
        let profile = *profiles.entry(sized).or_insert_with(|| builder.profile(matrix(sized)));
        let window = day.network.sites()[site].hours;
        let depot = *depot_of.entry((location, vehicle.loading)).or_insert_with(|| {
            builder.depot(coldmile_vrp::Depot { location, window, loading: vehicle.loading })
        });
        builder.vehicle_type(coldmile_vrp::VehicleType {
            count: crew.couriers.len(),
            capacity: dimensions.capacity(day, vehicle),
            profile,
            start_depot: depot,
            end_depot: depot,
            shift: crew.shift,
            fixed_cost: vehicle.prices.per_day.0 * coldmile_vrp::COST_SCALE,
            cost_per_second: rounded(vehicle.prices.per_hour.0 * coldmile_vrp::COST_SCALE, 3600),
            cost_per_metre: rounded(vehicle.prices.per_km.0 * coldmile_vrp::COST_SCALE, 1000),
            time_prices: coldmile_vrp::TimePrices {
                travel: rounded(vehicle.prices.per_driving_hour.0 * coldmile_vrp::COST_SCALE, 3600),
                overtime: rounded(vehicle.prices.per_overtime_hour.0 * coldmile_vrp::COST_SCALE, 3600),
                ..coldmile_vrp::TimePrices::default()
            },
            max_overtime: vehicle.max_overtime,
            break_rule: crew
                .break_rule
                .map(|rule| coldmile_vrp::Break { window: rule.window, duration: rule.duration }),
            max_distance: vehicle.range.map(|range| range.0),
            max_trips: vehicle.max_trips as usize,
            carrier: vehicle.carrier.get(),
            fading,
            skills: skill_mask | places.sizes().of_vehicle(vehicle),
            ..coldmile_vrp::VehicleType::default()
        });
    }
    builder
}

/// The shortest loading duration of the crews; zero without any.
pub fn shortest_loading(day: &Day, crews: &[Crew]) -> Seconds {
    crews.iter().map(|crew| day.vehicle_types[crew.vehicle].loading).min().unwrap_or_default()
}

/// The longest loading duration of the crews: released this long after its goods are ready, a client can be on the first
/// trip of any of them.
pub fn longest_loading(day: &Day, crews: &[Crew]) -> Seconds {
    crews.iter().map(|crew| day.vehicle_types[crew.vehicle].loading).max().unwrap_or_default()
}

// A price that the reader lets in is one that a problem can be built with, so that no file makes planning panic.
const _: () = {
    assert!(Prices::MAX_UNIT == coldmile_vrp::MAX_PRICE);
    assert!(rounded(Prices::MAX_PER_HOUR.0 * coldmile_vrp::COST_SCALE, 3600) <= coldmile_vrp::MAX_PRICE);
    assert!(rounded(Prices::MAX_PER_KM.0 * coldmile_vrp::COST_SCALE, 1000) <= coldmile_vrp::MAX_PRICE);
};

/// `amount / divisor`, a half rounded up.
pub const fn rounded(amount: i64, divisor: i64) -> i64 {
    (amount + divisor / 2).div_euclid(divisor)
}
