//! What every order may choose: centre, wave and handover, as far as its family and the network let it.

use super::draw::DrawnDay;
use super::travel::TravelTable;
use coldmile_model::{Day, Fulfilment, Order, Site, SiteKind, WaveSchedule};
use coldmile_plan::{DayPlan, Handover};
use coldmile_units::{Idx, Seconds};

/// One choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// 0 or 1.
    pub centre: usize,
    /// 0 or 1.
    pub wave: usize,
    pub is_door: bool,
    /// A pickup whose goods come after its window opens though another wave would bring them before, or earlier.
    pub is_late: bool,
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
                found.extend([true, false].into_iter().filter_map(|is_door| {
                    self.choice(at, centre, wave, is_door)
                }));
            }
        }
        found
    }

    /// The choice, where the order may have it.
    fn choice(&self, at: usize, centre: usize, wave: usize, is_door: bool) -> Option<Choice> {
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
        Some(Choice { centre, wave, is_door, is_late: !is_door && self.is_late(order, centre, wave), walk })
    }

    /// A pickup has to be ready before its window opens, or as early as the waves allow. Whether this wave is neither.
    fn is_late(&self, order: &Order, centre: usize, wave: usize) -> bool {
        let ready = |wave: usize| self.wave(wave).centre_due + self.centre(centre).handling;
        let is_before = ready(wave) + Seconds::minutes(10) <= order.window.open();
        let is_eligible = |wave: &usize| order.placed_at <= self.wave(*wave).cut_off;
        let earliest = (0..2).filter(is_eligible).map(ready).min();
        !is_before && earliest.is_some_and(|earliest| earliest < ready(wave))
    }

    /// What a plan chose for every order.
    pub fn chosen(&self, plan: &DayPlan) -> Vec<Option<Choice>> {
        let site = |at: usize| &self.centre(at).id;
        (0..self.choices.len())
            .map(|at| {
                let row = plan.orders.iter().find(|row| row.order == self.order(at).id)?;
                let centre = (0..2).find(|&centre| *site(centre) == row.centre)?;
                let wave = (0..2).find(|&wave| self.wave(wave).id == row.wave)?;
                self.choice(at, centre, wave, row.handover == Handover::Door)
            })
            .collect()
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

/// The value of a plan: its cost and the price of the walks of these choices.
pub fn key(plan: &DayPlan, chosen: &[Option<Choice>]) -> Key {
    let walks: i64 = chosen.iter().flatten().map(|choice| choice.walk).sum();
    let late = chosen.iter().flatten().filter(|choice| choice.is_late).count();
    (plan.unplanned.len(), late, plan.totals.cost.0 * 1_000 + walks)
}
