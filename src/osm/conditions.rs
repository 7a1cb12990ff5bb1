//! The values of tags that end in `:conditional`, such as `no @ (Mo-Fr 07:00-09:00 AND weight>7.5)`.

use super::hours::Hours;
use super::measures::{Quantity, read_limit};
use super::schedule::{Moment, Schedule, Untimed};
use coldmile_units::VehicleSize;

/// When, and for which vehicles, a value holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// At which times; `None` is always.
    pub when: Option<Schedule>,
    /// For vehicles of which size; all must hold.
    pub sizes: Vec<SizeBound>,
}

impl Condition {
    /// Whether it holds for a vehicle at a moment. Without a moment only what always holds does.
    pub fn holds(&self, when: Option<Moment>, size: VehicleSize) -> bool {
        let in_time = self.when.as_ref().is_none_or(|hours| when.is_some_and(|when| hours.holds_at(when)));
        in_time && self.sizes.iter().all(|bound| bound.holds(size))
    }
}

/// One measure of a vehicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// In centimetres.
    Height,
    /// In centimetres.
    Width,
    /// In centimetres.
    Length,
    /// In kilograms; the rated weight is taken for the actual one.
    Weight,
}

/// A measure above which a condition begins to hold, or to hold no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SizeBound {
    /// What is measured.
    pub dimension: Dimension,
    /// The largest value below the bound, in centimetres or kilograms.
    pub up_to: u32,
    /// Whether it holds for larger vehicles or for those up to the bound.
    pub is_for_larger: bool,
}

impl SizeBound {
    /// Whether it holds for a vehicle. What is not given is small.
    pub fn holds(&self, size: VehicleSize) -> bool {
        let own = match self.dimension {
            Dimension::Height => size.height_cm,
            Dimension::Width => size.width_cm,
            Dimension::Length => size.length_cm,
            Dimension::Weight => size.weight_kg,
        };
        (own > self.up_to) == self.is_for_larger
    }

    /// Reads `weight>7.5`, `length >= 12 m`.
    fn parse(text: &str) -> Option<Self> {
        let at = text.find(['<', '>', '≤', '≥'])?;
        let (name, rest) = text.split_at(at);
        let (is_for_larger, includes, value) =
            if let Some(value) = rest.strip_prefix(">=").or(rest.strip_prefix('≥')) {
                (true, true, value)
            } else if let Some(value) = rest.strip_prefix("<=").or(rest.strip_prefix('≤')) {
                (false, true, value)
            } else {
                (rest.starts_with('>'), false, &rest[1..])
            };
        let dimension = match name.trim().to_ascii_lowercase().trim_start_matches("max") {
            "height" => Dimension::Height,
            "width" => Dimension::Width,
            "length" => Dimension::Length,
            "weight" | "weightrating" | "weight_rating" | "grossweight" | "gross_weight" | "gcweight" => {
                Dimension::Weight
            }
            _ => return None,
        };
        let (quantity, factor) = match dimension {
            Dimension::Weight => (Quantity::Weight, 1000.0),
            _ => (Quantity::Length, 100.0),
        };
        let limit = read_limit(value, quantity);
        let bound = (limit.value.filter(|_| limit.is_read)? * factor).round() as u32;
        // `>` and `<=` part at the bound, `>=` and `<` just below it.
        let up_to = if is_for_larger == includes { bound.saturating_sub(1) } else { bound };
        Some(Self { dimension, up_to, is_for_larger })
    }
}

/// What the condition of a part says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conditional {
    /// Something in it is not about weekdays, times of day or the size of vehicles.
    Unknown,
    /// It holds on no weekday, such as on public holidays only.
    Never,
    /// It holds then.
    Holds(Condition),
}

/// The parts of a conditional tag: each value and when it holds.
///
/// `no @ (Mo-Fr 07:00-09:00); delivery @ (10:00-12:00)`
pub fn conditional_parts(text: &str) -> Vec<(&str, Conditional)> {
    let mut depth = 0_i32;
    let rules = text.split(|c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ';' && depth <= 0
    });
    // A rule without a value goes on with the hours of the one before it.
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for rule in rules {
        match (rule.contains('@'), starts.last_mut()) {
            (true, _) => starts.push((at, at + rule.len())),
            // Behind a bracket a rule without a condition says nothing at any time.
            (false, Some(last)) if !text[last.0..last.1].trim_end().ends_with(')') => {
                last.1 = at + rule.len();
            }
            (false, _) => {}
        }
        at += rule.len() + 1;
    }
    let part = |(start, end): (usize, usize)| {
        let (value, condition) = text[start..end].split_once('@')?;
        Some((value.trim(), condition_of(condition)))
    };
    starts.into_iter().filter_map(part).collect()
}

/// The text without the brackets round all of it.
fn unwrapped(text: &str) -> &str {
    let mut text = text.trim();
    while let Some(inner) = text.strip_prefix('(') {
        let mut depth = 1_i32;
        let closing = inner.find(|c: char| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        text = match closing {
            Some(closing) if closing + 1 == inner.len() => inner[..closing].trim(),
            Some(_) => return text,
            None => inner.trim(),
        };
    }
    text
}

/// The parts that are joined by `AND`.
fn joined_parts(text: &str) -> Vec<&str> {
    let lower = text.to_ascii_lowercase();
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_i32);
    for (at, c) in lower.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        let ends_word = at >= start && depth <= 0 && lower[at..].starts_with("and");
        let is_apart = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')'));
        if ends_word && is_apart(lower[..at].chars().next_back()) && is_apart(lower[at + 3..].chars().next())
        {
            parts.push(&text[start..at]);
            start = at + 3;
        }
    }
    parts.push(&text[start..]);
    parts
}

fn condition_of(text: &str) -> Conditional {
    let mut found = Condition::default();
    let mut schedules = Vec::new();
    let (mut is_never, mut is_unknown) = (false, false);
    for part in joined_parts(unwrapped(text)).into_iter().map(unwrapped) {
        if let Some(bound) = SizeBound::parse(part) {
            found.sizes.push(bound);
            continue;
        }
        match Hours::parse(part) {
            Some(Hours::Always) => {}
            Some(Hours::Never) => is_never = true,
            Some(Hours::At(schedule)) => schedules.push(schedule),
            None => is_unknown = true,
        }
    }
    if !is_never && schedules.len() > 1 {
        let all: Vec<&Schedule> = schedules.iter().collect();
        let holds = |moment: Moment| all.iter().all(|schedule| schedule.holds_at(moment));
        found.when = Schedule::when(&all, Untimed::Ignored, holds);
        is_never = found.when.is_none();
    } else {
        found.when = schedules.pop();
    }
    match (is_never, is_unknown) {
        (true, _) => Conditional::Never,
        (_, true) => Conditional::Unknown,
        _ => Conditional::Holds(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "a moment is optional where it is used")]
    fn at(text: &str) -> Option<Moment> {
        Some(text.parse().unwrap())
    }

    fn only(text: &str) -> Condition {
        match &conditional_parts(text)[..] {
            [("no", Conditional::Holds(condition))] => condition.clone(),
            other => panic!("{text}: {other:?}"),
        }
    }

    fn heavy(weight_kg: u32) -> VehicleSize {
        VehicleSize { weight_kg, ..VehicleSize::default() }
    }

    #[test]
    fn a_conditional_tag_has_parts() {
        let parts = conditional_parts("no_left_turn @ (Mo-Fr 07:00-09:00; Sa 08:00-09:00); no_u_turn @ wet");
        assert_eq!(parts.len(), 2);
        let Conditional::Holds(condition) = &parts[0].1 else { panic!("{parts:?}") };
        assert_eq!((parts[0].0, condition.holds(at("Sa 08:30"), heavy(0))), ("no_left_turn", true));
        assert_eq!(parts[1], ("no_u_turn", Conditional::Unknown));
        // Brackets are often forgotten; what follows without a value are more hours.
        let open = only("no @ Mo-Fr 07:00-09:00; Sa 08:00-12:00");
        assert!(open.holds(at("Sa 11:00"), heavy(0)) && open.holds(at("Mo 08:00"), heavy(0)));
        assert!(only("no@(Mo-Fr 07:00-09:00").holds(at("Mo 08:00"), heavy(0)));
        assert!(conditional_parts("").is_empty() && conditional_parts("no").is_empty());
        assert_eq!(conditional_parts("no @ (PH 07:00-09:00)"), [("no", Conditional::Never)]);
        let list = conditional_parts("no @ (Mo-Fr 07:00-09:00); destination;delivery @ (10:00-12:00)");
        assert_eq!(list.iter().map(|part| part.0).collect::<Vec<_>>(), ["no", "delivery"]);
        assert!(list.iter().all(|part| matches!(part.1, Conditional::Holds(_))));
        assert_eq!(conditional_parts("@"), [("", Conditional::Unknown)]);
    }

    #[test]
    fn a_condition_may_be_about_the_size_of_vehicles() {
        for (text, lightest) in [
            ("no @ (weight>3.5)", 3_501),
            ("no @ weight > 3.5 t", 3_501),
            ("no @ (weight>=3.5)", 3_500),
            ("no @ (maxweightrating>3,5)", 3_501),
            ("no @ (weight>3500 kg)", 3_501),
        ] {
            let condition = only(text);
            assert!(
                condition.holds(None, heavy(lightest)) && !condition.holds(None, heavy(lightest - 1)),
                "{text}"
            );
        }
        assert!(only("no @ (weight<=3.5)").holds(None, heavy(3_500)));
        assert!(!only("no @ (weight<3.5)").holds(None, heavy(3_500)));
        assert!(only("no @ (length>12)").holds(None, VehicleSize { length_cm: 1_201, ..heavy(0) }));
        let both = only("no @ ((Mo-Fr 22:00-06:00) AND weight>7.5)");
        assert!(both.holds(at("Mo 23:00"), heavy(8_000)) && !both.holds(at("Mo 12:00"), heavy(8_000)));
        assert!(!both.holds(at("Mo 23:00"), heavy(7_500)) && !both.holds(None, heavy(8_000)));
        let hours = only("no @ (Mo-Fr AND 07:00-09:00)");
        assert!(hours.holds(at("Mo 08:00"), heavy(0)) && !hours.holds(at("Sa 08:00"), heavy(0)));
        assert!(only("no @ 24/7").holds(None, heavy(0)));
        for text in
            ["no @ (axles>2)", "no @ destination", "no @ (weight>heavy)", "no @ (Mo AND wet)", "no @ weight"]
        {
            assert_eq!(conditional_parts(text), [("no", Conditional::Unknown)], "{text}");
        }
    }
}
