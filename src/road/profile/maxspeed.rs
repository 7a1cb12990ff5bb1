//! `maxspeed` in every notation.

/// One knot in kilometres per hour.
const KNOT: f64 = 1.852;
/// One mile in kilometres.
const MILE: f64 = 1.609_344;

/// Texts that say that the limit is not a number here, as signs that change or none at all.
const NO_NUMBER: &[&str] = &[
    "signals", "variable", "implicit", "unposted", "default", "unknown", "sign", "signed", "no", "national",
];

/// The limit in km/h: `50`, `30 mph`, `30,5`, `12 knots`, `walk`, `none`, `DE:urban`, `GB:nsl_single`, `50;30` (the
/// lower). `None` when the text says nothing usable (`signals`, `variable`).
pub fn parse_maxspeed(text: &str) -> Option<f64> {
    parts_of(text).filter_map(|part| parse_one(&part)).min_by(f64::total_cmp)
}

/// Whether each limit of a text is a number, or known to be none.
pub(super) fn is_known(text: &str) -> bool {
    parts_of(text).all(|part| parse_one(&part).is_some() || NO_NUMBER.contains(&&*part))
}

/// The limits of a list. A comma between two digits is a decimal sign.
fn parts_of(text: &str) -> impl Iterator<Item = String> {
    text.split([';', '|']).flat_map(|part| {
        let is_decimal = part.split_once(',').is_some_and(|(before, after)| {
            before.ends_with(|c: char| c.is_ascii_digit())
                && after.starts_with(|c: char| c.is_ascii_digit())
                && !after.contains(',')
        });
        if is_decimal {
            vec![part.replace(',', ".").trim().to_owned()]
        } else {
            part.split(',').map(|one| one.trim().to_owned()).collect()
        }
    })
}

fn parse_one(text: &str) -> Option<f64> {
    match text {
        "none" | "unlimited" => return Some(130.0),
        "walk" | "walking" => return Some(7.0),
        _ => {}
    }
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    if digits == 0 {
        return by_zone(text);
    }
    let number: f64 = text[..digits].parse().ok()?;
    let factor = match text[digits..].trim() {
        "" | "km/h" | "kmh" | "kph" | "kmph" | "km/hr" | "kmh-1" | "公里/小时" => 1.0,
        "mph" => MILE,
        "knots" | "knot" | "kn" => KNOT,
        _ => return None,
    };
    (number > 0.0 && number < 400.0).then_some(number * factor)
}

/// `country:zone`. What a country has differently stands in the table; the rest is the common European rule.
fn by_zone(text: &str) -> Option<f64> {
    let (country, zone) = text.split_once(':')?;
    if let Some(number) = zone.strip_prefix("zone").map(|rest| rest.trim_start_matches([':', ' '])) {
        return parse_one(number);
    }
    if zone.starts_with(|c: char| c.is_ascii_digit()) {
        return parse_one(zone);
    }
    let country = country.get(..2).filter(|country| country.is_ascii())?.to_ascii_uppercase();
    let country = if country == "UK" { "GB".to_owned() } else { country };
    let limit = match (country.as_str(), zone) {
        ("GB", "motorway" | "nsl_dual") => 70.0 * MILE,
        ("GB", "nsl_single" | "rural") => 60.0 * MILE,
        ("GB" | "US", "nsl_restricted" | "urban") => 30.0 * MILE,
        ("RU", "urban") => 60.0,
        ("BE" | "SE", "rural") => 70.0,
        ("CH" | "DK" | "FI" | "FR" | "GR" | "IE" | "MT" | "NL" | "NO", "rural") => 80.0,
        ("AT" | "DE", "rural") | (_, "trunk" | "express") => 100.0,
        ("NO" | "RU" | "SE", "motorway") => 110.0,
        ("BE" | "CH" | "CN" | "ES" | "FI" | "PT", "motorway") => 120.0,
        (_, "motorway") => 130.0,
        (_, "urban") => 50.0,
        (_, "rural") => 90.0,
        (_, "living_street") => 20.0,
        (_, "school" | "pedestrian_zone" | "bicycle_road" | "cyclestreet" | "cycle_street") => 30.0,
        (_, "walk") => 7.0,
        _ => return None,
    };
    Some(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_read_in_every_notation() {
        for (text, km_h) in [
            ("50", 50.0),
            ("50 km/h", 50.0),
            ("30 mph", 48.280_32),
            ("30mph", 48.280_32),
            ("5 knots", 9.26),
            ("walk", 7.0),
            ("none", 130.0),
            ("MT:urban", 50.0),
            ("MT:rural", 80.0),
            ("DE:zone:30", 30.0),
            ("DE:zone30", 30.0),
            ("FR:30", 30.0),
            ("GB:nsl_single", 96.560_64),
            ("80;60", 60.0),
            ("12.5", 12.5),
            ("30,5", 30.5),
            ("30,5 mph", 49.084_992),
            ("30,5;40", 30.5),
            ("50, 30", 30.0),
            ("50,40,30", 30.0),
            ("80 ; signals", 80.0),
            ("UK:nsl_single", 96.560_64),
            ("DE:bicycle_road", 30.0),
        ] {
            let parsed = parse_maxspeed(text).unwrap_or_else(|| panic!("{text}"));
            assert!((parsed - km_h).abs() < 1e-9, "{text}: {parsed}");
        }
    }

    #[test]
    fn what_is_no_limit_says_nothing() {
        for text in ["signals", "variable", "", "fast", "0", "-5", "50 parsecs", "XX:bogus", "ä:urban"] {
            assert_eq!(parse_maxspeed(text), None, "{text}");
        }
    }

    #[test]
    fn documented_words_are_known_and_others_are_told() {
        for text in [
            "50",
            "30,5",
            "none",
            "walk",
            "signals",
            "variable",
            "implicit",
            "RO:urban",
            "RU:rural",
            "DE:zone30",
            "IT:motorway",
            "FR:trunk",
            "GB:nsl_restricted",
            "DE:living_street",
            "DE:walk",
            "50;signals",
            "20 mph",
        ] {
            assert!(is_known(text), "{text}");
        }
        for text in ["fast", "50 parsecs", "50;fast", "", "0"] {
            assert!(!is_known(text), "{text}");
        }
    }
}
