//! Which format a file has, by its content.

use super::coordinates::{read_pmedcap, read_tsplib};
use super::dialect::Format;
use super::facility::{read_cap, read_sscflp};
use super::graph::read_pmed;
use super::instance::{FormatError, Instance};
use super::matrix::read_matrix;

/// Reads an instance; without a format, the one that fits. `capacity` stands for the word `capacity` in a file.
///
/// The errors are all problems of the file, or that no format or several fit it.
pub fn read_instance(
    text: &str,
    format: Option<Format>,
    capacity: Option<f64>,
) -> Result<Instance, Vec<FormatError>> {
    let format = match (format, fitting_formats(text).as_slice()) {
        (Some(format), _) => format,
        (None, [format]) => *format,
        (None, []) if Shape::of(text).is_location_routing() => {
            let what = "this is an instance of location-routing, which is not supported yet";
            return Err(vec![FormatError::whole(what.to_owned())]);
        }
        (None, []) => {
            let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
            let what =
                format!("none of the formats fits: {}; state one to see what is wrong", names.join(", "));
            return Err(vec![FormatError::whole(what)]);
        }
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|format| format.name()).collect();
            let what = format!("several formats fit: {}; state one", names.join(", "));
            return Err(vec![FormatError::whole(what)]);
        }
    };
    match format {
        Format::Pmed => read_pmed(text),
        Format::Cap => read_cap(text, capacity),
        Format::Pmedcap => read_pmedcap(text, capacity),
        Format::Sscflp => read_sscflp(text, capacity),
        Format::Tsplib => read_tsplib(text),
        Format::Matrix => read_matrix(text),
    }
}

/// The formats whose numbers of words and lines fit a text.
pub fn fitting_formats(text: &str) -> Vec<Format> {
    let first = text.lines().next().unwrap_or_default();
    if text.contains("NODE_COORD_SECTION") {
        return vec![Format::Tsplib];
    }
    if first.matches(',').count() >= 2 {
        return vec![Format::Matrix];
    }
    let shape = Shape::of(text);
    let all = [
        (Format::Pmed, shape.is_pmed()),
        (Format::Cap, shape.is_cap()),
        (Format::Pmedcap, shape.is_pmedcap()),
        (Format::Sscflp, shape.is_sscflp()),
    ];
    all.into_iter().filter(|(_, fits)| *fits).map(|(format, _)| format).collect()
}

/// Numbers of words: in all, and line by line at the beginning.
struct Shape {
    words: usize,
    /// The first words as numbers, as far as they are whole.
    head: Vec<Option<usize>>,
    /// Words in each line that has any.
    lines: Vec<usize>,
}

impl Shape {
    fn of(text: &str) -> Self {
        let lines: Vec<usize> = text
            .lines()
            .map(|line| line.split_ascii_whitespace().count())
            .filter(|count| *count > 0)
            .collect();
        let head = text
            .split_ascii_whitespace()
            .take(5)
            .map(|word| word.trim_end_matches('.').parse().ok())
            .collect();
        Self { words: lines.iter().sum(), head, lines }
    }

    fn head(&self, at: usize) -> usize {
        // What is missing fits nothing.
        self.head.get(at).copied().flatten().unwrap_or(usize::MAX / 8).min(1 << 30)
    }

    fn is_pmed(&self) -> bool {
        self.words == 3 + 3 * self.head(1) && self.lines[0] != 2
    }

    fn is_pmedcap(&self) -> bool {
        self.words == 5 + 4 * self.head(2)
    }

    /// The number of words of cap and sscflp is the same.
    fn is_facility_location(&self) -> bool {
        let (sites, clients) = (self.head(0), self.head(1));
        self.words == 2 + 2 * sites + clients * (1 + sites)
    }

    /// After the first line, lines of capacity and opening cost; or no lines that could tell.
    fn is_cap(&self) -> bool {
        let sites = self.head(0);
        let has_pairs = self.lines.get(1..=sites).is_some_and(|lines| lines.iter().all(|words| *words == 2));
        self.is_facility_location() && (has_pairs || self.lines.len() == 1)
    }

    /// Lines of all capacities, opening costs and demands; or at least no pairs.
    fn is_sscflp(&self) -> bool {
        let has_rows = self.lines.get(1) == Some(&self.head(0)) && self.lines.get(2) == Some(&self.head(0));
        self.is_facility_location() && (has_rows || !self.is_cap() || self.lines.len() == 1)
    }

    fn is_location_routing(&self) -> bool {
        self.lines.first() == Some(&1) && self.words == 5 + 3 * self.head(0) + 4 * self.head(1)
    }
}
