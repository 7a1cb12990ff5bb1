//! A plan, the day it was made for and its report, with the lookups every answer needs.
//!
//! Built once a plan and shared; nothing in it changes afterwards. What *happens* to the plan is not here.

use coldmile_model::{Compartment, Day, Load, Order, Parcel, Site};
use coldmile_plan::{DayPlan, Echelon, PlanReport, PlannedOrder, Run, StopPlace, Trip};
use coldmile_units::{Id, Idx, Millilitres};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What a run is called on screens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RunName {
    /// Counted from 1 within its echelon: last mile by centre and start, linehaul as in the plan.
    pub number: u32,
    /// `A`, `B`, … for linehaul.
    pub letter: Option<String>,
}

/// One plan with its lookups.
pub(super) struct IndexedPlan {
    pub day: Arc<Day>,
    pub plan: DayPlan,
    pub report: PlanReport,
    orders: HashMap<Id<Order>, Idx<Order>>,
    planned: HashMap<Id<Order>, usize>,
    parcels: HashMap<Id<Parcel>, (Idx<Order>, usize)>,
    names: HashMap<Id<Run>, RunName>,
}

impl IndexedPlan {
    pub(super) fn new(day: Arc<Day>, plan: DayPlan, report: PlanReport) -> Self {
        let orders = day.orders.enumerate().map(|(position, order)| (order.id.clone(), position)).collect();
        let planned =
            plan.orders.iter().enumerate().map(|(index, planned)| (planned.order.clone(), index)).collect();
        let parcels = day
            .orders
            .enumerate()
            .flat_map(|(position, order)| {
                order
                    .parcels
                    .iter()
                    .enumerate()
                    .map(move |(index, parcel)| (parcel.id.clone(), (position, index)))
            })
            .collect();
        let names = name_runs(&plan);
        Self { day, plan, report, orders, planned, parcels, names }
    }

    /// The order as it was asked for. `None` when the plan is of another day's orders.
    pub(super) fn order(&self, id: &str) -> Option<&Order> {
        self.orders.get(id).map(|&position| &self.day.orders[position])
    }

    /// What the plan promises of it.
    pub(super) fn planned(&self, id: &str) -> Option<&PlannedOrder> {
        self.planned.get(id).map(|&index| &self.plan.orders[index])
    }

    /// The parcel and its order.
    pub(super) fn parcel(&self, id: &str) -> Option<(&Order, &Parcel)> {
        let &(order, index) = self.parcels.get(id)?;
        Some((&self.day.orders[order], &self.day.orders[order].parcels[index]))
    }

    pub(super) fn run(&self, id: &str) -> Option<&Run> {
        self.plan.runs.iter().find(|run| run.id.as_str() == id)
    }

    pub(super) fn name(&self, run: &Run) -> RunName {
        self.names.get(&run.id).cloned().unwrap_or(RunName { number: 0, letter: None })
    }

    /// The run of a courier, if the plan gives one.
    pub(super) fn run_of_courier(&self, courier: &str) -> Option<&Run> {
        self.plan.runs.iter().find(|run| run.courier.as_str() == courier)
    }

    /// The run that brings this order to the door.
    pub(super) fn run_of_order(&self, order: &str) -> Option<&Run> {
        let delivery = self.planned(order)?.delivery.as_ref()?;
        self.run(delivery.run.as_str())
    }

    /// Whether the plan has `run` bring this order to the door.
    pub(super) fn carries(&self, run: &Run, order: &str) -> bool {
        let delivery = self.planned(order).and_then(|planned| planned.delivery.as_ref());
        delivery.is_some_and(|delivery| delivery.run == run.id)
    }

    /// The courier's name on screens; the id when the day does not know them.
    pub(super) fn courier_name(&self, run: &Run) -> String {
        let known = self.day.couriers.iter().find(|courier| courier.id == run.courier);
        known.map_or_else(|| run.courier.to_string(), |courier| courier.name.clone())
    }

    pub(super) fn site(&self, id: &str) -> Option<&Site> {
        self.day.network.site_by_id(id).map(|position| &self.day.network.sites()[position])
    }

    /// Road profile of a run's vehicle.
    pub(super) fn profile(&self, run: &Run) -> String {
        let kind = self.day.vehicle_types.iter().find(|kind| kind.id == run.vehicle);
        kind.map_or_else(String::new, |kind| kind.profile.clone())
    }

    /// How full the vehicle is at the start of the trip: the fullest of mass and compartments, in percent.
    pub(super) fn load_percent(&self, run: &Run, trip: &Trip) -> i64 {
        let kind = self.day.vehicle_types.iter().find(|kind| kind.id == run.vehicle);
        kind.map_or(0, |kind| {
            let volumes = Compartment::ALL.map(|part| kind.volume_of(part));
            let capacity = Load { mass: kind.capacity.mass, volumes };
            percent_of(&trip.manifest.load, &capacity, kind.total_volume())
        })
    }

    /// Least cold margin of these parcels, in minutes; `None` when none of them needs cooling.
    pub(super) fn margin<'a>(&self, parcels: impl IntoIterator<Item = &'a Id<Parcel>>) -> Option<i64> {
        parcels.into_iter().filter_map(|parcel| self.report.margins.get(parcel)).min().copied()
    }

    /// How a parcel's temperature is written on labels: `0–4°`, `≤ −15°`; `None` without cooling.
    pub(super) fn tag(&self, parcel: &Parcel) -> Option<String> {
        let class = self.day.cold.classes.get(parcel.class)?;
        let limits = class.limits.as_ref()?;
        let degrees = |value: f64| format!("{value:.0}").replace('-', "\u{2212}");
        Some(match class.compartment {
            Compartment::Frozen => format!("≤ {}°", degrees(limits.accept_c.0)),
            _ => format!("{}–{}°", degrees(limits.set_point_c.0), degrees(limits.accept_c.0)),
        })
    }

    /// All temperatures of an order, each once.
    pub(super) fn tags(&self, order: &Order) -> Vec<String> {
        let tags: BTreeSet<_> = order.parcels.iter().filter_map(|parcel| self.tag(parcel)).collect();
        tags.into_iter().collect()
    }

    /// The compartment a parcel stands in.
    pub(super) fn compartment(&self, parcel: &Parcel) -> Compartment {
        self.day.cold.classes.get(parcel.class).map_or(Compartment::Ambient, |class| class.compartment)
    }

    /// The coldest compartment of an order's parcels: where staff look first.
    pub(super) fn coldest(&self, order: &Order) -> Compartment {
        order.parcels.iter().map(|parcel| self.compartment(parcel)).max().unwrap_or(Compartment::Ambient)
    }
}

/// The fullest of mass, compartments and all of them together. Something in a compartment without room counts as full.
fn percent_of(load: &Load, capacity: &Load, together: Millilitres) -> i64 {
    let share = |part: i64, whole: i64| match (part, whole) {
        (0, _) => 0,
        (_, 0) => 100,
        _ => (part * 100).div_euclid(whole),
    };
    let volumes = Compartment::ALL.map(|part| share(load[part].0, capacity[part].0));
    let of_all = [share(load.volume().0, together.0), share(load.mass.0, capacity.mass.0)];
    volumes.into_iter().chain(of_all).max().unwrap_or(0)
}

fn name_runs(plan: &DayPlan) -> HashMap<Id<Run>, RunName> {
    let mut names = HashMap::new();
    let linehaul = plan.runs.iter().filter(|run| run.echelon == Echelon::Linehaul);
    for (index, run) in linehaul.enumerate() {
        let name = RunName { number: index as u32 + 1, letter: Some(letter(index)) };
        names.insert(run.id.clone(), name);
    }
    let mut last_mile: Vec<&Run> = plan.runs.iter().filter(|run| run.echelon == Echelon::LastMile).collect();
    last_mile.sort_by_key(|run| (run.base.clone(), run.starts_at, run.id.clone()));
    for (index, run) in last_mile.into_iter().enumerate() {
        names.insert(run.id.clone(), RunName { number: index as u32 + 1, letter: None });
    }
    names
}

/// `A` … `Z`, `AA`, `AB`, …
fn letter(mut index: usize) -> String {
    let mut text = String::new();
    loop {
        text.insert(0, char::from(b'A' + (index % 26) as u8));
        if index < 26 {
            return text;
        }
        index = index / 26 - 1;
    }
}

/// Whether `run` starts at this centre or stops there.
pub(super) fn calls_at(run: &Run, centre: &Id<Site>) -> bool {
    let is_there = |place: &StopPlace| matches!(place, StopPlace::Centre { site, .. } if site == centre);
    run.base == *centre || run.trips.iter().flat_map(|trip| &trip.stops).any(|stop| is_there(&stop.place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldmile_units::Grams;

    #[test]
    fn trucks_beyond_the_alphabet_get_two_letters() {
        assert_eq!([0, 25, 26, 51, 52].map(letter), ["A", "Z", "AA", "AZ", "BA"]);
    }

    #[test]
    fn the_fullest_part_counts() {
        let load = |mass, volumes: [i64; 3]| Load { mass: Grams(mass), volumes: volumes.map(Millilitres) };
        let percent = |carried, capacity, together| percent_of(&carried, &capacity, Millilitres(together));
        assert_eq!(percent(load(10, [50, 0, 0]), load(100, [100, 10, 0]), 110), 50);
        assert_eq!(percent(load(10, [0, 0, 1]), load(100, [100, 10, 0]), 110), 100);
        // 58 of 60 litres that all compartments may hold together.
        assert_eq!(percent(load(10, [50, 8, 0]), load(100, [100, 10, 0]), 60), 96);
    }
}
