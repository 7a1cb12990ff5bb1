//! The air in one compartment of a carrier, simulated through a trip.

use super::super::case::Case;
use coldmile_model::cold::Keeping;
use coldmile_model::{Compartment, Weather};
use coldmile_plan::{Run, Trip};
use coldmile_units::{Seconds, Timestamp};

/// Longest step of the simulation. The fastest time constant (recovery) is some minutes, so the error of a step is small.
pub const STEP: Seconds = Seconds(10);

/// State of the air: temperature, cooling left, and until when the door is open.
#[derive(Clone)]
pub struct Air<'a> {
    /// `None`: the carrier does not cool this compartment; its air is outdoor air.
    keeping: Option<&'a Keeping>,
    weather: &'a Weather,
    now: Timestamp,
    celsius: f64,
    /// Seconds of cooling left at the reference temperature; infinite with a cooling machine.
    cooling_s: f64,
    open_until: Timestamp,
}

/// One step of the simulation: air of about one temperature.
#[derive(Clone, Copy)]
pub struct AirStep {
    /// Its end.
    pub until: Timestamp,
    /// Its length.
    pub span: Seconds,
    /// Mean temperature.
    pub celsius: f64,
}

impl<'a> Air<'a> {
    /// The air at the start of a trip: at its hold temperature, with all its cooling.
    pub fn fresh(keeping: Option<&'a Keeping>, weather: &'a Weather, now: Timestamp) -> Self {
        let celsius = keeping.map_or_else(|| weather.at(now).0, |keeping| keeping.hold_c.0);
        let cooling_s =
            keeping.and_then(|keeping| keeping.hold_over_min).map_or(f64::INFINITY, |min| min * 60.0);
        Self { keeping, weather, now, celsius, cooling_s, open_until: Timestamp::MIN }
    }

    /// The door opens for `door`: the air jumps towards the outdoor temperature and stays there while it is open, and some
    /// cooling is used up at once.
    pub fn open(&mut self, door: Seconds) {
        let Some(keeping) = self.keeping else { return };
        let outdoors = self.weather.at(self.now).0;
        self.celsius += keeping.opening_share * (outdoors - self.celsius);
        self.cooling_s -= keeping.opening_loss * (door.0 as f64 + keeping.recovery_min * 60.0);
        self.open_until = self.open_until.max(self.now + door);
    }

    /// Advances by at most `span` and returns the mean air of that step. A step ends when the door closes.
    pub fn step(&mut self, span: Seconds) -> AirStep {
        let to_close = self.open_until - self.now;
        let span = if to_close > Seconds::ZERO { span.min(to_close) } else { span };
        let outdoors = self.weather.at(self.now).0;
        let before = self.celsius;
        let dt = span.0 as f64;
        match self.keeping {
            None => self.celsius = outdoors,
            Some(keeping) => {
                if to_close <= Seconds::ZERO {
                    let (target, minutes) = if self.cooling_s > 0.0 {
                        (keeping.hold_c.0, keeping.recovery_min)
                    } else {
                        (outdoors, keeping.warm_up_min)
                    };
                    self.celsius = approach(before, target, dt, minutes * 60.0);
                }
                let stated = keeping.reference_c.0 - keeping.hold_c.0;
                let leak = if stated > 0.0 { (outdoors - keeping.hold_c.0) / stated } else { 1.0 };
                self.cooling_s -= dt * leak.max(0.0);
            }
        }
        self.now += span;
        // Without cooling the air is outdoor air during the whole step, not the mean of two temperatures.
        let celsius = if self.keeping.is_some() { f64::midpoint(before, self.celsius) } else { outdoors };
        AirStep { until: self.now, span, celsius }
    }
}

/// The temperature after `dt` seconds of something that starts at `from` in surroundings at `target`, with a time constant
/// of `tau` seconds (Newton's law of cooling).
pub fn approach(from: f64, target: f64, dt: f64, tau: f64) -> f64 {
    if tau <= 0.0 { target } else { target + (from - target) * (-dt / tau).exp() }
}

/// The air of a whole trip, and its state as service starts at each stop (before the door opens there).
pub struct AirTrace<'a> {
    /// All steps from departure to the last stop.
    pub steps: Vec<AirStep>,
    /// The state at each stop.
    pub at_stop: Vec<Air<'a>>,
}

impl<'a> AirTrace<'a> {
    /// Replays the compartment of the run's carrier from the trip's departure to its last stop.
    pub fn of(case: &Case<'a>, run: &Run, trip: &Trip, compartment: Compartment) -> Self {
        let vehicle = case.vehicle(&run.vehicle);
        let carrier = vehicle.and_then(|vehicle| case.day.cold.carriers.get(vehicle.carrier));
        let keeping = carrier.and_then(|carrier| carrier.keeping(compartment));
        let door = carrier.map_or(Seconds::ZERO, |carrier| carrier.door_open);
        let mut air = Air::fresh(keeping, &case.day.weather, trip.departs_at);
        let mut trace = Self { steps: Vec::new(), at_stop: Vec::new() };
        for stop in &trip.stops {
            while air.now < stop.starts_at {
                trace.steps.push(air.step(STEP.min(stop.starts_at - air.now)));
            }
            trace.at_stop.push(air.clone());
            air.open(door);
        }
        trace
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldmile_units::Celsius;

    fn weather(celsius: f64) -> Weather {
        Weather { hourly_c: [celsius; 24], midnight: Timestamp::from_unix(0) }
    }

    fn box_with_ice() -> Keeping {
        Keeping {
            hold_c: Celsius(0.0),
            hold_over_min: Some(60.0),
            reference_c: Celsius(30.0),
            opening_share: 0.5,
            recovery_min: 5.0,
            opening_loss: 2.0,
            warm_up_min: 60.0,
        }
    }

    fn assert_near(value: f64, wanted: f64) {
        assert!((value - wanted).abs() < 1e-9, "{value} is not {wanted}");
    }

    fn drive(air: &mut Air, seconds: i64) {
        let until = air.now + Seconds(seconds);
        while air.now < until {
            air.step(STEP.min(until - air.now));
        }
    }

    #[test]
    fn ice_lasts_as_long_as_stated_at_the_reference_temperature_and_longer_when_it_is_cooler() {
        let (keeping, hot, mild) = (box_with_ice(), weather(30.0), weather(15.0));
        let mut air = Air::fresh(Some(&keeping), &hot, Timestamp::from_unix(0));
        drive(&mut air, 3600);
        assert!(air.celsius < 0.1, "{}", air.celsius);
        // One time constant later the air has covered 63.2 % of the 30 K to outdoors.
        drive(&mut air, 3600);
        assert!((air.celsius - 18.96).abs() < 0.1, "{}", air.celsius);
        let mut air = Air::fresh(Some(&keeping), &mild, Timestamp::from_unix(0));
        drive(&mut air, 7190);
        assert!(air.celsius < 0.1, "{}", air.celsius);
    }

    #[test]
    fn an_opening_lifts_the_air_keeps_it_up_and_uses_up_cooling() {
        let (keeping, hot) = (box_with_ice(), weather(30.0));
        let mut air = Air::fresh(Some(&keeping), &hot, Timestamp::from_unix(0));
        air.open(Seconds(60));
        assert_near(air.celsius, 15.0);
        // 2 x (60 s + 300 s) of 3,600 s.
        assert_near(air.cooling_s, 2880.0);
        drive(&mut air, 60);
        assert_near(air.celsius, 15.0);
        // One recovery time later 36.8 % of the 15 K are left.
        drive(&mut air, 300);
        assert!((air.celsius - 5.518).abs() < 0.01, "{}", air.celsius);
    }

    #[test]
    fn a_cooling_machine_never_runs_out_and_without_cooling_the_air_is_outdoor_air() {
        let keeping = Keeping { hold_over_min: None, ..box_with_ice() };
        let hot = weather(35.0);
        let mut air = Air::fresh(Some(&keeping), &hot, Timestamp::from_unix(0));
        drive(&mut air, 80_000);
        assert!(air.celsius.abs() < 1e-9);
        let mut air = Air::fresh(None, &hot, Timestamp::from_unix(0));
        drive(&mut air, 10);
        assert_near(air.celsius, 35.0);
    }
}
