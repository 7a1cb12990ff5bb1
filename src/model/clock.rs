//! Local times of one day, as they stand in files, and instants.

use super::visible::plain_text as plain;
use coldmile_units::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, ToSpan};

/// Local time on one day in one time zone.
///
/// On the day the clocks go forward, a time that is skipped means the same span after midnight's offset (02:30 becomes
/// 03:30); on the day they go back, a time that comes twice means the first.
#[derive(Clone, Debug)]
pub struct DayClock {
    date: Date,
    zone: TimeZone,
}

impl DayClock {
    /// The clock of `date` in the IANA time zone `zone`; `None` when no such zone is known.
    pub fn new(date: Date, zone: &str) -> Option<Self> {
        // Anything that is not a plain name would be read as a POSIX rule or a path.
        let plain = zone.chars().all(|c| c.is_ascii_alphanumeric() || "/_+-".contains(c));
        let zone = plain.then(|| TimeZone::get(zone).ok()).flatten()?;
        Some(Self { date, zone })
    }

    /// The day.
    pub const fn date(&self) -> Date {
        self.date
    }

    /// The first instant of the day.
    pub fn midnight(&self) -> Timestamp {
        self.at(self.date, Time::midnight())
    }

    /// The first instant of the next day.
    pub fn next_midnight(&self) -> Timestamp {
        self.at(self.date.saturating_add(1.day()), Time::midnight())
    }

    /// The instant at which the clock shows `time` on `date`.
    pub fn at(&self, date: Date, time: Time) -> Timestamp {
        let instant = self.zone.to_timestamp(date.to_datetime(time));
        Timestamp::from_unix(instant.map_or(0, jiff::Timestamp::as_second))
    }

    /// Reads `HH:MM` of the day, or a time with AM or PM. `24:00` is the end of the day; a signed number of days may stand
    /// before it: `-1 20:00` is eight in the evening of the day before.
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        self.local_time(&plain(text)).map(|local| self.at(local.date(), local.time()))
    }

    /// Reads a full date and time (`2026-03-17 08:00`, `2026-03-17T08:00:00+01:00`) or any form that
    /// [`read`](Self::read) accepts.
    pub fn read_any(&self, text: &str) -> Option<Timestamp> {
        let text = plain(text);
        if let Some(local) = self.local_time(&text) {
            return Some(self.at(local.date(), local.time()));
        }
        if let Ok(instant) = text.parse::<jiff::Timestamp>() {
            return Some(Timestamp::from_unix(instant.as_second()));
        }
        dated_time(&text).map(|local| self.at(local.date(), local.time()))
    }

    /// The first instant after the gap, when the text names a local time that the clock skips because it goes forward.
    pub fn after_gap(&self, text: &str) -> Option<Timestamp> {
        let text = plain(text);
        let local = self.local_time(&text).or_else(|| {
            let is_instant = text.parse::<jiff::Timestamp>().is_ok();
            dated_time(&text).filter(|_| !is_instant)
        })?;
        let ambiguous = self.zone.to_ambiguous_timestamp(local);
        if !matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
            return None;
        }
        // Read with the later offset the time lies before the change, with the earlier one behind it.
        let before = ambiguous.earlier().ok()?;
        let change = self.zone.following(before).next()?.timestamp();
        Some(Timestamp::from_unix(change.as_second()))
    }

    /// The date and time that the clock shows in a text of the forms of [`read`](Self::read).
    fn local_time(&self, text: &str) -> Option<DateTime> {
        let (days, time) = match text.split_once(' ') {
            Some((days, time)) if days.starts_with(['-', '+']) => (days.parse::<i64>().ok()?, time.trim()),
            _ => (0, text),
        };
        if !(-7..=7).contains(&days) {
            return None;
        }
        let (time, later) = read_time(time)?;
        let span = Span::new().try_days(days + later).ok()?;
        Some(self.date.checked_add(span).ok()?.to_datetime(time))
    }

    /// What [`read`](Self::read) would turn back into `instant`, as far as minutes go: `08:30`, `-1 20:00`.
    pub fn show(&self, instant: Timestamp) -> String {
        let Some(local) = self.local(instant) else { return "00:00".to_owned() };
        let days = self.date.until(local.date()).map_or(0, |span| span.get_days());
        if instant == self.next_midnight() {
            "24:00".to_owned()
        } else if days == 0 {
            local.strftime("%H:%M").to_string()
        } else {
            format!("{days:+} {}", local.strftime("%H:%M"))
        }
    }

    /// Local date and time, `2026-03-16T19:30`; with seconds only when there are some.
    pub fn show_full(&self, instant: Timestamp) -> String {
        let Some(local) = self.local(instant) else { return String::new() };
        let format = if local.second() == 0 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
        local.strftime(format).to_string()
    }

    /// The hour that the clock shows, 0 to 23.
    pub fn hour(&self, instant: Timestamp) -> usize {
        self.local(instant).map_or(0, |local| local.hour() as usize)
    }

    fn local(&self, instant: Timestamp) -> Option<DateTime> {
        let instant = jiff::Timestamp::from_second(instant.unix()).ok()?;
        Some(self.zone.to_datetime(instant))
    }
}

/// `2026-03-17 08:00`, also with slashes or a `T`.
fn dated_time(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once([' ', 'T', 't'])?;
    let date = date.replace('/', "-");
    let year_first = date.split('-').next().is_some_and(|year| year.len() == 4);
    let mut parts = date.split('-').map(str::parse::<i16>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if !year_first || parts.next().is_some() {
        return None;
    }
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let (time, later) = read_time(time.trim())?;
    Some(date.checked_add(Span::new().try_days(later).ok()?).ok()?.to_datetime(time))
}

/// The halves of a day on a clock of twelve hours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HalfDay {
    Morning,
    Afternoon,
}

/// A time without its AM or PM, and which of them it was.
fn half_day(text: &str) -> Option<(&str, HalfDay)> {
    for (word, half) in [("上午", HalfDay::Morning), ("下午", HalfDay::Afternoon)] {
        if let Some(rest) = text.strip_prefix(word) {
            return Some((rest.trim(), half));
        }
    }
    let start = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.').len();
    let half = match text[start..].to_ascii_lowercase().as_str() {
        "am" | "a.m." | "a.m" => HalfDay::Morning,
        "pm" | "p.m." | "p.m" => HalfDay::Afternoon,
        _ => return None,
    };
    Some((text[..start].trim(), half))
}

/// `8:00`, `08:00`, `08:00:30`, `8:00 PM` or `8 PM`, and how many days later that is (1 for `24:00`).
fn read_time(text: &str) -> Option<(Time, i64)> {
    let half = half_day(text);
    let (text, half) = half.map_or((text, None), |(rest, half)| (rest, Some(half)));
    let mut parts = text.split(':');
    let mut number = |missing: Option<i8>| match parts.next() {
        Some(digits) if matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse::<i8>().ok()
        }
        Some(_) => None,
        None => missing,
    };
    let (hour, minute, second) = (number(None)?, number(half.map(|_| 0))?, number(Some(0))?);
    if parts.next().is_some() {
        return None;
    }
    let hour = match (half, hour) {
        (None, hour) | (Some(HalfDay::Morning), hour @ 0..=11) => hour,
        (Some(HalfDay::Morning), 12) => 0,
        (Some(HalfDay::Afternoon), 12) => 12,
        (Some(HalfDay::Afternoon), hour @ 1..=11) => hour + 12,
        // 13:00 PM contradicts itself.
        _ => return None,
    };
    if (hour, minute, second) == (24, 0, 0) {
        return Some((Time::midnight(), 1));
    }
    Time::new(hour, minute, second, 0).ok().map(|time| (time, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldmile_units::Seconds;

    fn clock(date: &str) -> DayClock {
        DayClock::new(date.parse().unwrap(), "Europe/Malta").unwrap()
    }

    #[test]
    fn a_day_has_23_24_or_25_hours() {
        for (date, hours) in [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25)] {
            let clock = clock(date);
            assert_eq!(clock.next_midnight() - clock.midnight(), Seconds(hours * 3600), "{date}");
            assert_eq!(clock.read("24:00"), Some(clock.next_midnight()));
        }
    }

    #[test]
    fn a_skipped_time_moves_on_and_a_doubled_one_is_the_first() {
        let spring = clock("2026-03-29");
        assert_eq!(spring.read("02:30"), spring.read("03:30"));
        let autumn = clock("2026-10-25");
        // 02:30 comes twice: 2.5 h after midnight and an hour later.
        assert_eq!(autumn.read("02:30").unwrap() - autumn.midnight(), Seconds(9000));
        assert_eq!(autumn.read("03:30").unwrap() - autumn.midnight(), Seconds(16200));
    }

    #[test]
    fn what_is_shown_reads_back() {
        let clock = clock("2026-03-17");
        for text in ["00:00", "08:05", "-1 20:00", "+1 02:30", "24:00"] {
            assert_eq!(clock.show(clock.read(text).unwrap()), text);
        }
        assert_eq!(clock.read("8:05"), clock.read("08:05"));
        assert_eq!(clock.read_any("2026/03/16 20:00"), clock.read("-1 20:00"));
        assert_eq!(clock.read_any("2026-03-17T07:00:00Z"), clock.read("08:00"));
        assert_eq!(clock.show_full(clock.read("-1 20:00").unwrap()), "2026-03-16T20:00");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let clock = clock("2026-03-17");
        for text in [
            "",
            "8",
            "25:00",
            "24:01",
            "08:60",
            "x 08:00",
            "-9 08:00",
            "13:00 pm",
            "0 pm",
            "17/03/2026 08:00",
        ] {
            assert_eq!(clock.read_any(text), None, "{text:?}");
        }
        assert!(DayClock::new(clock.date(), "Mars/Olympus").is_none());
        assert!(DayClock::new(clock.date(), "/etc/localtime").is_none());
    }

    #[test]
    fn other_keyboards_and_clocks_of_twelve_hours_are_read() {
        let clock = clock("2026-03-17");
        for (text, same) in [
            ("10：00", "10:00"),
            ("１０：３０", "10:30"),
            ("－1　20：00", "-1 20:00"),
            ("8:00 AM", "08:00"),
            ("8:05\u{202F}pm", "20:05"),
            ("12:00 AM", "00:00"),
            ("12:30 p.m.", "12:30"),
            ("8am", "08:00"),
            ("下午3:00", "15:00"),
            ("+1 1:00 AM", "+1 01:00"),
            ("2026-03-17 8:00 PM", "20:00"),
            ("\u{200B}08:00\u{200E}", "08:00"),
        ] {
            assert_eq!(clock.read_any(text), clock.read(same), "{text}");
            assert!(clock.read_any(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_skipped_time_is_known_in_any_zone() {
        for (zone, date, skipped, first) in [
            ("Europe/Malta", "2027-03-28", "02:30", "03:00"),
            ("Africa/Cairo", "2027-04-30", "00:15", "01:00"),
            ("America/Santiago", "2026-09-06", "00:00", "01:00"),
            ("Australia/Lord_Howe", "2026-10-04", "02:10", "02:30"),
        ] {
            let clock = DayClock::new(date.parse().unwrap(), zone).unwrap();
            assert_eq!(clock.after_gap(skipped), clock.read(first), "{zone}");
            assert_eq!(clock.after_gap(&format!("{date} {skipped}")), clock.read(first), "{zone}");
            assert_eq!((clock.after_gap(first), clock.after_gap("12:00")), (None, None), "{zone}");
        }
        assert_eq!(clock("2027-03-28").after_gap("2027-03-28T02:30:00Z"), None);
        assert_eq!(clock("2026-10-25").after_gap("02:30"), None);
    }
}
