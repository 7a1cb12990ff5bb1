//! A courier's day: what the phone keeps and works from without signal.

use super::order::pin;
use super::quantities::{WireLatLon, WireSpan, lat_lon, litres};
use crate::indexed_plan::IndexedPlan;
use coldmile_plan::Progress;
use coldmile_plan::{Run, Stop, StopPlace, Trip};
use coldmile_units::{Id, Timestamp};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// The run of one courier.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RouteView {
    plan: String,
    run: String,
    number: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    letter: Option<String>,
    /// `linehaul` or `last-mile`.
    echelon: &'static str,
    courier_name: String,
    date: String,
    timezone: String,
    base: BaseView,
    attribution: String,
    trips: Vec<CourierTripView>,
}

/// Where the run starts and ends.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BaseView {
    id: String,
    name: String,
    point: WireLatLon,
}

/// From the base and back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CourierTripView {
    loads_at: i64,
    departs_at: i64,
    returns_at: i64,
    departed_at: Option<i64>,
    /// First loaded first.
    loading: Vec<LoadingView>,
    legs: Vec<LineView>,
    stops: Vec<CourierStopView>,
}

/// A parcel to load.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoadingView {
    parcel: String,
    order: Option<String>,
    tag: Option<String>,
    stop_number: Option<usize>,
}

/// A leg's line on the map.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineView {
    /// Encoded polyline, precision 5.
    line: String,
}

/// A halt.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CourierStopView {
    key: String,
    number: usize,
    /// The order, at a door.
    order: Option<String>,
    /// The centre, for trucks.
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<String>,
    recipient: Option<String>,
    phone: Option<String>,
    address: Option<String>,
    note: Option<String>,
    point: WireLatLon,
    arrives_at: i64,
    starts_at: i64,
    window: Option<WireSpan>,
    tags: Vec<String>,
    parcels: Vec<ParcelView>,
    cold_margin_min: Option<i64>,
    /// `planned`, `at-centre`, `out`, `delivered`, `failed`, `collected`; for trucks `planned` or `received`.
    state: String,
    /// `approximate`, `coarse` or `unsure` where the address was looked up and its door is not known; absent where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<&'static str>,
}

/// A piece.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ParcelView {
    id: String,
    tag: Option<String>,
    kg: f64,
    litres: f64,
}

impl RouteView {
    pub(crate) fn new(plan: &str, indexed: &IndexedPlan, run: &Run, progress: &Progress) -> Self {
        let name = indexed.name(run);
        let base = indexed.site(run.base.as_str());
        let mut before = 0;
        let mut trips = Vec::with_capacity(run.trips.len());
        for (index, trip) in run.trips.iter().enumerate() {
            trips.push(trip_view(indexed, run, index, trip, before, progress));
            before += trip.stops.len();
        }
        Self {
            plan: plan.to_owned(),
            run: run.id.to_string(),
            number: name.number,
            echelon: if name.letter.is_some() { "linehaul" } else { "last-mile" },
            letter: name.letter,
            courier_name: indexed.courier_name(run),
            date: indexed.plan.date.clone(),
            timezone: indexed.plan.timezone.clone(),
            base: BaseView {
                id: run.base.to_string(),
                name: base.map_or_else(|| run.base.to_string(), |site| site.name.clone()),
                point: base.map_or(WireLatLon([0.0, 0.0]), |site| lat_lon(site.point)),
            },
            attribution: indexed.plan.attribution.clone(),
            trips,
        }
    }
}

fn trip_view(
    indexed: &IndexedPlan,
    run: &Run,
    index: usize,
    trip: &Trip,
    before: usize,
    progress: &Progress,
) -> CourierTripView {
    let stop_of: HashMap<&str, usize> = trip
        .stops
        .iter()
        .enumerate()
        .flat_map(|(position, stop)| {
            stop.parcels.iter().map(move |parcel| (parcel.as_str(), before + position + 1))
        })
        .collect();
    CourierTripView {
        loads_at: trip.loads_at.unix(),
        departs_at: trip.departs_at.unix(),
        returns_at: trip.returns_at.unix(),
        departed_at: progress.departed_at(&run.id, index).map(Timestamp::unix),
        loading: trip
            .manifest
            .parcels
            .iter()
            .map(|parcel| {
                let known = indexed.parcel(parcel.as_str());
                LoadingView {
                    parcel: parcel.to_string(),
                    order: known.map(|(order, _)| order.id.to_string()),
                    tag: known.and_then(|(_, parcel)| indexed.tag(parcel)),
                    stop_number: stop_of.get(parcel.as_str()).copied(),
                }
            })
            .collect(),
        legs: trip.legs.iter().map(|leg| LineView { line: leg.line.clone() }).collect(),
        stops: trip
            .stops
            .iter()
            .enumerate()
            .map(|(position, stop)| {
                let key = format!("{}/{index}/{position}", run.id);
                stop_view(indexed, run, key, before + position + 1, stop, progress)
            })
            .collect(),
    }
}

fn stop_view(
    indexed: &IndexedPlan,
    run: &Run,
    key: String,
    number: usize,
    stop: &Stop,
    progress: &Progress,
) -> CourierStopView {
    let mut view = CourierStopView {
        key,
        number,
        order: None,
        site: None,
        recipient: None,
        phone: None,
        address: None,
        note: None,
        point: lat_lon(stop.point),
        arrives_at: stop.arrives_at.unix(),
        starts_at: stop.starts_at.unix(),
        window: None,
        tags: Vec::new(),
        parcels: stop.parcels.iter().map(|parcel| parcel_view(indexed, parcel)).collect(),
        cold_margin_min: indexed.margin(&stop.parcels),
        state: "planned".to_owned(),
        pin: None,
    };
    match &stop.place {
        StopPlace::Centre { site, .. } => {
            let known = indexed.site(site.as_str());
            view.address = Some(known.map_or_else(|| site.to_string(), |site| site.name.clone()));
            view.site = Some(site.to_string());
            if progress.received_at(&run.id, site).is_some() {
                "received".clone_into(&mut view.state);
            }
        }
        StopPlace::Door { order: id } => {
            view.order = Some(id.to_string());
            if let Some(order) = indexed.order(id.as_str()) {
                view.recipient.clone_from(&order.recipient);
                view.phone.clone_from(&order.phone);
                view.address.clone_from(&order.address);
                view.window = WireSpan::of(order.window);
                view.tags = indexed.tags(order);
                view.pin = pin(order);
            }
            if let Some(progress) = progress.order(id.as_str()) {
                progress.state.as_str().clone_into(&mut view.state);
            }
        }
    }
    view
}

fn parcel_view(indexed: &IndexedPlan, id: &Id<coldmile_model::Parcel>) -> ParcelView {
    let known = indexed.parcel(id.as_str()).map(|(_, parcel)| parcel);
    ParcelView {
        id: id.to_string(),
        tag: known.and_then(|parcel| indexed.tag(parcel)),
        kg: known.map_or(0.0, |parcel| parcel.mass.0 as f64 / 1000.0),
        litres: known.map_or(0.0, |parcel| litres(parcel.volume)),
    }
}
