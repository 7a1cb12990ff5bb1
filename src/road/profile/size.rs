//! What signs let through.

use coldmile_osm::Tags;
use coldmile_units::VehicleSize;

/// The largest vehicle that may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SizeLimit(pub VehicleSize);

impl SizeLimit {
    /// Everything passes.
    pub(crate) const NONE: Self = Self(VehicleSize {
        height_cm: u32::MAX,
        width_cm: u32::MAX,
        length_cm: u32::MAX,
        weight_kg: u32::MAX,
    });

    /// What the signs say.
    pub(crate) fn of(tags: Tags<'_>) -> Self {
        let limit = |key: &str, factor: f64| {
            let size = tags.get(key).and_then(parse_size);
            size.map_or(u32::MAX, |size| (size * factor).round() as u32)
        };
        Self(VehicleSize {
            height_cm: limit("maxheight", 100.0),
            width_cm: limit("maxwidth", 100.0),
            length_cm: limit("maxlength", 100.0),
            weight_kg: limit("maxweight", 1000.0),
        })
    }

    /// Whether a vehicle may pass.
    pub(crate) const fn admits(self, size: VehicleSize) -> bool {
        let Self(max) = self;
        size.height_cm <= max.height_cm
            && size.width_cm <= max.width_cm
            && size.length_cm <= max.length_cm
            && size.weight_kg <= max.weight_kg
    }

    /// What passes both.
    pub(crate) fn and(self, other: Self) -> Self {
        let (Self(one), Self(other)) = (self, other);
        Self(VehicleSize {
            height_cm: one.height_cm.min(other.height_cm),
            width_cm: one.width_cm.min(other.width_cm),
            length_cm: one.length_cm.min(other.length_cm),
            weight_kg: one.weight_kg.min(other.weight_kg),
        })
    }
}

impl Default for SizeLimit {
    fn default() -> Self {
        Self::NONE
    }
}

/// A size in metres or a weight in tonnes: `3.5`, `3.5 m`, `7.5 t`, `3500 kg`, `6'6"`.
fn parse_size(text: &str) -> Option<f64> {
    if let Some((feet, inches)) = text.split_once('\'') {
        let inches = inches.trim_end_matches(['"', ' ']).trim();
        let inches: f64 = if inches.is_empty() { 0.0 } else { inches.parse().ok()? };
        return Some(feet.trim().parse::<f64>().ok()? * 0.3048 + inches * 0.0254);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    match text[digits..].trim() {
        "" | "m" | "t" => Some(number),
        "kg" => Some(number / 1000.0),
        "cm" => Some(number / 100.0),
        "ft" => Some(number * 0.3048),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_metres_tonnes_and_feet() {
        for (text, size) in
            [("3.5", 3.5), ("3.5 m", 3.5), ("7.5 t", 7.5), ("3500 kg", 3.5), ("6'6\"", 1.9812)]
        {
            assert!((parse_size(text).unwrap() - size).abs() < 1e-9, "{text}");
        }
        assert_eq!(parse_size("default"), None);
    }

    #[test]
    fn a_vehicle_passes_what_is_as_large_as_itself() {
        let truck = VehicleSize::from_metres(Some(3.8), None, None, Some(18.0));
        let bridge = SizeLimit(VehicleSize { height_cm: 380, ..SizeLimit::NONE.0 });
        assert!(bridge.admits(truck) && bridge.admits(VehicleSize::default()));
        assert!(!bridge.admits(VehicleSize { height_cm: 381, ..truck }));
        assert!(!SizeLimit(VehicleSize { weight_kg: 17_999, ..bridge.0 }).and(SizeLimit::NONE).admits(truck));
    }
}
