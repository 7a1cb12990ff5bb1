//! Cold rules as a file: `data/cold/default.toml` is built in, a network may bring its own.
//!
//! `[[class]]`, `[[carrier]]` (with `[carrier.chilled]`, `[carrier.frozen]`) and `[centre]`; each figure may carry a
//! `source`. With `base = "default"` the built-in rules come first and entries of the same id replace them.

use super::cold::{Carrier, ColdClass, ColdLimits, ColdRules, Keeping};
use super::load::Compartment;
use super::problem::InputProblem;
use super::toml_fields::{Fields, TomlFile};
use super::toml_text::quoted;
use coldmile_units::{Celsius, Id, Seconds, Table};
use std::collections::HashMap;
use std::fmt::Write;
use std::ops::RangeInclusive;

/// The built-in rules.
const DEFAULT: &str = include_str!("../../data/cold/default.toml");
/// Temperatures that food and weather can have.
const TEMPERATURE: RangeInclusive<f64> = -90.0..=90.0;
/// Time constants and hold-overs, in minutes.
const SPAN: RangeInclusive<f64> = 0.1..=100_000.0;

/// The rules of `data/cold/default.toml`.
pub fn default_rules() -> ColdRules {
    read_cold_rules(DEFAULT.as_bytes(), "data/cold/default.toml").expect("a test reads the built-in rules")
}

/// Reads a file of cold rules; `name` is the file's name for messages.
///
/// # Errors
/// Every problem of the file, in the order of its lines.
pub fn read_cold_rules(toml: &[u8], name: &str) -> Result<ColdRules, Vec<InputProblem>> {
    let file = TomlFile::new(name, toml)?;
    let top = file.parse()?;
    let rules = {
        let fields = file.fields("", &top);
        match fields.optional_whole("version", 1.0..=1e9) {
            Some(found) if found.value > 1 => {
                let reason = "this file is of a newer version; version 1 is the newest known here";
                return Err(vec![found.problem(name, "cold/newer-version", reason)]);
            }
            Some(_) => {}
            None => fields.missing("version"),
        }
        read_rules(&file, &fields)
    };
    if file.is_clean() { Ok(rules) } else { Err(file.into_problems()) }
}

/// Reads the rules in `fields` as far as they can be read.
pub(super) fn read_rules(file: &TomlFile<'_>, fields: &Fields<'_, '_>) -> ColdRules {
    let mut rules = ColdRules::default();
    if let Some(base) = fields.optional_text("base") {
        if base.value == "default" {
            rules = default_rules();
        } else {
            let reason = "only \"default\" can be built upon";
            file.report(base.problem(file.name(), "cold/unknown-base", reason));
        }
    }
    let mut ids = HashMap::new();
    for table in fields.tables("class", "class") {
        if let Some(class) = read_class(file, &table, &mut ids) {
            put(&mut rules.classes, class, |class| &class.id);
        }
        table.finish();
    }
    let mut ids = HashMap::new();
    for table in fields.tables("carrier", "carrier") {
        if let Some(carrier) = read_carrier(file, &table, &mut ids) {
            put(&mut rules.carriers, carrier, |carrier| &carrier.id);
        }
        table.finish();
    }
    if let Some(centre) = fields.table("centre", "centre") {
        centre.optional_text("source");
        let celsius = |key| centre.optional_number(key, TEMPERATURE).map(|found| Celsius(found.value));
        (rules.fridge_c, rules.freezer_c) =
            (celsius("fridge_c").or(rules.fridge_c), celsius("freezer_c").or(rules.freezer_c));
        if let Some(minutes) = centre.optional_number("transfer_min", 0.0..=240.0) {
            rules.transfer = seconds(minutes.value);
        }
        centre.finish();
    }
    for (kind, is_empty) in [("class", rules.classes.is_empty()), ("carrier", rules.carriers.is_empty())] {
        if is_empty {
            let reason = format!("there is no {kind}");
            file.report(InputProblem::new(file.name(), "cold/nothing-there", reason).at(fields.row()));
        }
    }
    fields.finish();
    rules
}

fn seconds(minutes: f64) -> Seconds {
    Seconds((minutes * 60.0).round() as i64)
}

/// Appends `row`, or replaces the one with the same id.
fn put<T>(table: &mut Table<T>, row: T, id: impl Fn(&T) -> &Id<T>) {
    let known = table.enumerate().find(|(_, known)| id(known) == id(&row)).map(|(position, _)| position);
    match known {
        Some(position) => table[position] = row,
        None => {
            table.push(row);
        }
    }
}

fn read_id(file: &TomlFile<'_>, fields: &Fields<'_, '_>, known: &mut HashMap<String, u64>) -> Option<String> {
    let found = fields.text("id")?;
    if let Some(row) = known.insert(found.value.clone(), found.row) {
        let reason = format!("the id is taken in line {row}");
        file.report(found.problem(file.name(), "cold/duplicate-id", reason));
        return None;
    }
    Some(found.value)
}

fn read_class(
    file: &TomlFile<'_>,
    fields: &Fields<'_, '_>,
    ids: &mut HashMap<String, u64>,
) -> Option<ColdClass> {
    let id = read_id(file, fields, ids);
    fields.optional_text("source");
    let compartment = fields.text("compartment").and_then(|found| {
        let part = Compartment::ALL.into_iter().find(|part| part.name() == found.value);
        if part.is_none() {
            let reason = "must be ambient, chilled or frozen";
            file.report(found.problem(file.name(), "cold/unknown-compartment", reason));
        }
        part
    });
    let longest_ride = fields.optional_number("longest_ride_min", SPAN).map(|found| seconds(found.value));
    let wants_limits = compartment.is_some_and(|part| part != Compartment::Ambient);
    let limits = if wants_limits || fields.has("set_point_c") { read_limits(file, fields) } else { None };
    Some(ColdClass { id: Id::new(id?), compartment: compartment?, limits, longest_ride })
}

fn read_limits(file: &TomlFile<'_>, fields: &Fields<'_, '_>) -> Option<ColdLimits> {
    let set_point = fields.number("set_point_c", TEMPERATURE);
    let accept = fields.number("accept_c", TEMPERATURE);
    let reject = fields.number("reject_c", TEMPERATURE);
    let settling = fields.number("settling_min", SPAN);
    let (set_point, accept, reject) = (set_point?, accept?, reject?);
    if set_point.value > accept.value || accept.value > reject.value {
        let reason = "must not be warmer than what follows: set_point_c, accept_c, reject_c";
        file.report(set_point.problem(file.name(), "cold/reversed-limits", reason));
    }
    Some(ColdLimits {
        set_point_c: Celsius(set_point.value),
        accept_c: Celsius(accept.value),
        reject_c: Celsius(reject.value),
        settling_min: settling?.value,
    })
}

fn read_carrier(
    file: &TomlFile<'_>,
    fields: &Fields<'_, '_>,
    ids: &mut HashMap<String, u64>,
) -> Option<Carrier> {
    let id = read_id(file, fields, ids);
    fields.optional_text("source");
    let door_open = fields.optional_number("door_open_min", 0.0..=240.0).map_or(0.0, |found| found.value);
    let chilled = fields.table("chilled", "carrier.chilled").and_then(|table| read_keeping(file, &table));
    let frozen = fields.table("frozen", "carrier.frozen").and_then(|table| read_keeping(file, &table));
    Some(Carrier { id: Id::new(id?), chilled, frozen, door_open: seconds(door_open) })
}

fn read_keeping(file: &TomlFile<'_>, fields: &Fields<'_, '_>) -> Option<Keeping> {
    fields.optional_text("source");
    let number = |key, range| fields.optional_number(key, range).map(|found| found.value);
    let hold = fields.number("hold_c", TEMPERATURE);
    let share = fields.number("opening_share", 0.0..=1.0);
    let recovery = fields.number("recovery_min", SPAN);
    let hold_over_min = number("hold_over_min", SPAN);
    let reference = number("reference_c", TEMPERATURE).unwrap_or(30.0);
    let (opening_loss, warm_up_min) = (number("opening_loss", 0.0..=1000.0), number("warm_up_min", SPAN));
    fields.finish();
    let hold = hold?;
    if hold_over_min.is_some() && hold.value >= reference {
        let reason = "cooling that runs out must be colder than the outdoors it is stated for";
        file.report(hold.problem(file.name(), "cold/warm-reference", reason));
    }
    Some(Keeping {
        hold_c: Celsius(hold.value),
        hold_over_min,
        reference_c: Celsius(reference),
        opening_share: share?.value,
        recovery_min: recovery?.value,
        opening_loss: opening_loss.unwrap_or(0.0),
        warm_up_min: warm_up_min.unwrap_or(60.0),
    })
}

/// The rules as TOML under the table `path`, such as `cold`.
pub(super) fn write_rules(rules: &ColdRules, path: &str) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_all(rules, path, &mut text);
    text
}

fn write_all(rules: &ColdRules, path: &str, out: &mut String) -> std::fmt::Result {
    for class in &rules.classes {
        writeln!(out, "[[{path}.class]]\nid = {}", quoted(class.id.as_str()))?;
        writeln!(out, "compartment = \"{}\"", class.compartment.name())?;
        if let Some(limits) = &class.limits {
            writeln!(out, "set_point_c = {:?}\naccept_c = {:?}", limits.set_point_c.0, limits.accept_c.0)?;
            writeln!(out, "reject_c = {:?}\nsettling_min = {:?}", limits.reject_c.0, limits.settling_min)?;
        }
        if let Some(ride) = class.longest_ride {
            writeln!(out, "longest_ride_min = {:?}", ride.0 as f64 / 60.0)?;
        }
        writeln!(out)?;
    }
    for carrier in &rules.carriers {
        writeln!(out, "[[{path}.carrier]]\nid = {}", quoted(carrier.id.as_str()))?;
        writeln!(out, "door_open_min = {:?}", carrier.door_open.0 as f64 / 60.0)?;
        for (name, keeping) in [("chilled", &carrier.chilled), ("frozen", &carrier.frozen)] {
            if let Some(keeping) = keeping {
                write!(out, "{name} = {{ hold_c = {:?}, ", keeping.hold_c.0)?;
                if let Some(minutes) = keeping.hold_over_min {
                    write!(out, "hold_over_min = {minutes:?}, ")?;
                }
                write!(out, "reference_c = {:?}, ", keeping.reference_c.0)?;
                write!(out, "opening_share = {:?}, ", keeping.opening_share)?;
                write!(out, "recovery_min = {:?}, ", keeping.recovery_min)?;
                write!(out, "opening_loss = {:?}, ", keeping.opening_loss)?;
                writeln!(out, "warm_up_min = {:?} }}", keeping.warm_up_min)?;
            }
        }
        writeln!(out)?;
    }
    writeln!(out, "[{path}.centre]")?;
    for (key, celsius) in [("fridge_c", rules.fridge_c), ("freezer_c", rules.freezer_c)] {
        if let Some(celsius) = celsius {
            writeln!(out, "{key} = {:?}", celsius.0)?;
        }
    }
    writeln!(out, "transfer_min = {:?}", rules.transfer.0 as f64 / 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_read_and_write_back() {
        let rules = default_rules();
        for class in ["ambient", "chilled", "frozen", "produce", "dairy", "meat", "fish", "ice-cream"] {
            assert!(rules.class_by_id(class).is_some(), "{class}");
        }
        let text = format!("version = 1\n{}", write_rules(&rules, "x").replace("x.", ""));
        assert_eq!(read_cold_rules(text.as_bytes(), "again").unwrap(), rules, "{text}");
    }

    #[test]
    fn a_passive_box_holds_as_long_as_its_ice_melts() {
        // 40 l of EPP, 30 mm thick: UA = 1.2 k A / d; 80 % of the heat that 2 kg of ice take up, at 30 °C outdoors.
        let ua = 1.2 * 0.037 * 0.75 / 0.030;
        let hours = 0.8 * 2.0 * 334_000.0 / (ua * 30.0) / 3600.0;
        assert!((hours - 4.5_f64).abs() < 0.1, "{hours}");
        let rules = default_rules();
        let carrier = &rules.carriers[rules.carrier_by_id("box-ice").unwrap()];
        let stated = carrier.chilled.as_ref().unwrap().hold_over_min.unwrap();
        assert!((stated / 60.0 - hours).abs() < 0.1, "{stated}");
    }

    #[test]
    fn every_carrier_is_cold_enough_for_the_generic_classes() {
        let rules = default_rules();
        for carrier in &rules.carriers {
            for class in ["chilled", "frozen", "dairy", "meat", "produce"] {
                let class = &rules.classes[rules.class_by_id(class).unwrap()];
                if let Some(keeping) = carrier.keeping(class.compartment) {
                    let accept = class.limits.as_ref().unwrap().accept_c;
                    assert!(keeping.hold_c < accept, "{} {}", carrier.id, class.id);
                }
            }
        }
    }

    #[test]
    fn every_slip_in_a_file_is_found_at_once() {
        let text = "version = 1\nbase = \"default\"\n[[class]]\nid = \"x\"\ncompartment = \"cool\"\n\
                    [[class]]\nid = \"y\"\ncompartment = \"chilled\"\nset_point_c = 9\naccept_c = 8\nreject_c = 10\n\
                    settling_min = 0\n[centre]\nfrige_c = 4\n";
        let problems = read_cold_rules(text.as_bytes(), "c.toml").unwrap_err();
        let found: Vec<_> = problems.iter().map(|problem| (problem.row.unwrap(), problem.code)).collect();
        let expected = [
            (5, "cold/unknown-compartment"),
            (9, "cold/reversed-limits"),
            (12, "toml/out-of-range"),
            (14, "toml/unknown-key"),
        ];
        assert_eq!(found, expected, "{problems:#?}");
        assert_eq!(problems[3].candidates, ["fridge_c"]);
    }
}
