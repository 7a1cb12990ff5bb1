//! `coldmile table`: durations and distances between all pairs of places.

use super::files::{NewFile, ensure_writable, read_bytes};
use super::roads::{RoadArgs, tenth};
use super::{Common, Outcome, Stopwatch};
use anyhow::{Context, bail, ensure};
use coldmile_geometry::Point;
use coldmile_road::{Approach, NoPath, RoadIndex, RouteStop, Snap, SnapError, TableRow};
use cpu_time::ProcessTime;
use rayon::prelude::*;
use serde_json::json;
use std::io::{BufWriter, Stdout, Write, stdout};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Computes travel times and distances between all pairs of places.
#[derive(clap::Args)]
pub struct TableArgs {
    #[command(flatten)]
    roads: RoadArgs,
    /// Roads to choose from at each place: those up to 30 m farther than the nearest count too, with the walk.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    candidates: u8,
    /// The places: columns lat and lon, and approach (road, kerb or either) where the side of the road matters.
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
    let index = args.roads.open(&mut watch)?;
    let most = usize::from(args.candidates);
    let stops = watch.phase("snap", || snap_all(&index, &points, most, &args.points))?;
    let nearest: Vec<Snap> = stops.iter().map(|stop| stop.candidates()[0]).collect();
    let is_printed = args.out.is_none() && !common.json;
    let mut sheet = Sheet::open(args.out.as_deref(), form, is_printed, stops.len())?;
    let mut unreachable = Vec::new();
    let mut unreachable_count = 0_u64;
    let mut writing = (Duration::ZERO, Duration::ZERO);
    let mut written = Ok(());
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    let visit = |from: usize, row: TableRow<'_>| {
        let empty = row.iter().enumerate().filter(|(_, cell)| cell.is_none()).map(|(to, _)| (from, to));
        for cell in empty {
            unreachable_count += 1;
            if unreachable.len() < MOST_REASONS {
                unreachable.push(cell);
            }
        }
        if written.is_ok() {
            let (wall, cpu) = (Instant::now(), ProcessTime::now());
            written = sheet.row(from, row);
            writing = (writing.0 + wall.elapsed(), writing.1 + cpu.elapsed());
        }
    };
    if most == 1 {
        index.table_rows(&nearest, &nearest, visit);
    } else {
        index.stop_rows(&stops, &stops, visit);
    }
    written?;
    watch.add("table", wall.elapsed().saturating_sub(writing.0), cpu.elapsed().saturating_sub(writing.1));
    watch.add("write", writing.0, writing.1);
    watch.phase("write", || sheet.finish())?;
    let reasons = watch.phase("reasons", || {
        let reason = |&(from, to): &(usize, usize)| {
            let why = index.why_not(&Ok(nearest[from]), &Ok(nearest[to])).unwrap_or(NoPath::Never);
            json!({ "from": from, "to": to, "reason": why, "text": why.to_string() })
        };
        unreachable.iter().map(reason).collect::<Vec<_>>()
    });
    if common.json {
        let mean = nearest.iter().map(|snap| snap.distance_m).sum::<f64>() / nearest.len().max(1) as f64;
        let farthest = nearest.iter().map(|snap| snap.distance_m).fold(0.0, f64::max);
        watch.print_json(json!({
            "points": points.len(),
            "unreachable": unreachable_count,
            "reasons": reasons,
            "snap_mean_m": tenth(mean),
            "snap_max_m": tenth(farthest),
        }))?;
    } else {
        if !is_printed {
            println!("{} places, {unreachable_count} cells without a way", points.len());
        }
        for reason in &reasons {
            eprintln!(
                "{} to {}: {}",
                reason["from"],
                reason["to"],
                reason["text"].as_str().unwrap_or_default()
            );
        }
    }
    Ok(Outcome::Done)
}

/// Empty cells whose reason is looked for; each takes a search of its own.
const MOST_REASONS: usize = 20;

fn form_of(path: &Path) -> anyhow::Result<Form> {
    ensure_writable(path)?;
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(Form::Csv),
        Some("npy") => Ok(Form::Npy),
        _ => bail!("cannot write {}: its name must end in .csv or .npy", path.display()),
    }
}

/// The places of a CSV file; every bad row is reported.
fn read_points(bytes: &[u8], path: &Path) -> anyhow::Result<Vec<(Point, Approach)>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(bytes);
    let headers = reader.headers().with_context(|| format!("cannot read {}", path.display()))?.clone();
    let find = |name: &str| {
        headers.iter().position(|header| header.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name))
    };
    let column = |name: &str| {
        find(name).with_context(|| format!("{}, line 1: there is no column {name}", path.display()))
    };
    let (lat, lon, approach) = (column("lat")?, column("lon")?, find("approach"));
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
                    .and_then(|point| {
                        let word = approach.and_then(|column| record.get(column)).unwrap_or_default();
                        Ok((point, word.parse::<Approach>().map_err(|error| error.to_string())?))
                    })
            }
        };
        let position = record.as_ref().ok().and_then(csv::StringRecord::position);
        match parsed {
            Ok(place) => points.push(place),
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
fn snap_all(
    index: &RoadIndex,
    places: &[(Point, Approach)],
    most: usize,
    path: &Path,
) -> anyhow::Result<Vec<RouteStop>> {
    let stops: Vec<_> =
        places.par_iter().map(|&(point, approach)| index.stop(point, approach, most)).collect();
    let problem = |(row, stop): (usize, &Result<RouteStop, SnapError>)| {
        stop.as_ref().err().map(|error| format!("{}, place {}: {error}", path.display(), row + 1))
    };
    let problems: Vec<String> = stops.iter().enumerate().filter_map(problem).collect();
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(stops.into_iter().flatten().collect())
}

/// Where the rows go, one at a time: a table of 20,000 places has 400 million cells.
struct Sheet {
    out: Out,
    form: Form,
    buffer: Vec<u8>,
}

enum Out {
    File(NewFile),
    Screen(BufWriter<Stdout>),
    Nowhere,
}

impl Sheet {
    fn open(
        path: Option<&Path>,
        form: Option<Form>,
        is_printed: bool,
        places: usize,
    ) -> anyhow::Result<Self> {
        let out = match path {
            Some(path) => Out::File(NewFile::create(path)?),
            None if is_printed => Out::Screen(BufWriter::new(stdout())),
            None => Out::Nowhere,
        };
        let mut sheet = Self { out, form: form.unwrap_or(Form::Csv), buffer: Vec::new() };
        match sheet.form {
            Form::Csv => sheet.buffer.extend_from_slice(b"from,to,seconds,metres\n"),
            Form::Npy => sheet.buffer = npy_head(places, places),
        }
        sheet.send()?;
        Ok(sheet)
    }

    fn row(&mut self, from: usize, row: TableRow<'_>) -> anyhow::Result<()> {
        if matches!(self.out, Out::Nowhere) {
            return Ok(());
        }
        for (to, cell) in row.iter().enumerate() {
            let cell = cell.map(|(duration, distance)| (duration.0, distance.0));
            match self.form {
                Form::Csv => csv_cell(&mut self.buffer, from, to, cell),
                Form::Npy => npy_cell(&mut self.buffer, cell),
            }
        }
        self.send()
    }

    /// Passes the buffer on.
    fn send(&mut self) -> anyhow::Result<()> {
        match &mut self.out {
            Out::File(file) => file.write(&self.buffer)?,
            Out::Screen(screen) => screen.write_all(&self.buffer)?,
            Out::Nowhere => {}
        }
        self.buffer.clear();
        Ok(())
    }

    fn finish(self) -> anyhow::Result<()> {
        match self.out {
            Out::File(file) => file.finish(),
            Out::Screen(mut screen) => Ok(screen.flush()?),
            Out::Nowhere => Ok(()),
        }
    }
}

fn csv_cell(text: &mut Vec<u8>, from: usize, to: usize, cell: Option<(i64, i64)>) {
    // Writing to memory cannot fail.
    let _ = match cell {
        Some((seconds, metres)) => writeln!(text, "{from},{to},{seconds},{metres}"),
        None => writeln!(text, "{from},{to},,"),
    };
}

/// Seconds and metres as float32, NaN where there is no way.
fn npy_cell(bytes: &mut Vec<u8>, cell: Option<(i64, i64)>) {
    let (seconds, metres) =
        cell.map_or((f32::NAN, f32::NAN), |(seconds, metres)| (seconds as f32, metres as f32));
    bytes.extend_from_slice(&seconds.to_le_bytes());
    bytes.extend_from_slice(&metres.to_le_bytes());
}

/// The head of `NumPy`'s format 1.0 for float32 of shape (rows, columns, 2).
fn npy_head(rows: usize, columns: usize) -> Vec<u8> {
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}, 2), }}");
    // Magic, version and length take 10 bytes; the header ends in a newline at a multiple of 64.
    let padding = (header.len() + 11).next_multiple_of(64) - header.len() - 11;
    header.extend(std::iter::repeat_n(' ', padding));
    header.push('\n');
    let mut bytes = Vec::with_capacity(header.len() + 10);
    bytes.extend_from_slice(b"\x93NUMPY\x01\x00");
    bytes.extend_from_slice(&(header.len() as u16).to_le_bytes());
    bytes.extend_from_slice(header.as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let mut bytes = npy_head(1, 2);
        npy_cell(&mut bytes, None);
        npy_cell(&mut bytes, Some((7, 9)));
        assert_eq!(bytes.len() % 64, 16);
        let floats: Vec<f32> = bytes[bytes.len() - 16..]
            .chunks(4)
            .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
            .collect();
        assert!(floats[0].is_nan() && floats[1].is_nan());
        assert_eq!(floats[2..], [7.0, 9.0]);
    }
}
