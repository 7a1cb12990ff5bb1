//! `coldmile new`: a day folder to begin with, on the roads of a map.

use super::common::Common;
use super::day::{InvalidRows, read_day};
use super::files::{write_atomically, write_privately};
use super::map::OpenMap;
use super::report::{Outcome, Stopwatch};
use crate::docs::{Key, KeyTable, network_keys};
use anyhow::{Context, bail, ensure};
use coldmile_geometry::Point;
use coldmile_road::{Profile, RoadQuery};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

/// Write a day folder to begin with: network.toml with every key explained, and orders.csv with two rows.
#[derive(clap::Args, Debug)]
pub struct NewArgs {
    /// Folder to write; made when it is not there.
    dir: PathBuf,
    /// Map file made by `coldmile import`.
    #[arg(long, value_name = "MAP.cmap")]
    map: PathBuf,
    /// Date of the day [default: tomorrow].
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// IANA time zone of the day [default: that of this machine].
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// ISO 4217 code of the currency.
    #[arg(long, value_name = "CODE", default_value = "EUR")]
    currency: String,
}

/// Hub, centre and two doors.
type Places = [Point; 4];

/// Runs the command.
pub fn run(args: NewArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    let (network, orders) = (args.dir.join("network.toml"), args.dir.join("orders.csv"));
    for file in [&network, &orders] {
        ensure!(!file.exists(), "{} is there already; choose another folder", file.display());
    }
    let zone = match &args.timezone {
        Some(name) => name.clone(),
        None => TimeZone::system().iana_name().unwrap_or("UTC").to_owned(),
    };
    let clock = TimeZone::get(&zone).with_context(|| format!("there is no time zone {zone:?}"))?;
    let date = match args.date {
        Some(date) => date,
        None => Timestamp::now().to_zoned(clock).date().checked_add(1.day())?,
    };
    let map = stopwatch.phase("load", || OpenMap::open(&args.map))?;
    let places = stopwatch.phase("places", || places_on(&map))?;
    fs::create_dir_all(&args.dir).with_context(|| format!("cannot create {}", args.dir.display()))?;
    write_atomically(&network, network_text(date, &zone, &args.currency, &places).as_bytes())?;
    write_privately(&orders, orders_text(&places).as_bytes())?;
    let day = read_day(&args.dir, &map, InvalidRows::Refuse)?;
    let dir = args.dir.display();
    if common.json {
        stopwatch.print_json(
            json!({ "folder": dir.to_string(), "date": date.to_string(), "orders": day.orders.len() }),
        )?;
    } else {
        let map = args.map.display();
        println!("{} and {} written for {date} ({zone})", network.display(), orders.display());
        println!("Next:");
        println!(
            "  1. Put your sites, vehicles, couriers and prices into network.toml, your orders into orders.csv."
        );
        println!("  2. coldmile check {dir} --map {map}");
        println!("  3. coldmile plan {dir} --map {map} --out plan.json");
    }
    Ok(Outcome::Done)
}

/// Places in the middle of the map, some hundred metres from each other, that trucks and vans can reach from one another.
fn places_on(map: &OpenMap) -> anyhow::Result<Places> {
    /// Rows and columns of the grid of places that are tried.
    const GRID: i32 = 41;
    /// How far places are from each other, in metres.
    const APART_M: f64 = 400.0;
    let (low, high) = map.roads().bounds().context("the map has no roads")?;
    let wanted = [Profile::Truck, Profile::Van];
    let indexes: Vec<_> = wanted.iter().filter_map(|profile| map.roads().index(*profile)).collect();
    ensure!(indexes.len() == wanted.len(), "the map has no roads for trucks and vans: import it with both");
    let step = |from: i32, to: i32, at: i32| {
        from + ((i64::from(to) - i64::from(from)) * i64::from(at) / i64::from(GRID - 1)) as i32
    };
    let mut grid: Vec<(i32, i32)> =
        (0..GRID).flat_map(|row| (0..GRID).map(move |column| (row, column))).collect();
    let middle = GRID / 2;
    grid.sort_by_key(|(row, column)| (row - middle).pow(2) + (column - middle).pow(2));
    let mut queries: Vec<_> = indexes.iter().map(|index| RoadQuery::new(index)).collect();
    let mut found: Vec<Point> = Vec::new();
    for (row, column) in grid {
        let at =
            Point::from_e7(step(low.lat_e7(), high.lat_e7(), row), step(low.lon_e7(), high.lon_e7(), column));
        let Ok(snap) = indexes[0].snap(at) else { continue };
        let point = snap.point;
        let is_apart = found.iter().all(|other| other.distance_m(point) > APART_M);
        let is_reached = found.first().is_none_or(|hub| {
            indexes.iter().zip(&mut queries).all(|(index, query)| {
                let (Ok(from), Ok(to)) = (index.snap(*hub), index.snap(point)) else { return false };
                query.route(&from, &to).is_some() && query.route(&to, &from).is_some()
            })
        });
        if is_apart && is_reached {
            found.push(point);
        }
        if let Ok(places) = Places::try_from(found.clone()) {
            return Ok(places);
        }
    }
    bail!("the map has no four places in reach of each other; is it very small?")
}

fn decimal(point: Point) -> (f64, f64) {
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
    (round(point.latitude()), round(point.longitude()))
}

fn orders_text(places: &Places) -> String {
    let mut text =
        String::from("order_id,lat,lon,temp_class,kg,litres,tw_start,tw_end,mode,name,phone,address\n");
    let rows = [("A1", "chilled", "door", "First Family"), ("A2", "ambient", "pickup", "Second Family")];
    for ((id, class, mode, name), door) in rows.into_iter().zip(&places[2..]) {
        let (lat, lon) = decimal(*door);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{id},{lat},{lon},{class},2.5,6,10:00,12:00,{mode},{name},,");
    }
    text
}

/// A table of the file: how it begins, and what it says.
struct Part {
    head: &'static str,
    /// The name of its table of keys.
    keys: &'static str,
    lines: Vec<(&'static str, String)>,
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn part(head: &'static str, keys: &'static str, lines: &[(&'static str, &str)]) -> Part {
    Part { head, keys, lines: lines.iter().map(|(key, value)| (*key, (*value).to_owned())).collect() }
}

fn parts(date: Date, zone: &str, currency: &str, places: &Places) -> Vec<Part> {
    let at = |mut part: Part, place: Point| {
        let (lat, lon) = decimal(place);
        part.lines.insert(2, ("lat", lat.to_string()));
        part.lines.insert(3, ("lon", lon.to_string()));
        part
    };
    let hours = [("open", "\"04:00\""), ("close", "\"22:00\"")];
    let top = Part {
        head: "",
        keys: "",
        lines: vec![
            ("version", "1".to_owned()),
            ("name", quoted("My network")),
            ("date", quoted(&date.to_string())),
            ("timezone", quoted(zone)),
            ("currency", quoted(currency)),
        ],
    };
    vec![
        top,
        part("[weather]", "weather", &[("min_c", "10"), ("max_c", "25")]),
        part("[prices]", "prices", &[("family_per_hour", "10.00")]),
        part("[rules]", "rules", &[("walk_to_door", "true"), ("ride", "\"whole\"")]),
        at(
            part("[[site]]", "site", &[("id", "\"HUB\""), ("kind", "\"hub\""), hours[0], hours[1]]),
            places[0],
        ),
        at(
            part(
                "[[site]]",
                "",
                &[
                    ("id", "\"C01\""),
                    ("kind", "\"centre\""),
                    ("open", "\"07:00\""),
                    ("close", "\"21:00\""),
                    ("storage", "{ ambient_l = 1500, chilled_l = 400, frozen_l = 200 }"),
                    ("handling_min", "15"),
                ],
            ),
            places[1],
        ),
        part("[[lane]]", "lane", &[("from", "\"HUB\""), ("to", "[\"C01\"]")]),
        part(
            "[[wave]]",
            "wave",
            &[
                ("id", "\"morning\""),
                ("cut_off", "\"-1 20:00\""),
                ("hub_ready", "\"06:00\""),
                ("centre_due", "\"09:00\""),
            ],
        ),
        part(
            "[[vehicle_type]]",
            "vehicle_type",
            &[
                ("id", "\"truck\""),
                ("profile", "\"truck\""),
                ("kg", "3500"),
                ("ambient_l", "7000"),
                ("chilled_l", "5000"),
                ("frozen_l", "2500"),
                ("carrier", "\"reefer-truck\""),
                ("per_day", "90.00"),
                ("per_hour", "18.00"),
                ("per_km", "0.60"),
            ],
        ),
        part(
            "[[vehicle_type]]",
            "",
            &[
                ("id", "\"van\""),
                ("profile", "\"van\""),
                ("kg", "700"),
                ("ambient_l", "1600"),
                ("chilled_l", "900"),
                ("frozen_l", "500"),
                ("carrier", "\"reefer-van\""),
                ("per_day", "30.00"),
                ("per_hour", "15.00"),
                ("per_km", "0.25"),
            ],
        ),
        part(
            "[[courier]]",
            "courier",
            &[
                ("id", "\"truck-1\""),
                ("base", "\"HUB\""),
                ("vehicle", "\"truck\""),
                ("start", "\"05:00\""),
                ("end", "\"15:00\""),
            ],
        ),
        part(
            "[[courier]]",
            "",
            &[
                ("id", "\"van-1\""),
                ("base", "\"C01\""),
                ("vehicle", "\"van\""),
                ("start", "\"08:00\""),
                ("end", "\"18:00\""),
            ],
        ),
    ]
}

/// A `network.toml` in which the keys that a small day needs are set, and all others stand as comments with their meaning.
fn network_text(date: Date, zone: &str, currency: &str, places: &Places) -> String {
    let tables = network_keys();
    let mut text = String::from(
        "# One day of a network. A key behind a # is not set: beside it stand its unit, its default, an example and what it\n\
         # means. Times are local; \"-1 20:00\" is the evening before.\n",
    );
    for part in parts(date, zone, currency, places) {
        let known = tables
            .iter()
            .find(|table| table.name == part.keys && (!part.keys.is_empty() || part.head.is_empty()));
        let _ = write_part(&mut text, &part, known, &tables);
    }
    text
}

fn write_part(
    text: &mut String,
    part: &Part,
    known: Option<&KeyTable>,
    tables: &[KeyTable],
) -> std::fmt::Result {
    writeln!(text)?;
    if !part.head.is_empty() {
        writeln!(text, "{}", part.head)?;
    }
    for (key, value) in &part.lines {
        writeln!(text, "{key} = {value}")?;
    }
    let Some(known) = known else { return Ok(()) };
    // Tables of the top level have a place of their own in the file.
    let is_table = |key: &Key| part.head.is_empty() && tables.iter().any(|table| table.name == key.name);
    for key in known
        .keys
        .iter()
        .filter(|key| !part.lines.iter().any(|(name, _)| *name == key.name) && !is_table(key))
    {
        let unit = if key.unit == "–" { String::new() } else { format!("{}; ", key.unit) };
        writeln!(
            text,
            "# {} = {}   # {unit}default {}. {}",
            key.name, key.example, key.default, key.meaning
        )?;
    }
    Ok(())
}
