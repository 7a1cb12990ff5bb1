//! Rows to orders.

use super::columns::{Column, Header};
use super::decode::{Decoded, decode};
use super::row::Row;
use super::words;
use crate::geometry::Point;
use crate::model::clock::DayClock;
use crate::model::cold::ColdClass;
use crate::model::problem::{InputProblem, Reading, similar};
use crate::model::{Channel, Day, Fulfilment, Load, Order, Parcel, Site, SiteKind};
use crate::units::{Grams, Id, Idx, Millilitres, Seconds, Table, TimeWindow, Timestamp};
use std::collections::{BTreeMap, HashMap};

/// What a look-up of an address found.
#[derive(Clone, Debug, PartialEq)]
pub enum Located {
    /// One place, and what it is called.
    Exact(Point, String),
    /// Places that may be meant, best first, as people would write them.
    Doubtful(Vec<String>),
    /// Nothing like it is on the map.
    Unknown,
}

/// Time at a door when a file does not say.
const USUAL_SERVICE: Seconds = Seconds(180);
/// One order that is heavier or larger than this is a slip of the pen.
const HEAVIEST_KG: f64 = 2_000.0;
const LARGEST_L: f64 = 5_000.0;
/// Longer at one door than this is not believed.
const LONGEST_SERVICE_MIN: f64 = 240.0;
const MOST_PIECES: f64 = 100.0;
/// A place further than this from every site is taken for a slip when it would be near with the numbers swapped.
const FAR_M: f64 = 500_000.0;

/// Reads the orders of `day` from a CSV file called `file` in messages.
///
/// Orders come back sorted by id, so that the order of the rows changes nothing. Times are local to the day;
/// `placed_at` without a date is the evening before when it would lie after the window's start. Two rows with one id
/// are both left out: which of them counts must not depend on which comes first.
pub fn read_orders(
    bytes: &[u8],
    file: &str,
    day: &Day,
    locate: &dyn Fn(&str) -> Located,
) -> Reading<Table<Order>> {
    let refused = |problems| Reading { good: Table::new(), problems };
    let decoded = match decode(bytes, file) {
        Ok(decoded) => decoded,
        Err(problem) => return refused(vec![problem]),
    };
    let Some(clock) = DayClock::new(day.date, &day.timezone) else {
        let reason = "the day has no known time zone";
        return refused(vec![InputProblem::new(file, "order/no-timezone", reason)]);
    };
    let mut problems = Vec::new();
    let mut orders: BTreeMap<Id<Order>, (u64, Order)> = BTreeMap::new();
    let mut first_rows: HashMap<Id<Order>, u64> = HashMap::new();
    let reader = RowReader { file, day, clock: &clock, locate };
    let seen = for_each_row(&decoded, file, &mut problems, |row| {
        let order = reader.order(row);
        let Some(id) = row.cell(Column::Id).map(Id::<Order>::from) else { return };
        if let Some(first) = first_rows.get(&id) {
            row.wrong(Column::Id, "order/duplicate-id", format!("line {first} has the same order"));
            orders.remove(&id);
            return;
        }
        first_rows.insert(id.clone(), row.line);
        if let Some(order) = order.filter(|_| row.problems.is_empty()) {
            orders.insert(id, (row.line, order));
        }
    });
    if let Err(header_problems) = seen {
        return refused(header_problems);
    }
    problems.sort_by_key(|problem| problem.row);
    Reading { good: orders.into_values().map(|(_, order)| order).collect(), problems }
}

/// Calls `visit` with each row that has the right number of columns; an `Err` says what is wrong with the header.
fn for_each_row(
    decoded: &Decoded,
    file: &str,
    problems: &mut Vec<InputProblem>,
    mut visit: impl FnMut(&mut Row<'_>),
) -> Result<(), Vec<InputProblem>> {
    // A quotation mark that is never closed swallows the lines after it. Reading starts again after the first of them,
    // so that they are not lost; not for ever, because each start may read to the end of the file.
    let mut restarts = 200;
    let mut header: Option<Header> = None;
    let mut from = 0;
    loop {
        let text = &decoded.body[from..];
        let line_at = |byte: usize| decoded.first_line + newlines(&decoded.body[..from + byte]);
        let mut rows = csv::ReaderBuilder::new()
            .delimiter(decoded.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        let (mut counted_to, mut line) = (0, line_at(0));
        let restart = loop {
            let start = rows.position().byte() as usize;
            match rows.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break None,
                Err(error) => {
                    let reason = format!("the row cannot be read: {error}");
                    problems.push(InputProblem::new(file, "order/unreadable-row", reason).at(line_at(start)));
                    break None;
                }
            }
            // The reader skips empty lines before a row; its position is before them.
            let start = start + (text[start..].len() - text[start..].trim_start_matches(['\r', '\n']).len());
            line += newlines(&text[counted_to..start]);
            counted_to = start;
            let Some(header) = &header else {
                header = Some(Header::read(record.iter(), file, line)?);
                continue;
            };
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let end = (rows.position().byte() as usize).min(text.len());
            let raw = &text[start..end];
            let first_line_end = raw.find('\n').map_or(end, |at| start + at + 1);
            if record.len() != header.len() {
                let swallowed = newlines(raw.trim_end());
                let mut reason = format!("the row has {} columns, the header {}", record.len(), header.len());
                if swallowed > 0 {
                    reason = "a quotation mark is not closed".to_owned();
                }
                let problem = InputProblem::new(file, "order/wrong-columns", reason).at(line);
                problems.push(problem.with_value(raw.lines().next().unwrap_or_default()));
                if swallowed > 0 && restarts > 0 {
                    restarts -= 1;
                    break Some(first_line_end);
                }
                continue;
            }
            let mut row = Row {
                file,
                line,
                header,
                cells: &record,
                decimal_comma: decoded.delimiter != b',',
                problems: Vec::new(),
            };
            visit(&mut row);
            problems.append(&mut row.problems);
        };
        match restart {
            Some(offset) => from += offset,
            None => return Ok(()),
        }
    }
}

fn newlines(text: &str) -> u64 {
    text.bytes().filter(|&byte| byte == b'\n').count() as u64
}

/// Everything a row is read with.
struct RowReader<'r> {
    file: &'r str,
    day: &'r Day,
    clock: &'r DayClock,
    locate: &'r dyn Fn(&str) -> Located,
}

impl RowReader<'_> {
    /// The order in `row`, or `None` with the reasons booked in the row.
    fn order(&self, row: &mut Row<'_>) -> Option<Order> {
        debug_assert_eq!(self.file, row.file);
        if row.cells.iter().any(|cell| cell.contains('\u{FFFD}')) {
            let reason = "the row holds bytes that are no text in the file's encoding";
            row.problems.push(InputProblem::new(row.file, "order/invalid-bytes", reason).at(row.line));
        }
        let id = row.needed(Column::Id);
        if id.is_some_and(|id| id.chars().count() > 64 || id.chars().any(char::is_control)) {
            row.wrong(Column::Id, "order/bad-id", "an id has at most 64 characters, none of them invisible");
        }
        let point = self.point(row);
        let window = self.window(row);
        let placed_at = self.placed_at(row, window);
        let (class, load) = (self.class(row), self.load(row));
        let channel = self.channel(row);
        let fulfilment = self.mode(row);
        let service = self.service(row);
        let centre = self.centre(row);
        let phone = self.phone(row);
        let pieces = self.pieces(row);
        let (id, class, mut load) = (id?, class?, load?);
        let part = self.day.cold.classes[class].compartment;
        let volume = load.volumes[0];
        load.volumes = [Millilitres::ZERO; 3];
        load[part] = volume;
        Some(Order {
            id: Id::from(id),
            point: point?,
            address: row.cell(Column::Address).map(str::to_owned),
            recipient: row.cell(Column::Recipient).map(str::to_owned),
            phone,
            channel,
            fulfilment,
            placed_at: placed_at?,
            window: window?,
            service,
            centre,
            group: row.cell(Column::Group).map(str::to_owned),
            parcels: split(id, class, load.mass, volume, pieces),
            load,
        })
    }

    /// Coordinates when they are there, else the place that the address names.
    fn point(&self, row: &mut Row<'_>) -> Option<Point> {
        let given = (row.cell(Column::Latitude).is_some(), row.cell(Column::Longitude).is_some());
        match given {
            (true, true) => {
                let code = "order/bad-coordinate";
                let (latitude, longitude) =
                    (row.number(Column::Latitude, code), row.number(Column::Longitude, code));
                self.coordinates(row, latitude?, longitude?)
            }
            (false, false) => self.address(row),
            (latitude, _) => {
                let column = if latitude { Column::Longitude } else { Column::Latitude };
                row.wrong(column, "order/missing-coordinate", "the other coordinate stands alone");
                None
            }
        }
    }

    fn coordinates(&self, row: &mut Row<'_>, latitude: f64, longitude: f64) -> Option<Point> {
        if latitude == 0.0 && longitude == 0.0 {
            row.wrong(Column::Latitude, "order/zero-coordinates", "0, 0 lies in the sea: are they unknown?");
            return None;
        }
        let swapped = Point::new(longitude, latitude).ok().filter(|point| self.is_near(*point));
        let point = Point::new(latitude, longitude);
        if let Ok(point) = point
            && (swapped.is_none() || self.is_near(point))
        {
            return Some(point);
        }
        let column = if (-90.0..=90.0).contains(&latitude) { Column::Longitude } else { Column::Latitude };
        let problem = match swapped {
            Some(point) => row
                .problem(
                    Column::Latitude,
                    "order/swapped-coordinates",
                    "latitude and longitude seem to be swapped",
                )
                .with_candidates(vec![point.to_string()]),
            None => row.problem(column, "order/bad-coordinate", "is not a coordinate on the globe"),
        };
        row.problems.push(problem);
        None
    }

    fn is_near(&self, point: Point) -> bool {
        self.day.network.sites().iter().any(|site| site.point.distance_m(point) < FAR_M)
    }

    fn address(&self, row: &mut Row<'_>) -> Option<Point> {
        let Some(address) = row.cell(Column::Address) else {
            let reason = "there are neither coordinates nor an address";
            row.wrong(Column::Address, "order/no-place", reason);
            return None;
        };
        match (self.locate)(address) {
            Located::Exact(point, _) => return Some(point),
            Located::Doubtful(candidates) => {
                let reason = "the address is not clear; give coordinates or a fuller address";
                let problem = row.problem(Column::Address, "order/doubtful-address", reason);
                row.problems.push(problem.with_candidates(candidates));
            }
            Located::Unknown => row.wrong(Column::Address, "order/unknown-address", "is not on the map"),
        }
        None
    }

    fn window(&self, row: &mut Row<'_>) -> Option<TimeWindow> {
        let (columns, texts) =
            if row.cell(Column::WindowStart).is_some() || row.cell(Column::Window).is_none() {
                let texts = (row.needed(Column::WindowStart), row.needed(Column::WindowEnd));
                ([Column::WindowStart, Column::WindowEnd], texts)
            } else {
                let cell = row.cell(Column::Window).unwrap_or_default();
                let dash = ['-', '–', '—', '~', '至', '到'];
                // Dates hold dashes too: the one that leaves a time on both sides is meant.
                let cut = cell.char_indices().filter(|(_, c)| dash.contains(c)).find_map(|(at, c)| {
                    let sides = (&cell[..at], &cell[at + c.len_utf8()..]);
                    (self.clock.read_any(sides.0).is_some() && self.clock.read_any(sides.1).is_some())
                        .then_some(sides)
                });
                let (from, until) = cut.unwrap_or((cell, ""));
                ([Column::Window, Column::Window], (Some(from), Some(until)))
            };
        let mut instants = [None, None];
        for ((instant, column), text) in instants.iter_mut().zip(columns).zip([texts.0, texts.1]) {
            let Some(text) = text else { continue };
            *instant = self.clock.read_any(text);
            if instant.is_none() {
                let reason =
                    "must be a local time such as 08:00, or a date and time such as 2026-03-17 08:00";
                row.wrong(column, "order/bad-time", reason);
                if column == Column::Window {
                    return None;
                }
            }
        }
        let [open, close] = instants;
        let (open, close) = (open?, close?);
        let Ok(window) = TimeWindow::new(open, close) else {
            row.wrong(columns[1], "order/reversed-window", "the window ends before it starts");
            return None;
        };
        if close < self.clock.midnight() || open >= self.clock.next_midnight() {
            let reason = format!("the window does not touch {}", self.clock.date());
            row.wrong(columns[0], "order/other-day", reason);
            return None;
        }
        Some(window)
    }

    /// When a file does not say, the order counts as placed a day before, in time for every wave.
    fn placed_at(&self, row: &mut Row<'_>, window: Option<TimeWindow>) -> Option<Timestamp> {
        const DAY: Seconds = Seconds(86_400);
        let Some(text) = row.cell(Column::PlacedAt) else { return Some(self.clock.midnight() - DAY) };
        let Some(instant) = self.clock.read_any(text) else {
            let reason = "must be a local time such as 19:30, or a date and time such as 2026-03-16 19:30";
            row.wrong(Column::PlacedAt, "order/bad-time", reason);
            return None;
        };
        let has_date = text.contains(['-', '/', '+', 'T', 't']);
        let window = window?;
        if instant <= window.open() {
            return Some(instant);
        }
        if !has_date {
            return self.clock.read(&format!("-1 {text}"));
        }
        if instant > window.close() {
            row.wrong(Column::PlacedAt, "order/placed-too-late", "the order was placed after its window");
            return None;
        }
        Some(instant)
    }

    fn class(&self, row: &mut Row<'_>) -> Option<Idx<ColdClass>> {
        let word = row.needed(Column::Class)?;
        let class = words::class(word, &self.day.cold);
        if class.is_none() {
            let known = self.day.cold.classes.iter().map(|class| class.id.as_str());
            let reason =
                format!("there is no such class; there are {}", known.clone().collect::<Vec<_>>().join(", "));
            let problem = row.problem(Column::Class, "order/unknown-class", reason);
            row.problems.push(problem.with_candidates(similar(word, known)));
        }
        class
    }

    /// Mass, and the volume in the first place whatever its class.
    fn load(&self, row: &mut Row<'_>) -> Option<Load> {
        let mut amount = |column, code, most: f64, unit: &str| {
            row.needed(column)?;
            let number = row.number(column, code)?;
            if number <= 0.0 {
                row.wrong(column, code, "must be more than 0");
                return None;
            }
            if number > most {
                row.wrong(column, code, format!("no order has more than {most} {unit}"));
                return None;
            }
            Some(((number * 1000.0).round() as i64).max(1))
        };
        let mass = amount(Column::Kilos, "order/bad-weight", HEAVIEST_KG, "kg");
        let volume = amount(Column::Litres, "order/bad-volume", LARGEST_L, "litres");
        Some(Load {
            mass: Grams(mass?),
            volumes: [Millilitres(volume?), Millilitres::ZERO, Millilitres::ZERO],
        })
    }

    fn channel(&self, row: &mut Row<'_>) -> Channel {
        let Some(word) = row.cell(Column::Channel) else { return Channel::App };
        words::channel(word).unwrap_or_else(|| {
            let known: Vec<_> = words::channel_words().collect();
            let reason = format!("there is no such channel; there are {}", known.join(", "));
            let problem = row.problem(Column::Channel, "order/unknown-channel", reason);
            row.problems.push(problem.with_candidates(similar(word, known.into_iter())));
            Channel::App
        })
    }

    fn mode(&self, row: &mut Row<'_>) -> Fulfilment {
        let Some(word) = row.cell(Column::Mode) else { return Fulfilment::Door };
        words::mode(word).unwrap_or_else(|| {
            let known: Vec<_> = words::mode_words().collect();
            let reason = format!("there is no such way of delivery; there are {}", known.join(", "));
            let problem = row.problem(Column::Mode, "order/unknown-mode", reason);
            row.problems.push(problem.with_candidates(similar(word, known.into_iter())));
            Fulfilment::Door
        })
    }

    fn service(&self, row: &mut Row<'_>) -> Seconds {
        let Some(minutes) = row.number(Column::Service, "order/bad-service") else { return USUAL_SERVICE };
        if !(0.0..=LONGEST_SERVICE_MIN).contains(&minutes) {
            let reason = format!("must lie between 0 and {LONGEST_SERVICE_MIN} minutes");
            row.wrong(Column::Service, "order/bad-service", reason);
        }
        Seconds((minutes * 60.0).round() as i64)
    }

    fn centre(&self, row: &mut Row<'_>) -> Option<Idx<Site>> {
        let word = row.cell(Column::Centre)?;
        let centres = || self.day.network.sites_of(SiteKind::Centre);
        let found = centres().find(|(_, site)| site.id.as_str() == word).map(|(position, _)| position);
        if found.is_none() {
            let mut near: Vec<String> = centres()
                .filter(|(_, site)| site.name == word)
                .map(|(_, site)| site.id.to_string())
                .collect();
            near.extend(similar(word, centres().map(|(_, site)| site.id.as_str())));
            near.dedup();
            let problem = row.problem(Column::Centre, "order/unknown-centre", "there is no such centre");
            row.problems.push(problem.with_candidates(near));
        }
        found
    }

    fn phone(&self, row: &mut Row<'_>) -> Option<String> {
        let phone = row.cell(Column::Phone)?;
        let upper = phone.to_ascii_uppercase();
        let is_scientific = upper.split_once('E').is_some_and(|(number, power)| {
            number.parse::<f64>().is_ok() && power.trim_start_matches('+').parse::<u32>().is_ok()
        });
        if is_scientific {
            let reason =
                "a spreadsheet has rounded the number; format the column as text and export it again";
            row.wrong(Column::Phone, "order/phone-scientific", reason);
        }
        Some(phone.to_owned())
    }

    fn pieces(&self, row: &mut Row<'_>) -> i64 {
        let Some(pieces) = row.number(Column::Pieces, "order/bad-pieces") else { return 1 };
        if pieces.fract() != 0.0 || !(1.0..=MOST_PIECES).contains(&pieces) {
            let reason = format!("must be a whole number from 1 to {MOST_PIECES}");
            row.wrong(Column::Pieces, "order/bad-pieces", reason);
            return 1;
        }
        pieces as i64
    }
}

/// `pieces` parcels of equal size; what does not divide evenly goes to the first.
fn split(id: &str, class: Idx<ColdClass>, mass: Grams, volume: Millilitres, pieces: i64) -> Vec<Parcel> {
    let share = |all: i64, piece: i64| all / pieces + if piece == 0 { all % pieces } else { 0 };
    (0..pieces)
        .map(|piece| Parcel {
            id: Id::new(format!("{id}-{}", piece + 1)),
            class,
            mass: Grams(share(mass.0, piece)),
            volume: Millilitres(share(volume.0, piece)),
        })
        .collect()
}
