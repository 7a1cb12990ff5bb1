//! Vehicles and the people on duty.

use super::locale::Locale;
use super::sites::{ChosenSites, nearest_centre};
use coldmile_model::{Compartment, Courier, Day, DayClock, Fulfilment, Load, Prices, VehicleType};
use coldmile_units::{Grams, Id, Idx, Metres, Millilitres, Money, Seconds, Seed, TimeWindow};

/// Stops of one courier's shift when the fleet is sized: about half of what a good plan reaches.
const STOPS_PER_SHIFT: usize = 14;
/// A walker is worth having where this many families live within [`WALK_M`].
const WALKING_FAMILIES: usize = 12;
const WALK_M: f64 = 600.0;
/// Centres that one truck can supply in time.
const CENTRES_PER_TRUCK: usize = 5;

/// Positions of the vehicle types.
struct Types {
    truck: Idx<VehicleType>,
    van: Idx<VehicleType>,
    bike: Idx<VehicleType>,
    walker: Idx<VehicleType>,
}

/// Puts trucks at the hub and vans, e-bikes and walkers at the centres, early and late.
pub(super) fn build(day: &mut Day, chosen: &ChosenSites, locale: &Locale, clock: &DayClock) {
    let types = add_types(day);
    let mut rng = Seed(chosen.centres.len() as u64).derive(2).rng();
    let shift = |from: &str, until: &str| {
        let (from, until) = (clock.read(from), clock.read(until));
        from.zip(until)
            .and_then(|(from, until)| TimeWindow::new(from, until).ok())
            .expect("the shifts below are spans")
    };
    let islands = chosen.centres.iter().map(|centre| centre.island).max().unwrap_or(0) as usize;
    let trucks = chosen.centres.len().div_ceil(CENTRES_PER_TRUCK).max(2) + islands;
    let hub = day.network.site_by_id("H1").expect("the hub was added first");
    for number in 1..=trucks {
        day.couriers.push(Courier {
            id: Id::new(format!("T{number}")),
            name: locale.person(&mut rng),
            base: hub,
            vehicle: types.truck,
            shift: shift("05:00", "18:00"),
            break_rule: None,
        });
    }
    let mut doors = vec![0_usize; chosen.centres.len()];
    let mut close = vec![0_usize; chosen.centres.len()];
    for order in day.orders.iter().filter(|order| order.fulfilment != Fulfilment::Pickup) {
        let at = nearest_centre(chosen, order.point);
        doors[at] += 1;
        close[at] += usize::from(chosen.centres[at].point.distance_m(order.point) < WALK_M);
    }
    for (at, stops) in doors.into_iter().enumerate() {
        let id = format!("C{:02}", at + 1);
        let base = day.network.site_by_id(&id).expect("every chosen centre was added");
        // Half the stops in each shift, and some for neighbours that are full.
        let needed = (stops.div_ceil(2) + 4).div_ceil(STOPS_PER_SHIFT);
        // Every third is a van: the first reaches every door.
        let mut team: Vec<(&str, Idx<VehicleType>)> = (0..needed)
            .map(|place| if place % 3 == 0 { ("van", types.van) } else { ("bike", types.bike) })
            .collect();
        if close[at] >= WALKING_FAMILIES {
            team.push(("walk", types.walker));
        }
        for (half, hours) in [("early", shift("08:30", "15:00")), ("late", shift("14:00", "21:00"))] {
            for (number, (kind, vehicle)) in team.iter().enumerate() {
                day.couriers.push(Courier {
                    id: Id::new(format!("{id}-{kind}-{half}-{}", number + 1)),
                    name: locale.person(&mut rng),
                    base,
                    vehicle: *vehicle,
                    shift: hours,
                    break_rule: None,
                });
            }
        }
    }
}

fn add_types(day: &mut Day) -> Types {
    let load = |kilos: i64, litres: [i64; 3]| {
        let mut load = Load { mass: Grams(kilos * 1000), ..Load::default() };
        for part in Compartment::ALL {
            load[part] = Millilitres(litres[part as usize] * 1000);
        }
        load
    };
    let carrier = |day: &Day, id| day.cold.carrier_by_id(id).expect("the built-in rules have this carrier");
    let prices = |per_day, per_hour, per_km| Prices {
        per_day: Money(per_day),
        per_hour: Money(per_hour),
        per_km: Money(per_km),
        ..Prices::default()
    };
    let truck = VehicleType {
        id: Id::from("truck"),
        profile: "truck".to_owned(),
        capacity: load(3500, [7000, 5000, 2500]),
        carrier: carrier(day, "reefer-truck"),
        prices: prices(6_000, 2_200, 55),
        loading: Seconds::minutes(20),
        max_trips: 3,
        range: None,
        size: None,
        co2e_g_per_km: 620,
        max_overtime: Seconds::ZERO,
        litres: None,
        movable_walls: false,
    };
    let van = VehicleType {
        id: Id::from("van"),
        profile: "van".to_owned(),
        capacity: load(700, [1600, 900, 500]),
        carrier: carrier(day, "reefer-van"),
        prices: prices(2_500, 1_700, 28),
        loading: Seconds::minutes(10),
        max_trips: 3,
        range: None,
        size: None,
        co2e_g_per_km: 240,
        max_overtime: Seconds::ZERO,
        litres: None,
        movable_walls: false,
    };
    let bike = VehicleType {
        id: Id::from("e-bike"),
        profile: "bike".to_owned(),
        capacity: load(80, [100, 60, 40]),
        carrier: carrier(day, "box-ice"),
        prices: prices(600, 1_500, 5),
        loading: Seconds::minutes(5),
        max_trips: 5,
        range: Some(Metres(70_000)),
        size: None,
        co2e_g_per_km: 6,
        max_overtime: Seconds::ZERO,
        litres: None,
        movable_walls: false,
    };
    let walker = VehicleType {
        id: Id::from("walker"),
        profile: "foot".to_owned(),
        capacity: load(25, [40, 25, 15]),
        carrier: carrier(day, "bag-ice"),
        prices: prices(200, 1_400, 0),
        loading: Seconds::minutes(3),
        max_trips: 8,
        range: Some(Metres(15_000)),
        size: None,
        co2e_g_per_km: 0,
        max_overtime: Seconds::ZERO,
        litres: None,
        movable_walls: false,
    };
    Types {
        truck: day.vehicle_types.push(truck),
        van: day.vehicle_types.push(van),
        bike: day.vehicle_types.push(bike),
        walker: day.vehicle_types.push(walker),
    }
}
