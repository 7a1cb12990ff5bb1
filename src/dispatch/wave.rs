//! The wave that an order travels with, and when it can be ready and must leave.
//!
//! A wave never mixes centres or cut-offs. At first an order joins the latest wave that is ready at its centre before its window
//! opens, so that it is stored there as briefly as possible; when every wave comes later, the earliest that still serves
//! its window.

use coldmile_model::{Day, Order, Site, WaveSchedule};
use coldmile_plan::Handover;
use coldmile_units::{Idx, Money, Seconds, Timestamp};

/// Slack that plans leave between the latest moment a wave is ready and the departure of a courier or the arrival of a
/// family. Set by judgement, not tuned.
const SLACK: Seconds = Seconds::minutes(10);

/// No wave fits an order at a centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoWave {
    /// The window would have to close this much later.
    TooLate(Seconds),
    /// It was placed this long after the last cut-off.
    AfterCutOff(Seconds),
}

/// The latest moment at which the goods of a wave are ready (unloaded and sorted) at `centre`. A truck that has to arrive
/// before the centre opens waits for it.
pub fn ready_by(day: &Day, centre: Idx<Site>, wave: Idx<WaveSchedule>) -> Timestamp {
    let site = &day.network.sites()[centre];
    day.network.waves[wave].centre_due.max(site.hours.open()) + site.handling
}

/// The latest moment at which an order may be handed over: its window closes, or too little is left of its goods' life.
pub fn closes(order: &Order) -> Timestamp {
    let close = order.window.close();
    life_ends(order).map_or(close, |end| close.min(end))
}

/// The last moment at which enough is left of the life of an order's goods; `None` where that does not matter.
fn life_ends(order: &Order) -> Option<Timestamp> {
    order.shelf_life.map(|life| {
        let whole = i128::from((life.best_before - order.placed_at).0);
        let kept = (whole * i128::from(life.min_left_ppm) + 999_999).div_euclid(1_000_000) as i64;
        life.best_before - Seconds(kept)
    })
}

/// The latest moment at which an order may be handed over at its door. Where lateness has a price its window may end before that,
/// and only the life of its goods and the couriers' working hours matter.
pub fn door_closes(day: &Day, order: &Order) -> Timestamp {
    let close = order.window.close();
    if day.late_hour <= Money::ZERO {
        return closes(order);
    }
    let ends = day
        .couriers
        .iter()
        .map(|courier| courier.shift.close() + day.vehicle_types[courier.vehicle].max_overtime);
    let last = ends.fold(close, Timestamp::max);
    life_ends(order).map_or(last, |end| last.min(end))
}

/// By how much the goods of an order are too old when its window opens; `None` where they are not.
pub fn too_old_by(order: &Order) -> Option<Seconds> {
    Some(order.window.open() - closes(order)).filter(|&late| late > Seconds::ZERO)
}

/// The latest moment an order leaves its centre's store.
///
/// Door: the courier starts loading no later than the window closes. Pickup: the family may come until the window or
/// the centre closes.
pub fn leaves_by(day: &Day, order: &Order, centre: Idx<Site>, handover: Handover) -> Timestamp {
    match handover {
        Handover::Door => closes(order),
        Handover::Pickup => closes(order).min(day.network.sites()[centre].hours.close()),
    }
}

/// Whether a wave is surely ready at the centre before the order's window opens, with `travel` from there to its family.
pub fn is_comfortable(
    day: &Day,
    order: &Order,
    centre: Idx<Site>,
    wave: Idx<WaveSchedule>,
    travel: Seconds,
) -> bool {
    ready_by(day, centre, wave) + SLACK + travel <= order.window.open()
}

/// Whether no wave that the order may travel with is ready at the centre before this one.
pub fn is_earliest(day: &Day, order: &Order, centre: Idx<Site>, wave: Idx<WaveSchedule>) -> bool {
    let eligible = day.network.waves.enumerate().filter(|(_, row)| order.placed_at <= row.cut_off);
    let earliest = eligible.map(|(other, _)| ready_by(day, centre, other)).min();
    earliest.is_none_or(|earliest| ready_by(day, centre, wave) <= earliest)
}

/// The wave that `order` travels with to `centre`, given the least duration `travel` from there to its family and the
/// moment `latest` by which it must be handed over.
pub fn wave_for(
    day: &Day,
    order: &Order,
    centre: Idx<Site>,
    travel: Seconds,
    latest: Timestamp,
) -> Result<Idx<WaveSchedule>, NoWave> {
    let in_time = |wave: &Idx<WaveSchedule>| order.placed_at <= day.network.waves[*wave].cut_off;
    let by_due = |wave: &Idx<WaveSchedule>| (ready_by(day, centre, *wave), *wave);
    let eligible = || day.network.waves.indices().filter(in_time);

    let comfortable =
        eligible().filter(|&wave| is_comfortable(day, order, centre, wave, travel)).max_by_key(by_due);
    if let Some(wave) = comfortable {
        return Ok(wave);
    }
    let Some(earliest) = eligible().min_by_key(by_due) else {
        let last = day.network.waves.iter().map(|wave| wave.cut_off).max();
        return Err(NoWave::AfterCutOff(last.map_or(Seconds::ZERO, |cut_off| order.placed_at - cut_off)));
    };
    let short_by = ready_by(day, centre, earliest) + SLACK + travel - latest;
    if short_by > Seconds::ZERO { Err(NoWave::TooLate(short_by)) } else { Ok(earliest) }
}
