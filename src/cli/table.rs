//! `coldmile table`: durations and distances between all pairs of points.

use super::common::Common;
use super::files::{OutputFile, ensure_writable, read_limited};
use super::report::{Outcome, Stopwatch};
use super::roads::{RoadArgs, SnapArgs, tenth};
use anyhow::{Context, bail, ensure};
use coldmile_geometry::Point;
use coldmile_model::{CsvText, MAX_ORDERS_BYTES, MAX_PROBLEMS, clean};
use coldmile_road::{Approach, NoPath, RouteStop, Snap, SnapError, TableRow};
use cpu_time::ProcessTime;
use rayon::prelude::*;
use serde_json::json;
use std::io::{BufWriter, Stdout, Write, stdout};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Compute durations and distances between all pairs of points.
#[derive(clap::Args)]
pub struct TableArgs {
    #[command(flatten)]
    roads: RoadArgs,
    #[command(flatten)]
    snap: SnapArgs,
    /// Leave the cells of points without a road within the snap limit empty (NaN in .npy) and list these points,
    /// instead of refusing the table.
    #[arg(long)]
    skip_unreachable: bool,
    /// Candidate roads per point, at most 30 m farther away than the nearest; the rest is walked.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    candidates: u8,
    /// Points: CSV with columns lat, lon and optionally approach (road, kerb or either).
    #[arg(long, value_name = "P.csv")]
    points: PathBuf,
    /// Table to write: .csv (from,to,seconds,metres) or .npy (float32, n × n × 2) [default: CSV to stdout].
    #[arg(long, value_name = "T.csv|T.npy")]
    out: Option<PathBuf>,
}

/// File formats of a table.
#[derive(Clone, Copy)]
enum TableFormat {
    Csv,
    Npy,
}

/// Runs the command.
pub fn run(args: TableArgs, common: Common) -> anyhow::Result<Outcome> {
    let format = args.out.as_deref().map(format_of).transpose()?;
    let mut watch = Stopwatch::start();
    let points = read_points(&read_limited(&args.points, MAX_ORDERS_BYTES)?, &args.points)?;
    let index = args.roads.open(&mut watch)?;
    let max_candidates = usize::from(args.candidates);
    let snapped = watch.phase("snap", || {
        let stop = |&(point, approach)| index.stop_within(point, approach, max_candidates, args.snap.limit_m);
        points.par_iter().map(stop).collect::<Vec<_>>()
    });
    let places = Places::of(snapped);
    if !args.skip_unreachable {
        places.ensure_all(&args.points)?;
    }
    let stops = &places.stops;
    let nearest: Vec<Snap> = stops.iter().map(|stop| stop.candidates()[0]).collect();
    let sink = match &args.out {
        Some(path) => Sink::File(OutputFile::create(path)?),
        None if common.json => Sink::Discard,
        None => Sink::Screen(BufWriter::new(stdout())),
    };
    let is_printed = matches!(sink, Sink::Screen(_));
    let mut writer = TableWriter::start(sink, format.unwrap_or(TableFormat::Csv), places.columns.clone())?;
    let mut unreachable = Vec::new();
    let mut unreachable_count = 0_u64;
    let mut writing = (Duration::ZERO, Duration::ZERO);
    let mut written = Ok(());
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    let visit = |from: usize, row: TableRow<'_>| {
        let empty = row.iter().enumerate().filter(|(_, cell)| cell.is_none()).map(|(to, _)| (from, to));
        for cell in empty {
            unreachable_count += 1;
            if unreachable.len() < MAX_REASONS {
                unreachable.push(cell);
            }
        }
        if written.is_ok() {
            let (wall, cpu) = (Instant::now(), ProcessTime::now());
            written = writer.row(places.rows[from], row);
            writing = (writing.0 + wall.elapsed(), writing.1 + cpu.elapsed());
        }
    };
    if max_candidates == 1 {
        index.table_rows(&nearest, &nearest, visit);
    } else {
        index.stop_rows(stops, stops, visit);
    }
    written?;
    watch.add("table", wall.elapsed().saturating_sub(writing.0), cpu.elapsed().saturating_sub(writing.1));
    watch.add("write", writing.0, writing.1);
    watch.phase("write", || writer.finish())?;
    let reasons = watch.phase("reasons", || {
        let reason = |&(from, to): &(usize, usize)| {
            let why = index.why_not(&Ok(nearest[from]), &Ok(nearest[to])).unwrap_or(NoPath::Never);
            json!({ "from": places.rows[from], "to": places.rows[to], "reason": why, "text": why.to_string() })
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
            "skipped": places.skipped.iter().map(skipped).collect::<Vec<_>>(),
            "snap_mean_m": tenth(mean),
            "snap_max_m": tenth(farthest),
        }))?;
    } else {
        if !is_printed {
            println!("{} points, {unreachable_count} unreachable pairs", points.len());
        }
        for (place, error) in &places.skipped {
            eprintln!("place {} is skipped: {error}", place + 1);
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

/// Number of empty cells whose reason is computed; each takes a search of its own.
const MAX_REASONS: usize = 20;

fn format_of(path: &Path) -> anyhow::Result<TableFormat> {
    ensure_writable(path)?;
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(TableFormat::Csv),
        Some("npy") => Ok(TableFormat::Npy),
        _ => bail!("cannot write {}: its name must end in .csv or .npy", path.display()),
    }
}

/// Reads the points of a CSV file; the error lists the bad rows, the first [`MAX_PROBLEMS`] of them.
fn read_points(bytes: &[u8], path: &Path) -> anyhow::Result<Vec<(Point, Approach)>> {
    let csv = CsvText::new(bytes);
    let mut columns: Option<PointColumns> = None;
    let (mut points, mut problems, mut problem_count) = (Vec::new(), Vec::new(), 0_usize);
    for row in csv.rows() {
        let (line, record) = row.with_context(|| format!("cannot read {}", path.display()))?;
        let Some(columns) = columns else {
            columns = Some(PointColumns::read(&record, path, line)?);
            continue;
        };
        match columns.point(&record, csv.has_decimal_comma()) {
            Ok(point) => points.push(point),
            Err(problem) => {
                problem_count += 1;
                if problems.len() < MAX_PROBLEMS {
                    problems.push(format!("{}, line {line}: {problem}", path.display()));
                }
            }
        }
    }
    if problem_count > problems.len() {
        problems.push(format!("{} more problems are not listed", problem_count - problems.len()));
    }
    ensure!(problem_count == 0, "{}", problems.join("\n"));
    ensure!(!points.is_empty(), "{} has no points", path.display());
    Ok(points)
}

/// Where the columns of a file of points stand.
#[derive(Clone, Copy)]
struct PointColumns {
    lat: usize,
    lon: usize,
    approach: Option<usize>,
}

impl PointColumns {
    fn read(header: &csv::StringRecord, path: &Path, line: u64) -> anyhow::Result<Self> {
        let find = |name: &str| header.iter().position(|cell| clean(cell).eq_ignore_ascii_case(name));
        let column = |name: &str| {
            find(name).with_context(|| format!("{}, line {line}: there is no column {name}", path.display()))
        };
        Ok(Self { lat: column("lat")?, lon: column("lon")?, approach: find("approach") })
    }

    fn point(self, record: &csv::StringRecord, decimal_comma: bool) -> Result<(Point, Approach), String> {
        let cell = |column: usize| clean(record.get(column).unwrap_or_default());
        let number = |name: &str, column: usize| {
            let text = cell(column);
            let plain = if decimal_comma { text.replacen(',', ".", 1) } else { text.to_owned() };
            let shown: String = text.chars().take(80).collect();
            plain.parse::<f64>().map_err(|_| format!("{name} {shown:?} is not a number"))
        };
        let (lat, lon) = (number("lat", self.lat)?, number("lon", self.lon)?);
        let point = Point::new(lat, lon).map_err(|error| error.to_string())?;
        let word = self.approach.map_or("", cell);
        Ok((point, word.parse::<Approach>().map_err(|error| error.to_string())?))
    }
}

/// The points of a table, on roads or not.
struct Places {
    /// Those on roads.
    stops: Vec<RouteStop>,
    /// The row of each stop in the whole table.
    rows: Vec<usize>,
    /// Which stop stands in each column of the whole table.
    columns: Vec<Option<usize>>,
    /// Rows of the other points, and why they are on no road.
    skipped: Vec<(usize, SnapError)>,
}

impl Places {
    fn of(snapped: Vec<Result<RouteStop, SnapError>>) -> Self {
        let mut places =
            Self { stops: Vec::new(), rows: Vec::new(), columns: Vec::new(), skipped: Vec::new() };
        for (row, stop) in snapped.into_iter().enumerate() {
            match stop {
                Ok(stop) => {
                    places.columns.push(Some(places.stops.len()));
                    places.stops.push(stop);
                    places.rows.push(row);
                }
                Err(error) => {
                    places.columns.push(None);
                    places.skipped.push((row, error));
                }
            }
        }
        places
    }

    /// Refuses points that are on no road; the error lists all of them.
    fn ensure_all(&self, path: &Path) -> anyhow::Result<()> {
        let problem =
            |(row, error): &(usize, SnapError)| format!("{}, place {}: {error}", path.display(), row + 1);
        ensure!(
            self.skipped.is_empty(),
            "{}",
            self.skipped.iter().map(problem).collect::<Vec<_>>().join("\n")
        );
        Ok(())
    }
}

/// A point that is on no road, in JSON; places are counted from 0 like rows.
fn skipped((row, error): &(usize, SnapError)) -> serde_json::Value {
    json!({ "place": row, "distance_m": tenth(error.distance_m()), "text": error.to_string() })
}

/// Writes the table row by row: a table of 20,000 points has 400 million cells.
struct TableWriter {
    sink: Sink,
    format: TableFormat,
    /// The column of the computed row for each column of the table; `None` is left empty.
    columns: Vec<Option<usize>>,
    /// How many rows have been written.
    row_count: usize,
    buffer: Vec<u8>,
}

/// Where the bytes go.
enum Sink {
    File(OutputFile),
    Screen(BufWriter<Stdout>),
    Discard,
}

impl TableWriter {
    /// Writes the header of a table with these rows and columns.
    fn start(sink: Sink, format: TableFormat, columns: Vec<Option<usize>>) -> anyhow::Result<Self> {
        let mut writer = Self { sink, format, columns, row_count: 0, buffer: Vec::new() };
        match writer.format {
            TableFormat::Csv => writer.buffer.extend_from_slice(b"from,to,seconds,metres\n"),
            TableFormat::Npy => writer.buffer = npy_header(writer.columns.len(), writer.columns.len()),
        }
        writer.flush_buffer()?;
        Ok(writer)
    }

    /// Writes a row, after empty ones for those that have been left out before it.
    fn row(&mut self, from: usize, row: TableRow<'_>) -> anyhow::Result<()> {
        self.empty_rows(from)?;
        if matches!(self.sink, Sink::Discard) {
            return Ok(());
        }
        let cells: Vec<Option<(i64, i64)>> =
            row.iter().map(|cell| cell.map(|(duration, distance)| (duration.0, distance.0))).collect();
        for to in 0..self.columns.len() {
            self.cell(from, to, self.columns[to].and_then(|column| cells[column]));
        }
        self.row_count += 1;
        self.flush_buffer()
    }

    /// Writes empty rows until so many rows are written.
    fn empty_rows(&mut self, row_count: usize) -> anyhow::Result<()> {
        while self.row_count < row_count && !matches!(self.sink, Sink::Discard) {
            for to in 0..self.columns.len() {
                self.cell(self.row_count, to, None);
            }
            self.row_count += 1;
            self.flush_buffer()?;
        }
        Ok(())
    }

    fn cell(&mut self, from: usize, to: usize, cell: Option<(i64, i64)>) {
        match self.format {
            TableFormat::Csv => csv_cell(&mut self.buffer, from, to, cell),
            TableFormat::Npy => npy_cell(&mut self.buffer, cell),
        }
    }

    /// Writes the buffer to the sink and clears it.
    fn flush_buffer(&mut self) -> anyhow::Result<()> {
        match &mut self.sink {
            Sink::File(file) => file.append(&self.buffer)?,
            Sink::Screen(screen) => screen.write_all(&self.buffer)?,
            Sink::Discard => {}
        }
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self) -> anyhow::Result<()> {
        self.empty_rows(self.columns.len())?;
        match self.sink {
            Sink::File(file) => file.finish(),
            Sink::Screen(mut screen) => Ok(screen.flush()?),
            Sink::Discard => Ok(()),
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

/// Seconds and metres as float32, NaN for an unreachable pair.
fn npy_cell(bytes: &mut Vec<u8>, cell: Option<(i64, i64)>) {
    let (seconds, metres) =
        cell.map_or((f32::NAN, f32::NAN), |(seconds, metres)| (seconds as f32, metres as f32));
    bytes.extend_from_slice(&seconds.to_le_bytes());
    bytes.extend_from_slice(&metres.to_le_bytes());
}

/// The header of `NumPy`'s file format 1.0 for float32 of shape (rows, columns, 2).
fn npy_header(rows: usize, columns: usize) -> Vec<u8> {
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
    fn points_are_read_as_spreadsheets_write_them() {
        let expected = read_points(b"lat,lon\n35.9,14.5\n36,14.25\n", Path::new("p.csv")).unwrap();
        for csv in [
            "lat;lon\n35,9;14,5\n36;14,25\n",
            "sep=;\r\nlat;lon\r\n35,9;14,5;\r\n36;14.25\r\n;;\r\n",
            "\u{FEFF}name\tLAT\tlon\rx\t35,9\t14,5\ry\t36\t14,25\r",
            "\u{200B}lat , lon\n 35.9,\u{200E}14.5\n\n36,14.25\n",
        ] {
            assert_eq!(read_points(csv.as_bytes(), Path::new("p.csv")).unwrap(), expected, "{csv:?}");
        }
        let error = read_points(b"lat;lon\r35,9;14,5\rx;14\r", Path::new("p.csv")).unwrap_err().to_string();
        assert_eq!(error, "p.csv, line 3: lat \"x\" is not a number");
        let bad = format!("lat,lon\n{}", "x,1\n".repeat(3_000));
        let error = read_points(bad.as_bytes(), Path::new("p.csv")).unwrap_err().to_string();
        assert_eq!(
            (error.lines().count(), error.lines().last()),
            (1_001, Some("2000 more problems are not listed"))
        );
    }

    #[test]
    fn a_numpy_file_has_an_aligned_header_and_two_floats_a_cell() {
        let mut bytes = npy_header(1, 2);
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

    #[test]
    fn the_example_in_the_documentation_is_read() {
        let page = crate::docs::page("orders").unwrap().markdown;
        let (_, example) = page.split_once("```csv\nlat,lon,approach\n").unwrap();
        let rows = example.split("```").next().unwrap();
        let places = read_points(format!("lat,lon,approach\n{rows}").as_bytes(), Path::new("p.csv")).unwrap();
        assert_eq!(
            places.iter().map(|(_, approach)| *approach).collect::<Vec<_>>(),
            [Approach::ByRoad, Approach::Kerb]
        );
    }
}
