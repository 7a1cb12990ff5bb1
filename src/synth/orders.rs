//! The orders of a day: what, when and for which door.

use super::config::DemoConfig;
use super::doors::HomeDoors;
use super::locale::Locale;
use coldmile_model::cold::ColdClass;
use coldmile_model::{Channel, ColdRules, DayClock, Fulfilment, Load, Order, Parcel};
use coldmile_units::{Grams, Id, Idx, Millilitres, Seconds, Table, TimeWindow, Timestamp};
use fastrand::Rng;

/// Shares in percent: some 45 ambient, 40 chilled, 15 frozen.
const CLASSES: [(u32, &str); 6] =
    [(45, "ambient"), (16, "produce"), (15, "dairy"), (9, "meat"), (12, "frozen"), (3, "ice-cream")];
const CHANNELS: [(u32, Channel); 5] = [
    (55, Channel::App),
    (15, Channel::Wechat),
    (5, Channel::Call),
    (15, Channel::Assisted),
    (10, Channel::Partner),
];
const MODES: [(u32, Fulfilment); 3] =
    [(52, Fulfilment::Door), (38, Fulfilment::Pickup), (10, Fulfilment::Either)];
/// Windows that the morning wave serves: start, end, share.
const MORNING: [(u32, (&str, &str)); 4] =
    [(30, ("09:30", "12:30")), (30, ("10:00", "13:00")), (25, ("11:00", "14:00")), (15, ("12:00", "14:30"))];
/// Windows that the afternoon wave serves.
const AFTERNOON: [(u32, (&str, &str)); 4] =
    [(25, ("15:00", "18:00")), (30, ("16:00", "19:00")), (30, ("17:00", "20:00")), (15, ("18:00", "20:30"))];
/// When families collect.
const COLLECT: [(u32, (&str, &str)); 4] =
    [(25, ("09:30", "13:00")), (25, ("12:00", "16:00")), (25, ("15:00", "19:00")), (25, ("16:30", "20:30"))];

/// Mass of an order: the logarithm's mean and spread (median 3 kg), and the ends it is cut at.
const LOG_KILOS: (f64, f64) = (1.1, 0.55);
const KILOS: (f64, f64) = (0.3, 14.0);
/// Litres for a kilogram of groceries in their packaging.
const LITRES_PER_KILO: (f64, f64) = (1.8, 3.2);
const MAX_LITRES: f64 = 35.0;
/// How many orders in a hundred belong to a group purchase.
const GROUPED: u32 = 20;

/// What orders are drawn from.
pub(super) struct Demand<'a> {
    pub doors: &'a HomeDoors,
    pub locale: &'a Locale,
    pub clock: &'a DayClock,
    pub rules: &'a ColdRules,
}

impl Demand<'_> {
    /// Invents the orders of a day. Each draws from a random sequence of its own, so that a day of more orders begins with
    /// the same ones.
    pub fn orders(&self, config: &DemoConfig) -> Table<Order> {
        let width = config.orders.to_string().len().max(4);
        (0..config.orders)
            .map(|number| {
                let mut rng = config.seed.derive(1).derive(number as u64).rng();
                self.order(format!("A{:0width$}", number + 1), &mut rng)
            })
            .collect()
    }

    fn order(&self, id: String, rng: &mut Rng) -> Order {
        let Self { doors, locale, clock, rules } = *self;
        let door = doors.draw(rng);
        let fulfilment = pick(&MODES, rng);
        let is_early = rng.bool();
        let times = match (fulfilment, is_early) {
            (Fulfilment::Pickup, _) => pick(&COLLECT, rng),
            (_, true) => pick(&MORNING, rng),
            (_, false) => pick(&AFTERNOON, rng),
        };
        let at = |text: &str| clock.read(text).expect("the windows above are times");
        let window = TimeWindow::new(at(times.0), at(times.1)).expect("the windows above are spans");
        let class = rules.class_by_id(pick(&CLASSES, rng)).expect("the built-in rules have these classes");
        let (mass, volume) = size(rng);
        let mut load = Load { mass, ..Load::default() };
        load[rules.classes[class].compartment] = volume;
        Order {
            point: door.point,
            address: doors.address(&door),
            recipient: Some(locale.person(rng)),
            phone: Some(locale.phone(rng)),
            channel: pick(&CHANNELS, rng),
            fulfilment,
            placed_at: placed_at(window, clock, rng),
            window,
            // Two to six minutes, in steps of half a minute.
            service: Seconds(30 * rng.i64(4..=12)),
            centre: None,
            group: (rng.u32(0..100) < GROUPED).then(|| format!("G{:02}{}", door.town, rng.u32(1..=3))),
            parcels: vec![parcel(&id, class, mass, volume)],
            load,
            priority: Order::USUAL_PRIORITY,
            parcel_size: None,
            shelf_life: None,
            pin: coldmile_model::Pin::Exact,
            id: Id::new(id),
        }
    }
}

fn parcel(id: &str, class: Idx<ColdClass>, mass: Grams, volume: Millilitres) -> Parcel {
    Parcel { id: Id::new(format!("{id}-1")), class, mass, volume }
}

/// Most orders are placed the day before, in time for the morning wave; 40 % of those with a window from 15:00 on are
/// placed the same morning, in time for the afternoon wave.
fn placed_at(window: TimeWindow, clock: &DayClock, rng: &mut Rng) -> Timestamp {
    let at = |text: &str| clock.read(text).expect("the times below are times");
    let between = |from: &str, until: &str, rng: &mut Rng| {
        let minutes = (at(until) - at(from)).0 / 60;
        at(from) + Seconds::minutes(rng.i64(0..minutes.max(1)))
    };
    if window.open() >= at("15:00") && rng.u32(0..100) < 40 {
        between("06:30", "09:15", rng)
    } else {
        between("-1 07:00", "-1 19:45", rng)
    }
}

/// Mass and volume, rounded to 0.1 kg and 0.1 l.
fn size(rng: &mut Rng) -> (Grams, Millilitres) {
    // A normally distributed number (Box and Muller).
    let (u, v) = (1.0 - rng.f64(), rng.f64());
    let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
    let kilos = (LOG_KILOS.0 + LOG_KILOS.1 * normal).exp().clamp(KILOS.0, KILOS.1);
    let density = LITRES_PER_KILO.0 + (LITRES_PER_KILO.1 - LITRES_PER_KILO.0) * rng.f64();
    let litres = (kilos * density).min(MAX_LITRES);
    let tenths = |amount: f64| (amount * 10.0).round().max(1.0) as i64 * 100;
    (Grams(tenths(kilos)), Millilitres(tenths(litres)))
}

/// One of the values, by its share.
fn pick<T: Copy>(shares: &[(u32, T)], rng: &mut Rng) -> T {
    let all: u32 = shares.iter().map(|(share, _)| share).sum();
    let mut at = rng.u32(0..all.max(1));
    for (share, value) in shares {
        if at < *share {
            return *value;
        }
        at -= share;
    }
    shares[shares.len() - 1].1
}
