//! One connection to either database, with the few calls the store needs.
//!
//! Values are whole numbers, texts and bytes; anything richer is turned into these by the record's own file.

use super::error::StoreError;
use coldmile_units::{Id, Timestamp};
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{PgConnection, Postgres, Row as _, Sqlite, SqliteConnection};

/// A connection of the writer's own.
pub(super) enum WriterConnection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Connections that read.
#[derive(Clone, Debug)]
pub(super) enum ReadPool {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

/// A connection borrowed from a [`ReadPool`].
pub(super) enum PooledConnection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// Anything that runs SQL.
pub(super) enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl WriterConnection {
    pub fn conn(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(connection) => Connection::Sqlite(connection),
            Self::Postgres(connection) => Connection::Postgres(connection),
        }
    }
}

impl PooledConnection {
    pub fn conn(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(connection) => Connection::Sqlite(connection),
            Self::Postgres(connection) => Connection::Postgres(connection),
        }
    }
}

impl ReadPool {
    pub async fn acquire(&self) -> Result<PooledConnection, StoreError> {
        Ok(match self {
            Self::Sqlite(pool) => PooledConnection::Sqlite(pool.acquire().await?),
            Self::Postgres(pool) => PooledConnection::Postgres(pool.acquire().await?),
        })
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A value to bind.
pub(super) enum Arg {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// Values to bind, each turned into an [`Arg`].
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::connection::Arg::from($value)),*] };
}
pub(super) use args;

macro_rules! arg_from {
    ($($variant:ident: $kind:ty, $value:ident => $inner:expr;)*) => { $(
        impl From<$kind> for Arg {
            fn from($value: $kind) -> Self {
                Self::$variant(Some($inner))
            }
        }
        impl From<Option<$kind>> for Arg {
            fn from(value: Option<$kind>) -> Self {
                Self::$variant(value.map(|$value| $inner))
            }
        }
    )* };
}

arg_from! {
    Int: i64, value => value;
    Int: u64, value => value as i64;
    Int: Timestamp, value => value.unix();
    Text: &str, value => value.to_owned();
    Text: String, value => value;
    Bytes: Vec<u8>, value => value;
    Bytes: &[u8], value => value.to_vec();
}

impl<T> From<&Id<T>> for Arg {
    fn from(id: &Id<T>) -> Self {
        Self::Text(Some(id.as_str().to_owned()))
    }
}
impl<T> From<Option<&Id<T>>> for Arg {
    fn from(id: Option<&Id<T>>) -> Self {
        Self::Text(id.map(|id| id.as_str().to_owned()))
    }
}

fn sqlite(sql: &'static str, args: Vec<Arg>) -> Query<'static, Sqlite, SqliteArguments> {
    args.into_iter().fold(sqlx::query(sql), |query, arg| match arg {
        Arg::Int(value) => query.bind(value),
        Arg::Text(value) => query.bind(value),
        Arg::Bytes(value) => query.bind(value),
    })
}

fn postgres(sql: &'static str, args: Vec<Arg>) -> Query<'static, Postgres, PgArguments> {
    args.into_iter().fold(sqlx::query(sql), |query, arg| match arg {
        Arg::Int(value) => query.bind(value),
        Arg::Text(value) => query.bind(value),
        Arg::Bytes(value) => query.bind(value),
    })
}

impl Connection<'_> {
    /// Runs `sql` and returns how many rows it touched.
    pub async fn execute(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<u64, StoreError> {
        Ok(match self {
            Self::Sqlite(connection) => sqlite(sql, args).execute(&mut **connection).await?.rows_affected(),
            Self::Postgres(connection) => {
                postgres(sql, args).execute(&mut **connection).await?.rows_affected()
            }
        })
    }

    /// All rows of `sql`.
    pub async fn rows(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<Vec<SqlRow>, StoreError> {
        Ok(match self {
            Self::Sqlite(connection) => sqlite(sql, args)
                .fetch_all(&mut **connection)
                .await?
                .into_iter()
                .map(SqlRow::Sqlite)
                .collect(),
            Self::Postgres(connection) => postgres(sql, args)
                .fetch_all(&mut **connection)
                .await?
                .into_iter()
                .map(SqlRow::Postgres)
                .collect(),
        })
    }

    /// The first row of `sql`, if there is one.
    pub async fn row(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<Option<SqlRow>, StoreError> {
        Ok(match self {
            Self::Sqlite(connection) => {
                sqlite(sql, args).fetch_optional(&mut **connection).await?.map(SqlRow::Sqlite)
            }
            Self::Postgres(connection) => {
                postgres(sql, args).fetch_optional(&mut **connection).await?.map(SqlRow::Postgres)
            }
        })
    }

    /// The whole number in the only row and column of `sql`.
    pub async fn number(&mut self, sql: &'static str, args: Vec<Arg>) -> Result<i64, StoreError> {
        let row = self.row(sql, args).await?;
        row.ok_or(StoreError::Refused { cause: "a row is missing".to_owned() })?.int(0)
    }
}

/// One row of an answer; columns are counted from 0.
pub(super) enum SqlRow {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

macro_rules! column {
    ($($(#[$doc:meta])* $name:ident -> $kind:ty;)*) => { $(
        $(#[$doc])*
        pub fn $name(&self, column: usize) -> Result<$kind, StoreError> {
            Ok(match self {
                Self::Sqlite(row) => row.try_get::<$kind, usize>(column)?,
                Self::Postgres(row) => row.try_get::<$kind, usize>(column)?,
            })
        }
    )* };
}

impl SqlRow {
    column! {
        int -> i64;
        maybe_int -> Option<i64>;
        text -> String;
        maybe_text -> Option<String>;
        bytes -> Vec<u8>;
        maybe_bytes -> Option<Vec<u8>>;
    }

    /// A number that counts something.
    pub fn count(&self, column: usize) -> Result<u64, StoreError> {
        Ok(self.int(column)?.unsigned_abs())
    }

    pub fn time(&self, column: usize) -> Result<Timestamp, StoreError> {
        Ok(Timestamp::from_unix(self.int(column)?))
    }

    pub fn maybe_time(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.maybe_int(column)?.map(Timestamp::from_unix))
    }

    pub fn id<T>(&self, column: usize) -> Result<Id<T>, StoreError> {
        Ok(Id::new(self.text(column)?))
    }

    pub fn maybe_id<T>(&self, column: usize) -> Result<Option<Id<T>>, StoreError> {
        Ok(self.maybe_text(column)?.map(Id::new))
    }
}
