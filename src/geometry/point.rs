//! A place on the globe in fixed point.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Degrees are kept as whole multiples of 1e-7, as OpenStreetMap does: 1.1 cm at the equator.
const PER_DEGREE: f64 = 1e7;

/// A place: latitude and longitude in WGS-84, to 1e-7 degrees. In JSON it is `[latitude, longitude]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    lat_e7: i32,
    lon_e7: i32,
}

/// A coordinate that is not on the globe.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum PointError {
    /// Latitude is not a number from -90 to 90.
    #[error("latitude {0} is not between -90 and 90")]
    Latitude(f64),
    /// Longitude is not a number from -180 to 180.
    #[error("longitude {0} is not between -180 and 180")]
    Longitude(f64),
}

impl Point {
    /// The place at these degrees, refused when they lie off the globe.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, PointError> {
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(PointError::Latitude(latitude));
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(PointError::Longitude(longitude));
        }
        Ok(Self {
            lat_e7: (latitude * PER_DEGREE).round() as i32,
            lon_e7: (longitude * PER_DEGREE).round() as i32,
        })
    }

    /// The place at these multiples of 1e-7 degrees. The caller vouches that they lie on the globe.
    pub const fn from_e7(lat_e7: i32, lon_e7: i32) -> Self {
        Self { lat_e7, lon_e7 }
    }

    /// Latitude in 1e-7 degrees.
    pub const fn lat_e7(self) -> i32 {
        self.lat_e7
    }

    /// Longitude in 1e-7 degrees.
    pub const fn lon_e7(self) -> i32 {
        self.lon_e7
    }

    /// Latitude in degrees.
    pub fn latitude(self) -> f64 {
        f64::from(self.lat_e7) / PER_DEGREE
    }

    /// Longitude in degrees.
    pub fn longitude(self) -> f64 {
        f64::from(self.lon_e7) / PER_DEGREE
    }

    /// How far east of this place another one lies, in 1e-7 degrees of longitude: over the shorter side of the globe, from -180 to 180
    /// degrees, also across the antimeridian.
    pub fn east_e7(self, other: Self) -> i64 {
        const ROUND: i64 = 3_600_000_000;
        let east = i64::from(other.lon_e7) - i64::from(self.lon_e7);
        match east {
            ..-1_800_000_000 => east + ROUND,
            1_800_000_001.. => east - ROUND,
            _ => east,
        }
    }

    /// Great-circle distance in metres (haversine on a sphere of 6,371,008.8 m).
    pub fn distance_m(self, other: Self) -> f64 {
        const EARTH_RADIUS_M: f64 = 6_371_008.8;
        let (lat1, lat2) = (self.latitude().to_radians(), other.latitude().to_radians());
        let half_lat = (lat2 - lat1) / 2.0;
        let half_lon = (other.longitude() - self.longitude()).to_radians() / 2.0;
        let h = half_lat.sin().powi(2) + lat1.cos() * lat2.cos() * half_lon.sin().powi(2);
        2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6},{:.6}", self.latitude(), self.longitude())
    }
}

impl Serialize for Point {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.latitude(), self.longitude()].serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [latitude, longitude] = <[f64; 2]>::deserialize(deserializer)?;
        Self::new(latitude, longitude).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_is_about_111_kilometres() {
        let metres = Point::new(35.0, 14.0).unwrap().distance_m(Point::new(36.0, 14.0).unwrap());
        assert!((metres - 111_195.0).abs() < 1.0, "{metres}");
    }

    #[test]
    fn east_is_over_the_shorter_side_of_the_globe() {
        let east = |from: i32, to: i32| Point::from_e7(0, from).east_e7(Point::from_e7(0, to));
        assert_eq!(east(10, 30), 20);
        assert_eq!(east(1_799_999_990, -1_799_999_990), 20);
        assert_eq!(east(-1_799_999_990, 1_799_999_990), -20);
        assert_eq!(east(1_800_000_000, -1_800_000_000), 0);
    }

    #[test]
    fn a_point_off_the_globe_is_refused() {
        assert_eq!(Point::new(91.0, 0.0), Err(PointError::Latitude(91.0)));
        assert!(Point::new(f64::NAN, 0.0).is_err());
        assert!(Point::new(0.0, -180.5).is_err());
    }
}
