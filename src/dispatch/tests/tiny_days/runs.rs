//! The runs of the truck and of couriers with their times, from the stops of their trips.

use super::candidate::{Part, run_cost, vehicle};
use super::choices::Case;
use super::routes::Trips;
use super::rules::parcel_count;
use super::timetable::{RunTimes, StopTimes, TripTimes};
use super::travel::TravelTable;
use coldmile_model::Site;
use coldmile_units::Idx;

/// Travel of a vehicle between places; `None` where it cannot go from one to the next, or not so far.
struct Legs<'a, 'b> {
    case: &'b Case<'a>,
    courier: usize,
    base: usize,
}

impl<'a, 'b> Legs<'a, 'b> {
    fn new(case: &'b Case<'a>, courier: usize) -> Self {
        let base = case.day.couriers[Idx::new(courier as u32)].base.get();
        Self { case, courier, base }
    }

    fn leg(&self, from: usize, to: usize) -> Option<(i64, i64)> {
        self.case.travel.leg(TravelTable::profile(&vehicle(self.case, self.courier).profile), from, to)
    }

    /// The run of these trips.
    fn run(
        &self,
        trips: &Trips,
        release: impl Fn(usize) -> i64,
        stop: impl Fn(usize) -> (usize, StopTimes),
    ) -> Option<RunTimes> {
        let case = self.case;
        let courier = &case.day.couriers[Idx::new(self.courier as u32)];
        let hours = case.day.network.sites()[courier.base].hours;
        let mut rows = Vec::with_capacity(trips.len());
        for trip in trips {
            let mut here = self.base;
            let mut stops = Vec::with_capacity(trip.len());
            for &at in trip {
                let (place, times) = stop(at);
                stops.push(StopTimes { leg: self.leg(here, place)?, ..times });
                here = place;
            }
            let release = trip.iter().map(|&at| release(at)).max()?;
            rows.push(TripTimes { release, stops, back: self.leg(here, self.base)? });
        }
        let vehicle = vehicle(case, self.courier);
        let run = RunTimes {
            loading: vehicle.loading.0,
            from: courier.shift.open().max(hours.open()).unix(),
            until: courier.shift.close().min(hours.close()).unix(),
            trips: rows,
        };
        vehicle.range.is_none_or(|range| run.metres() <= range.0).then_some(run)
    }
}

/// The truck's run over parts of waves, each of which has to be ready at its centre by its moment.
pub fn truck_run(
    case: &Case,
    courier: usize,
    parts: &[Part],
    trips: &Trips,
    ready_by: impl Fn(Part) -> i64,
) -> Option<RunTimes> {
    let stop = |at: usize| {
        let part = parts[at];
        let site: &Site = case.centre(part.centre);
        let unloading = 120 + 15 * parcel_count(case, part.orders);
        let times = StopTimes {
            leg: (0, 0),
            open: site.hours.open().unix(),
            close: site.hours.close().unix().min(ready_by(part) - site.handling.0),
            due: case.wave(part.wave).centre_due.unix(),
            late_from: i64::MAX / 4,
            service: unloading.min(site.handling.0),
        };
        (case.centres[part.centre].get(), times)
    };
    let release = |at: usize| case.wave(parts[at].wave).hub_ready.unix();
    Legs::new(case, courier).run(trips, release, stop)
}

/// A courier's run over doors, from when the goods of each are ready.
pub fn courier_run(
    case: &Case,
    courier: usize,
    trips: &Trips,
    ready: impl Fn(usize) -> i64,
) -> Option<RunTimes> {
    let stop = |at: usize| {
        let order = case.order(at);
        let times = StopTimes {
            leg: (0, 0),
            open: order.window.open().unix(),
            close: if case.day.late_hour.0 > 0 { i64::MAX / 4 } else { order.window.close().unix() },
            late_from: order.window.close().unix(),
            due: i64::MAX / 4,
            service: order.service.0,
        };
        (case.door(at), times)
    };
    Legs::new(case, courier).run(trips, ready, stop)
}

/// The least that a run costs; `None` where it cannot be in time.
pub fn least_cost(case: &Case, courier: usize, run: &RunTimes) -> Option<i64> {
    // No departure is both the shortest and the least late one.
    let late = run.lateness(&run.earliest()?);
    let lateness = (late * case.day.late_hour.0).div_euclid(3_600);
    Some(run_cost(vehicle(case, courier), run.shortest()?, run.metres()) + lateness)
}
