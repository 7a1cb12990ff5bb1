//! Rows of a day's files on the wire: orders, couriers, sites, vehicle types, prices; days; the record of changes.

use coldmile_store::{ChangeRecord, DayHead};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A row of a file of the day: what it says by key or column, each value as the file writes it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowView {
    /// Its id.
    pub id: String,
    /// The version of the row, for `If-Match`.
    pub etag: String,
    /// Its values; a key or column that is not there is absent.
    #[schema(value_type = Object)]
    pub values: Map<String, Value>,
}

/// New values of a row by key or column, as a merge patch (RFC 7396): null takes a value out. Of a new row all its values.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub(crate) struct RowPatch(pub Map<String, Value>);

/// A day in the list of days.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayHeadView {
    /// Local date, `2026-03-17`.
    pub date: String,
    /// The name of its network.
    pub name: String,
    /// How many plans it has.
    pub plans: u64,
    /// Whether one of them is published.
    pub is_published: bool,
    /// Whether it is the day that phones and desks work by.
    pub is_today: bool,
}

impl DayHeadView {
    pub(crate) fn new(head: DayHead, today: &str) -> Self {
        Self {
            is_today: head.date == today,
            date: head.date,
            name: head.name,
            plans: head.plan_count,
            is_published: head.is_published,
        }
    }
}

/// `POST /days`.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DayPost {
    /// Local date, `2026-03-17`.
    pub date: String,
    /// The day whose network it takes over, by its date; the day that people work by when absent.
    #[serde(default)]
    pub from: Option<String>,
    /// A `network.toml` to begin with instead.
    #[serde(default)]
    pub network: Option<String>,
}

/// A change of a day by a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangeView {
    /// Its number, growing over all days.
    pub number: u64,
    /// When it was made.
    pub at: i64,
    /// The device that made it.
    pub actor: String,
    /// Its name at that time.
    pub name: String,
    /// `order`, `courier`, `site`, `vehicle_type`, `prices`, `day` or `import`.
    pub what: String,
    /// The id of the thing.
    pub item: String,
    /// The key or column; null where the whole thing came or went.
    pub field: Option<String>,
    /// What it was.
    #[schema(value_type = Object)]
    pub before: Value,
    /// What it is since then.
    #[schema(value_type = Object)]
    pub after: Value,
}

impl From<ChangeRecord> for ChangeView {
    fn from(record: ChangeRecord) -> Self {
        let ChangeRecord { number, at, by, change } = record;
        Self {
            number,
            at: at.unix(),
            actor: by.actor.to_string(),
            name: by.name,
            what: change.what,
            item: change.item,
            field: change.field,
            before: change.before,
            after: change.after,
        }
    }
}

/// What an import does, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportView {
    /// Whether it was done: not for a dry run, and not when rows were refused.
    pub is_done: bool,
    /// Orders that the day does not have yet.
    pub new: usize,
    /// Orders that it has with other values.
    pub changed: usize,
    /// Orders that it has as they are.
    pub unchanged: usize,
    /// Rows that give no order.
    pub rejected: usize,
    /// Rows with something in them below the header; 0 when the file is refused as a whole.
    pub rows: usize,
    /// How many problems there are, listed or not.
    pub problem_count: usize,
    /// What is wrong with the rejected rows; the first thousand.
    pub problems: Vec<ImportProblem>,
    /// How many notices there are, listed or not.
    pub notice_count: usize,
    /// What was taken and should be looked at; the first thousand.
    pub notices: Vec<ImportProblem>,
    /// What each column of the file was taken for, in their order.
    pub columns: Vec<ImportColumn>,
    /// Rejected rows and those with notices as they stand in the file; the first two thousand of each.
    pub cells: Vec<ImportRow>,
}

/// A column of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportColumn {
    /// What its header says.
    pub header: String,
    /// The column of `orders.csv` that it is read as; null when it is ignored.
    pub column: Option<&'static str>,
    /// Whether the request said so, rather than the header's name.
    pub is_chosen: bool,
}

/// A row of a file as it stands there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportRow {
    /// Line of the file, from 1.
    pub row: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

/// A cell that cannot be read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportProblem {
    /// Line of the file, from 1; null for the file as a whole.
    pub row: Option<u64>,
    /// The column as the file calls it.
    pub column: Option<String>,
    /// What stands there.
    pub value: String,
    /// Stable code, `order/…`.
    pub code: String,
    /// A sentence.
    pub reason: String,
    /// What may have been meant, best first.
    pub suggestions: Vec<String>,
}
