//! What a VRPLIB-like file says, as it says it: keywords with values, then sections, in any order.

use super::error::{Cause, FormatError};
use super::numbers::{coordinate, number, number_up_to};
use super::weights::WeightFormat;
use crate::problem::MAX_LEG;
use std::collections::BTreeMap;

/// What a file says. Lists are in the order of the file, one entry a location or vehicle.
#[derive(Default)]
pub(super) struct VrplibFile {
    pub problem_type: String,
    pub weight_type: String,
    pub weight_format: WeightFormat,
    pub dimension: usize,
    /// Keywords with a number, by name, with their lines.
    numbers: BTreeMap<&'static str, (usize, i64)>,
    pub points: Vec<(f64, f64)>,
    pub lines_of_points: Vec<usize>,
    pub weights: Vec<i64>,
    line_of_weights: usize,
    /// Depots by their position among the locations, with their lines.
    depots: Vec<(usize, usize)>,
    sections: BTreeMap<&'static str, Section>,
}

/// A section of rows `number value…`.
struct Section {
    line: usize,
    rows: Vec<Vec<i64>>,
    lines: Vec<usize>,
}

/// Alternatives: rows of locations, one row a group.
pub(super) const GROUPS: &str = "MUTUALLY_EXCLUSIVE_GROUP_SECTION";

/// Keywords with a number.
const NUMBERS: [&str; 5] = ["VEHICLES", "CAPACITY", "SERVICE_TIME", "VEHICLES_MAX_DURATION", "DISTANCE"];

/// Keywords that say nothing about the problem.
const IGNORED: [&str; 4] = ["NAME", "COMMENT", "NODE_COORD_TYPE", "DISPLAY_DATA_TYPE"];

/// Sections whose rows have another form.
const OTHER_SECTIONS: [&str; 4] =
    ["NODE_COORD_SECTION", "EDGE_WEIGHT_SECTION", "DEPOT_SECTION", "DISPLAY_DATA_SECTION"];

/// Sections whose rows are a running number and whole numbers, and how many of these (0: any).
const ROW_SECTIONS: [(&str, usize); 14] = [
    ("DEMAND_SECTION", 1),
    ("BACKHAUL_SECTION", 1),
    (GROUPS, 0),
    ("TIME_WINDOW_SECTION", 2),
    ("SERVICE_TIME_SECTION", 1),
    ("RELEASE_TIME_SECTION", 1),
    ("PRIZE_SECTION", 1),
    ("CAPACITY_SECTION", 1),
    ("VEHICLES_DEPOT_SECTION", 1),
    ("VEHICLES_RELOAD_DEPOT_SECTION", 1),
    ("VEHICLES_FIXED_COST_SECTION", 1),
    ("VEHICLES_UNIT_DISTANCE_COST_SECTION", 1),
    ("VEHICLES_MAX_DURATION_SECTION", 1),
    ("VEHICLES_ALLOWED_CLIENTS_SECTION", 0),
];

impl VrplibFile {
    pub fn read(text: &str) -> Result<Self, FormatError> {
        let mut file = Self::default();
        let mut section = None;
        for (at, row) in text.lines().enumerate() {
            let (line, row) = (at + 1, row.trim());
            if row.is_empty() {
                continue;
            }
            if row == "EOF" {
                break;
            }
            if row.starts_with(|c: char| c.is_ascii_alphabetic()) {
                section = file.heading(row, line)?;
                continue;
            }
            match section {
                Some(name) => file.row(name, row, line)?,
                None => return Err(Cause::Unsupported(row.chars().take(40).collect()).at(line)),
            }
        }
        file.check()?;
        Ok(file)
    }

    /// A keyword with its value, or the start of a section.
    fn heading(&mut self, row: &str, line: usize) -> Result<Option<&'static str>, FormatError> {
        let (word, value) = row.split_once(':').unwrap_or((row, ""));
        let (word, value) = (word.trim(), value.trim());
        let unsupported = || Cause::Unsupported(row.chars().take(40).collect()).at(line);
        if let Some(name) = NUMBERS.iter().find(|name| **name == word) {
            self.numbers.insert(name, (line, number(Some(value), name, line)?));
            return Ok(None);
        }
        if let Some(name) = OTHER_SECTIONS.iter().find(|name| **name == word) {
            if *name == "EDGE_WEIGHT_SECTION" {
                self.line_of_weights = line;
            }
            return Ok(Some(name));
        }
        if let Some((name, _)) = ROW_SECTIONS.iter().find(|(name, _)| *name == word) {
            self.sections.entry(name).or_insert(Section { line, rows: Vec::new(), lines: Vec::new() });
            return Ok(Some(name));
        }
        match word {
            word if IGNORED.contains(&word) => {}
            "TYPE" => value.clone_into(&mut self.problem_type),
            "EDGE_WEIGHT_TYPE" => value.clone_into(&mut self.weight_type),
            "EDGE_WEIGHT_FORMAT" => {
                self.weight_format = WeightFormat::of(value).ok_or_else(unsupported)?;
            }
            "DIMENSION" => self.dimension = number(Some(value), "DIMENSION", line)? as usize,
            _ => return Err(unsupported()),
        }
        Ok(None)
    }

    fn row(&mut self, section: &'static str, row: &str, line: usize) -> Result<(), FormatError> {
        let mut words = row.split_whitespace();
        match section {
            "EDGE_WEIGHT_SECTION" => {
                for word in words {
                    self.weights.push(number_up_to(MAX_LEG, Some(word), "edge weight", line)?);
                }
            }
            "DEPOT_SECTION" => {
                for word in words.filter(|word| *word != "-1") {
                    let number = number(Some(word), "depot", line)? as usize;
                    let depot =
                        number.checked_sub(1).ok_or(Cause::Unknown { what: "depot", number }.at(line))?;
                    self.depots.push((line, depot));
                }
            }
            "NODE_COORD_SECTION" => {
                in_order(words.next(), section, self.points.len(), line)?;
                self.points.push((coordinate(words.next(), line)?, coordinate(words.next(), line)?));
                self.lines_of_points.push(line);
            }
            // Where a drawing shows the locations.
            "DISPLAY_DATA_SECTION" => {}
            _ => {
                let columns =
                    ROW_SECTIONS.iter().find(|(name, _)| *name == section).map_or(0, |(_, columns)| *columns);
                let rows = self.sections.get_mut(section).expect("its heading came before");
                in_order(words.next(), section, rows.rows.len(), line)?;
                let values: Vec<i64> =
                    words.map(|word| number(Some(word), section, line)).collect::<Result<_, _>>()?;
                if columns > 0 && values.len() != columns {
                    let found = values.len();
                    return Err(Cause::WrongLength { what: section, expected: columns, found }.at(line));
                }
                rows.rows.push(values);
                rows.lines.push(line);
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), FormatError> {
        let expected = self.dimension;
        if expected == 0 {
            return Err(Cause::Missing("DIMENSION").at(0));
        }
        if self.weight_type == "EXPLICIT" {
            let found = self.weights.len();
            let expected = self.weight_format.len(expected);
            if expected != found {
                let what = "EDGE_WEIGHT_SECTION";
                return Err(Cause::WrongLength { what, expected, found }.at(self.line_of_weights));
            }
        } else if self.points.len() != expected {
            let found = self.points.len();
            return Err(Cause::WrongLength { what: "NODE_COORD_SECTION", expected, found }.at(0));
        }
        for (name, section) in &self.sections {
            let expected = if name.starts_with("VEHICLES_") || *name == "CAPACITY_SECTION" {
                self.vehicles().ok_or(Cause::Missing("VEHICLES").at(section.line))?
            } else {
                self.dimension
            };
            let found = section.rows.len();
            if *name != GROUPS && found != expected {
                return Err(Cause::WrongLength { what: name, expected, found }.at(section.line));
            }
        }
        let mut is_depot = vec![false; self.dimension];
        for &(line, depot) in &self.depots {
            let number = depot + 1;
            match is_depot.get_mut(depot) {
                None => return Err(Cause::Unknown { what: "depot", number }.at(line)),
                Some(true) => return Err(Cause::Repeated { what: "depot", number }.at(line)),
                Some(is_named) => *is_named = true,
            }
        }
        Ok(())
    }

    /// Depots by their position among the locations; the first location where the file names none.
    pub fn depots(&self) -> Vec<usize> {
        if self.depots.is_empty() { vec![0] } else { self.depots.iter().map(|(_, depot)| *depot).collect() }
    }

    /// The number of a keyword.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.numbers.get(name).map(|(_, value)| *value)
    }

    /// How many vehicles there are, if the file says so.
    pub fn vehicles(&self) -> Option<usize> {
        self.number("VEHICLES").map(|count| count as usize)
    }

    /// Whether the file has one of the sections of vehicles.
    pub fn lists_vehicles(&self) -> bool {
        self.sections.keys().any(|name| name.starts_with("VEHICLES_") || *name == "CAPACITY_SECTION")
    }

    /// The rows of a section, if the file has it.
    pub fn section(&self, name: &str) -> Option<&Vec<Vec<i64>>> {
        self.sections.get(name).map(|section| &section.rows)
    }

    /// The first value of a row.
    pub fn value(&self, name: &str, at: usize) -> Option<i64> {
        self.section(name).and_then(|rows| rows.get(at)?.first().copied())
    }

    /// The line of a section's row, or else of the keyword or the section itself; 0 where the file has none.
    pub fn line_of(&self, name: &str, row: usize) -> usize {
        let keyword = self.numbers.get(name).map(|(line, _)| *line);
        let section = self.sections.get(name);
        section
            .map(|section| section.lines.get(row).copied().unwrap_or(section.line))
            .or(keyword)
            .unwrap_or(0)
    }

    /// The line where a section starts; 0 where the file has none.
    pub fn line(&self, name: &str) -> usize {
        self.line_of(name, usize::MAX)
    }
}

fn in_order(word: Option<&str>, what: &'static str, len: usize, line: usize) -> Result<(), FormatError> {
    let found = number(word, what, line)? as usize;
    if found == len + 1 { Ok(()) } else { Err(Cause::OutOfOrder { what, expected: len + 1, found }.at(line)) }
}
