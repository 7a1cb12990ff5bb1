//! Why a file is refused: the line and the cause.

use crate::problem::ProblemError;

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
    #[error("{what}: {text:?} is not a number between {min} and {max}")]
    BadNumber {
        /// What it should be.
        what: &'static str,
        /// What stands there.
        text: String,
        /// Smallest sensible value.
        min: i64,
        /// Largest sensible value.
        max: i64,
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
    #[error("location {one} belongs to {other}, but not vice versa")]
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
    /// Two locations are farther apart than the solver can carry.
    #[error("this location is {distance} away from that of line {other}, more than {max}")]
    TooFar {
        /// The line of the other location.
        other: usize,
        /// Their distance in units of the file.
        distance: i64,
        /// The largest there may be.
        max: i64,
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
    pub(super) fn at(self, line: usize) -> FormatError {
        FormatError { line, cause: self }
    }
}

/// The first of a problem's errors, as an error of the file.
pub(super) fn inconsistent(errors: Vec<ProblemError>) -> FormatError {
    Cause::Inconsistent(errors.into_iter().next().expect("a refused problem has an error")).at(0)
}
