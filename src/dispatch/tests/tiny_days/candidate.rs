//! A day that the enumeration found, as a plan for the audit.
//!
//! What does not decide whether a day can be carried out, or what it costs, is left out: lines on the map, and what each
//! order pays of a run. The audit's word on them is not asked.

use super::choices::{Case, Choice};
use super::routes::{Trips, members};
use super::timetable::{RunTimes, TimedTrip};
use super::travel::TravelTable;
use coldmile_audit::{Roads, audit};
use coldmile_model::{Load, Order, Parcel, VehicleType};
use coldmile_plan::{
    CostShare, DayPlan, Delivery, Details, Echelon, Handover, Leg, Manifest, ObjectiveParts, PLAN_VERSION,
    PlannedOrder, Run, Stop, StopPlace, Totals, Trip, UnplannedOrder, Walk, Wave, sentence,
};
use coldmile_units::{Id, Idx, Metres, Money, Seconds, Timestamp};

/// Codes of the audit that concern what is left out.
const LEFT_OUT: [&str; 4] =
    ["audit/line-broken", "audit/cost-shares", "audit/share-differs", "audit/order-cost"];

/// What a truck brings to a centre at one stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub centre: usize,
    pub wave: usize,
    /// The orders, as a set.
    pub orders: u16,
}

/// A vehicle's run: positions of the stops of its trips, among parts or orders, and their times.
#[derive(Clone, Debug)]
pub struct TimedRun {
    /// Position of the courier.
    pub courier: usize,
    pub stops: Trips,
    pub times: RunTimes,
    pub timed: Vec<TimedTrip>,
}

impl TimedRun {
    /// The cost by the prices of the vehicle type, rounded half up once.
    pub fn cost(&self, case: &Case) -> i64 {
        let (first, last) = (&self.timed[0], &self.timed[self.timed.len() - 1]);
        run_cost(vehicle(case, self.courier), last.returns - first.loads, self.times.metres())
    }
}

/// The vehicle type of a courier.
pub fn vehicle<'a>(case: &Case<'a>, courier: usize) -> &'a VehicleType {
    &case.day.vehicle_types[case.day.couriers[Idx::new(courier as u32)].vehicle]
}

/// Minor units for so many seconds of work and so many metres.
pub fn run_cost(vehicle: &VehicleType, seconds: i64, metres: i64) -> i64 {
    let prices = &vehicle.prices;
    let millionths = prices.per_hour.0 * seconds * 1_000 + prices.per_km.0 * metres * 3_600;
    prices.per_day.0 + (millionths + 1_800_000).div_euclid(3_600_000)
}

/// A day: what every order chose, and the runs that carry it out.
pub struct Candidate<'a, 'b> {
    pub case: &'b Case<'a>,
    pub chosen: &'b [Option<Choice>],
    pub parts: &'b [Part],
    pub truck: Option<TimedRun>,
    pub couriers: Vec<TimedRun>,
}

impl Candidate<'_, '_> {
    /// Its plan.
    pub fn plan(&self) -> DayPlan {
        let day = self.case.day;
        let mut runs: Vec<Run> = self.truck.iter().map(|run| self.run(run, Echelon::Linehaul)).collect();
        let mut couriers: Vec<&TimedRun> = self.couriers.iter().collect();
        couriers.sort_by_key(|run| run.courier);
        runs.extend(couriers.into_iter().map(|run| self.run(run, Echelon::LastMile)));
        let mut orders: Vec<PlannedOrder> = (0..self.chosen.len())
            .filter_map(|order| self.chosen[order].map(|choice| self.planned(order, choice, &runs)))
            .collect();
        orders.sort_by(|a, b| a.order.cmp(&b.order));
        let left_out = (0..self.chosen.len()).filter(|&order| self.chosen[order].is_none());
        let mut unplanned: Vec<_> = left_out.map(|order| left_out_entry(self.case.order(order))).collect();
        unplanned.sort_by(|a, b| a.order.cmp(&b.order));
        let mut plan = DayPlan {
            version: PLAN_VERSION,
            name: day.name.clone(),
            date: day.date.to_string(),
            timezone: day.timezone.clone(),
            currency: day.currency.clone(),
            attribution: String::new(),
            totals: Totals::default(),
            waves: self.waves(&orders),
            runs,
            orders,
            unplanned,
        };
        plan.totals = self.totals(&plan);
        plan
    }

    fn run(&self, run: &TimedRun, echelon: Echelon) -> Run {
        let case = self.case;
        let courier = &case.day.couriers[Idx::new(run.courier as u32)];
        let trip = |((stops, times), timed): ((&Vec<usize>, &super::timetable::TripTimes), &TimedTrip)| {
            let halts: Vec<Stop> = (stops.iter().zip(&timed.stops))
                .map(|(&stop, &[arrives_at, starts_at, departs_at])| {
                    let (place, point, orders) = self.content(stop, echelon);
                    let [arrives_at, starts_at, departs_at] =
                        [arrives_at, starts_at, departs_at].map(Timestamp::from_unix);
                    Stop {
                        place,
                        point,
                        arrives_at,
                        starts_at,
                        departs_at,
                        parcels: parcels(case, &orders),
                        walk: None,
                    }
                })
                .collect();
            let orders: Vec<usize> = stops.iter().flat_map(|&stop| self.content(stop, echelon).2).collect();
            let load = orders
                .iter()
                .map(|&order| case.order(order).load)
                .fold(Load::default(), |sum, load| sum + load);
            let legs = times.stops.iter().map(|stop| stop.leg).chain([times.back]);
            let leg = |(duration, distance)| Leg {
                duration: Seconds(duration),
                distance: Metres(distance),
                line: String::new(),
            };
            Trip {
                loads_at: Timestamp::from_unix(timed.loads),
                departs_at: Timestamp::from_unix(timed.departs),
                returns_at: Timestamp::from_unix(timed.returns),
                manifest: Manifest {
                    parcels: halts.iter().rev().flat_map(|stop| stop.parcels.iter().cloned()).collect(),
                    load,
                },
                stops: halts,
                legs: legs.map(leg).collect(),
            }
        };
        let trips: Vec<Trip> = run.stops.iter().zip(&run.times.trips).zip(&run.timed).map(trip).collect();
        Run {
            id: Id::new(format!("R-{}", courier.id)),
            echelon,
            courier: courier.id.clone(),
            vehicle: vehicle(case, run.courier).id.clone(),
            base: case.day.network.sites()[courier.base].id.clone(),
            starts_at: trips[0].loads_at,
            ends_at: trips[trips.len() - 1].returns_at,
            distance: Metres(run.times.metres()),
            cost: Money(run.cost(case)),
            trips,
            breaks: Vec::new(),
            footprint: None,
        }
    }

    /// Place, coordinates and orders of a stop.
    fn content(&self, stop: usize, echelon: Echelon) -> (StopPlace, coldmile_geometry::Point, Vec<usize>) {
        let case = self.case;
        match echelon {
            Echelon::Linehaul => {
                let Part { centre, wave, orders } = self.parts[stop];
                let site = case.centre(centre);
                let place = StopPlace::Centre { site: site.id.clone(), wave: case.wave(wave).id.clone() };
                (place, site.point, members(orders).collect())
            }
            Echelon::LastMile => {
                let order = case.order(stop);
                (StopPlace::Door { order: order.id.clone() }, order.point, vec![stop])
            }
        }
    }

    /// When a wave stands sorted at a centre: handling after its last truck began to unload.
    fn ready(&self, centre: usize, wave: usize) -> Timestamp {
        let starts =
            self.truck.iter().flat_map(|run| run.stops.iter().zip(&run.timed)).flat_map(|(stops, timed)| {
                let here = |&(&stop, _): &(&usize, &[i64; 3])| {
                    (self.parts[stop].centre, self.parts[stop].wave) == (centre, wave)
                };
                stops.iter().zip(&timed.stops).filter(here).map(|(_, times)| times[1]).collect::<Vec<_>>()
            });
        Timestamp::from_unix(starts.max().unwrap()) + self.case.centre(centre).handling
    }

    fn planned(&self, at: usize, choice: Choice, runs: &[Run]) -> PlannedOrder {
        let (order, centre) = (self.case.order(at), self.case.centre(choice.centre));
        let visit = runs.iter().filter(|run| run.echelon == Echelon::LastMile).find_map(|run| {
            run.trips.iter().enumerate().find_map(|(trip, row)| {
                let is_here = |stop: &Stop| stop.place == StopPlace::Door { order: order.id.clone() };
                let stop = row.stops.iter().position(is_here)?;
                let at = row.stops[stop].starts_at;
                Some((row.loads_at, Delivery { run: run.id.clone(), trip, stop, at }))
            })
        });
        let (leaves_at, delivery) = visit.unzip();
        PlannedOrder {
            order: order.id.clone(),
            centre: centre.id.clone(),
            wave: self.case.wave(choice.wave).id.clone(),
            handover: if choice.is_door { Handover::Door } else { Handover::Pickup },
            linehaul: runs[0].id.clone(),
            ready_at: self.ready(choice.centre, choice.wave),
            leaves_at: leaves_at.unwrap_or_else(|| order.window.close().min(centre.hours.close())),
            delivery,
            cost: CostShare::default(),
            footprint: None,
            direct: None,
            walk: (!choice.is_door).then(|| self.walk(at, choice)),
        }
    }

    /// The family's walk to its centre and back.
    fn walk(&self, at: usize, choice: Choice) -> Walk {
        let (site, door) = (self.case.centres[choice.centre].get(), self.case.door(at));
        let (seconds, metres) = self.case.travel.leg(TravelTable::profile("foot"), site, door).unwrap();
        Walk { duration: Seconds(2 * seconds), distance: Metres(2 * metres) }
    }

    fn waves(&self, orders: &[PlannedOrder]) -> Vec<Wave> {
        let mut waves = Vec::new();
        for (centre, wave) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let (site, schedule) = (&self.case.centre(centre).id, &self.case.wave(wave).id);
            let members = orders.iter().filter(|row| row.centre == *site && row.wave == *schedule);
            let members: Vec<Id<Order>> = members.map(|row| row.order.clone()).collect();
            if !members.is_empty() {
                let ready_at = self.ready(centre, wave);
                waves.push(Wave {
                    centre: site.clone(),
                    schedule: schedule.clone(),
                    ready_at,
                    orders: members,
                });
            }
        }
        waves
    }

    fn totals(&self, plan: &DayPlan) -> Totals {
        let of = |echelon| plan.runs.iter().filter(move |run| run.echelon == echelon);
        let pickups = plan.orders.iter().filter(|row| row.handover == Handover::Pickup).count();
        let grams = |run: &Run| {
            let vehicle = self.case.day.vehicle_types.iter().find(|row| row.id == run.vehicle);
            (vehicle.map_or(0, |row| row.co2e_g_per_km) * run.distance.0 + 500).div_euclid(1_000)
        };
        let mut totals = Totals {
            orders: self.chosen.len(),
            planned: plan.orders.len(),
            unplanned: plan.unplanned.len(),
            doors: plan.orders.len() - pickups,
            pickups,
            runs: plan.runs.len(),
            trips: plan.runs.iter().map(|run| run.trips.len()).sum(),
            linehaul_distance: of(Echelon::Linehaul).map(|run| run.distance).sum(),
            last_mile_distance: of(Echelon::LastMile).map(|run| run.distance).sum(),
            working_time: plan.runs.iter().map(|run| run.ends_at - run.starts_at).sum(),
            linehaul_cost: of(Echelon::Linehaul).map(|run| run.cost).sum(),
            last_mile_cost: of(Echelon::LastMile).map(|run| run.cost).sum(),
            centre_cost: Money(centre_cost(self.case, self.chosen)),
            co2e_g: plan.runs.iter().map(grams).sum(),
            ..Totals::default()
        };
        let legs = plan.runs.iter().flat_map(|run| &run.trips).flat_map(|trip| &trip.legs);
        totals.travel_time = legs.map(|leg| leg.duration).sum();
        totals.cost = totals.linehaul_cost + totals.last_mile_cost + totals.centre_cost;
        let walks: i64 = plan.orders.iter().filter_map(|row| row.walk).map(|walk| walk.duration.0).sum();
        let walks = (walks * self.case.day.family_hour.0 + 1_800).div_euclid(3_600);
        totals.objective_parts = ObjectiveParts {
            linehaul: totals.linehaul_cost,
            last_mile: totals.last_mile_cost,
            centres: totals.centre_cost,
            walks: Money(walks),
            lateness: Money((self.case.lateness(plan) * self.case.day.late_hour.0 + 1_800).div_euclid(3_600)),
            ..ObjectiveParts::default()
        };
        totals.objective = totals.objective_parts.total();
        totals
    }
}

/// Handling of every parcel, and the fixed cost of each centre in use, in minor units.
pub fn centre_cost(case: &Case, chosen: &[Option<Choice>]) -> i64 {
    let mut cost = 0;
    for at in 0..2 {
        let parcels: Vec<i64> = (chosen.iter().enumerate())
            .filter(|(_, choice)| choice.is_some_and(|choice| choice.centre == at))
            .map(|(order, _)| case.order(order).parcels.len() as i64)
            .collect();
        if !parcels.is_empty() {
            cost +=
                case.centre(at).fixed_cost.0 + case.centre(at).handling_cost.0 * parcels.iter().sum::<i64>();
        }
    }
    cost
}

fn parcels(case: &Case, orders: &[usize]) -> Vec<Id<Parcel>> {
    orders.iter().flat_map(|&order| &case.order(order).parcels).map(|parcel| parcel.id.clone()).collect()
}

fn left_out_entry(order: &Order) -> UnplannedOrder {
    UnplannedOrder {
        order: order.id.clone(),
        code: "unplanned/not-placed".to_owned(),
        impossible: false,
        details: Details::new(),
        reason: sentence("unplanned/not-placed", &Details::new()),
        tried: Vec::new(),
        relaxations: Vec::new(),
    }
}

/// The rules that a candidate breaks, by the audit.
pub fn broken(case: &Case, plan: &DayPlan, roads: &dyn Roads) -> Vec<String> {
    let violations = audit(case.day, plan, roads).violations.into_iter();
    let kept = violations.filter(|row| !LEFT_OUT.contains(&row.code));
    kept.map(|row| format!("{}: {row}", row.code)).collect()
}
