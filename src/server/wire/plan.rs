//! A plan as the console shows it.

use super::figures::{FiguresView, FootprintView};
use super::quantities::{ByCompartment, OccupancyStep, WireLatLon, WireSpan, capacity, lat_lon, litres};
use crate::indexed_plan::IndexedPlan;
use coldmile_model::{Compartment, Edit, Site};
use coldmile_plan::{Detail, Details, Echelon, Relaxation, Run, Stop, StopPlace, Trip};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A version of the plan, without its runs.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PlanHead)]
pub(crate) struct WirePlanHead {
    /// Its id.
    pub id: String,
    /// `draft`, `published` or `superseded`.
    pub status: &'static str,
    /// The version it was made from.
    pub base: Option<String>,
    /// Who or what made it.
    pub source: String,
    /// When it was made.
    pub created_at: i64,
    /// When it was published.
    pub published_at: Option<i64>,
    /// Where its randomness started.
    pub seed: Option<u64>,
    /// Its sums; absent when they were not stored with it.
    pub figures: Option<FiguresView>,
}

/// `POST /plans/{id}/publish`.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishPost {
    /// Why, when the plan has violations or differs from what was promised.
    #[serde(default)]
    pub reasons: Option<String>,
}

/// A whole plan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanView {
    #[serde(flatten)]
    head: WirePlanHead,
    runs: Vec<RunView>,
    centres: Vec<CentreView>,
    unplanned: Vec<UnplannedView>,
    violations: Vec<ViolationView>,
}

/// What one courier does in a shift.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunView {
    id: String,
    number: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    letter: Option<String>,
    /// `linehaul` or `last-mile`.
    echelon: &'static str,
    courier: String,
    courier_name: String,
    vehicle: String,
    profile: String,
    base: String,
    starts_at: i64,
    ends_at: i64,
    distance_m: i64,
    cost: i64,
    /// Absent in plans of older programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    footprint: Option<FootprintView>,
    stop_count: usize,
    load_percent: i64,
    trips: Vec<TripView>,
}

/// From the base and back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TripView {
    loads_at: i64,
    departs_at: i64,
    returns_at: i64,
    cold_margin_min: Option<i64>,
    load_percent: i64,
    legs: Vec<LegView>,
    stops: Vec<StopView>,
}

/// A movement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LegView {
    /// Encoded polyline, precision 5.
    line: String,
    duration_s: i64,
    distance_m: i64,
}

/// A halt.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StopView {
    /// `RUN/TRIP/STOP`.
    key: String,
    /// Counted from 1 through the whole run.
    number: usize,
    /// `centre` or `door`.
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wave: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    label: String,
    point: WireLatLon,
    arrives_at: i64,
    starts_at: i64,
    departs_at: i64,
    window: Option<WireSpan>,
    tags: Vec<String>,
    parcel_count: usize,
    cold_margin_min: Option<i64>,
}

/// What stands in a centre over the day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CentreView {
    site: String,
    order_count: usize,
    capacity_l: ByCompartment<f64>,
    /// Steps `[from, litres]`: so much stands there from then on.
    occupancy: ByCompartment<Vec<OccupancyStep>>,
    peak_percent: ByCompartment<i64>,
}

/// An order that will not be served, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnplannedView {
    order: String,
    label: String,
    point: Option<WireLatLon>,
    window: Option<WireSpan>,
    tags: Vec<String>,
    code: String,
    impossible: bool,
    reason: String,
    /// The figures of the reason by name, with the unit at the end of the name.
    details: BTreeMap<String, Value>,
    /// The kinds of single change that were tried.
    tried: Vec<&'static str>,
    /// Those that admit the order, cheapest first.
    relaxations: Vec<RelaxationView>,
}

/// A change of the day's files that admits an order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RelaxationView {
    kind: &'static str,
    /// By how much the objective rises, in minor units.
    cost: i64,
    edits: Vec<EditView>,
}

/// One value of the day's files, or a new row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EditView {
    table: &'static str,
    id: String,
    field: Option<String>,
    from: Value,
    to: Value,
}

impl From<&Relaxation> for RelaxationView {
    fn from(relaxation: &Relaxation) -> Self {
        let edit = |edit: &Edit| EditView {
            table: edit.table.name(),
            id: edit.id.clone(),
            field: edit.field.clone(),
            from: edit.from.clone(),
            to: edit.to.clone(),
        };
        Self {
            kind: relaxation.kind.name(),
            cost: relaxation.cost.0,
            edits: relaxation.edits.iter().map(edit).collect(),
        }
    }
}

/// A broken rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ViolationView {
    code: String,
    text: String,
}

impl PlanView {
    pub(crate) fn new(head: WirePlanHead, indexed: &IndexedPlan) -> Self {
        let unplanned = indexed.plan.unplanned.iter().map(|unplanned| {
            let order = indexed.order(unplanned.order.as_str());
            UnplannedView {
                order: unplanned.order.to_string(),
                label: order_label(indexed, unplanned.order.as_str()),
                point: order.map(|order| lat_lon(order.point)),
                window: order.and_then(|order| WireSpan::of(order.window)),
                tags: order.map(|order| indexed.tags(order)).unwrap_or_default(),
                code: unplanned.code.clone(),
                impossible: unplanned.impossible,
                reason: unplanned.reason.clone(),
                details: details(&unplanned.details),
                tried: unplanned.tried.iter().map(|kind| kind.name()).collect(),
                relaxations: unplanned.relaxations.iter().map(RelaxationView::from).collect(),
            }
        });
        let violations = indexed
            .report
            .violations
            .iter()
            .map(|finding| ViolationView { code: finding.code.clone(), text: finding.text.clone() });
        Self {
            head,
            runs: indexed.plan.runs.iter().map(|run| run_view(indexed, run)).collect(),
            centres: centres(indexed),
            unplanned: unplanned.collect(),
            violations: violations.collect(),
        }
    }
}

fn details(details: &Details) -> BTreeMap<String, Value> {
    let value = |detail: &Detail| match detail {
        Detail::Whole(number) => json!(number),
        Detail::Decimal(number) => json!(number),
        Detail::Text(text) => json!(text),
        Detail::Ids(ids) => json!(ids),
    };
    details.iter().map(|(name, detail)| (name.clone(), value(detail))).collect()
}

/// What a dispatcher reads beside a door: the address, else the name, else the id.
pub(crate) fn order_label(indexed: &IndexedPlan, id: &str) -> String {
    let order = indexed.order(id);
    order
        .and_then(|order| order.address.clone().or_else(|| order.recipient.clone()))
        .unwrap_or_else(|| id.to_owned())
}

fn run_view(indexed: &IndexedPlan, run: &Run) -> RunView {
    let name = indexed.name(run);
    let mut before = 0;
    let trips: Vec<_> = run
        .trips
        .iter()
        .enumerate()
        .map(|(index, trip)| {
            let view = trip_view(indexed, run, index, trip, before);
            before += trip.stops.len();
            view
        })
        .collect();
    RunView {
        id: run.id.to_string(),
        number: name.number,
        letter: name.letter,
        echelon: match run.echelon {
            Echelon::Linehaul => "linehaul",
            Echelon::LastMile => "last-mile",
        },
        courier: run.courier.to_string(),
        courier_name: indexed.courier_name(run),
        vehicle: run.vehicle.to_string(),
        profile: indexed.profile(run),
        base: run.base.to_string(),
        starts_at: run.starts_at.unix(),
        ends_at: run.ends_at.unix(),
        distance_m: run.distance.0,
        cost: run.cost.0,
        footprint: run.footprint.map(FootprintView::from),
        stop_count: before,
        load_percent: trips.iter().map(|trip| trip.load_percent).max().unwrap_or(0),
        trips,
    }
}

fn trip_view(indexed: &IndexedPlan, run: &Run, index: usize, trip: &Trip, before: usize) -> TripView {
    TripView {
        loads_at: trip.loads_at.unix(),
        departs_at: trip.departs_at.unix(),
        returns_at: trip.returns_at.unix(),
        cold_margin_min: indexed.margin(&trip.manifest.parcels),
        load_percent: indexed.load_percent(run, trip),
        legs: trip
            .legs
            .iter()
            .map(|leg| LegView {
                line: leg.line.clone(),
                duration_s: leg.duration.0,
                distance_m: leg.distance.0,
            })
            .collect(),
        stops: trip
            .stops
            .iter()
            .enumerate()
            .map(|(position, stop)| {
                let key = format!("{}/{index}/{position}", run.id);
                stop_view(indexed, key, before + position + 1, stop)
            })
            .collect(),
    }
}

fn stop_view(indexed: &IndexedPlan, key: String, number: usize, stop: &Stop) -> StopView {
    let mut view = StopView {
        key,
        number,
        kind: "door",
        site: None,
        wave: None,
        order: None,
        label: String::new(),
        point: lat_lon(stop.point),
        arrives_at: stop.arrives_at.unix(),
        starts_at: stop.starts_at.unix(),
        departs_at: stop.departs_at.unix(),
        window: None,
        tags: Vec::new(),
        parcel_count: stop.parcels.len(),
        cold_margin_min: indexed.margin(&stop.parcels),
    };
    match &stop.place {
        StopPlace::Centre { site, wave } => {
            view.kind = "centre";
            view.label =
                indexed.site(site.as_str()).map_or_else(|| site.to_string(), |site| site.name.clone());
            view.site = Some(site.to_string());
            view.wave = Some(wave.to_string());
        }
        StopPlace::Door { order } => {
            view.label = order_label(indexed, order.as_str());
            view.order = Some(order.to_string());
            if let Some(order) = indexed.order(order.as_str()) {
                view.window = WireSpan::of(order.window);
                view.tags = indexed.tags(order);
            }
        }
    }
    view
}

/// Steps of what stands in `site`, from sorted to gone, by the plan.
pub(crate) fn occupancy(indexed: &IndexedPlan, site: &str) -> ByCompartment<Vec<OccupancyStep>> {
    let mut changes: [BTreeMap<i64, i64>; 3] = Default::default();
    for planned in indexed.plan.orders.iter().filter(|planned| planned.centre.as_str() == site) {
        let Some(order) = indexed.order(planned.order.as_str()) else { continue };
        for part in Compartment::ALL {
            let volume = order.load[part].0;
            if volume > 0 {
                *changes[part as usize].entry(planned.ready_at.unix()).or_default() += volume;
                *changes[part as usize].entry(planned.leaves_at.unix()).or_default() -= volume;
            }
        }
    }
    ByCompartment::from_fn(|part| {
        let mut level = 0;
        changes[part as usize]
            .iter()
            .map(|(&at, change)| {
                level += change;
                OccupancyStep((at, level as f64 / 1000.0))
            })
            .collect()
    })
}

fn centres(indexed: &IndexedPlan) -> Vec<CentreView> {
    let used = indexed.day.network.sites_of(coldmile_model::SiteKind::Centre);
    used.map(|(_, site)| centre_view(indexed, site)).collect()
}

fn centre_view(indexed: &IndexedPlan, site: &Site) -> CentreView {
    let steps = occupancy(indexed, site.id.as_str());
    let peak = |steps: &[OccupancyStep], capacity: f64| {
        let highest = steps.iter().map(|step| step.0.1).fold(0.0, f64::max);
        if capacity > 0.0 {
            (highest / capacity * 100.0).round() as i64
        } else {
            i64::from(highest > 0.0) * 100
        }
    };
    CentreView {
        site: site.id.to_string(),
        order_count: indexed.plan.orders.iter().filter(|planned| planned.centre == site.id).count(),
        capacity_l: capacity(site.storage),
        peak_percent: ByCompartment {
            ambient: peak(&steps.ambient, litres(site.storage.ambient)),
            chilled: peak(&steps.chilled, litres(site.storage.chilled)),
            frozen: peak(&steps.frozen, litres(site.storage.frozen)),
        },
        occupancy: steps,
    }
}
