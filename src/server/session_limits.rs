//! How long a session lasts: it ends when its device says nothing for too long, and in any case when it is old.

use coldmile_plan::Role;
use coldmile_store::Device;
use coldmile_units::{Seconds, Timestamp};

const DAY: i64 = 24 * 3600;

/// When a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimit {
    /// After this long without a request.
    pub idle: Seconds,
    /// After this long since the device joined.
    pub age: Seconds,
}

impl SessionLimit {
    /// A limit of so many days.
    pub const fn days(idle: i64, age: i64) -> Self {
        Self { idle: Seconds(idle * DAY), age: Seconds(age * DAY) }
    }
}

/// The limits by role. The more a role may see, the shorter: joining again takes a link and a minute, a lost device is open
/// until its session ends or a dispatcher shuts it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// Consoles, which see every family: 7 and 30 days.
    pub dispatcher: SessionLimit,
    /// Phones, which lie in a drawer during a holiday: 30 and 90 days.
    pub courier: SessionLimit,
    /// Desks, which are used each working day and by several people: 14 and 90 days.
    pub centre: SessionLimit,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self {
            dispatcher: SessionLimit::days(7, 30),
            courier: SessionLimit::days(30, 90),
            centre: SessionLimit::days(14, 90),
        }
    }
}

impl SessionLimits {
    /// The limit of a role.
    pub const fn of(&self, role: Role) -> SessionLimit {
        match role {
            Role::Dispatcher => self.dispatcher,
            Role::Courier => self.courier,
            Role::Centre => self.centre,
        }
    }

    /// Whether a device's session is over. A device counts as seen to the minute.
    pub fn has_ended(&self, device: &Device, now: Timestamp) -> bool {
        let limit = self.of(device.grant.role);
        let seen = device.last_seen_at.unwrap_or(device.created_at);
        now - seen > limit.idle || now - device.created_at > limit.age
    }
}
