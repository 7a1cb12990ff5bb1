//! One order with all that is known of it: for dispatchers only, nothing is masked.

use super::event::EventView;
use super::plan::order_label;
use super::quantities::WireSpan;
use crate::config::DayPrice;
use crate::indexed_plan::IndexedPlan;
use coldmile_model::{Channel, Fulfilment, Order, Pin};
use coldmile_plan::{Direct, FootprintShare, Handover, PlannedOrder};
use coldmile_units::Id;
use serde::Serialize;
use utoipa::ToSchema;

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderView {
    id: String,
    label: String,
    recipient: Option<String>,
    phone: Option<String>,
    address: Option<String>,
    /// How it came in.
    channel: &'static str,
    /// What the family asked for: `door`, `pickup` or `either`.
    fulfilment: &'static str,
    window: Option<WireSpan>,
    tags: Vec<String>,
    /// Where it stands; absent when it is not planned.
    state: Option<String>,
    /// The centre it passes through.
    centre: Option<String>,
    /// What the plan makes of it: `door` or `pickup`.
    handover: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eta_at: Option<i64>,
    ready_at: Option<i64>,
    leaves_at: Option<i64>,
    cost: Option<CostView>,
    /// Absent when it is not planned, or by a program that did not tell it.
    footprint: Option<FootprintShareView>,
    /// What it would cost straight from its hub, as estimated; absent where no vehicle could bring it so.
    direct: Option<DirectView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pickup_code: Option<String>,
    events: Vec<EventView>,
    /// `approximate`, `coarse` or `unsure` where the address was looked up and its door is not known; absent where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<&'static str>,
}

/// The new code of an order.
#[derive(Serialize, ToSchema)]
pub(crate) struct PickupCodeView {
    /// The order.
    pub order: String,
    /// Six digits.
    pub pickup_code: String,
}

/// What it costs to serve, in minor units.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CostView {
    linehaul: i64,
    last_mile: i64,
    handling: i64,
    centre: i64,
    cold: i64,
    total: i64,
}

/// Its part of greenhouse gas and cooling.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FootprintShareView {
    /// Greenhouse gas of driving, in grams of CO2-equivalent.
    driving_g: i64,
    /// Greenhouse gas of cooling, in grams of CO2-equivalent.
    cooling_g: i64,
    /// Heat that is taken out for its goods, in joules.
    cooling_j: i64,
}

/// An order straight from its hub to the door.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DirectView {
    /// The vehicle type.
    vehicle: String,
    /// In minor units.
    cost: i64,
    distance_m: i64,
    /// Greenhouse gas of driving, in grams of CO2-equivalent.
    co2e_g: i64,
}

impl From<&Direct> for DirectView {
    fn from(direct: &Direct) -> Self {
        Self {
            vehicle: direct.vehicle.to_string(),
            cost: direct.cost.0,
            distance_m: direct.distance.0,
            co2e_g: direct.co2e_g,
        }
    }
}

impl From<FootprintShare> for FootprintShareView {
    fn from(share: FootprintShare) -> Self {
        let FootprintShare { driving_g, cooling_g, cooling_j } = share;
        Self { driving_g, cooling_g, cooling_j }
    }
}

/// What an order adds to the day, in minor units.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MarginalView {
    order: String,
    /// What it adds to what is paid.
    cost: i64,
    /// What it adds to what planning minimises.
    objective: i64,
    with: DayPriceView,
    without: DayPriceView,
}

/// What a day costs, and its objective, in minor units.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayPriceView {
    cost: i64,
    objective: i64,
}

impl From<DayPrice> for DayPriceView {
    fn from(price: DayPrice) -> Self {
        Self { cost: price.cost.0, objective: price.objective.0 }
    }
}

impl MarginalView {
    /// Of the day with the order and without it.
    pub(crate) fn new(order: &Id<Order>, (with, without): (DayPrice, DayPrice)) -> Self {
        Self {
            order: order.to_string(),
            cost: (with.cost - without.cost).0,
            objective: (with.objective - without.objective).0,
            with: with.into(),
            without: without.into(),
        }
    }
}

/// Something found by `GET /search`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchHit {
    /// `order`, `run` or `site`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// What to show.
    pub label: String,
}

impl From<&PlannedOrder> for CostView {
    fn from(planned: &PlannedOrder) -> Self {
        let cost = &planned.cost;
        Self {
            linehaul: cost.linehaul.0,
            last_mile: cost.last_mile.0,
            handling: cost.handling.0,
            centre: cost.centre.0,
            cold: cost.cold.0,
            total: cost.total().0,
        }
    }
}

impl OrderView {
    /// `None` when the day has no such order.
    pub(crate) fn new(
        indexed: &IndexedPlan,
        id: &str,
        state: Option<String>,
        pickup_code: Option<String>,
        events: Vec<EventView>,
    ) -> Option<Self> {
        let order = indexed.order(id)?;
        let planned = indexed.planned(id);
        let delivery = planned.and_then(|planned| planned.delivery.as_ref());
        Some(Self {
            id: order.id.to_string(),
            label: order_label(indexed, id),
            recipient: order.recipient.clone(),
            phone: order.phone.clone(),
            address: order.address.clone(),
            channel: channel(order.channel),
            fulfilment: match order.fulfilment {
                Fulfilment::Door => "door",
                Fulfilment::Pickup => "pickup",
                Fulfilment::Either => "either",
            },
            window: WireSpan::of(order.window),
            tags: indexed.tags(order),
            state,
            centre: planned.map(|planned| planned.centre.to_string()),
            handover: planned.map(|planned| match planned.handover {
                Handover::Door => "door",
                Handover::Pickup => "pickup",
            }),
            run: delivery.map(|delivery| delivery.run.to_string()),
            stop_key: delivery.map(|it| format!("{}/{}/{}", it.run, it.trip, it.stop)),
            eta_at: delivery.map(|delivery| delivery.at.unix()),
            ready_at: planned.map(|planned| planned.ready_at.unix()),
            leaves_at: planned.map(|planned| planned.leaves_at.unix()),
            cost: planned.map(CostView::from),
            footprint: planned.and_then(|planned| planned.footprint).map(FootprintShareView::from),
            direct: planned.and_then(|planned| planned.direct.as_ref()).map(DirectView::from),
            pickup_code,
            events,
            pin: pin(order),
        })
    }
}

/// How well the door of an order is known, where that is not exactly.
pub(super) fn pin(order: &Order) -> Option<&'static str> {
    (order.pin != Pin::Exact).then(|| order.pin.name())
}

const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::App => "app",
        Channel::Wechat => "wechat",
        Channel::Call => "call",
        Channel::Assisted => "assisted",
        Channel::Partner => "partner",
    }
}
