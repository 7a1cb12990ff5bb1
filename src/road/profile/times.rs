//! Roads that are closed or open at times: `access:conditional=no @ (Mo-Fr 07:00-09:00)` and the like.
//!
//! A way is judged as its tags are at each time of the week. It is part of the graph when it can be used at any time;
//! when it cannot, turning onto it is forbidden. Without a time the plain tags hold. What a tag only restricts
//! at times (`destination @ …` on an open road) stays as it is without a time. Of speeds that change with the hour
//! (`maxspeed:conditional`) the lowest holds at any time: no trip is promised to be faster than it may be.
//!
//! A condition about the size of vehicles (`no @ (weight>7.5)`) becomes a limit of the road, so that it holds for
//! whatever size a trip asks for. One about both (`no @ (07:00-09:00 AND weight>7.5)`, `maxweight:conditional`) becomes a limit
//! at those times. Speeds by size, and conditions that several measures have to meet, go by the profile's own size.

use super::closing::Closing;
use super::rules::ProfileRules;
use super::size::{SizeLimit, just_above};
use super::way::{Speed, WayUse, judge};
use coldmile_osm::{Condition, Moment, Schedule, SizeBound, Tags, Untimed};
use coldmile_units::VehicleSize;

/// How a way may be used at the best of times, and when it is closed along and against the direction it is drawn in.
pub(crate) struct WayTimes {
    pub best: WayUse,
    /// In no order that matters; empty where a direction is never closed.
    pub closed: [Vec<Closing>; 2],
}

/// How a profile may use a way at any time; `None` when it never may.
pub(crate) fn judge_times(rules: &ProfileRules, tags: Tags<'_>) -> Option<WayTimes> {
    let conditions = tags.conditions();
    if conditions.is_empty() {
        return judge(rules, tags).map(|best| WayTimes { best, closed: [Vec::new(), Vec::new()] });
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
            return Vec::new();
        }
        let untimed = if light.is_some_and(is_open) { Untimed::Ignored } else { Untimed::Applies };
        let is_own_open = admits(own, is_open);
        let is_light_open = |moment| judged(Some(moment), VehicleSize::default()).is_some_and(is_open);
        let mut closings = Vec::new();
        for (limit, is_kept_out) in timed_limits(&conditions, &judged, &stretches, best.limit) {
            let is_closed = |moment| is_light_open(moment) && is_kept_out(moment, is_open);
            let when = Schedule::when(&schedules, Untimed::Ignored, is_closed);
            closings.extend(when.map(|when| Closing { when, up_to: Some(limit) }));
        }
        // What keeps out the profile's own size for another reason is closed to all.
        let is_told = |moment| closings.iter().any(|closing| closing.holds(Some(moment), rules.size));
        let when = Schedule::when(&schedules, untimed, |moment| {
            let is_own_closed = || is_own_open && !admits(judged(Some(moment), rules.size), is_open);
            !is_light_open(moment) || is_own_closed() && !is_told(moment)
        });
        closings.extend(when.map(Closing::to_all));
        closings
    });
    Some(WayTimes { best, closed })
}

/// Whether what exceeds a limit is kept out of a direction at a moment.
type IsKeptOut<'a> = Box<dyn Fn(Moment, fn(WayUse) -> bool) -> bool + 'a>;

/// The limits that hold at times only: bounds of conditions about time and size, and signs that change.
fn timed_limits<'a>(
    conditions: &[Condition],
    judged: &'a impl Fn(Option<Moment>, VehicleSize) -> Option<WayUse>,
    stretches: &[Moment],
    always: SizeLimit,
) -> Vec<(SizeLimit, IsKeptOut<'a>)> {
    let mut found: Vec<(SizeLimit, IsKeptOut<'a>)> = Vec::new();
    let timed = conditions.iter().filter(|condition| condition.when.is_some());
    let mut bounds: Vec<SizeBound> = timed.flat_map(|condition| condition.sizes.iter().copied()).collect();
    bounds.sort_unstable();
    bounds.dedup();
    for bound in bounds {
        let is_kept_out = move |moment: Moment, is_open: fn(WayUse) -> bool| {
            !judged(Some(moment), just_above(bound)).is_some_and(is_open)
        };
        found.push((SizeLimit::up_to(bound), Box::new(is_kept_out)));
    }
    let limit_at = move |moment: Moment| judged(Some(moment), VehicleSize::default()).map(|way| way.limit);
    let mut signs: Vec<SizeLimit> = Vec::new();
    for limit in stretches.iter().filter_map(|&moment| limit_at(moment)) {
        if limit != SizeLimit::NONE && limit.and(always) != always && !signs.contains(&limit) {
            signs.push(limit);
        }
    }
    for limit in signs {
        found.push((limit, Box::new(move |moment, _| limit_at(moment) == Some(limit))));
    }
    found
}

/// The first use, with the directions that only the second one has, each at the lower speed.
fn combined(one: Option<WayUse>, other: Option<WayUse>) -> Option<WayUse> {
    match (one, other) {
        (Some(one), Some(other)) => Some(WayUse {
            forward: slower(one.forward, other.forward),
            backward: slower(one.backward, other.backward),
            ..one
        }),
        (one, other) => one.or(other),
    }
}

/// The lower of two speeds, or the one that there is.
fn slower(one: Option<Speed>, other: Option<Speed>) -> Option<Speed> {
    one.into_iter().chain(other).min()
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
