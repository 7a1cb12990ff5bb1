//! What signs let through.

use super::base::Profile;
use coldmile_osm::{Dimension, Quantity, SizeBound, Tags, read_limit};
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

    /// What the signs say. What is signed for trucks (`maxweight:hgv`) counts for them before what is signed for all; the
    /// rated weight counts as the actual one.
    pub(crate) fn of(profile: Profile, tags: Tags<'_>) -> Self {
        if !tags.any_key(|key| key.starts_with("max") && !key.starts_with("maxspeed")) {
            return Self::NONE;
        }
        let own = |general: &str, for_trucks: &str| {
            let own = tags.get(for_trucks).filter(|_| profile == Profile::Truck);
            own.or_else(|| tags.get(general))
        };
        let least = |texts: &[Option<&str>], quantity: Quantity, factor: f64| {
            let sizes = texts.iter().flatten().filter_map(|text| read_limit(text, quantity).value);
            let whole = sizes.map(|size| (size * factor).round() as u32);
            whole.min().unwrap_or(u32::MAX)
        };
        let cm = |texts: &[Option<&str>]| least(texts, Quantity::Length, 100.0);
        Self(VehicleSize {
            height_cm: cm(&[own("maxheight", "maxheight:hgv"), tags.get("maxheight:physical")]),
            width_cm: cm(&[own("maxwidth", "maxwidth:hgv"), tags.get("maxwidth:physical")]),
            length_cm: cm(&[own("maxlength", "maxlength:hgv")]),
            weight_kg: least(
                &[
                    own("maxweight", "maxweight:hgv"),
                    own("maxweightrating", "maxweightrating:hgv"),
                    tags.get("maxgcweight"),
                ],
                Quantity::Weight,
                1000.0,
            ),
        })
    }

    /// Only what does not exceed a bound.
    pub(crate) fn up_to(bound: SizeBound) -> Self {
        let mut limit = Self::NONE;
        *measure(&mut limit.0, bound.dimension) = bound.up_to;
        limit
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

/// A vehicle that is just too large for a bound, and small otherwise.
pub(super) fn just_above(bound: SizeBound) -> VehicleSize {
    let mut size = VehicleSize::default();
    *measure(&mut size, bound.dimension) = bound.up_to.saturating_add(1);
    size
}

fn measure(size: &mut VehicleSize, dimension: Dimension) -> &mut u32 {
    match dimension {
        Dimension::Height => &mut size.height_cm,
        Dimension::Width => &mut size.width_cm,
        Dimension::Length => &mut size.length_cm,
        Dimension::Weight => &mut size.weight_kg,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vehicle_passes_what_is_as_large_as_itself() {
        let truck = VehicleSize::from_metres(Some(3.8), None, None, Some(18.0));
        let bridge = SizeLimit(VehicleSize { height_cm: 380, ..SizeLimit::NONE.0 });
        assert!(bridge.admits(truck) && bridge.admits(VehicleSize::default()));
        assert!(!bridge.admits(VehicleSize { height_cm: 381, ..truck }));
        assert!(!SizeLimit(VehicleSize { weight_kg: 17_999, ..bridge.0 }).and(SizeLimit::NONE).admits(truck));
    }
}
