//! What every order may choose: centre, wave and handover, as far as its family and the network let it.

use super::draw::DrawnDay;
use super::travel::TravelTable;
use coldmile_model::{Day, Fulfilment, Order, Site, SiteKind, WaveSchedule};
use coldmile_plan::{DayPlan, Handover};
use coldmile_units::Idx;

/// One choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// 0 or 1.
    pub centre: usize,
    /// 0 or 1.
    pub wave: usize,
    pub is_door: bool,
    /// A pickup whose goods come after its window opens though another wave would bring them sooner.
    pub is_late: bool,
    /// When a pickup has to be ready at the latest.
    pub ready_by: i64,
    /// Price of the family's walk to the centre and back, in thousandths of a minor unit.
    pub walk: i64,
}

/// The day as the enumeration sees it.
pub struct Case<'a> {
    pub drawn: &'a DrawnDay,
    pub day: &'a Day,
    pub travel: TravelTable,
    /// Sites of the two centres.
    pub centres: [Idx<Site>; 2],
    pub hub: Idx<Site>,
    /// By order.
    pub choices: Vec<Vec<Choice>>,
}

impl<'a> Case<'a> {
    pub fn new(drawn: &'a DrawnDay) -> Self {
        let day = &drawn.day;
        let centres = ["CA", "CB"].map(|id| day.network.site_by_id(id).unwrap());
        let hub = day.network.site_by_id("HUB").unwrap();
        let travel = TravelTable::new(day, drawn.town);
        let mut case = Self { drawn, day, travel, centres, hub, choices: Vec::new() };
        case.choices = (0..day.orders.len()).map(|order| case.choices_of(order)).collect();
        case
    }

    pub fn order(&self, at: usize) -> &'a Order {
        &self.day.orders[Idx::new(at as u32)]
    }

    pub fn centre(&self, at: usize) -> &'a Site {
        &self.day.network.sites()[self.centres[at]]
    }

    pub fn wave(&self, at: usize) -> &'a WaveSchedule {
        &self.day.network.waves[Idx::new(at as u32)]
    }

    /// The place of an order's door in the table of travel.
    pub fn door(&self, order: usize) -> usize {
        self.day.network.sites().len() + order
    }

    fn choices_of(&self, at: usize) -> Vec<Choice> {
        let mut found = Vec::new();
        for centre in 0..2 {
            for wave in 0..2 {
                let handovers = [(true, false), (false, false), (false, true)].into_iter();
                found.extend(
                    handovers
                        .filter_map(|(is_door, is_late)| self.choice(at, centre, wave, (is_door, is_late))),
                );
            }
        }
        found
    }

    /// The choice, where the order may have it.
    fn choice(
        &self,
        at: usize,
        centre: usize,
        wave: usize,
        (is_door, is_late): (bool, bool),
    ) -> Option<Choice> {
        let (order, site) = (self.order(at), self.centres[centre]);
        let is_accepted = match order.fulfilment {
            Fulfilment::Door => is_door,
            Fulfilment::Pickup => !is_door,
            Fulfilment::Either => true,
        };
        let is_supplied = self.day.network.suppliers(site).any(|from| from == self.hub);
        let is_open = order.centre.is_none_or(|insisted| insisted == site) && is_supplied;
        if !is_accepted || !is_open || order.placed_at > self.wave(wave).cut_off {
            return None;
        }
        let walk = if is_door {
            0
        } else {
            let (seconds, _) = self.travel.leg(TravelTable::profile("foot"), site.get(), self.door(at))?;
            2 * seconds * self.day.family_hour.0 * 1_000 / 3_600
        };
        // A pickup has to be ready before its window opens, or as early as the waves allow.
        let last = order.window.close().min(self.centre(centre).hours.close()).unix();
        let is_earliest = self.is_earliest(order, centre, wave);
        let ready_by =
            if is_door || is_late || is_earliest { last } else { last.min(order.window.open().unix()) };
        (!is_late || !is_earliest).then_some(Choice { centre, wave, is_door, is_late, ready_by, walk })
    }

    /// Whether no wave brings an order to a centre sooner.
    fn is_earliest(&self, order: &Order, centre: usize, wave: usize) -> bool {
        let due = |wave: usize| self.wave(wave).centre_due.max(self.centre(centre).hours.open());
        let is_eligible = |wave: &usize| order.placed_at <= self.wave(*wave).cut_off;
        (0..2).filter(is_eligible).all(|other| due(wave) <= due(other))
    }

    /// What a plan chose for every order.
    pub fn chosen(&self, plan: &DayPlan) -> Vec<Option<Choice>> {
        let site = |at: usize| &self.centre(at).id;
        (0..self.choices.len())
            .map(|at| {
                let row = plan.orders.iter().find(|row| row.order == self.order(at).id)?;
                let centre = (0..2).find(|&centre| *site(centre) == row.centre)?;
                let wave = (0..2).find(|&wave| self.wave(wave).id == row.wave)?;
                let is_door = row.handover == Handover::Door;
                let in_time = self.choice(at, centre, wave, (is_door, false));
                let is_in_time = |choice: &Choice| is_door || row.ready_at.unix() <= choice.ready_by;
                in_time.filter(is_in_time).or_else(|| self.choice(at, centre, wave, (is_door, true)))
            })
            .collect()
    }

    /// Seconds by which service at doors begins after the orders' windows.
    pub fn lateness(&self, plan: &DayPlan) -> i64 {
        let late = |row: &coldmile_plan::PlannedOrder| {
            let begins = row.delivery.as_ref()?.at;
            let order = self.day.orders.iter().find(|order| order.id == row.order)?;
            Some((begins - order.window.close()).0.max(0))
        };
        plan.orders.iter().filter_map(late).sum()
    }

    /// What so many seconds of lateness count, in thousandths of a minor unit.
    pub fn lateness_price(&self, seconds: i64) -> i64 {
        seconds * self.day.late_hour.0 * 1_000 / 3_600
    }

    /// Whether a site is a centre with couriers or a hub with trucks.
    pub fn staff(&self, kind: SiteKind) -> impl Iterator<Item = usize> {
        let sites = self.day.network.sites();
        let couriers = self.day.couriers.enumerate();
        couriers.filter(move |(_, row)| sites[row.base].kind == kind).map(|(at, _)| at.get())
    }
}

/// What is minimised: orders that are not served, then late pickups, then money in thousandths of a minor unit.
pub type Key = (usize, usize, i64);

/// The value of a plan: its cost, the price of the walks of these choices, and that of lateness.
pub fn key(case: &Case, plan: &DayPlan, chosen: &[Option<Choice>]) -> Key {
    let walks: i64 = chosen.iter().flatten().map(|choice| choice.walk).sum();
    let late = chosen.iter().flatten().filter(|choice| choice.is_late).count();
    let lateness = case.lateness_price(case.lateness(plan));
    (plan.unplanned.len(), late, plan.totals.cost.0 * 1_000 + walks + lateness)
}
