//! Pickup codes: what a family says at the counter. Only their versions are kept; see [`code_key`](super::code_key).

use super::code_key::CodeKey;
use super::connection::{Connection, SqlRow, args};
use super::error::StoreError;
use super::handle::Store;
use super::ids::DayId;
use coldmile_model::{Order, Site};
use coldmile_units::Id;
use std::collections::HashSet;

/// Versions tried for a code that no other order of the centre has.
const MAX_TRIES: i64 = 1_000;
/// Earlier versions that [`Store::was_pickup_code`] looks through.
const EARLIER: i64 = 16;

/// An order that the family collects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickupOrder {
    /// The order.
    pub order: Id<Order>,
    /// Where it is collected.
    pub centre: Id<Site>,
}

/// The code of one order.
#[derive(Clone, PartialEq, Eq)]
pub struct PickupCode {
    /// The order.
    pub order: Id<Order>,
    /// Where it is collected.
    pub centre: Id<Site>,
    /// The code, unique within a day and centre.
    pub code: String,
}

impl std::fmt::Debug for PickupCode {
    /// Without the code, which belongs into no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PickupCode({} at {})", self.order, self.centre)
    }
}

macro_rules! versions {
    ($rest:literal) => {
        concat!(
            "select days.date, order_id, centre, version from pickup_versions join days on days.id = day ",
            $rest
        )
    };
}

impl Store {
    /// Gives orders codes, all or none. An order that has one keeps it, because the family may have been told; only when
    /// it moves to a centre where another order has the same does it get its next one.
    pub async fn put_pickup_orders(
        &self,
        day: DayId,
        mut orders: Vec<PickupOrder>,
    ) -> Result<(), StoreError> {
        let key = self.codes.clone();
        // The order of the calls decides who gets the next version: always the same.
        orders.sort_by(|a, b| (&a.centre, &a.order).cmp(&(&b.centre, &b.order)));
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                for group in orders.chunk_by(|a, b| a.centre == b.centre) {
                    put_at_centre(&mut conn, &key, day, group).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// The order with this code at a centre.
    pub async fn pickup_order(
        &self,
        day: DayId,
        centre: &Id<Site>,
        code: &str,
    ) -> Result<Option<Id<Order>>, StoreError> {
        let codes = self.pickup_codes(day, centre).await?;
        Ok(codes.into_iter().find(|known| is_equal(&known.code, code)).map(|known| known.order))
    }

    /// Whether an order had this code before it got the one it has now: a desk without signal may report a hand-over late.
    pub async fn was_pickup_code(
        &self,
        day: DayId,
        order: &Id<Order>,
        code: &str,
    ) -> Result<bool, StoreError> {
        let mut reader = self.reader().await?;
        let sql = versions!("where day = $1 and order_id = $2");
        let Some(row) = reader.conn().row(sql, args![day.0, order]).await? else { return Ok(false) };
        let (date, version) = (row.text(0)?, row.int(3)?);
        let mut earlier = (version - EARLIER).max(1)..version;
        Ok(earlier.any(|version| is_equal(&self.codes.code(&date, order, version), code)))
    }

    /// The code of an order, if it has one.
    pub async fn pickup_code(&self, day: DayId, order: &Id<Order>) -> Result<Option<PickupCode>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = versions!("where day = $1 and order_id = $2");
        let row = reader.conn().row(sql, args![day.0, order]).await?;
        row.as_ref().map(|row| read_code(&self.codes, row)).transpose()
    }

    /// All codes of a centre, by order.
    pub async fn pickup_codes(&self, day: DayId, centre: &Id<Site>) -> Result<Vec<PickupCode>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = versions!("where day = $1 and centre = $2 order by order_id");
        let rows = reader.conn().rows(sql, args![day.0, centre]).await?;
        rows.iter().map(|row| read_code(&self.codes, row)).collect()
    }

    /// Gives an order another code; the one it had opens nothing any more.
    pub async fn reissue_pickup_code(&self, day: DayId, order: &Id<Order>) -> Result<PickupCode, StoreError> {
        let (key, order) = (self.codes.clone(), order.clone());
        self.write(move |write| {
            Box::pin(async move {
                let code = next_code(&mut write.conn(), &key, day, &order).await?;
                code.ok_or_else(|| StoreError::NotFound { what: "pickup code", id: order.to_string() })
            })
        })
        .await
    }
}

/// Gives the orders of one centre codes.
async fn put_at_centre(
    conn: &mut Connection<'_>,
    key: &CodeKey,
    day: DayId,
    orders: &[PickupOrder],
) -> Result<(), StoreError> {
    let Some(centre) = orders.first().map(|first| &first.centre) else { return Ok(()) };
    let date = date_of(conn, day).await?;
    let rows = conn.rows(versions!("where day = $1 and centre = $2"), args![day.0, centre]).await?;
    let here = rows.iter().map(|row| read_code(key, row)).collect::<Result<Vec<_>, _>>()?;
    let mut used: HashSet<String> = here.iter().map(|known| known.code.clone()).collect();
    let here: HashSet<_> = here.into_iter().map(|known| known.order).collect();
    for PickupOrder { order, .. } in orders.iter().filter(|order| !here.contains(&order.order)) {
        let sql = versions!("where day = $1 and order_id = $2");
        let known = conn.row(sql, args![day.0, order]).await?.map_or(Ok(1), |row| row.int(3))?;
        let (version, code) = free_code(key, &date, order, known, &used)?;
        used.insert(code);
        let sql = "insert into pickup_versions (day, order_id, centre, version) values ($1, $2, $3, $4)
                   on conflict (day, order_id) do update set centre = excluded.centre, version = excluded.version";
        conn.execute(sql, args![day.0, order, centre, version]).await?;
    }
    Ok(())
}

/// Moves an order on to its next code and returns that; `None` when it has none.
pub(super) async fn next_code(
    conn: &mut Connection<'_>,
    key: &CodeKey,
    day: DayId,
    order: &Id<Order>,
) -> Result<Option<PickupCode>, StoreError> {
    let sql = versions!("where day = $1 and order_id = $2");
    let Some(row) = conn.row(sql, args![day.0, order]).await? else { return Ok(None) };
    let (date, centre, version) = (row.text(0)?, row.id(2)?, row.int(3)?);
    let rows = conn.rows(versions!("where day = $1 and centre = $2"), args![day.0, &centre]).await?;
    let used = rows.iter().map(|row| Ok(read_code(key, row)?.code)).collect::<Result<_, StoreError>>()?;
    let (version, code) = free_code(key, &date, order, version + 1, &used)?;
    let sql = "update pickup_versions set version = $3 where day = $1 and order_id = $2";
    conn.execute(sql, args![day.0, order, version]).await?;
    Ok(Some(PickupCode { order: order.clone(), centre, code }))
}

/// Makes the codes of each centre distinct under a key that none of them was given out with.
pub(super) async fn make_distinct(conn: &mut Connection<'_>, key: &CodeKey) -> Result<(), StoreError> {
    let mut used: HashSet<(u64, String, String)> = HashSet::new();
    let sql =
        "select days.date, order_id, centre, version, day from pickup_versions join days on days.id = day
               order by day, centre, order_id";
    for row in conn.rows(sql, args![]).await? {
        let PickupCode { order, centre, code } = read_code(key, &row)?;
        let (date, day, mut version) = (row.text(0)?, row.count(4)?, row.int(3)?);
        let mut place = (day, centre.to_string(), code);
        let last = version + MAX_TRIES;
        while used.contains(&place) {
            version += 1;
            if version > last {
                return Err(StoreError::Taken { what: "pickup code" });
            }
            place.2 = key.code(&date, &order, version);
        }
        used.insert(place);
        if version != row.int(3)? {
            let sql = "update pickup_versions set version = $3 where day = $1 and order_id = $2";
            conn.execute(sql, args![day, &order, version]).await?;
        }
    }
    Ok(())
}

/// The first version from `from` on whose code no other order of the centre has.
fn free_code(
    key: &CodeKey,
    date: &str,
    order: &Id<Order>,
    from: i64,
    used: &HashSet<String>,
) -> Result<(i64, String), StoreError> {
    let mut tried = (from..from + MAX_TRIES).map(|version| (version, key.code(date, order, version)));
    tried.find(|(_, code)| !used.contains(code)).ok_or(StoreError::Taken { what: "pickup code" })
}

async fn date_of(conn: &mut Connection<'_>, day: DayId) -> Result<String, StoreError> {
    let row = conn.row("select date from days where id = $1", args![day.0]).await?;
    row.ok_or_else(|| StoreError::NotFound { what: "day", id: day.to_string() })?.text(0)
}

fn read_code(key: &CodeKey, row: &SqlRow) -> Result<PickupCode, StoreError> {
    let order = row.id(1)?;
    let code = key.code(&row.text(0)?, &order, row.int(3)?);
    Ok(PickupCode { order, centre: row.id(2)?, code })
}

/// Compares without stopping at the first difference.
fn is_equal(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |unlike, (a, b)| unlike | (a ^ b)) == 0
}
