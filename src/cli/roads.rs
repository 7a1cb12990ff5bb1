//! What the commands about roads share: opening a map, reading coordinates, snapping them.

use super::files::read_bytes;
use crate::geometry::Point;
use crate::mapfile::Reader;
use crate::road::{RoadIndex, RoadMap};
use anyhow::{Context, anyhow};
use std::ffi::OsString;
use std::path::Path;
use std::str::FromStr;

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

/// Puts a space before a coordinate that starts with a minus (`-33.9,151.2`), so that it is not taken for an option.
pub fn shield_coordinates(argument: OsString) -> OsString {
    let is_coordinate = |text: &str| {
        let rest = text.strip_prefix('-').unwrap_or_default();
        rest.contains(',') && rest.starts_with(|c: char| c.is_ascii_digit() || c == '.')
    };
    match argument.to_str() {
        Some(text) if is_coordinate(text) => format!(" {text}").into(),
        _ => argument,
    }
}

/// The roads of a map file.
pub fn open_map(path: &Path) -> anyhow::Result<RoadMap> {
    let bytes = read_bytes(path)?;
    let map = Reader::new(&bytes).and_then(|file| RoadMap::read(&file));
    map.with_context(|| format!("cannot use {}", path.display()))
}

/// The roads of one profile, built in or of one's own.
pub fn index_of<'a>(map: &'a RoadMap, profile: &str, path: &Path) -> anyhow::Result<&'a RoadIndex> {
    map.named(profile).ok_or_else(|| {
        let known: Vec<&str> = map.names().collect();
        anyhow!("{} has no roads for the profile {profile}; it has {}", path.display(), known.join(", "))
    })
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
