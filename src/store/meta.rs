//! A few named values that belong to the store as a whole, such as the server's secret key.

use super::connection::args;
use super::error::StoreError;
use super::handle::Store;

impl Store {
    /// The value under `name`, if there is one.
    pub async fn value(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut reader = self.reader().await?;
        let row = reader.conn().row("select value from meta where name = $1", args![name]).await?;
        row.map(|row| row.bytes(0)).transpose()
    }

    /// Keeps `value` under `name` unless there is one already, and returns the one that is kept: the
    /// first caller makes the secret, all callers use it.
    pub async fn value_or_insert(&self, name: &str, value: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let name = name.to_owned();
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                let sql = "insert into meta (name, value) values ($1, $2) on conflict (name) do nothing";
                conn.execute(sql, args![name.as_str(), value.as_slice()]).await?;
                let row = conn.row("select value from meta where name = $1", args![name]).await?;
                row.map_or(Ok(value), |row| row.bytes(0))
            })
        })
        .await
    }

    /// Keeps `value` under `name`, whatever was there.
    pub async fn put_value(&self, name: &str, value: Vec<u8>) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.write(move |write| {
            Box::pin(async move {
                let sql = "insert into meta (name, value) values ($1, $2)
                           on conflict (name) do update set value = excluded.value";
                write.conn().execute(sql, args![name, value]).await?;
                Ok(())
            })
        })
        .await
    }
}
