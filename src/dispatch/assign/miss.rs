//! Why centres do not come into question for an order, and which of the reasons is told.

use super::super::refusal::RefusalCause;
use super::super::supply::hubs_of;
use super::super::wave::NoWave;
use coldmile_model::{Day, Site};
use coldmile_units::{Idx, Seconds};
use coldmile_vrp::Reason;
use std::collections::BTreeSet;

/// Why one centre does not come into question for an order.
#[derive(Clone, Debug)]
pub enum Miss {
    /// No path leads to the door.
    Unreachable,
    /// No courier works there.
    NoCourier {
        /// The centre.
        centre: Idx<Site>,
        /// The family's walk to it.
        walk: Seconds,
    },
    /// No truck works at a hub that supplies it.
    NoTruck {
        /// The centre.
        centre: Idx<Site>,
    },
    /// No truck that supplies it has a path to it.
    NoTruckPath {
        /// The centre.
        centre: Idx<Site>,
    },
    /// Its parcels do not pass the door of the store there.
    StoreDoor {
        /// The centre.
        centre: Idx<Site>,
    },
    /// No wave is in time.
    NoWave(NoWave),
    /// No courier there can bring the order, even alone.
    Obstacle {
        /// The reason of the crew that comes closest.
        reason: Reason,
        /// The centre.
        centre: Idx<Site>,
    },
}

/// The misses of one order, the best of each kind.
#[derive(Default)]
pub struct Misses {
    unstaffed: Option<(Seconds, Idx<Site>)>,
    without_truck: BTreeSet<Idx<Site>>,
    without_truck_path: Option<Idx<Site>>,
    no_wave: Option<NoWave>,
    store_door: Option<Idx<Site>>,
    obstacle: Option<(Reason, Idx<Site>)>,
}

impl Misses {
    /// Takes note of one.
    pub fn add(&mut self, miss: Miss) {
        match miss {
            Miss::Unreachable => {}
            Miss::NoCourier { centre, walk } => {
                let near = (walk, centre);
                self.unstaffed = Some(self.unstaffed.map_or(near, |known| known.min(near)));
            }
            Miss::NoTruck { centre } => {
                self.without_truck.insert(centre);
            }
            Miss::NoTruckPath { centre } => {
                self.without_truck_path.get_or_insert(centre);
            }
            Miss::StoreDoor { centre } => {
                self.store_door.get_or_insert(centre);
            }
            Miss::NoWave(late) => self.no_wave = Some(self.no_wave.map_or(late, |known| known.min(late))),
            Miss::Obstacle { reason, centre } => {
                self.obstacle = Some(match self.obstacle.take() {
                    Some((known, at)) if known.clone().closer(reason.clone()) == known => (known, at),
                    _ => (reason, centre),
                });
            }
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        let Self { unstaffed, without_truck, without_truck_path, no_wave, store_door, obstacle } = self;
        unstaffed.is_none()
            && without_truck.is_empty()
            && without_truck_path.is_none()
            && no_wave.is_none()
            && store_door.is_none()
            && obstacle.is_none()
    }

    /// Why no centre serves the order: the reason that came closest to serving it.
    pub fn cause(self, day: &Day) -> RefusalCause {
        let sites = day.network.sites();
        let id = |site: Idx<Site>| sites[site].id.to_string();
        if let Some((reason, centre)) = self.obstacle {
            return RefusalCause::NoCourier { reason, centre: id(centre) };
        }
        match self.no_wave {
            Some(NoWave::TooLate(short_by)) => return RefusalCause::WaveTooLate { short_by },
            Some(NoWave::AfterCutOff(late_by)) => return RefusalCause::AfterCutOff { late_by },
            None => {}
        }
        if !self.without_truck.is_empty() {
            let hubs: BTreeSet<_> =
                self.without_truck.iter().flat_map(|&centre| hubs_of(day, centre)).collect();
            return RefusalCause::NoTruckOnDuty { hubs: hubs.into_iter().map(id).collect() };
        }
        if let Some(centre) = self.without_truck_path {
            return RefusalCause::NoTruck { reason: Reason::Unreachable, centre: id(centre) };
        }
        if let (None, Some(centre)) = (self.unstaffed, self.store_door) {
            return RefusalCause::StoreDoor { centre: id(centre) };
        }
        match self.unstaffed {
            Some((_, centre)) => RefusalCause::NoCourierOnDuty { centre: id(centre) },
            None => RefusalCause::NoCentreReachable,
        }
    }
}
