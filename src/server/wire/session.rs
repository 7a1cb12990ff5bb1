//! Signing in, and the devices that are.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `POST /sessions`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionPost {
    /// The part of the one-time link after `#`.
    pub code: String,
    /// A secret that the device makes once, 32 to 128 characters: with it the same request joins the same device again for
    /// a minute, should its answer be lost on the line.
    #[serde(default)]
    #[schema(nullable = false, min_length = 32, max_length = 128)]
    pub key: Option<String>,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeView {
    /// `dispatcher`, `courier` or `centre`.
    pub role: &'static str,
    /// Name on screens.
    pub name: String,
    /// Whose device it is, for couriers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub courier: Option<String>,
    /// Which centre's device it is, for centres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub centre: Option<String>,
    /// The server's clock, whole seconds.
    pub server_time: i64,
}

/// `POST /enrolments`.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnrolmentPost {
    /// `dispatcher`, `courier` or `centre`.
    #[schema(pattern = "^(dispatcher|courier|centre)$")]
    pub role: String,
    /// Which courier; needed for that role.
    #[serde(default)]
    pub courier: Option<String>,
    /// Which centre; needed for that role.
    #[serde(default)]
    pub centre: Option<String>,
}

/// A one-time link.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EnrolmentView {
    /// To be opened on the device.
    pub url: String,
    /// Its part after `#`.
    pub code: String,
    /// The link as a QR code, a whole SVG document.
    pub qr_svg: String,
    /// When it stops working.
    pub expires_at: i64,
}

/// An enrolled device.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceView {
    /// Its id.
    pub id: String,
    /// What it may do.
    pub role: &'static str,
    /// Name on screens.
    pub name: String,
    /// Whose it is, for couriers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub courier: Option<String>,
    /// Whose it is, for centres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub centre: Option<String>,
    /// When it was enrolled.
    pub created_at: i64,
    /// When it was last heard of.
    pub last_seen_at: Option<i64>,
    /// When it was shut out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<i64>,
}

/// The server's clock, for phones that measure their own offset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimeView {
    /// Milliseconds since the Unix epoch.
    pub server_time_ms: i64,
}
