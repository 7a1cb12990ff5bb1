//! Times and dates as spreadsheets write them, brought into the forms that [`DayClock`] reads.
//!
//! A part of a day (`0.375`), a serial number of days (`46098.375`), dates with the day first, Chinese dates. What can be
//! read in two senses is a [`Doubt`], with both senses as they would have to be written.

use crate::clock::DayClock;
use crate::visible::plain_text;
use jiff::civil::{Date, DateTime};
use jiff::{Span, ToSpan};

/// Why a cell cannot be taken for a time, and what may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Doubt {
    pub reason: &'static str,
    pub candidates: Vec<String>,
}

impl Doubt {
    const fn new(reason: &'static str, candidates: Vec<String>) -> Self {
        Self { reason, candidates }
    }
}

const NO_TIME: &str = "must be a local time such as 08:00, or a date and time such as 2026-03-17 08:00";
const ROUNDED: &str = "is the part of a day that a spreadsheet keeps for a time, and has too few digits to tell the minute; format the \
                       column as text and export it again";
const FAR: &str = "would be a spreadsheet's number for a date that is years away from this day";
const TWO_SENSES: &str = "can be read with the day first or the month first; write the year first";
const TWO_DIGITS: &str =
    "has a year of two digits, which can be read in several senses; write the year with four, first";
const WITH_POINT: &str = "hours and minutes have a colon between them";
const NO_CLOCK: &str = "is a date without a time";
const NO_DATE: &str = "has a date that does not exist";

/// A spreadsheet's dates that are further from the day than this are refused: those that count from 1904 would otherwise be
/// read as dates of four years before.
const MAX_DAYS_AWAY: i64 = 1_000;
const SECONDS_OF_A_DAY: f64 = 86_400.0;

/// The text that [`DayClock::read_any`] reads and that means what `cell` means: a time, or a date and a time.
pub(super) fn time_text(cell: &str, clock: &DayClock) -> Result<String, Doubt> {
    let text = plain_text(cell);
    if clock.read_any(&text).is_some() {
        return Ok(text);
    }
    if let Some(serial) = Serial::read(&text) {
        return serial.time(&text, clock);
    }
    let (date, rest) = split_date(&text);
    let time = colons(rest.trim_start_matches([' ', ',', 'T', 't']));
    let is_time = clock.read(&time).is_some();
    match date {
        None if is_time => Ok(time),
        None => Err(with_point(&text, clock)),
        Some(_) if rest.is_empty() => Err(Doubt::new(NO_CLOCK, Vec::new())),
        Some(_) if !is_time => Err(Doubt::new(NO_TIME, Vec::new())),
        Some(parts) => one_date(&parts, clock).map(|date| format!("{date} {time}")).map_err(|mut doubt| {
            doubt.candidates.iter_mut().for_each(|date| *date = format!("{date} {time}"));
            doubt
        }),
    }
}

/// The date in a cell that holds no time; `None` where it does.
pub(super) fn date_of(cell: &str, clock: &DayClock) -> Result<Option<Date>, Doubt> {
    let text = plain_text(cell);
    if let Some(serial) = Serial::read(&text) {
        return if serial.part == 0.0 { serial.date(clock).map(Some) } else { Ok(None) };
    }
    match split_date(&text) {
        (Some(parts), "") => one_date(&parts, clock).map(Some),
        _ => Ok(None),
    }
}

/// A number as a spreadsheet keeps a moment: whole days since the end of 1899, and the part of a day.
struct Serial {
    days: i64,
    part: f64,
    /// Digits after the point, zeros at the end among them.
    digits: usize,
}

impl Serial {
    /// Numbers from 20,000 (1954) to 80,000 (2119), and parts of a day: more than 0 and less than 1.
    fn read(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 5 || !is_number(whole) || !is_number(part) || part.len() > 40 {
            return None;
        }
        let serial =
            Self { days: whole.parse().ok()?, part: format!("0.{part}0").parse().ok()?, digits: part.len() };
        let is_part = serial.days == 0 && serial.part > 0.0;
        (is_part || (20_000..80_000).contains(&serial.days)).then_some(serial)
    }

    fn date(&self, clock: &DayClock) -> Result<Date, Doubt> {
        let date = Date::constant(1899, 12, 30).checked_add(Span::new().days(self.days));
        let date = date.map_err(|_| Doubt::new(FAR, Vec::new()))?;
        let away = clock.date().until(date).map_or(i64::MAX, |span| i64::from(span.get_days()));
        if away.abs() > MAX_DAYS_AWAY { Err(Doubt::new(FAR, Vec::new())) } else { Ok(date) }
    }

    fn time(&self, text: &str, clock: &DayClock) -> Result<String, Doubt> {
        let date = if self.days == 0 { None } else { Some(self.date(clock)?) };
        if date.is_some() && !text.contains(['.', ',']) {
            return Err(Doubt::new(NO_CLOCK, Vec::new()));
        }
        let show = |second: i64| {
            // A part that rounds up to a whole day ends the day.
            let (date, second) = (date.unwrap_or(clock.date()), second.clamp(0, 86_400));
            let midnight: DateTime = date.to_datetime(jiff::civil::Time::midnight());
            let shown = midnight.checked_add(second.seconds()).unwrap_or(midnight);
            let time = shown.strftime(if shown.second() == 0 { "%H:%M" } else { "%H:%M:%S" });
            match (self.days, shown.date() == date) {
                (0, true) => time.to_string(),
                (0, false) => "24:00".to_owned(),
                _ => format!("{} {time}", shown.date()),
            }
        };
        match self.second() {
            Ok(second) => Ok(show(second)),
            Err(near) => Err(Doubt::new(ROUNDED, vec![show(near)])),
        }
    }

    /// The second of the day that is meant, where the digits tell; else one that may be.
    ///
    /// Six digits tell the second. Fewer stand for the only whole minute that rounds to them: 0.4167 is 10:00 and no other;
    /// 0.417 may be 10:00 or 10:01. Up to three digits are believed where they are an exact multiple of five minutes.
    fn second(&self) -> Result<i64, i64> {
        let second = self.part * SECONDS_OF_A_DAY;
        if self.digits >= 6 {
            return Ok(second.round() as i64);
        }
        let spread = SECONDS_OF_A_DAY * 0.5 / 10f64.powi(self.digits as i32) + 1e-6;
        let minute = |minutes: f64| (second / 60.0 / minutes).round() * minutes * 60.0;
        let exact = (second - minute(5.0)).abs() < 1e-6;
        let near = if (second - minute(5.0)).abs() <= spread { minute(5.0) } else { minute(1.0) } as i64;
        let is_told = match self.digits {
            4 | 5 => (second - minute(1.0)).abs() <= spread,
            _ => exact,
        };
        if is_told { Ok(minute(1.0) as i64) } else { Err(near) }
    }
}

/// `10.00`, which could be a time or a number; or no time at all.
fn with_point(text: &str, clock: &DayClock) -> Doubt {
    let meant = text.replacen('.', ":", 1);
    let has_minutes = text.split_once('.').is_some_and(|(_, minutes)| minutes.len() >= 2);
    let is_meant = has_minutes && clock.read(&meant).is_some();
    if is_meant { Doubt::new(WITH_POINT, vec![meant]) } else { Doubt::new(NO_TIME, Vec::new()) }
}

/// `8点30分`, `8时` and `8点半` as times with a colon.
fn colons(time: &str) -> String {
    let time = time.trim();
    if !time.contains(['点', '时', '點', '時']) {
        return time.to_owned();
    }
    let time =
        time.replace(['点', '时', '點', '時'], ":").replace('半', "30").replace(['分', '秒', '整', '钟'], "");
    if time.ends_with(':') { format!("{time}00") } else { time }
}

/// A number and how many digits it is written with.
type Part = (i16, usize);

/// Three numbers that make a date, and what stands between them.
struct Parts {
    numbers: [Part; 3],
    separator: &'static str,
}

/// A date at the start of a text, and the rest of the text.
fn split_date(text: &str) -> (Option<Parts>, &str) {
    let mut numbers = [(0, 0); 3];
    let mut separator = "";
    let mut rest = text;
    for (at, number) in numbers.iter_mut().enumerate() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let Ok(value) = rest[..digits].parse::<i16>() else { return (None, text) };
        *number = (value, digits);
        rest = &rest[digits..];
        let between: &[&'static str] = match at {
            0 => &[".", "/", "-", "年"],
            1 => &[".", "/", "-", "月"],
            _ => &["日", "号"],
        };
        match between.iter().find(|sign| rest.starts_with(**sign)) {
            Some(sign) => {
                rest = rest[sign.len()..].trim_start_matches(' ');
                separator = if at == 0 { sign } else { separator };
            }
            // `2.10` is no date, but `2.10.2026` is.
            None if at < 2 => return (None, text),
            None => {}
        }
    }
    (Some(Parts { numbers, separator }), rest.trim())
}

/// The one date that three numbers can mean. Between points the day comes first, unless the year does.
fn one_date(parts: &Parts, clock: &DayClock) -> Result<Date, Doubt> {
    let [a, b, c] = parts.numbers;
    let date = |year: Part, month: Part, day: Part| {
        let part = |number: Part| i8::try_from(number.0).ok().filter(|_| number.1 <= 2);
        Date::new(year.0, part(month)?, part(day)?).ok()
    };
    let (dates, reason) = match (a.1, b.1, c.1) {
        (4, _, _) => (vec![date(a, b, c)], TWO_SENSES),
        (_, _, 4) if parts.separator == "." => (vec![date(c, b, a)], TWO_SENSES),
        (_, _, 4) => (vec![date(c, b, a), date(c, a, b)], TWO_SENSES),
        (1 | 2, 1 | 2, 1 | 2) => {
            let full = |year: Part| (2000 + year.0, 4);
            (vec![date(full(c), b, a), date(full(a), b, c), date(full(c), a, b)], TWO_DIGITS)
        }
        _ => (Vec::new(), NO_DATE),
    };
    let mut dates: Vec<Date> = dates.into_iter().flatten().collect();
    let away = |date: &Date| clock.date().until(*date).map_or(i32::MAX, |span| span.get_days().abs());
    dates.sort_by_key(|date| (away(date), *date));
    dates.dedup();
    match dates[..] {
        [] => Err(Doubt::new(NO_DATE, Vec::new())),
        [date] if reason == TWO_SENSES => Ok(date),
        _ => Err(Doubt::new(reason, dates.iter().map(Date::to_string).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> DayClock {
        DayClock::new("2026-03-17".parse().unwrap(), "Europe/Malta").unwrap()
    }

    #[test]
    fn times_of_spreadsheets_are_the_times_they_stand_for() {
        let clock = clock();
        for (cell, meant) in [
            ("0.375", "09:00"),
            ("0,375", "09:00"),
            ("0.5", "12:00"),
            ("0.4167", "10:00"),
            ("0.41667", "10:00"),
            ("0.416666666666667", "10:00"),
            ("0.3333", "08:00"),
            ("0.999988426", "23:59:59"),
            ("٠٫٣٧٥", "09:00"),
            // 46098 days after the 30th of December 1899 are the 17th of March 2026.
            ("46098.375", "09:00"),
            ("46097.833333333", "-1 20:00"),
            ("17.03.2026 08:00", "08:00"),
            ("17.3.2026, 8:00", "08:00"),
            ("16.03.2026 8:00 PM", "-1 20:00"),
            ("17/03/2026 08:00", "08:00"),
            ("03/17/2026 08:00", "08:00"),
            ("17-03-2026 08:00", "08:00"),
            ("2026.3.17 8:00", "08:00"),
            ("2026年3月17日 8:00", "08:00"),
            ("2026年3月17日下午3:00", "15:00"),
            ("２０２６年３月１７日８点半", "08:30"),
            ("8点", "08:00"),
            ("8时05分", "08:05"),
        ] {
            let text = time_text(cell, &clock).unwrap_or_else(|doubt| panic!("{cell}: {doubt:?}"));
            assert!(clock.read(meant).is_some());
            assert_eq!(clock.read_any(&text), clock.read(meant), "{cell} {text}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_senses_is_asked() {
        let clock = clock();
        let cases: [(&str, &str, &[&str]); 11] = [
            ("0.417", ROUNDED, &["10:00"]),
            ("0.4", ROUNDED, &["09:35"]),
            ("10.00", WITH_POINT, &["10:00"]),
            ("03/04/2026 08:00", TWO_SENSES, &["2026-03-04 08:00", "2026-04-03 08:00"]),
            ("17.03.26 08:00", TWO_DIGITS, &["2026-03-17 08:00", "2017-03-26 08:00"]),
            ("46098", NO_CLOCK, &[]),
            ("44636.375", FAR, &[]),
            ("17.03.2026", NO_CLOCK, &[]),
            ("31.02.2026 08:00", NO_DATE, &[]),
            ("8 Uhr", NO_TIME, &[]),
            ("1.5", NO_TIME, &[]),
        ];
        for (cell, reason, candidates) in cases {
            let doubt = time_text(cell, &clock).unwrap_err();
            assert_eq!(
                (doubt.reason, doubt.candidates.as_slice()),
                (reason, &*candidates.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()),
                "{cell}"
            );
        }
    }

    #[test]
    fn dates_without_a_time_are_dates() {
        let clock = clock();
        for cell in ["2026-03-20", "2026/3/20", "20.03.2026", "20/03/2026", "46101", "2026年3月20日"] {
            assert_eq!(date_of(cell, &clock).unwrap(), Some("2026-03-20".parse().unwrap()), "{cell}");
        }
        assert_eq!(date_of("2026-03-20 08:00", &clock).unwrap(), None);
        assert_eq!(date_of("04/03/2026", &clock).unwrap_err().candidates, ["2026-03-04", "2026-04-03"]);
        assert_eq!(date_of("44639", &clock).unwrap_err().reason, FAR);
    }
}
