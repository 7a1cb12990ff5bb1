//! Sizes and weights as signs and mappers write them: metres and tonnes, feet and inches, pounds and tons, lists.

/// What a text is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// In metres where no unit stands.
    Length,
    /// In tonnes where no unit stands.
    Weight,
}

/// What a text says about the largest vehicle that may pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReadLimit {
    /// Metres or tonnes; of a list the least. `None` when there is no limit.
    pub value: Option<f64>,
    /// Whether all of the text was understood.
    pub is_read: bool,
}

/// Texts that say that there is no limit, or none that is signed.
const NO_LIMIT: &[&str] = &[
    "none",
    "no",
    "default",
    "below_default",
    "unsigned",
    "no_sign",
    "no_indications",
    "unlimited",
    "unspecified",
    "unknown",
];

/// Reads `3.5`, `3,5 m`, `11'6"`, `11 ft 6 in`, `7.5 t`, `8000 lbs`, `3.50m;3.40m`, `none`.
pub fn read_limit(text: &str, quantity: Quantity) -> ReadLimit {
    let text = plain_signs(text);
    let mut limit = ReadLimit { value: None, is_read: true };
    for part in with_decimal_points(&text).split([';', '|']).map(str::trim) {
        if NO_LIMIT.contains(&part) {
            continue;
        }
        match read_one(part, quantity) {
            Some(value) => limit.value = Some(limit.value.map_or(value, |least| least.min(value))),
            None => limit.is_read = false,
        }
    }
    limit
}

/// The text in small letters, with the plain form of typographic signs, digits and spaces.
fn plain_signs(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '’' | '‘' | '′' | '´' | '`' | 'ʹ' | 'ʼ' | '＇' => plain.push('\''),
            '”' | '“' | '„' | '″' | '〃' | 'ʺ' | '＂' => plain.push('"'),
            '–' | '—' | '−' | '‐' | '‑' => plain.push('-'),
            '，' | '٫' => plain.push(','),
            '；' => plain.push(';'),
            '．' => plain.push('.'),
            '½' => plain.push_str(" 1/2"),
            '¼' => plain.push_str(" 1/4"),
            '¾' => plain.push_str(" 3/4"),
            '０'..='９' => plain.extend(char::from_digit(c as u32 - '０' as u32, 10)),
            c if c.is_whitespace() => plain.push(' '),
            c => plain.extend(c.to_lowercase()),
        }
    }
    plain.replace("''", "\"")
}

/// Units whose numbers are in the thousands, so that three digits behind a sign are no fraction.
const SMALL_UNITS: [&str; 4] = ["kg", "lb", "pound", "mm"];

/// Decimal commas become points, marks of thousands disappear, and other commas and dashes part a list.
fn with_decimal_points(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut out = String::with_capacity(text.len());
    for (at, &c) in chars.iter().enumerate() {
        let is_inside = at > 0 && is_digit(at - 1) && is_digit(at + 1);
        let digits = chars[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        let rest: String = chars[(at + 1 + digits).min(chars.len())..].iter().collect();
        let is_small = SMALL_UNITS.iter().any(|unit| rest.trim_start().starts_with(unit));
        match c {
            ',' | '.' | ' ' | '\'' if is_inside && digits == 3 && is_small => {}
            ',' if is_inside => out.push('.'),
            ',' => out.push(';'),
            '-' => {
                let before = chars[..at].iter().rev().find(|c| **c != ' ');
                let after = chars[at + 1..].iter().find(|c| **c != ' ');
                let is_range =
                    before.is_some_and(char::is_ascii_digit) && after.is_some_and(char::is_ascii_digit);
                out.push(if is_range { ';' } else { c });
            }
            c => out.push(c),
        }
    }
    out
}

/// A number with its unit, or several that add up, as feet and inches do.
fn read_one(text: &str, quantity: Quantity) -> Option<f64> {
    let mut rest = text.trim_start_matches(['~', '≈', '<', '≤', '=', ' ']).trim();
    let (mut total, mut last): (f64, Option<f64>) = (0.0, None);
    while !rest.is_empty() {
        let number = take_number(&mut rest)?;
        let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (unit, others) = rest.split_at(end);
        rest = others;
        let unit = unit.trim_matches([' ', '.', '-', ':']);
        let factor = match (unit, last) {
            ("", None) if rest.is_empty() => 1.0,
            // What follows feet without a unit is inches, and what follows metres centimetres.
            ("", Some(FOOT)) if rest.is_empty() => INCH,
            ("", Some(1.0)) if rest.is_empty() && quantity == Quantity::Length => 0.01,
            _ => factor_of(unit, quantity).filter(|factor| last.is_none_or(|last| *factor < last))?,
        };
        total += number * factor;
        last = Some(factor);
    }
    (total.is_finite() && total > 0.0).then_some(total)
}

/// Takes a number off the start of the text: `3.5`, `6 1/2`, `1/2`.
fn take_number(rest: &mut &str) -> Option<f64> {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, after) = rest.split_at(digits(rest));
    let mut number: f64 = number.parse().ok()?;
    *rest = after.trim_start();
    if let Some(below) = rest.strip_prefix('/') {
        let (divisor, after) = below.split_at(digits(below));
        *rest = after.trim_start();
        return Some(number / divisor.parse::<f64>().ok()?);
    }
    let (above, after) = rest.split_at(digits(rest));
    if let Some(below) = after.strip_prefix('/').filter(|_| !above.is_empty()) {
        let (divisor, after) = below.split_at(digits(below));
        number += above.parse::<f64>().ok()? / divisor.parse::<f64>().ok()?;
        *rest = after.trim_start();
    }
    Some(number)
}

const FOOT: f64 = 0.3048;
const INCH: f64 = 0.0254;
const POUND: f64 = 0.000_453_592_37;

/// Words that stand behind a unit and say that the gross weight is meant.
const GROSS: [&str; 6] = ["gvwr", "gvw", "gvm", "mgw", "zgg", "max"];

/// Metres or tonnes of one unit.
#[expect(clippy::match_same_arms, reason = "units of length and of weight are listed apart")]
fn factor_of(unit: &str, quantity: Quantity) -> Option<f64> {
    let unit =
        GROSS.iter().find_map(|word| unit.strip_suffix(word)).unwrap_or(unit).trim_end_matches([' ', '.']);
    Some(match (quantity, unit) {
        (
            Quantity::Length,
            "" | "m" | "meter" | "meters" | "metre" | "metres" | "mtr" | "mtrs" | "mt" | "mts" | "米",
        ) => 1.0,
        (Quantity::Length, "dm") => 0.1,
        (Quantity::Length, "cm" | "centimeter" | "centimeters" | "centimetre" | "centimetres" | "厘米") => {
            0.01
        }
        (Quantity::Length, "mm" | "millimeter" | "millimeters" | "millimetre" | "millimetres") => 0.001,
        (Quantity::Length, "'" | "ft" | "fts" | "foot" | "feet") => FOOT,
        (Quantity::Length, "\"" | "in" | "ins" | "inch" | "inches") => INCH,
        (Quantity::Length, "yd" | "yds" | "yard" | "yards") => 3.0 * FOOT,
        (
            Quantity::Weight,
            "" | "t" | "to" | "ton" | "tons" | "tonne" | "tonnes" | "mt" | "metric ton" | "metric tons"
            | "metric tonne" | "metric tonnes" | "吨",
        ) => 1.0,
        (Quantity::Weight, "kg" | "kgs" | "kilo" | "kilos" | "kilogram" | "kilograms" | "公斤" | "千克") => {
            0.001
        }
        (Quantity::Weight, "lb" | "lbs" | "pound" | "pounds" | "#") => POUND,
        (Quantity::Weight, "st" | "tn" | "short ton" | "short tons" | "us ton" | "us tons") => {
            2_000.0 * POUND
        }
        (Quantity::Weight, "lt" | "long ton" | "long tons") => 2_240.0 * POUND,
        // The hundredweight of British signs.
        (Quantity::Weight, "cwt") => 112.0 * POUND,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(text: &str, quantity: Quantity, expected: f64) {
        let limit = read_limit(text, quantity);
        let value = limit.value.unwrap_or_else(|| panic!("{text}"));
        assert!((value - expected).abs() < 1e-6 && limit.is_read, "{text}: {value}, not {expected}");
    }

    #[test]
    fn lengths_are_read_in_every_notation() {
        for text in [
            "3.5",
            "3,5",
            "3.5m",
            "3.5 m",
            "3,5m",
            "3.50",
            "3.5 meters",
            "3.5 metres",
            "3.5 Metre",
            "350 cm",
            "350cm",
            "3500 mm",
            "3,500 mm",
            "3 m 50",
            "3m50",
            "3 m 50 cm",
            "3.5;4.2",
            "3.50m;3.60m",
            "3.5 ; none",
            "default;3.5",
            "3.5|4",
            "3.5, 4",
            "3.5-4",
            "~3.5",
            "<3.5",
            "３．５",
            "3.5\u{a0}m",
            "3.5米",
            " 3.5 ",
        ] {
            close(text, Quantity::Length, 3.5);
        }
        for text in [
            "11'6\"",
            "11'6''",
            "11' 6\"",
            "11’6”",
            "11′6″",
            "11 ft 6 in",
            "11ft6in",
            "11 ft. 6 in.",
            "11 feet 6 inches",
            "11'-6\"",
            "11'6",
            "11 ft 6",
            "11FT 6IN",
            "11 foot 6 inch",
            "138\"",
            "138 in",
            "138''",
            "11.5'",
            "11,5 ft",
            "11½'",
            "11'5 2/2\"",
            "11 1/2 ft",
        ] {
            close(text, Quantity::Length, 3.5052);
        }
        close("11 feet", Quantity::Length, 3.3528);
        close("11'", Quantity::Length, 3.3528);
        close("10'6½\"", Quantity::Length, 3.2131);
    }

    #[test]
    fn weights_are_read_in_every_notation() {
        for text in [
            "3.5",
            "3,5",
            "3,5 t",
            "3.5t",
            "3.5 tons",
            "3.5 tonnes",
            "3.5 tonne",
            "3.5 ton",
            "3.5 mt",
            "3.5 T",
            "3500 kg",
            "3500kg",
            "3,500 kg",
            "3.500 kg",
            "3 500 kg",
            "3.5;5",
            "5 t; 3.5 t",
            "3.5 t mgw",
            "3.5t GVW",
            "3.5吨",
        ] {
            close(text, Quantity::Weight, 3.5);
        }
        for (text, tonnes) in [
            ("8000 lbs", 3.628_739),
            ("8000 lb", 3.628_739),
            ("8,000 lbs", 3.628_739),
            ("8000 pounds", 3.628_739),
            ("4 st", 3.628_739),
            ("4 short tons", 3.628_739),
            ("3 lt", 3.048_141),
            ("70 cwt", 3.556_164),
            ("26,000 lbs", 11.793_402),
        ] {
            close(text, Quantity::Weight, tonnes);
        }
    }

    #[test]
    fn what_is_no_limit_says_so_and_what_is_not_read_is_told() {
        for text in ["none", "default", "below_default", "unsigned", "no_sign", "no_indications", "None"] {
            assert_eq!(
                read_limit(text, Quantity::Length),
                ReadLimit { value: None, is_read: true },
                "{text}"
            );
        }
        for text in
            ["", "low", "0", "-3", "3.5.5", "'", "3 parsecs", "6'6'6'", "1/0", "yes", "3 t 4 t", "..", "²"]
        {
            assert_eq!(
                read_limit(text, Quantity::Length),
                ReadLimit { value: None, is_read: false },
                "{text}"
            );
        }
        assert_eq!(read_limit("3.5;low", Quantity::Length), ReadLimit { value: Some(3.5), is_read: false });
    }
}
