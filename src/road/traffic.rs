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
    #[error("traffic/no-columns: line 1 must name the columns osm_way_id,direction,from,to,km_h; {0}")]
    NoColumns(String),
    /// A field that cannot be read.
    #[error("traffic/bad-field: line {line}, column {column}: {value:?} is not {expected}")]
    Field {
        /// The line in the file, counted from 1.
        line: u64,
        /// The column's name.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What should.
        expected: &'static str,
    },
}

const COLUMNS: [&str; 5] = ["osm_way_id", "direction", "from", "to", "km_h"];

impl Traffic {
    /// Reads `osm_way_id,direction,from,to,km_h`: `direction` is `forward`, `backward` or `both` as the OSM way is drawn;
    /// `from` and `to` are times of day such as `07:30`, both empty for the whole day, and may run past midnight.
    pub fn from_csv(bytes: &[u8]) -> Result<Self, Vec<TrafficError>> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(bytes);
        let headers = reader.headers().map_err(|error| vec![TrafficError::NoColumns(error.to_string())])?;
        let mut places = [0; COLUMNS.len()];
        for (place, name) in places.iter_mut().zip(COLUMNS) {
            let found = headers.iter().position(|header| header.trim_start_matches('\u{feff}') == name);
            *place = found.ok_or_else(|| vec![TrafficError::NoColumns(format!("there is no {name}"))])?;
        }
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        for record in reader.records() {
            match record {
                Ok(record) => match row(&record, places) {
                    Ok(row) => rows.push(row),
                    Err(problem) => problems.push(problem),
                },
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    let (value, expected) = (error.to_string(), "a row of text");
                    problems.push(TrafficError::Field { line, column: COLUMNS[0], value, expected });
                }
            }
        }
        if problems.is_empty() { Ok(Self { rows }) } else { Err(problems) }
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

fn row(record: &csv::StringRecord, places: [usize; COLUMNS.len()]) -> Result<SpeedRow, TrafficError> {
    let text = |column: usize| record.get(places[column]).unwrap_or_default();
    let wrong = |column: usize, expected: &'static str| TrafficError::Field {
        line: record.position().map_or(0, csv::Position::line),
        column: COLUMNS[column],
        value: text(column).to_owned(),
        expected,
    };
    let osm_id = text(0).parse().map_err(|_| wrong(0, "the number of a way"))?;
    let direction = match text(1) {
        "forward" => Direction::Forward,
        "backward" => Direction::Backward,
        "both" | "" => Direction::Both,
        _ => return Err(wrong(1, "forward, backward or both")),
    };
    let minute = |column: usize, empty: u16| match text(column) {
        "" => Ok(empty),
        "24:00" => Ok(DAY),
        time => match time.parse::<Moment>() {
            Ok(moment) if time.len() <= 5 => Ok(moment.minute()),
            _ => Err(wrong(column, "a time such as 07:30")),
        },
    };
    let (from, to) = (minute(2, 0)?, minute(3, DAY)?);
    if from == to || from == DAY {
        return Err(wrong(3, "a time after the first"));
    }
    let km_h = text(4).parse::<f64>().ok().filter(|km_h| (1.0..=200.0).contains(km_h));
    let km_h = km_h.ok_or_else(|| wrong(4, "a speed from 1 to 200"))?;
    Ok(SpeedRow { osm_id, direction, from, to, km_h })
}

impl RoadGraph {
    /// The same roads at a moment: measured speeds for motor vehicles, and turns that are forbidden then. Without a
    /// moment only speeds that hold all day count, and no restriction that holds at times.
    #[must_use]
    pub fn at(&self, traffic: &Traffic, when: Option<Moment>) -> Self {
        let layout = &self.layout;
        let mut changed = Self { ms: layout.free_ms.clone(), when, ..self.clone() };
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
    fn set_speeds(&self, segment: u32, speeds: &HashMap<i64, [Option<Speed>; 2]>, ms: &mut [u32]) {
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
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(lines.len(), 6, "{lines:?}");
        assert!(lines[0].contains("line 2, column osm_way_id: \"x\""), "{}", lines[0]);
        assert!(lines[4].contains("line 6, column km_h"), "{}", lines[4]);
        assert!(Traffic::from_csv(b"way,km_h\n1,2\n").unwrap_err()[0].to_string().contains("no osm_way_id"));
    }
}
