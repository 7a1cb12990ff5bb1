//! What is to be visited, and how clients depend on one another: alternatives, pairs, backhauls.

use super::fleet::VehicleType;
use super::load::Load;
use coldmile_units::{Idx, Seconds, TimeWindow, Timestamp};
use smallvec::SmallVec;

/// Something to visit once.
#[derive(Clone, Debug)]
pub struct Client {
    /// Location in every profile.
    pub location: usize,
    /// What is brought from the depot: on board from the trip's start until here.
    pub delivery: Load,
    /// What is taken along: on board from here until the trip's end.
    pub pickup: Load,
    /// When service may start; waiting before it is allowed.
    pub window: TimeWindow,
    /// When service should have started, if that is before the window ends.
    pub soft_end: Option<SoftEnd>,
    /// Time spent here.
    pub service: Seconds,
    /// The trip that serves this client departs no earlier.
    pub release: Timestamp,
    /// Longest time from the trip's departure to the start of service here, waiting included, by
    /// [`VehicleType::carrier`]; `None` or a missing entry is no limit.
    pub longest_ride: SmallVec<[Option<Seconds>; 2]>,
    /// What serving this client adds to the exposure of everything still on board, by carrier; missing is zero.
    pub exposure: SmallVec<[i64; 2]>,
    /// How much exposure the goods of this client may have collected on the trip before service starts here, by
    /// carrier; `None` or a missing entry is no limit.
    pub exposure_limit: SmallVec<[Option<i64>; 2]>,
    /// What a stop here means for exposure that fades, by carrier and then by dimension of
    /// [`VehicleType::fading`](super::VehicleType::fading); what is missing adds nothing and limits nothing.
    pub fading: Vec<Vec<FadingStop>>,
    /// Bits that a vehicle type must all have.
    pub skills: u64,
    /// The vehicle types that may serve it, besides what skills say; `None` is all.
    pub bound_to: Option<Vec<Idx<VehicleType>>>,
    /// What serving it costs by the vehicle type that does; missing is zero.
    pub price_by_type: SmallVec<[i64; 2]>,
    /// What leaving this client out costs; `None` when it must be served, or when its group says.
    pub prize: Option<i64>,
    /// The group of alternatives it belongs to, of which at most one is served.
    pub group: Option<Idx<Group>>,
    /// The client whose `pickup` is brought here and not to the trip's end: both are served on the same trip, that one
    /// first, or neither of them. Has no goods of its own and no limits on rides then.
    pub origin: Option<Idx<Client>>,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            location: 0,
            delivery: Load::new(),
            pickup: Load::new(),
            window: TimeWindow::ALWAYS,
            soft_end: None,
            service: Seconds::ZERO,
            release: Timestamp::MIN,
            longest_ride: SmallVec::new(),
            exposure: SmallVec::new(),
            exposure_limit: SmallVec::new(),
            fading: Vec::new(),
            skills: 0,
            bound_to: None,
            price_by_type: SmallVec::new(),
            prize: None,
            group: None,
            origin: None,
        }
    }
}

impl Client {
    /// When service should have started: the soft end of the window, or its end.
    pub(crate) fn due(&self) -> Timestamp {
        let close = self.window.close();
        self.soft_end.map_or(close, |soft| soft.at.min(close))
    }

    /// What service costs that starts then, for being late.
    pub fn tardiness(&self, start: Timestamp) -> i64 {
        let Some(soft) = self.soft_end else { return 0 };
        soft.price.saturating_mul(start.unix().saturating_sub(soft.at.unix()).max(0))
    }

    /// Longest ride on this carrier, if it is limited.
    pub fn longest_ride_on(&self, carrier: usize) -> Option<Seconds> {
        self.longest_ride.get(carrier).copied().flatten()
    }

    /// What a stop here adds to the exposure of goods on this carrier.
    pub fn exposure_on(&self, carrier: usize) -> i64 {
        self.exposure.get(carrier).copied().unwrap_or(0)
    }

    /// Exposure the goods of this client may have before service, if it is limited.
    pub fn exposure_limit_on(&self, carrier: usize) -> Option<i64> {
        self.exposure_limit.get(carrier).copied().flatten()
    }

    /// Whether it is bound to other vehicle types than this one.
    pub fn is_kept_from(&self, vehicle_type: Idx<VehicleType>) -> bool {
        self.bound_to.as_ref().is_some_and(|bound_to| !bound_to.contains(&vehicle_type))
    }

    /// What serving it with this vehicle type costs, besides travel and time.
    pub fn price_on(&self, vehicle_type: Idx<VehicleType>) -> i64 {
        self.price_by_type.get(vehicle_type.get()).copied().unwrap_or(0)
    }

    /// What a stop here means in a dimension in which exposure fades on this carrier.
    pub fn fading_on(&self, carrier: usize, dimension: usize) -> FadingStop {
        self.fading.get(carrier).and_then(|row| row.get(dimension)).copied().unwrap_or_default()
    }
}

/// The soft end of a window: service may start after it, at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoftEnd {
    /// From when on it is late.
    pub at: Timestamp,
    /// What each second costs by which it starts later.
    pub price: i64,
}

/// A stop, in one dimension in which exposure fades.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FadingStop {
    /// What everything still on board gets as service starts; it fades from then on.
    pub dose: i64,
    /// What it adds to the residue, where the vehicle type has one.
    pub residue: i64,
    /// How much the goods of this client may have before service starts here; `None` is no limit.
    pub limit: Option<i64>,
}

/// Clients of which at most one is served: the places or hours at which one and the same thing can be done.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// What leaving all of them out costs; `None` when one of them must be served.
    pub prize: Option<i64>,
}

/// When clients that only give goods are visited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backhauls {
    /// Among the others.
    #[default]
    Mixed,
    /// On every trip behind all other clients, of which there is at least one (the vehicle routing problem with
    /// backhauls of Goetschalckx and Jacobs-Blecha, 1989).
    Last,
}

/// Whether a client only gives goods: what [`Backhauls`] is about.
pub(crate) fn is_backhaul(client: &Client) -> bool {
    let has = |load: &[i64]| load.iter().any(|&amount| amount > 0);
    client.origin.is_none() && has(&client.pickup) && !has(&client.delivery)
}
