//! Sites, lanes and waves.

use super::money::read_money;
use super::read::Context;
use crate::problem::{InputProblem, similar};
use crate::toml_fields::{Fields, Found};
use crate::{Network, Site, SiteKind, Storage, WaveSchedule};
use coldmile_geometry::Point;
use coldmile_units::{Id, Idx, Millilitres, Money, Seconds, TimeWindow, Timestamp};
use std::collections::HashMap;
use std::ops::RangeInclusive;

/// Amounts above this are a slip of the pen.
const DEAREST: i64 = 1_000_000_000;
/// Longest handling or loading that is believed, in minutes.
const MINUTES: RangeInclusive<f64> = 0.0..=1440.0;

impl Context<'_, '_> {
    pub(super) fn report(&self, problem: InputProblem) {
        self.file.report(problem);
    }

    /// An id that has not been used before in `known`; its position is booked there.
    pub(super) fn id(&self, fields: &Fields<'_, '_>, known: &mut HashMap<String, u64>) -> Option<String> {
        let found = fields.text("id")?;
        if found.value.chars().count() > 64 || found.value.chars().any(char::is_control) {
            let reason = "an id has at most 64 characters, none of them invisible";
            self.report(found.problem(self.file.name(), "network/bad-id", reason));
        }
        if let Some(row) = known.insert(found.value.clone(), found.row) {
            let reason = format!("the id is taken in line {row}");
            self.report(found.problem(self.file.name(), "network/duplicate-id", reason));
            return None;
        }
        Some(found.value)
    }

    pub(super) fn money(&self, fields: &Fields<'_, '_>, key: &'static str) -> Money {
        let Some(found) = fields.word(key) else { return Money::ZERO };
        match read_money(&found.value, self.decimals) {
            Some(money) if (0..=DEAREST).contains(&money.0) => money,
            Some(_) => {
                self.report(found.problem(
                    self.file.name(),
                    "toml/out-of-range",
                    "must be a believable price",
                ));
                Money::ZERO
            }
            None => {
                let reason = format!("must be an amount with at most {} decimals", self.decimals);
                self.report(found.problem(self.file.name(), "network/bad-money", reason));
                Money::ZERO
            }
        }
    }

    pub(super) fn time(&self, fields: &Fields<'_, '_>, key: &'static str) -> Option<Found<Timestamp>> {
        let found = fields.text(key)?;
        let Some(value) = self.clock.read(&found.value) else {
            let reason = "must be a local time such as 08:30, or -1 20:00 for the evening before";
            self.report(found.problem(self.file.name(), "network/bad-time", reason));
            return None;
        };
        Some(Found { value, row: found.row, column: found.column, text: found.text })
    }

    /// The span between two times, a problem with `code` when it is reversed.
    pub(super) fn span(
        &self,
        fields: &Fields<'_, '_>,
        keys: (&'static str, &'static str),
        code: &'static str,
    ) -> Option<TimeWindow> {
        let (from, until) = (self.time(fields, keys.0), self.time(fields, keys.1));
        let (from, until) = (from?, until?);
        if from.value == until.value {
            let reason = format!("{} and {} are the same", keys.0, keys.1);
            self.report(until.problem(self.file.name(), code, reason));
            return None;
        }
        TimeWindow::new(from.value, until.value).map_or_else(
            |_| {
                let reason = format!("{} comes before {}", keys.1, keys.0);
                self.report(until.problem(self.file.name(), code, reason));
                None
            },
            Some,
        )
    }
}

pub(super) fn litres(fields: &Fields<'_, '_>, key: &'static str) -> Millilitres {
    let litres = fields.optional_number(key, 0.0..=1e6).map_or(0.0, |found| found.value);
    Millilitres((litres * 1000.0).round() as i64)
}

pub(super) fn minutes(fields: &Fields<'_, '_>, key: &'static str) -> Seconds {
    let minutes = fields.optional_number(key, MINUTES).map_or(0.0, |found| found.value);
    Seconds((minutes * 60.0).round() as i64)
}

/// Reads `[[site]]`, `[[lane]]` and `[[wave]]`.
pub(super) fn read_sites(context: &Context<'_, '_>, fields: &Fields<'_, '_>) -> Network {
    let mut network = Network::default();
    let mut ids = HashMap::new();
    let mut rows = Vec::new();
    let tables = fields.tables("site", "site");
    for table in &tables {
        let id = context.id(table, &mut ids);
        let site = read_site(context, table, id.clone().unwrap_or_default());
        table.finish();
        // Without an id of its own nothing can refer to it, and its problem is booked.
        if id.is_some() {
            rows.push(table.row());
            network.add_site(site);
        }
    }
    read_lanes(context, fields, &mut network);
    read_waves(context, fields, &mut network);
    check_network(context, &network, &rows);
    network
}

/// A site as far as it can be read; what cannot is booked and replaced, so that lanes and couriers still find it.
fn read_site(context: &Context<'_, '_>, fields: &Fields<'_, '_>, id: String) -> Site {
    let kind = fields.text("kind").and_then(|found| match found.value.as_str() {
        "hub" => Some(SiteKind::Hub),
        "centre" => Some(SiteKind::Centre),
        "branch" => {
            let reason = "branches between hub and centres cannot be planned yet";
            context.report(found.problem(context.file.name(), "network/branch-not-planned", reason));
            None
        }
        other => {
            let problem = found.problem(context.file.name(), "network/unknown-kind", "must be hub or centre");
            context.report(problem.with_candidates(similar(other, ["hub", "centre"].into_iter())));
            None
        }
    });
    let kind = kind.unwrap_or(SiteKind::Branch);
    let name = fields.optional_text("name").map_or_else(|| id.clone(), |found| found.value);
    let (latitude, longitude) = (fields.number("lat", -90.0..=90.0), fields.number("lon", -180.0..=180.0));
    let point = match (latitude, longitude) {
        (Some(latitude), Some(longitude)) => Point::new(latitude.value, longitude.value).ok(),
        _ => None,
    };
    let hours = context.span(fields, ("open", "close"), "network/reversed-hours");
    let storage = match fields.table("storage", "storage") {
        Some(table) => {
            let storage = Storage {
                ambient: litres(&table, "ambient_l"),
                chilled: litres(&table, "chilled_l"),
                frozen: litres(&table, "frozen_l"),
            };
            table.finish();
            storage
        }
        None if kind == SiteKind::Centre && !fields.has("storage") => {
            fields.missing("storage");
            Storage::UNLIMITED
        }
        None => Storage::UNLIMITED,
    };
    Site {
        id: Id::new(id),
        kind,
        name,
        point: point.unwrap_or(Point::from_e7(0, 0)),
        hours: hours.unwrap_or(TimeWindow::ALWAYS),
        storage,
        handling: minutes(fields, "handling_min"),
        handling_cost: context.money(fields, "handling_cost"),
        fixed_cost: context.money(fields, "fixed_cost"),
    }
}

/// The site that `found` names, or a problem with the names it may have meant.
pub(super) fn site(context: &Context<'_, '_>, network: &Network, found: &Found<String>) -> Option<Idx<Site>> {
    let site = network.site_by_id(&found.value);
    if site.is_none() {
        let known = network.sites().iter().map(|site| site.id.as_str());
        let problem = found.problem(context.file.name(), "network/unknown-site", "there is no such site");
        context.report(problem.with_candidates(similar(&found.value, known)));
    }
    site
}

/// `from` names one site, `to` one or several.
fn read_lanes(context: &Context<'_, '_>, fields: &Fields<'_, '_>, network: &mut Network) {
    for table in fields.tables("lane", "lane") {
        let from = table.text("from");
        let from = from.as_ref().and_then(|found| site(context, network, found));
        if !table.has("to") {
            table.missing("to");
        }
        for found in table.texts("to") {
            let to = site(context, network, &found);
            let (Some(from), Some(to)) = (from, to) else { continue };
            if network.sites()[from].kind != SiteKind::Hub || network.sites()[to].kind != SiteKind::Centre {
                let reason = "a lane leads from a hub to a centre";
                context.report(found.problem(context.file.name(), "network/wrong-lane", reason));
            } else if network.supplied(from).any(|known| known == to) {
                let reason = "there is such a lane already";
                context.report(found.problem(context.file.name(), "network/duplicate-lane", reason));
            } else {
                network.add_lane(from, to);
            }
        }
        table.finish();
    }
}

fn read_waves(context: &Context<'_, '_>, fields: &Fields<'_, '_>, network: &mut Network) {
    let mut ids = HashMap::new();
    let mut waves = Vec::new();
    let tables = fields.tables("wave", "wave");
    for table in &tables {
        let id = context.id(table, &mut ids);
        let (cut_off, ready) = (context.time(table, "cut_off"), context.time(table, "hub_ready"));
        let due = context.time(table, "centre_due");
        table.finish();
        let (Some(id), Some(cut_off), Some(ready), Some(due)) = (id, cut_off, ready, due) else { continue };
        let code = "network/reversed-wave";
        if cut_off.value > ready.value {
            let reason = "orders are cut off after the goods stand ready at the hub";
            context.report(cut_off.problem(context.file.name(), code, reason));
        }
        if ready.value >= due.value {
            let reason = "goods are due at the centres before they stand ready at the hub";
            context.report(due.problem(context.file.name(), code, reason));
        }
        waves.push(WaveSchedule {
            id: Id::new(id),
            cut_off: cut_off.value,
            hub_ready: ready.value,
            centre_due: due.value,
        });
    }
    waves.sort_by(|a, b| (a.hub_ready, a.centre_due, &a.id).cmp(&(b.hub_ready, b.centre_due, &b.id)));
    network.waves = waves.into();
    if tables.is_empty() {
        let reason = "there is no [[wave]]: nothing would ever leave the hub";
        context.report(InputProblem::new(context.file.name(), "network/no-wave", reason));
    }
}

/// What only shows when all sites and lanes are known.
fn check_network(context: &Context<'_, '_>, network: &Network, rows: &[u64]) {
    let file = context.file.name();
    if network.sites_of(SiteKind::Hub).next().is_none() {
        context.report(InputProblem::new(file, "network/no-hub", "there is no site of kind hub"));
    }
    if network.sites_of(SiteKind::Centre).next().is_none() {
        context.report(InputProblem::new(file, "network/no-centre", "there is no site of kind centre"));
    }
    for (position, site) in network.sites_of(SiteKind::Centre) {
        if network.suppliers(position).next().is_none() {
            let reason = "no lane leads from a hub to this centre";
            let problem = InputProblem::new(file, "network/centre-without-lane", reason);
            context
                .report(problem.at(rows[position.get()]).in_column("site.id").with_value(site.id.as_str()));
        }
    }
}
