//! `maxspeed` in every notation.

/// One knot in kilometres per hour.
const KNOT: f64 = 1.852;
/// One mile in kilometres.
const MILE: f64 = 1.609_344;

/// The limit in km/h: `50`, `30 mph`, `12 knots`, `walk`, `none`, `DE:urban`, `GB:nsl_single`, `50;30` (the lower).
/// `None` when the text says nothing usable (`signals`, `variable`).
pub fn parse_maxspeed(text: &str) -> Option<f64> {
    let limits = text.split([';', '|', ',']).filter_map(|part| parse_one(part.trim()));
    limits.min_by(f64::total_cmp)
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
        "" | "km/h" | "kmh" | "kph" | "kmph" => 1.0,
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
        (_, "school" | "pedestrian_zone") => 30.0,
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
}
