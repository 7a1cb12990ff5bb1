//! Tags whose text no profile understands: a low bridge that is not read must be told.

use super::class_speed;
use super::maxspeed;
use super::node::is_known_barrier;
use super::speed::{is_known_service, is_known_surface};
use super::way::oneway;
use super::{access, way::ferry_duration_ms};
use coldmile_osm::{Conditional, Quantity, conditional_parts, read_limit};

/// A tag that the import has met and not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadTag {
    /// The key, such as `maxheight`.
    pub key: &'static str,
    /// The text.
    pub value: String,
    /// On how many OSM ways and nodes it stands.
    pub count: usize,
}

/// Whether a tag sets a speed limit that changes with the hour or the day.
pub(crate) fn is_hourly_limit(key: &str, value: &str) -> bool {
    let is_timed = |(_, condition): &(&str, Conditional)| match condition {
        Conditional::Holds(condition) => condition.when.is_some(),
        Conditional::Unknown | Conditional::Never => false,
    };
    key.starts_with("maxspeed")
        && key.ends_with(":conditional")
        && conditional_parts(value).iter().any(is_timed)
}

/// Documented values of `junction`.
const JUNCTIONS: &[&str] =
    &["roundabout", "circular", "jughandle", "filter", "spui", "approach", "yes", "intersection", "dogbone"];

/// Whether the import understands a tag. Keys whose texts are free, such as names, are always understood.
pub(crate) fn is_understood(key: &str, value: &str) -> bool {
    if let Some(plain) = key.strip_suffix(":conditional") {
        let parts = conditional_parts(value);
        let is_read = |(value, condition): &(&str, Conditional)| {
            *condition != Conditional::Unknown && is_understood(plain, value)
        };
        return !parts.is_empty() && parts.iter().all(is_read);
    }
    let base = key.split(':').next().unwrap_or_default();
    match base {
        "maxheight" | "maxwidth" | "maxlength" => read_limit(value, Quantity::Length).is_read,
        "maxweight" | "maxweightrating" | "maxgcweight" => read_limit(value, Quantity::Weight).is_read,
        "maxspeed" if key != "maxspeed:type" => maxspeed::is_known(value),
        "access" | "bicycle" | "bus" | "foot" | "goods" | "hgv" | "hov" | "motor_vehicle" | "motorcar"
        | "motorcycle" | "psv" | "taxi" | "vehicle" => access::is_known(value),
        "highway" => class_speed::is_known(value),
        "barrier" => is_known_barrier(value),
        "oneway" => oneway(value).is_some(),
        "service" => is_known_service(value),
        "surface" | "smoothness" | "tracktype" => is_known_surface(base, value),
        "junction" => JUNCTIONS.contains(&value),
        "duration" => ferry_duration_ms(value).is_some(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_by_the_hour_are_told_from_others() {
        for value in ["30 @ (Mo-Fr 07:00-17:00)", "30 @ (22:00-06:00 AND weight>7.5)", "80 @ wet; 60 @ (Su)"]
        {
            assert!(is_hourly_limit("maxspeed:conditional", value), "{value}");
            assert!(is_hourly_limit("maxspeed:forward:conditional", value), "{value}");
            assert!(!is_hourly_limit("access:conditional", value) && !is_hourly_limit("maxspeed", value));
        }
        for value in ["80 @ wet", "60 @ (weight>7.5)", "30 @ (PH)", "50"] {
            assert!(!is_hourly_limit("maxspeed:conditional", value), "{value}");
        }
    }

    #[test]
    fn what_is_documented_is_understood_and_the_rest_is_told() {
        for (key, value) in [
            ("maxheight", "11'6\""),
            ("maxheight", "below_default"),
            ("maxheight:physical", "3,5"),
            ("maxweight:hgv", "7.5 st"),
            ("maxweightrating", "3.5"),
            ("maxspeed", "signals"),
            ("maxspeed:forward", "30 mph"),
            ("maxspeed:type", "sign"),
            ("hgv:conditional", "no @ (weight>3.5)"),
            ("access:conditional", "no @ (PH)"),
            ("motor_vehicle", "agricultural;destination"),
            ("oneway", "alternating"),
            ("oneway", "reversible"),
            ("oneway", "yes"),
            ("oneway", "no"),
            ("oneway", "-1"),
            ("oneway:hgv", "alternating"),
            ("junction", "roundabout"),
            ("junction", "circular"),
            ("junction", "filter"),
            ("junction", "spui"),
            ("junction", "approach"),
            ("junction", "yes"),
            ("route", "ferry"),
            ("duration", "PT25M"),
            ("oneway:bicycle", "no"),
            ("junction", "jughandle"),
            ("name", "anything"),
            ("route", "shuttle_train"),
        ] {
            assert!(is_understood(key, value), "{key}={value}");
        }
        for (key, value) in [
            ("maxheight", "low"),
            ("maxheight:physical", "3.5;low"),
            ("maxspeed", "fast"),
            ("hgv:conditional", "no @ (axles>3)"),
            ("access:conditional", "nope @ (Mo-Fr)"),
            ("access:conditional", "no"),
            ("access", "yess"),
            ("oneway", "both"),
            ("junction", "blob"),
            ("highway", "residental"),
        ] {
            assert!(!is_understood(key, value), "{key}={value}");
        }
    }
}
