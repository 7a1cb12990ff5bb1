//! Cells that can be read without the others: amounts, words from a list, telephone numbers.

use super::columns::Column;
use super::numbers::{Amount, amount};
use super::row::OrderRow;
use super::table::CellKind;
use super::words;
use crate::cold::ColdClass;
use crate::problem::similar;
use crate::visible::{MAX_TEXT, plain_text};
use crate::{BoxSize, Channel, Fulfilment, Load, Order, Parcel, Pin};
use coldmile_units::{Grams, Id, Idx, Millilitres, Seconds};

/// Time at a door when a file does not say.
const USUAL_SERVICE: Seconds = Seconds(180);
/// An order that is heavier or larger than this is taken for a typing error.
const MAX_KG: f64 = 2_000.0;
const MAX_LITRES: f64 = 5_000.0;
/// Longest service at one door, in minutes.
const MAX_SERVICE_MIN: f64 = 240.0;
const MAX_PIECES: f64 = 100.0;
/// A longer edge of a parcel is taken for a typing error.
const MAX_EDGE_CM: f64 = 300.0;

/// Columns whose cells are texts: what a workbook keeps as a date, or as yes or no, was something else before.
const TEXTS: [Column; 6] =
    [Column::Id, Column::Group, Column::Centre, Column::Address, Column::Recipient, Column::Phone];

/// What spreadsheets show for a formula that failed.
const ERRORS: [&str; 8] = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"];

/// Reports cells that hold nothing that could be read: failed formulas, cells of the wrong kind, cells that are too long; and
/// gives their columns.
pub(super) fn check(row: &mut OrderRow<'_>) -> Vec<Column> {
    let header = row.header;
    let mut unreadable = Vec::new();
    for (column, _) in header.places() {
        let Some(text) = row.cell(column) else { continue };
        let is_narrow = text.len() >= 3 && text.bytes().all(|byte| byte == b'#');
        let is_wrong_kind =
            TEXTS.contains(&column) && matches!(row.kind(column), CellKind::Moment | CellKind::Truth);
        if text.chars().nth(MAX_TEXT).is_some() {
            row.wrong(column, "order/long-text", format!("has more than {MAX_TEXT} characters"));
        } else if is_narrow || ERRORS.contains(&text) {
            let reason =
                "is what a spreadsheet shows for a formula that failed or a column that is too narrow";
            row.wrong(column, "order/cell-error", reason);
            unreadable.push(column);
        } else if is_wrong_kind {
            let reason = "a spreadsheet has taken the text for something else; format the column as text and type it again";
            row.wrong(column, "order/not-text", reason);
            unreadable.push(column);
        }
    }
    unreadable
}

/// Drops what else was said of cells that cannot be read.
pub(super) fn keep_first(row: &mut OrderRow<'_>, unreadable: &[Column]) {
    for column in unreadable {
        let name = row.header.written(*column);
        row.problems.retain(|problem| {
            problem.column.as_deref() != Some(name)
                || ["order/cell-error", "order/not-text"].contains(&problem.code)
        });
    }
}

/// How well the door is known, where the file says so.
pub(super) fn pin(row: &mut OrderRow<'_>) -> Pin {
    let Some(word) = row.cell(Column::Pin) else { return Pin::Exact };
    words::pin(word).unwrap_or_else(|| {
        let known: Vec<_> = words::pin_words().collect();
        let reason = format!("must be one of {}", known.join(", "));
        row.ask(Column::Pin, "order/unknown-pin", reason, similar(word, known.into_iter()));
        Pin::Exact
    })
}

/// Mass, and the volume in the first compartment; the caller moves it to the compartment of the class.
pub(super) fn load(row: &mut OrderRow<'_>) -> Option<Load> {
    let mut amount = |column, code, max: f64, unit: &str| {
        row.needed(column)?;
        let number = row.number(column, code)?;
        if number <= 0.0 {
            row.wrong(column, code, "must be more than 0");
            return None;
        }
        if number > max {
            row.wrong(column, code, format!("no order has more than {max} {unit}"));
            return None;
        }
        Some(((number * 1000.0).round() as i64).max(1))
    };
    let mass = amount(Column::Kilos, "order/bad-weight", MAX_KG, "kg");
    let volume = amount(Column::Litres, "order/bad-volume", MAX_LITRES, "litres");
    Some(Load { mass: Grams(mass?), volumes: [Millilitres(volume?), Millilitres::ZERO, Millilitres::ZERO] })
}

pub(super) fn channel(row: &mut OrderRow<'_>) -> Channel {
    let Some(word) = row.cell(Column::Channel) else { return Channel::App };
    words::channel(word).unwrap_or_else(|| {
        let known: Vec<_> = words::channel_words().collect();
        let reason = format!("there is no such channel; there are {}", known.join(", "));
        let problem = row.problem(Column::Channel, "order/unknown-channel", reason);
        row.problems.push(problem.with_candidates(similar(word, known.into_iter())));
        Channel::App
    })
}

pub(super) fn mode(row: &mut OrderRow<'_>) -> Fulfilment {
    let Some(word) = row.cell(Column::Mode) else { return Fulfilment::Door };
    words::mode(word).unwrap_or_else(|| {
        let known: Vec<_> = words::mode_words().collect();
        let reason = format!("there is no such mode of delivery; there are {}", known.join(", "));
        let problem = row.problem(Column::Mode, "order/unknown-mode", reason);
        row.problems.push(problem.with_candidates(similar(word, known.into_iter())));
        Fulfilment::Door
    })
}

pub(super) fn service(row: &mut OrderRow<'_>) -> Seconds {
    let Some(minutes) = row.number(Column::Service, "order/bad-service") else { return USUAL_SERVICE };
    if !(0.0..=MAX_SERVICE_MIN).contains(&minutes) {
        let reason = format!("must lie between 0 and {MAX_SERVICE_MIN} minutes");
        row.wrong(Column::Service, "order/bad-service", reason);
    }
    Seconds((minutes * 60.0).round() as i64)
}

/// The telephone number without characters that have no shape, and without the decimals that a column of numbers gets
/// when one of its cells is empty (`35660776826.0`).
pub(super) fn phone(row: &mut OrderRow<'_>) -> Option<String> {
    let phone = plain_text(row.cell(Column::Phone)?);
    // The mark that spreadsheets show before a number that is a text.
    let is_marked =
        phone.strip_prefix('\'').filter(|rest| rest.starts_with(|c: char| c == '+' || c.is_ascii_digit()));
    let phone = is_marked.map_or(phone.clone(), str::to_owned);
    let upper = phone.to_ascii_uppercase();
    let is_scientific = upper.split_once('E').is_some_and(|(number, power)| {
        let number = number.trim().replacen(',', ".", 1);
        number.parse::<f64>().is_ok() && power.trim().trim_start_matches('+').parse::<u32>().is_ok()
    });
    if is_scientific {
        row.wrong(Column::Phone, "order/phone-scientific", ROUNDED);
    }
    let whole = phone.split_once(['.', ',']).filter(|(whole, decimals)| {
        let digits = whole.trim_start_matches('+');
        !decimals.is_empty()
            && decimals.bytes().all(|byte| byte == b'0')
            && digits.len() >= 5
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let phone = whole.map(|(whole, _)| whole.to_owned()).unwrap_or(phone);
    (!phone.trim().is_empty()).then_some(phone)
}

const ROUNDED: &str = "a spreadsheet has rounded the number; format the column as text and export it again";

/// Reports an id that a spreadsheet has taken for a number and rounded, such as `1.9E+18` or `2,02611E+14`.
pub(super) fn check_rounded(row: &mut OrderRow<'_>, column: Column) {
    if row.cell(column).is_some_and(is_rounded) {
        row.wrong(column, "order/rounded-number", ROUNDED);
    }
}

/// One digit, perhaps decimals after a point or comma, `E`, a sign, and at least two digits: no shop writes ids so.
fn is_rounded(text: &str) -> bool {
    let Some((number, power)) = text.trim_start_matches(['-', '+']).split_once(['E', 'e']) else {
        return false;
    };
    let (whole, decimals) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let power = power.strip_prefix(['+', '-']).unwrap_or_default();
    whole.len() == 1 && digits(whole) && digits(decimals) && power.len() >= 2 && digits(power)
}

pub(super) fn pieces(row: &mut OrderRow<'_>) -> i64 {
    let Some(pieces) = row.number(Column::Pieces, "order/bad-pieces") else { return 1 };
    if pieces.fract() != 0.0 || !(1.0..=MAX_PIECES).contains(&pieces) {
        let reason = format!("must be a whole number from 1 to {MAX_PIECES}");
        row.wrong(Column::Pieces, "order/bad-pieces", reason);
        return 1;
    }
    pieces as i64
}

/// 1 to 9; what a file does not say is 5.
pub(super) fn priority(row: &mut OrderRow<'_>) -> u8 {
    let Some(number) = row.number(Column::Priority, "order/bad-priority") else {
        return Order::USUAL_PRIORITY;
    };
    if number.fract() != 0.0 || !(1.0..=9.0).contains(&number) {
        row.wrong(Column::Priority, "order/bad-priority", "must be a whole number from 1 to 9");
        return Order::USUAL_PRIORITY;
    }
    number as u8
}

/// The edges of each piece.
pub(super) fn parcel_size(row: &mut OrderRow<'_>) -> Option<BoxSize> {
    let text = row.cell(Column::ParcelSize)?;
    let plain = plain_text(text).replace(',', ".");
    let edge = |text: &str| {
        let text = text.trim();
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let edge = text.parse::<f64>().ok().filter(|edge| is_plain && (0.1..=MAX_EDGE_CM).contains(edge))?;
        Some((edge * 10.0).round() as i64)
    };
    let edges: Option<Vec<i64>> = plain.split(['x', 'X', '×', '*']).map(edge).collect();
    let edges: Option<[i64; 3]> = edges.and_then(|edges| edges.try_into().ok());
    if edges.is_none() {
        let reason = format!("must be three edges in centimetres, at most {MAX_EDGE_CM}, such as 40x30x20");
        row.wrong(Column::ParcelSize, "order/bad-size", reason);
    }
    edges.map(BoxSize::new)
}

/// The share of its life that must be left, in millionths; nothing where the file does not say.
pub(super) fn min_life_share(row: &mut OrderRow<'_>) -> i64 {
    let percent = row.cell(Column::MinLifeShare).and_then(|text| text.trim_end().strip_suffix('%'));
    let share = match percent.map(|percent| amount(percent, row.raw.comma)) {
        Some(Amount::One(percent)) => percent / 100.0,
        _ => match row.number(Column::MinLifeShare, "order/bad-life-share") {
            Some(share) => share,
            None => return 0,
        },
    };
    if !(0.0..=1.0).contains(&share) {
        row.wrong(Column::MinLifeShare, "order/bad-life-share", "must lie between 0 and 1");
        return 0;
    }
    (share * 1e6).round() as i64
}

/// `pieces` parcels of equal size; what does not divide evenly goes to the first.
pub(super) fn split(
    id: &str,
    class: Idx<ColdClass>,
    mass: Grams,
    volume: Millilitres,
    pieces: i64,
) -> Vec<Parcel> {
    let share = |all: i64, piece: i64| all / pieces + if piece == 0 { all % pieces } else { 0 };
    (0..pieces)
        .map(|piece| Parcel {
            id: Id::new(format!("{id}-{}", piece + 1)),
            class,
            mass: Grams(share(mass.0, piece)),
            volume: Millilitres(share(volume.0, piece)),
        })
        .collect()
}
