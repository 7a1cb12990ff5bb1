//! Orders as text that [`read_orders`](super::read_orders) reads back the same.

use super::decode::VERSION;
use super::words::{channel_word, mode_word};
use crate::clock::DayClock;
use crate::{Day, Order, Pin};

const HEADER: [&str; 18] = [
    "order_id",
    "lon",
    "lat",
    "placed_at",
    "channel",
    "mode",
    "temp_class",
    "kg",
    "litres",
    "tw_start",
    "tw_end",
    "service_min",
    "group_id",
    "centre",
    "address",
    "name",
    "phone",
    "pieces",
];

/// A column that is only written where an order has something in it.
type OptionalColumn = (&'static str, fn(&Order, &DayClock) -> Option<String>);

const OPTIONAL: [OptionalColumn; 5] = [
    ("priority", |order, _| (order.priority != Order::USUAL_PRIORITY).then(|| order.priority.to_string())),
    ("parcel_cm", |order, _| {
        let edges = order.parcel_size?.edges().map(|edge| (edge as f64 / 10.0).to_string());
        Some(edges.join("x"))
    }),
    ("best_before", |order, clock| Some(clock.show_full(order.shelf_life?.best_before))),
    ("min_life_share", |order, _| {
        let share = order.shelf_life?.min_left_ppm;
        (share > 0).then(|| (share as f64 / 1e6).to_string())
    }),
    ("pin", |order, _| (order.pin != Pin::Exact).then(|| order.pin.name().to_owned())),
];

/// Writes the orders of `day` as `orders.csv`, in the order they stand in. All parcels of an order have the class of
/// its first one: a row holds one class.
pub fn write_orders(day: &Day) -> String {
    let clock = clock_of(day);
    write_rows(&day.orders.iter().map(|order| all_cells(order, day, &clock)).collect::<Vec<_>>())
}

fn clock_of(day: &Day) -> DayClock {
    DayClock::new(day.date, &day.timezone)
        .or_else(|| DayClock::new(day.date, "UTC"))
        .expect("UTC is in every time zone database")
}

/// The columns of an order's row, in the order in which they are written.
pub fn order_cell_names() -> impl Iterator<Item = &'static str> {
    HEADER.into_iter().chain(OPTIONAL.iter().map(|(name, _)| *name))
}

/// The cells of an order's row, each with its column; empty where it has nothing to say.
pub fn order_cells(order: &Order, day: &Day) -> Vec<(&'static str, String)> {
    order_cell_names().zip(all_cells(order, day, &clock_of(day))).collect()
}

fn all_cells(order: &Order, day: &Day, clock: &DayClock) -> Vec<String> {
    let more = OPTIONAL.iter().map(|(_, cell)| cell(order, clock).unwrap_or_default());
    row(order, day, clock).into_iter().chain(more).collect()
}

/// A file with these rows, each with a cell for every column of [`order_cells`].
pub fn write_rows(rows: &[Vec<String>]) -> String {
    let mut file = csv::Writer::from_writer(Vec::new());
    let mut write = |cells: &[String]| file.write_record(cells).expect("memory takes every row");
    let is_used = |&column: &usize| column < HEADER.len() || rows.iter().any(|row| !row[column].is_empty());
    let used: Vec<usize> = (0..HEADER.len() + OPTIONAL.len()).filter(is_used).collect();
    let names: Vec<&str> = order_cell_names().collect();
    write(&used.iter().map(|&column| names[column].to_owned()).collect::<Vec<_>>());
    for row in rows {
        write(&used.iter().map(|&column| row[column].clone()).collect::<Vec<_>>());
    }
    let body = file.into_inner().expect("memory takes every row");
    let body = String::from_utf8(body).expect("only text was written");
    format!("# coldmile orders {VERSION}\n{body}")
}

fn row(order: &Order, day: &Day, clock: &DayClock) -> [String; 18] {
    let time = |instant| {
        // A bare time means the day itself; anything else is written in full.
        let short = clock.show(instant);
        if clock.read(&short) == Some(instant) && !short.contains(' ') {
            short
        } else {
            clock.show_full(instant)
        }
    };
    let class = order.parcels.first().map_or("", |parcel| day.cold.classes[parcel.class].id.as_str());
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        order.id.to_string(),
        format!("{:?}", order.point.longitude()),
        format!("{:?}", order.point.latitude()),
        clock.show_full(order.placed_at),
        channel_word(order.channel).to_owned(),
        mode_word(order.fulfilment).to_owned(),
        class.to_owned(),
        (order.load.mass.0 as f64 / 1000.0).to_string(),
        (order.load.volume().0 as f64 / 1000.0).to_string(),
        time(order.window.open()),
        time(order.window.close()),
        minutes(order.service.0),
        text(&order.group),
        order.centre.map_or_else(String::new, |centre| day.network.sites()[centre].id.to_string()),
        text(&order.address),
        text(&order.recipient),
        text(&order.phone),
        order.parcels.len().to_string(),
    ]
}

/// Seconds as minutes with as many decimals as it takes to get the second back.
fn minutes(seconds: i64) -> String {
    let text = format!("{:.3}", seconds as f64 / 60.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
