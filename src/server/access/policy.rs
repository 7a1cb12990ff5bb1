//! What a route requires of its caller.

use super::principal::Principal;
use coldmile_plan::Role;

/// What a route requires of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Every caller, signed in or not.
    Public,
    /// Every caller with a session; the handler shows each role only its own.
    SignedIn,
    /// Dispatchers.
    Dispatcher,
    /// Couriers; the handler knows whose run from the session, never from the request.
    Courier,
    /// Staff of the centre named by `{id}` in the path.
    OwnCentre,
    /// The same, and dispatchers.
    OwnCentreOrDispatcher,
    /// Dispatchers, and centres for what concerns them.
    DispatcherOrCentre,
}

impl Policy {
    /// Whether `principal` may use a route with `id` in its path.
    pub(super) fn admits(self, principal: &Principal, id: Option<&str>) -> bool {
        let own_centre = id.is_some_and(|id| principal.is_at(id));
        match self {
            Self::Public | Self::SignedIn => true,
            Self::Dispatcher => principal.is_dispatcher(),
            Self::Courier => principal.role() == Role::Courier,
            Self::OwnCentre => own_centre,
            Self::OwnCentreOrDispatcher => own_centre || principal.is_dispatcher(),
            Self::DispatcherOrCentre => principal.role() != Role::Courier,
        }
    }
}
