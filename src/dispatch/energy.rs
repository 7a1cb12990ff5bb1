//! The greenhouse gas of a run, what its cooling takes, and for which of its orders.
//!
//! The formulas are those that `model::cooling` describes with their parameters. Both are told, not searched for: plans are the
//! same with and without them.

use super::run::PublishedRun;
use coldmile_model::cold::{Carrier, Keeping};
use coldmile_model::cooling::{
    AIR_CHANGES, BODY_W_PER_M2_K, BOX_W_PER_M2_K, CURTAIN, DOOR_M, DOORWAY_FLOW, FREE_AIR, HUMIDITY,
    JOULES_PER_ML_DIESEL, JOULES_PER_WH, MG_PER_ML_DIESEL, MG_PER_WH, of_cold,
};
use coldmile_model::{Compartment, Day, VehicleType, Weather};
use coldmile_plan::{Footprint, Trip};
use coldmile_units::{Money, Seconds, Timestamp};

/// The compartments that are cooled.
const COLD: [Compartment; 2] = [Compartment::Chilled, Compartment::Frozen];
/// Seconds of an hour.
const HOUR: i64 = 3_600;

/// The footprint of a run, and the joules of it that are for each of its orders, in the order in which they are served.
pub fn footprint(day: &Day, vehicle: &VehicleType, published: &PublishedRun) -> (Footprint, Vec<i64>) {
    let run = &published.run;
    let carrier = &day.cold.carriers[vehicle.carrier];
    let served = published.orders.iter().flatten().flatten();
    let mut joules = vec![0; served.count()];
    let mut footprint = Footprint {
        driving_g: half_up(vehicle.co2e_g_per_km * run.distance.0, 1_000),
        ..Footprint::default()
    };
    for part in COLD {
        let Some(keeping) = carrier.keeping(part) else { continue };
        let (mut heat, mut weights) = (0.0, Vec::with_capacity(joules.len()));
        for (trip, stops) in run.trips.iter().zip(&published.orders) {
            let on_board = trip.manifest.load[part].0;
            let is_for = |orders: &Vec<_>| orders.iter().any(|&order| day.orders[order].load[part].0 > 0);
            if let Some(last) = stops.iter().rposition(is_for) {
                let volume = vehicle.capacity[part].0.max(on_board) as f64 / 1e6;
                heat += Cooled { carrier, keeping, part, volume, weather: &day.weather }.heat(trip, last);
            }
            for (stop, orders) in trip.stops.iter().zip(stops) {
                let ridden = (stop.starts_at - trip.departs_at).0.max(1);
                weights.extend(orders.iter().map(|&order| day.orders[order].load[part].0 * ridden));
            }
        }
        let heat = heat.round() as i64;
        if heat > 0 {
            for (sum, share) in joules.iter_mut().zip(super::costs::share_out(Money(heat), &weights)) {
                *sum += share.0;
            }
        }
        match part {
            Compartment::Frozen => footprint.frozen_j = heat,
            Compartment::Ambient | Compartment::Chilled => footprint.chilled_j = heat,
        }
        let per = |rates| of_cold(part, rates).map_or(0, |rate| half_up(heat, rate));
        match keeping.hold_over_min {
            None => footprint.diesel_ml += per(JOULES_PER_ML_DIESEL),
            Some(_) => footprint.electricity_wh += per(JOULES_PER_WH),
        }
    }
    let milligrams = footprint.diesel_ml * MG_PER_ML_DIESEL + footprint.electricity_wh * MG_PER_WH;
    footprint.cooling_g = half_up(milligrams, 1_000);
    (footprint, joules)
}

fn half_up(amount: i64, divisor: i64) -> i64 {
    (amount + divisor / 2).div_euclid(divisor)
}

/// A cooled compartment of a vehicle.
struct Cooled<'a> {
    carrier: &'a Carrier,
    keeping: &'a Keeping,
    part: Compartment,
    /// In cubic metres.
    volume: f64,
    weather: &'a Weather,
}

impl Cooled<'_> {
    /// Joules that get in on a trip until service starts at stop `last`.
    fn heat(&self, trip: &Trip, last: usize) -> f64 {
        let (from, until) = (trip.departs_at, trip.stops[last].starts_at);
        let warmth = warmth(self.weather, (from, until), self.keeping.hold_c.0);
        let openings = trip.stops[..last].iter().map(|stop| stop.starts_at);
        let surface = 6.0 * self.volume.powf(2.0 / 3.0);
        let Some(hold_over_min) = self.keeping.hold_over_min else {
            let by_doors: f64 = openings.map(|at| self.opening(self.weather.at(at).0)).sum();
            return BODY_W_PER_M2_K * surface * warmth + by_doors;
        };
        let conductance = of_cold(self.part, BOX_W_PER_M2_K).unwrap_or(0.0) * surface;
        let stated = (self.keeping.reference_c.0 - self.keeping.hold_c.0).max(0.0);
        let length = self.carrier.door_open.0 as f64 + self.keeping.recovery_min * 60.0;
        let by_lid = openings.count() as f64 * self.keeping.opening_loss * length * stated;
        conductance * (warmth + by_lid).min(hold_over_min * 60.0 * stated)
    }

    /// Joules that an opening of the door lets in when it is so warm outdoors.
    fn opening(&self, outdoors: f64) -> f64 {
        let hold = self.keeping.hold_c.0;
        if outdoors <= hold {
            return 0.0;
        }
        let (side, face) = (self.volume.cbrt(), self.volume.powf(2.0 / 3.0));
        let (area, height) = (face.min(DOOR_M.0 * DOOR_M.1), side.min(DOOR_M.1));
        let (warm, cold) = (density(outdoors), density(hold));
        let gained = (enthalpy(outdoors, HUMIDITY.0) - enthalpy(hold, HUMIDITY.1)).max(0.0);
        let form = (2.0 / (1.0 + (cold / warm).cbrt())).powf(1.5);
        let speed = (1.0 - warm / cold).sqrt() * (9.81 * height).sqrt();
        let flow = 0.221 * area * gained * cold * speed * form;
        let by_flow = flow * DOORWAY_FLOW * self.carrier.door_open.0 as f64 * (1.0 - CURTAIN);
        by_flow.min(AIR_CHANGES * self.volume * FREE_AIR * cold * gained)
    }
}

/// Kelvin × seconds between two moments for which it is warmer outdoors than `hold`.
fn warmth(weather: &Weather, (from, until): (Timestamp, Timestamp), hold: f64) -> f64 {
    let (mut now, mut sum) = (from, 0.0);
    while now < until {
        let into_hour = (now - weather.midnight).0.rem_euclid(HOUR);
        let next = (now + Seconds(HOUR - into_hour)).min(until);
        sum += (weather.at(now).0 - hold).max(0.0) * (next - now).0 as f64;
        now = next;
    }
    sum
}

/// Density of air in kg/m³.
fn density(celsius: f64) -> f64 {
    353.0 / (celsius + 273.15)
}

/// Enthalpy of moist air in J/kg above that of dry air at 0 °C; the vapour pressure by Magnus' formula.
fn enthalpy(celsius: f64, humidity: f64) -> f64 {
    let vapour = humidity * 610.94 * (17.625 * celsius / (celsius + 243.04)).exp();
    let ratio = 0.622 * vapour / (101_325.0 - vapour);
    1_006.0 * celsius + ratio * (2_501_000.0 + 1_860.0 * celsius)
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldmile_units::Celsius;

    fn machine(hold: f64) -> Keeping {
        Keeping {
            hold_c: Celsius(hold),
            hold_over_min: None,
            reference_c: Celsius(30.0),
            opening_share: 0.1,
            recovery_min: 4.0,
            opening_loss: 0.0,
            warm_up_min: 60.0,
        }
    }

    /// Joules of one opening of a van of 10 m³ for `seconds`.
    fn opening(hold: f64, outdoors: f64, seconds: i64) -> f64 {
        let keeping = machine(hold);
        let carrier = Carrier { id: "van".into(), chilled: None, frozen: None, door_open: Seconds(seconds) };
        let weather = Weather { hourly_c: [outdoors; 24], midnight: Timestamp::from_unix(0) };
        let part = Compartment::Chilled;
        Cooled { carrier: &carrier, keeping: &keeping, part, volume: 10.0, weather: &weather }
            .opening(outdoors)
    }

    fn is_near(value: f64, wanted: f64, share: f64) -> bool {
        (value - wanted).abs() <= wanted * share
    }

    #[test]
    fn a_door_lets_in_what_gosney_and_olama_say() {
        // The flow into a van at 2 °C is 17.5, 41.5 and 58.8 kW at 20, 30 and 35 °C, into one at -18 °C 51.6, 84.6 and 107; of ten
        // seconds 0.8 × 0.15 are left.
        for (hold, outdoors, kilowatts) in [
            (2.0, 20.0, 17.5),
            (2.0, 30.0, 41.5),
            (2.0, 35.0, 58.8),
            (-18.0, 20.0, 51.6),
            (-18.0, 30.0, 84.6),
        ] {
            let joules = opening(hold, outdoors, 10);
            assert!(is_near(joules, kilowatts * 1_000.0 * 10.0 * 0.12, 0.02), "{hold} {outdoors}: {joules}");
        }
        // The air of 8 m³ once changed takes in 0.61 MJ at 2 °C and 0.96 MJ at -18 °C; one and a half times at most.
        assert!(is_near(opening(2.0, 30.0, 100_000), 1.5 * 0.61e6, 0.02));
        assert!(is_near(opening(-18.0, 30.0, 100_000), 1.5 * 0.96e6, 0.02));
        assert!(opening(2.0, 1.0, 60).abs() < 1e-9);
    }

    #[test]
    fn walls_let_in_as_many_kelvin_as_it_is_warmer_outdoors_hour_by_hour() {
        let mut hourly_c = [0.0; 24];
        (hourly_c[8], hourly_c[9], hourly_c[10]) = (12.0, 22.0, 1.0);
        let weather = Weather { hourly_c, midnight: Timestamp::from_unix(1_000) };
        let at = |minutes: i64| Timestamp::from_unix(1_000 + minutes * 60);
        // Half an hour at 12 - 2 K, an hour at 22 - 2 K, nothing when it is colder than inside.
        let sum = warmth(&weather, (at(8 * 60 + 30), at(10 * 60 + 50)), 2.0);
        assert!((sum - (10.0 * 1_800.0 + 20.0 * 3_600.0)).abs() < 1e-6, "{sum}");
        // A van of 10 m³ at 2 °C and 30 °C outdoors: 314 W by the notes' 28 m², 312 W by the surface of a cube.
        let watts: f64 = BODY_W_PER_M2_K * 6.0 * 10.0_f64.powf(2.0 / 3.0) * 28.0;
        assert!((watts - 312.0).abs() < 1.0, "{watts}");
    }
}
