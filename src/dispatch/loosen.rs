//! Single changes of a day's files that may admit an order which is not served: what there is to try, the smallest step first.
//!
//! Nothing here knows whether a change helps; [`relax`](super::relax) tries them.

use super::assign::OrderOptions;
use super::crews::crews_of;
use super::echelons::Echelons;
use super::places::DayPlaces;
use super::refusal::{Refusal, RefusalCause};
use super::storage::Stores;
use super::supply::hubs_of;
use coldmile_model::{
    Compartment, Courier, Day, DayFiles, Edit, EditTable, Fulfilment, Order, Site, SiteKind, WaveSchedule,
};
use coldmile_plan::RelaxationKind;
use coldmile_units::{Idx, Money, Seconds, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// At how many centres changes of the network are tried for one order, the cheapest first.
const MAX_CENTRES: usize = 3;
/// Moments in changes are whole steps of this length, which people can read and set.
const STEP: Seconds = Seconds::minutes(5);
/// The shortest shift of a courier or truck that is added.
const SHIFT: Seconds = Seconds::minutes(8 * 60);

/// Changes of one kind and one place, the smallest first: the first that helps is the one to tell.
pub struct Ladder {
    /// The kind.
    pub kind: RelaxationKind,
    /// The edits of each step.
    pub steps: Vec<Vec<Edit>>,
}

/// An order that is not served, and what is known of it.
pub struct Unserved<'a> {
    /// The order.
    pub order: Idx<Order>,
    /// Its options, if it has any.
    pub options: Option<&'a OrderOptions>,
    /// Why it is not served.
    pub refusal: &'a Refusal,
}

/// What changes are made from.
pub struct Loosener<'a> {
    /// The day.
    pub day: &'a Day,
    /// Its files.
    pub files: &'a DayFiles<'a>,
    /// Its places on the roads.
    pub places: &'a DayPlaces,
    /// The day as it is routed.
    pub state: &'a Echelons,
    /// What stands in its stores.
    pub stores: &'a Stores<'a>,
}

/// Up to the next whole step.
fn later(at: Timestamp) -> Timestamp {
    Timestamp::from_unix(at.unix() + (-at.unix()).rem_euclid(STEP.0))
}

/// Down to the last whole step.
fn earlier(at: Timestamp) -> Timestamp {
    Timestamp::from_unix(at.unix() - at.unix().rem_euclid(STEP.0))
}

impl Loosener<'_> {
    /// Changes of the order's own row, and of cut-offs: what takes no vehicle.
    pub fn own(&self, unserved: &Unserved<'_>) -> Vec<Ladder> {
        let order = &self.day.orders[unserved.order];
        let id = order.id.as_str();
        let change = |field: &str, to: Value| self.files.change(EditTable::Order, id, field, to);
        let mut ladders = vec![self.pin(unserved)];
        let one = |kind, edit: Option<Edit>| Ladder {
            kind,
            steps: edit.map(|edit| vec![edit]).into_iter().collect(),
        };
        if order.fulfilment != Fulfilment::Either {
            ladders.push(one(RelaxationKind::Mode, change("mode", json!("either"))));
        }
        if order.centre.is_some() {
            ladders.push(one(RelaxationKind::Centre, change("centre", json!(""))));
        }
        ladders.push(self.cut_offs(order));
        let needed =
            match &unserved.refusal.cause {
                RefusalCause::WaveTooLate { short_by } => *short_by,
                RefusalCause::NoCourier {
                    reason: coldmile_vrp::Reason::WindowTooTight { short_by }, ..
                } if unserved.options.is_none() => *short_by,
                _ => Seconds::ZERO,
            };
        let steps = |minutes: &[i64], moved: &dyn Fn(i64) -> Option<Edit>| {
            minutes.iter().filter_map(|&by| Some(vec![moved(by)?])).collect()
        };
        let longer = |by: i64| {
            let close = later(order.window.close() + needed + Seconds::minutes(by));
            change("tw_end", self.files.order_time(close))
        };
        let sooner = |by: i64| {
            let open = earlier(order.window.open() - Seconds::minutes(by));
            change("tw_start", self.files.order_time(open))
        };
        let by = if needed > Seconds::ZERO { &[5, 15, 45, 90][..] } else { &[15, 30, 60, 120][..] };
        // Where lateness has a price the end of a delivery's window keeps nothing from being served.
        if self.day.late_hour == Money::ZERO || order.fulfilment != Fulfilment::Door {
            ladders.push(Ladder { kind: RelaxationKind::Window, steps: steps(by, &longer) });
        }
        if needed == Seconds::ZERO {
            ladders.push(Ladder { kind: RelaxationKind::Window, steps: steps(&[30, 60, 120], &sooner) });
        }
        kept(ladders)
    }

    /// Changes of times, stores and ranges that others have set.
    pub fn network(&self, unserved: &Unserved<'_>) -> Vec<Ladder> {
        let order = &self.day.orders[unserved.order];
        let centres = self.centres(unserved);
        let mut ladders = Vec::new();
        for wave in self.waves(order) {
            ladders.push(self.hub_ready(order, wave));
            let due = |by: i64| later(wave.centre_due + Seconds::minutes(by));
            let step = |by| self.moment(EditTable::Wave, wave.id.as_str(), "centre_due", due(by));
            let steps = [30, 60].into_iter().filter_map(step).collect();
            ladders.push(Ladder { kind: RelaxationKind::CentreDue, steps });
        }
        let hubs: BTreeSet<Idx<Site>> =
            centres.iter().flat_map(|&centre| hubs_of(self.day, centre)).collect();
        ladders.extend(hubs.into_iter().flat_map(|hub| self.shifts(hub)));
        for &centre in &centres {
            ladders.push(self.storage(unserved, centre));
            ladders.extend(self.hours(order, centre));
            if order.fulfilment != Fulfilment::Pickup {
                ladders.extend(self.shifts(centre));
            }
            ladders.extend(self.ranges(centre));
        }
        kept(ladders)
    }

    /// Couriers and trucks more.
    pub fn staff(&self, unserved: &Unserved<'_>) -> Vec<Ladder> {
        let order = &self.day.orders[unserved.order];
        let centres = self.centres(unserved);
        let mut ladders = Vec::new();
        if order.fulfilment != Fulfilment::Pickup {
            ladders.extend(centres.iter().map(|&centre| self.more(RelaxationKind::Courier, centre)));
        }
        let hubs: BTreeSet<Idx<Site>> =
            centres.iter().flat_map(|&centre| hubs_of(self.day, centre)).collect();
        ladders.extend(hubs.into_iter().map(|hub| self.more(RelaxationKind::Truck, hub)));
        kept(ladders)
    }

    /// The centres that come into question first: of the options, or else the nearest.
    fn centres(&self, unserved: &Unserved<'_>) -> Vec<Idx<Site>> {
        let mut centres: Vec<Idx<Site>> = Vec::new();
        if let Some(row) = unserved.options {
            for option in row.options.iter() {
                if !centres.contains(&option.centre) {
                    centres.push(option.centre);
                }
            }
        } else {
            let order = &self.day.orders[unserved.order];
            let sites = self.day.network.sites_of(SiteKind::Centre);
            let mut near: Vec<_> = sites
                .filter(|(site, _)| order.centre.is_none_or(|insisted| insisted == *site))
                .map(|(site, row)| (row.point.distance_m(order.point) as i64, site))
                .collect();
            near.sort_unstable();
            centres.extend(near.into_iter().map(|(_, site)| site));
        }
        centres.truncate(MAX_CENTRES);
        centres
    }

    fn moment(&self, table: EditTable, id: &str, field: &str, at: Timestamp) -> Option<Vec<Edit>> {
        Some(vec![self.files.change(table, id, field, self.files.time(at))?])
    }

    /// The waves that an order may travel with.
    fn waves<'d>(&'d self, order: &'d Order) -> impl Iterator<Item = &'d WaveSchedule> {
        self.day.network.waves.iter().filter(|wave| order.placed_at <= wave.cut_off)
    }

    fn cut_offs(&self, order: &Order) -> Ladder {
        let missed = self.day.network.waves.iter().filter(|wave| wave.cut_off < order.placed_at);
        let mut missed: Vec<_> = missed.filter(|wave| later(order.placed_at) <= wave.hub_ready).collect();
        missed.sort_by_key(|wave| (order.placed_at - wave.cut_off, wave.centre_due));
        let step = |wave: &WaveSchedule| {
            self.moment(EditTable::Wave, wave.id.as_str(), "cut_off", later(order.placed_at))
        };
        Ladder { kind: RelaxationKind::CutOff, steps: missed.into_iter().filter_map(step).collect() }
    }

    fn hub_ready(&self, order: &Order, wave: &WaveSchedule) -> Ladder {
        let at = |by: i64| earlier(wave.hub_ready - Seconds::minutes(by));
        let steps = [30, 60, 120].into_iter().filter(|&by| at(by) >= wave.cut_off.max(order.placed_at));
        let step = |by| self.moment(EditTable::Wave, wave.id.as_str(), "hub_ready", at(by));
        Ladder { kind: RelaxationKind::HubReady, steps: steps.filter_map(step).collect() }
    }

    /// As much more capacity as the order needs where it would stand, and a little.
    fn storage(&self, unserved: &Unserved<'_>, centre: Idx<Site>) -> Ladder {
        let order = &self.day.orders[unserved.order];
        let site = &self.day.network.sites()[centre];
        let rows = unserved.options.map_or(&[][..], |row| &row.options[..]);
        let mut edits = Vec::new();
        for compartment in Compartment::ALL {
            let short = rows.iter().filter(|option| option.centre == centre).map(|option| {
                let stay = self.state.stay(self.day, option, unserved.order);
                self.stores.short(self.day, unserved.order, centre, compartment, stay)
            });
            let short = short.min().unwrap_or(0);
            if short > 0 {
                // Whole litres; times move when the day is planned anew, and what stands there with them.
                let slack = order.load[compartment].0.max(5_000);
                let litres = (site.storage.of(compartment).0 + short + slack + 999).div_euclid(1000);
                let field = format!("storage.{}_l", compartment.name());
                edits.extend(self.files.change(EditTable::Site, site.id.as_str(), &field, json!(litres)));
            }
        }
        let steps = if edits.is_empty() { Vec::new() } else { vec![edits] };
        Ladder { kind: RelaxationKind::Storage, steps }
    }

    fn hours(&self, order: &Order, centre: Idx<Site>) -> Vec<Ladder> {
        let site = &self.day.network.sites()[centre];
        let id = site.id.as_str();
        let mut ladders = Vec::new();
        // The window of a pickup ends when its centre closes.
        if order.window.close() > site.hours.close() && order.fulfilment != Fulfilment::Door {
            let close = self.moment(EditTable::Site, id, "close", later(order.window.close()));
            ladders.push(Ladder { kind: RelaxationKind::Hours, steps: close.into_iter().collect() });
        }
        let open = |by: i64| earlier(site.hours.open() - Seconds::minutes(by));
        let steps = [60, 120].into_iter().filter_map(|by| self.moment(EditTable::Site, id, "open", open(by)));
        ladders.push(Ladder { kind: RelaxationKind::Hours, steps: steps.collect() });
        ladders
    }

    /// Of the crew with the latest end its end, of the one with the earliest start its start.
    fn shifts(&self, site: Idx<Site>) -> Vec<Ladder> {
        let couriers = self.day.couriers.iter().filter(|courier| courier.base == site);
        let couriers: Vec<&Courier> = couriers.collect();
        let last = couriers.iter().max_by_key(|courier| courier.shift.close());
        let first = couriers.iter().min_by_key(|courier| courier.shift.open());
        let end = |courier: &&Courier| {
            let at = |by: i64| later(courier.shift.close() + Seconds::minutes(by));
            let step = |by| self.moment(EditTable::Courier, courier.id.as_str(), "end", at(by));
            [30, 60, 120].into_iter().filter_map(step).collect()
        };
        let start = |courier: &&Courier| {
            let at = |by: i64| earlier(courier.shift.open() - Seconds::minutes(by));
            let step = |by| self.moment(EditTable::Courier, courier.id.as_str(), "start", at(by));
            [30, 60, 120].into_iter().filter_map(step).collect()
        };
        let ladder = |steps| Ladder { kind: RelaxationKind::Shift, steps };
        [last.map(end), first.map(start)].into_iter().flatten().map(ladder).collect()
    }

    fn ranges(&self, centre: Idx<Site>) -> Vec<Ladder> {
        let kinds: BTreeSet<_> = crews_of(self.day, centre).iter().map(|crew| crew.vehicle).collect();
        let ranges = kinds.into_iter().filter_map(|kind| {
            let kind = &self.day.vehicle_types[kind];
            Some((kind, kind.range?))
        });
        let ladder = |(kind, range): (&coldmile_model::VehicleType, coldmile_units::Metres)| {
            let step = |percent: i64| {
                // Whole kilometres, rounded up.
                let km = (range.0 * percent + 99_999).div_euclid(100_000);
                Some(vec![self.files.change(
                    EditTable::VehicleType,
                    kind.id.as_str(),
                    "range_km",
                    json!(km),
                )?])
            };
            let steps = [120, 150, 200].into_iter().filter_map(step).collect();
            Ladder { kind: RelaxationKind::Range, steps }
        };
        ranges.map(ladder).collect()
    }

    /// One courier or truck more at a site, with one of the vehicles of those that work there or, where no one does, at another
    /// site of its kind, and a shift of at least [`SHIFT`].
    fn more(&self, kind: RelaxationKind, site: Idx<Site>) -> Ladder {
        let sites = self.day.network.sites();
        let row = &sites[site];
        let at_site = || self.day.couriers.iter().filter(|courier| courier.base == site);
        let of_kind = || self.day.couriers.iter().filter(|courier| sites[courier.base].kind == row.kind);
        let mut like: Vec<&Courier> = at_site().collect();
        if like.is_empty() {
            like = of_kind().collect();
        }
        like.sort_by_key(|courier| courier.vehicle);
        like.dedup_by_key(|courier| courier.vehicle);
        // One number more than there are couriers: one of the ids is free.
        let id = (1..=self.day.couriers.len() + 1)
            .map(|number| format!("{}-more-{number}", row.id))
            .find(|id| !self.files.has_row(EditTable::Courier, id))
            .unwrap_or_default();
        let step = |like: &&Courier| {
            let mut values = self.files.values(EditTable::Courier, like.id.as_str())?;
            values.insert("id".to_owned(), json!(id));
            values.insert("name".to_owned(), json!(id));
            values.insert("base".to_owned(), json!(row.id.as_str()));
            if like.shift.length() < SHIFT {
                values.insert("end".to_owned(), self.files.time(like.shift.open() + SHIFT));
            }
            Some(vec![DayFiles::new_row(EditTable::Courier, &id, values)])
        };
        Ladder { kind, steps: like.iter().filter_map(step).collect() }
    }

    /// The nearest place on a road of each profile that may serve the door.
    fn pin(&self, unserved: &Unserved<'_>) -> Ladder {
        let kind = RelaxationKind::Pin;
        if !matches!(
            unserved.refusal.cause,
            RefusalCause::FarFromRoad { .. } | RefusalCause::NoCentreReachable
        ) {
            return Ladder { kind, steps: Vec::new() };
        }
        let id = self.day.orders[unserved.order].id.as_str();
        let steps = self.places.nearest_on_road(self.day, unserved.order).into_iter().filter_map(|point| {
            let coordinate = |field, degrees: f64| {
                self.files.change(EditTable::Order, id, field, json!(format!("{degrees:?}")))
            };
            let edits: Vec<Edit> =
                [coordinate("lat", point.latitude()), coordinate("lon", point.longitude())]
                    .into_iter()
                    .flatten()
                    .collect();
            (!edits.is_empty()).then_some(edits)
        });
        Ladder { kind, steps: steps.collect() }
    }
}

/// Those with a step.
fn kept(ladders: Vec<Ladder>) -> Vec<Ladder> {
    ladders.into_iter().filter(|ladder| !ladder.steps.is_empty()).collect()
}
