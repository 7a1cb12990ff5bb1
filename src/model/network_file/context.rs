//! What the readers of sites and fleet share: the file, its clock and currency, and fields of a form of their own.

use super::money::{read_money, show_money};
use crate::clock::DayClock;
use crate::problem::{InputProblem, similar};
use crate::toml_fields::{FieldValue, Fields, TomlFile};
use crate::visible::wrong_id;
use crate::{ColdRules, Network, Site};
use coldmile_units::{Idx, Millilitres, Money, Seconds, TimeWindow, Timestamp};
use std::collections::HashMap;
use std::ops::RangeInclusive;

/// The version of `network.toml` that this crate reads and writes.
pub(super) const VERSION: i64 = 1;

/// Largest amount that is paid once, in minor units.
pub(super) const MAX_AMOUNT: i64 = 1_000_000_000;
/// Handling and loading, in minutes.
const MINUTES: RangeInclusive<f64> = 0.0..=1440.0;

/// What sites and fleet are read with.
pub(super) struct Context<'c, 'a> {
    pub file: &'c TomlFile<'a>,
    pub clock: &'c DayClock,
    pub decimals: u32,
    pub cold: &'c ColdRules,
    pub profiles: &'c [&'c str],
}

impl Context<'_, '_> {
    /// Reports a problem of the file.
    pub(super) fn report(&self, problem: InputProblem) {
        self.file.report(problem);
    }

    /// An id that has not been used before in `known`; its line is noted there.
    pub(super) fn id(&self, fields: &Fields<'_, '_>, known: &mut HashMap<String, u64>) -> Option<String> {
        let found = fields.text("id")?;
        if let Some(reason) = wrong_id(&found.value) {
            self.report(found.problem(self.file.name(), "network/bad-id", reason));
        }
        if let Some(row) = known.insert(found.value.clone(), found.row) {
            let reason = format!("the id is taken in line {row}");
            self.report(found.problem(self.file.name(), "network/duplicate-id", reason));
            return None;
        }
        Some(found.value)
    }

    /// The amount under `key` in minor units, at most `max`; zero when it is missing, or wrong and reported.
    pub(super) fn money(&self, fields: &Fields<'_, '_>, key: &'static str, max: i64) -> Money {
        self.optional_money(fields, key, max).unwrap_or(Money::ZERO)
    }

    /// The amount under `key` in minor units, at most `max`, if the key is there and the amount can be used.
    pub(super) fn optional_money(
        &self,
        fields: &Fields<'_, '_>,
        key: &'static str,
        max: i64,
    ) -> Option<Money> {
        let found = fields.has(key).then(|| fields.word(key)).flatten()?;
        match read_money(&found.value, self.decimals) {
            Some(money) if (0..=max).contains(&money.0) => return Some(money),
            Some(_) => {
                let max = show_money(Money(max), self.decimals);
                let reason = format!("must be between 0 and {max}");
                self.report(found.problem(self.file.name(), "toml/out-of-range", reason));
            }
            None => {
                let reason = format!("must be an amount with at most {} decimals", self.decimals);
                self.report(found.problem(self.file.name(), "network/bad-money", reason));
            }
        }
        None
    }

    /// The local time under `key`, which must be there.
    pub(super) fn time(&self, fields: &Fields<'_, '_>, key: &'static str) -> Option<FieldValue<Timestamp>> {
        let found = fields.text(key)?;
        let Some(value) = self.clock.read(&found.value) else {
            let reason = "must be a local time such as 08:30, or -1 20:00 for the evening before";
            self.report(found.problem(self.file.name(), "network/bad-time", reason));
            return None;
        };
        Some(FieldValue { value, row: found.row, column: found.column, text: found.text })
    }

    /// The span between two times, a problem with `code` when it is reversed.
    pub(super) fn span(
        &self,
        fields: &Fields<'_, '_>,
        keys: (&'static str, &'static str),
        code: &'static str,
    ) -> Option<TimeWindow> {
        let (from, until) = (self.time(fields, keys.0), self.time(fields, keys.1));
        let (from, until) = (from?, until?);
        if from.value == until.value {
            let reason = format!("{} and {} are the same{}", keys.0, keys.1, self.gap_note([&from, &until]));
            self.report(until.problem(self.file.name(), code, reason));
            return None;
        }
        TimeWindow::new(from.value, until.value).map_or_else(
            |_| {
                let reason = format!("{} comes before {}{}", keys.1, keys.0, self.gap_note([&from, &until]));
                self.report(until.problem(self.file.name(), code, reason));
                None
            },
            Some,
        )
    }

    /// What to add to a message about times of which the clock skips one on this day.
    fn gap_note(&self, times: [&FieldValue<Timestamp>; 2]) -> String {
        let skipped = times.into_iter().find_map(|time| Some((time, self.clock.after_gap(&time.text)?)));
        skipped.map_or_else(String::new, |(time, first)| {
            let date = self.clock.date();
            format!(
                ": the clocks go forward on {date}, there is no {}, next comes {}",
                time.text,
                self.clock.show(first)
            )
        })
    }

    /// The site that `found` names, or a problem with the names it may have meant.
    pub(super) fn site(&self, network: &Network, found: &FieldValue<String>) -> Option<Idx<Site>> {
        let site = network.site_by_id(&found.value);
        if site.is_none() {
            let known = network.sites().iter().map(|site| site.id.as_str());
            let problem = found.problem(self.file.name(), "network/unknown-site", "there is no such site");
            self.report(problem.with_candidates(similar(&found.value, known)));
        }
        site
    }
}

/// The volume under `key`; zero when it is missing.
pub(super) fn litres(fields: &Fields<'_, '_>, key: &'static str) -> Millilitres {
    let litres = fields.optional_number(key, 0.0..=1e6).map_or(0.0, |found| found.value);
    Millilitres((litres * 1000.0).round() as i64)
}

/// The span under `key`; zero when it is missing.
pub(super) fn minutes(fields: &Fields<'_, '_>, key: &'static str) -> Seconds {
    let minutes = fields.optional_number(key, MINUTES).map_or(0.0, |found| found.value);
    Seconds((minutes * 60.0).round() as i64)
}

/// So many lengths in centimetres under `key`, in millimetres, if the key is there and they can be used.
pub(super) fn lengths<const N: usize>(
    context: &Context<'_, '_>,
    fields: &Fields<'_, '_>,
    key: &'static str,
) -> Option<[i64; N]> {
    let found = fields.numbers(key, 0.1..=1000.0)?;
    let millimetres: Vec<i64> = found.value.iter().map(|cm| (cm * 10.0).round() as i64).collect();
    let lengths = millimetres.try_into().ok();
    if lengths.is_none() {
        let reason = format!("must hold {N} lengths in centimetres, not {}", found.value.len());
        context.report(found.problem(context.file.name(), "network/bad-size", reason));
    }
    lengths
}
