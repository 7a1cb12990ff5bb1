//! Sites, lanes and waves.

use super::context::{Context, MAX_AMOUNT, lengths, litres, minutes};
use crate::problem::{InputProblem, similar};
use crate::toml_fields::Fields;
use crate::{DoorSize, Network, Site, SiteKind, Storage, WaveSchedule};
use coldmile_geometry::Point;
use coldmile_units::{Id, Seconds, TimeWindow};
use std::collections::HashMap;

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
        // Without an id of its own nothing can refer to it, and its problem is reported.
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

/// A site as far as it can be read; what cannot is reported and replaced, so that lanes and couriers still find it.
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
        handling_cost: context.money(fields, "handling_cost", MAX_AMOUNT),
        fixed_cost: context.money(fields, "fixed_cost", MAX_AMOUNT),
        per_parcel_unload: fields
            .optional_whole("per_parcel_unload_s", 0.0..=3600.0)
            .map(|found| Seconds(found.value)),
        storage_door: lengths(context, fields, "storage_door_cm").map(DoorSize::new),
    }
}

/// `from` names one site, `to` one or several.
fn read_lanes(context: &Context<'_, '_>, fields: &Fields<'_, '_>, network: &mut Network) {
    for table in fields.tables("lane", "lane") {
        let from = table.text("from");
        let from = from.as_ref().and_then(|found| context.site(network, found));
        if !table.has("to") {
            table.missing("to");
        }
        for found in table.texts("to") {
            let to = context.site(network, &found);
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
