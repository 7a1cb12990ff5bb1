//! Why an order is not planned, in words people can act on.

use coldmile_model::{Compartment, Day, Order};
use coldmile_plan::{Relaxation, UnplannedOrder};
use coldmile_units::{Idx, Metres, Seconds};
use coldmile_vrp::Reason;

/// An order that some step of planning could not serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The order.
    pub order: Idx<Order>,
    /// The reason.
    pub cause: RefusalCause,
}

/// Why an order is not planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusalCause {
    /// The door is too far from every road the fleet may use.
    FarFromRoad {
        /// Distance to the nearest usable road.
        distance: Metres,
        /// The longest distance that is accepted.
        limit: Metres,
    },
    /// The day has no couriers and no trucks at all.
    NoStaffOnDuty,
    /// No truck works at a hub that supplies a centre in reach.
    NoTruckOnDuty {
        /// The hubs, by id and name.
        hubs: Vec<String>,
    },
    /// No courier works at a centre in reach.
    NoCourierOnDuty {
        /// The centre nearest to the family, by id and name.
        centre: String,
        /// Whether the order names this centre.
        is_insisted: bool,
    },
    /// No centre can be reached from the door at all.
    NoCentreReachable,
    /// Every wave it could join arrives too late for its window.
    WaveTooLate {
        /// By how much the window would have to close later.
        short_by: Seconds,
    },
    /// The order was placed after the last cut-off.
    AfterCutOff {
        /// How long after the cut-off it was placed.
        late_by: Seconds,
    },
    /// No centre in reach has storage capacity for it over the time it would be stored there.
    StorageFull {
        /// The compartment that is full everywhere.
        compartment: Compartment,
    },
    /// The couriers of the centres in reach have no time left.
    NoCourierTime,
    /// No truck brings its wave to the centre.
    NoTruck {
        /// The reason that the solver gives.
        reason: Reason,
        /// Name of the centre.
        centre: String,
    },
    /// No courier brings it to the door.
    NoCourier {
        /// The reason that the solver gives.
        reason: Reason,
        /// Name of the centre.
        centre: String,
    },
    /// Its parcels pass the door of no store in reach.
    StoreDoor {
        /// One of the centres, by id and name.
        centre: String,
    },
    /// Too little would be left of its goods' life even when its window opens.
    TooOld {
        /// By how much.
        short_by: Seconds,
    },
}

impl RefusalCause {
    fn code(&self) -> &'static str {
        match self {
            Self::FarFromRoad { .. } => "unplanned/too-far-from-road",
            Self::NoStaffOnDuty => "unplanned/nobody-on-duty",
            Self::NoTruckOnDuty { .. } => "unplanned/no-truck-on-duty",
            Self::NoCourierOnDuty { .. } => "unplanned/no-courier-on-duty",
            Self::NoCentreReachable => "unplanned/no-centre-reachable",
            Self::WaveTooLate { .. } => "unplanned/wave-too-late",
            Self::AfterCutOff { .. } => "unplanned/after-cut-off",
            Self::StorageFull { .. } => "unplanned/no-room-at-centre",
            Self::NoCourierTime => "unplanned/no-courier-time",
            Self::StoreDoor { .. } => "unplanned/parcel-too-large",
            Self::TooOld { .. } => "unplanned/too-old",
            Self::NoTruck { reason, .. } | Self::NoCourier { reason, .. } => match reason {
                Reason::NoVehicle => "unplanned/no-vehicle",
                Reason::LoadTooLarge { .. } => "unplanned/load-too-large",
                Reason::Unreachable => "unplanned/unreachable",
                Reason::WindowTooTight { .. } => "unplanned/window-too-tight",
                Reason::RideTooLong { .. } | Reason::ExposureTooHigh { .. } => "unplanned/ride-too-long",
                Reason::DurationTooLong { .. } => "unplanned/shift-too-short",
                Reason::DistanceTooLong { .. } => "unplanned/out-of-range",
                Reason::NotWorthIt | Reason::NotPlaced => "unplanned/not-placed",
            },
        }
    }

    /// Whether no search, however long, could have placed it with this network and fleet.
    fn is_impossible(&self) -> bool {
        match self {
            Self::FarFromRoad { .. }
            | Self::NoStaffOnDuty
            | Self::NoTruckOnDuty { .. }
            | Self::NoCourierOnDuty { .. }
            | Self::NoCentreReachable
            | Self::WaveTooLate { .. }
            | Self::AfterCutOff { .. }
            | Self::StoreDoor { .. }
            | Self::TooOld { .. } => true,
            Self::StorageFull { .. } | Self::NoCourierTime => false,
            Self::NoTruck { reason, .. } | Self::NoCourier { reason, .. } => {
                !matches!(reason, Reason::NotWorthIt | Reason::NotPlaced)
            }
        }
    }

    fn text(&self) -> String {
        match self {
            Self::FarFromRoad { distance, limit } => format!(
                "the door is {} m from the nearest usable road; {} m is the limit",
                distance.0, limit.0
            ),
            Self::NoStaffOnDuty => "nobody works on this day".to_owned(),
            Self::NoTruckOnDuty { hubs } => format!("no truck works at {} today", hubs.join(" or ")),
            Self::NoCourierOnDuty { centre, is_insisted: true } => {
                format!("no courier works at {centre} today")
            }
            Self::NoCourierOnDuty { .. } => "no courier works at any centre in reach".to_owned(),
            Self::NoCentreReachable => "no road connects the door with any centre".to_owned(),
            Self::WaveTooLate { short_by } => format!(
                "its window closes {} before the first wave it could join can be at the door",
                minutes(*short_by)
            ),
            Self::AfterCutOff { late_by } => {
                format!("it was placed {} after the last cut-off", minutes(*late_by))
            }
            Self::StorageFull { compartment } => {
                format!("no centre in reach has {} room left while it would stand there", compartment.name())
            }
            Self::NoCourierTime => "the couriers of the centres in reach have no time left".to_owned(),
            Self::StoreDoor { centre } => {
                format!(
                    "a parcel is larger than the door of the store of {centre} and of every other centre in reach"
                )
            }
            Self::TooOld { short_by } => format!(
                "less of its goods' life than asked for is left {} before its window opens",
                minutes(*short_by)
            ),
            Self::NoTruck { reason, centre } => {
                format!("no truck brings its wave to {centre}: {}", reason_text(reason))
            }
            Self::NoCourier { reason, centre } => {
                format!("no courier of {centre} can bring it: {}", reason_text(reason))
            }
        }
    }

    fn relaxation(&self) -> Option<String> {
        match self {
            Self::FarFromRoad { .. } | Self::NoCentreReachable => Some("move the pin to a street".to_owned()),
            Self::NoStaffOnDuty => Some("a truck at a hub and a courier at a centre".to_owned()),
            Self::NoTruckOnDuty { hubs } => Some(format!("a truck at {}", hubs.join(" or "))),
            Self::NoCourierOnDuty { centre, .. } => Some(format!("a courier at {centre}")),
            Self::WaveTooLate { short_by } => Some(format!("window +{}", minutes(*short_by))),
            Self::AfterCutOff { late_by } => Some(format!("cut-off +{}", minutes(*late_by))),
            Self::StorageFull { compartment } => {
                Some(format!("more {} room at a centre near it", compartment.name()))
            }
            Self::StoreDoor { .. } => Some("smaller parcels".to_owned()),
            Self::TooOld { .. } => Some("fresher goods".to_owned()),
            Self::NoCourierTime => Some("one more courier at a centre near it".to_owned()),
            Self::NoTruck { reason, .. } | Self::NoCourier { reason, .. } => match reason {
                Reason::WindowTooTight { short_by } => Some(format!("window +{}", minutes(*short_by))),
                Reason::RideTooLong { over_by } => Some(format!("ride limit +{}", minutes(*over_by))),
                Reason::DurationTooLong { over_by } => Some(format!("shift +{}", minutes(*over_by))),
                Reason::DistanceTooLong { over_by } => {
                    Some(format!("range +{:.1} km", *over_by as f64 / 1e3))
                }
                Reason::LoadTooLarge { dimension, over_by } => Some(match dimension {
                    0 => format!("a vehicle that carries {:.1} kg more", *over_by as f64 / 1e3),
                    _ => format!(
                        "a vehicle with {:.1} l more {} room",
                        *over_by as f64 / 1e3,
                        compartment_name(*dimension)
                    ),
                }),
                Reason::NotWorthIt | Reason::NotPlaced => {
                    Some("one more courier, or more time to plan".to_owned())
                }
                Reason::NoVehicle | Reason::Unreachable | Reason::ExposureTooHigh { .. } => None,
            },
        }
    }
}

impl Refusal {
    /// The entry of the plan for an order that could be served, were the rest of the plan another one.
    pub fn publish_tried(&self, day: &Day) -> UnplannedOrder {
        UnplannedOrder { impossible: false, ..self.publish(day) }
    }

    /// The entry of the plan for this order.
    pub fn publish(&self, day: &Day) -> UnplannedOrder {
        UnplannedOrder {
            order: day.orders[self.order].id.clone(),
            code: self.cause.code().to_owned(),
            impossible: self.cause.is_impossible(),
            reason: self.cause.text(),
            relaxation: self.cause.relaxation().map(|text| Relaxation { text }),
        }
    }
}

/// Whole minutes, rounded up, so that the stated change suffices.
fn minutes(span: Seconds) -> String {
    format!("{} min", (span.0 + 59).div_euclid(60))
}

/// The compartment behind a load dimension; dimension 0 is mass.
fn compartment_name(dimension: usize) -> &'static str {
    Compartment::ALL.get(dimension.wrapping_sub(1)).map_or("cargo", |compartment| compartment.name())
}

fn reason_text(reason: &Reason) -> String {
    match reason {
        Reason::NoVehicle => "no vehicle on duty may carry it".to_owned(),
        Reason::LoadTooLarge { dimension: 0, over_by } => {
            format!("it is {:.1} kg too heavy for the largest vehicle", *over_by as f64 / 1e3)
        }
        Reason::LoadTooLarge { dimension, over_by } => {
            format!(
                "it needs {:.1} l more {} room than any vehicle has",
                *over_by as f64 / 1e3,
                compartment_name(*dimension)
            )
        }
        Reason::Unreachable => "no vehicle on duty can drive there and back".to_owned(),
        Reason::WindowTooTight { short_by } => format!("even alone it would be {} late", minutes(*short_by)),
        Reason::RideTooLong { over_by } => {
            format!("even the direct ride is {} longer than its goods may ride", minutes(*over_by))
        }
        Reason::ExposureTooHigh { .. } => "even the direct ride leaves its goods too warm".to_owned(),
        Reason::DurationTooLong { over_by } => {
            format!("even alone it takes {} longer than a shift", minutes(*over_by))
        }
        Reason::DistanceTooLong { over_by } => {
            format!("even alone it is {:.1} km beyond the range", *over_by as f64 / 1e3)
        }
        Reason::NotWorthIt | Reason::NotPlaced => {
            "it fits alone, but not beside the others in the best plan found".to_owned()
        }
    }
}
