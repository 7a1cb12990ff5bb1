//! Who may do what: tokens, cookies, policies, rate limits.
//!
//! One-time codes become random tokens in a cookie; only digests are stored. Every route names its [`Policy`] in the
//! table of [`routes`](super::routes); this folder says what the names mean. There are no passwords.

mod address;
mod admit;
mod bearer;
mod cookie;
mod limit;
mod mask;
mod policy;
mod principal;
mod token;

pub(super) use address::client_address;
pub(super) use admit::{Gate, admit, refuse_foreign_origins};
pub(super) use cookie::{expired_cookie, session_cookie};
pub(super) use limit::{Allowance, RateLimits};
pub(super) use mask::mask_name;
pub use policy::Policy;
pub(super) use principal::Principal;
pub(super) use token::{derived_token, random_token};
