//! Roads that are closed or open at times: `access:conditional=no @ (Mo-Fr 07:00-09:00)` and the like.
//!
//! A way is judged as its tags are at each time of the week. It is part of the graph when it can be used at any time;
//! when it cannot, turning onto it is forbidden. Without a time the plain tags hold. What a tag only restricts
//! at times (`destination @ …` on an open road) and speed limits by the hour (`maxspeed:conditional`) stay as they are
//! without a time.
//!
//! A condition about the size of vehicles (`no @ (weight>7.5)`) becomes a limit of the road, so that it holds for
//! whatever size a trip asks for. What depends on both, and speeds by size, go by the profile's own size.

use super::rules::ProfileRules;
use super::size::{SizeLimit, just_above};
use super::way::{WayUse, judge};
use coldmile_osm::{Condition, Moment, Schedule, SizeBound, Tags, Untimed};
use coldmile_units::VehicleSize;

/// How a way may be used at the best of times, and when it is closed along and against the direction it is drawn in.
pub(crate) struct WayTimes {
    pub best: WayUse,
    pub closed: [Option<Schedule>; 2],
}

/// How a profile may use a way at any time; `None` when it never may.
pub(crate) fn judge_times(rules: &ProfileRules, tags: Tags<'_>) -> Option<WayTimes> {
    let conditions = tags.conditions();
    if conditions.is_empty() {
        return judge(rules, tags).map(|best| WayTimes { best, closed: [None, None] });
    }
    let judged = |when: Option<Moment>, size: VehicleSize| judge(rules, tags.for_trip(when, size));
    let (light, own) = (judged(None, VehicleSize::default()), judged(None, rules.size));
    let schedules: Vec<&Schedule> =
        conditions.iter().filter_map(|condition| condition.when.as_ref()).collect();
    let stretches = if schedules.is_empty() { Vec::new() } else { Schedule::stretches(&schedules) };
    let mut best = combined(own, light);
    for moment in &stretches {
        best = combined(best, judged(Some(*moment), rules.size));
        best = combined(best, judged(Some(*moment), VehicleSize::default()));
    }
    let mut best = best?;
    best.limit = light.map_or(best.limit, |light| light.limit).and(size_limit(&conditions, light, &judged));
    // What admits the profile's own size; another size is told by the limit.
    let admits = |way: Option<WayUse>, is_open: fn(WayUse) -> bool| {
        way.is_some_and(|way| is_open(way) && way.limit.admits(rules.size))
    };
    let is_open: [fn(WayUse) -> bool; 2] = [|way| way.forward.is_some(), |way| way.backward.is_some()];
    let closed = is_open.map(|is_open| {
        if !is_open(best) || schedules.is_empty() {
            return None;
        }
        let untimed = if light.is_some_and(is_open) { Untimed::Ignored } else { Untimed::Applies };
        let is_own_open = admits(own, is_open);
        Schedule::when(&schedules, untimed, |moment| {
            let for_light = judged(Some(moment), VehicleSize::default()).is_some_and(is_open);
            !for_light || is_own_open && !admits(judged(Some(moment), rules.size), is_open)
        })
    });
    Some(WayTimes { best, closed })
}

/// The first use, with the directions that only the second one has.
fn combined(one: Option<WayUse>, other: Option<WayUse>) -> Option<WayUse> {
    match (one, other) {
        (Some(one), Some(other)) => Some(WayUse {
            forward: one.forward.or(other.forward),
            backward: one.backward.or(other.backward),
            ..one
        }),
        (one, other) => one.or(other),
    }
}

/// What conditions about size alone let through: a bound above which a direction closes is a limit.
fn size_limit(
    conditions: &[Condition],
    light: Option<WayUse>,
    judged: &impl Fn(Option<Moment>, VehicleSize) -> Option<WayUse>,
) -> SizeLimit {
    let Some(light) = light else { return SizeLimit::NONE };
    let untimed = conditions.iter().filter(|condition| condition.when.is_none());
    let bounds = untimed.flat_map(|condition| condition.sizes.iter().copied());
    let closes = |bound: &SizeBound| {
        let above = judged(None, just_above(*bound));
        above.is_none_or(|above| {
            above.forward.is_none() && light.forward.is_some()
                || above.backward.is_none() && light.backward.is_some()
        })
    };
    bounds.filter(closes).fold(SizeLimit::NONE, |limit, bound| limit.and(SizeLimit::up_to(bound)))
}
