//! Days: what the plans of a date are made from, as it was read.

use super::compression::{compress, decompress_text};
use super::connection::{SqlRow, args};
use super::digest::Digest;
use super::error::StoreError;
use super::handle::Store;
use super::ids::DayId;
use coldmile_units::Timestamp;

/// A day to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDay {
    /// The name on screens.
    pub name: String,
    /// Local date, `2026-03-17`.
    pub date: String,
    /// `network.toml` as it was read.
    pub network: String,
    /// `orders.csv` as it was read.
    pub orders: String,
}

/// A day as kept. Never changes: other inputs are another day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRecord {
    /// Its number.
    pub id: DayId,
    /// What was given.
    pub day: NewDay,
    /// When it was first kept.
    pub created_at: Timestamp,
}

impl Store {
    /// Keeps a day; the same content again is the same day.
    pub async fn put_day(&self, day: NewDay, now: Timestamp) -> Result<DayId, StoreError> {
        let digest = Digest::of_parts([&day.name, &day.date, &day.network, &day.orders]);
        let (network, orders) = (compress(day.network.as_bytes()), compress(day.orders.as_bytes()));
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                let known = conn.row("select id from days where digest = $1", args![digest.bytes()]).await?;
                if let Some(row) = known {
                    return Ok(DayId(row.count(0)?));
                }
                let id = conn.number("select coalesce(max(id), 0) + 1 from days", args![]).await?;
                conn.execute(
                    "insert into days (id, digest, name, date, network, orders, created_at)
                     values ($1, $2, $3, $4, $5, $6, $7)",
                    args![id, digest.bytes(), day.name, day.date, network, orders, now],
                )
                .await?;
                Ok(DayId(id.unsigned_abs()))
            })
        })
        .await
    }

    /// One day.
    pub async fn day(&self, id: DayId) -> Result<DayRecord, StoreError> {
        let mut reader = self.reader().await?;
        let sql = "select id, name, date, network, orders, created_at from days where id = $1";
        let row = reader.conn().row(sql, args![id.0]).await?;
        read_day(&row.ok_or_else(|| StoreError::NotFound { what: "day", id: id.to_string() })?)
    }

    /// The day that was kept last, if any.
    pub async fn latest_day(&self) -> Result<Option<DayRecord>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = "select id, name, date, network, orders, created_at from days order by id desc limit 1";
        reader.conn().row(sql, args![]).await?.map(|row| read_day(&row)).transpose()
    }
}

fn read_day(row: &SqlRow) -> Result<DayRecord, StoreError> {
    Ok(DayRecord {
        id: DayId(row.count(0)?),
        day: NewDay {
            name: row.text(1)?,
            date: row.text(2)?,
            network: decompress_text("day", &row.bytes(3)?)?,
            orders: decompress_text("day", &row.bytes(4)?)?,
        },
        created_at: row.time(5)?,
    })
}
