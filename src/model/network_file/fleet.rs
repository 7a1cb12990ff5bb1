//! Vehicle types and couriers.

use super::context::{Context, MAX_AMOUNT, lengths, litres, minutes};
use crate::problem::{InputProblem, similar};
use crate::toml_fields::{FieldValue, Fields};
use crate::{BoxSize, Break, Compartment, Courier, Load, Network, Prices, SiteKind, VehicleType};
use coldmile_units::{Grams, Id, Idx, Metres, Seconds, Table, VehicleSize};
use std::collections::{BTreeSet, HashMap};

/// Reads `[[vehicle_type]]` and `[[courier]]`.
pub(super) fn read_fleet(
    context: &Context<'_, '_>,
    fields: &Fields<'_, '_>,
    network: &Network,
) -> (Table<VehicleType>, Table<Courier>) {
    let mut ids = HashMap::new();
    let mut types = Table::new();
    for table in fields.tables("vehicle_type", "vehicle_type") {
        let id = context.id(&table, &mut ids);
        types.push(read_type(context, &table, id.unwrap_or_default()));
        table.finish();
    }
    check_sizes(context, fields, &types);
    let mut ids = HashMap::new();
    let mut couriers = Table::new();
    for table in fields.tables("courier", "courier") {
        if let Some(courier) = read_courier(context, &table, network, &types, &mut ids) {
            couriers.push(courier);
        }
        table.finish();
    }
    (types, couriers)
}

/// Most different limits of parcel size: each is a skill of the routing problems.
const MAX_SIZES: usize = 16;

fn check_sizes(context: &Context<'_, '_>, fields: &Fields<'_, '_>, types: &Table<VehicleType>) {
    let sizes: BTreeSet<BoxSize> = types.iter().filter_map(|kind| kind.max_parcel).collect();
    if sizes.len() > MAX_SIZES {
        let reason =
            format!("there are {} different max_parcel_cm; at most {MAX_SIZES} are known", sizes.len());
        let problem = InputProblem::new(context.file.name(), "network/too-many-sizes", reason);
        context.report(problem.at(fields.row()).in_column("vehicle_type.max_parcel_cm"));
    }
}

/// A vehicle type as far as it can be read, so that couriers still find it.
fn read_type(context: &Context<'_, '_>, fields: &Fields<'_, '_>, id: String) -> VehicleType {
    let file = context.file.name();
    let profile = fields.text("profile");
    if let Some(found) = profile.as_ref().filter(|found| !context.profiles.contains(&found.value.as_str())) {
        let reason = format!("there is no such road profile; there are {}", context.profiles.join(", "));
        let near = similar(&found.value, context.profiles.iter().copied());
        context.report(found.problem(file, "network/unknown-profile", reason).with_candidates(near));
    }
    let kilos = fields.number("kg", 0.001..=100_000.0).map_or(0.0, |found| found.value);
    let mut capacity = Load { mass: Grams((kilos * 1000.0).round() as i64), ..Load::default() };
    for (part, key) in Compartment::ALL.into_iter().zip(["ambient_l", "chilled_l", "frozen_l"]) {
        capacity[part] = litres(fields, key);
    }
    VehicleType {
        id: Id::new(id),
        profile: profile.map(|found| found.value).unwrap_or_default(),
        size: read_size(fields),
        carrier: read_carrier(context, fields, &capacity),
        capacity,
        prices: Prices {
            per_day: context.money(fields, "per_day", MAX_AMOUNT),
            per_hour: context.money(fields, "per_hour", Prices::MAX_PER_HOUR.0),
            per_km: context.money(fields, "per_km", Prices::MAX_PER_KM.0),
            per_driving_hour: context.money(fields, "per_driving_hour", Prices::MAX_PER_HOUR.0),
            per_overtime_hour: context.money(fields, "per_overtime_hour", Prices::MAX_PER_HOUR.0),
        },
        loading: minutes(fields, "loading_min"),
        max_trips: fields.optional_whole("max_trips", 1.0..=100.0).map_or(1, |found| found.value as u32),
        range: fields
            .optional_number("range_km", 0.1..=10_000.0)
            .map(|found| Metres((found.value * 1000.0).round() as i64)),
        co2e_g_per_km: fields.optional_whole("co2e_g_per_km", 0.0..=100_000.0).map_or(0, |found| found.value),
        max_overtime: minutes(fields, "max_overtime_min"),
        litres: fields.has("litres").then(|| litres(fields, "litres")),
        movable_walls: fields.optional_flag("movable_walls").unwrap_or(false),
        max_parcel: lengths(context, fields, "max_parcel_cm").map(BoxSize::new),
    }
}

/// The size on the road: what is not given fits everywhere; when nothing is given the road profile's own size holds.
fn read_size(fields: &Fields<'_, '_>) -> Option<VehicleSize> {
    let number = |key, max| fields.optional_number(key, 0.1..=max).map(|found| found.value);
    let (height, width, length) =
        (number("height_m", 10.0), number("width_m", 10.0), number("length_m", 60.0));
    let tonnes = number("gross_t", 200.0);
    let is_given = [height, width, length, tonnes].iter().any(Option::is_some);
    is_given.then(|| VehicleSize::from_metres(height, width, length, tonnes))
}

/// The carrier, which must be able to keep cold what the vehicle has capacity for.
fn read_carrier(
    context: &Context<'_, '_>,
    fields: &Fields<'_, '_>,
    capacity: &Load,
) -> Idx<crate::cold::Carrier> {
    let file = context.file.name();
    let Some(found) = fields.text("carrier") else { return Idx::new(0) };
    let Some(position) = context.cold.carrier_by_id(&found.value) else {
        let known = context.cold.carriers.iter().map(|carrier| carrier.id.as_str());
        let near = similar(&found.value, known.clone());
        let reason = format!("there is no such carrier; there are {}", known.collect::<Vec<_>>().join(", "));
        context.report(found.problem(file, "network/unknown-carrier", reason).with_candidates(near));
        return Idx::new(0);
    };
    for part in [Compartment::Chilled, Compartment::Frozen] {
        if capacity[part].0 > 0 && context.cold.carriers[position].keeping(part).is_none() {
            let reason = format!(
                "this carrier cannot keep goods {}, but the vehicle has capacity for them",
                part.name()
            );
            context.report(found.problem(file, "network/carrier-cannot-keep", reason));
        }
    }
    position
}

/// A courier on duty; `None` for one who is off that day, or whose table has a problem.
fn read_courier(
    context: &Context<'_, '_>,
    fields: &Fields<'_, '_>,
    network: &Network,
    types: &Table<VehicleType>,
    ids: &mut HashMap<String, u64>,
) -> Option<Courier> {
    let file = context.file.name();
    let id = context.id(fields, ids);
    let name = fields.optional_text("name").map(|found| found.value);
    let base_text = fields.text("base");
    let base = base_text.as_ref().and_then(|found| context.site(network, found));
    let vehicle_text = fields.text("vehicle");
    let vehicle = vehicle_text.as_ref().and_then(|found| vehicle_type(context, types, found));
    let shift = context.span(fields, ("start", "end"), "network/reversed-shift");
    if let (Some(shift), Some(start)) = (shift, context.time(fields, "start"))
        && shift.length() > Seconds(24 * 3600)
    {
        let reason = "the shift is longer than a day";
        context.report(start.problem(file, "network/long-shift", reason));
    }
    let break_rule = read_break(context, fields);
    if let (Some(base), Some(found)) = (base, &base_text)
        && network.sites()[base].kind == SiteKind::Branch
    {
        context.report(found.problem(file, "network/wrong-base", "couriers start at a hub or a centre"));
    }
    let is_off = fields.optional_flag("off").unwrap_or(false);
    let id = id?;
    let (base, vehicle, shift) = (base?, vehicle?, shift?);
    if is_off {
        return None;
    }
    Some(Courier {
        name: name.unwrap_or_else(|| id.clone()),
        id: Id::new(id),
        base,
        vehicle,
        shift,
        break_rule,
    })
}

/// The break of a shift, as far as it can be read.
fn read_break(context: &Context<'_, '_>, fields: &Fields<'_, '_>) -> Option<Break> {
    let table = fields.table("break", "break")?;
    let duration = table.number("min", 1.0..=1440.0);
    let window = context.span(&table, ("from", "to"), "network/reversed-break");
    table.finish();
    Some(Break { window: window?, duration: Seconds((duration?.value * 60.0).round() as i64) })
}

fn vehicle_type(
    context: &Context<'_, '_>,
    types: &Table<VehicleType>,
    found: &FieldValue<String>,
) -> Option<Idx<VehicleType>> {
    let position = types.enumerate().find(|(_, kind)| kind.id.as_str() == found.value);
    if position.is_none() {
        let near = similar(&found.value, types.iter().map(|kind| kind.id.as_str()));
        let problem = found.problem(
            context.file.name(),
            "network/unknown-vehicle-type",
            "there is no such vehicle type",
        );
        context.report(problem.with_candidates(near));
    }
    position.map(|(position, _)| position)
}
