//! Changes that a plan says would admit an order: they are of the day's files as these are.
//!
//! Whether an order is served after a change only a search could tell.

use super::super::case::Case;
use super::super::violation::{Amount, Subject, Violation};
use coldmile_model::{DayFiles, Edit, EditTable};
use coldmile_plan::{Relaxation, RelaxationKind, UnplannedOrder};
use coldmile_units::Money;
use serde_json::Value;

/// Changes name tables, rows and values that the files have, are of the kind they say, and come with the cheapest first.
pub fn edits(case: &Case, found: &mut Vec<Violation>) {
    if case
        .plan
        .unplanned
        .iter()
        .all(|unplanned| unplanned.relaxations.is_empty() && unplanned.tried.is_empty())
    {
        return;
    }
    let files = DayFiles::new(case.day);
    for unplanned in &case.plan.unplanned {
        let mut report = |text: String, amount: Option<Amount>| {
            let subject = Subject::Order(unplanned.order.clone());
            let violation = Violation::new("audit/false-relaxation", subject, text);
            found.push(match amount {
                Some(amount) => violation.by(amount),
                None => violation,
            });
        };
        if !unplanned.tried.is_sorted() || unplanned.tried.windows(2).any(|pair| pair[0] == pair[1]) {
            report("the kinds that were tried are not listed once each, in order".to_owned(), None);
        }
        let mut before = Money::ZERO;
        for relaxation in &unplanned.relaxations {
            if relaxation.cost < before {
                let text = format!("{} costs less than the change before it", relaxation.kind.name());
                report(text, Some(Amount::Money(relaxation.cost - before)));
            }
            before = relaxation.cost;
            if let Some(text) = fault(&files, unplanned, relaxation) {
                report(format!("the change {}: {text}", relaxation.kind.name()), None);
            }
        }
    }
}

/// What is wrong with a change.
fn fault(files: &DayFiles<'_>, unplanned: &UnplannedOrder, relaxation: &Relaxation) -> Option<String> {
    if !unplanned.tried.contains(&relaxation.kind) {
        return Some("is not among those that were tried".to_owned());
    }
    if relaxation.edits.is_empty() {
        return Some("edits nothing".to_owned());
    }
    relaxation.edits.iter().find_map(|edit| edit_fault(files, unplanned, relaxation.kind, edit))
}

fn edit_fault(
    files: &DayFiles<'_>,
    unplanned: &UnplannedOrder,
    kind: RelaxationKind,
    edit: &Edit,
) -> Option<String> {
    let (table, id) = (edit.table.name(), &edit.id);
    if edit.file != edit.table.file() {
        return Some(format!("{table} is not a table of that file"));
    }
    if !is_of(kind, edit) {
        return Some(format!("{table} {} is not of its kind", edit.field.as_deref().unwrap_or("row")));
    }
    if edit.table == EditTable::Order && edit.field.is_some() && *id != unplanned.order.to_string() {
        return Some(format!("it is of order {id}"));
    }
    let Some(field) = &edit.field else {
        let is_row = edit.from.is_null()
            && edit.to.get("id").or_else(|| edit.to.get("order_id")).and_then(Value::as_str) == Some(id);
        if files.has_row(edit.table, id) {
            return Some(format!("there is a {table} {id} already"));
        }
        return (!is_row).then(|| format!("the new {table} has not the id {id}"));
    };
    match files.value(edit.table, id, field) {
        None => Some(format!("there is no {table} {id} with {field}")),
        Some(present) if present != edit.from => {
            Some(format!("{table} {id} {field} is {present}, not {}", edit.from))
        }
        Some(present) => (present == edit.to).then(|| format!("{table} {id} {field} is {present} already")),
    }
}

/// Whether an edit is one that changes of this kind have.
fn is_of(kind: RelaxationKind, edit: &Edit) -> bool {
    let field = edit.field.as_deref();
    match kind {
        RelaxationKind::Window => {
            edit.table == EditTable::Order && matches!(field, Some("tw_start" | "tw_end"))
        }
        RelaxationKind::CutOff => (edit.table, field) == (EditTable::Wave, Some("cut_off")),
        RelaxationKind::HubReady => (edit.table, field) == (EditTable::Wave, Some("hub_ready")),
        RelaxationKind::CentreDue => (edit.table, field) == (EditTable::Wave, Some("centre_due")),
        RelaxationKind::Storage => {
            edit.table == EditTable::Site && field.is_some_and(|field| field.starts_with("storage."))
        }
        RelaxationKind::Hours => edit.table == EditTable::Site && matches!(field, Some("open" | "close")),
        RelaxationKind::Shift => edit.table == EditTable::Courier && matches!(field, Some("start" | "end")),
        RelaxationKind::Courier | RelaxationKind::Truck => (edit.table, field) == (EditTable::Courier, None),
        RelaxationKind::Range => (edit.table, field) == (EditTable::VehicleType, Some("range_km")),
        RelaxationKind::Centre => (edit.table, field) == (EditTable::Order, Some("centre")),
        RelaxationKind::Mode => (edit.table, field) == (EditTable::Order, Some("mode")),
        RelaxationKind::Pin => edit.table == EditTable::Order && matches!(field, Some("lat" | "lon")),
        RelaxationKind::Split => {
            edit.table == EditTable::Order && matches!(field, None | Some("kg" | "litres" | "pieces"))
        }
    }
}
