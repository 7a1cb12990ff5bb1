//! Shared by the road commands: opening a map, choosing profile, departure and size, reading and writing coordinates.

use super::files::read_bytes;
use super::report::Stopwatch;
use anyhow::{Context, anyhow};
use coldmile_geometry::Point;
use coldmile_mapfile::MapFileReader;
use coldmile_road::{MAX_SNAP, Moment, RoadIndex, RoadMap, Snap};
use coldmile_units::VehicleSize;
use serde_json::{Value, json};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

/// `LAT,LON` on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatLon(pub Point);

impl FromStr for LatLon {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let form = || format!("{text:?} is not LAT,LON such as 35.8977,14.5128");
        let (latitude, longitude) = text.split_once(',').ok_or_else(form)?;
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| form());
        Point::new(number(latitude)?, number(longitude)?).map(Self).map_err(|error| error.to_string())
    }
}

/// Puts a space before a coordinate that starts with a minus (`-33.9,151.2`), so that clap does not read it as an option.
pub fn escape_negative_coordinates(argument: OsString) -> OsString {
    let is_coordinate = |text: &str| {
        let rest = text.strip_prefix('-').unwrap_or_default();
        rest.contains(',') && rest.starts_with(|c: char| c.is_ascii_digit() || c == '.')
    };
    match argument.to_str() {
        Some(text) if is_coordinate(text) => format!(" {text}").into(),
        _ => argument,
    }
}

/// Reads the roads of a map file.
pub fn open_map(path: &Path) -> anyhow::Result<RoadMap> {
    let bytes = read_bytes(path)?;
    let map = MapFileReader::new(&bytes).and_then(|file| RoadMap::read(&file));
    map.with_context(|| format!("cannot use {}", path.display()))
}

/// The map, and for what the travel times hold: profile, departure and vehicle size.
#[derive(clap::Args)]
pub struct RoadArgs {
    /// Map file made by `coldmile import`.
    #[arg(long, value_name = "MAP.cmap")]
    map: PathBuf,
    /// Profile: van, truck, bike, foot, or a custom profile that the map was imported with.
    #[arg(long)]
    profile: String,
    /// Departure in local time: 2026-11-23T08:15, "Mo 08:15" or 08:15.
    ///
    /// Speeds and restrictions of this time hold for the whole trip.
    #[arg(long, value_name = "T")]
    depart: Option<Moment>,
    #[command(flatten)]
    size: SizeArgs,
}

/// The size of the vehicle. Once one dimension is given, those left out are unrestricted; without any, the profile's
/// size holds.
#[derive(clap::Args)]
struct SizeArgs {
    /// Vehicle height in metres.
    ///
    /// If any of height, width, length and weight is given, those left out are not restricted. Without any, the
    /// profile's size holds.
    #[arg(long, value_name = "M", value_parser = dimension)]
    height: Option<f64>,
    /// Vehicle width in metres.
    #[arg(long, value_name = "M", value_parser = dimension)]
    width: Option<f64>,
    /// Vehicle length in metres.
    #[arg(long, value_name = "M", value_parser = dimension)]
    length: Option<f64>,
    /// Actual vehicle weight in tonnes.
    #[arg(long, value_name = "T", value_parser = dimension)]
    weight: Option<f64>,
}

/// How far a point may be from the nearest road.
#[derive(Clone, Copy, clap::Args)]
pub struct SnapArgs {
    /// Largest distance from a point to the nearest usable road, in metres.
    #[arg(long = "snap-limit", value_name = "M", default_value_t = MAX_SNAP, value_parser = snap_limit)]
    pub limit_m: f64,
}

/// A distance in metres that is not longer than half the circumference of the globe.
fn snap_limit(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=20_100_000.0).contains(number));
    number.ok_or_else(|| format!("{text:?} is not a number from 0 to 20100000"))
}

/// A dimension in metres, or a weight in tonnes.
fn dimension(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.1..=200.0).contains(number));
    number.ok_or_else(|| format!("{text:?} is not a number from 0.1 to 200"))
}

impl RoadArgs {
    /// Opens the map and computes the weights for profile, departure and size.
    pub fn open(&self, watch: &mut Stopwatch) -> anyhow::Result<Arc<RoadIndex>> {
        let map = watch.phase("load", || open_map(&self.map))?;
        let SizeArgs { height, width, length, weight } = self.size;
        let is_sized = [height, width, length, weight].iter().any(Option::is_some);
        let size = is_sized.then(|| VehicleSize::from_metres(height, width, length, weight));
        let index = if is_sized || self.depart.is_some() {
            watch.phase("customize", || map.metric(&self.profile, self.depart, size))
        } else {
            map.metric(&self.profile, None, None)
        };
        index.ok_or_else(|| {
            let known: Vec<&str> = map.names().collect();
            let (path, profile) = (self.map.display(), &self.profile);
            anyhow!("{path} was not imported for the profile {profile}; it has {}", known.join(", "))
        })
    }
}

/// The coordinates of a line in `GeoJSON` order: longitude first.
pub fn coordinates(line: &[Point]) -> Vec<[f64; 2]> {
    line.iter().map(|point| [point.longitude(), point.latitude()]).collect()
}

/// A snapped coordinate in JSON output.
pub fn snapped(snap: &Snap) -> Value {
    json!({ "point": snap.point, "distance_m": tenth(snap.distance_m) })
}

/// Metres, rounded to a tenth.
pub fn tenth(metres: f64) -> f64 {
    (metres * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_may_be_negative_and_say_what_is_wrong_with_them() {
        assert_eq!("-33.9,-151.2".parse(), Ok(LatLon(Point::from_e7(-339_000_000, -1_512_000_000))));
        assert_eq!(" 35.9 , 14.5 ".parse(), Ok(LatLon(Point::from_e7(359_000_000, 145_000_000))));
        for wrong in ["35.9", "north,east", "95,14", "35,14,3", "nan,1"] {
            assert!(wrong.parse::<LatLon>().is_err(), "{wrong}");
        }
    }
}
