//! How each profile may use each road: what is allowed, in which direction, how fast.
//!
//! [`judge_times`] turns the tags of an OSM way into a [`WayUse`] for every time of the week; [`judge_node_times`] says
//! what passing a node takes. [`TurnCosts`] prices turning. A profile goes by [`ProfileRules`], which are built in
//! ([`base`]) or read from a [`file`]. Knows nothing of graphs.

mod access;
mod access_tags;
mod base;
mod class_speed;
mod closing;
mod fast_road;
mod file;
mod maxspeed;
mod node;
mod rules;
mod side;
mod size;
mod speed;
mod times;
mod turn;
mod unread;
mod way;

pub use base::{Profile, UnknownProfile};
pub(super) use closing::Closing;
pub(super) use fast_road::{FastTags, is_made_for_bikes};
pub use file::ProfileRulesError;
pub use maxspeed::parse_maxspeed;
pub(super) use node::{NodeTimes, NodeUse, judge_node_times};
pub use rules::ProfileRules;
pub(super) use side::{DrivingSide, side_at};
pub(super) use size::SizeLimit;
pub(super) use times::{WayTimes, judge_times};
pub(super) use turn::TurnCosts;
pub use unread::UnreadTag;
pub(super) use unread::{is_hourly_limit, is_understood};
pub(super) use way::{ALWAYS_OPEN, Speed, WayUse, ferry_duration_ms};
