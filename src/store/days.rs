//! Days: what the plans of a date are made from, as it was read.
//!
//! A day is its date: whatever is corrected in its files (a name, a window, another order) leaves it the same day, with
//! its plans and events. Files that were replaced are kept as versions.

use super::compression::{compress, decompress};
use super::connection::{Connection, SqlRow, args};
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
    /// `network.toml`, byte by byte.
    pub network: Vec<u8>,
    /// `orders.csv`, byte by byte: in whatever encoding it is.
    pub orders: Vec<u8>,
}

/// A day as kept, with its files as they were given last.
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
    /// Keeps a day; the same date again is the same day, whose files are replaced and kept as a version.
    pub async fn put_day(&self, day: NewDay, now: Timestamp) -> Result<DayId, StoreError> {
        let digest = Digest::of_parts([day.name.as_bytes(), day.date.as_bytes(), &day.network, &day.orders]);
        let (network, orders) = (compress(&day.network), compress(&day.orders));
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                // Older programs made a day of each version: the one that people work by counts.
                let sql = "select id, digest from days where date = $1
                           order by (select count(*) from plans where day = days.id and status = 'published') desc,
                                    id desc limit 1";
                if let Some(row) = conn.row(sql, args![day.date.as_str()]).await? {
                    let id = DayId(row.count(0)?);
                    if row.bytes(1)? != digest.bytes() {
                        replace_files(&mut conn, id, digest, &day.name, network, orders, now).await?;
                    }
                    return Ok(id);
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

    /// How many times the files of a day were replaced.
    pub async fn day_versions(&self, id: DayId) -> Result<u64, StoreError> {
        let mut reader = self.reader().await?;
        let sql = "select count(*) from day_versions where day = $1";
        Ok(reader.conn().number(sql, args![id.0]).await?.unsigned_abs())
    }

    /// The day that was kept last, if any.
    pub async fn latest_day(&self) -> Result<Option<DayRecord>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = "select id, name, date, network, orders, created_at from days order by id desc limit 1";
        reader.conn().row(sql, args![]).await?.map(|row| read_day(&row)).transpose()
    }
}

/// Replaces the files of a day and keeps those it had.
async fn replace_files(
    conn: &mut Connection<'_>,
    day: DayId,
    digest: Digest,
    name: &str,
    network: Vec<u8>,
    orders: Vec<u8>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let keep = "insert into day_versions (day, version, digest, name, network, orders, replaced_at)
                select id, (select count(*) + 1 from day_versions where day = days.id), digest, name, network, orders, $2
                from days where id = $1";
    conn.execute(keep, args![day.0, now]).await?;
    // The digest tells versions apart and is unique among days: another day of an older program may have it.
    let taken = "select count(*) from days where digest = $2 and id <> $1";
    let is_taken = conn.number(taken, args![day.0, digest.bytes()]).await? > 0;
    let digest = if is_taken { Digest::of_parts([digest.bytes(), &day.0.to_le_bytes()]) } else { digest };
    let replace = "update days set digest = $2, name = $3, network = $4, orders = $5 where id = $1";
    conn.execute(replace, args![day.0, digest.bytes(), name, network, orders]).await?;
    Ok(())
}

fn read_day(row: &SqlRow) -> Result<DayRecord, StoreError> {
    Ok(DayRecord {
        id: DayId(row.count(0)?),
        day: NewDay {
            name: row.text(1)?,
            date: row.text(2)?,
            network: decompress("day", &row.bytes(3)?)?,
            orders: decompress("day", &row.bytes(4)?)?,
        },
        created_at: row.time(5)?,
    })
}
