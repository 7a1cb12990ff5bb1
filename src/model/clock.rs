//! Local times of one day, as they stand in files, and instants.

use coldmile_units::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
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

    /// Reads `HH:MM` of the day. `24:00` is the end of the day; a signed number of days may stand before it:
    /// `-1 20:00` is eight in the evening of the day before.
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        let text = text.trim();
        let (days, time) = match text.split_once(' ') {
            Some((days, time)) if days.starts_with(['-', '+']) => (days.parse::<i64>().ok()?, time.trim()),
            Some(_) => return None,
            None => (0, text),
        };
        if !(-7..=7).contains(&days) {
            return None;
        }
        let (time, later) = read_time(time)?;
        let span = Span::new().try_days(days + later).ok()?;
        Some(self.at(self.date.checked_add(span).ok()?, time))
    }

    /// Reads a full date and time (`2026-03-17 08:00`, `2026-03-17T08:00:00+01:00`) or any form that
    /// [`read`](Self::read) accepts.
    pub fn read_any(&self, text: &str) -> Option<Timestamp> {
        let text = text.trim();
        if let Some(instant) = self.read(text) {
            return Some(instant);
        }
        if let Ok(instant) = text.parse::<jiff::Timestamp>() {
            return Some(Timestamp::from_unix(instant.as_second()));
        }
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
        Some(self.at(date.checked_add(Span::new().try_days(later).ok()?).ok()?, time))
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

    fn local(&self, instant: Timestamp) -> Option<jiff::civil::DateTime> {
        let instant = jiff::Timestamp::from_second(instant.unix()).ok()?;
        Some(self.zone.to_datetime(instant))
    }
}

/// `8:00`, `08:00` or `08:00:30`, and how many days later that is (1 for `24:00`).
fn read_time(text: &str) -> Option<(Time, i64)> {
    let mut parts = text.split(':');
    let mut number = |missing: Option<i8>| match parts.next() {
        Some(digits) if matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse::<i8>().ok()
        }
        Some(_) => None,
        None => missing,
    };
    let (hour, minute, second) = (number(None)?, number(None)?, number(Some(0))?);
    if parts.next().is_some() {
        return None;
    }
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
        for text in
            ["", "8", "25:00", "24:01", "08:60", "x 08:00", "-9 08:00", "08:00 pm", "17/03/2026 08:00"]
        {
            assert_eq!(clock.read_any(text), None, "{text:?}");
        }
        assert!(DayClock::new(clock.date(), "Mars/Olympus").is_none());
        assert!(DayClock::new(clock.date(), "/etc/localtime").is_none());
    }
}
