//! The record of what people changed of a day. Rows are only added.

use super::connection::{Connection, SqlRow, args};
use super::error::StoreError;
use super::handle::Store;
use super::ids::DayId;
use coldmile_plan::Actor;
use coldmile_units::{Id, Timestamp};
use serde_json::Value;

/// Who changed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The device, or the key of a shop.
    pub actor: Id<Actor>,
    /// The name on screens at that time.
    pub name: String,
}

/// One value that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The kind of thing: `order`, `courier`, `site`, `vehicle_type`, `prices`, `day`.
    pub what: String,
    /// Its id; of an import, the name of the file.
    pub item: String,
    /// The key or column; `None` where the whole thing came or went.
    pub field: Option<String>,
    /// What it was; null where there was nothing.
    pub before: Value,
    /// What it is now; null where it went.
    pub after: Value,
}

/// A change as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRecord {
    /// Its number, growing over all days.
    pub number: u64,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub by: Author,
    /// What it was.
    pub change: Change,
}

macro_rules! changes {
    ($rest:literal) => {
        concat!("select number, at, actor, name, what, item, field, before, after from changes ", $rest)
    };
}

impl Store {
    /// Changes of a day with a number below `before`, newest first, at most `limit`; only those of one thing where `of` names its
    /// kind and id.
    pub async fn changes(
        &self,
        day: DayId,
        of: Option<(&str, &str)>,
        before: u64,
        limit: usize,
    ) -> Result<Vec<ChangeRecord>, StoreError> {
        let mut reader = self.reader().await?;
        let mut conn = reader.conn();
        let before = i64::try_from(before).unwrap_or(i64::MAX);
        let rows = match of {
            None => {
                let sql = changes!("where day = $1 and number < $2 order by number desc limit $3");
                conn.rows(sql, args![day.0, before, limit as u64]).await?
            }
            Some((what, item)) => {
                let sql = changes!(
                    "where day = $1 and number < $2 and what = $4 and item = $5 order by number desc limit $3"
                );
                conn.rows(sql, args![day.0, before, limit as u64, what, item]).await?
            }
        };
        rows.iter().map(read_change).collect()
    }
}

/// Adds changes to the record of a day.
pub(super) async fn record_changes(
    conn: &mut Connection<'_>,
    day: DayId,
    by: &Author,
    changes: &[Change],
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "insert into changes (number, day, at, actor, name, what, item, field, before, after)
               values ((select coalesce(max(number), 0) + 1 from changes), $1, $2, $3, $4, $5, $6, $7, $8, $9)";
    for change in changes {
        let values = args![
            day.0,
            now,
            &by.actor,
            by.name.as_str(),
            change.what.as_str(),
            change.item.as_str(),
            change.field.clone(),
            change.before.to_string(),
            change.after.to_string(),
        ];
        conn.execute(sql, values).await?;
    }
    Ok(())
}

fn read_change(row: &SqlRow) -> Result<ChangeRecord, StoreError> {
    let value = |text: String| {
        let bad =
            |error: serde_json::Error| StoreError::BadRecord { what: "change", cause: error.to_string() };
        serde_json::from_str::<Value>(&text).map_err(bad)
    };
    Ok(ChangeRecord {
        number: row.count(0)?,
        at: row.time(1)?,
        by: Author { actor: row.id(2)?, name: row.text(3)? },
        change: Change {
            what: row.text(4)?,
            item: row.text(5)?,
            field: row.maybe_text(6)?,
            before: value(row.text(7)?)?,
            after: value(row.text(8)?)?,
        },
    })
}
