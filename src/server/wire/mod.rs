//! The shapes of the HTTP interface: types of their own, made from the domain, so that either can change alone.
//!
//! Times are whole Unix seconds in fields that end in `_at` (or `open` and `close`), points are `[lat, lon]`, distances
//! end in `_m`, durations in `_s`, litres in `_l`; money is in minor units. Requests refuse unknown fields.

mod courier;
mod day;
mod desk;
mod event;
mod job;
mod order;
mod plan;
mod session;

pub(super) use courier::RouteView;
pub(super) use day::DayView;
pub(super) use desk::{DeskView, PickupView};
pub(super) use event::{EventBatch, EventPost, EventResult, EventResults, EventView};
pub(super) use job::{JobPost, JobView};
pub(super) use order::{OrderView, SearchHit};
pub(super) use plan::{CompareView, FiguresView, PlanView, PublishPost, WirePlanHead};
pub(super) use session::{DeviceView, EnrolmentPost, EnrolmentView, MeView, SessionPost, TimeView};

use coldmile_geometry::Point;
use coldmile_model::{Compartment, Storage};
use coldmile_units::{Millilitres, TimeWindow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Where the next page starts, for `?cursor=`; absent on the last page.
    pub next: Option<String>,
}

/// Latitude and longitude in degrees: `[35.9, 14.5]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = LatLon, value_type = Vec<f64>)]
pub(super) struct WireLatLon(pub [f64; 2]);

pub(super) fn lat_lon(point: Point) -> WireLatLon {
    WireLatLon([point.latitude(), point.longitude()])
}

/// From this instant on, so many litres: `[1773730800, 12.5]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = Step, value_type = Vec<f64>)]
pub(super) struct OccupancyStep(pub (i64, f64));

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Span)]
pub(super) struct WireSpan {
    /// First instant.
    pub open: i64,
    /// Last instant.
    pub close: i64,
}

impl WireSpan {
    /// `None` for a window without limits.
    pub(super) fn of(window: TimeWindow) -> Option<Self> {
        let span = Self { open: window.open().unix(), close: window.close().unix() };
        (window != TimeWindow::ALWAYS).then_some(span)
    }
}

/// A figure for each compartment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub(super) struct ByCompartment<T> {
    /// Shelf.
    pub ambient: T,
    /// Fridge.
    pub chilled: T,
    /// Freezer.
    pub frozen: T,
}

impl<T> ByCompartment<T> {
    pub(super) fn from_fn(mut value: impl FnMut(Compartment) -> T) -> Self {
        Self {
            ambient: value(Compartment::Ambient),
            chilled: value(Compartment::Chilled),
            frozen: value(Compartment::Frozen),
        }
    }
}

pub(super) fn litres(volume: Millilitres) -> f64 {
    volume.0 as f64 / 1000.0
}

pub(super) fn room(storage: Storage) -> ByCompartment<f64> {
    ByCompartment::from_fn(|part| litres(storage.of(part)))
}
