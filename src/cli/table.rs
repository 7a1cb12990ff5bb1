//! `coldmile table`: durations and distances between all pairs of places.

use super::files::{ensure_writable, read_bytes, write_atomically};
use super::roads::{index_of, open_map};
use super::{Common, Outcome, Stopwatch};
use crate::geometry::Point;
use crate::road::{Profile, RoadIndex, Snap};
use crate::units::TravelMatrix;
use anyhow::{Context, bail, ensure};
use rayon::prelude::*;
use serde_json::json;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Computes travel times and distances between all pairs of places.
#[derive(clap::Args)]
pub struct TableArgs {
    /// The prepared map.
    #[arg(long, value_name = "MAP.cmap")]
    map: PathBuf,
    /// Who travels: van, truck, bike or foot.
    #[arg(long)]
    profile: Profile,
    /// The places: columns lat and lon.
    #[arg(long, value_name = "P.csv")]
    points: PathBuf,
    /// Where to write the table: .csv (from,to,seconds,metres) or .npy (float32, n × n × 2).
    #[arg(long, value_name = "T.csv|T.npy")]
    out: Option<PathBuf>,
}

/// Forms of a table on disk.
#[derive(Clone, Copy)]
enum Form {
    Csv,
    Npy,
}

/// Runs the command.
pub fn run(args: TableArgs, common: Common) -> anyhow::Result<Outcome> {
    let form = args.out.as_deref().map(form_of).transpose()?;
    let mut watch = Stopwatch::start();
    let points = read_points(&read_bytes(&args.points)?, &args.points)?;
    let map = watch.phase("load", || open_map(&args.map))?;
    let index = index_of(&map, args.profile, &args.map)?;
    let snaps = watch.phase("snap", || snap_all(index, &points, &args.points))?;
    let table = watch.phase("table", || index.table(&snaps, &snaps));
    if let (Some(path), Some(form)) = (&args.out, form) {
        let bytes = match form {
            Form::Csv => as_csv(&table).into_bytes(),
            Form::Npy => as_npy(&table),
        };
        watch.phase("write", || write_atomically(path, &bytes))?;
    }
    let unreachable = table.unreachable_count();
    if common.json {
        let mean = snaps.iter().map(|snap| snap.distance_m).sum::<f64>() / snaps.len().max(1) as f64;
        let farthest = snaps.iter().map(|snap| snap.distance_m).fold(0.0, f64::max);
        let tenth = |metres: f64| (metres * 10.0).round() / 10.0;
        watch.print_json(json!({
            "points": points.len(),
            "unreachable": unreachable,
            "snap_mean_m": tenth(mean),
            "snap_max_m": tenth(farthest),
        }))?;
    } else if args.out.is_none() {
        print!("{}", as_csv(&table));
    } else {
        println!("{} places, {unreachable} cells without a way", points.len());
    }
    Ok(Outcome::Done)
}

fn form_of(path: &Path) -> anyhow::Result<Form> {
    ensure_writable(path)?;
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(Form::Csv),
        Some("npy") => Ok(Form::Npy),
        _ => bail!("cannot write {}: its name must end in .csv or .npy", path.display()),
    }
}

/// The places of a CSV file; every bad row is reported.
fn read_points(bytes: &[u8], path: &Path) -> anyhow::Result<Vec<Point>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(bytes);
    let headers = reader.headers().with_context(|| format!("cannot read {}", path.display()))?.clone();
    let column = |name: &str| {
        let found = headers
            .iter()
            .position(|header| header.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name));
        found.with_context(|| format!("{}, line 1: there is no column {name}", path.display()))
    };
    let (lat, lon) = (column("lat")?, column("lon")?);
    let mut points = Vec::new();
    let mut problems = Vec::new();
    for record in reader.records() {
        let parsed = match &record {
            Err(error) => Err(error.to_string()),
            Ok(record) => {
                let number = |name: &str, column: usize| {
                    let text = record.get(column).unwrap_or_default();
                    text.parse::<f64>().map_err(|_| format!("{name} {text:?} is not a number"))
                };
                number("lat", lat)
                    .and_then(|lat| Ok((lat, number("lon", lon)?)))
                    .and_then(|(lat, lon)| Point::new(lat, lon).map_err(|error| error.to_string()))
            }
        };
        let position = record.as_ref().ok().and_then(csv::StringRecord::position);
        match parsed {
            Ok(point) => points.push(point),
            Err(problem) => {
                let line =
                    position.map_or_else(String::new, |position| format!(", line {}", position.line()));
                problems.push(format!("{}{line}: {problem}", path.display()));
            }
        }
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    ensure!(!points.is_empty(), "{} has no places", path.display());
    Ok(points)
}

/// Snaps all places; every one that lies on no road is reported.
fn snap_all(index: &RoadIndex, points: &[Point], path: &Path) -> anyhow::Result<Vec<Snap>> {
    let snaps: Vec<_> = points.par_iter().map(|&point| index.snap(point)).collect();
    let problems: Vec<String> = snaps
        .iter()
        .enumerate()
        .filter_map(|(row, snap)| {
            snap.err().map(|error| format!("{}, place {}: {error}", path.display(), row + 1))
        })
        .collect();
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(snaps.into_iter().flatten().collect())
}

fn as_csv(table: &TravelMatrix) -> String {
    let mut text = String::from("from,to,seconds,metres\n");
    for from in 0..table.row_count() {
        for to in 0..table.column_count() {
            let cell = table.duration_between(from, to).zip(table.distance_between(from, to));
            // Writing to a String cannot fail.
            let _ = match cell {
                Some((duration, distance)) => writeln!(text, "{from},{to},{},{}", duration.0, distance.0),
                None => writeln!(text, "{from},{to},,"),
            };
        }
    }
    text
}

/// `NumPy`'s format 1.0: float32 of shape (n, n, 2): seconds and metres, NaN where there is no way.
fn as_npy(table: &TravelMatrix) -> Vec<u8> {
    let (rows, columns) = (table.row_count(), table.column_count());
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}, 2), }}");
    // Magic, version and length take 10 bytes; the header ends in a newline at a multiple of 64.
    let padding = (header.len() + 11).next_multiple_of(64) - header.len() - 11;
    header.extend(std::iter::repeat_n(' ', padding));
    header.push('\n');
    let mut bytes = Vec::with_capacity(header.len() + 10 + rows * columns * 8);
    bytes.extend_from_slice(b"\x93NUMPY\x01\x00");
    bytes.extend_from_slice(&(header.len() as u16).to_le_bytes());
    bytes.extend_from_slice(header.as_bytes());
    for from in 0..rows {
        for to in 0..columns {
            let seconds = table.duration_between(from, to).map_or(f32::NAN, |duration| duration.0 as f32);
            let metres = table.distance_between(from, to).map_or(f32::NAN, |distance| distance.0 as f32);
            bytes.extend_from_slice(&seconds.to_le_bytes());
            bytes.extend_from_slice(&metres.to_le_bytes());
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Metres, Seconds};

    #[test]
    fn every_bad_row_is_reported_with_its_line() {
        let csv = b"name,lat,lon\na,35.9,14.5\nb,north,14.5\nc,35.9\nd,99,14.5\n";
        let error = read_points(csv, Path::new("p.csv")).unwrap_err().to_string();
        for part in ["p.csv, line 3: lat \"north\"", "p.csv, line 4: lon \"\"", "p.csv, line 5: latitude 99"]
        {
            assert!(error.contains(part), "{error}");
        }
        assert!(read_points(b"x,y\n1,2\n", Path::new("p.csv")).is_err());
        assert!(read_points(b"lat,lon\n", Path::new("p.csv")).is_err());
    }

    #[test]
    fn a_numpy_file_has_an_aligned_header_and_two_floats_a_cell() {
        let mut table = TravelMatrix::unreachable(1, 2);
        table.set(0, 1, Seconds(7), Metres(9));
        let bytes = as_npy(&table);
        assert_eq!(bytes.len() % 64, 16);
        let floats: Vec<f32> = bytes[bytes.len() - 16..]
            .chunks(4)
            .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
            .collect();
        assert!(floats[0].is_nan() && floats[1].is_nan());
        assert_eq!(floats[2..], [7.0, 9.0]);
    }
}
