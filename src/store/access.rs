//! Who may speak: enrolled devices and the single-use codes they enrol with. Secrets are kept only as digests.

use super::connection::{Connection, SqlRow, args};
use super::digest::Digest;
use super::error::StoreError;
use super::handle::Store;
use coldmile_model::{Courier, Site};
use coldmile_plan::{Actor, Role};
use coldmile_units::{Id, Seconds, Timestamp};

/// A device is marked as seen at most this often: presence is not worth a write a request.
const SEEN_EVERY: Seconds = Seconds::minutes(1);

/// How long after a device has joined the same request joins it again: its answer may have been lost on the line.
const JOIN_AGAIN: Seconds = Seconds::minutes(1);

/// What a device may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Whose run, for couriers.
    pub courier: Option<Id<Courier>>,
    /// Which centre, for centre staff.
    pub centre: Option<Id<Site>>,
    /// The name on screens.
    pub name: String,
}

/// A code to give out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Digest of the code.
    pub code: Digest,
    /// What the device will be allowed.
    pub grant: Grant,
    /// The code is worth nothing from then on.
    pub expires_at: Timestamp,
}

/// A device that joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewDevice {
    /// Digest of its token.
    pub token: Digest,
}

/// An enrolled device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its name among actors: `D1`, `D2` …
    pub id: Id<Actor>,
    /// What it may do.
    pub grant: Grant,
    /// When it joined.
    pub created_at: Timestamp,
    /// When it last spoke, give or take a minute.
    pub last_seen_at: Option<Timestamp>,
    /// When it was shut out.
    pub revoked_at: Option<Timestamp>,
}

impl Device {
    /// The device as the one who does something.
    pub fn actor(&self) -> Actor {
        Actor { id: self.id.clone(), role: self.grant.role }
    }
}

macro_rules! devices {
    ($rest:literal) => {
        concat!(
            "select number, role, courier, centre, name, created_at, last_seen_at, revoked_at from devices ",
            $rest
        )
    };
}

impl Store {
    /// Keeps a code that lets one device in.
    pub async fn add_enrolment(&self, enrolment: Enrolment, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |write| {
            Box::pin(async move {
                let Enrolment { code, grant, expires_at } = enrolment;
                write
                    .conn()
                    .execute(
                        "insert into enrolments (code, role, courier, centre, name, created_at, expires_at)
                         values ($1, $2, $3, $4, $5, $6, $7)",
                        args![
                            code.bytes(),
                            grant.role.as_str(),
                            grant.courier.as_ref(),
                            grant.centre.as_ref(),
                            grant.name,
                            now,
                            expires_at
                        ],
                    )
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Lets a device in for a code, which is used up by that.
    pub async fn redeem(
        &self,
        code: Digest,
        device: NewDevice,
        now: Timestamp,
    ) -> Result<Device, StoreError> {
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                let row = conn
                    .row(
                        "select role, courier, centre, name, expires_at, used_at from enrolments where code = $1",
                        args![code.bytes()],
                    )
                    .await?
                    .ok_or(StoreError::UnknownCode)?;
                if let Some(used_at) = row.maybe_time(5)? {
                    let sql = devices!("where token = $1 and revoked_at is null");
                    let same = conn.row(sql, args![device.token.bytes()]).await?;
                    return match same {
                        // The answer was lost on the line.
                        Some(row) if now - used_at < JOIN_AGAIN => read_device(&row),
                        _ => Err(StoreError::UsedCode),
                    };
                }
                if row.time(4)? <= now {
                    return Err(StoreError::ExpiredCode);
                }
                let grant = read_grant(&row, 0)?;
                let number = conn.number("select coalesce(max(number), 0) + 1 from devices", args![]).await?;
                conn.execute(
                    "insert into devices (number, token, role, courier, centre, name, created_at, last_seen_at)
                     values ($1, $2, $3, $4, $5, $6, $7, $7)",
                    args![
                        number,
                        device.token.bytes(),
                        grant.role.as_str(),
                        grant.courier.as_ref(),
                        grant.centre.as_ref(),
                        grant.name.as_str(),
                        now
                    ],
                )
                .await?;
                conn.execute(
                    "update enrolments set used_at = $2, device = $3 where code = $1",
                    args![code.bytes(), now, number],
                )
                .await?;
                Ok(Device {
                    id: name_of(number),
                    grant,
                    created_at: now,
                    last_seen_at: Some(now),
                    revoked_at: None,
                })
            })
        })
        .await
    }

    /// The device with this token, unless it has been shut out.
    pub async fn device_by_token(&self, token: Digest) -> Result<Option<Device>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = devices!("where token = $1 and revoked_at is null");
        reader.conn().row(sql, args![token.bytes()]).await?.as_ref().map(read_device).transpose()
    }

    /// One device, shut out or not.
    pub async fn device(&self, id: &Id<Actor>) -> Result<Device, StoreError> {
        let number = number_of(id)?;
        let mut reader = self.reader().await?;
        let row = reader.conn().row(devices!("where number = $1"), args![number]).await?;
        read_device(&row.ok_or_else(|| unknown(id))?)
    }

    /// All devices that ever joined, newest first.
    pub async fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let mut reader = self.reader().await?;
        reader.conn().rows(devices!("order by number desc"), args![]).await?.iter().map(read_device).collect()
    }

    /// Notes that a device spoke; writes nothing when that is already known to the minute.
    pub async fn see_device(&self, device: &Device, now: Timestamp) -> Result<(), StoreError> {
        if device.last_seen_at.is_some_and(|seen| now - seen < SEEN_EVERY) {
            return Ok(());
        }
        let number = number_of(&device.id)?;
        self.write(move |write| {
            Box::pin(async move {
                let sql = "update devices set last_seen_at = $2 where number = $1";
                write.conn().execute(sql, args![number, now]).await?;
                Ok(())
            })
        })
        .await
    }

    /// Shuts a device out for good. Again is harmless.
    pub async fn revoke_device(&self, id: &Id<Actor>, now: Timestamp) -> Result<Device, StoreError> {
        let number = number_of(id)?;
        let id = id.clone();
        self.write(move |write| {
            Box::pin(async move {
                let mut conn = write.conn();
                let sql = "update devices set revoked_at = $2 where number = $1 and revoked_at is null";
                conn.execute(sql, args![number, now]).await?;
                let row = conn.row(devices!("where number = $1"), args![number]).await?;
                read_device(&row.ok_or_else(|| unknown(&id))?)
            })
        })
        .await
    }
}

/// Whether two devices are of the same person or place: one that joined anew may send what the other had left.
pub(super) async fn have_same_grant(
    conn: &mut Connection<'_>,
    a: &Id<Actor>,
    b: &Id<Actor>,
) -> Result<bool, StoreError> {
    let (Ok(a), Ok(b)) = (number_of(a), number_of(b)) else { return Ok(false) };
    let sql = "select count(*) from devices as a, devices as b where a.number = $1 and b.number = $2 and a.role = b.role
               and coalesce(a.courier, '') = coalesce(b.courier, '') and coalesce(a.centre, '') = coalesce(b.centre, '')";
    Ok(conn.number(sql, args![a, b]).await? > 0)
}

fn name_of(number: i64) -> Id<Actor> {
    Id::new(format!("D{number}"))
}

fn number_of(id: &Id<Actor>) -> Result<i64, StoreError> {
    id.as_str().strip_prefix('D').and_then(|digits| digits.parse().ok()).ok_or_else(|| unknown(id))
}

fn unknown(id: &Id<Actor>) -> StoreError {
    StoreError::NotFound { what: "device", id: id.to_string() }
}

fn read_grant(row: &SqlRow, first: usize) -> Result<Grant, StoreError> {
    let role = row.text(first)?;
    Ok(Grant {
        role: Role::from_word(&role)
            .ok_or_else(|| StoreError::BadRecord { what: "grant", cause: format!("role {role:?}") })?,
        courier: row.maybe_id(first + 1)?,
        centre: row.maybe_id(first + 2)?,
        name: row.text(first + 3)?,
    })
}

fn read_device(row: &SqlRow) -> Result<Device, StoreError> {
    Ok(Device {
        id: name_of(row.int(0)?),
        grant: read_grant(row, 1)?,
        created_at: row.time(5)?,
        last_seen_at: row.maybe_time(6)?,
        revoked_at: row.maybe_time(7)?,
    })
}
