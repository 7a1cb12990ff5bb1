//! One broken rule: which, whose, when and how much.

use coldmile_model::{Courier, Order, Site};
use coldmile_plan::Run;
use coldmile_units::{Grams, Id, Metres, Millilitres, Money, Seconds, Timestamp};
use serde::Serialize;
use std::cmp::Ordering;
use std::fmt;

/// One broken rule found by the referee. Its [`Display`](fmt::Display) is one line in plain words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Violation {
    /// Stable code, one of [`CODES`](super::CODES).
    pub code: &'static str,
    /// Whose rule is broken.
    pub subject: Subject,
    /// When, if it happens at a moment.
    pub at: Option<Timestamp>,
    /// The same moment on the clocks of the day's time zone, `09:41:05`.
    pub clock: Option<String>,
    /// What is wrong, with both figures and the place inside the run.
    pub text: String,
    /// By how much, where that can be measured.
    pub amount: Option<Amount>,
}

/// What a violation is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// The plan as a whole.
    Plan,
    /// A site, and what happens there.
    Site(Id<Site>),
    /// A courier.
    Courier(Id<Courier>),
    /// A run, and everything on the way.
    Run(Id<Run>),
    /// An order with its parcels.
    Order(Id<Order>),
}

/// How far beyond the rule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Amount {
    /// A span of time.
    Seconds(Seconds),
    /// A way.
    Metres(Metres),
    /// A mass.
    Grams(Grams),
    /// A volume.
    Millilitres(Millilitres),
    /// Money in minor units.
    Money(Money),
    /// A difference of temperature.
    Kelvin(f64),
    /// So many things.
    Count(i64),
}

impl Violation {
    pub(super) fn new(code: &'static str, subject: Subject, text: impl Into<String>) -> Self {
        Self { code, subject, at: None, clock: None, text: text.into(), amount: None }
    }

    pub(super) fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }

    pub(super) fn by(mut self, amount: Amount) -> Self {
        self.amount = Some(amount);
        self
    }

    /// The order of a report: by code, then subject, then time.
    pub(super) fn report_order(&self, other: &Self) -> Ordering {
        (self.code, &self.subject, self.at, &self.text).cmp(&(
            other.code,
            &other.subject,
            other.at,
            &other.text,
        ))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.subject)?;
        if let Some(clock) = &self.clock {
            write!(f, " at {clock}")?;
        }
        write!(f, ": {}", self.text)?;
        match self.amount {
            Some(amount) => write!(f, " ({amount})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan => f.write_str("plan"),
            Self::Site(id) => write!(f, "site {id}"),
            Self::Courier(id) => write!(f, "courier {id}"),
            Self::Run(id) => write!(f, "run {id}"),
            Self::Order(id) => write!(f, "order {id}"),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(span) => span.fmt(f),
            Self::Metres(way) => way.fmt(f),
            Self::Grams(mass) => mass.fmt(f),
            Self::Millilitres(volume) => volume.fmt(f),
            Self::Money(money) => money.fmt(f),
            Self::Kelvin(kelvin) => write!(f, "{kelvin:.2} K"),
            Self::Count(count) => count.fmt(f),
        }
    }
}
