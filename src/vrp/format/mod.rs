//! The literature's instance and solution files.
//!
//! [`read_instance`] takes Solomon's and Li and Lim's `.txt` and VRPLIB-like `.vrp` text and tells them apart by itself; [`read_solution`]
//! and [`write_solution`] speak the CVRPLIB form. Every error names its line and cause. Clients carry their location
//! number in the file, counted from 0 with the depots first.

mod lilim;
mod plane;
mod sol;
mod solomon;
mod vrplib;

pub use sol::{read_solution, write_solution};

use crate::problem::{Problem, ProblemError, VehicleType};
use coldmile_units::Idx;

/// Why a file was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {cause}")]
pub struct FormatError {
    /// Line counted from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// What is wrong.
    pub cause: Cause,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The file ended, or a section did, before this was found.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A word that should be a number is none, or lies outside what makes sense.
    #[error("{what}: {text:?} is not a number between {least} and {most}")]
    BadNumber {
        /// What it should be.
        what: &'static str,
        /// What stands there.
        text: String,
        /// Smallest sensible value.
        least: i64,
        /// Largest sensible value.
        most: i64,
    },
    /// A section or keyword that this reader does not know.
    #[error("{0:?} is not supported")]
    Unsupported(String),
    /// A line number in a list is not the next one.
    #[error("{what}: expected number {expected}, found {found}")]
    OutOfOrder {
        /// Which list.
        what: &'static str,
        /// What should come.
        expected: usize,
        /// What came.
        found: usize,
    },
    /// A list has another length than announced.
    #[error("{what}: expected {expected} entries, found {found}")]
    WrongLength {
        /// Which list.
        what: &'static str,
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A window that closes before it opens.
    #[error("the time window of {0} closes before it opens")]
    ReversedWindow(usize),
    /// Something names a location, depot or vehicle that does not exist.
    #[error("{what} {number} does not exist")]
    Unknown {
        /// What is named.
        what: &'static str,
        /// Its number.
        number: usize,
    },
    /// A location names another as its other half, and that one does not name it back.
    #[error("location {one} belongs to {other}, but not the other way round")]
    Unpaired {
        /// The location of the line.
        one: usize,
        /// The one it names.
        other: usize,
    },
    /// What is taken up at one half of a pair is not what is brought to the other.
    #[error("location {number}: the demand is {found}, its other half asks for {expected}")]
    UnequalPair {
        /// The location of the line.
        number: usize,
        /// What its other half asks for.
        expected: i64,
        /// What stands there.
        found: i64,
    },
    /// Something may be named only once.
    #[error("{what} {number} is named twice")]
    Repeated {
        /// What is named.
        what: &'static str,
        /// Its number.
        number: usize,
    },
    /// The text is none of the known formats.
    #[error("this is neither a Solomon, a Li and Lim nor a VRPLIB instance")]
    UnknownFormat,
    /// The numbers contradict each other.
    #[error("{0}")]
    Inconsistent(ProblemError),
}

impl Cause {
    fn at(self, line: usize) -> FormatError {
        FormatError { line, cause: self }
    }
}

/// How costs of a family are printed: the problem's integer cost divided, with so many decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostScale {
    /// What the integer cost is divided by.
    pub divisor: i64,
    /// Decimals printed.
    pub decimals: usize,
}

impl CostScale {
    /// The cost as the family's tables print it.
    pub fn to_number(self, cost: i64) -> f64 {
        cost as f64 / self.divisor as f64
    }

    /// The cost as text.
    pub fn to_text(self, cost: i64) -> String {
        format!("{:.*}", self.decimals, self.to_number(cost))
    }
}

/// An instance as read: the problem, and what its files need to number things.
#[derive(Debug)]
pub struct Instance {
    /// The problem.
    pub problem: Problem,
    /// How costs are printed.
    pub cost_scale: CostScale,
    /// Depots stand before the clients in the file's numbering.
    pub depot_count: usize,
    /// The vehicle type of every vehicle, where the file lists them one by one: then route `k` of a solution is
    /// vehicle `k`. Empty when all vehicles are alike.
    pub vehicles: Vec<Idx<VehicleType>>,
}

/// Reads a Solomon, Li and Lim or VRPLIB instance.
///
/// Conventions, by family: Solomon files count in tenths (distances are ⌊10 · euclid⌋, as in the DIMACS challenge of
/// 2021); `TYPE` CVRP, VRPB and GVRP round to the nearest integer; VRPTW, PCVRPTW and MTVRPTWR on coordinates use tenths too;
/// MDVRPTW, SDVRPTW and Li and Lim round thousandths; HFVRP prints hundredths of its prices; explicit matrices stand as they are and
/// then `VEHICLES` is no limit.
pub fn read_instance(text: &str) -> Result<Instance, FormatError> {
    let is_vrplib = text.lines().take(100).any(|line| {
        let word = line.split([':', ' ', '\t']).next().unwrap_or_default();
        word == "DIMENSION" || word == "EDGE_WEIGHT_TYPE"
    });
    if is_vrplib {
        vrplib::read(text)
    } else if text.lines().take(20).any(|line| line.trim() == "VEHICLE") {
        solomon::read(text)
    } else if lilim::is_one(text) {
        lilim::read(text)
    } else {
        Err(Cause::UnknownFormat.at(0))
    }
}

/// Largest magnitude of a number.
const MOST: i64 = 99_999_999_999;

/// A number of at most eleven digits, not negative.
fn number(word: Option<&str>, what: &'static str, line: usize) -> Result<i64, FormatError> {
    whole(word, what, 0, line)
}

/// A number of at most eleven digits.
fn signed(word: Option<&str>, what: &'static str, line: usize) -> Result<i64, FormatError> {
    whole(word, what, -MOST, line)
}

fn whole(word: Option<&str>, what: &'static str, least: i64, line: usize) -> Result<i64, FormatError> {
    let text = word.ok_or(Cause::Missing(what).at(line))?;
    // Some files write whole numbers with decimals.
    let value = text.parse::<i64>().ok().or_else(|| {
        let value = text.parse::<f64>().ok()?;
        (value.fract() == 0.0 && value.abs() < 1e12).then_some(value as i64)
    });
    match value {
        Some(value) if (least..=MOST).contains(&value) => Ok(value),
        _ => {
            Err(Cause::BadNumber { what, text: text.chars().take(40).collect(), least, most: MOST }.at(line))
        }
    }
}

/// A coordinate.
fn coordinate(word: Option<&str>, line: usize) -> Result<f64, FormatError> {
    const MOST: i64 = 1_000_000;
    let text = word.ok_or(Cause::Missing("a coordinate").at(line))?;
    match text.parse::<f64>() {
        Ok(value) if value.abs() <= MOST as f64 => Ok(value),
        _ => Err(Cause::BadNumber {
            what: "coordinate",
            text: text.chars().take(40).collect(),
            least: -MOST,
            most: MOST,
        }
        .at(line)),
    }
}

/// The first of a problem's errors, as an error of the file.
fn inconsistent(errors: Vec<ProblemError>) -> FormatError {
    Cause::Inconsistent(errors.into_iter().next().expect("a refused problem has an error")).at(0)
}
