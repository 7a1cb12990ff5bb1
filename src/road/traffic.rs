//! Measured speeds: where and when traffic is slower or faster than the map says.
//!
//! A [`Traffic`] is rows of a CSV file. [`RoadGraph::at`] puts it on the free-flow graph together with the turn
//! restrictions that hold at a moment; [`RoadIndex::at`](super::RoadIndex::at) customizes the hierarchy for that. Both
//! hold for a whole trip: the moment is that of departure.

use super::elements::NO_ARC;
use super::graph::RoadGraph;
use super::profile::{Profile, Speed};
use super::weight::MAX_ARC_MS;
use coldmile_osm::Moment;
use std::collections::HashMap;

/// Minutes in a day.
const DAY: u16 = 24 * 60;
/// A truck goes no faster than this, whatever cars were measured to do.
const TRUCK_KM_H: f64 = 80.0;

/// In which direction of the OSM way, as it is drawn, a speed was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// As the OSM way is drawn.
    Forward,
    /// Against it.
    Backward,
    /// Both.
    Both,
}

/// One measured speed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeedRow {
    /// The id of the OSM way.
    pub osm_id: i64,
    /// The direction it was measured in.
    pub direction: Direction,
    /// First minute of the day it holds for.
    pub from: u16,
    /// First minute after that; at most 1440.
    pub to: u16,
    /// The speed, stops and all.
    pub km_h: f64,
}

/// Measured speeds; of rows that say different things the later one counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traffic {
    rows: Vec<SpeedRow>,
}

/// A row of a file of speeds that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrafficError {
    /// The file is not a CSV file with these columns.
    #[error(
        "traffic/no-columns: line {line} must name the columns osm_way_id,direction,from,to,km_h; {reason}"
    )]
    NoColumns {
        /// The line in the file, counted from 1.
        line: u64,
        /// What is missing.
        reason: String,
    },
    /// A row has more cells than the header has columns.
    #[error("traffic/wrong-columns: line {line}: the row has {cells} columns, the header {columns}")]
    WrongColumns {
        /// The line in the file, counted from 1.
        line: u64,
        /// Cells of the row, empty ones at its end left out.
        cells: usize,
        /// Columns of the header.
        columns: usize,
    },
    /// A field that cannot be read.
    #[error("traffic/bad-field: line {line}, column {column}: {value:?} is not {expected}")]
    Field {
        /// The line in the file, counted from 1.
        line: u64,
        /// The column's name.
        column: &'static str,
        /// What stands there, at most 80 characters of it.
        value: String,
        /// What should.
        expected: &'static str,
    },
}

/// What is wrong with a file of speeds.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TrafficProblems {
    /// The first [`MAX_LISTED`] of them, in the order of the file.
    pub listed: Vec<TrafficError>,
    /// How many there are, listed or not.
    pub count: usize,
}

/// Most problems of a file of speeds that are listed; the others are counted.
pub const MAX_LISTED: usize = 1_000;
/// Characters of a cell that a problem shows.
const MAX_SHOWN: usize = 80;

impl TrafficProblems {
    fn push(&mut self, problem: TrafficError) {
        self.count += 1;
        if self.listed.len() < MAX_LISTED {
            self.listed.push(problem);
        }
    }
}

/// What stands before the decimals of a speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalSign {
    /// `30.5`.
    Point,
    /// `30,5` and `30.5`, in files whose columns are not separated by commas.
    Comma,
}

const COLUMNS: [&str; 5] = ["osm_way_id", "direction", "from", "to", "km_h"];

impl Traffic {
    /// Reads `osm_way_id,direction,from,to,km_h`: `direction` is `forward`, `backward` or `both` as the OSM way is drawn;
    /// `from` and `to` are times of day such as `07:30`, both empty for the whole day, and may run past midnight.
    ///
    /// # Errors
    /// All rows that make no sense.
    pub fn from_csv(bytes: &[u8]) -> Result<Self, TrafficProblems> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let rows = reader
            .records()
            .map(|record| record.map(|record| (record.position().map_or(0, csv::Position::line), record)));
        Self::from_records(rows, DecimalSign::Point)
    }

    /// The same from rows that the caller has cut, each with its line in the file; the first one is the header.
    ///
    /// Columns may stand in any order beside others. Blanks around cells do not matter; empty cells at the end of a row may
    /// be missing or too many.
    ///
    /// # Errors
    /// All rows that make no sense.
    pub fn from_records(
        rows: impl IntoIterator<Item = Result<(u64, csv::StringRecord), csv::Error>>,
        decimals: DecimalSign,
    ) -> Result<Self, TrafficProblems> {
        let (mut found, mut problems) = (Vec::new(), TrafficProblems::default());
        let mut header: Option<TrafficHeader> = None;
        for record in rows {
            let (line, record) = match record {
                Ok(read) => read,
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    let (value, expected) = (error.to_string(), "a row of text");
                    problems.push(TrafficError::Field { line, column: COLUMNS[0], value, expected });
                    break;
                }
            };
            let cells: Vec<&str> = record.iter().map(plain).collect();
            let Some(header) = &header else {
                match TrafficHeader::read(&cells, line) {
                    Ok(read) => header = Some(read),
                    Err(problem) => return Err(TrafficProblems { listed: vec![problem], count: 1 }),
                }
                continue;
            };
            match header.row(&cells, line, decimals) {
                Ok(row) => found.push(row),
                Err(problem) => problems.push(problem),
            }
        }
        if header.is_none() && problems.count == 0 {
            problems.push(TrafficError::NoColumns { line: 1, reason: "the file is empty".to_owned() });
        }
        if problems.count == 0 { Ok(Self { rows: found }) } else { Err(problems) }
    }

    /// Rows that are known to make sense.
    pub(super) fn from_rows(rows: Vec<SpeedRow>) -> Option<Self> {
        let is_valid = |row: &SpeedRow| {
            row.from < DAY && row.to <= DAY && row.from != row.to && row.km_h > 0.0 && row.km_h <= 200.0
        };
        rows.iter().all(is_valid).then_some(Self { rows })
    }

    /// The rows.
    pub fn rows(&self) -> &[SpeedRow] {
        &self.rows
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The minutes of the day at which some speed changes, sorted; between two of them one set of weights holds.
    pub fn changes(&self) -> Vec<u16> {
        let mut changes: Vec<u16> = self.rows.iter().flat_map(|row| [row.from, row.to % DAY]).collect();
        changes.sort_unstable();
        changes.dedup();
        changes
    }

    /// Speeds along and against each OSM way at a minute of the day; without one, what holds all day.
    fn speeds(&self, profile: Profile, minute: Option<u16>) -> HashMap<i64, [Option<Speed>; 2]> {
        let mut speeds: HashMap<i64, [Option<Speed>; 2]> = HashMap::new();
        for row in &self.rows {
            let holds = match minute {
                None => row.from == 0 && row.to == DAY,
                Some(minute) if row.from < row.to => (row.from..row.to).contains(&minute),
                Some(minute) => minute >= row.from || minute < row.to,
            };
            if !holds {
                continue;
            }
            let km_h = if profile == Profile::Truck { row.km_h.min(TRUCK_KM_H) } else { row.km_h };
            let speed = Some(Speed::from_km_h(km_h));
            let both = speeds.entry(row.osm_id).or_default();
            match row.direction {
                Direction::Forward => both[0] = speed,
                Direction::Backward => both[1] = speed,
                Direction::Both => *both = [speed; 2],
            }
        }
        speeds
    }
}

/// The text of a cell without blanks and marks of byte order around it.
fn plain(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}'..='\u{200F}'))
}

/// Where the columns stand.
struct TrafficHeader {
    places: [usize; COLUMNS.len()],
    columns: usize,
}

impl TrafficHeader {
    fn read(cells: &[&str], line: u64) -> Result<Self, TrafficError> {
        let mut places = [0; COLUMNS.len()];
        for (place, name) in places.iter_mut().zip(COLUMNS) {
            let found = cells.iter().position(|cell| cell.eq_ignore_ascii_case(name));
            let missing = || TrafficError::NoColumns { line, reason: format!("there is no {name}") };
            *place = found.ok_or_else(missing)?;
        }
        Ok(Self { places, columns: cells.len() })
    }

    fn row(&self, cells: &[&str], line: u64, decimals: DecimalSign) -> Result<SpeedRow, TrafficError> {
        let used = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        if used > self.columns {
            return Err(TrafficError::WrongColumns { line, cells: used, columns: self.columns });
        }
        let text = |column: usize| cells.get(self.places[column]).copied().unwrap_or_default();
        let wrong = |column: usize, expected: &'static str| TrafficError::Field {
            line,
            column: COLUMNS[column],
            value: text(column).chars().take(MAX_SHOWN).collect(),
            expected,
        };
        // Spreadsheets write whole numbers with decimals where a cell of the column was empty.
        let id = text(0);
        let id = id
            .split_once(['.', ','])
            .filter(|(_, rest)| matches!(*rest, "0" | "00"))
            .map_or(id, |parts| parts.0);
        let osm_id = id.parse().map_err(|_| wrong(0, "the number of a way"))?;
        let direction = match text(1).to_ascii_lowercase().as_str() {
            "forward" => Direction::Forward,
            "backward" => Direction::Backward,
            "both" | "" => Direction::Both,
            _ => return Err(wrong(1, "forward, backward or both")),
        };
        let minute = |column: usize, empty: u16| match text(column) {
            "" => Ok(empty),
            time => minute_of_day(time).ok_or_else(|| wrong(column, "a time such as 07:30")),
        };
        let (from, to) = (minute(2, 0)?, minute(3, DAY)?);
        if from == to || from == DAY {
            return Err(wrong(3, "a time after the first"));
        }
        let speed = match decimals {
            DecimalSign::Point => text(4).to_owned(),
            DecimalSign::Comma => text(4).replacen(',', ".", 1),
        };
        let km_h = speed.parse::<f64>().ok().filter(|km_h| (1.0..=200.0).contains(km_h));
        let km_h = km_h.ok_or_else(|| wrong(4, "a speed from 1 to 200"))?;
        Ok(SpeedRow { osm_id, direction, from, to, km_h })
    }
}

/// `07:30`, `7:30`, `07:30:00`, `07：30`, `24:00` as minutes of the day.
fn minute_of_day(time: &str) -> Option<u16> {
    let time = time.replace('：', ":");
    let time = time.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(time.as_str());
    if time == "24:00" {
        return Some(DAY);
    }
    time.parse::<Moment>().ok().filter(|_| time.len() <= 5).map(Moment::minute)
}

impl RoadGraph {
    /// The same roads at a moment: measured speeds for motor vehicles, and turns that are forbidden then. Without a
    /// moment only speeds that hold all day count, and no restriction that holds at times.
    #[must_use]
    pub fn at(&self, traffic: &Traffic, when: Option<Moment>) -> Self {
        let layout = &self.layout;
        let mut changed = Self { ms: self.free_ms.clone(), when, ..self.clone() };
        if self.profile.is_motorised() && !traffic.is_empty() {
            let speeds = traffic.speeds(self.profile, when.map(Moment::minute));
            let mut ms = layout.free_ms.to_vec();
            for segment in 0..self.segment_count() as u32 {
                self.set_speeds(segment, &speeds, &mut ms);
            }
            changed.ms = ms.into();
        }
        if when != self.when {
            changed.turns = changed.turns_now();
            changed.open = changed.open_now();
        }
        changed
    }

    /// Puts measured speeds on the arcs of a segment. Where nothing was measured the free speed stays.
    pub(super) fn set_speeds(&self, segment: u32, speeds: &HashMap<i64, [Option<Speed>; 2]>, ms: &mut [u32]) {
        let mut measured = [(0_u64, 0_u64); 2];
        for piece in self.pieces(segment) {
            let Some(both) = speeds.get(&piece.osm_id) else { continue };
            for (direction, (total_ms, cm)) in measured.iter_mut().enumerate() {
                if let Some(speed) = both[direction ^ usize::from(piece.is_reversed)] {
                    *total_ms += speed.ms(u64::from(piece.cm));
                    *cm += u64::from(piece.cm);
                }
            }
        }
        let whole = u64::from(self.layout.segments[segment as usize].cm);
        let arcs = self.layout.segments[segment as usize].arcs;
        for (arc, (total_ms, cm)) in
            arcs.into_iter().zip(measured).filter(|&(arc, (_, cm))| arc != NO_ARC && cm > 0)
        {
            let free = u64::from(self.layout.free_ms[arc as usize]);
            let total =
                (total_ms + free * whole.saturating_sub(cm) / whole).clamp(1, u64::from(MAX_ARC_MS)) as u32;
            for arc in std::iter::once(arc).chain(self.copies_of(arc)) {
                ms[arc as usize] = total;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_every_bad_one_is_named() {
        let good =
            "osm_way_id,direction,from,to,km_h\n7,forward,07:00,09:30,12.5\n7,both,,,30\n8,,22:00,05:00,50\n";
        let traffic = Traffic::from_csv(good.as_bytes()).unwrap();
        assert_eq!(traffic.rows().len(), 3);
        assert_eq!(traffic.changes(), [0, 300, 420, 570, 1320]);
        let bad = "osm_way_id,direction,from,to,km_h\nx,,,,30\n7,up,,,30\n7,,7,8,30\n7,,08:00,08:00,30\n7,,,,0\n7,,,\n";
        let problems = Traffic::from_csv(bad.as_bytes()).unwrap_err();
        assert_eq!(problems.count, 6);
        let lines: Vec<String> = problems.listed.iter().map(ToString::to_string).collect();
        assert_eq!(lines.len(), 6, "{lines:?}");
        assert!(lines[0].contains("line 2, column osm_way_id: \"x\""), "{}", lines[0]);
        assert!(lines[4].contains("line 6, column km_h"), "{}", lines[4]);
        let first = |bytes: &[u8]| Traffic::from_csv(bytes).unwrap_err().listed[0].to_string();
        assert!(first(b"way,km_h\n1,2\n").contains("no osm_way_id"));
        assert!(first(b"").contains("the file is empty"));
        // A comma of decimals would be read as 12 km/h.
        let head = b"osm_way_id,direction,from,to,km_h\n";
        assert!(
            first(&[&head[..], b"7,both,,,12,5\n"].concat()).contains("wrong-columns: line 2: the row has 6")
        );
        let many = [&head[..], &b"x,,,,30\n".repeat(1_500)].concat();
        let problems = Traffic::from_csv(&many).unwrap_err();
        assert_eq!((problems.listed.len(), problems.count), (MAX_LISTED, 1_500));
    }

    #[test]
    fn cells_are_read_as_spreadsheets_write_them() {
        let rows = [
            "\u{feff}OSM_way_id| km_h |to|from|direction|road",
            "7.0|30,5|09:30:00|7:00|Forward|A|||",
            " 8 |30.5",
            "9|12|24：00|22:00|both",
        ];
        let records = rows
            .iter()
            .zip(1..)
            .map(|(row, line)| Ok((line, csv::StringRecord::from(row.split('|').collect::<Vec<_>>()))));
        let traffic = Traffic::from_records(records, DecimalSign::Comma).unwrap();
        let found: Vec<_> =
            traffic.rows().iter().map(|row| (row.osm_id, row.from, row.to, row.km_h)).collect();
        assert_eq!(found, [(7, 420, 570, 30.5), (8, 0, 1440, 30.5), (9, 1320, 1440, 12.0)]);
    }
}
