//! The codes of the reasons for which an order is left out, the figures that each has, and the sentence that is made of them.

use super::unplanned::{Detail, Details};
use std::fmt::Write;

/// A reason for which an order is left out.
#[derive(Clone, Copy, Debug)]
pub struct ReasonCode {
    /// Stable code, such as `unplanned/after-cut-off`.
    pub code: &'static str,
    /// Whether it means that no search could serve the order; `None` where that depends on the order's other choices.
    pub impossible: Option<bool>,
    /// The sets of figures that it may have. Exactly the names of one of them are in an order's details.
    pub details: &'static [&'static [&'static str]],
}

/// What an obstacle of one carrier says: `carrier` is `truck` (from a hub to the centre) or `courier` (from the centre to the
/// door).
const CARRIER: &[&str] = &["carrier", "centre"];

/// Every reason, by code. `_l` are litres, `_kg` kilograms, `_min` minutes (rounded up), `_km` kilometres, `_m` metres;
/// `centre`, `hubs` and `wave` are ids; `compartment` is `ambient`, `chilled` or `frozen`.
pub const REASONS: &[ReasonCode] = &[
    reason("unplanned/after-cut-off", Some(true), &[&["late_min"]]),
    reason(
        "unplanned/load-too-large",
        None,
        &[&["carrier", "centre", "over_kg"], &["carrier", "centre", "compartment", "over_l"]],
    ),
    reason("unplanned/no-centre-reachable", Some(true), &[&[]]),
    reason("unplanned/no-courier-on-duty", Some(true), &[&["centre"]]),
    reason("unplanned/no-courier-time", Some(false), &[&["centre"]]),
    reason("unplanned/no-room-at-centre", None, &[&["centre", "compartment", "short_l"]]),
    reason("unplanned/no-truck-on-duty", Some(true), &[&["hubs"]]),
    reason("unplanned/no-truck-time", Some(false), &[&["centre"]]),
    reason("unplanned/no-vehicle", None, &[CARRIER]),
    reason("unplanned/nobody-on-duty", Some(true), &[&[]]),
    reason("unplanned/not-placed", Some(false), &[&[]]),
    reason("unplanned/out-of-range", None, &[&["carrier", "centre", "over_km"]]),
    reason("unplanned/parcel-too-large", Some(true), &[&["centre"]]),
    reason("unplanned/ride-too-long", None, &[&["carrier", "centre", "over_min"]]),
    reason("unplanned/shift-too-short", None, &[&["carrier", "centre", "over_min"]]),
    reason("unplanned/too-far-from-road", Some(true), &[&["distance_m", "limit_m"]]),
    reason("unplanned/too-old", Some(true), &[&["short_min"]]),
    reason("unplanned/too-warm", None, &[CARRIER]),
    reason("unplanned/unreachable", None, &[CARRIER]),
    reason("unplanned/wave-too-late", None, &[&["short_min"]]),
    reason("unplanned/window-too-tight", None, &[&["carrier", "centre", "late_min"]]),
];

const fn reason(
    code: &'static str,
    impossible: Option<bool>,
    details: &'static [&'static [&'static str]],
) -> ReasonCode {
    ReasonCode { code, impossible, details }
}

/// The reason with this code; `None` for a code that is not in the list.
pub fn reason_code(code: &str) -> Option<&'static ReasonCode> {
    REASONS.iter().find(|reason| reason.code == code)
}

impl ReasonCode {
    /// Whether these are the names of its figures.
    pub fn has_figures(&self, details: &Details) -> bool {
        let is_set = |names: &&[&str]| {
            names.len() == details.len() && names.iter().all(|name| details.contains_key(*name))
        };
        self.details.iter().any(is_set)
    }
}

/// The English sentence of a reason, made from its code and figures alone. A code that is not in the list gives the code itself.
pub fn sentence(code: &str, details: &Details) -> String {
    let figure = |name: &str| details.get(name).map(figure).unwrap_or_default();
    let who = || match details.get("carrier") {
        Some(Detail::Text(carrier)) if carrier == "truck" => {
            format!("no truck can bring it to {}", figure("centre"))
        }
        _ => format!("no courier of {} can bring it", figure("centre")),
    };
    match code.strip_prefix("unplanned/").unwrap_or(code) {
        "after-cut-off" => format!("it was placed {} min after the last cut-off", figure("late_min")),
        "load-too-large" if details.contains_key("over_kg") => {
            format!("{}: it is {} kg too heavy for every vehicle", who(), figure("over_kg"))
        }
        "load-too-large" => {
            let (litres, compartment) = (figure("over_l"), figure("compartment"));
            format!("{}: it needs {litres} l more {compartment} room than any vehicle has", who())
        }
        "no-centre-reachable" => "no road connects the door with any centre".to_owned(),
        "no-courier-on-duty" => {
            format!("no courier works at {}, the nearest centre that it may pass through", figure("centre"))
        }
        "no-courier-time" => format!("the couriers of {} have no time left for it", figure("centre")),
        "no-room-at-centre" => format!(
            "{} has {} l too little {} room for it while it would stand there",
            figure("centre"),
            figure("short_l"),
            figure("compartment")
        ),
        "no-truck-on-duty" => format!("no truck works at {} today", figure("hubs")),
        "no-truck-time" => {
            format!("the trucks have no time or room left to bring it to {}", figure("centre"))
        }
        "no-vehicle" => format!("{}: no vehicle on duty may carry it", who()),
        "nobody-on-duty" => "nobody works on this day".to_owned(),
        "not-placed" => "it fits alone, but not with the others in the best plan found".to_owned(),
        "out-of-range" => format!("{}: even alone it is {} km beyond the range", who(), figure("over_km")),
        "parcel-too-large" => format!(
            "a parcel is larger than the door of the store of {} and of every other centre in reach",
            figure("centre")
        ),
        "ride-too-long" => format!(
            "{}: even the direct ride is {} min longer than its goods may ride",
            who(),
            figure("over_min")
        ),
        "shift-too-short" => {
            format!("{}: even alone it takes {} min longer than a shift", who(), figure("over_min"))
        }
        "too-far-from-road" => format!(
            "the door is {} m from the nearest usable road; {} m is the limit",
            figure("distance_m"),
            figure("limit_m")
        ),
        "too-old" => format!(
            "less of its goods' life than asked for is left {} min before its window opens",
            figure("short_min")
        ),
        "too-warm" => format!("{}: even the direct ride leaves its goods too warm", who()),
        "unreachable" => format!("{}: no road leads there and back", who()),
        "wave-too-late" => format!(
            "its window closes {} min before the first wave it could join can be at the door",
            figure("short_min")
        ),
        "window-too-tight" => format!("{}: even alone it would be {} min late", who(), figure("late_min")),
        _ => code.to_owned(),
    }
}

/// A figure as the sentence shows it.
fn figure(detail: &Detail) -> String {
    match detail {
        Detail::Whole(number) => number.to_string(),
        Detail::Decimal(number) => number.to_string(),
        Detail::Text(text) => text.clone(),
        Detail::Ids(ids) => ids.iter().enumerate().fold(String::new(), |mut text, (at, id)| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{}{id}", if at == 0 { "" } else { " or " });
            text
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_sentence_with_all_its_figures() {
        for reason in REASONS {
            for names in reason.details {
                let details: Details =
                    names.iter().map(|&name| (name.to_owned(), Detail::Text(format!("<{name}>")))).collect();
                assert!(reason.has_figures(&details));
                let text = sentence(reason.code, &details);
                assert_ne!(text, reason.code);
                for name in names.iter().filter(|&&name| name != "carrier") {
                    assert!(text.contains(&format!("<{name}>")), "{}: {text}", reason.code);
                }
            }
        }
        let codes: Vec<&str> = REASONS.iter().map(|reason| reason.code).collect();
        assert!(codes.is_sorted(), "{codes:?}");
    }
}
