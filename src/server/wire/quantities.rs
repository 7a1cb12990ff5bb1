//! Shapes that several answers share: points, spans of time, figures by compartment.

use coldmile_geometry::Point;
use coldmile_model::{Compartment, Storage};
use coldmile_units::{Millilitres, TimeWindow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Latitude and longitude in degrees: `[35.9, 14.5]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = LatLon, value_type = Vec<f64>)]
pub(crate) struct WireLatLon(pub [f64; 2]);

pub(crate) fn lat_lon(point: Point) -> WireLatLon {
    WireLatLon([point.latitude(), point.longitude()])
}

/// From this instant on, so many litres: `[1773730800, 12.5]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = Step, value_type = Vec<f64>)]
pub(crate) struct OccupancyStep(pub (i64, f64));

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Span)]
pub(crate) struct WireSpan {
    /// First instant.
    pub open: i64,
    /// Last instant.
    pub close: i64,
}

impl WireSpan {
    /// `None` for a window without limits.
    pub(crate) fn of(window: TimeWindow) -> Option<Self> {
        let span = Self { open: window.open().unix(), close: window.close().unix() };
        (window != TimeWindow::ALWAYS).then_some(span)
    }
}

/// A figure for each compartment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, ToSchema)]
pub(crate) struct ByCompartment<T> {
    /// Shelf.
    pub ambient: T,
    /// Fridge.
    pub chilled: T,
    /// Freezer.
    pub frozen: T,
}

impl<T> ByCompartment<T> {
    pub(crate) fn from_fn(mut value: impl FnMut(Compartment) -> T) -> Self {
        Self {
            ambient: value(Compartment::Ambient),
            chilled: value(Compartment::Chilled),
            frozen: value(Compartment::Frozen),
        }
    }
}

pub(crate) fn litres(volume: Millilitres) -> f64 {
    volume.0 as f64 / 1000.0
}

pub(crate) fn capacity(storage: Storage) -> ByCompartment<f64> {
    ByCompartment::from_fn(|part| litres(storage.of(part)))
}
