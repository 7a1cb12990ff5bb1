//! Decimal numbers that become integers of a smaller unit, so that sums are exact.

/// Decimal places up to which numbers are scaled.
const MAX_PLACES: u32 = 6;

/// The unit of a group of numbers: found while they are read, applied afterwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    decimals: u32,
    largest: f64,
    is_exact: bool,
}

impl Places {
    pub const fn new() -> Self {
        Self { decimals: 0, largest: 0.0, is_exact: true }
    }

    /// Takes a number into account, and returns its value; `None` if it is no finite number.
    pub fn read(&mut self, text: &str) -> Option<f64> {
        let bytes = text.as_bytes();
        if bytes.len() <= 15 && bytes.iter().all(u8::is_ascii_digit) && !bytes.is_empty() {
            let value = bytes.iter().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0')) as f64;
            self.largest = self.largest.max(value);
            return Some(value);
        }
        let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
        self.largest = self.largest.max(value.abs());
        let has_exponent = text.contains(['e', 'E']);
        if has_exponent {
            self.is_exact &= value.fract() == 0.0;
        } else if let Some((_, fraction)) = text.split_once('.') {
            let places = fraction.trim_end_matches('0').len() as u32;
            self.is_exact &= places <= MAX_PLACES;
            self.decimals = self.decimals.max(places);
        }
        Some(value)
    }

    /// How many units are one of the file; 1 where the numbers stay as they are.
    pub fn scale(self) -> f64 {
        let scale = 10_f64.powi(self.decimals.min(MAX_PLACES) as i32);
        if self.is_exact && self.largest * scale < 1e15 { scale } else { 1.0 }
    }

    /// A number in the unit.
    pub fn apply(self, value: f64) -> f64 {
        if self.is_exact { (value * self.scale()).round() } else { value }
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn decimals_become_integers_of_one_unit_and_others_stay() {
        let mut places = Places::new();
        let values: Vec<f64> =
            ["6739.72500", "12", "7500.", "0.1"].iter().map(|text| places.read(text).unwrap()).collect();
        assert_eq!(places.scale(), 1000.0);
        assert_eq!(
            values.iter().map(|value| places.apply(*value)).collect::<Vec<_>>(),
            [6_739_725.0, 12_000.0, 7_500_000.0, 100.0]
        );
        let mut long = Places::new();
        assert_eq!(long.read("0.123456789"), Some(0.123_456_789));
        assert_eq!((long.scale(), long.apply(0.123_456_789)), (1.0, 0.123_456_789));
        assert_eq!((long.read("x"), long.read("nan"), long.read("")), (None, None, None));
    }
}
