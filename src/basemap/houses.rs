//! Doors of a street: the one that a query names, or where it lies between others.

use super::address::{AddressEntry, EntryKind, House, Spot};
use super::fold::{is_number, words};
use super::query::QueryWord;
use coldmile_geometry::Point;

/// A door that a query names.
pub(super) enum Door<'e> {
    /// The map has it; with the words that name it.
    Known(&'e House, Vec<bool>),
    /// The map has doors with numbers around its own: a point between them, and how far it may be from there in metres.
    Between(Spot, u32),
}

/// Numbers that are further apart than this say nothing of what lies between.
const MAX_GAP: u32 = 40;
/// The door next to a known one is at most this far away, by numbers, to lie where that one is.
const MAX_STEP: u32 = 10;
/// Least reach of a door that was put between others: more than that of a street which is precise enough.
const MIN_REACH_M: f64 = 160.0;

/// The door of `entry` that the words name which its own name does not use.
pub(super) fn door_of<'e>(
    entry: &'e AddressEntry,
    query: &[QueryWord],
    name_used: &[bool],
) -> Option<Door<'e>> {
    if entry.houses.is_empty() {
        return None;
    }
    named(entry, query, name_used)
        .or_else(|| number_at(query, name_used).and_then(|at| numbered(entry, query, at)))
}

/// The position of the house number: the number behind the name of the street, else the one before it, else the first that
/// stands elsewhere.
fn number_at(query: &[QueryWord], name_used: &[bool]) -> Option<usize> {
    let first = name_used.iter().position(|used| *used)?;
    let last = name_used.iter().rposition(|used| *used)?;
    let is_open = |at: &usize| query.get(*at).is_some_and(|word| word.is_number && !name_used[*at]);
    let next_to = [Some(last + 1), first.checked_sub(1)].into_iter().flatten();
    next_to.chain(0..query.len()).find(is_open)
}

fn numbered<'e>(entry: &'e AddressEntry, query: &[QueryWord], at: usize) -> Option<Door<'e>> {
    let number = query[at].text.as_str();
    let letter = query.get(at + 1).filter(|word| word.text.chars().count() == 1 && !word.is_number);
    let with_letter = letter.map(|letter| format!("{number}{}", letter.text));
    let known = |number: &str, is_whole: bool| {
        entry.houses.iter().find(|house| {
            let parts = words(&house.number);
            if is_whole {
                parts.concat() == number
            } else {
                parts.iter().any(|part| part == number) || is_within(&parts, number)
            }
        })
    };
    let with_letter = with_letter.and_then(|number| known(&number, true));
    let house = with_letter.or_else(|| known(number, true)).or_else(|| known(number, false));
    if let Some(house) = house {
        let mut used = vec![false; query.len()];
        used[at] = true;
        if with_letter.is_some() {
            used[at + 1] = true;
        }
        return Some(Door::Known(house, used));
    }
    (entry.kind == EntryKind::Street).then(|| between(entry, value(number)?)).flatten()
}

/// Whether a house of two numbers, `12-16`, has the number between them.
fn is_within(parts: &[String], number: &str) -> bool {
    let ([from, to], Ok(number)) = (parts, number.parse::<u32>()) else { return false };
    let (Ok(from), Ok(to)) = (from.parse::<u32>(), to.parse::<u32>()) else { return false };
    (from..=to).contains(&number) && number % 2 == from % 2
}

/// The number that a house number begins with.
fn value(number: &str) -> Option<u32> {
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    number[..digits].parse().ok()
}

/// A point between the doors whose numbers are next to `number`, those on the same side of the street first.
fn between<'e>(entry: &AddressEntry, number: u32) -> Option<Door<'e>> {
    let houses = || entry.houses.iter().filter_map(|house| Some((value(&house.number)?, house.spot)));
    let same_side = || houses().filter(|(value, _)| value % 2 == number % 2);
    let below = same_side().filter(|(value, _)| *value <= number).max_by_key(|(value, _)| *value);
    let above = same_side().filter(|(value, _)| *value >= number).min_by_key(|(value, _)| *value);
    if let (Some((low, from)), Some((high, to))) = (below, above)
        && high - low <= MAX_GAP
    {
        let share = if high == low { 0.0 } else { f64::from(number - low) / f64::from(high - low) };
        let (from, to): (Point, Point) = (from.into(), to.into());
        let along = |a: i32, b: i32| a + (f64::from(b - a) * share) as i32;
        let point = Point::from_e7(along(from.lat_e7(), to.lat_e7()), along(from.lon_e7(), to.lon_e7()));
        return Some(Door::Between(point.into(), from.distance_m(to).max(MIN_REACH_M) as u32));
    }
    let (near, spot) = houses().min_by_key(|(value, _)| value.abs_diff(number))?;
    let apart = near.abs_diff(number);
    (apart <= MAX_STEP).then(|| Door::Between(spot, MIN_REACH_M as u32 + 15 * apart))
}

/// The house whose whole name the words have: `Villa Rosa`, `Office 2`.
fn named<'e>(entry: &'e AddressEntry, query: &[QueryWord], name_used: &[bool]) -> Option<Door<'e>> {
    let is_wanted =
        |text: &String| query.iter().zip(name_used).any(|(word, used)| !used && word.text == *text);
    let mut best: Option<(&House, Vec<String>)> = None;
    for house in &entry.houses {
        let parts = words(&house.number);
        let has_name =
            parts.iter().any(|part| !is_number(part) && part.chars().count() > 1) || parts.len() > 2;
        let fits = has_name && parts.iter().all(is_wanted);
        if fits && best.as_ref().is_none_or(|(_, known)| parts.len() > known.len()) {
            best = Some((house, parts));
        }
    }
    let (house, parts) = best?;
    let used = query.iter().zip(name_used).map(|(word, used)| !used && parts.contains(&word.text)).collect();
    Some(Door::Known(house, used))
}
