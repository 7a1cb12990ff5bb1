//! Which single changes of the day's files would admit the orders that are not served: each is made and tried.
//!
//! A change counts when the order is then served and no other order falls out: the edited day's options of the order are listed
//! anew, and the problems that an option touches are routed from their present routes. Changes that take no vehicle come
//! first, for all orders, then changes of the network, then couriers and trucks; so what the time does not suffice for is the
//! most expensive. With a limit of iterations every order has the same trials on any machine.

use super::assign::{Move, OrderOptions, options};
use super::draft::DraftRoutes;
use super::echelons::Echelons;
use super::effort::{BudgetShare, DayBudget, EchelonBudget};
use super::loosen::{Ladder, Loosener, Unserved};
use super::places::DayPlaces;
use super::refusal::{Refusal, RefusalCause};
use super::storage::Stores;
use coldmile_model::{Compartment, Day, DayFiles, Order};
use coldmile_plan::{Relaxation, RelaxationKind};
use coldmile_units::{Idx, Money};
use coldmile_vrp::COST_SCALE;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Iterations for each routing problem that a trial touches.
const ITERATIONS: u64 = 100;
/// How many options of the edited day are tried for each change.
const MAX_OPTIONS: usize = 3;
/// An order has enough changes to choose from when so many have admitted it.
const ENOUGH: usize = 3;
/// Orders that are tried side by side.
const SIDE_BY_SIDE: usize = 8;
/// For up to so many orders their own rows are changed, and the network and staff: where more are left out, changes for one order
/// tell little.
const MAX_ORDERS: (usize, usize) = (400, 40);

/// What was found for one order.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    /// The kinds that were tried.
    pub kinds: BTreeSet<RelaxationKind>,
    /// The changes that admitted it, cheapest first.
    pub relaxations: Vec<Relaxation>,
}

/// Tries changes for every order that `refusals` leave out, within this part of the limit.
pub fn relax(
    (day, places): (&Day, &DayPlaces),
    state: &Echelons,
    refusals: &[Refusal],
    budget: DayBudget<'_>,
    share: BudgetShare,
) -> BTreeMap<Idx<Order>, Tried> {
    let mut tried: BTreeMap<Idx<Order>, Tried> =
        refusals.iter().map(|refusal| (refusal.order, Tried::default())).collect();
    if refusals.is_empty() {
        return tried;
    }
    let (files, stores) = (DayFiles::new(day), state.stores(day));
    let trials = Trials { places, state, files: &files, stores: &stores, budget };
    let loosener = Loosener { day, files: &files, places, state, stores: &stores };
    let mut longest = Duration::ZERO;
    for pass in [Pass::Own, Pass::Network, Pass::Staff] {
        let count = if pass == Pass::Own { MAX_ORDERS.0 } else { MAX_ORDERS.1 };
        let open: Vec<&Refusal> = (refusals.iter())
            .filter(|refusal| tried[&refusal.order].relaxations.len() < ENOUGH)
            .take(count)
            .collect();
        for some in open.chunks(SIDE_BY_SIDE) {
            if budget.is_over(share.end(), longest) {
                break;
            }
            let before = budget.used();
            let found: Vec<(Idx<Order>, Tried)> = (some.par_iter())
                .map_init(
                    || day.clone(),
                    |copy, refusal| {
                        let row = state.assignment.row_of(refusal.order);
                        let options = row.map(|row| &state.assignment.orders[row]);
                        let unserved = Unserved { order: refusal.order, options, refusal };
                        let ladders = pass.ladders(&loosener, &unserved);
                        (refusal.order, trials.climb(copy, refusal.order, ladders, share))
                    },
                )
                .collect();
            for (order, found) in found {
                let known = tried.entry(order).or_default();
                known.kinds.extend(found.kinds);
                known.relaxations.extend(found.relaxations);
            }
            longest = longest.max(budget.used().saturating_sub(before));
        }
    }
    for found in tried.values_mut() {
        found.relaxations.sort_by_key(|relaxation| (relaxation.cost, relaxation.kind));
        found.relaxations.truncate(ENOUGH);
    }
    tried
}

/// What is tried together, for all orders.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Own,
    Network,
    Staff,
}

impl Pass {
    fn ladders(self, loosener: &Loosener<'_>, unserved: &Unserved<'_>) -> Vec<Ladder> {
        match self {
            Self::Own => loosener.own(unserved),
            Self::Network => loosener.network(unserved),
            Self::Staff => loosener.staff(unserved),
        }
    }
}

struct Trials<'a> {
    places: &'a DayPlaces,
    state: &'a Echelons,
    files: &'a DayFiles<'a>,
    stores: &'a Stores<'a>,
    budget: DayBudget<'a>,
}

impl Trials<'_> {
    /// The first step of each ladder that admits the order.
    fn climb(&self, copy: &mut Day, order: Idx<Order>, ladders: Vec<Ladder>, share: BudgetShare) -> Tried {
        let mut tried = Tried::default();
        for Ladder { kind, steps } in ladders {
            if tried.relaxations.len() >= ENOUGH {
                break;
            }
            for edits in steps {
                if self.budget.is_over(share.end(), Duration::ZERO) {
                    return tried;
                }
                tried.kinds.insert(kind);
                let cost = self.files.with_edits(copy, &edits, |day| self.admits(day, order, kind));
                if let Ok(Some(cost)) = cost {
                    tried.relaxations.push(Relaxation { kind, cost, edits });
                    break;
                }
            }
        }
        tried
    }

    /// By how much the price of the day rises, edited by a change of this kind, when the order is served; `None` where it is not,
    /// or another order falls out.
    fn admits(&self, day: &Day, order: Idx<Order>, kind: RelaxationKind) -> Option<Money> {
        let moved = (kind == RelaxationKind::Pin).then(|| self.places.with_door(day, order));
        let places = moved.as_ref().unwrap_or(self.places);
        let row = options(day, places, &[order]).0.pop()?;
        let choices = self.choices(day, &row);
        let (assignment, at) = self.state.assignment.with(row);
        // The same orders, by their rows after this one has come in.
        let served: Vec<usize> =
            (0..assignment.picks.len()).filter(|&row| assignment.picks[row].is_some()).collect();
        let budget = EchelonBudget::Changed(self.budget.quick(ITERATIONS));
        let prices = choices.into_iter().filter_map(|option| {
            let assignment = assignment.moved(&[Move { order: at, option }]);
            let routed =
                Echelons::solve(day, places, assignment, (Some(self.state), &DraftRoutes::new()), &budget);
            let is_served = |row: usize| routed.assignment.picks[row].is_some();
            (is_served(at.get()) && served.iter().all(|&row| is_served(row))).then_some(routed.score.price)
        });
        let more = prices.min()? - self.state.score.price;
        Some(Money((more.max(0) + COST_SCALE - 1).div_euclid(COST_SCALE)))
    }

    /// The options to try: those that the stores have capacity for, first what travels anyway and what is cheap.
    fn choices(&self, day: &Day, row: &OrderOptions) -> Vec<usize> {
        let mut choices: Vec<usize> = (0..row.options.len())
            .filter(|&at| {
                let option = &row.options[at];
                let stay = self.state.stay(day, option, row.order);
                let short = |part| self.stores.short(day, row.order, option.centre, part, stay);
                Compartment::ALL.into_iter().all(|part| short(part) <= 0)
            })
            .collect();
        let travels = |at: usize| {
            let option = &row.options[at];
            self.state.ready.contains_key(&(option.centre, option.wave))
        };
        choices.sort_by_key(|&at| (row.options[at].is_late, !travels(at), row.options[at].cost, at));
        choices.truncate(MAX_OPTIONS);
        choices
    }
}

/// What keeps an order from being served even with no other order on the day, by the option that was estimated to be the
/// cheapest; `None` where one of its options serves it then. Every option is routed, alone, from empty routes.
pub fn obstacle_alone(
    (day, places): (&Day, &DayPlaces),
    state: &Echelons,
    order: Idx<Order>,
    budget: DayBudget<'_>,
) -> Option<RefusalCause> {
    let at = state.assignment.row_of(order)?;
    let mut empty = state.assignment.clone();
    empty.picks.fill(None);
    empty.causes.fill(None);
    let budget = EchelonBudget::Changed(budget.quick(ITERATIONS));
    let mut first = None;
    for option in 0..empty.orders[at].options.len() {
        let alone = empty.moved(&[Move { order: at, option }]);
        let routed = Echelons::solve(day, places, alone, (None, &DraftRoutes::new()), &budget);
        if routed.assignment.picks[at.get()].is_some() {
            return None;
        }
        let cause = routed.assignment.causes[at.get()].clone().unwrap_or(RefusalCause::NoCourierTime);
        let refusal = why_not_placed(day, &routed, &routed.stores(day), Refusal { order, cause });
        first.get_or_insert(refusal.cause);
    }
    first
}

/// The reason of an order that has options but is not served: that no store is large enough for it by the routes found, if that
/// is so.
pub fn why_not_placed(day: &Day, state: &Echelons, stores: &Stores<'_>, refusal: Refusal) -> Refusal {
    let Some(row) = state.assignment.row_of(refusal.order) else { return refusal };
    // Of each option the compartment that lacks most.
    let short = state.assignment.orders[row].options.iter().map(|option| {
        let stay = state.stay(day, option, refusal.order);
        let short = |part| (stores.short(day, refusal.order, option.centre, part, stay), part);
        let shortest = Compartment::ALL.map(short).into_iter().max_by_key(|(short, _)| *short);
        shortest.map(|(short, part)| (short, option.centre, part))
    });
    match short.min_by_key(|short| short.map(|(short, ..)| short)).flatten() {
        Some((short, centre, compartment)) if short > 0 => {
            let centre = day.network.sites()[centre].id.to_string();
            Refusal { cause: RefusalCause::StoreTooSmall { centre, compartment, short }, ..refusal }
        }
        _ => refusal,
    }
}
