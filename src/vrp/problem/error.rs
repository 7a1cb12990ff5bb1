//! What can be wrong with a problem.

use super::limits::{MAX_DIMENSIONS, MAX_LEG};

/// Why a problem was refused. [`code`](Self::code) is stable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProblemError {
    /// There is no profile at all.
    #[error("the problem has no travel profile")]
    NoProfile,
    /// There are more load dimensions than supported.
    #[error("{dimensions} load dimensions are more than {MAX_DIMENSIONS}")]
    TooManyDimensions {
        /// How many were asked for.
        dimensions: usize,
    },
    /// Two profiles disagree on how many locations there are.
    #[error("profile {profile} has {found} locations, the first profile has {expected}")]
    LocationCount {
        /// Position of the profile.
        profile: usize,
        /// Its number of locations.
        found: usize,
        /// That of the first profile.
        expected: usize,
    },
    /// Two locations of a profile are farther apart than the search can carry.
    #[error("profile {profile}: a leg of {longest} seconds or metres is longer than {MAX_LEG}")]
    LegTooLong {
        /// Position of the profile.
        profile: usize,
        /// Its longest leg.
        longest: i64,
    },
    /// A depot or client lies outside the profiles' locations.
    #[error("{what} {index}: location {location} does not exist, there are {locations}")]
    UnknownLocation {
        /// `depot` or `client`.
        what: &'static str,
        /// Its position.
        index: usize,
        /// The location it names.
        location: usize,
        /// How many there are.
        locations: usize,
    },
    /// A vehicle type names something that does not exist.
    #[error("vehicle type {index}: {what} {named} does not exist, there are {len}")]
    UnknownReference {
        /// Position of the vehicle type.
        index: usize,
        /// `profile`, `start depot` or `end depot`.
        what: &'static str,
        /// The position it names.
        named: usize,
        /// How many there are.
        len: usize,
    },
    /// A load has more dimensions than the problem, or a capacity not the same number.
    #[error("{what} {index}: {field} has {found} load dimensions, the problem has {dimensions}")]
    Dimensions {
        /// `client` or `vehicle type`.
        what: &'static str,
        /// Its position.
        index: usize,
        /// Which load.
        field: &'static str,
        /// Dimensions found.
        found: usize,
        /// Dimensions of the problem.
        dimensions: usize,
    },
    /// A number that must not be negative is, or a number is absurdly large.
    #[error("{what} {index}: {field} is {value}, outside 0 to {max}")]
    OutOfRange {
        /// `depot`, `client` or `vehicle type`.
        what: &'static str,
        /// Its position.
        index: usize,
        /// Which field.
        field: &'static str,
        /// Its value.
        value: i64,
        /// The largest allowed.
        max: i64,
    },
    /// A vehicle type reloads but ends at another depot.
    #[error("vehicle type {index}: with more than one trip it must end at the depot where it starts")]
    ReloadElsewhere {
        /// Position of the vehicle type.
        index: usize,
    },
    /// A client names a group or an origin that does not exist.
    #[error("client {index}: {what} {named} does not exist, there are {len}")]
    UnknownRelation {
        /// Position of the client.
        index: usize,
        /// `group`, `origin` or `vehicle type`.
        what: &'static str,
        /// The position it names.
        named: usize,
        /// How many there are.
        len: usize,
    },
    /// Two clients cannot be origin and destination of the same goods.
    #[error("client {index}: {cause}")]
    BadPair {
        /// Position of the destination.
        index: usize,
        /// Why not.
        cause: PairError,
    },
    /// A client has a prize although its group says what leaving it out costs.
    #[error("client {index}: the prize of an alternative is that of its group")]
    PrizeInGroup {
        /// Position of the client.
        index: usize,
    },
    /// A vehicle type that may make no trip.
    #[error("vehicle type {index}: it may make no trip at all")]
    NoTrips {
        /// Position of the vehicle type.
        index: usize,
    },
}

impl ProblemError {
    /// A stable name for the console, the log and the documentation.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoProfile => "vrp/no-profile",
            Self::TooManyDimensions { .. } => "vrp/too-many-dimensions",
            Self::LocationCount { .. } => "vrp/location-count",
            Self::LegTooLong { .. } => "vrp/leg-too-long",
            Self::UnknownLocation { .. } => "vrp/unknown-location",
            Self::UnknownReference { .. } => "vrp/unknown-reference",
            Self::Dimensions { .. } => "vrp/dimensions",
            Self::OutOfRange { .. } => "vrp/out-of-range",
            Self::ReloadElsewhere { .. } => "vrp/reload-elsewhere",
            Self::NoTrips { .. } => "vrp/no-trips",
            Self::UnknownRelation { .. } => "vrp/unknown-relation",
            Self::BadPair { .. } => "vrp/bad-pair",
            Self::PrizeInGroup { .. } => "vrp/prize-in-group",
        }
    }
}

/// Why two clients cannot be a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PairError {
    /// The origin is the client itself, or has an origin of its own.
    #[error("its origin is no origin itself")]
    Chain,
    /// Two destinations share an origin.
    #[error("its origin already has another destination")]
    Shared,
    /// One of the two has goods besides those that go from one to the other.
    #[error("a destination has no goods of its own, and its origin is brought nothing")]
    OwnGoods,
    /// The destination limits rides or exposure, which are those of goods from the depot.
    #[error("a destination has no longest ride and no limit of exposure")]
    Limited,
    /// One of the two is an alternative.
    #[error("neither it nor its origin may belong to a group")]
    InGroup,
    /// One must be served, the other need not.
    #[error("it and its origin must both have a prize, or neither")]
    HalfRequired,
}
