//! A day and a plan with all ids resolved, and the stops at which the plan hands over each parcel.
//!
//! Rules look ids up here and skip those that are unknown; the rule `names` reports them.

use super::roads::VehicleProfile;
use coldmile_geometry::Point;
use coldmile_model::{Courier, Day, Order, Parcel, Site, VehicleType, WaveSchedule};
use coldmile_plan::{DayPlan, Echelon, PlannedOrder, Run, Stop, Trip};
use coldmile_road::{FastRoadUse, RoadUse};
use coldmile_units::{Id, Idx, Timestamp};
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// The day and the plan under audit.
pub(super) struct Case<'a> {
    pub day: &'a Day,
    pub plan: &'a DayPlan,
    zone: TimeZone,
    orders: HashMap<&'a Id<Order>, &'a Order>,
    parcels: HashMap<&'a Id<Parcel>, (&'a Order, &'a Parcel)>,
    sites: HashMap<&'a Id<Site>, Idx<Site>>,
    couriers: HashMap<&'a Id<Courier>, &'a Courier>,
    vehicles: HashMap<&'a Id<VehicleType>, Idx<VehicleType>>,
    waves: HashMap<&'a Id<WaveSchedule>, &'a WaveSchedule>,
    runs: HashMap<&'a Id<Run>, &'a Run>,
    planned: HashMap<&'a Id<Order>, &'a PlannedOrder>,
    brought: HashMap<&'a Id<Parcel>, Vec<Halt<'a>>>,
    handed: HashMap<&'a Id<Parcel>, Vec<Halt<'a>>>,
}

/// A stop together with its trip and run. Positions count from 0, as in files; [`Halt::place`] counts from 1.
#[derive(Clone, Copy)]
pub(super) struct Halt<'a> {
    pub run: &'a Run,
    pub run_index: usize,
    pub trip: &'a Trip,
    pub trip_index: usize,
    pub stop: &'a Stop,
    pub stop_index: usize,
}

impl Halt<'_> {
    /// Its position in the run as text: `trip 1, stop 2`.
    pub fn place(&self) -> String {
        format!("trip {}, stop {}", self.trip_index + 1, self.stop_index + 1)
    }
}

impl<'a> Case<'a> {
    pub fn new(day: &'a Day, plan: &'a DayPlan) -> Self {
        let mut case = Self {
            day,
            plan,
            zone: TimeZone::get(&day.timezone).unwrap_or(TimeZone::UTC),
            orders: day.orders.iter().map(|order| (&order.id, order)).collect(),
            parcels: HashMap::new(),
            sites: day.network.sites().enumerate().map(|(position, site)| (&site.id, position)).collect(),
            couriers: day.couriers.iter().map(|courier| (&courier.id, courier)).collect(),
            vehicles: day
                .vehicle_types
                .enumerate()
                .map(|(position, vehicle)| (&vehicle.id, position))
                .collect(),
            waves: day.network.waves.iter().map(|wave| (&wave.id, wave)).collect(),
            runs: HashMap::new(),
            planned: HashMap::new(),
            brought: HashMap::new(),
            handed: HashMap::new(),
        };
        for order in &day.orders {
            case.parcels.extend(order.parcels.iter().map(|parcel| (&parcel.id, (order, parcel))));
        }
        for run in &plan.runs {
            case.runs.entry(&run.id).or_insert(run);
        }
        for planned in &plan.orders {
            case.planned.entry(&planned.order).or_insert(planned);
        }
        for halt in halts(plan) {
            let hands = match halt.run.echelon {
                Echelon::Linehaul => &mut case.brought,
                Echelon::LastMile => &mut case.handed,
            };
            for parcel in &halt.stop.parcels {
                hands.entry(parcel).or_default().push(halt);
            }
        }
        case
    }

    pub fn order(&self, id: &Id<Order>) -> Option<&'a Order> {
        self.orders.get(id).copied()
    }

    /// The parcel with this id and the order it belongs to.
    pub fn parcel(&self, id: &Id<Parcel>) -> Option<(&'a Order, &'a Parcel)> {
        self.parcels.get(id).copied()
    }

    pub fn site_index(&self, id: &Id<Site>) -> Option<Idx<Site>> {
        self.sites.get(id).copied()
    }

    pub fn site(&self, id: &Id<Site>) -> Option<&'a Site> {
        self.site_index(id).map(|position| &self.day.network.sites()[position])
    }

    pub fn courier(&self, id: &Id<Courier>) -> Option<&'a Courier> {
        self.couriers.get(id).copied()
    }

    pub fn vehicle_index(&self, id: &Id<VehicleType>) -> Option<Idx<VehicleType>> {
        self.vehicles.get(id).copied()
    }

    pub fn vehicle(&self, id: &Id<VehicleType>) -> Option<&'a VehicleType> {
        self.vehicle_index(id).map(|position| &self.day.vehicle_types[position])
    }

    /// How a vehicle type moves by the rules of the day.
    pub fn profile_of(&self, vehicle: &'a VehicleType) -> VehicleProfile<'a> {
        let is_pushed = self.day.rules.bikes_keep_off_fast_roads && vehicle.profile == "bike";
        let fast_roads = if is_pushed { FastRoadUse::Push } else { FastRoadUse::Ride };
        VehicleProfile { name: &vehicle.profile, road_use: RoadUse { size: vehicle.size, fast_roads } }
    }

    pub fn wave(&self, id: &Id<WaveSchedule>) -> Option<&'a WaveSchedule> {
        self.waves.get(id).copied()
    }

    pub fn run(&self, id: &Id<Run>) -> Option<&'a Run> {
        self.runs.get(id).copied()
    }

    /// The plan's entry for an order it serves; the first one, should there be two.
    pub fn planned(&self, id: &Id<Order>) -> Option<&'a PlannedOrder> {
        self.planned.get(id).copied()
    }

    /// The truck stops that unload this parcel: one in a valid plan.
    pub fn brought(&self, parcel: &Id<Parcel>) -> &[Halt<'a>] {
        self.brought.get(parcel).map_or(&[], Vec::as_slice)
    }

    /// The courier stops that hand this parcel over: in a valid plan one for a door, none for a pickup.
    pub fn handed(&self, parcel: &Id<Parcel>) -> &[Halt<'a>] {
        self.handed.get(parcel).map_or(&[], Vec::as_slice)
    }

    /// All stops of the plan, in its order.
    pub fn halts(&self) -> impl Iterator<Item = Halt<'a>> + use<'a> {
        halts(self.plan)
    }

    /// All trips of the plan, each with its run and its position.
    pub fn trips(&self) -> impl Iterator<Item = (&'a Run, usize, &'a Trip)> + use<'a> {
        let runs = self.plan.runs.iter();
        runs.flat_map(|run| run.trips.iter().enumerate().map(move |(index, trip)| (run, index, trip)))
    }

    /// The coordinates that a trip visits in order, the base first and last; `None` when the base is unknown.
    pub fn trip_points(&self, run: &Run, trip: &Trip) -> Option<Vec<Point>> {
        let base = self.site(&run.base)?.point;
        let stops = trip.stops.iter().map(|stop| stop.point);
        Some(std::iter::once(base).chain(stops).chain(std::iter::once(base)).collect())
    }

    /// The time of day in the day's zone.
    pub fn clock(&self, at: Timestamp) -> String {
        match jiff::Timestamp::from_second(at.unix()) {
            Ok(instant) => instant.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string(),
            Err(_) => format!("{} s", at.unix()),
        }
    }
}

/// The latest moment the family may collect a pickup: its window or the centre closes, or its goods get too old.
pub(super) fn collect_by(order: &Order, centre: &Site) -> Timestamp {
    fresh_until(order).min(order.window.close()).min(centre.hours.close())
}

/// The last second at which as much of the life of an order's goods is left as it asks for; `MAX` where it says nothing.
pub(super) fn fresh_until(order: &Order) -> Timestamp {
    let Some(life) = order.shelf_life else { return Timestamp::MAX };
    let (begin, end) = (i128::from(order.placed_at.unix()), i128::from(life.best_before.unix()));
    let (whole, kept) = (1_000_000, i128::from(life.min_left_ppm));
    // In millionths of a second: the moment that divides the life.
    let moment = begin * kept + end * (whole - kept);
    Timestamp::from_unix(moment.div_euclid(whole) as i64)
}

fn halts(plan: &DayPlan) -> impl Iterator<Item = Halt<'_>> {
    plan.runs.iter().enumerate().flat_map(|(run_index, run)| {
        run.trips.iter().enumerate().flat_map(move |(trip_index, trip)| {
            let halt = move |(stop_index, stop)| Halt { run, run_index, trip, trip_index, stop, stop_index };
            trip.stops.iter().enumerate().map(halt)
        })
    })
}
