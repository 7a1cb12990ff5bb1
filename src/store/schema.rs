//! The tables, version by version.

use super::config::StoreLocation;
use super::connection::{WriterConnection, args};
use super::error::StoreError;
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

/// The newest schema this program knows.
pub const SCHEMA_VERSION: i64 = 4;

/// The schema version from which pickup codes are derived from a key outside the database.
pub const DERIVED_CODES: i64 = 3;

/// "cold" in the head of every file of ours, so that we never write into something else.
pub(super) const APPLICATION_ID: i64 = 0x636f_6c64;

const SQLITE: [(&str, &str); SCHEMA_VERSION as usize] = [
    ("first tables", include_str!("migrations/sqlite/1_first_tables.sql")),
    ("day versions", include_str!("migrations/sqlite/2_day_versions.sql")),
    ("derived pickup codes", include_str!("migrations/sqlite/3_derived_codes.sql")),
    ("changes of a day", include_str!("migrations/sqlite/4_changes.sql")),
];
const POSTGRES: [(&str, &str); SCHEMA_VERSION as usize] = [
    ("first tables", include_str!("migrations/postgres/1_first_tables.sql")),
    ("day versions", include_str!("migrations/postgres/2_day_versions.sql")),
    ("derived pickup codes", include_str!("migrations/postgres/3_derived_codes.sql")),
    ("changes of a day", include_str!("migrations/postgres/4_changes.sql")),
];

/// The version the database has; 0 when it is empty.
pub(super) async fn version(connection: &mut WriterConnection) -> Result<i64, StoreError> {
    let exists = match connection {
        WriterConnection::Sqlite(_) => "select count(*) from sqlite_master where name = '_sqlx_migrations'",
        WriterConnection::Postgres(_) => {
            "select count(*) from pg_catalog.pg_tables where schemaname = current_schema() and tablename = '_sqlx_migrations'"
        }
    };
    let mut conn = connection.conn();
    if conn.number(exists, args![]).await? == 0 {
        return Ok(0);
    }
    conn.number("select coalesce(max(version), 0) from _sqlx_migrations", args![]).await
}

/// Brings the database to [`SCHEMA_VERSION`]. Each step is one transaction.
pub(super) async fn migrate(
    connection: &mut WriterConnection,
    location: &StoreLocation,
) -> Result<(), StoreError> {
    let steps = match connection {
        WriterConnection::Sqlite(_) => SQLITE,
        WriterConnection::Postgres(_) => POSTGRES,
    };
    let steps = (1..).zip(steps).map(|(version, (title, sql))| {
        Migration::new(version, title.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    let migrator = Migrator::with_migrations(steps.collect());
    let done = match connection {
        WriterConnection::Sqlite(connection) => migrator.run_direct(None, connection, false).await,
        WriterConnection::Postgres(connection) => migrator.run_direct(None, connection, false).await,
    };
    done.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        other => StoreError::Damaged { location: location.to_string(), cause: other.to_string() },
    })
}
