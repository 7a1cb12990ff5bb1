//! What a server is made from: its parts, its settings, and what it needs from other rooms.

use super::session_limits::SessionLimits;
use coldmile_jobs::Jobs;
use coldmile_model::{Day, InputProblem, Located, Order};
use coldmile_plan::DayPlan;
use coldmile_store::{DayId, Digest, Store};
use coldmile_units::{Id, Money};
use std::borrow::Cow;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// The calendar clock in milliseconds since the Unix epoch; an argument, so that tests can set it.
pub type WallClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// The base map, as far as the server needs it.
pub trait MapSource: Send + Sync {
    /// The style document for MapLibre, in a language (`en`, `zh`) and a theme (`light`, `dark`).
    fn style(&self, lang: &str, theme: &str) -> serde_json::Value;
    /// One vector tile; `None` outside the map. Runs where blocking is allowed.
    fn tile(&self, z: u8, x: u32, y: u32) -> Option<Vec<u8>>;
    /// The version of the map: tiles of the same version are the same bytes.
    fn version(&self) -> String;
}

/// Reads the files of days: what it takes beside their bytes.
pub trait DaySource: Send + Sync {
    /// The day in a `network.toml`, without orders.
    ///
    /// # Errors
    /// Every problem of the file.
    fn network(&self, bytes: &[u8]) -> Result<Day, Vec<InputProblem>>;
    /// Looks an address up.
    fn locate(&self, text: &str) -> Located;
}

/// What a day costs, and its objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayPrice {
    /// What is paid.
    pub cost: Money,
    /// What planning minimises.
    pub objective: Money,
}

/// Prices the day of a plan with and without one of the orders that it serves; an error is a sentence. Takes seconds, and runs where
/// blocking is allowed, one at a time.
pub type OrderPricer =
    Arc<dyn Fn(&Day, &DayPlan, &Id<Order>) -> Result<(DayPrice, DayPrice), String> + Send + Sync>;

/// Settings of a server, read in `cli`.
#[derive(Clone, Debug, Default)]
pub struct ServerConfig {
    /// Whether it speaks TLS itself, or a proxy in front does: decides about cookie flags and HSTS.
    pub is_secure: bool,
    /// What links begin with, such as `https://plan.example.org`. Without it links name the host of the request.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How long sessions last.
    pub sessions: SessionLimits,
    /// Who owns the map data.
    pub attribution: String,
    /// Where the pages come from.
    pub pages: Pages,
}

/// Where the built pages come from.
#[derive(Clone, Debug, Default)]
pub enum Pages {
    /// There are none: an interface for programs only.
    #[default]
    None,
    /// Files in the binary, looked up by their path.
    Embedded(fn(&str) -> Option<Cow<'static, [u8]>>),
    /// A folder with a build, read anew for each request; for people who work on the pages.
    Folder(PathBuf),
}

/// What a server is made from.
pub struct ServerParts {
    /// The database.
    pub store: Store,
    /// The day that people work by when it starts, as the planner reads it.
    pub day: Arc<Day>,
    /// The same day's number in the store.
    pub day_id: DayId,
    /// Tells the files that it was read from from others, as the store does.
    pub files: Digest,
    /// Reads the files of days.
    pub source: Arc<dyn DaySource>,
    /// Work in the background.
    pub jobs: Jobs,
    /// The base map, if there is one.
    pub map: Option<Arc<dyn MapSource>>,
    /// Prices orders, if it can.
    pub pricer: Option<OrderPricer>,
    /// Settings.
    pub config: ServerConfig,
    /// The calendar clock.
    pub clock: WallClock,
}
