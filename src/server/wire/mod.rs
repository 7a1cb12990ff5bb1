//! The shapes of the HTTP interface: types of their own, made from the domain, so that either can change alone.
//!
//! Times are whole Unix seconds in fields that end in `_at` (or `open` and `close`), points are `[lat, lon]`, distances
//! end in `_m`, durations in `_s`, litres in `_l`; money is in minor units. Requests refuse unknown fields.

mod compare;
mod courier;
mod day;
mod desk;
mod event;
mod figures;
mod job;
mod key;
mod order;
mod page;
mod plan;
mod quantities;
mod row;
mod session;

pub(super) use compare::CompareView;
pub(super) use courier::RouteView;
pub(super) use day::DayView;
pub(super) use desk::{DeskView, PickupPost, PickupView};
pub(super) use event::{EventBatch, EventPost, EventResult, EventResults, EventView};
pub(super) use figures::FiguresView;
pub(super) use job::{JobPost, JobView};
pub(super) use key::{KeyPost, KeyView, NewKeyView};
pub(super) use order::{MarginalView, OrderView, PickupCodeView, SearchHit};
pub(super) use page::Page;
pub(super) use plan::{PlanView, PublishPost, WirePlanHead};
pub(super) use row::{
    ChangeView, DayHeadView, DayPost, ImportColumn, ImportProblem, ImportRow, ImportView, RowPatch, RowView,
};
pub(super) use session::{DeviceView, EnrolmentPost, EnrolmentView, MeView, SessionPost, TimeView};
