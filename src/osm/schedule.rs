//! When a rule holds: days of the week and times of day, as tags that end in `:conditional` say it.

use std::fmt;
use std::str::FromStr;

/// Minutes in a day.
pub(super) const DAY: u16 = 24 * 60;
/// The bit above those of the days: the schedule applies to queries without a departure time.
const APPLIES_UNTIMED: u8 = 0x80;
/// Two-letter names of the days, Monday first.
const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// A minute of the week, in local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// 0 is Monday.
    day: u8,
    minute: u16,
}

/// A text that is no moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time such as 2026-11-23T08:15, Mo 08:15 or 08:15")]
pub struct ParseMomentError(String);

impl Moment {
    /// Day of the week (0 is Monday) and minute of the day; `None` when there is no such minute.
    pub const fn new(day: u8, minute: u16) -> Option<Self> {
        if day < 7 && minute < DAY { Some(Self { day, minute }) } else { None }
    }

    /// The day of the week; 0 is Monday.
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The minute of the day.
    pub const fn minute(self) -> u16 {
        self.minute
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:02}:{:02}", DAYS[self.day as usize], self.minute / 60, self.minute % 60)
    }
}

impl FromStr for Moment {
    type Err = ParseMomentError;

    /// A local date and time, a weekday and a time, or a time alone, which means a Wednesday.
    fn from_str(text: &str) -> Result<Self, ParseMomentError> {
        let wrong = || ParseMomentError(text.to_owned());
        let text = text.trim();
        let (day, time) = match text.split_once(' ').or_else(|| text.split_once('T')) {
            Some((day, time)) => (weekday(day).or_else(|| weekday_of_date(day)).ok_or_else(wrong)?, time),
            None => (2, text),
        };
        // Seconds may follow; they do not matter.
        let time = time.get(..5).filter(|_| time.len() <= 8).unwrap_or(time);
        let minute = minute_of(time).filter(|&minute| minute < DAY).ok_or_else(wrong)?;
        Ok(Self { day, minute })
    }
}

/// A weekday by its two letters.
fn weekday(text: &str) -> Option<u8> {
    DAYS.iter().position(|name| *name == text).map(|day| day as u8)
}

/// The weekday of `2026-11-23`.
fn weekday_of_date(text: &str) -> Option<u8> {
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let is_leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
    let lengths = [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let known = (1583..=9999).contains(&year) && (1..=12).contains(&month);
    if !known || !(1..=lengths[month as usize - 1]).contains(&day) {
        return None;
    }
    let past = year - 1;
    let before_year = past * 365 + past / 4 - past / 100 + past / 400;
    let before_month: i64 = lengths[..month as usize - 1].iter().sum();
    // 1 January of the year 1 would have been a Monday.
    Some(((before_year + before_month + day - 1) % 7) as u8)
}

/// `07:30` as minutes; `24:00` is the end of the day.
fn minute_of(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let is_number = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60 && hours * 60 + minutes <= DAY).then_some(hours * 60 + minutes)
}

/// What a schedule says to a query without a departure time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Untimed {
    /// The rule does not apply without a time.
    Ignored,
    /// The rule applies without a time, as "closed but for an hour" does.
    Applies,
}

/// Days and times at which something holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Schedule {
    spans: Vec<WeekSpan>,
    untimed: Untimed,
}

/// One span of time on some days. It may run past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct WeekSpan {
    /// A bit a day, Monday lowest.
    pub days: u8,
    pub from: u16,
    /// The first minute after it.
    pub to: u16,
}

impl Schedule {
    /// Of some spans, at least one.
    pub(super) fn of(spans: Vec<WeekSpan>) -> Self {
        Self { spans, untimed: Untimed::Ignored }
    }

    /// The minutes of a day, from 0 to the end of it, at which some of these begin or end.
    fn changes(parts: &[&Self]) -> Vec<u16> {
        let spans = parts.iter().flat_map(|part| &part.spans);
        let mut changes: Vec<u16> = spans.flat_map(|span| [span.from, span.to]).chain([0, DAY]).collect();
        changes.sort_unstable();
        changes.dedup();
        changes
    }

    /// The first minute of each stretch of the week in which none of these begins or ends.
    pub fn stretches(parts: &[&Self]) -> Vec<Moment> {
        let changes = Self::changes(parts);
        let starts = &changes[..changes.len() - 1];
        (0..7).flat_map(|day| starts.iter().map(move |&minute| Moment { day, minute })).collect()
    }

    /// When something holds that changes only where some part begins or ends; `None` when it never holds. `untimed` is
    /// its answer to queries without a departure time.
    pub fn when(parts: &[&Self], untimed: Untimed, holds: impl Fn(Moment) -> bool) -> Option<Self> {
        let mut spans: Vec<WeekSpan> = Vec::new();
        for pair in Self::changes(parts).windows(2) {
            let (from, to) = (pair[0], pair[1]);
            let days = (0..7).filter(|&day| holds(Moment { day, minute: from })).map(|day| 1 << day).sum();
            match spans.last_mut() {
                Some(last) if last.days == days && last.to == from => last.to = to,
                _ if days != 0 => spans.push(WeekSpan { days, from, to }),
                _ => {}
            }
        }
        (!spans.is_empty()).then_some(Self { spans, untimed })
    }

    /// Whether it holds at a moment; `None` is a query without a departure time.
    pub fn holds(&self, when: Option<Moment>) -> bool {
        when.map_or(self.untimed == Untimed::Applies, |when| self.holds_at(when))
    }

    /// Whether it holds at a moment.
    pub fn holds_at(&self, moment: Moment) -> bool {
        let Moment { day, minute } = moment;
        self.spans.iter().any(|span| {
            let on = |day: u8| span.days >> day & 1 == 1;
            if span.from < span.to {
                on(day) && (span.from..span.to).contains(&minute)
            } else {
                on(day) && minute >= span.from || on((day + 6) % 7) && minute < span.to
            }
        })
    }

    /// Its stretches: a bit a day (Monday lowest), first minute, first minute after it. The highest bit says that it
    /// applies to queries without a departure time.
    pub fn spans(&self) -> impl ExactSizeIterator<Item = (u8, u16, u16)> {
        let flag = if self.untimed == Untimed::Applies { APPLIES_UNTIMED } else { 0 };
        self.spans.iter().map(move |span| (span.days | flag, span.from, span.to))
    }

    /// A schedule of stretches as [`spans`](Self::spans) gives them; `None` when they make no sense.
    pub fn from_spans(spans: impl IntoIterator<Item = (u8, u16, u16)>) -> Option<Self> {
        let mut untimed = Untimed::Ignored;
        let span = |(days, from, to)| {
            if days & APPLIES_UNTIMED != 0 {
                untimed = Untimed::Applies;
            }
            WeekSpan { days: days & !APPLIES_UNTIMED, from, to }
        };
        let spans: Vec<WeekSpan> = spans.into_iter().map(span).collect();
        let is_valid = |span: &WeekSpan| (1..0x80).contains(&span.days) && span.from <= DAY && span.to <= DAY;
        (!spans.is_empty() && spans.iter().all(is_valid)).then_some(Self { spans, untimed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_is_a_date_a_weekday_or_a_time() {
        assert_eq!(at("2026-11-23T08:15"), at("Mo 08:15"));
        assert_eq!(at("2024-02-29T23:59:30"), at("Th 23:59"));
        assert_eq!(at("2000-01-01T00:00"), at("Sa 00:00"));
        assert_eq!(at("08:15"), at("We 08:15"));
        assert_eq!(at("Su 07:05").to_string(), "Su 07:05");
        for wrong in ["", "noon", "24:00", "8", "2026-02-30T08:00", "Xx 08:00", "08:60", "2026-11-23T"] {
            assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_schedule_holds_on_its_days_at_its_times() {
        let rush = Schedule::parse("Mo-Fr 07:00-09:30,16:00-19:00; Sa 08:00-12:00; PH off").unwrap();
        for (moment, holds) in [
            ("Mo 06:59", false),
            ("Mo 07:00", true),
            ("Fr 09:29", true),
            ("Fr 09:30", false),
            ("We 18:00", true),
            ("Sa 18:00", false),
            ("Sa 08:00", true),
            ("Su 08:00", false),
        ] {
            assert_eq!(rush.holds_at(at(moment)), holds, "{moment}");
        }
        let night = Schedule::parse("Fr-Sa 22:00-05:00").unwrap();
        for (moment, holds) in [
            ("Fr 21:59", false),
            ("Fr 23:00", true),
            ("Sa 04:59", true),
            ("Su 04:00", true),
            ("Mo 04:00", false),
        ] {
            assert_eq!(night.holds_at(at(moment)), holds, "{moment}");
        }
        assert!(Schedule::parse("Sa,Su").unwrap().holds_at(at("Su 12:00")));
        assert!(Schedule::parse("20:00-24:00").unwrap().holds_at(at("Tu 23:59")));
        assert!(Schedule::parse("Su-Mo 10:00-11:00").unwrap().holds_at(at("Mo 10:30")));
    }

    #[test]
    fn what_changes_with_the_hour_is_put_together_from_its_parts() {
        let parse = |text: &str| Schedule::parse(text).unwrap();
        let (day, night) = (parse("Mo-Fr 06:00-20:00"), parse("Fr-Sa 22:00-05:00"));
        let parts = [&day, &night];
        let neither =
            Schedule::when(&parts, Untimed::Applies, |when| !day.holds_at(when) && !night.holds_at(when))
                .unwrap();
        for minute in 0..7 * DAY {
            let when = Moment::new((minute / DAY) as u8, minute % DAY).unwrap();
            assert_eq!(neither.holds_at(when), !day.holds_at(when) && !night.holds_at(when), "{when}");
        }
        assert_eq!((neither.holds(None), day.holds(None)), (true, false));
        assert_eq!(Schedule::when(&parts, Untimed::Ignored, |_| false), None);
        let again = Schedule::from_spans(neither.spans()).unwrap();
        assert_eq!(again, neither);
        assert!(Schedule::when(&[], Untimed::Ignored, |_| true).unwrap().holds_at(at("Su 23:59")));
    }
}
