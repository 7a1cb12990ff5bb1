//! Pickup codes: what a family says at the counter.

use super::connection::{SqlRow, args};
use super::error::StoreError;
use super::handle::Store;
use super::ids::DayId;
use coldmile_model::{Order, Site};
use coldmile_units::Id;

/// The code of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickupCode {
    /// The order.
    pub order: Id<Order>,
    /// Where it is collected.
    pub centre: Id<Site>,
    /// The code, unique within a day and centre.
    pub code: String,
}

impl Store {
    /// Keeps codes, all or none. An order that has a code keeps it and only moves to the new centre, because the
    /// family may have been told. Fails with [`StoreError::Taken`] when a code is another order's at that centre.
    pub async fn put_pickup_codes(&self, day: DayId, codes: Vec<PickupCode>) -> Result<(), StoreError> {
        self.write(move |write| {
            Box::pin(async move {
                for PickupCode { order, centre, code } in codes {
                    let sql = "insert into pickup_codes (day, order_id, centre, code) values ($1, $2, $3, $4)
                               on conflict (day, order_id) do update set centre = excluded.centre";
                    let args = args![day.0, &order, &centre, code];
                    write.conn().execute(sql, args).await.map_err(|error| match error {
                        StoreError::Taken { .. } => StoreError::Taken { what: "pickup code" },
                        other => other,
                    })?;
                }
                Ok(())
            })
        })
        .await
    }

    /// The order with this code at a centre. Looks it up by index; a server that must not leak timing compares
    /// against [`pickup_codes`](Self::pickup_codes) itself.
    pub async fn pickup_order(
        &self,
        day: DayId,
        centre: &Id<Site>,
        code: &str,
    ) -> Result<Option<Id<Order>>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = "select order_id from pickup_codes where day = $1 and centre = $2 and code = $3";
        reader.conn().row(sql, args![day.0, centre, code]).await?.map(|row| row.id(0)).transpose()
    }

    /// The code of an order, if it has one.
    pub async fn pickup_code(&self, day: DayId, order: &Id<Order>) -> Result<Option<PickupCode>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = "select order_id, centre, code from pickup_codes where day = $1 and order_id = $2";
        reader.conn().row(sql, args![day.0, order]).await?.as_ref().map(read_code).transpose()
    }

    /// All codes of a centre, by order.
    pub async fn pickup_codes(&self, day: DayId, centre: &Id<Site>) -> Result<Vec<PickupCode>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = "select order_id, centre, code from pickup_codes where day = $1 and centre = $2 order by order_id";
        reader.conn().rows(sql, args![day.0, centre]).await?.iter().map(read_code).collect()
    }
}

fn read_code(row: &SqlRow) -> Result<PickupCode, StoreError> {
    Ok(PickupCode { order: row.id(0)?, centre: row.id(1)?, code: row.text(2)? })
}
