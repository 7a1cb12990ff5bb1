//! Reading tables of a TOML file field by field, so that one wrong field does not hide the next.
//!
//! [`Fields`] hands out each value once, reports a problem for what is missing, of the wrong kind or out of range, and
//! [`Fields::finish`] reports one for each key that no reader asked for.

use super::problem::{InputProblem, MAX_PROBLEMS, Problems, similar};
use super::visible::{MAX_TEXT, clean};
use std::cell::RefCell;
use std::ops::RangeInclusive;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A TOML file in memory, and what was found wrong with it so far.
pub(super) struct TomlFile<'a> {
    name: &'a str,
    text: &'a str,
    /// Where each line but the first starts.
    line_starts: Vec<usize>,
    problems: RefCell<Problems>,
}

/// Largest `network.toml` or file of cold rules that is read, in bytes. Each value of a table takes up to seventy times its length in memory.
pub const MAX_NETWORK_BYTES: usize = 1 << 20;

impl<'a> TomlFile<'a> {
    /// Decodes `bytes`; a file that is not UTF-8 is refused as a whole.
    pub fn new(name: &'a str, bytes: &'a [u8]) -> Result<Self, Vec<InputProblem>> {
        if bytes.len() > MAX_NETWORK_BYTES {
            let reason = format!("the file has {} bytes; at most {MAX_NETWORK_BYTES} are read", bytes.len());
            return Err(vec![InputProblem::new(name, "toml/too-large", reason)]);
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let row = bytes[..error.valid_up_to()].split(|&byte| byte == b'\n').count();
            let reason = "the file is not text in UTF-8";
            vec![InputProblem::new(name, "toml/not-utf8", reason).at(row as u64)]
        })?;
        let line_starts = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        Ok(Self { name, text, line_starts, problems: RefCell::default() })
    }

    /// The top table, when the syntax is right; every syntax error otherwise.
    pub fn parse(&self) -> Result<Spanned<DeTable<'a>>, Vec<InputProblem>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        if errors.is_empty() {
            return Ok(table);
        }
        let mut problems = Problems::default();
        for error in &errors {
            let problem = InputProblem::new(self.name, "toml/syntax", error.message().replace('\n', ", "));
            problems.push(match error.span() {
                Some(span) => problem.at(self.row(span.start)),
                None => problem,
            });
        }
        Err(self.listed(problems))
    }

    /// The fields of `table`; `place` says in messages what the table is, such as `site`.
    pub fn fields<'t>(&'t self, place: &'static str, table: &'t Spanned<DeTable<'a>>) -> Fields<'t, 'a> {
        self.fields_at(place, table.get_ref(), table.span().start)
    }

    fn fields_at<'t>(&'t self, place: &'static str, table: &'t DeTable<'a>, start: usize) -> Fields<'t, 'a> {
        Fields { file: self, place, row: self.row(start), table, read_keys: RefCell::default() }
    }

    /// Reports a problem.
    pub fn report(&self, problem: InputProblem) {
        self.problems.borrow_mut().push(problem);
    }

    /// The file's name, for problems made elsewhere.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Whether nothing is wrong so far.
    pub fn is_clean(&self) -> bool {
        self.problems.borrow().count() == 0
    }

    /// What was found, in the order of the file; where there is too much of it, the last entry says how much is left out.
    pub fn into_problems(self) -> Vec<InputProblem> {
        let problems = self.problems.take();
        self.listed(problems)
    }

    fn listed(&self, problems: Problems) -> Vec<InputProblem> {
        let count = problems.count();
        let mut listed = problems.into_listed();
        if count > MAX_PROBLEMS {
            listed.truncate(MAX_PROBLEMS - 1);
            let reason = format!("{} more problems are not listed; there are {count}", count - listed.len());
            listed.push(InputProblem::new(self.name, "toml/more-problems", reason));
        }
        listed
    }

    fn row(&self, offset: usize) -> u64 {
        1 + self.line_starts.partition_point(|&start| start <= offset) as u64
    }
}

/// One table, read field by field.
pub(super) struct Fields<'t, 'a> {
    file: &'t TomlFile<'a>,
    place: &'static str,
    row: u64,
    table: &'t DeTable<'a>,
    read_keys: RefCell<Vec<&'static str>>,
}

/// A value with the place it was read from, for problems that show later.
#[derive(Clone, Debug)]
pub(super) struct FieldValue<T> {
    pub value: T,
    pub row: u64,
    pub column: String,
    pub text: String,
}

impl<T> FieldValue<T> {
    /// A problem with this value.
    pub fn problem(&self, file: &str, code: &'static str, reason: impl Into<String>) -> InputProblem {
        InputProblem::new(file, code, reason).at(self.row).in_column(&self.column).with_value(&self.text)
    }
}

/// The text of a value as people would quote it.
fn quote(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(yes) => yes.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) => "[…]".to_owned(),
        DeValue::Table(_) => "{…}".to_owned(),
    }
}

impl<'t, 'a> Fields<'t, 'a> {
    /// The line the table starts in.
    pub const fn row(&self) -> u64 {
        self.row
    }

    fn column(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }

    fn raw(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'a>>> {
        self.read_keys.borrow_mut().push(key);
        self.table.iter().find(|(name, _)| name.get_ref().as_ref() == key).map(|(_, value)| value)
    }

    /// Whether the key is there at all.
    pub fn has(&self, key: &'static str) -> bool {
        self.raw(key).is_some()
    }

    /// Whether a table stands under the key.
    pub fn is_table(&self, key: &'static str) -> bool {
        self.raw(key).is_some_and(|raw| raw.get_ref().is_table())
    }

    fn found<T>(&self, key: &str, raw: &Spanned<DeValue<'_>>, value: T) -> FieldValue<T> {
        let row = self.file.row(raw.span().start);
        FieldValue { value, row, column: self.column(key), text: quote(raw.get_ref()) }
    }

    fn wrong(&self, key: &str, raw: &Spanned<DeValue<'_>>, code: &'static str, reason: String) {
        self.file.report(self.found(key, raw, ()).problem(self.file.name, code, reason));
    }

    /// Reports that `key` is missing.
    pub fn missing(&self, key: &str) {
        let name = self.column(key);
        let problem = InputProblem::new(self.file.name, "toml/missing", format!("{name} is missing"));
        self.file.report(problem.at(self.row).in_column(&name));
    }

    /// Text, if the key is there and holds some.
    pub fn optional_text(&self, key: &'static str) -> Option<FieldValue<String>> {
        let raw = self.raw(key)?;
        match raw.get_ref() {
            DeValue::String(text) if text.chars().nth(MAX_TEXT).is_some() => {
                let reason = format!("has more than {MAX_TEXT} characters");
                self.wrong(key, raw, "toml/long-text", reason);
                None
            }
            DeValue::String(text) if !clean(text).is_empty() => {
                Some(self.found(key, raw, clean(text).to_owned()))
            }
            DeValue::String(_) => {
                self.wrong(key, raw, "toml/empty", "must not be empty".to_owned());
                None
            }
            _ => {
                self.wrong(key, raw, "toml/wrong-kind", "must be text in quotation marks".to_owned());
                None
            }
        }
    }

    /// Text that must be there.
    pub fn text(&self, key: &'static str) -> Option<FieldValue<String>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.optional_text(key)
    }

    /// A number, text of one, a date or anything else that can be quoted in one word; for values with a form of
    /// their own.
    pub fn word(&self, key: &'static str) -> Option<FieldValue<String>> {
        let raw = self.raw(key)?;
        if matches!(raw.get_ref(), DeValue::Array(_) | DeValue::Table(_)) {
            self.wrong(key, raw, "toml/wrong-kind", "must be a single value".to_owned());
            return None;
        }
        Some(self.found(key, raw, clean(&quote(raw.get_ref())).to_owned()))
    }

    /// A number in `range`, if the key is there.
    pub fn optional_number(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<FieldValue<f64>> {
        let raw = self.raw(key)?;
        let number = self.number_of(key, raw, &range)?;
        Some(self.found(key, raw, number))
    }

    fn number_of(&self, key: &str, raw: &Spanned<DeValue<'_>>, range: &RangeInclusive<f64>) -> Option<f64> {
        let number = match raw.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse::<f64>().ok(),
            DeValue::Float(number) => number.as_str().parse::<f64>().ok(),
            _ => None,
        };
        let Some(number) = number else {
            self.wrong(key, raw, "toml/wrong-kind", "must be a number".to_owned());
            return None;
        };
        if !range.contains(&number) {
            let reason = format!("must lie between {} and {}", range.start(), range.end());
            self.wrong(key, raw, "toml/out-of-range", reason);
            return None;
        }
        Some(number)
    }

    /// A number in `range` that must be there.
    pub fn number(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<FieldValue<f64>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.optional_number(key, range)
    }

    /// A whole number in `range`, if the key is there.
    pub fn optional_whole(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<FieldValue<i64>> {
        let found = self.optional_number(key, range)?;
        if found.value.fract() != 0.0 {
            self.file.report(found.problem(self.file.name, "toml/wrong-kind", "must be a whole number"));
            return None;
        }
        Some(FieldValue { value: found.value as i64, row: found.row, column: found.column, text: found.text })
    }

    /// `true` or `false`, if the key is there.
    pub fn optional_flag(&self, key: &'static str) -> Option<bool> {
        let raw = self.raw(key)?;
        let DeValue::Boolean(value) = raw.get_ref() else {
            self.wrong(key, raw, "toml/wrong-kind", "must be true or false".to_owned());
            return None;
        };
        Some(*value)
    }

    /// A list of numbers in `range`, if the key is there and all of them are good.
    pub fn numbers(&self, key: &'static str, range: RangeInclusive<f64>) -> Option<FieldValue<Vec<f64>>> {
        let raw = self.raw(key)?;
        let DeValue::Array(list) = raw.get_ref() else {
            self.wrong(key, raw, "toml/wrong-kind", "must be a list of numbers".to_owned());
            return None;
        };
        let numbers: Vec<Option<f64>> =
            list.iter().map(|element| self.number_of(key, element, &range)).collect();
        let numbers: Option<Vec<f64>> = numbers.into_iter().collect();
        Some(self.found(key, raw, numbers?))
    }

    /// One text or a list of texts, if the key is there.
    pub fn texts(&self, key: &'static str) -> Vec<FieldValue<String>> {
        let Some(raw) = self.raw(key) else { return Vec::new() };
        let DeValue::Array(list) = raw.get_ref() else {
            return self.optional_text(key).into_iter().collect();
        };
        let text = |element: &Spanned<DeValue<'_>>| {
            if let DeValue::String(text) = element.get_ref() {
                return Some(self.found(key, element, clean(text).to_owned()));
            }
            self.wrong(key, element, "toml/wrong-kind", "must be text in quotation marks".to_owned());
            None
        };
        list.iter().filter_map(text).collect()
    }

    /// The table under `key`, if it is there.
    pub fn table(&self, key: &'static str, place: &'static str) -> Option<Fields<'t, 'a>> {
        let raw = self.raw(key)?;
        let DeValue::Table(table) = raw.get_ref() else {
            self.wrong(key, raw, "toml/wrong-kind", "must be a table".to_owned());
            return None;
        };
        Some(self.file.fields_at(place, table, raw.span().start))
    }

    /// The tables of a list `[[key]]`; empty when there is none.
    pub fn tables(&self, key: &'static str, place: &'static str) -> Vec<Fields<'t, 'a>> {
        let Some(raw) = self.raw(key) else { return Vec::new() };
        let DeValue::Array(list) = raw.get_ref() else {
            self.wrong(key, raw, "toml/wrong-kind", format!("must be a list of tables: [[{key}]]"));
            return Vec::new();
        };
        let table = |element: &'t Spanned<DeValue<'a>>| {
            if let DeValue::Table(table) = element.get_ref() {
                return Some(self.file.fields_at(place, table, element.span().start));
            }
            self.wrong(key, element, "toml/wrong-kind", "must be a table".to_owned());
            None
        };
        list.iter().filter_map(table).collect()
    }

    /// Reports a problem for each key that no reader asked for: a misspelt key must not be silently ignored.
    pub fn finish(&self) {
        let read_keys = self.read_keys.borrow();
        for (name, _) in self.table {
            let key = name.get_ref().as_ref();
            if !read_keys.contains(&key) {
                let problem =
                    InputProblem::new(self.file.name, "toml/unknown-key", "there is no such key here")
                        .at(self.file.row(name.span().start))
                        .in_column(&self.column(key))
                        .with_candidates(similar(key, read_keys.iter().copied()));
                self.file.report(problem);
            }
        }
    }
}
