//! A small plan of two runs, and random days of events on it.

use super::*;
use crate::{
    CostShare, DayPlan, Delivery, Echelon, Handover, Manifest, PLAN_VERSION, PlannedOrder, Run, Stop,
    StopPlace, Totals, Trip,
};
use coldmile_geometry::Point;
use coldmile_model::{Load, Order};
use coldmile_units::{Id, Metres, Money, Seed, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeMap;

const NOON: i64 = 1_773_730_800;

/// Truck T serves centre C; courier run R carries d0 and d1 on trip 0 and d2 on trip 1; p0 and p1 are for pickup.
fn town() -> DayPlan {
    let at = Timestamp::from_unix;
    let point = Point::new(35.9, 14.5).unwrap();
    let stop = |place| Stop {
        place,
        point,
        arrives_at: at(NOON),
        starts_at: at(NOON),
        departs_at: at(NOON),
        parcels: vec![],
        walk: None,
    };
    let door = |order: &str| stop(StopPlace::Door { order: order.into() });
    let trip = |stops| Trip {
        loads_at: at(NOON),
        departs_at: at(NOON),
        returns_at: at(NOON),
        manifest: Manifest { parcels: vec![], load: Load::default() },
        stops,
        legs: vec![],
    };
    let run = |id: &str, echelon, trips| Run {
        id: id.into(),
        echelon,
        courier: id.into(),
        vehicle: "van".into(),
        base: "C".into(),
        trips,
        breaks: Vec::new(),
        starts_at: at(NOON),
        ends_at: at(NOON),
        distance: Metres(0),
        cost: Money(0),
        footprint: None,
    };
    let order = |id: &str, delivery: Option<(usize, usize)>| PlannedOrder {
        order: id.into(),
        centre: "C".into(),
        wave: "am".into(),
        handover: if delivery.is_some() { Handover::Door } else { Handover::Pickup },
        linehaul: "T".into(),
        ready_at: at(NOON),
        leaves_at: at(NOON),
        delivery: delivery.map(|(trip, stop)| Delivery { run: "R".into(), trip, stop, at: at(NOON) }),
        walk: None,
        cost: CostShare::default(),
        footprint: None,
        direct: None,
    };
    let centre = stop(StopPlace::Centre { site: "C".into(), wave: "am".into() });
    DayPlan {
        version: PLAN_VERSION,
        name: "town".into(),
        date: "2026-03-17".into(),
        timezone: "Europe/Malta".into(),
        currency: "EUR".into(),
        attribution: String::new(),
        totals: Totals::default(),
        waves: vec![],
        runs: vec![
            run("T", Echelon::Linehaul, vec![trip(vec![centre])]),
            run("R", Echelon::LastMile, vec![trip(vec![door("d0"), door("d1")]), trip(vec![door("d2")])]),
        ],
        orders: vec![
            order("d0", Some((0, 0))),
            order("d1", Some((0, 1))),
            order("d2", Some((1, 0))),
            order("p0", None),
            order("p1", None),
        ],
        unplanned: vec![],
    }
}

/// An act of `device` as its `seq`th, `minute` minutes after noon; the references are guessed from the kind.
fn act(device: &str, seq: u64, minute: i64, kind: EventKind, about: &str) -> StoredEvent {
    let bits = device.bytes().fold(u128::from(seq), |bits, byte| (bits << 8) | u128::from(byte));
    let receipt = matches!(kind, EventKind::Received);
    let collected = matches!(kind, EventKind::Collected);
    let event = Event {
        id: EventId::from_bits(bits),
        seq,
        order: (!about.is_empty()).then(|| Id::new(about)),
        run: Some(if receipt { "T".into() } else { "R".into() }),
        stop: Some("R/0/0".parse().unwrap()),
        centre: (receipt || collected).then(|| "C".into()),
        occurred_at: Timestamp::from_unix(NOON + minute * 60),
        device_offset_ms: 0,
        payload: serde_json::Map::new(),
        kind,
    };
    let role = if receipt || collected { Role::Centre } else { Role::Courier };
    StoredEvent {
        number: 0,
        event,
        received_at: Timestamp::from_unix(NOON + 86_400),
        actor: Actor { id: device.into(), role },
    }
}

fn delivered() -> EventKind {
    EventKind::Delivered { to: HandedTo::Recipient }
}

fn failed() -> EventKind {
    EventKind::Failed { reason: FailureReason::NotAtHome }
}

fn states(progress: &Progress) -> String {
    progress
        .orders()
        .map(|(order, it)| format!("{order} {}", it.state.as_str()))
        .collect::<Vec<_>>()
        .join(", ")
}

fn causes(progress: &Progress) -> Vec<(&str, ConflictCause)> {
    progress.conflicts().map(|it| (it.order.as_ref().map_or("", Id::as_str), it.cause)).collect()
}

#[test]
fn an_ordinary_day_takes_every_order_to_its_family() {
    let plan = town();
    let mut progress = Progress::new(&plan);
    assert_eq!(states(&progress), "d0 planned, d1 planned, d2 planned, p0 planned, p1 planned");
    progress.record(&act("desk", 1, 0, EventKind::Received, ""));
    assert_eq!(states(&progress), "d0 at-centre, d1 at-centre, d2 at-centre, p0 at-centre, p1 at-centre");
    progress.record(&act("phone", 1, 10, EventKind::Departed { trip: 0 }, ""));
    assert_eq!(states(&progress), "d0 out, d1 out, d2 at-centre, p0 at-centre, p1 at-centre");
    progress.record(&act("phone", 2, 19, EventKind::Arrived, ""));
    progress.record(&act("phone", 3, 20, delivered(), "d0"));
    progress.record(&act("phone", 4, 30, failed(), "d1"));
    progress.record(&act("desk", 2, 40, EventKind::Collected, "p0"));
    assert_eq!(states(&progress), "d0 delivered, d1 failed, d2 at-centre, p0 collected, p1 at-centre");
    // An order that was brought back may be collected.
    progress.record(&act("desk", 3, 50, EventKind::Collected, "d1"));
    assert_eq!(states(&progress), "d0 delivered, d1 collected, d2 at-centre, p0 collected, p1 at-centre");
    assert_eq!(causes(&progress), []);
    let at = |minute: i64| Some(Timestamp::from_unix(NOON + minute * 60));
    assert_eq!(progress.departed_at(&"R".into(), 0), at(10));
    assert_eq!(progress.departed_at(&"R".into(), 1), None);
    assert_eq!(progress.arrived_at(&"R/0/0".parse().unwrap()), at(19));
    assert_eq!(progress.received_at(&"T".into(), &"C".into()), at(0));
    assert_eq!(progress.order("d0").unwrap().since, at(20));
}

#[test]
fn a_contradicting_event_is_kept_and_listed() {
    let plan = town();
    let conflicts = |events: &[StoredEvent]| {
        let progress = Progress::replay(&plan, events);
        causes(&progress)
            .into_iter()
            .map(|(order, cause)| format!("{order} {}", cause.code()))
            .collect::<Vec<_>>()
    };
    let first = act("phone", 1, 10, delivered(), "d0");
    let twice = act("other", 1, 11, delivered(), "d0");
    assert_eq!(conflicts(&[first.clone(), twice.clone()]), ["d0 event/already-delivered"]);
    // The event that happened first counts, not the one that was received first.
    let progress = Progress::replay(&plan, &[twice.clone(), first.clone()]);
    assert_eq!(progress.conflicts_of(twice.event.id).len(), 1);
    assert_eq!(progress.order("d0").unwrap().event, Some(first.event.id));
    assert_eq!(conflicts(&[act("phone", 1, 1, delivered(), "p0")]), ["p0 event/not-for-the-door"]);
    assert_eq!(conflicts(&[act("phone", 1, 1, delivered(), "zz")]), ["zz event/not-in-plan"]);
    assert_eq!(conflicts(&[act("phone", 1, 1, EventKind::Departed { trip: 7 }, "")]), [" event/not-in-plan"]);
    let out = act("phone", 1, 1, EventKind::Departed { trip: 0 }, "");
    assert_eq!(
        conflicts(&[out, act("desk", 1, 2, EventKind::Collected, "d0")]),
        ["d0 event/out-with-courier"]
    );
    let mut elsewhere = act("desk", 1, 2, EventKind::Collected, "p0");
    elsewhere.event.centre = Some("X".into());
    assert_eq!(conflicts(&[elsewhere]), ["p0 event/other-centre"]);
}

#[test]
fn only_the_last_act_of_the_same_device_can_be_undone() {
    let plan = town();
    let mut progress = Progress::new(&plan);
    let (left, gave) =
        (act("phone", 1, 1, EventKind::Departed { trip: 0 }, ""), act("phone", 2, 2, delivered(), "d0"));
    progress.record(&left);
    progress.record(&gave);
    let undo = |device, seq, event: &StoredEvent| {
        act(device, seq, 3, EventKind::Undone { event: event.event.id }, "")
    };
    let stranger = progress.record(&undo("other", 1, &gave));
    assert_eq!(stranger[0].cause, ConflictCause::NotTheLastAct);
    assert_eq!(progress.record(&undo("phone", 4, &left))[0].cause, ConflictCause::NotTheLastAct);
    assert_eq!(progress.order("d0").unwrap().state, OrderState::Delivered);
    // With the delivery undone first, the second undo becomes valid.
    assert_eq!(progress.record(&undo("phone", 3, &gave)), []);
    assert_eq!(states(&progress), "d0 planned, d1 planned, d2 planned, p0 planned, p1 planned");
    assert_eq!(causes(&progress), [("", ConflictCause::NotTheLastAct)]);
    assert_eq!(progress.departed_at(&"R".into(), 0), None);
}

#[test]
fn a_phone_whose_clock_is_ahead_cannot_report_events_later_than_received() {
    let plan = town();
    let mut early = act("phone", 1, 3 * 24 * 60, delivered(), "d0");
    early.received_at = Timestamp::from_unix(NOON + 60);
    let late = act("other", 1, 30, delivered(), "d0");
    let progress = Progress::replay(&plan, &[late, early.clone()]);
    assert_eq!(progress.order("d0").unwrap().event, Some(early.event.id));
    assert_eq!(progress.order("d0").unwrap().since, Some(early.received_at));
}

/// Reference implementation of the same rules: sorts all events once and walks through them.
fn reference(plan: &DayPlan, events: &[StoredEvent]) -> BTreeMap<Id<Order>, OrderState> {
    let mut by_device: BTreeMap<&Actor, BTreeMap<u64, &StoredEvent>> = BTreeMap::new();
    for event in events {
        by_device.entry(&event.actor).or_default().insert(event.event.seq, event);
    }
    let mut all = Vec::new();
    for (actor, log) in by_device {
        let (mut effective, mut latest): (Vec<(i64, &StoredEvent)>, i64) = (vec![], i64::MIN);
        for (_, event) in log {
            latest = latest.max(event.happened_ms());
            match event.event.kind {
                EventKind::Undone { event: target } => {
                    if effective.last().is_some_and(|(_, last)| last.event.id == target) {
                        effective.pop();
                    }
                }
                EventKind::Noted => {}
                _ => effective.push((latest, event)),
            }
        }
        all.extend(effective.into_iter().map(|(at, event)| ((at, actor, event.event.seq), &event.event)));
    }
    all.sort_by_key(|(key, _)| *key);
    let mut states = BTreeMap::new();
    for planned in &plan.orders {
        let mut state = OrderState::Planned;
        for (_, event) in &all {
            let mine = event.order.as_ref() == Some(&planned.order);
            let step = match &event.kind {
                EventKind::Received => OrderStep::Received,
                EventKind::Departed { trip }
                    if planned.delivery.as_ref().is_some_and(|delivery| delivery.trip == *trip) =>
                {
                    OrderStep::Departed
                }
                EventKind::Delivered { .. } if mine => OrderStep::Delivered,
                EventKind::Failed { .. } if mine => OrderStep::Failed,
                EventKind::Collected if mine => OrderStep::Collected,
                _ => continue,
            };
            state = state.after(step, planned.handover).unwrap_or(state);
        }
        states.insert(planned.order.clone(), state);
    }
    states
}

/// Three devices that do random things for an hour; clocks of a device may jump.
fn random_day(seed: Seed) -> Vec<StoredEvent> {
    let mut rng = seed.rng();
    let mut events: Vec<StoredEvent> = Vec::new();
    for device in ["phone", "other", "desk"] {
        let mine = events.len();
        for seq in 1..=rng.u64(0..12) {
            let order = ["d0", "d1", "d2", "p0", "p1"][rng.usize(0..5)];
            let target = EventId::from_bits(0);
            let kind = match rng.u8(0..8) {
                0 => EventKind::Departed { trip: rng.usize(0..2) },
                1 => EventKind::Received,
                2 => EventKind::Collected,
                3 => failed(),
                4 => EventKind::Noted,
                5 | 6 => EventKind::Undone {
                    event: match events.len() - mine {
                        0 => target,
                        past => events[events.len() - 1 - rng.usize(0..past.min(3))].event.id,
                    },
                },
                _ => delivered(),
            };
            let mut event = act(device, seq, rng.i64(0..60), kind, order);
            // A device keeps its role all day.
            event.actor.role = Role::Courier;
            events.push(event);
        }
    }
    events
}

proptest! {
    #[test]
    fn the_order_and_number_of_deliveries_of_events_changes_nothing(seed in any::<u64>()) {
        let (plan, events) = (town(), random_day(Seed(seed)));
        let once = Progress::replay(&plan, &events);
        let mut twice_shuffled: Vec<_> = events.iter().chain(&events).cloned().collect();
        Seed(seed).derive(1).rng().shuffle(&mut twice_shuffled);
        let shuffled = Progress::replay(&plan, &twice_shuffled);
        prop_assert_eq!(once.orders().collect::<Vec<_>>(), shuffled.orders().collect::<Vec<_>>());
        prop_assert_eq!(once.conflicts().collect::<Vec<_>>(), shuffled.conflicts().collect::<Vec<_>>());
        let mut in_parts = Progress::new(&plan);
        for part in twice_shuffled.chunks(3) {
            in_parts.record_all(part);
        }
        prop_assert_eq!(once.orders().collect::<Vec<_>>(), in_parts.orders().collect::<Vec<_>>());
        prop_assert_eq!(once.conflicts().collect::<Vec<_>>(), in_parts.conflicts().collect::<Vec<_>>());
        for event in &events {
            let own: Vec<_> = once.conflicts().filter(|it| it.event == event.event.id).cloned().collect();
            prop_assert_eq!(once.conflicts_of(event.event.id), own);
        }
        let expected = reference(&plan, &events);
        for (order, it) in once.orders() {
            prop_assert_eq!(it.state, expected[order], "{} in {:?}", order, seed);
        }
    }
}

/// A device whose `seq` falls while its clock goes forward moves the time of all its acts with each event.
#[test]
fn a_hundred_thousand_events_of_one_device_in_the_worst_order_are_replayed_at_once() {
    let plan = town();
    let events: Vec<_> = (0..100_000)
        .map(|index| act("phone", 1_000_000 - index, index.cast_signed() / 1_000, delivered(), "d0"))
        .collect();
    let began = std::time::Instant::now();
    let progress = Progress::replay(&plan, &events);
    assert_eq!(progress.order("d0").unwrap().state, OrderState::Delivered);
    assert_eq!(progress.conflicts().count(), 99_999);
    // A quarter of a second when optimised; hours when each event costs a walk over all of them.
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}

/// The cases that this fold and the console's must agree on; see `src/ui/shared/fold.test.ts`.
#[test]
fn the_cases_shared_with_the_console() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let file = root.map(|folder| folder.join("tests/events/cases.json")).find(|file| file.exists()).unwrap();
    let cases: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let plan = town();
    for case in cases["cases"].as_array().unwrap() {
        let events: Vec<_> = case["events"].as_array().unwrap().iter().cloned().map(of_case).collect();
        let progress = Progress::replay(&plan, &events);
        for (order, state) in case["states"].as_object().unwrap() {
            let found = progress.order(order).unwrap().state.as_str();
            assert_eq!(state.as_str(), Some(found), "{order}: {}", case["name"]);
        }
    }
}

fn of_case(mut value: serde_json::Value) -> StoredEvent {
    let fields = value.as_object_mut().unwrap();
    let actor = fields.remove("actor").unwrap();
    let received_at = fields.remove("received_at").unwrap().as_i64().unwrap();
    let form: EventForm = serde_json::from_value(value).unwrap();
    StoredEvent {
        number: 1,
        event: Event::try_from(form).unwrap(),
        received_at: Timestamp::from_unix(received_at),
        actor: Actor { id: actor.as_str().unwrap().into(), role: Role::Courier },
    }
}
