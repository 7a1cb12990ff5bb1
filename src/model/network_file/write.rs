//! A day's network as text that [`read_network`](super::read_network) reads back the same.

use super::money::{decimals, show_money};
use super::read::VERSION;
use crate::clock::DayClock;
use crate::cold_file::{default_rules, write_rules};
use crate::{Compartment, Day, SiteKind};
use coldmile_units::{Millilitres, Money, Seconds, Timestamp};
use std::fmt::Write;

/// Writes everything of `day` but its orders as `network.toml`. Times are written to the minute.
pub fn write_network(day: &Day) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_all(day, &mut text);
    text
}

/// `text` with the quotation marks and escapes of TOML.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn litres(volume: Millilitres) -> f64 {
    volume.0 as f64 / 1000.0
}

fn minutes(span: Seconds) -> f64 {
    span.0 as f64 / 60.0
}

fn write_all(day: &Day, out: &mut String) -> std::fmt::Result {
    let utc = || DayClock::new(day.date, "UTC").expect("UTC is in every time zone database");
    let clock = DayClock::new(day.date, &day.timezone).unwrap_or_else(utc);
    let money = |amount: Money| show_money(amount, decimals(&day.currency));
    let time = |instant: Timestamp| quoted(&clock.show(instant));
    writeln!(out, "version = {VERSION}")?;
    writeln!(out, "name = {}", quoted(&day.name))?;
    writeln!(out, "date = {}", quoted(&day.date.to_string()))?;
    writeln!(out, "timezone = {}", quoted(&day.timezone))?;
    writeln!(out, "currency = {}", quoted(&day.currency))?;
    let default_cold = day.cold == default_rules();
    if default_cold {
        writeln!(out, "cold = \"default\"")?;
    }
    writeln!(out, "\n[weather]\nhourly_c = {:?}", clock_hours(day, &clock))?;

    for site in day.network.sites() {
        let kind = match site.kind {
            SiteKind::Hub => "hub",
            SiteKind::Branch => "branch",
            SiteKind::Centre => "centre",
        };
        writeln!(out, "\n[[site]]\nid = {}\nkind = \"{kind}\"", quoted(site.id.as_str()))?;
        writeln!(out, "name = {}", quoted(&site.name))?;
        writeln!(out, "lat = {:?}\nlon = {:?}", site.point.latitude(), site.point.longitude())?;
        writeln!(out, "open = {}\nclose = {}", time(site.hours.open()), time(site.hours.close()))?;
        if site.storage != crate::Storage::UNLIMITED {
            let [ambient, chilled, frozen] = Compartment::ALL.map(|part| litres(site.storage.of(part)));
            writeln!(
                out,
                "storage = {{ ambient_l = {ambient}, chilled_l = {chilled}, frozen_l = {frozen} }}"
            )?;
        }
        writeln!(out, "handling_min = {}", minutes(site.handling))?;
        writeln!(out, "handling_cost = {}", money(site.handling_cost))?;
        writeln!(out, "fixed_cost = {}", money(site.fixed_cost))?;
    }

    for (from, site) in day.network.sites().enumerate() {
        let mut to: Vec<_> = day.network.supplied(from).collect();
        to.sort_unstable();
        if !to.is_empty() {
            let to: Vec<String> =
                to.into_iter().map(|to| quoted(day.network.sites()[to].id.as_str())).collect();
            writeln!(out, "\n[[lane]]\nfrom = {}\nto = [{}]", quoted(site.id.as_str()), to.join(", "))?;
        }
    }

    for wave in &day.network.waves {
        writeln!(out, "\n[[wave]]\nid = {}\ncut_off = {}", quoted(wave.id.as_str()), time(wave.cut_off))?;
        writeln!(out, "hub_ready = {}\ncentre_due = {}", time(wave.hub_ready), time(wave.centre_due))?;
    }

    for kind in &day.vehicle_types {
        writeln!(out, "\n[[vehicle_type]]\nid = {}", quoted(kind.id.as_str()))?;
        writeln!(out, "profile = {}", quoted(&kind.profile))?;
        writeln!(out, "kg = {}", kind.capacity.mass.0 as f64 / 1000.0)?;
        for part in Compartment::ALL {
            writeln!(out, "{}_l = {}", part.name(), litres(kind.capacity[part]))?;
        }
        writeln!(out, "carrier = {}", quoted(day.cold.carriers[kind.carrier].id.as_str()))?;
        writeln!(out, "per_day = {}", money(kind.prices.per_day))?;
        writeln!(out, "per_hour = {}", money(kind.prices.per_hour))?;
        writeln!(out, "per_km = {}", money(kind.prices.per_km))?;
        writeln!(out, "loading_min = {}\nmax_trips = {}", minutes(kind.loading), kind.max_trips)?;
        if let Some(range) = kind.range {
            writeln!(out, "range_km = {}", range.0 as f64 / 1000.0)?;
        }
        if let Some(size) = kind.size {
            let sides = [
                ("height_m", size.height_cm, 100.0),
                ("width_m", size.width_cm, 100.0),
                ("length_m", size.length_cm, 100.0),
                ("gross_t", size.weight_kg, 1000.0),
            ];
            for (key, number, unit) in sides.into_iter().filter(|side| side.1 > 0) {
                writeln!(out, "{key} = {}", f64::from(number) / unit)?;
            }
        }
        writeln!(out, "co2e_g_per_km = {}", kind.co2e_g_per_km)?;
    }

    for courier in &day.couriers {
        writeln!(out, "\n[[courier]]\nid = {}", quoted(courier.id.as_str()))?;
        writeln!(out, "name = {}", quoted(&courier.name))?;
        writeln!(out, "base = {}", quoted(day.network.sites()[courier.base].id.as_str()))?;
        writeln!(out, "vehicle = {}", quoted(day.vehicle_types[courier.vehicle].id.as_str()))?;
        writeln!(out, "start = {}\nend = {}", time(courier.shift.open()), time(courier.shift.close()))?;
    }
    if !default_cold {
        writeln!(out, "\n{}", write_rules(&day.cold, "cold"))?;
    }
    Ok(())
}

/// Temperatures by the hour on the clock; an hour that the clock skips gets the temperature of the one before.
fn clock_hours(day: &Day, clock: &DayClock) -> [f64; 24] {
    let mut hours = [f64::NAN; 24];
    for elapsed in 0..24 {
        let shown = clock.hour(day.weather.midnight + Seconds(elapsed * 3600));
        if hours[shown].is_nan() {
            hours[shown] = day.weather.hourly_c[elapsed as usize];
        }
    }
    let mut last = day.weather.hourly_c[23];
    for hour in &mut hours {
        if hour.is_nan() {
            *hour = last;
        }
        last = *hour;
    }
    hours
}
