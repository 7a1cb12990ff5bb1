//! A centre's desk: what comes, what waits, what leaves. Families are masked; staff recognise, they do not read.

use super::plan::occupancy;
use super::quantities::{ByCompartment, OccupancyStep, capacity};
use crate::access::mask_name;
use crate::indexed_plan::IndexedPlan;
use coldmile_model::{Compartment, Order, Site};
use coldmile_plan::{Echelon, Handover, Run, Stop, StopPlace};
use coldmile_plan::{OrderState, Progress};
use coldmile_units::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The desk of one centre.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeskView {
    site: String,
    name: String,
    date: String,
    timezone: String,
    now_at: i64,
    arrivals: Vec<ArrivalView>,
    /// Steps `[from, litres]` by the plan.
    occupancy: ByCompartment<Vec<OccupancyStep>>,
    capacity_l: ByCompartment<f64>,
    waiting: Vec<WaitingView>,
    outgoing: Vec<OutgoingView>,
}

/// A truck.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ArrivalView {
    run: String,
    letter: String,
    courier_name: String,
    arrives_at: i64,
    waves: Vec<String>,
    parcel_count: ByCompartment<usize>,
    received_at: Option<i64>,
}

/// An order that the family collects.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitingView {
    order: String,
    /// Masked.
    recipient: Option<String>,
    tags: Vec<String>,
    /// Where to look: the coldest compartment of its parcels.
    compartment: &'static str,
    parcel_count: usize,
    ready_at: i64,
    leaves_at: i64,
    state: String,
}

/// A courier's trip that loads here.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutgoingView {
    run: String,
    number: u32,
    trip: usize,
    courier_name: String,
    loads_at: i64,
    stop_count: usize,
    parcel_count: usize,
    departed_at: Option<i64>,
}

/// `POST /centres/{id}/pickup`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PickupPost {
    /// Six digits; spaces and other signs do not matter.
    pub code: String,
}

/// What a pickup code opens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PickupView {
    order: String,
    /// Masked.
    recipient: Option<String>,
    parcels: Vec<PickupParcelView>,
    state: String,
}

/// A piece to hand over.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PickupParcelView {
    id: String,
    tag: Option<String>,
    compartment: &'static str,
}

impl DeskView {
    pub(crate) fn new(indexed: &IndexedPlan, site: &Site, progress: &Progress, now: Timestamp) -> Self {
        let runs = |echelon| indexed.plan.runs.iter().filter(move |run| run.echelon == echelon);
        let mut arrivals: Vec<_> =
            runs(Echelon::Linehaul).filter_map(|run| arrival(indexed, run, site, progress)).collect();
        arrivals.sort_by_key(|arrival| arrival.arrives_at);
        let mut outgoing: Vec<_> = runs(Echelon::LastMile)
            .filter(|run| run.base == site.id)
            .flat_map(|run| outgoing(indexed, run, progress))
            .collect();
        outgoing.sort_by_key(|trip| trip.loads_at);
        let here = indexed.plan.orders.iter().filter(|planned| planned.centre == site.id);
        let pickups = here.filter(|planned| planned.handover == Handover::Pickup);
        let waiting = pickups.filter_map(|planned| {
            let order = indexed.order(planned.order.as_str())?;
            Some(WaitingView {
                order: order.id.to_string(),
                recipient: masked(order),
                tags: indexed.tags(order),
                compartment: indexed.coldest(order).name(),
                parcel_count: order.parcels.len(),
                ready_at: planned.ready_at.unix(),
                leaves_at: planned.leaves_at.unix(),
                state: state_word(progress, order),
            })
        });
        Self {
            site: site.id.to_string(),
            name: site.name.clone(),
            date: indexed.plan.date.clone(),
            timezone: indexed.plan.timezone.clone(),
            now_at: now.unix(),
            arrivals,
            occupancy: occupancy(indexed, site.id.as_str()),
            capacity_l: capacity(site.storage),
            waiting: waiting.collect(),
            outgoing,
        }
    }
}

impl PickupView {
    pub(crate) fn new(indexed: &IndexedPlan, order: &Order, progress: &Progress) -> Self {
        let parcels = order.parcels.iter().map(|parcel| PickupParcelView {
            id: parcel.id.to_string(),
            tag: indexed.tag(parcel),
            compartment: indexed.compartment(parcel).name(),
        });
        Self {
            order: order.id.to_string(),
            recipient: masked(order),
            parcels: parcels.collect(),
            state: state_word(progress, order),
        }
    }
}

fn masked(order: &Order) -> Option<String> {
    order.recipient.as_deref().map(mask_name)
}

fn state_word(progress: &Progress, order: &Order) -> String {
    let state = progress.order(order.id.as_str()).map_or(OrderState::Planned, |order| order.state);
    state.as_str().to_owned()
}

/// The truck's visits to `site`, together: its first arrival, all its waves and parcels.
fn arrival(indexed: &IndexedPlan, run: &Run, site: &Site, progress: &Progress) -> Option<ArrivalView> {
    let visits: Vec<(&Stop, String)> = run
        .trips
        .iter()
        .flat_map(|trip| &trip.stops)
        .filter_map(|stop| match &stop.place {
            StopPlace::Centre { site: visited, wave } if *visited == site.id => {
                Some((stop, wave.to_string()))
            }
            _ => None,
        })
        .collect();
    let arrives_at = visits.iter().map(|(stop, _)| stop.arrives_at.unix()).min()?;
    let count = |part: Compartment| {
        let parcels = visits.iter().flat_map(|(stop, _)| &stop.parcels);
        let known = parcels.filter_map(|parcel| indexed.parcel(parcel.as_str()));
        known.filter(|(_, parcel)| indexed.compartment(parcel) == part).count()
    };
    let name = indexed.name(run);
    let mut waves: Vec<_> = visits.iter().map(|(_, wave)| wave.clone()).collect();
    waves.dedup();
    Some(ArrivalView {
        run: run.id.to_string(),
        letter: name.letter.unwrap_or_else(|| name.number.to_string()),
        courier_name: indexed.courier_name(run),
        arrives_at,
        waves,
        parcel_count: ByCompartment::from_fn(count),
        received_at: progress.received_at(&run.id, &site.id).map(Timestamp::unix),
    })
}

fn outgoing<'a>(
    indexed: &'a IndexedPlan,
    run: &'a Run,
    progress: &'a Progress,
) -> impl Iterator<Item = OutgoingView> + 'a {
    run.trips.iter().enumerate().map(move |(index, trip)| OutgoingView {
        run: run.id.to_string(),
        number: indexed.name(run).number,
        trip: index,
        courier_name: indexed.courier_name(run),
        loads_at: trip.loads_at.unix(),
        stop_count: trip.stops.len(),
        parcel_count: trip.manifest.parcels.len(),
        departed_at: progress.departed_at(&run.id, index).map(Timestamp::unix),
    })
}
