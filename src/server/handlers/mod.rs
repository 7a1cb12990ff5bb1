//! What each route does, a file for each part of the interface. Who may call is decided before they run.

pub(super) mod changes;
pub(super) mod courier;
pub(super) mod day;
pub(super) mod day_orders;
pub(super) mod days;
pub(super) mod desk;
pub(super) mod devices;
pub(super) mod docs;
pub(super) mod events;
pub(super) mod export;
pub(super) mod import;
pub(super) mod jobs;
pub(super) mod keys;
pub(super) mod live;
pub(super) mod map;
pub(super) mod orders;
pub(super) mod pages;
pub(super) mod plans;
pub(super) mod rows;
pub(super) mod sessions;
pub(super) mod status;
