//! Two times that make a window: in one cell, around a clock change, over midnight.

use super::times::time_text;
use crate::clock::DayClock;
use coldmile_units::{Seconds, Timestamp};

/// Why a cell holds no window.
pub(super) const REASON: &str = "must be two times such as 08:00-12:00; whole hours such as 10-13 only where the second is \
                                 13 or more, so that neither a date nor an hour of the afternoon can be meant";

/// What may stand between the two times of a window.
const BETWEEN: [&str; 14] = ["-", "–", "—", "−", "‐", "‑", "―", "－", "~", "～", "〜", "至", "到", "…"];
const WORDS_BETWEEN: [&str; 4] = [" to ", " bis ", " until ", " till "];

/// The two times of a cell, in forms that [`DayClock::read_any`] takes.
pub(super) fn split(cell: &str, clock: &DayClock) -> Option<(String, String)> {
    // Dates hold dashes too: the one that leaves a time on both sides is meant.
    let lower = cell.to_ascii_lowercase();
    let cuts = BETWEEN
        .iter()
        .chain(&WORDS_BETWEEN)
        .flat_map(|sign| lower.match_indices(sign).map(|(at, sign)| (&cell[..at], &cell[at + sign.len()..])));
    let times =
        |(from, until): (&str, &str)| Some((time_text(from, clock).ok()?, time_text(until, clock).ok()?));
    if let Some(times) = cuts.clone().find_map(times) {
        return Some(times);
    }
    cuts.into_iter().find_map(|(from, until)| {
        let (from, until) = (hour(from)?, hour(until)?);
        (from < until && (13..=24).contains(&until)).then(|| (format!("{from}:00"), format!("{until}:00")))
    })
}

/// A whole hour of the day without minutes.
fn hour(text: &str) -> Option<u8> {
    let text = text.trim();
    let is_plain = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

/// What is wrong with a window whose times the clock skips, and what was probably meant. Where only the start is skipped
/// and the window ends later than the time it is read as, nothing is wrong.
pub(super) fn skipped(
    clock: &DayClock,
    texts: [&String; 2],
    [open, close]: [Timestamp; 2],
) -> Option<(String, String)> {
    let gaps = texts.map(|text| clock.after_gap(text));
    let (Some(change), is_reversed) = (gaps[0].or(gaps[1]), open > close) else { return None };
    let is_lost = gaps[0].is_some() && gaps[1].is_some();
    if !is_reversed && !is_lost {
        return None;
    }
    let (from, until) = (gaps[0].unwrap_or(open), gaps[1].unwrap_or(close));
    let times: Vec<&str> =
        texts.iter().zip(gaps).filter(|(_, gap)| gap.is_some()).map(|(text, _)| text.trim()).collect();
    let reason = format!(
        "the clocks go forward on {}: there is no {}, the clock shows {} next; write the times that there are",
        clock.date(),
        times.join(" and no "),
        clock.show(change)
    );
    Some((reason, format!("{}-{}", clock.show(from), clock.show(until.max(from)))))
}

/// A window that ends before it starts is believed to end on the next day where it is then no longer than this.
const MAX_OVERNIGHT: Seconds = Seconds(12 * 3600);

/// Why a window ends before it starts, and what may stand in the cell of its end, or in that of both times, instead.
pub(super) fn reversed(
    clock: &DayClock,
    [from, until]: &[String; 2],
    open: Timestamp,
    is_one_cell: bool,
) -> (String, Vec<String>) {
    let both = |from: &str, until: &str| {
        if is_one_cell {
            vec![format!("{}-{}", from.trim(), until.trim())]
        } else {
            vec![until.trim().to_owned()]
        }
    };
    let next = format!("+1 {}", until.trim());
    match clock.read(&next).filter(|close| *close >= open) {
        Some(close) if close - open <= MAX_OVERNIGHT => (
            format!("the window ends before it starts; if it ends on the next day, write {next}"),
            both(from, &next),
        ),
        _ => (
            "the window ends before it starts".to_owned(),
            if is_one_cell { both(until, from) } else { Vec::new() },
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(date: &str) -> DayClock {
        DayClock::new(date.parse().unwrap(), "Europe/Malta").unwrap()
    }

    #[test]
    fn a_cell_is_cut_where_it_leaves_two_times() {
        let clock = clock("2026-03-17");
        for (cell, from, until) in [
            ("08:00-12:00", "08:00", "12:00"),
            ("10：00～13：00", "10:00", "13:00"),
            ("10:00 to 13:00", "10:00", "13:00"),
            ("8am-1pm", "08:00", "13:00"),
            ("22:00-+1 02:00", "22:00", "+1 02:00"),
            ("2026-03-17 08:00 - 2026-03-17 10:00", "08:00", "10:00"),
            ("10-13", "10:00", "13:00"),
            ("8 – 18", "08:00", "18:00"),
        ] {
            let (found_from, found_until) = split(cell, &clock).unwrap_or_else(|| panic!("{cell}"));
            assert_eq!(clock.read_any(&found_from), clock.read(from), "{cell}");
            assert_eq!(clock.read_any(&found_until), clock.read(until), "{cell}");
        }
        for cell in
            ["8-12", "10-1", "13-10", "10-25", "2026-10-13", "10", "", "-", "10-13-14", "ß-13", "08:00"]
        {
            assert_eq!(split(cell, &clock), None, "{cell}");
        }
    }

    #[test]
    fn a_skipped_time_is_named_where_the_window_hangs_on_it() {
        let clock = clock("2027-03-28");
        let ask = |from: &str, until: &str| {
            let texts = [from.to_owned(), until.to_owned()];
            let instants = [from, until].map(|text| clock.read(text).unwrap());
            skipped(&clock, [&texts[0], &texts[1]], instants)
        };
        let (reason, meant) = ask("02:30", "03:15").unwrap();
        assert!(reason.contains("there is no 02:30") && reason.contains("2027-03-28"), "{reason}");
        assert_eq!(meant, "03:00-03:15");
        assert_eq!(ask("02:15", "02:45").unwrap().1, "03:00-03:00");
        assert_eq!(ask("01:30", "02:30"), None);
        assert_eq!(ask("02:30", "05:15"), None);
        assert_eq!(ask("10:00", "09:00"), None);
    }
}
