//! Goods in machine-cooled parts of carriers, as exposure that fades: what open doors do to them, and how they cool again.
//!
//! The air of such a part holds its temperature. An opening lifts it by a share of the difference to outdoors; it stays up
//! while the door is open and then falls back; goods follow it slowly. With the air's excess `A` and the goods' excess
//! `T` over the holding temperature, time constants `r` of the air and `τ` of the goods, `r < τ`, the sum
//! `y = T + κ·A` with `κ = r / (τ - r)` fades with exactly `τ` while doors are closed, and is never below `T`. An
//! opening of length `o` adds a part that depends on outdoors alone, and a part that is a share of the air's excess before
//! it: a dose and a residue of the solver, in millionths of a kelvin. Everything is linear, so what the solver carries is
//! the model of [`coldmile_model::cold`] but for `κ·A` and what is rounded up; waiting is left out, and only cools.

use coldmile_model::Compartment;
use coldmile_model::cold::{Carrier, ColdClass, ColdLimits, ColdRules, Keeping};
use coldmile_units::{Idx, Seconds};
use coldmile_vrp::{FadingExposure, FadingStop, MAX_FADING, MAX_FADING_AMOUNT, Residue};

/// Units of the solver in a kelvin.
const PER_KELVIN: f64 = 1e6;
/// The air's time constant is taken as at least so many seconds: a longer one is on the safe side, and a replay in steps
/// of some seconds follows it closely.
const MIN_RECOVERY_S: f64 = 60.0;
/// The air's time constant is at least this share of the door's time, so that no number of the solver overflows.
const MIN_RECOVERY_OF_DOOR: f64 = 0.5;
/// Above this share of the goods' time constant, the air is not quick enough for `κ·A` to be small.
const MAX_RECOVERY_OF_SETTLING: f64 = 0.5;

/// Classes that share a number of the solver, in one part of a carrier.
#[derive(Clone, Debug)]
pub struct Dimension {
    compartment: Compartment,
    /// Its classes. More than one share it where all follow the air alike, or where there are too many.
    pub classes: Vec<Idx<ColdClass>>,
}

/// How finely classes are told apart.
#[derive(Clone, Copy)]
enum Grain {
    Class,
    Settling,
    Compartment,
}

/// The dimensions of a day's classes: one for each class, as far as the solver has as many; else one for each time
/// constant, else one for each part.
pub fn dimensions(rules: &ColdRules) -> Vec<Dimension> {
    let grains = [Grain::Class, Grain::Settling, Grain::Compartment].map(|grain| grouped(rules, grain));
    let [by_class, by_settling, by_compartment] = grains;
    [by_class, by_settling].into_iter().find(|found| found.len() <= MAX_FADING).unwrap_or(by_compartment)
}

fn grouped(rules: &ColdRules, grain: Grain) -> Vec<Dimension> {
    let mut dimensions: Vec<(Dimension, &ColdLimits)> = Vec::new();
    for (index, class) in rules.classes.enumerate() {
        let Some(limits) = limits_of(class) else { continue };
        let is_alike = |known: &ColdLimits| match grain {
            Grain::Class => known == limits,
            Grain::Settling => known.settling_min == limits.settling_min,
            Grain::Compartment => true,
        };
        let known = (dimensions.iter_mut())
            .find(|(known, limits)| known.compartment == class.compartment && is_alike(limits));
        match known {
            Some((known, _)) => known.classes.push(index),
            None => {
                dimensions.push((Dimension { compartment: class.compartment, classes: vec![index] }, limits))
            }
        }
    }
    dimensions.into_iter().map(|(dimension, _)| dimension).collect()
}

/// The temperature limits of a class that rides in a cooled compartment.
pub fn limits_of(class: &ColdClass) -> Option<&ColdLimits> {
    class.limits.as_ref().filter(|_| class.compartment != Compartment::Ambient)
}

/// How goods of one dimension warm and cool in a carrier.
#[derive(Clone, Debug)]
pub struct Warming {
    /// Air temperature while doors are closed, in degrees Celsius.
    hold_c: f64,
    /// By class, the fastest first: how it follows.
    laws: Vec<Law>,
}

/// The constants of one class in one part of a carrier; times in seconds.
#[derive(Clone, Debug)]
struct Law {
    opening_share: f64,
    door: f64,
    recovery: f64,
    settling: f64,
}

impl Warming {
    /// `None` where the carrier does not cool the part with a machine, or where its air is no quicker than the goods.
    pub fn of(carrier: &Carrier, dimension: &Dimension, rules: &ColdRules) -> Option<Self> {
        let keeping = carrier.keeping(dimension.compartment)?;
        let laws: Option<Vec<Law>> = (dimension.classes.iter())
            .filter_map(|&class| limits_of(&rules.classes[class]))
            .map(|limits| Law::new(keeping, carrier.door_open, limits))
            .collect();
        laws.filter(|laws| !laws.is_empty()).map(|laws| Self { hold_c: keeping.hold_c.0, laws })
    }

    /// The solver's dimension for goods that are at most `start_c` when the carrier departs.
    pub fn exposure(&self, start_c: f64) -> FadingExposure {
        let largest = |value: fn(&Law) -> f64| self.laws.iter().map(value).fold(0.0, f64::max);
        let recovery = Seconds(largest(|law| law.recovery).ceil() as i64);
        FadingExposure {
            // No shorter than it is, and above that of the air.
            time_constant: Seconds((largest(|law| law.settling).ceil() as i64).max(recovery.0 + 1)),
            start: rounded_up(self.excess_at_start(start_c)),
            residue: Some(Residue {
                time_constant: recovery,
                kept_ppm: rounded_up(largest(Law::kept)),
                gain_ppm: rounded_up(largest(Law::gain)),
            }),
        }
    }

    /// What an opening at this temperature outdoors adds.
    pub fn opening(&self, outdoors_c: f64) -> FadingStop {
        let gradient = (outdoors_c - self.hold_c).max(0.0);
        let largest = |value: fn(&Law) -> f64| self.laws.iter().map(value).fold(0.0, f64::max);
        FadingStop {
            dose: rounded_up(gradient * largest(Law::dose)),
            residue: rounded_up(gradient * largest(Law::lift)),
            limit: None,
        }
    }

    /// The solver's limit for goods that may reach `limit_c`.
    ///
    /// They are `own_start_c` when the carrier departs, at most the `start_c` of the dimension, and are on board for no
    /// longer than `longest`: as much of the difference as is left by then is theirs.
    pub fn limit(&self, limit_c: f64, own_start_c: f64, start_c: f64, longest: Seconds) -> i64 {
        let difference = (self.excess_at_start(start_c) - (own_start_c - self.hold_c)).max(0.0);
        let quickest = self.laws.iter().map(|law| law.settling).fold(f64::INFINITY, f64::min);
        let credit = difference * (-(longest.0.max(0) as f64) / quickest).exp();
        let limit = ((limit_c - self.hold_c + credit) * PER_KELVIN).floor();
        (limit as i64).clamp(-MAX_FADING_AMOUNT, MAX_FADING_AMOUNT)
    }

    /// Goods that are colder than the air count as warm as it: they warm up while the carrier waits, which the solver does
    /// not count.
    fn excess_at_start(&self, start_c: f64) -> f64 {
        (start_c - self.hold_c).max(0.0)
    }
}

impl Law {
    fn new(keeping: &Keeping, door: Seconds, limits: &ColdLimits) -> Option<Self> {
        let (door, settling) = (door.0 as f64, limits.settling_min * 60.0);
        let recovery = (keeping.recovery_min * 60.0).max(MIN_RECOVERY_S).max(door * MIN_RECOVERY_OF_DOOR);
        (keeping.hold_over_min.is_none() && recovery.ceil() <= settling * MAX_RECOVERY_OF_SETTLING)
            .then_some(Self { opening_share: keeping.opening_share, door, recovery, settling })
    }

    /// `κ`: what the excess of the air, once the door is closed, will have given to goods, and more.
    fn coming(&self) -> f64 {
        self.recovery / (self.settling - self.recovery)
    }

    /// The share of the distance to the air that goods cover while the door is open.
    fn covered(&self) -> f64 {
        1.0 - (-self.door / self.settling).exp()
    }

    /// Kelvin for each kelvin of the gradient, as of the moment when the door opens.
    fn dose(&self) -> f64 {
        self.opening_share * (self.covered() + self.coming()) / (1.0 - self.covered())
    }

    /// Kelvin of the air, as if it fell from the moment when the door opens, for each kelvin of the gradient.
    fn lift(&self) -> f64 {
        self.opening_share * (self.door / self.recovery).exp()
    }

    /// What is left of the excess of the air before an opening, counted as in [`lift`](Self::lift).
    fn kept(&self) -> f64 {
        (1.0 - self.opening_share) * (self.door / self.recovery).exp()
    }

    /// What each kelvin of that excess adds to the dose.
    fn gain(&self) -> f64 {
        let (share, covered, coming) = (self.opening_share, self.covered(), self.coming());
        ((1.0 - share + coming) * covered - share * coming).max(0.0) / (1.0 - covered)
    }
}

/// Millionths, rounded up.
fn rounded_up(value: f64) -> i64 {
    ((value * PER_KELVIN).ceil() as i64).clamp(0, MAX_FADING_AMOUNT)
}
