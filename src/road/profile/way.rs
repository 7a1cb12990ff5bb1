//! A way's tags → how a profile may use it.

use super::access::{access, closed_directions, own_access};
use super::access_tags::Access;
use super::base::Profile;
use super::rules::ProfileRules;
use super::side::DrivingSide;
use super::size::SizeLimit;
use super::speed::{limit, service_cap, surface_cap};
use coldmile_osm::Tags;

/// A speed in metres per hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Speed(u32);

impl Speed {
    /// From kilometres per hour; at least 0.5 km/h.
    pub(crate) fn from_km_h(km_h: f64) -> Self {
        Self((km_h * 1000.0).round().clamp(500.0, 400_000.0) as u32)
    }

    /// The speed that covers `cm` in `ms`; at least a metre an hour.
    pub(crate) fn covering(cm: u64, ms: u64) -> Self {
        Self((cm * 36_000 / ms.max(1)).clamp(1, 400_000) as u32)
    }

    /// Milliseconds for `cm`, rounded up to at least one.
    pub(crate) fn ms(self, cm: u64) -> u64 {
        ((cm * 36_000 + u64::from(self.0) / 2) / u64::from(self.0)).max(1)
    }
}

/// How a profile may use a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "what is true of a road, each by itself")]
pub(crate) struct WayUse {
    /// Speed in the direction the way is drawn; `None` where that is forbidden.
    pub forward: Option<Speed>,
    /// Speed against it.
    pub backward: Option<Speed>,
    /// A trip may begin or end here, not pass through.
    pub is_restricted: bool,
    /// Water: no stops are made here.
    pub is_ferry: bool,
    /// Traffic goes round; names and u-turns are not for here.
    pub is_roundabout: bool,
    /// A main road, too busy to be crossed on foot with a parcel.
    pub is_wide: bool,
    /// What the tag `driving_side` says.
    pub side: Option<DrivingSide>,
    /// What signs let through.
    pub limit: SizeLimit,
    /// When each direction is closed, as a position in a list of schedules, or [`ALWAYS_OPEN`].
    pub closed: [u16; 2],
}

/// Stands for a direction that is not closed at any time.
pub(crate) const ALWAYS_OPEN: u16 = u16::MAX;

/// How a profile may use a way with these tags; `None` when it may not.
pub(crate) fn judge(rules: &ProfileRules, tags: Tags<'_>) -> Option<WayUse> {
    if rules.avoid.toll && tags.get("toll").is_some_and(|value| value != "no") {
        return None;
    }
    let is_train = tags.is("route", "shuttle_train");
    let is_ferry =
        is_train || tags.is("route", "ferry") || tags.get("ferry").is_some_and(|value| value != "no");
    let found = if is_ferry {
        let permission = if is_train { train_permission(rules, tags) } else { ferry_permission(rules, tags) };
        judge_ferry(rules, tags, permission).filter(|_| !rules.avoid.ferry)?
    } else {
        judge_road(rules, tags)?
    };
    (found.forward.is_some() || found.backward.is_some()).then_some(found)
}

/// Who may board a ferry. Without a tag about vehicles it carries people: vehicles need a yes.
fn ferry_permission(rules: &ProfileRules, tags: Tags<'_>) -> Option<Access> {
    match own_access(rules, tags) {
        Some(own) => Some(own),
        // What carries cars carries trucks.
        None if rules.base == Profile::Truck => own_access(&ProfileRules::from(Profile::Van), tags),
        None if rules.base == Profile::Van => None,
        None => access(rules, tags).or(Some(Access::Open)),
    }
}

/// Who may board a car train: motor vehicles, and others that a tag names.
fn train_permission(rules: &ProfileRules, tags: Tags<'_>) -> Option<Access> {
    if rules.base.is_motorised() {
        access(rules, tags).or(Some(Access::Open))
    } else {
        own_access(rules, tags)
    }
}

fn judge_ferry(rules: &ProfileRules, tags: Tags<'_>, permission: Option<Access>) -> Option<WayUse> {
    let profile = rules.base;
    if !matches!(permission, Some(Access::Open | Access::Dismount | Access::Restricted)) {
        return None;
    }
    let speed = Some(Speed::from_km_h(rules.ferry_km_h));
    let (forward, backward) = directions(rules, tags, speed, speed);
    Some(WayUse {
        forward,
        backward,
        is_restricted: false,
        is_ferry: true,
        is_roundabout: false,
        is_wide: false,
        side: None,
        limit: limit_of(profile, tags),
        closed: [ALWAYS_OPEN; 2],
    })
}

/// How long a ferry takes by its tag `duration`: `25`, `0:25`, `00:25:00`, `PT25M`, `P1DT2H`.
pub(crate) fn ferry_duration_ms(text: &str) -> Option<u64> {
    let seconds = if let Some(period) = text.strip_prefix('P') {
        let (mut seconds, mut number, mut in_time) = (0_u64, String::new(), false);
        for c in period.chars() {
            match c {
                'T' => in_time = true,
                '0'..='9' => number.push(c),
                _ => {
                    let count: u64 = std::mem::take(&mut number).parse().ok()?;
                    let unit = match (c, in_time) {
                        ('D', false) => 86_400,
                        ('H', true) => 3_600,
                        ('M', true) => 60,
                        ('S', true) => 1,
                        _ => return None,
                    };
                    seconds += count.checked_mul(unit)?;
                }
            }
        }
        seconds
    } else {
        let parts: Vec<u64> = text.trim().split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        match parts[..] {
            [minutes] => minutes.checked_mul(60)?,
            [hours, minutes] => hours.checked_mul(3_600)?.checked_add(minutes.checked_mul(60)?)?,
            [hours, minutes, seconds] => {
                hours.checked_mul(3_600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)?
            }
            _ => return None,
        }
    };
    // Ten days are no ferry; the limit keeps later sums inside 32 bits.
    (1..=864_000).contains(&seconds).then_some(seconds * 1000)
}

fn judge_road(rules: &ProfileRules, tags: Tags<'_>) -> Option<WayUse> {
    let profile = rules.base;
    let highway = class_of(tags)?;
    // Squares are walked and cycled, along their outline and across.
    let is_area = tags.is("area", "yes") && profile.is_motorised();
    if tags.is("impassable", "yes") || is_area || rules.keeps_off(highway) {
        return None;
    }
    let permission = access(rules, tags);
    let own = own_access(rules, tags);
    if is_for_shared_rides(rules, tags, own) {
        return None;
    }
    let mut speed = match rules.class_speed(highway) {
        Some(speed) => speed,
        None => exceptional_speed(rules, highway, tags, own)?,
    };
    let mut is_restricted = false;
    match permission {
        Some(Access::Dismount) if profile == Profile::Bike => speed = speed.min(4.0),
        Some(Access::Closed | Access::Dismount) => return None,
        Some(Access::Restricted) => is_restricted = true,
        Some(Access::Open) | None => {}
    }
    // Roads for motor vehicles only, unless a tag says otherwise.
    let for_motors = matches!(highway, "trunk" | "trunk_link") && tags.is("motorroad", "yes");
    if for_motors && !profile.is_motorised() && own != Some(Access::Open) {
        return None;
    }
    // Footways are for feet; a bike is pushed unless it is invited.
    if profile == Profile::Bike && matches!(highway, "footway" | "pedestrian" | "path" | "pier") {
        speed = match own {
            Some(Access::Open) => 12.0,
            _ if highway == "path" => speed,
            _ => 4.0,
        };
    }
    let mut caps = [surface_cap(rules, tags), service_cap(rules, tags), Some(rules.top_km_h), None];
    if goes_round(tags) {
        caps[3] = Some(rules.roundabout_km_h);
    }
    if caps.contains(&Some(0.0)) {
        return None;
    }
    let towards = |key: &str| {
        let base = if profile.is_motorised() { limit(rules, tags, key).unwrap_or(speed) } else { speed };
        Speed::from_km_h(caps.iter().flatten().fold(base, |speed, &cap| speed.min(cap)))
    };
    let [no_forward, no_backward] = closed_directions(rules, tags);
    let forward = Some(towards("maxspeed:forward")).filter(|_| !no_forward);
    let backward = Some(towards("maxspeed:backward")).filter(|_| !no_backward);
    let (forward, backward) = directions(rules, tags, forward, backward);
    let side = tags.get("driving_side").and_then(|side| match side {
        "left" => Some(DrivingSide::Left),
        "right" => Some(DrivingSide::Right),
        _ => None,
    });
    let (is_ferry, is_roundabout) = (false, goes_round(tags));
    let is_wide = rules.stops_at_kerb(highway);
    let limit = limit_of(profile, tags);
    Some(WayUse {
        forward,
        backward,
        is_restricted,
        is_ferry,
        is_roundabout,
        is_wide,
        side,
        limit,
        closed: [ALWAYS_OPEN; 2],
    })
}

/// The class of road. Piers and platforms are walked on like roads.
fn class_of(tags: Tags<'_>) -> Option<&str> {
    tags.get("highway").or_else(|| {
        let is_platform = tags.is("railway", "platform") || tags.is("public_transport", "platform");
        if tags.is("man_made", "pier") { Some("pier") } else { is_platform.then_some("platform") }
    })
}

/// Whether a road is for cars with several people in them, unless a tag invites this profile.
fn is_for_shared_rides(rules: &ProfileRules, tags: Tags<'_>, own: Option<Access>) -> bool {
    rules.base.is_motorised()
        && own != Some(Access::Open)
        && matches!(tags.get("hov"), Some("designated" | "only"))
}

/// What signs let through; people on foot pass under them.
pub(super) fn limit_of(profile: Profile, tags: Tags<'_>) -> SizeLimit {
    if profile == Profile::Foot { SizeLimit::NONE } else { SizeLimit::of(profile, tags) }
}

/// The speed on a class of road that a profile may use only when a tag invites it.
fn exceptional_speed(
    rules: &ProfileRules,
    highway: &str,
    tags: Tags<'_>,
    own: Option<Access>,
) -> Option<f64> {
    let invited = matches!(own, Some(Access::Open | Access::Restricted));
    if let Some(&km_h) = rules.tables.invited.get(highway) {
        return (invited && km_h > 0.0).then_some(km_h);
    }
    match (rules.base, highway) {
        (Profile::Van | Profile::Truck, "track") => {
            let firm = tags.is("tracktype", "grade1")
                || matches!(tags.get("surface"), Some("asphalt" | "concrete" | "paved" | "paving_stones"));
            (invited || firm).then_some(15.0)
        }
        (Profile::Van | Profile::Truck, "pedestrian") => invited.then_some(6.0),
        (Profile::Van, "footway" | "cycleway" | "path" | "bridleway") => {
            (own == Some(Access::Open)).then_some(6.0)
        }
        (Profile::Bike, "busway") => invited.then_some(17.0),
        _ => None,
    }
}

fn goes_round(tags: Tags<'_>) -> bool {
    matches!(tags.get("junction"), Some("roundabout" | "circular"))
}

/// Takes away the direction that a oneway street forbids.
fn directions(
    rules: &ProfileRules,
    tags: Tags<'_>,
    forward: Option<Speed>,
    backward: Option<Speed>,
) -> (Option<Speed>, Option<Speed>) {
    let implied = goes_round(tags) || matches!(tags.get("highway"), Some("motorway"));
    let general = tags.get("oneway").and_then(oneway).or(implied.then_some(Oneway::Forward));
    // What is said of a kind of traffic counts before what is said of all.
    let by_kind = || {
        if !tags.any_key(|key| key.starts_with("oneway:")) {
            return None;
        }
        let own = ONEWAY_KEYS.iter().filter(|(kind, _)| *kind != "bicycle" && *kind != "foot");
        let key_of = |kind: &&str| own.clone().find(|(other, _)| other == kind).map(|(_, key)| *key);
        rules.keys.iter().filter_map(key_of).find_map(|key| tags.get(key).and_then(oneway))
    };
    let own = match rules.base {
        Profile::Van | Profile::Truck => by_kind(),
        Profile::Bike => match tags.get("oneway:bicycle").and_then(oneway) {
            Some(own) => Some(own),
            None if has_contraflow(tags) => Some(Oneway::Both),
            None => by_kind(),
        },
        Profile::Foot => match tags.get("oneway:foot").and_then(oneway) {
            Some(own) => Some(own),
            // Oneway streets are about vehicles; only ferries and escalators carry people in one direction.
            None if tags.is("route", "ferry") => None,
            None => Some(Oneway::Both),
        },
    };
    match own.or(general).unwrap_or(Oneway::Both) {
        Oneway::Forward => (forward, None),
        Oneway::Backward => (None, backward),
        Oneway::Both => (forward, backward),
        Oneway::Neither => (None, None),
    }
}

/// Tags about the directions of one kind of traffic, by access tag.
const ONEWAY_KEYS: &[(&str, &str)] = &[
    ("bicycle", "oneway:bicycle"),
    ("bus", "oneway:bus"),
    ("foot", "oneway:foot"),
    ("goods", "oneway:goods"),
    ("hgv", "oneway:hgv"),
    ("motor_vehicle", "oneway:motor_vehicle"),
    ("motorcar", "oneway:motorcar"),
    ("motorcycle", "oneway:motorcycle"),
    ("psv", "oneway:psv"),
    ("taxi", "oneway:taxi"),
    ("vehicle", "oneway:vehicle"),
];

/// The directions that are open.
#[derive(Clone, Copy)]
pub(super) enum Oneway {
    Forward,
    Backward,
    Both,
    Neither,
}

/// What a value of `oneway` and its like means; `None` when it is not known.
pub(super) fn oneway(value: &str) -> Option<Oneway> {
    Some(match value {
        "yes" | "true" | "1" => Oneway::Forward,
        "-1" | "reverse" => Oneway::Backward,
        // A single lane that both directions use in turns is a matter of minutes.
        "no" | "false" | "0" | "alternating" => Oneway::Both,
        // Lanes that change direction by the hour cannot be planned with.
        "reversible" => Oneway::Neither,
        _ => return None,
    })
}

/// Whether bikes may go against the oneway street.
fn has_contraflow(tags: Tags<'_>) -> bool {
    ["cycleway", "cycleway:left", "cycleway:right", "cycleway:both"]
        .iter()
        .any(|key| tags.get(key).is_some_and(|value| value.starts_with("opposite")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_duration_of_a_ferry_is_read_in_every_notation() {
        for (text, minutes) in [
            ("25", 25),
            ("0:25", 25),
            ("00:25", 25),
            ("00:25:00", 25),
            ("PT25M", 25),
            ("1:30", 90),
            ("P1DT2H", 1560),
        ] {
            assert_eq!(ferry_duration_ms(text), Some(minutes * 60_000), "{text}");
        }
        for text in ["", "soon", "0", "1:2:3:4", "PT", "-5", "P5X", "99999999999999999999"] {
            assert_eq!(ferry_duration_ms(text), None, "{text}");
        }
    }
}
