//! Why an order is not planned: the code and the figures of the reason.

use coldmile_model::{Compartment, Day, Order};
use coldmile_plan::{Detail, Details, UnplannedOrder, reason_code, sentence};
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
        /// The ids of the hubs.
        hubs: Vec<String>,
    },
    /// No courier works at a centre in reach.
    NoCourierOnDuty {
        /// The id of the centre nearest to the family.
        centre: String,
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
    /// No store in reach has room for it by the routes found.
    StoreTooSmall {
        /// The id of the centre that comes closest.
        centre: String,
        /// The compartment.
        compartment: Compartment,
        /// Millilitres too little.
        short: i64,
    },
    /// The couriers of the centres in reach have no time left.
    NoCourierTime,
    /// No truck brings its wave to the centre.
    NoTruck {
        /// The reason that the solver gives.
        reason: Reason,
        /// The id of the centre.
        centre: String,
    },
    /// No courier brings it to the door.
    NoCourier {
        /// The reason that the solver gives.
        reason: Reason,
        /// The id of the centre.
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
    /// The code without `unplanned/`, and the figures.
    fn told(&self) -> (&'static str, Vec<(&'static str, Detail)>) {
        match self {
            Self::FarFromRoad { distance, limit } => (
                "too-far-from-road",
                vec![("distance_m", Detail::Whole(distance.0)), ("limit_m", Detail::Whole(limit.0))],
            ),
            Self::NoStaffOnDuty => ("nobody-on-duty", vec![]),
            Self::NoTruckOnDuty { hubs } => ("no-truck-on-duty", vec![("hubs", Detail::Ids(hubs.clone()))]),
            Self::NoCourierOnDuty { centre } => {
                ("no-courier-on-duty", vec![("centre", Detail::Text(centre.clone()))])
            }
            Self::NoCentreReachable => ("no-centre-reachable", vec![]),
            Self::WaveTooLate { short_by } => ("wave-too-late", vec![("short_min", minutes(*short_by))]),
            Self::AfterCutOff { late_by } => ("after-cut-off", vec![("late_min", minutes(*late_by))]),
            Self::StorageFull { .. } | Self::NoCourierTime => ("not-placed", vec![]),
            Self::StoreDoor { centre } => {
                ("parcel-too-large", vec![("centre", Detail::Text(centre.clone()))])
            }
            Self::TooOld { short_by } => ("too-old", vec![("short_min", minutes(*short_by))]),
            Self::StoreTooSmall { centre, compartment, short } => (
                "no-room-at-centre",
                vec![
                    ("centre", Detail::Text(centre.clone())),
                    ("compartment", Detail::Text(compartment.name().to_owned())),
                    ("short_l", thousandths(*short)),
                ],
            ),
            Self::NoTruck { reason, centre } => obstacle(reason, "truck", centre),
            Self::NoCourier { reason, centre } => obstacle(reason, "courier", centre),
        }
    }
}

impl Refusal {
    /// The entry of the plan for an order that has no option at all.
    pub fn publish(&self, day: &Day) -> UnplannedOrder {
        let (code, details) = self.cause.told();
        self.entry(day, code, details, true)
    }

    /// The entry of the plan for an order that could be served, were the rest of the plan another one.
    pub fn publish_tried(&self, day: &Day) -> UnplannedOrder {
        let at = |centre: &String| vec![("centre", Detail::Text(centre.clone()))];
        let (code, details) = match &self.cause {
            RefusalCause::NoTruck { centre, .. } => ("no-truck-time", at(centre)),
            RefusalCause::NoCourier { centre, .. } => ("no-courier-time", at(centre)),
            RefusalCause::StoreTooSmall { .. } => self.cause.told(),
            _ => ("not-placed", vec![]),
        };
        self.entry(day, code, details, false)
    }

    fn entry(
        &self,
        day: &Day,
        code: &str,
        details: Vec<(&'static str, Detail)>,
        has_no_option: bool,
    ) -> UnplannedOrder {
        let code = format!("unplanned/{code}");
        let details: Details = details.into_iter().map(|(name, figure)| (name.to_owned(), figure)).collect();
        let is_possible = reason_code(&code).and_then(|reason| reason.impossible) == Some(false);
        UnplannedOrder {
            order: day.orders[self.order].id.clone(),
            impossible: has_no_option && !is_possible,
            reason: sentence(&code, &details),
            code,
            details,
            tried: Vec::new(),
            relaxations: Vec::new(),
        }
    }
}

/// What keeps even an empty vehicle from bringing an order to or from a centre.
fn obstacle(reason: &Reason, carrier: &str, centre: &str) -> (&'static str, Vec<(&'static str, Detail)>) {
    let mut details =
        vec![("carrier", Detail::Text(carrier.to_owned())), ("centre", Detail::Text(centre.to_owned()))];
    let (code, figures) = match reason {
        Reason::NoVehicle => ("no-vehicle", vec![]),
        Reason::LoadTooLarge { dimension: 0, over_by } => {
            ("load-too-large", vec![("over_kg", thousandths(*over_by))])
        }
        Reason::LoadTooLarge { dimension, over_by } => (
            "load-too-large",
            vec![
                ("compartment", Detail::Text(compartment_name(*dimension).to_owned())),
                ("over_l", thousandths(*over_by)),
            ],
        ),
        Reason::Unreachable => ("unreachable", vec![]),
        Reason::WindowTooTight { short_by } => ("window-too-tight", vec![("late_min", minutes(*short_by))]),
        Reason::RideTooLong { over_by } => ("ride-too-long", vec![("over_min", minutes(*over_by))]),
        Reason::ExposureTooHigh { .. } => ("too-warm", vec![]),
        Reason::DurationTooLong { over_by } => ("shift-too-short", vec![("over_min", minutes(*over_by))]),
        Reason::DistanceTooLong { over_by } => ("out-of-range", vec![("over_km", thousandths(*over_by))]),
        Reason::NotWorthIt | Reason::NotPlaced => return ("not-placed", vec![]),
    };
    details.extend(figures);
    (code, details)
}

/// Whole minutes, rounded up.
fn minutes(span: Seconds) -> Detail {
    Detail::Whole((span.0 + 59).div_euclid(60))
}

/// Kilograms of grams, litres of millilitres, kilometres of metres.
fn thousandths(amount: i64) -> Detail {
    Detail::Decimal(amount as f64 / 1e3)
}

/// The compartment behind a load dimension; dimension 0 is mass.
fn compartment_name(dimension: usize) -> &'static str {
    Compartment::ALL.get(dimension.wrapping_sub(1)).map_or("cargo", |compartment| compartment.name())
}
