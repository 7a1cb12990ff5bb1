//! Roads that are closed or open at times: `access:conditional=no @ (Mo-Fr 07:00-09:00)` and the like.
//!
//! A way is judged as its tags are at each time of the week. It is part of the graph when it can be used at any time;
//! when it cannot, turning onto it is forbidden. Without a time the plain tags hold. What a tag only restricts
//! at times (`destination @ …` on an open road) and limits that change (`maxspeed:conditional`) stay as they are
//! without a time.

use super::rules::ProfileRules;
use super::way::{WayUse, judge};
use coldmile_osm::{Moment, Schedule, Tags, Untimed};

/// How a way may be used at the best of times, and when it is closed along and against the direction it is drawn in.
pub(crate) struct WayTimes {
    pub best: WayUse,
    pub closed: [Option<Schedule>; 2],
}

/// How a profile may use a way at any time; `None` when it never may.
pub(crate) fn judge_times(rules: &ProfileRules, tags: Tags<'_>) -> Option<WayTimes> {
    let plain = judge(rules, tags);
    let parts = tags.conditions();
    if parts.is_empty() {
        return plain.map(|best| WayTimes { best, closed: [None, None] });
    }
    let parts: Vec<&Schedule> = parts.iter().collect();
    let at = |moment: Moment| judge(rules, tags.at(moment));
    let mut best = plain;
    for moment in Schedule::stretches(&parts) {
        let Some(then) = at(moment) else { continue };
        best = Some(match best {
            None => then,
            Some(best) => WayUse {
                forward: best.forward.or(then.forward),
                backward: best.backward.or(then.backward),
                ..best
            },
        });
    }
    let best = best?;
    let closed = [|way: WayUse| way.forward.is_some(), |way: WayUse| way.backward.is_some()].map(|is_open| {
        if !is_open(best) {
            return None;
        }
        let untimed = if plain.is_some_and(is_open) { Untimed::Ignored } else { Untimed::Applies };
        Schedule::when(&parts, untimed, |moment| !at(moment).is_some_and(is_open))
    });
    Some(WayTimes { best, closed })
}
