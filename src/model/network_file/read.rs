//! The file as a whole: version, date, zone, currency, weather, cold rules; sites and fleet have files of their own.

use super::context::{Context, VERSION};
use super::fleet::read_fleet;
use super::money::decimals;
use super::sites::read_sites;
use crate::clock::DayClock;
use crate::cold_file::{default_rules, read_rules};
use crate::problem::{InputProblem, similar};
use crate::toml_fields::{Fields, TomlFile};
use crate::{ColdRules, Day, DayRules, Prices, RideRule, Weather};
use coldmile_units::{Money, Table};
use jiff::civil::Date;

/// Reads `network.toml` into a day that has no orders yet.
///
/// `name` is the file's name for messages; `profiles` are the names of the road profiles that vehicles may have.
///
/// # Errors
/// Every problem of the file, in the order of its lines. A file that is not UTF-8 or TOML, or whose version is missing or
/// newer, gives only that problem.
pub fn read_network(toml: &[u8], name: &str, profiles: &[&str]) -> Result<Day, Vec<InputProblem>> {
    let file = TomlFile::new(name, toml)?;
    let top = file.parse()?;
    let fields = file.fields("", &top);
    check_version(&file, &fields)?;
    let day_name = fields.optional_text("name").map_or_else(|| "day".to_owned(), |found| found.value);
    let clock = read_clock(&file, &fields);
    let currency = read_currency(&file, &fields);
    let cold = read_cold(&file, &fields);
    // What follows is read with a stand-in where the head of the file is wrong, so that its own problems show too.
    let stand_in =
        DayClock::new(Date::constant(2026, 1, 1), "UTC").expect("UTC is in every time zone database");
    let known_clock = clock.as_ref().map_or(&stand_in, |(clock, _)| clock);
    let weather = read_weather(&file, &fields, known_clock);
    let context =
        Context { file: &file, clock: known_clock, decimals: decimals(&currency), cold: &cold, profiles };
    let network = read_sites(&context, &fields);
    let (vehicle_types, couriers) = read_fleet(&context, &fields, &network);
    let [family_hour, late_hour] = read_prices(&context, &fields);
    let rules = read_day_rules(&file, &fields);
    fields.finish();
    match (clock, weather) {
        (Some((clock, timezone)), Some(weather)) if file.is_clean() => Ok(Day {
            name: day_name,
            date: clock.date(),
            timezone,
            currency,
            network,
            vehicle_types,
            couriers,
            orders: Table::new(),
            cold,
            weather,
            family_hour,
            rules,
            late_hour,
        }),
        _ => Err(file.into_problems()),
    }
}

/// `[prices]`: what is not the price of a vehicle or a site. Of an hour of a family, and of an hour of lateness.
fn read_prices(context: &Context<'_, '_>, fields: &Fields<'_, '_>) -> [Money; 2] {
    let Some(prices) = fields.table("prices", "prices") else { return [Money::ZERO; 2] };
    let hour = |key| context.optional_money(&prices, key, Prices::MAX_PER_HOUR.0).unwrap_or(Money::ZERO);
    let given = ["family_per_hour", "late_per_hour"].map(hour);
    prices.finish();
    given
}

/// `[rules]`: what is not named keeps its old meaning.
fn read_day_rules(file: &TomlFile<'_>, fields: &Fields<'_, '_>) -> DayRules {
    let mut rules = DayRules::default();
    let Some(table) = fields.table("rules", "rules") else { return rules };
    rules.walk_to_door = table.optional_flag("walk_to_door").unwrap_or_default();
    rules.bikes_keep_off_fast_roads = table.optional_flag("bikes_on_trunk_roads") == Some(false);
    if let Some(found) = table.optional_text("ride") {
        match found.value.as_str() {
            "courier" => rules.ride = RideRule::Courier,
            "whole" => rules.ride = RideRule::Whole,
            other => {
                let reason = "must be courier or whole";
                let problem = found.problem(file.name(), "network/unknown-ride", reason);
                file.report(problem.with_candidates(similar(other, ["courier", "whole"].into_iter())));
            }
        }
    }
    table.finish();
    rules
}

fn check_version(file: &TomlFile<'_>, fields: &Fields<'_, '_>) -> Result<(), Vec<InputProblem>> {
    let found = fields.optional_whole("version", 1.0..=1e9);
    let problem = match found {
        Some(found) if found.value == VERSION => return Ok(()),
        Some(found) => {
            let reason =
                format!("this file is of a newer version; version {VERSION} is the newest known here");
            found.problem(file.name(), "network/newer-version", reason)
        }
        None => InputProblem::new(
            file.name(),
            "network/no-version",
            format!("the file must say which version it is: version = {VERSION}"),
        )
        .in_column("version"),
    };
    Err(vec![problem])
}

fn read_clock(file: &TomlFile<'_>, fields: &Fields<'_, '_>) -> Option<(DayClock, String)> {
    if !fields.has("date") {
        fields.missing("date");
    }
    let date = fields.word("date").and_then(|found| {
        let date = found.value.parse::<Date>().ok().filter(|date| (1970..=2200).contains(&date.year()));
        if date.is_none() {
            let reason = "must be a date of the calendar such as 2026-03-17";
            file.report(found.problem(file.name(), "network/bad-date", reason));
        }
        date
    });
    let zone = fields.text("timezone").and_then(|found| {
        let known = DayClock::new(Date::constant(2026, 1, 1), &found.value).is_some();
        if !known {
            let reason = "there is no such IANA time zone";
            let names = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
            let near = similar(&found.value, names.iter().map(String::as_str));
            let problem = found.problem(file.name(), "network/unknown-timezone", reason);
            file.report(problem.with_candidates(near));
        }
        known.then_some(found.value)
    });
    let (date, zone) = (date?, zone?);
    DayClock::new(date, &zone).map(|clock| (clock, zone))
}

fn read_currency(file: &TomlFile<'_>, fields: &Fields<'_, '_>) -> String {
    let Some(found) = fields.text("currency") else { return "EUR".to_owned() };
    if found.value.len() != 3 || !found.value.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let reason = "must be three capital letters such as EUR or CNY";
        file.report(found.problem(file.name(), "network/bad-currency", reason));
    }
    found.value
}

/// `cold = "default"`, or a table with rules of its own.
fn read_cold(file: &TomlFile<'_>, fields: &Fields<'_, '_>) -> ColdRules {
    if fields.is_table("cold") {
        return fields.table("cold", "cold").map_or_else(default_rules, |rules| read_rules(file, &rules));
    }
    let Some(found) = fields.word("cold") else { return default_rules() };
    if found.value != "default" {
        let reason = "must be \"default\" or a table of rules";
        file.report(found.problem(file.name(), "network/unknown-cold-rules", reason));
    }
    default_rules()
}

/// Outdoor temperatures, in °C.
const OUTDOORS: std::ops::RangeInclusive<f64> = -60.0..=60.0;

/// Temperatures by hour, or a lowest and a highest that a curve is drawn through; 20 °C all day when nothing is said.
fn read_weather(file: &TomlFile<'_>, fields: &Fields<'_, '_>, clock: &DayClock) -> Option<Weather> {
    let Some(fields) = fields.table("weather", "weather") else {
        return (!fields.has("weather")).then(|| weather_of(&[20.0; 24], clock));
    };
    let hourly = fields.numbers("hourly_c", OUTDOORS);
    let (low, high) = (fields.optional_number("min_c", OUTDOORS), fields.optional_number("max_c", OUTDOORS));
    fields.finish();
    if let Some(found) = hourly {
        let Ok(hours) = <[f64; 24]>::try_from(found.value.as_slice()) else {
            let reason = format!("must hold 24 temperatures, not {}", found.value.len());
            file.report(found.problem(file.name(), "network/bad-weather", reason));
            return None;
        };
        return Some(weather_of(&hours, clock));
    }
    let (Some(low), Some(high)) = (low, high) else {
        if file.is_clean() {
            let reason = "say hourly_c, or both min_c and max_c";
            file.report(InputProblem::new(file.name(), "network/bad-weather", reason).at(fields.row()));
        }
        return None;
    };
    if low.value > high.value {
        file.report(low.problem(file.name(), "network/bad-weather", "min_c is above max_c"));
        return None;
    }
    Some(weather_of(&daily_curve(low.value, high.value), clock))
}

/// Weather keeps hours since midnight, files hours on the clock: they differ when the clocks change.
fn weather_of(hours: &[f64; 24], clock: &DayClock) -> Weather {
    let midnight = clock.midnight();
    let at = |hour: usize| hours[clock.hour(midnight + coldmile_units::Seconds(hour as i64 * 3600))];
    Weather { hourly_c: std::array::from_fn(at), midnight }
}

/// Coolest at five in the morning, warmest at three in the afternoon, half a cosine up and half a cosine down.
fn daily_curve(low: f64, high: f64) -> [f64; 24] {
    std::array::from_fn(|hour| {
        let since_coolest = (hour as f64 - 5.0).rem_euclid(24.0);
        let share =
            if since_coolest <= 10.0 { since_coolest / 10.0 } else { 1.0 - (since_coolest - 10.0) / 14.0 };
        let warmth = (1.0 - (share * std::f64::consts::PI).cos()) / 2.0;
        (10.0 * (low + (high - low) * warmth)).round() / 10.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Compartment, Load, SiteKind, write_network};
    use coldmile_units::{Celsius, Millilitres, Seconds, VehicleSize};

    const GOOD: &str = r#"version = 1
name = "Two centres"
date = "2026-03-17"
timezone = "Europe/Malta"
currency = "EUR"
cold = "default"

[weather]
min_c = 10
max_c = 20

[[site]]
id = "H1"
kind = "hub"
lat = 35.88
lon = 14.46
open = "04:00"
close = "22:00"
handling_min = 20

[[site]]
id = "C01"
kind = "centre"
name = "Ċentru Ċiviku"
lat = 35.9
lon = 14.5
open = "08:00"
close = "24:00"
storage = { ambient_l = 1500, chilled_l = 400.5, frozen_l = 200 }
handling_min = 10
handling_cost = 0.35
fixed_cost = 80

[[lane]]
from = "H1"
to = ["C01"]

[[wave]]
id = "afternoon"
cut_off = "09:30"
hub_ready = "11:00"
centre_due = "14:00"

[[wave]]
id = "morning"
cut_off = "-1 20:00"
hub_ready = "05:30"
centre_due = "08:30"

[[vehicle_type]]
id = "e-bike"
profile = "bike"
kg = 80
ambient_l = 100
chilled_l = 60
frozen_l = 40
carrier = "box-ice"
per_day = 6
per_hour = 14.50
per_km = "0.05"
loading_min = 5
max_trips = 4
range_km = 60
co2e_g_per_km = 5

[[courier]]
id = "K1"
name = "Anna"
base = "C01"
vehicle = "e-bike"
start = "08:30"
end = "15:00"
"#;

    const PROFILES: &[&str] = &["truck", "van", "bike", "foot"];

    fn codes(text: &str) -> Vec<(Option<u64>, &'static str)> {
        let problems = read_network(text.as_bytes(), "network.toml", PROFILES).unwrap_err();
        problems.iter().map(|problem| (problem.row, problem.code)).collect()
    }

    fn line(needle: &str) -> Option<u64> {
        let before = GOOD.find(needle).map(|at| &GOOD[..at])?;
        Some(1 + before.matches('\n').count() as u64)
    }

    #[test]
    fn a_network_reads_as_it_is_written() {
        let day = read_network(GOOD.as_bytes(), "network.toml", PROFILES).unwrap();
        let centre = &day.network.sites()[day.network.site_by_id("C01").unwrap()];
        assert_eq!((centre.kind, centre.handling_cost), (SiteKind::Centre, Money(35)));
        assert_eq!(centre.storage.of(Compartment::Chilled), Millilitres(400_500));
        assert_eq!(centre.hours.length(), Seconds(16 * 3600));
        let waves: Vec<_> = day.network.waves.iter().map(|wave| wave.id.as_str()).collect();
        assert_eq!(waves, ["morning", "afternoon"]);
        let courier = day.couriers.iter().next().unwrap();
        assert_eq!(day.vehicle_types[courier.vehicle].prices.per_hour, Money(1450));
        // Eight in the morning, UTC+1.
        assert_eq!(centre.hours.open().unix() % 86400, 7 * 3600);
        assert_eq!((day.weather.hourly_c[5], day.weather.hourly_c[15]), (10.0, 20.0));
        let text = write_network(&day);
        let again = read_network(text.as_bytes(), "again", PROFILES).unwrap();
        assert_eq!(format!("{again:?}"), format!("{day:?}"));
    }

    #[test]
    fn a_courier_who_is_off_is_checked_and_not_on_duty() {
        let read = |lines: &str| {
            let text = GOOD.replacen("end = \"15:00\"", &format!("end = \"15:00\"\n{lines}"), 1);
            read_network(text.as_bytes(), "network.toml", PROFILES)
        };
        assert_eq!(read("off = false").unwrap().couriers.len(), 1);
        assert_eq!(read("off = true").unwrap().couriers.len(), 0);
        assert_eq!(read("off = 1").unwrap_err()[0].column.as_deref(), Some("courier.off"));
        let text = GOOD.replacen("end = \"15:00\"", "end = \"8:00\"\noff = true", 1);
        assert_eq!(codes(&text)[0].1, "network/reversed-shift");
    }

    #[test]
    fn a_vehicle_has_its_own_size_where_the_file_says_so() {
        let of = |lines: &str| {
            let text = GOOD.replacen("max_trips", &format!("{lines}max_trips"), 1);
            let day = read_network(text.as_bytes(), "network.toml", PROFILES).unwrap();
            let again = read_network(write_network(&day).as_bytes(), "again", PROFILES).unwrap();
            assert_eq!(format!("{again:?}"), format!("{day:?}"));
            day.vehicle_types.iter().find_map(|kind| kind.size)
        };
        assert_eq!(of(""), None);
        let size = VehicleSize { height_cm: 305, weight_kg: 7_490, ..VehicleSize::default() };
        assert_eq!(of("height_m = 3.05\ngross_t = 7.49\n"), Some(size));
    }

    #[test]
    fn rules_of_its_own_survive_the_round_trip() {
        let own = GOOD.replace("cold = \"default\"\n", "")
            + "[cold]\nbase = \"default\"\n[[cold.class]]\nid = \"flowers\"\ncompartment = \"chilled\"\n\
               set_point_c = 6\naccept_c = 12\nreject_c = 15\nsettling_min = 30\n";
        let day = read_network(own.as_bytes(), "network.toml", PROFILES).unwrap();
        assert!(day.cold.class_by_id("flowers").is_some() && day.cold.class_by_id("dairy").is_some());
        let again = read_network(write_network(&day).as_bytes(), "again", PROFILES).unwrap();
        assert_eq!(again.cold, day.cold);
    }

    #[test]
    fn days_on_which_the_clocks_change_round_trip_too() {
        for date in ["2026-03-29", "2026-10-25"] {
            let text = GOOD.replace("2026-03-17", date);
            let day = read_network(text.as_bytes(), "network.toml", PROFILES).unwrap();
            let again = read_network(write_network(&day).as_bytes(), "again", PROFILES).unwrap();
            assert_eq!(format!("{again:?}"), format!("{day:?}"));
            // Three in the afternoon is the warmest hour whatever the clocks did in the night.
            let clock = DayClock::new(day.date, &day.timezone).unwrap();
            assert_eq!(day.weather.at(clock.read("15:00").unwrap()), Celsius(20.0));
        }
    }

    #[test]
    fn every_problem_is_found_at_once_with_its_line() {
        let bad = GOOD
            .replace("Europe/Malta", "Europe/Malte")
            .replace("min_c = 10", "min_c = 30")
            .replace("lat = 35.9\n", "lat = 135.9\n")
            .replace("close = \"22:00\"", "close = \"03:00\"")
            .replace("to = [\"C01\"]", "to = [\"C1\"]")
            .replace("centre_due = \"14:00\"", "centre_due = \"10:00\"")
            .replace("profile = \"bike\"", "profile = \"bicycle\"")
            .replace("per_km = \"0.05\"", "per_km = \"0.055\"")
            .replace("carrier = \"box-ice\"", "carrier = \"none\"")
            .replace("kg = 80", "kg = -80")
            .replace("range_km", "range")
            .replace("vehicle = \"e-bike\"", "vehicle = \"ebike\"")
            .replace("end = \"15:00\"", "end = \"8.30\"");
        let expected = [
            (line("timezone"), "network/unknown-timezone"),
            (line("min_c"), "network/bad-weather"),
            (line("close = \"22:00\""), "network/reversed-hours"),
            (line("id = \"C01\"").map(|row| row - 1), "network/centre-without-lane"),
            (line("lat = 35.9\n"), "toml/out-of-range"),
            (line("to = "), "network/unknown-site"),
            (line("centre_due = \"14:00\""), "network/reversed-wave"),
            (line("profile"), "network/unknown-profile"),
            (line("kg = 80"), "toml/out-of-range"),
            (line("carrier = "), "network/carrier-cannot-keep"),
            (line("carrier = "), "network/carrier-cannot-keep"),
            (line("per_km"), "network/bad-money"),
            (line("range_km"), "toml/unknown-key"),
            (line("vehicle = "), "network/unknown-vehicle-type"),
            (line("end = "), "network/bad-time"),
        ];
        assert_eq!(codes(&bad), expected);
    }

    #[test]
    fn a_network_must_have_a_hub_a_wave_and_a_version() {
        let kind = GOOD.replace("kind = \"hub\"", "kind = \"branch\"").replace("[[wave]]", "[[tide]]");
        let found: Vec<_> = codes(&kind).into_iter().map(|(_, code)| code).collect();
        for code in ["network/branch-not-planned", "network/no-hub", "network/no-wave", "network/wrong-lane"]
        {
            assert!(found.contains(&code), "{code} {found:?}");
        }
        assert_eq!(codes(&GOOD.replace("version = 1", "version = 2")), [(Some(1), "network/newer-version")]);
        assert_eq!(codes(&GOOD.replace("version = 1", "")), [(None, "network/no-version")]);
        assert_eq!(codes(&GOOD.replace("id = \"K1\"", "id = K1"))[0].1, "toml/syntax");
        let twice = GOOD.replace("id = \"morning\"\n", "id = \"afternoon\"\n");
        assert_eq!(codes(&twice), [(line("id = \"morning\""), "network/duplicate-id")]);
    }

    fn check_damaged(seed: coldmile_units::Seed) {
        let mut rng = seed.rng();
        let mut bytes = GOOD.as_bytes().to_vec();
        for _ in 0..rng.usize(1..12) {
            let at = rng.usize(..bytes.len());
            match rng.u8(..4) {
                0 => bytes[at] = rng.u8(..),
                1 => drop(bytes.drain(at..(at + rng.usize(1..30)).min(bytes.len()))),
                2 => {
                    let numbers =
                        ["9e300", "-1", "0", "999999999999", "\"+7 23:59\"", "nan", "[[]]", "\u{202E}"];
                    bytes.splice(at..at, rng.choice(numbers).unwrap().bytes());
                }
                _ => bytes.insert(at, *rng.choice(b"\"[]={}.-,09\n#\xff").unwrap()),
            }
        }
        let result = std::panic::catch_unwind(|| read_network(&bytes, "network.toml", PROFILES));
        let result =
            result.unwrap_or_else(|_| panic!("{seed:?} panics: {:?}", String::from_utf8_lossy(&bytes)));
        assert!(result.map_or_else(|problems| (1..=1_000).contains(&problems.len()), |_| true), "{seed:?}");
    }

    #[test]
    fn a_damaged_file_never_panics() {
        (0..3_000).map(coldmile_units::Seed).for_each(check_damaged);
    }

    /// A long run, with its count: `cargo test -p coldmile-model --release -- --ignored --nocapture fuzz`; the number of
    /// files is `FUZZ_FILES`, 100,000 when it is not set.
    #[test]
    #[ignore = "a long run; the command is in its comment"]
    fn fuzz_of_the_network() {
        let files: u64 =
            std::env::var("FUZZ_FILES").ok().and_then(|count| count.parse().ok()).unwrap_or(100_000);
        (0..files).map(|seed| coldmile_units::Seed(1_000_000 + seed)).for_each(check_damaged);
        println!("network.toml: {files} damaged files read, none panics");
    }

    #[test]
    fn a_price_above_what_routes_can_be_searched_with_is_refused() {
        let with = |key: &str, amount: &str| {
            let text =
                GOOD.replace("per_hour = 14.50", "per_hour = 0").replace("per_km = \"0.05\"", "per_km = 0");
            text.replace(&format!("{key} = 0"), &format!("{key} = {amount}"))
        };
        for (key, largest, too_large) in [
            ("per_hour", "603979.77", "603979.78"),
            ("per_hour", "1", "650000"),
            ("per_km", "167772.16", "167772.17"),
        ] {
            let day = read_network(with(key, largest).as_bytes(), "network.toml", PROFILES).unwrap();
            assert!(day.vehicle_types.len() == 1, "{key}");
            let problems =
                read_network(with(key, too_large).as_bytes(), "network.toml", PROFILES).unwrap_err();
            assert_eq!(problems[0].code, "toml/out-of-range", "{key}");
            assert!(problems[0].reason.starts_with("must be between 0 and "), "{}", problems[0].reason);
        }
    }

    #[test]
    fn a_vehicle_has_prices_of_parts_of_its_hours_and_walls_that_move() {
        let with = |lines: &str| {
            let text = GOOD.replace("loading_min = 5", &format!("loading_min = 5\n{lines}"));
            read_network(text.as_bytes(), "network.toml", PROFILES)
        };
        let of = |day: &Day| day.vehicle_types.iter().next().unwrap().clone();
        let plain = of(&with("").unwrap());
        assert_eq!((plain.max_overtime, plain.litres, plain.movable_walls), (Seconds(0), None, false));
        let keys = "per_driving_hour = 3\nper_overtime_hour = \"7.25\"\nmax_overtime_min = 45\nlitres = 90.5\n\
                    movable_walls = true\n";
        let day = with(keys).unwrap();
        let kind = of(&day);
        assert_eq!(kind.prices.per_driving_hour, Money(300));
        assert_eq!(kind.prices.per_overtime_hour, Money(725));
        assert_eq!((kind.max_overtime, kind.litres), (Seconds(2700), Some(Millilitres(90_500))));
        let again = read_network(write_network(&day).as_bytes(), "again", PROFILES).unwrap();
        assert_eq!(of(&again), kind);
        // 90.5 l in one compartment where walls move, 100 l of ambient goods where they do not but litres bind.
        assert_eq!(kind.volume_of(Compartment::Frozen), Millilitres(90_500));
        let litres = |ambient: i64| Load { volumes: [ambient, 0, 0].map(Millilitres), ..Load::default() };
        assert!(kind.takes(&litres(90_500)) && !kind.takes(&litres(90_501)));
        assert!(plain.takes(&litres(100_000)) && !plain.takes(&litres(100_001)));
        for line in
            ["movable_walls = 1\n", "litres = -1\n", "max_overtime_min = 1441\n", "per_overtime_hour = -1\n"]
        {
            assert!(with(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_courier_has_a_break() {
        let with = |rule: &str| {
            let text = GOOD.replace("end = \"15:00\"", &format!("end = \"15:00\"\nbreak = {rule}"));
            read_network(text.as_bytes(), "network.toml", PROFILES)
        };
        let of = |day: &Day| day.couriers.iter().next().unwrap().break_rule;
        let day = with("{ min = 30, from = \"11:30\", to = \"14:00\" }").unwrap();
        let rule = of(&day).unwrap();
        assert_eq!((rule.duration, rule.window.length()), (Seconds(1800), Seconds(9000)));
        let again = read_network(write_network(&day).as_bytes(), "again", PROFILES).unwrap();
        assert_eq!(of(&again), Some(rule));
        for rule in [
            "{ min = 0, from = \"11:30\", to = \"14:00\" }",
            "{ min = 30, from = \"14:30\", to = \"14:00\" }",
            "{ min = 30, from = \"11:30\" }",
            "{ min = 30, from = \"11:30\", to = \"14:00\", paid = 1 }",
            "30",
        ] {
            assert!(with(rule).is_err(), "{rule}");
        }
    }

    #[test]
    fn an_hour_of_a_family_and_one_of_lateness_have_their_prices() {
        let with = |lines: &str| {
            let text = GOOD.replace("[weather]", &format!("{lines}[weather]"));
            read_network(text.as_bytes(), "network.toml", PROFILES)
        };
        assert_eq!(with("").unwrap().family_hour, Money(0));
        assert_eq!(with("[prices]\n").unwrap().family_hour, Money(0));
        let day = with("[prices]\nfamily_per_hour = 7.25\n").unwrap();
        assert_eq!(day.family_hour, Money(725));
        let again = read_network(write_network(&day).as_bytes(), "again", PROFILES).unwrap();
        assert_eq!(again.family_hour, Money(725));
        assert_eq!(day.late_hour, Money(0));
        let day = with("[prices]\nlate_per_hour = 30\n").unwrap();
        assert_eq!([day.family_hour, day.late_hour], [Money(0), Money(3_000)]);
        let again = read_network(write_network(&day).as_bytes(), "again", PROFILES).unwrap();
        assert_eq!(again.late_hour, Money(3_000));
        for line in
            ["family_per_hour = -1\n", "late_per_hour = -1\n", "family = 3\n", "family_per_hour = \"x\"\n"]
        {
            assert!(with(&format!("[prices]\n{line}")).is_err(), "{line}");
        }
    }

    #[test]
    fn ids_have_nothing_hidden_and_problems_have_an_end() {
        for mark in ['\u{200B}', '\u{202E}', '\u{A0}'] {
            let inside = GOOD.replace("id = \"K1\"", &format!("id = \"K{mark}1\""));
            assert_eq!(codes(&inside), [(line("id = \"K1\""), "network/bad-id")], "{mark:?}");
            let outside = GOOD.replace("base = \"C01\"", &format!("base = \"{mark}C01{mark}\""));
            assert!(read_network(outside.as_bytes(), "network.toml", PROFILES).is_ok(), "{mark:?}");
        }
        let long = GOOD.replace("Anna", &"a".repeat(501));
        assert_eq!(codes(&long), [(line("name = \"Anna\""), "toml/long-text")]);
        let many = (0..3_000).map(|key| format!("key{key} = 1\n")).collect::<Vec<_>>().concat();
        let problems =
            read_network(format!("{many}{GOOD}").as_bytes(), "network.toml", PROFILES).unwrap_err();
        assert_eq!((problems.len(), problems[999].code), (1_000, "toml/more-problems"));
        assert!(problems[999].reason.contains("there are 3000"), "{}", problems[999].reason);
        let large = " ".repeat(2 << 20);
        assert_eq!(codes(&large), [(None, "toml/too-large")]);
    }

    #[test]
    fn rules_of_a_day_are_read_and_written_and_absent_ones_mean_the_old() {
        let with = |lines: &str| {
            let text = GOOD.replace("[weather]", &format!("{lines}[weather]"));
            read_network(text.as_bytes(), "network.toml", PROFILES)
        };
        assert_eq!(with("").unwrap().rules, DayRules::default());
        assert!(!write_network(&with("[rules]\nride = \"courier\"\n").unwrap()).contains("rules"));
        assert!(!write_network(&with("[rules]\nbikes_on_trunk_roads = true\n").unwrap()).contains("rules"));
        let lines = "[rules]\nwalk_to_door = true\nride = \"whole\"\nbikes_on_trunk_roads = false\n";
        let day = with(lines).unwrap();
        let all = DayRules { walk_to_door: true, ride: RideRule::Whole, bikes_keep_off_fast_roads: true };
        assert_eq!(day.rules, all);
        let again = read_network(write_network(&day).as_bytes(), "again", PROFILES).unwrap();
        assert_eq!(again.rules, day.rules);
        for (line, code) in [
            ("walk_to_door = 1", "toml/wrong-kind"),
            ("bikes_on_trunk_roads = \"no\"", "toml/wrong-kind"),
            ("ride = \"hole\"", "network/unknown-ride"),
            ("walk = true", "toml/unknown-key"),
        ] {
            let problems = with(&format!("[rules]\n{line}\n")).unwrap_err();
            assert_eq!(problems[0].code, code, "{line}");
        }
    }

    #[test]
    fn sizes_and_unloading_are_read_and_written() {
        let edit = |site: &str, kind: &str| {
            let text = GOOD.replace("fixed_cost = 80", &format!("fixed_cost = 80\n{site}"));
            text.replace("max_trips = 4", &format!("max_trips = 4\n{kind}"))
        };
        let text =
            edit("per_parcel_unload_s = 20\nstorage_door_cm = [120, 60.5]", "max_parcel_cm = [40, 60, 20]");
        let day = read_network(text.as_bytes(), "network.toml", PROFILES).unwrap();
        let centre = &day.network.sites()[day.network.site_by_id("C01").unwrap()];
        assert_eq!(centre.per_parcel_unload, Some(Seconds(20)));
        assert_eq!(centre.storage_door.map(|door| door.edges()), Some([1_200, 605]));
        let size = day.vehicle_types.iter().find_map(|kind| kind.max_parcel);
        assert_eq!(size.map(|size| size.edges()), Some([600, 400, 200]));
        let again = read_network(write_network(&day).as_bytes(), "again", PROFILES).unwrap();
        assert_eq!(format!("{again:?}"), format!("{day:?}"));
        for (site, kind, code) in [
            ("per_parcel_unload_s = -1", "", "toml/out-of-range"),
            ("storage_door_cm = [60]", "", "network/bad-size"),
            ("", "max_parcel_cm = [60, 40]", "network/bad-size"),
            ("", "max_parcel_cm = [60, 40, 0]", "toml/out-of-range"),
        ] {
            assert_eq!(codes(&edit(site, kind))[0].1, code, "{site}{kind}");
        }
        let kind = |number: usize| {
            format!(
                "[[vehicle_type]]\nid = \"v{number}\"\nprofile = \"van\"\nkg = 1\ncarrier = \"none\"\n\
                 max_parcel_cm = [{}, 40, 40]\n",
                number + 1
            )
        };
        let kinds = |count| GOOD.to_owned() + &(0..count).map(kind).collect::<String>();
        assert!(read_network(kinds(16).as_bytes(), "network.toml", PROFILES).is_ok());
        assert_eq!(codes(&kinds(17))[0].1, "network/too-many-sizes");
    }
}
