//! A violation: the rule, the subject, the time and the amount.

use coldmile_model::{Courier, Order, Site};
use coldmile_plan::Run;
use coldmile_units::{Grams, Id, Metres, Millilitres, Money, Seconds, Timestamp};
use serde::Serialize;
use std::cmp::Ordering;
use std::fmt;

/// One broken rule. Its [`Display`](fmt::Display) is one line of text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Violation {
    /// Stable code, one of [`CODES`](crate::CODES).
    pub code: &'static str,
    /// What breaks the rule.
    pub subject: Subject,
    /// When, if it has a moment.
    pub at: Option<Timestamp>,
    /// The same moment as local time of the day's time zone, `09:41:05`.
    pub clock: Option<String>,
    /// What is wrong, with the stated and the expected figure and the position in the run.
    pub text: String,
    /// By how much, where that is measurable.
    pub amount: Option<Amount>,
}

/// The subject of a violation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// The plan as a whole.
    Plan,
    /// A site.
    Site(Id<Site>),
    /// A courier.
    Courier(Id<Courier>),
    /// A run with its trips and stops.
    Run(Id<Run>),
    /// An order, including its parcels.
    Order(Id<Order>),
}

/// By how much a rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Amount {
    /// A span of time.
    Seconds(Seconds),
    /// A distance.
    Metres(Metres),
    /// A mass.
    Grams(Grams),
    /// A volume.
    Millilitres(Millilitres),
    /// Money in minor units.
    Money(Money),
    /// A difference of temperature.
    Kelvin(f64),
    /// A number of things.
    Count(i64),
}

impl Violation {
    /// A violation without moment and amount.
    pub(super) fn new(code: &'static str, subject: Subject, text: impl Into<String>) -> Self {
        Self { code, subject, at: None, clock: None, text: text.into(), amount: None }
    }

    /// Sets the moment.
    pub(super) fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }

    /// Sets the amount.
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
            Self::Metres(distance) => distance.fmt(f),
            Self::Grams(mass) => mass.fmt(f),
            Self::Millilitres(volume) => volume.fmt(f),
            Self::Money(money) => money.fmt(f),
            Self::Kelvin(kelvin) => write!(f, "{kelvin:.2} K"),
            Self::Count(count) => count.fmt(f),
        }
    }
}
