//! The state of every order of a plan after the events so far.

use super::record::{Actor, Event, EventId, EventKind, StoredEvent};
use super::state::{ConflictCause, OrderState, OrderStep};
use super::stop_key::StopKey;
use super::undo::{Act, ActOutcome, DeviceLog};
use crate::day_plan::DayPlan;
use crate::orders::Handover;
use crate::runs::Run;
use coldmile_model::{Order, Site};
use coldmile_units::{Id, Timestamp};
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The state of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderProgress {
    /// The state.
    pub state: OrderState,
    /// When it came into this state; `None` while nothing has happened.
    pub since: Option<Timestamp>,
    /// The event that brought it there.
    pub event: Option<EventId>,
}

/// An event that is kept although it contradicts other events or the plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The event.
    pub event: EventId,
    /// The order it concerns, if any.
    pub order: Option<Id<Order>>,
    /// Why.
    pub cause: ConflictCause,
}

/// What an event can be about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum EventSubject {
    Order(Id<Order>),
    Trip(Id<Run>, usize),
    Stop(StopKey),
    Receipt(Id<Run>, Id<Site>),
}

/// What the plan says of an order, as far as events concern it.
#[derive(Clone, Debug)]
struct Promise {
    handover: Handover,
    centre: Id<Site>,
    /// Every subject whose events concern the order.
    subjects: Vec<EventSubject>,
}

/// The state of every order of one plan under a set of events.
///
/// The same set gives the same state in whatever order, and however often, its events are recorded. The cost of
/// recording depends only on what the events concern: their devices' logs and some orders, each once for all events that
/// are recorded together.
#[derive(Clone, Debug)]
pub struct Progress {
    promises: BTreeMap<Id<Order>, Promise>,
    /// The orders that each subject concerns; the keys are all subjects of the plan.
    orders_of: HashMap<EventSubject, Vec<Id<Order>>>,
    logs: HashMap<Actor, DeviceLog>,
    actor_of: HashMap<EventId, Actor>,
    events_of: BTreeMap<EventSubject, Vec<EventId>>,
    orders: BTreeMap<Id<Order>, OrderProgress>,
    /// The conflict that an event has by itself: it undoes nothing, or the plan has not what it names.
    own_conflicts: HashMap<EventId, Conflict>,
    /// The conflicts among the events of each order; no entry for an order without any.
    order_conflicts: HashMap<Id<Order>, Vec<Conflict>>,
}

impl Progress {
    /// The start of the day: everything planned, nothing happened.
    pub fn new(plan: &DayPlan) -> Self {
        let mut orders_of: HashMap<EventSubject, Vec<Id<Order>>> = HashMap::new();
        for run in &plan.runs {
            for (trip, stops) in run.trips.iter().enumerate().map(|(trip, it)| (trip, it.stops.len())) {
                orders_of.insert(EventSubject::Trip(run.id.clone(), trip), Vec::new());
                for stop in 0..stops {
                    orders_of
                        .insert(EventSubject::Stop(StopKey { run: run.id.clone(), trip, stop }), Vec::new());
                }
            }
        }
        let mut promises = BTreeMap::new();
        for planned in &plan.orders {
            let mut subjects = vec![
                EventSubject::Order(planned.order.clone()),
                EventSubject::Receipt(planned.linehaul.clone(), planned.centre.clone()),
            ];
            subjects.extend(
                planned
                    .delivery
                    .iter()
                    .map(|delivery| EventSubject::Trip(delivery.run.clone(), delivery.trip)),
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
            logs: HashMap::new(),
            actor_of: HashMap::new(),
            events_of: BTreeMap::new(),
            orders,
            own_conflicts: HashMap::new(),
            order_conflicts: HashMap::new(),
        }
    }

    /// The state after `events`.
    pub fn replay<'a>(plan: &DayPlan, events: impl IntoIterator<Item = &'a StoredEvent>) -> Self {
        let mut progress = Self::new(plan);
        progress.record_all(events);
        progress
    }

    /// Records one event; one that is already known changes nothing. Returns the conflicts it has now; a later event can
    /// still resolve them or cause new ones, see [`conflicts`](Self::conflicts).
    pub fn record(&mut self, stored: &StoredEvent) -> Vec<Conflict> {
        self.record_all([stored]);
        self.conflicts_of(stored.event.id)
    }

    /// Records events; those that are already known change nothing. Many together cost far less than one by one.
    pub fn record_all<'a>(&mut self, events: impl IntoIterator<Item = &'a StoredEvent>) {
        let mut fresh: BTreeMap<Actor, Vec<StoredEvent>> = BTreeMap::new();
        for stored in events {
            let id = stored.event.id;
            let Entry::Vacant(vacant) = self.actor_of.entry(id) else { continue };
            vacant.insert(stored.actor.clone());
            if let Some(subject) = subject_of(&stored.event) {
                self.events_of.entry(subject).or_default().push(id);
            }
            fresh.entry(stored.actor.clone()).or_default().push(stored.clone());
        }
        let mut orders = BTreeSet::new();
        for (actor, events) in fresh {
            for event in self.logs.entry(actor).or_default().insert(events) {
                orders.extend(self.judge(event));
            }
        }
        for order in orders {
            self.recompute(&order);
        }
    }

    /// The state of an order; `None` when the plan does not serve it.
    pub fn order(&self, order: &str) -> Option<&OrderProgress> {
        self.orders.get(order)
    }

    /// Every order with its state, by id.
    pub fn orders(&self) -> impl Iterator<Item = (&Id<Order>, &OrderProgress)> {
        self.orders.iter()
    }

    /// All conflicts, for the dispatcher's inbox, in order of their events.
    pub fn conflicts(&self) -> impl Iterator<Item = &Conflict> {
        let of_orders = self.order_conflicts.values().flatten();
        self.own_conflicts.values().chain(of_orders).collect::<BTreeSet<_>>().into_iter()
    }

    /// The conflicts of one event.
    pub fn conflicts_of(&self, event: EventId) -> Vec<Conflict> {
        let orders = self
            .act(event)
            .and_then(|act| subject_of(&act.event.event))
            .and_then(|subject| self.orders_of.get(&subject));
        let of_orders =
            orders.into_iter().flatten().filter_map(|order| self.order_conflicts.get(order)).flatten();
        let all = self.own_conflicts.get(&event).into_iter().chain(of_orders);
        all.filter(|conflict| conflict.event == event).collect::<BTreeSet<_>>().into_iter().cloned().collect()
    }

    fn act(&self, event: EventId) -> Option<&Act> {
        self.logs.get(self.actor_of.get(&event)?)?.get(event)
    }

    /// When a trip left its base.
    pub fn departed_at(&self, run: &Id<Run>, trip: usize) -> Option<Timestamp> {
        self.first_of(&EventSubject::Trip(run.clone(), trip))
    }

    /// When the vehicle arrived at a stop.
    pub fn arrived_at(&self, stop: &StopKey) -> Option<Timestamp> {
        self.first_of(&EventSubject::Stop(stop.clone()))
    }

    /// When a truck was unloaded at a centre.
    pub fn received_at(&self, run: &Id<Run>, centre: &Id<Site>) -> Option<Timestamp> {
        self.first_of(&EventSubject::Receipt(run.clone(), centre.clone()))
    }

    fn first_of(&self, subject: &EventSubject) -> Option<Timestamp> {
        self.effective(subject).first().map(|act| Timestamp::from_unix(act.0.div_euclid(1000)))
    }

    /// The effective events of `subject` with their times in milliseconds, in order of time.
    fn effective(&self, subject: &EventSubject) -> Vec<(i64, &Event)> {
        let mut acts: Vec<_> = self
            .events_of
            .get(subject)
            .into_iter()
            .flatten()
            .filter_map(|id| self.act(*id))
            .filter(|act| act.outcome == ActOutcome::Effective)
            .map(|act| (act.at_ms, &act.event.actor, &act.event.event))
            .collect();
        acts.sort_by_key(|(at_ms, actor, event)| (*at_ms, *actor, event.seq, event.id));
        acts.into_iter().map(|(at_ms, _, event)| (at_ms, event)).collect()
    }

    /// Checks an event by itself (whether it undoes the last act, whether the plan has its subject) and returns the orders
    /// it concerns.
    fn judge(&mut self, id: EventId) -> Vec<Id<Order>> {
        self.own_conflicts.remove(&id);
        let Some(act) = self.act(id) else { return Vec::new() };
        let subject = subject_of(&act.event.event);
        let concerned = subject.as_ref().and_then(|subject| self.orders_of.get(subject));
        let cause = match (act.outcome, &subject, concerned) {
            (ActOutcome::InvalidUndo, ..) => Some(ConflictCause::NotTheLastAct),
            (ActOutcome::Effective, Some(_), None) => Some(ConflictCause::NotInPlan),
            (ActOutcome::Effective | ActOutcome::Undone, ..) => None,
        };
        let concerned = concerned.cloned().unwrap_or_default();
        if let Some(cause) = cause {
            let order = match subject {
                Some(EventSubject::Order(order)) => Some(order),
                _ => None,
            };
            self.own_conflicts.insert(id, Conflict { event: id, order, cause });
        }
        concerned
    }

    /// Recomputes one order from all effective events that concern it.
    fn recompute(&mut self, order: &Id<Order>) {
        let promise = &self.promises[order];
        let mut acts: Vec<_> = promise.subjects.iter().flat_map(|subject| self.effective(subject)).collect();
        acts.sort_by_key(|(at_ms, event)| (*at_ms, &self.actor_of[&event.id], event.seq, event.id));
        let mut current = OrderProgress { state: OrderState::Planned, since: None, event: None };
        let mut conflicts = Vec::new();
        for (at_ms, event) in acts {
            let Some(step) = step_of(&event.kind) else { continue };
            let elsewhere = event.centre.as_ref().is_some_and(|centre| *centre != promise.centre);
            let next = if step == OrderStep::Collected && elsewhere {
                Err(ConflictCause::OtherCentre)
            } else {
                current.state.after(step, promise.handover)
            };
            match next {
                Ok(state) if state == current.state => {}
                Ok(state) => {
                    let since = Some(Timestamp::from_unix(at_ms.div_euclid(1000)));
                    current = OrderProgress { state, since, event: Some(event.id) };
                }
                Err(cause) => {
                    conflicts.push(Conflict { event: event.id, order: Some(order.clone()), cause });
                }
            }
        }
        if conflicts.is_empty() {
            self.order_conflicts.remove(order);
        } else {
            self.order_conflicts.insert(order.clone(), conflicts);
        }
        self.orders.insert(order.clone(), current);
    }
}

fn subject_of(event: &Event) -> Option<EventSubject> {
    Some(match &event.kind {
        EventKind::Departed { trip } => EventSubject::Trip(event.run.clone()?, *trip),
        EventKind::Arrived => EventSubject::Stop(event.stop.clone()?),
        EventKind::Delivered { .. } | EventKind::Failed { .. } | EventKind::Collected => {
            EventSubject::Order(event.order.clone()?)
        }
        EventKind::Received => EventSubject::Receipt(event.run.clone()?, event.centre.clone()?),
        EventKind::Undone { .. } | EventKind::Noted => return None,
    })
}

fn step_of(kind: &EventKind) -> Option<OrderStep> {
    match kind {
        EventKind::Departed { .. } => Some(OrderStep::Departed),
        EventKind::Delivered { .. } => Some(OrderStep::Delivered),
        EventKind::Failed { .. } => Some(OrderStep::Failed),
        EventKind::Received => Some(OrderStep::Received),
        EventKind::Collected => Some(OrderStep::Collected),
        EventKind::Arrived | EventKind::Undone { .. } | EventKind::Noted => None,
    }
}
