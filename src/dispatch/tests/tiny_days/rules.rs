//! Rules that a candidate may break although all its times are right, with arithmetic of these files alone: stores, and how long
//! goods ride. A candidate that breaks one is not shown to the audit; the tests show it some of them all the same.

use super::candidate::{Candidate, Part};
use super::choices::Case;
use super::routes::members;
use super::timetable::TimedTrip;
use coldmile_model::{Compartment, Load};
use coldmile_units::Idx;

/// From one moment to another an order is in the store of a centre; the end is not included.
struct Stay {
    from: i64,
    until: i64,
    load: Load,
}

impl Candidate<'_, '_> {
    /// Whether no store is ever overfull and nothing rides for too long.
    pub fn keeps_stores_and_rides(&self) -> bool {
        (0..2).all(|centre| self.fits_store(centre)) && self.rides_are_short()
    }

    fn fits_store(&self, centre: usize) -> bool {
        let stays: Vec<Stay> = (self.chosen.iter().enumerate())
            .filter(|(_, choice)| choice.is_some_and(|choice| choice.centre == centre))
            .filter_map(|(order, choice)| {
                self.stay(order, centre, choice.is_some_and(|choice| choice.is_door))
            })
            .collect();
        let store = &self.case.centre(centre).storage;
        Compartment::ALL.into_iter().all(|compartment| {
            stays.iter().all(|moment| {
                let inside = stays.iter().filter(|stay| stay.from <= moment.from && moment.from < stay.until);
                inside.map(|stay| stay.load[compartment].0).sum::<i64>() <= store.of(compartment).0
            })
        })
    }

    fn stay(&self, order: usize, centre: usize, is_door: bool) -> Option<Stay> {
        let brings = |part: usize| self.parts[part].orders >> order & 1 == 1;
        let from = self.truck.iter().flat_map(|run| times_at(&run.stops, &run.timed, brings)).next()?[1];
        let until = if is_door { self.loads_at(order)? } else { collect_by(self.case, order, centre) };
        (until > from).then_some(Stay { from, until, load: self.case.order(order).load })
    }

    /// When a courier begins to load an order.
    pub fn loads_at(&self, order: usize) -> Option<i64> {
        let trips = self.couriers.iter().flat_map(|run| run.stops.iter().zip(&run.timed));
        trips.filter(|(stops, _)| stops.contains(&order)).map(|(_, timed)| timed.loads).next()
    }

    fn rides_are_short(&self) -> bool {
        self.couriers.iter().flat_map(|run| run.stops.iter().zip(&run.timed)).all(|(stops, timed)| {
            stops.iter().zip(&timed.stops).all(|(&order, times)| {
                let ride = times[1] - timed.departs;
                self.case.order(order).parcels.iter().all(|parcel| {
                    let class = &self.case.day.cold.classes[parcel.class];
                    class.longest_ride.is_none_or(|longest| ride <= longest.0)
                })
            })
        })
    }
}

/// The times of the stops that are meant.
fn times_at<'b>(
    stops: &'b [Vec<usize>],
    timed: &'b [TimedTrip],
    is_meant: impl Fn(usize) -> bool + 'b,
) -> impl Iterator<Item = [i64; 3]> + 'b {
    let all = stops.iter().zip(timed).flat_map(|(stops, timed)| stops.iter().zip(&timed.stops));
    all.filter(move |(stop, _)| is_meant(**stop)).map(|(_, times)| *times)
}

/// The latest moment at which a family may collect its order.
pub fn collect_by(case: &Case, order: usize, centre: usize) -> i64 {
    case.order(order).window.close().min(case.centre(centre).hours.close()).unix()
}

/// The load of some orders, as a vehicle carries it.
pub fn load_of(case: &Case, orders: u16) -> Load {
    members(orders).map(|order| case.order(order).load).fold(Load::default(), |sum, load| sum + load)
}

/// How a wave of a centre may be divided among stops: whole, or, where it is too large for the truck, in two.
pub fn divisions(case: &Case, wave: Part, capacity: &Load) -> Vec<Vec<Part>> {
    if load_of(case, wave.orders).fits(capacity) {
        return vec![vec![wave]];
    }
    let first = 1u16 << wave.orders.trailing_zeros();
    (super::routes::subsets(wave.orders & !first))
        .map(|others| [first | others, wave.orders & !(first | others)])
        .filter(|halves| halves.iter().all(|&half| half != 0 && load_of(case, half).fits(capacity)))
        .map(|halves| halves.map(|orders| Part { orders, ..wave }).into())
        .collect()
}

/// Parcels of some orders.
pub fn parcel_count(case: &Case, orders: u16) -> i64 {
    members(orders).map(|order| case.day.orders[Idx::new(order as u32)].parcels.len() as i64).sum()
}
