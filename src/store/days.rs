//! Days: what the plans of a date are made from, as it was read.
//!
//! A day is its date: whatever is corrected in its files (a name, a window, another order) leaves it the same day, with
//! its plans and events. Files that were replaced are kept as versions.

use super::changes::{Author, Change, record_changes};
use super::compression::{compress, decompress};
use super::connection::{Connection, SqlRow, args};
use super::digest::Digest;
use super::error::StoreError;
use super::handle::Store;
use super::ids::DayId;
use super::news::News;
use coldmile_units::Timestamp;
use std::sync::Arc;

macro_rules! days {
    ($rest:literal) => {
        concat!("select id, digest, name, date, network, orders, created_at from days ", $rest)
    };
}

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

/// A day after a change by a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditedDay {
    /// Its files now.
    pub day: NewDay,
    /// Who changed it.
    pub by: Author,
    /// What was changed.
    pub changes: Vec<Change>,
    /// Whether the files it had are kept as a version; the record of changes says what single values were.
    pub is_kept_before: bool,
}

/// A day as kept, with its files as they were given last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRecord {
    /// Its number.
    pub id: DayId,
    /// Tells these files from others.
    pub digest: Digest,
    /// What was given.
    pub day: NewDay,
    /// When it was first kept.
    pub created_at: Timestamp,
}

/// What lists show of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayHead {
    /// Its number.
    pub id: DayId,
    /// The name on screens.
    pub name: String,
    /// Local date, `2026-03-17`.
    pub date: String,
    /// How many plans it has.
    pub plan_count: u64,
    /// Whether one of them is published.
    pub is_published: bool,
}

impl NewDay {
    /// Tells these files from others.
    pub fn digest(&self) -> Digest {
        Digest::of_parts([self.name.as_bytes(), self.date.as_bytes(), &self.network, &self.orders])
    }
}

impl Store {
    /// Keeps a day; the same date again is the same day, whose files are replaced and kept as a version.
    pub async fn put_day(&self, day: NewDay, now: Timestamp) -> Result<DayId, StoreError> {
        let digest = day.digest();
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
                insert_day(&mut conn, digest, &day, (network, orders), now).await
            })
        })
        .await
    }

    /// One day.
    pub async fn day(&self, id: DayId) -> Result<DayRecord, StoreError> {
        let mut reader = self.reader().await?;
        let row = reader.conn().row(days!("where id = $1"), args![id.0]).await?;
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
        let row = reader.conn().row(days!("order by id desc limit 1"), args![]).await?;
        row.map(|row| read_day(&row)).transpose()
    }

    /// The day of a date, if there is one: of several that an older program made, the one that people work by.
    pub async fn day_of_date(&self, date: &str) -> Result<Option<DayRecord>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = days!(
            "where date = $1
             order by (select count(*) from plans where day = days.id and status = 'published') desc, id desc limit 1"
        );
        let row = reader.conn().row(sql, args![date]).await?;
        row.map(|row| read_day(&row)).transpose()
    }

    /// All days, the latest date first.
    pub async fn days(&self) -> Result<Vec<DayHead>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = "select id, name, date, (select count(*) from plans where day = days.id),
                          (select count(*) from plans where day = days.id and status = 'published')
                   from days order by date desc, id desc";
        let rows = reader.conn().rows(sql, args![]).await?;
        let heads = rows.iter().map(|row| {
            Ok(DayHead {
                id: DayId(row.count(0)?),
                name: row.text(1)?,
                date: row.text(2)?,
                plan_count: row.count(3)?,
                is_published: row.count(4)? > 0,
            })
        });
        heads.collect()
    }

    /// Keeps a new day, made by a person; a date that has one is taken.
    pub async fn add_day(
        &self,
        day: NewDay,
        by: Author,
        changes: Vec<Change>,
        now: Timestamp,
    ) -> Result<DayId, StoreError> {
        let digest = day.digest();
        let (network, orders) = (compress(&day.network), compress(&day.orders));
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                let sql = "select count(*) from days where date = $1";
                if conn.number(sql, args![day.date.as_str()]).await? > 0 {
                    return Err(StoreError::Taken { what: "date" });
                }
                let id = insert_day(&mut conn, digest, &day, (network, orders), now).await?;
                record_changes(&mut conn, id, &by, &changes, now).await?;
                write.news.push(Arc::new(News::Day { day: id }));
                Ok(id)
            })
        })
        .await
    }

    /// Replaces the files of a day after a change by a person, with a record of what changed; nothing is done unless the files are
    /// still those of `seen`. Returns what tells the new files from others.
    pub async fn edit_day(
        &self,
        id: DayId,
        seen: Digest,
        edited: EditedDay,
        now: Timestamp,
    ) -> Result<Digest, StoreError> {
        let EditedDay { day, by, changes, is_kept_before } = edited;
        let digest = day.digest();
        let (network, orders) = (compress(&day.network), compress(&day.orders));
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                let row = conn.row("select digest from days where id = $1", args![id.0]).await?;
                let row = row.ok_or_else(|| StoreError::NotFound { what: "day", id: id.to_string() })?;
                let found = row.bytes(0)?;
                if found != seen.bytes() {
                    return Err(StoreError::StaleFiles { date: day.date.clone() });
                }
                let digest = if found == digest.bytes() {
                    digest
                } else if is_kept_before {
                    replace_files(&mut conn, id, digest, &day.name, network, orders, now).await?
                } else {
                    overwrite_files(&mut conn, id, digest, &day.name, network, orders).await?
                };
                record_changes(&mut conn, id, &by, &changes, now).await?;
                write.news.push(Arc::new(News::Day { day: id }));
                Ok(digest)
            })
        })
        .await
    }
}

async fn insert_day(
    conn: &mut Connection<'_>,
    digest: Digest,
    day: &NewDay,
    (network, orders): (Vec<u8>, Vec<u8>),
    now: Timestamp,
) -> Result<DayId, StoreError> {
    let id = conn.number("select coalesce(max(id), 0) + 1 from days", args![]).await?;
    conn.execute(
        "insert into days (id, digest, name, date, network, orders, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        args![id, digest.bytes(), day.name.as_str(), day.date.as_str(), network, orders, now],
    )
    .await?;
    Ok(DayId(id.unsigned_abs()))
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
) -> Result<Digest, StoreError> {
    let keep = "insert into day_versions (day, version, digest, name, network, orders, replaced_at)
                select id, (select count(*) + 1 from day_versions where day = days.id), digest, name, network, orders, $2
                from days where id = $1";
    conn.execute(keep, args![day.0, now]).await?;
    overwrite_files(conn, day, digest, name, network, orders).await
}

/// Replaces the files of a day. Returns the digest under which they are kept.
async fn overwrite_files(
    conn: &mut Connection<'_>,
    day: DayId,
    digest: Digest,
    name: &str,
    network: Vec<u8>,
    orders: Vec<u8>,
) -> Result<Digest, StoreError> {
    // The digest tells versions apart and is unique among days: another day of an older program may have it.
    let taken = "select count(*) from days where digest = $2 and id <> $1";
    let is_taken = conn.number(taken, args![day.0, digest.bytes()]).await? > 0;
    let digest = if is_taken { Digest::of_parts([digest.bytes(), &day.0.to_le_bytes()]) } else { digest };
    let replace = "update days set digest = $2, name = $3, network = $4, orders = $5 where id = $1";
    conn.execute(replace, args![day.0, digest.bytes(), name, network, orders]).await?;
    Ok(digest)
}

fn read_day(row: &SqlRow) -> Result<DayRecord, StoreError> {
    Ok(DayRecord {
        id: DayId(row.count(0)?),
        digest: Digest::from_bytes(&row.bytes(1)?).ok_or_else(|| StoreError::BadRecord {
            what: "day",
            cause: "its digest has no 32 bytes".to_owned(),
        })?,
        day: NewDay {
            name: row.text(2)?,
            date: row.text(3)?,
            network: decompress("day", &row.bytes(4)?)?,
            orders: decompress("day", &row.bytes(5)?)?,
        },
        created_at: row.time(6)?,
    })
}
