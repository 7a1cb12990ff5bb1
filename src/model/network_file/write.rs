//! A day's network as text that [`read_network`](super::read_network) reads back the same.

use super::context::VERSION;
use super::money::{decimals, show_money};
use crate::clock::DayClock;
use crate::cold_file::{default_rules, write_rules};
use crate::toml_text::quoted;
use crate::{
    Compartment, Courier, Day, DayRules, Prices, RideRule, Site, SiteKind, Storage, VehicleType, WaveSchedule,
};
use coldmile_units::{Idx, Millilitres, Money, Seconds, Timestamp};
use std::fmt::{self, Write};

/// Writes everything of `day` but its orders as `network.toml`. Times are written to the minute.
pub fn write_network(day: &Day) -> String {
    let utc = || DayClock::new(day.date, "UTC").expect("UTC is in every time zone database");
    let clock = DayClock::new(day.date, &day.timezone).unwrap_or_else(utc);
    let mut writer = Writer { day, clock, out: String::new() };
    // Writing to a string cannot fail.
    let _ = writer.all();
    writer.out
}

fn litres(volume: Millilitres) -> f64 {
    volume.0 as f64 / 1000.0
}

fn minutes(span: Seconds) -> f64 {
    span.0 as f64 / 60.0
}

fn centimetres(millimetres: &[i64]) -> String {
    let texts: Vec<String> = millimetres.iter().map(|&edge| (edge as f64 / 10.0).to_string()).collect();
    texts.join(", ")
}

/// Writes one table after the other.
struct Writer<'d> {
    day: &'d Day,
    clock: DayClock,
    out: String,
}

impl Writer<'_> {
    fn money(&self, amount: Money) -> String {
        show_money(amount, decimals(&self.day.currency))
    }

    fn time(&self, instant: Timestamp) -> String {
        quoted(&self.clock.show(instant))
    }

    fn all(&mut self) -> fmt::Result {
        let day = self.day;
        let has_default_cold = day.cold == default_rules();
        self.head()?;
        if has_default_cold {
            writeln!(self.out, "cold = \"default\"")?;
        }
        writeln!(self.out, "\n[weather]\nhourly_c = {:?}", clock_hours(day, &self.clock))?;
        let prices = [("family_per_hour", day.family_hour), ("late_per_hour", day.late_hour)];
        if prices.iter().any(|price| price.1 != Money::ZERO) {
            writeln!(self.out, "\n[prices]")?;
        }
        for (key, price) in prices.into_iter().filter(|price| price.1 != Money::ZERO) {
            writeln!(self.out, "{key} = {}", self.money(price))?;
        }
        self.rules()?;
        day.network.sites().iter().try_for_each(|site| self.site(site))?;
        self.lanes()?;
        day.network.waves.iter().try_for_each(|wave| self.wave(wave))?;
        day.vehicle_types.iter().try_for_each(|kind| self.vehicle_type(kind))?;
        day.couriers.iter().try_for_each(|courier| self.courier(courier))?;
        if !has_default_cold {
            writeln!(self.out, "\n{}", write_rules(&day.cold, "cold"))?;
        }
        Ok(())
    }

    fn head(&mut self) -> fmt::Result {
        let (day, out) = (self.day, &mut self.out);
        writeln!(out, "version = {VERSION}")?;
        writeln!(out, "name = {}", quoted(&day.name))?;
        writeln!(out, "date = {}", quoted(&day.date.to_string()))?;
        writeln!(out, "timezone = {}", quoted(&day.timezone))?;
        writeln!(out, "currency = {}", quoted(&day.currency))
    }

    /// What differs from a file that says nothing.
    fn rules(&mut self) -> fmt::Result {
        let (rules, out) = (self.day.rules, &mut self.out);
        if rules == DayRules::default() {
            return Ok(());
        }
        writeln!(out, "\n[rules]")?;
        if rules.walk_to_door {
            writeln!(out, "walk_to_door = true")?;
        }
        if rules.ride == RideRule::Whole {
            writeln!(out, "ride = \"whole\"")?;
        }
        if rules.bikes_keep_off_fast_roads {
            writeln!(out, "bikes_on_trunk_roads = false")?;
        }
        Ok(())
    }

    fn site(&mut self, site: &Site) -> fmt::Result {
        let kind = match site.kind {
            SiteKind::Hub => "hub",
            SiteKind::Branch => "branch",
            SiteKind::Centre => "centre",
        };
        let (open, close) = (self.time(site.hours.open()), self.time(site.hours.close()));
        let (handling_cost, fixed_cost) = (self.money(site.handling_cost), self.money(site.fixed_cost));
        let out = &mut self.out;
        writeln!(out, "\n[[site]]\nid = {}\nkind = \"{kind}\"", quoted(site.id.as_str()))?;
        writeln!(out, "name = {}", quoted(&site.name))?;
        writeln!(out, "lat = {:?}\nlon = {:?}", site.point.latitude(), site.point.longitude())?;
        writeln!(out, "open = {open}\nclose = {close}")?;
        if site.storage != Storage::UNLIMITED {
            let [ambient, chilled, frozen] = Compartment::ALL.map(|part| litres(site.storage.of(part)));
            writeln!(
                out,
                "storage = {{ ambient_l = {ambient}, chilled_l = {chilled}, frozen_l = {frozen} }}"
            )?;
        }
        writeln!(out, "handling_min = {}", minutes(site.handling))?;
        writeln!(out, "handling_cost = {handling_cost}\nfixed_cost = {fixed_cost}")?;
        if let Some(Seconds(seconds)) = site.per_parcel_unload {
            writeln!(out, "per_parcel_unload_s = {seconds}")?;
        }
        if let Some(door) = site.storage_door {
            writeln!(out, "storage_door_cm = [{}]", centimetres(&door.edges()))?;
        }
        Ok(())
    }

    /// One table for each site with lanes, the sites it supplies in file order.
    fn lanes(&mut self) -> fmt::Result {
        let network = &self.day.network;
        let id = |site: Idx<Site>| quoted(network.sites()[site].id.as_str());
        for (from, _) in network.sites().enumerate() {
            let mut to: Vec<_> = network.supplied(from).collect();
            to.sort_unstable();
            if !to.is_empty() {
                let to: Vec<String> = to.into_iter().map(id).collect();
                writeln!(self.out, "\n[[lane]]\nfrom = {}\nto = [{}]", id(from), to.join(", "))?;
            }
        }
        Ok(())
    }

    fn wave(&mut self, wave: &WaveSchedule) -> fmt::Result {
        let [cut_off, ready, due] =
            [wave.cut_off, wave.hub_ready, wave.centre_due].map(|instant| self.time(instant));
        writeln!(self.out, "\n[[wave]]\nid = {}\ncut_off = {cut_off}", quoted(wave.id.as_str()))?;
        writeln!(self.out, "hub_ready = {ready}\ncentre_due = {due}")
    }

    fn vehicle_type(&mut self, kind: &VehicleType) -> fmt::Result {
        let Prices { per_day, per_hour, per_km, per_driving_hour, per_overtime_hour } = kind.prices;
        let of_parts = [("per_driving_hour", per_driving_hour), ("per_overtime_hour", per_overtime_hour)]
            .map(|(key, amount)| (key, amount, self.money(amount)));
        let [per_day, per_hour, per_km] = [per_day, per_hour, per_km].map(|amount| self.money(amount));
        let (day, out) = (self.day, &mut self.out);
        writeln!(out, "\n[[vehicle_type]]\nid = {}", quoted(kind.id.as_str()))?;
        writeln!(out, "profile = {}", quoted(&kind.profile))?;
        writeln!(out, "kg = {}", kind.capacity.mass.0 as f64 / 1000.0)?;
        for part in Compartment::ALL {
            writeln!(out, "{}_l = {}", part.name(), litres(kind.capacity[part]))?;
        }
        writeln!(out, "carrier = {}", quoted(day.cold.carriers[kind.carrier].id.as_str()))?;
        writeln!(out, "per_day = {per_day}\nper_hour = {per_hour}\nper_km = {per_km}")?;
        for (key, _, text) in of_parts.iter().filter(|(_, amount, _)| *amount > Money::ZERO) {
            writeln!(out, "{key} = {text}")?;
        }
        if kind.max_overtime > Seconds::ZERO {
            writeln!(out, "max_overtime_min = {}", minutes(kind.max_overtime))?;
        }
        if let Some(volume) = kind.litres {
            writeln!(out, "litres = {}", litres(volume))?;
        }
        if kind.movable_walls {
            writeln!(out, "movable_walls = true")?;
        }
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
        if let Some(size) = kind.max_parcel {
            writeln!(out, "max_parcel_cm = [{}]", centimetres(&size.edges()))?;
        }
        Ok(())
    }

    fn courier(&mut self, courier: &Courier) -> fmt::Result {
        let (start, end) = (self.time(courier.shift.open()), self.time(courier.shift.close()));
        let pause = courier
            .break_rule
            .map(|rule| (rule, self.time(rule.window.open()), self.time(rule.window.close())));
        let (day, out) = (self.day, &mut self.out);
        writeln!(out, "\n[[courier]]\nid = {}", quoted(courier.id.as_str()))?;
        writeln!(out, "name = {}", quoted(&courier.name))?;
        writeln!(out, "base = {}", quoted(day.network.sites()[courier.base].id.as_str()))?;
        writeln!(out, "vehicle = {}", quoted(day.vehicle_types[courier.vehicle].id.as_str()))?;
        writeln!(out, "start = {start}\nend = {end}")?;
        if let Some((rule, from, to)) = pause {
            writeln!(out, "break = {{ min = {}, from = {from}, to = {to} }}", minutes(rule.duration))?;
        }
        Ok(())
    }
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
