//! The state of every order of a plan, as the events so far tell it.

use super::record::{Actor, Event, EventId, EventKind, StoredEvent};
use super::state::{Cause, Happening, OrderState};
use super::stop_key::StopKey;
use super::undo::{Fate, Line};
use crate::day_plan::DayPlan;
use crate::orders::Handover;
use crate::runs::Run;
use coldmile_model::{Order, Site};
use coldmile_units::{Id, Timestamp};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Where one order stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderProgress {
    /// Its state.
    pub state: OrderState,
    /// When it came to be so; `None` while nothing has happened.
    pub since: Option<Timestamp>,
    /// The event that made it so.
    pub event: Option<EventId>,
}

/// An event that is kept but cannot be true beside the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The event.
    pub event: EventId,
    /// The order it concerns, if any.
    pub order: Option<Id<Order>>,
    /// Why.
    pub cause: Cause,
}

/// What an event can be about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Subject {
    Order(Id<Order>),
    Trip(Id<Run>, usize),
    Stop(StopKey),
    Receipt(Id<Run>, Id<Site>),
}

/// What the plan says of an order, as far as events touch it.
#[derive(Clone, Debug)]
struct Promise {
    handover: Handover,
    centre: Id<Site>,
    /// Every subject whose events concern the order.
    subjects: Vec<Subject>,
}

/// The state of every order of one plan under a set of events.
///
/// The same set gives the same state in whatever order, and however often, its events are recorded. Recording costs
/// what the event touches: its device's line and the orders concerned.
#[derive(Clone, Debug)]
pub struct Progress {
    promises: BTreeMap<Id<Order>, Promise>,
    /// Orders by what concerns them; the keys are all subjects that the plan knows.
    orders_of: HashMap<Subject, Vec<Id<Order>>>,
    lines: HashMap<Actor, Line>,
    actor_of: HashMap<EventId, Actor>,
    events_of: BTreeMap<Subject, Vec<EventId>>,
    orders: BTreeMap<Id<Order>, OrderProgress>,
    conflicts: BTreeSet<Conflict>,
}

impl Progress {
    /// The start of the day: everything planned, nothing happened.
    pub fn new(plan: &DayPlan) -> Self {
        let mut orders_of: HashMap<Subject, Vec<Id<Order>>> = HashMap::new();
        for run in &plan.runs {
            for (trip, stops) in run.trips.iter().enumerate().map(|(trip, it)| (trip, it.stops.len())) {
                orders_of.insert(Subject::Trip(run.id.clone(), trip), Vec::new());
                for stop in 0..stops {
                    orders_of.insert(Subject::Stop(StopKey { run: run.id.clone(), trip, stop }), Vec::new());
                }
            }
        }
        let mut promises = BTreeMap::new();
        for planned in &plan.orders {
            let mut subjects = vec![
                Subject::Order(planned.order.clone()),
                Subject::Receipt(planned.linehaul.clone(), planned.centre.clone()),
            ];
            subjects.extend(
                planned.delivery.iter().map(|delivery| Subject::Trip(delivery.run.clone(), delivery.trip)),
            );
            for subject in &subjects {
                orders_of.entry(subject.clone()).or_default().push(planned.order.clone());
            }
            let promise = Promise { handover: planned.handover, centre: planned.centre.clone(), subjects };
            promises.insert(planned.order.clone(), promise);
        }
        let untouched = OrderProgress { state: OrderState::Planned, since: None, event: None };
        let orders = promises.keys().map(|order| (order.clone(), untouched.clone())).collect();
        Self {
            promises,
            orders_of,
            lines: HashMap::new(),
            actor_of: HashMap::new(),
            events_of: BTreeMap::new(),
            orders,
            conflicts: BTreeSet::new(),
        }
    }

    /// The state after `events`.
    pub fn replay<'a>(plan: &DayPlan, events: impl IntoIterator<Item = &'a StoredEvent>) -> Self {
        let mut progress = Self::new(plan);
        for event in events {
            progress.record(event);
        }
        progress
    }

    /// Takes in one event; one that is already known changes nothing. Returns the conflicts it is part of now; a
    /// later event can still resolve them or bring new ones, see [`conflicts`](Self::conflicts).
    pub fn record(&mut self, stored: &StoredEvent) -> Vec<Conflict> {
        let id = stored.event.id;
        if let Entry::Vacant(vacant) = self.actor_of.entry(id) {
            vacant.insert(stored.actor.clone());
            if let Some(subject) = subject_of(&stored.event) {
                self.events_of.entry(subject).or_default().push(id);
            }
            let changed = self.lines.entry(stored.actor.clone()).or_default().insert(stored.clone());
            let orders: BTreeSet<_> = changed.into_iter().flat_map(|event| self.judge(event)).collect();
            for order in orders {
                self.work_out(&order);
            }
        }
        self.conflicts_of(id)
    }

    /// Where an order stands; `None` when the plan does not serve it.
    pub fn order(&self, order: &str) -> Option<&OrderProgress> {
        self.orders.get(order)
    }

    /// Every order with where it stands, by id.
    pub fn orders(&self) -> impl Iterator<Item = (&Id<Order>, &OrderProgress)> {
        self.orders.iter()
    }

    /// What cannot be true beside the rest, for the dispatcher's inbox.
    pub fn conflicts(&self) -> impl Iterator<Item = &Conflict> {
        self.conflicts.iter()
    }

    /// The conflicts one event is part of.
    pub fn conflicts_of(&self, event: EventId) -> Vec<Conflict> {
        self.conflicts.iter().filter(|conflict| conflict.event == event).cloned().collect()
    }

    /// When a trip left its base.
    pub fn departed_at(&self, run: &Id<Run>, trip: usize) -> Option<Timestamp> {
        self.first_of(&Subject::Trip(run.clone(), trip))
    }

    /// When wheels stopped at a stop.
    pub fn arrived_at(&self, stop: &StopKey) -> Option<Timestamp> {
        self.first_of(&Subject::Stop(stop.clone()))
    }

    /// When a truck had been unloaded at a centre.
    pub fn received_at(&self, run: &Id<Run>, centre: &Id<Site>) -> Option<Timestamp> {
        self.first_of(&Subject::Receipt(run.clone(), centre.clone()))
    }

    fn first_of(&self, subject: &Subject) -> Option<Timestamp> {
        self.standing(subject).first().map(|act| Timestamp::from_unix(act.0.div_euclid(1000)))
    }

    /// What stands about `subject`, in order of time.
    fn standing(&self, subject: &Subject) -> Vec<(i64, &Event)> {
        let mut acts: Vec<_> = self
            .events_of
            .get(subject)
            .into_iter()
            .flatten()
            .filter_map(|id| self.lines[&self.actor_of[id]].get(*id))
            .filter(|act| act.fate == Fate::Holds)
            .map(|act| (act.at_ms, &act.event.actor, &act.event.event))
            .collect();
        acts.sort_by_key(|(at_ms, actor, event)| (*at_ms, *actor, event.seq, event.id));
        acts.into_iter().map(|(at_ms, _, event)| (at_ms, event)).collect()
    }

    /// Says what is wrong with an event by itself, and returns the orders it concerns.
    fn judge(&mut self, id: EventId) -> Vec<Id<Order>> {
        let act = self.lines[&self.actor_of[&id]].get(id).expect("an event's actor has it in its line");
        let subject = subject_of(&act.event.event);
        let concerned = subject.as_ref().and_then(|subject| self.orders_of.get(subject));
        let cause = match (act.fate, &subject, concerned) {
            (Fate::UndoesNothing, ..) => Some(Cause::NotTheLastAct),
            (Fate::Holds, Some(_), None) => Some(Cause::NotInPlan),
            (Fate::Holds | Fate::TakenBack, ..) => None,
        };
        let concerned = concerned.cloned().unwrap_or_default();
        self.conflicts.retain(|conflict| conflict.event != id);
        if let Some(cause) = cause {
            let order = match subject {
                Some(Subject::Order(order)) => Some(order),
                _ => None,
            };
            self.conflicts.insert(Conflict { event: id, order, cause });
        }
        concerned
    }

    /// Works out one order from all that stands about it.
    fn work_out(&mut self, order: &Id<Order>) {
        let promise = &self.promises[order];
        let mut acts: Vec<_> = promise.subjects.iter().flat_map(|subject| self.standing(subject)).collect();
        acts.sort_by_key(|(at_ms, event)| (*at_ms, &self.actor_of[&event.id], event.seq, event.id));
        let mut now = OrderProgress { state: OrderState::Planned, since: None, event: None };
        let mut conflicts = Vec::new();
        for (at_ms, event) in acts {
            let Some(happening) = happening_of(&event.kind) else { continue };
            let elsewhere = event.centre.as_ref().is_some_and(|centre| *centre != promise.centre);
            let next = if happening == Happening::Collected && elsewhere {
                Err(Cause::OtherCentre)
            } else {
                now.state.after(happening, promise.handover)
            };
            match next {
                Ok(state) if state == now.state => {}
                Ok(state) => {
                    let since = Some(Timestamp::from_unix(at_ms.div_euclid(1000)));
                    now = OrderProgress { state, since, event: Some(event.id) };
                }
                Err(cause) => {
                    conflicts.push(Conflict { event: event.id, order: Some(order.clone()), cause });
                }
            }
        }
        self.conflicts.retain(|conflict| conflict.order.as_ref() != Some(order));
        self.conflicts.extend(conflicts);
        self.orders.insert(order.clone(), now);
    }
}

fn subject_of(event: &Event) -> Option<Subject> {
    Some(match &event.kind {
        EventKind::Departed { trip } => Subject::Trip(event.run.clone()?, *trip),
        EventKind::Arrived => Subject::Stop(event.stop.clone()?),
        EventKind::Delivered { .. } | EventKind::Failed { .. } | EventKind::Collected => {
            Subject::Order(event.order.clone()?)
        }
        EventKind::Received => Subject::Receipt(event.run.clone()?, event.centre.clone()?),
        EventKind::Undone { .. } | EventKind::Noted => return None,
    })
}

fn happening_of(kind: &EventKind) -> Option<Happening> {
    match kind {
        EventKind::Departed { .. } => Some(Happening::Departed),
        EventKind::Delivered { .. } => Some(Happening::Delivered),
        EventKind::Failed { .. } => Some(Happening::Failed),
        EventKind::Received => Some(Happening::Received),
        EventKind::Collected => Some(Happening::Collected),
        EventKind::Arrived | EventKind::Undone { .. } | EventKind::Noted => None,
    }
}
