//! The tables, version by version.

use super::config::Place;
use super::error::StoreError;
use super::link::{Link, args};
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

/// The newest schema this program knows.
pub const SCHEMA_VERSION: i64 = 1;

/// "cold" in the head of every file of ours, so that we never write into something else.
pub(super) const APPLICATION_ID: i64 = 0x636f_6c64;

const SQLITE: [(&str, &str); SCHEMA_VERSION as usize] =
    [("first tables", include_str!("migrations/sqlite/1_first_tables.sql"))];
const POSTGRES: [(&str, &str); SCHEMA_VERSION as usize] =
    [("first tables", include_str!("migrations/postgres/1_first_tables.sql"))];

/// The version the database has; 0 when it is empty.
pub(super) async fn version(link: &mut Link) -> Result<i64, StoreError> {
    let exists = match link {
        Link::Sqlite(_) => "select count(*) from sqlite_master where name = '_sqlx_migrations'",
        Link::Postgres(_) => {
            "select count(*) from pg_catalog.pg_tables where schemaname = current_schema() and tablename = '_sqlx_migrations'"
        }
    };
    let mut conn = link.conn();
    if conn.number(exists, args![]).await? == 0 {
        return Ok(0);
    }
    conn.number("select coalesce(max(version), 0) from _sqlx_migrations", args![]).await
}

/// Brings the database to [`SCHEMA_VERSION`]. Each step is one transaction.
pub(super) async fn migrate(link: &mut Link, place: &Place) -> Result<(), StoreError> {
    let steps = match link {
        Link::Sqlite(_) => SQLITE,
        Link::Postgres(_) => POSTGRES,
    };
    let steps = (1..).zip(steps).map(|(version, (title, sql))| {
        Migration::new(version, title.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    let migrator = Migrator::with_migrations(steps.collect());
    let done = match link {
        Link::Sqlite(link) => migrator.run_direct(None, link, false).await,
        Link::Postgres(link) => migrator.run_direct(None, link, false).await,
    };
    done.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        other => StoreError::Damaged { place: place.to_string(), cause: other.to_string() },
    })
}
