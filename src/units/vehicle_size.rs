//! How large a vehicle is.

/// The size of a vehicle. Zero is not given: it fits everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VehicleSize {
    /// Height in centimetres.
    pub height_cm: u32,
    /// Width in centimetres.
    pub width_cm: u32,
    /// Length in centimetres.
    pub length_cm: u32,
    /// Actual weight in kilograms.
    pub weight_kg: u32,
}

impl VehicleSize {
    /// From metres and tonnes; what is not given is zero.
    pub fn from_metres(
        height: Option<f64>,
        width: Option<f64>,
        length: Option<f64>,
        tonnes: Option<f64>,
    ) -> Self {
        let whole = |value: Option<f64>, factor: f64| (value.unwrap_or(0.0) * factor).round() as u32;
        Self {
            height_cm: whole(height, 100.0),
            width_cm: whole(width, 100.0),
            length_cm: whole(length, 100.0),
            weight_kg: whole(tonnes, 1000.0),
        }
    }
}
