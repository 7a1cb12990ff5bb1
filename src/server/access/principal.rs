//! The authenticated caller of a request.

use crate::error::ApiProblem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use coldmile_model::{Courier, Site};
use coldmile_plan::{Actor, Role};
use coldmile_store::Device;
use coldmile_units::Id;

/// The authenticated device and what it was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Principal(pub Device);

impl Principal {
    pub(crate) fn role(&self) -> Role {
        self.0.grant.role
    }

    /// The name under which the device's events and publications are kept.
    pub(crate) fn actor(&self) -> Actor {
        self.0.actor()
    }

    /// The courier whose device it is; `None` for other roles.
    pub(crate) fn courier(&self) -> Option<&Id<Courier>> {
        self.0.grant.courier.as_ref().filter(|_| self.role() == Role::Courier)
    }

    /// The centre whose device it is; `None` for other roles.
    pub(crate) fn centre(&self) -> Option<&Id<Site>> {
        self.0.grant.centre.as_ref().filter(|_| self.role() == Role::Centre)
    }

    /// Whether it is a device of this centre.
    pub(crate) fn is_at(&self, centre: &str) -> bool {
        self.centre().is_some_and(|own| own.as_str() == centre)
    }

    pub(crate) fn is_dispatcher(&self) -> bool {
        self.role() == Role::Dispatcher
    }
}

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = ApiProblem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiProblem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(ApiProblem::unauthorised)
    }
}
