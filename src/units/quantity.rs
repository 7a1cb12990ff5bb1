//! Quantities as types: an instant is not a span, a metre is not a gram.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

/// Arithmetic of a plain amount: it adds, subtracts, sums and scales by a whole number.
macro_rules! amount {
    ($(#[$doc:meta])* $name:ident, $unit:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0);
        }
        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl Mul<i64> for $name {
            type Output = Self;
            fn mul(self, factor: i64) -> Self {
                Self(self.0 * factor)
            }
        }
        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(Self::ZERO, Add::add)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {}", self.0, $unit)
            }
        }
    };
}

amount!(
    /// A span of time in whole seconds; negative when it runs backwards.
    Seconds,
    "s"
);
amount!(
    /// A distance along the road in whole metres.
    Metres,
    "m"
);
amount!(
    /// A mass in whole grams.
    Grams,
    "g"
);
amount!(
    /// A volume in whole millilitres (a litre is 1,000).
    Millilitres,
    "ml"
);
amount!(
    /// Money in minor units of the day's currency (cents, fen).
    Money,
    "minor units"
);

impl Seconds {
    /// Whole minutes as seconds.
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes * 60)
    }
}

/// A point in time: whole seconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Before everything. Far enough from the end of `i64` that spans can still be taken.
    pub const MIN: Self = Self(i64::MIN / 4);
    /// After everything. Far enough from the end of `i64` that spans can still be added.
    pub const MAX: Self = Self(i64::MAX / 4);

    /// The instant this many seconds after the Unix epoch.
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the Unix epoch.
    pub const fn unix(self) -> i64 {
        self.0
    }
}

impl Sub for Timestamp {
    type Output = Seconds;
    fn sub(self, other: Self) -> Seconds {
        Seconds(self.0 - other.0)
    }
}
impl Add<Seconds> for Timestamp {
    type Output = Self;
    fn add(self, span: Seconds) -> Self {
        Self(self.0 + span.0)
    }
}
impl AddAssign<Seconds> for Timestamp {
    fn add_assign(&mut self, span: Seconds) {
        self.0 += span.0;
    }
}
impl Sub<Seconds> for Timestamp {
    type Output = Self;
    fn sub(self, span: Seconds) -> Self {
        Self(self.0 - span.0)
    }
}

/// A temperature in degrees Celsius. A float: temperatures are parameters and results of a physical replay, they
/// never decide the order of a search.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Celsius(pub f64);
