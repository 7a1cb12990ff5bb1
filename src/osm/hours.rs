//! Opening hours in conditions: weekdays and times of day.
//!
//! Public and school holidays are days that a weekday never is: as a day of a list they are left out, and a rule about
//! them alone never holds.

use super::schedule::{DAY, Schedule, WeekSpan};

/// When something holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hours {
    /// At any time.
    Always,
    /// On no weekday, such as on public holidays only.
    Never,
    /// At some times of the week.
    At(Schedule),
}

/// All days of the week.
const ALL_DAYS: u8 = 0x7F;
/// Names of the days, Monday first; two letters are enough.
const DAY_NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl Hours {
    /// Reads `Mo-Fr 07:00-09:30,16:00-19:00; Sa 08:00-12:00; PH off`, `24/7`, `Mo - Fr 7 am - 9 am`. `None` when
    /// something in it is not about weekdays and times of day (dates, weeks, the sun): a rule half understood is not
    /// applied.
    pub fn parse(text: &str) -> Option<Self> {
        let text = normalised(text);
        let mut spans = Vec::new();
        let mut is_empty = true;
        for rule in text.split(';').map(str::trim).filter(|rule| !rule.is_empty()) {
            read_rule(rule, &mut spans)?;
            is_empty = false;
        }
        if is_empty {
            return None;
        }
        Some(match spans[..] {
            [] => Self::Never,
            _ if spans.contains(&WeekSpan { days: ALL_DAYS, from: 0, to: DAY }) => Self::Always,
            _ => Self::At(Schedule::of(spans)),
        })
    }
}

impl Schedule {
    /// Reads opening hours that hold at some times of the week or always; `None` for others, see [`Hours::parse`].
    pub fn parse(text: &str) -> Option<Self> {
        match Hours::parse(text)? {
            Hours::Always => Some(Self::of(vec![WeekSpan { days: ALL_DAYS, from: 0, to: DAY }])),
            Hours::Never => None,
            Hours::At(schedule) => Some(schedule),
        }
    }
}

/// The text in small letters, without comments in quotes, with plain dashes, and without spaces round dashes and commas.
fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_comment = false;
    for c in text.to_lowercase().chars() {
        let c = match c {
            '"' => {
                in_comment = !in_comment;
                continue;
            }
            _ if in_comment => continue,
            '–' | '—' | '−' | '‐' | '‑' | '～' => '-',
            '：' => ':',
            '，' => ',',
            '；' => ';',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if matches!(c, ' ' | '-' | ',') {
            out.truncate(out.trim_end_matches(' ').len());
        }
        if c != ' ' || !out.ends_with(['-', ',', ';']) {
            out.push(c);
        }
    }
    out.replace(" am", "am").replace(" pm", "pm")
}

/// The days that a rule has named so far.
#[derive(Default)]
struct NamedDays {
    days: u8,
    has_holidays: bool,
    /// Only on holidays that fall on these days, or on these days in the holidays.
    is_never: bool,
    /// Times or `off` have followed: the next day begins anew.
    is_used: bool,
}

impl NamedDays {
    /// The days as bits: all when none is named, none when only holidays are.
    fn bits(&self) -> u8 {
        match (self.days, self.has_holidays) {
            _ if self.is_never => 0,
            (0, false) => ALL_DAYS,
            (days, _) => days,
        }
    }
}

/// Adds the spans of one rule, or takes away what it closes.
fn read_rule(rule: &str, spans: &mut Vec<WeekSpan>) -> Option<()> {
    let mut named = NamedDays::default();
    let mut after_comma = true;
    let mut add = |named: &mut NamedDays, from: u16, to: u16| {
        let days = named.bits();
        if days != 0 {
            spans.push(WeekSpan { days, from, to });
        }
        named.is_used = true;
    };
    let mut closed = 0;
    for piece in rule.split_inclusive([' ', ',']) {
        let token = piece.trim_end_matches([' ', ',', ':']);
        let is_holiday = matches!(token, "ph" | "sh");
        let days = days_of(token);
        if named.is_used && (is_holiday || days.is_some()) {
            named = NamedDays::default();
            after_comma = true;
        }
        match (token, days) {
            ("" | "open", _) => {}
            ("ph" | "sh", _) => {
                named.is_never |= !after_comma && named.days != 0;
                named.has_holidays = true;
            }
            (_, Some(days)) => {
                named.is_never |= !after_comma && named.has_holidays;
                named.days |= days;
            }
            ("24/7", _) => add(&mut named, 0, DAY),
            ("off" | "closed", _) if !named.is_used && (named.days != 0 || named.has_holidays) => {
                closed |= named.bits();
                named.is_used = true;
            }
            _ => {
                let (from, to) = token.split_once('-')?;
                let (from, to) = (time_of(from)?, time_of(to)?);
                if from > DAY {
                    return None;
                }
                add(&mut named, from, if to > DAY { to - DAY } else { to });
            }
        }
        after_comma = piece.ends_with(',');
    }
    if !named.is_used {
        add(&mut named, 0, DAY);
    }
    for span in spans.iter_mut() {
        span.days &= !closed;
    }
    spans.retain(|span| span.days != 0);
    Some(())
}

/// `mo`, `mo-fr`, `sat-mon`, `mondays` as bits.
fn days_of(token: &str) -> Option<u8> {
    let (first, last) = token.split_once('-').unwrap_or((token, token));
    let (first, last) = (weekday(first)?, weekday(last)?);
    let mut days = 0;
    let mut day = first;
    loop {
        days |= 1 << day;
        if day == last {
            return Some(days);
        }
        day = (day + 1) % 7;
    }
}

/// A weekday by the beginning of its name.
fn weekday(token: &str) -> Option<usize> {
    let token = token.trim_end_matches('.');
    let is_name =
        |name: &&str| token.len() >= 2 && (name.starts_with(token) || token.strip_suffix('s') == Some(name));
    DAY_NAMES.iter().position(is_name)
}

/// `07:30`, `7`, `7.30`, `7:30pm` as minutes. Up to `48:00`, which ends on the next day.
fn time_of(token: &str) -> Option<u16> {
    let (token, half) = match (token.strip_suffix("am"), token.strip_suffix("pm")) {
        (Some(time), _) => (time, Some(0)),
        (_, Some(time)) => (time, Some(12)),
        _ => (token, None),
    };
    let (hours, minutes) = token.split_once([':', '.', 'h']).unwrap_or((token, "0"));
    let is_number = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let hours = match half {
        Some(half) => (1..=12).contains(&hours).then_some(hours % 12 + half)?,
        None => hours,
    };
    (minutes < 60 && hours * 60 + minutes <= 2 * DAY).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Moment;

    fn holds(text: &str, when: &str) -> bool {
        let when: Moment = when.parse().unwrap();
        match Hours::parse(text).unwrap_or_else(|| panic!("{text}")) {
            Hours::Always => true,
            Hours::Never => false,
            Hours::At(schedule) => schedule.holds_at(when),
        }
    }

    #[test]
    fn holidays_are_days_that_a_weekday_never_is() {
        for (text, when, expected) in [
            ("Mo-Sa 10:00-18:00; PH 10:00-18:00", "We 14:00", true),
            ("Mo-Sa 10:00-18:00; PH 10:00-18:00", "Su 14:00", false),
            ("Mo-Sa 10:00-18:00; PH 10:00-18:00", "We 09:00", false),
            ("Su,PH 00:00-22:00", "Su 12:00", true),
            ("Su,PH 00:00-22:00", "Mo 12:00", false),
            ("PH,Su 00:00-22:00", "Su 12:00", true),
            ("PH, Su 00:00-22:00", "Su 12:00", true),
            ("Sa-Su,PH", "Sa 03:00", true),
            ("Mo-Fr,SH 07:00-16:00", "Fr 15:00", true),
            ("Mo-Fr 07:00-16:00; SH,PH off", "Fr 15:00", true),
            ("Mo-Fr 07:00-16:00; PH closed", "Fr 15:00", true),
            ("PH 08:00-10:00, Sa 12:00-14:00", "Sa 13:00", true),
            ("PH 08:00-10:00, Sa 12:00-14:00", "Sa 09:00", false),
            ("PH off", "Mo 10:00", false),
        ] {
            assert_eq!(holds(text, when), expected, "{text} at {when}");
        }
        for text in
            ["PH", "SH 07:00-09:00", "PH,SH 10:00-12:00", "SH Mo-Fr 07:00-09:00", "Mo-Fr SH 07:00-09:00"]
        {
            assert_eq!(Hours::parse(text), Some(Hours::Never), "{text}");
        }
    }

    #[test]
    fn the_same_hours_are_read_in_every_notation() {
        let plain = Hours::parse("Mo-Fr 07:00-19:00").unwrap();
        for text in [
            "Mo - Fr 07:00 - 19:00",
            "Mo–Fr 07:00–19:00",
            "Mo-Fr: 07:00-19:00",
            "mo-fr 7:00-19:00",
            "Mon-Fri 07:00-19:00",
            "Monday - Friday 07:00-19:00",
            "Mo-Fr 7-19",
            "Mo-Fr 7am-7pm",
            "Mo-Fr 7:00 AM - 7:00 PM",
            "Mo-Fr 07.00-19.00",
            "Mo-Fr  07:00-19:00 ",
            "Mo-Fr 07:00-19:00 \"school run\"",
            "Mo-Fr 07:00-19:00 open",
            "Mo,Tu,We,Th,Fr 07:00-19:00",
            "Mo-We, Th, Fr 07:00-19:00",
            "Mo-Fr 07:00-19:00;",
        ] {
            assert_eq!(Hours::parse(text).as_ref(), Some(&plain), "{text}");
        }
        for text in ["24/7", "Mo-Su", "00:00-24:00", "Mo-Su 00:00-24:00", "24/7; PH off"] {
            assert_eq!(Hours::parse(text), Some(Hours::Always), "{text}");
        }
        assert!(holds("Fr 22:00-26:00", "Sa 01:59") && !holds("Fr 22:00-26:00", "Sa 02:00"));
        assert!(holds("24/7; We off", "Th 08:00") && !holds("24/7; We off", "We 08:00"));
        assert!(
            holds("07:00-09:00, 16:00-18:00", "Su 17:00") && !holds("07:00-09:00, 16:00-18:00", "Su 12:00")
        );
    }

    #[test]
    fn what_is_not_about_the_week_is_not_understood() {
        for text in [
            "",
            ";",
            "sunrise-sunset",
            "Jan-Mar",
            "Jan 1-5",
            "Mo-Fr 07:00+",
            "week 1-10",
            "Mo[1] 07:00-09:00",
            "hgv",
            "2024-2025",
            "PH -1 day",
            "Mo-Fr 07:00-09:00 || wet",
            "off",
            "25:61-3",
            "Mo-Fr 49:00-50:00",
        ] {
            assert_eq!(Hours::parse(text), None, "{text}");
        }
    }
}
