//! One row to one order: what needs the day, its clock, its sites or the map.

use super::cells;
use super::columns::Column;
use super::located::Located;
use super::row::OrderRow;
use super::window;
use super::words;
use crate::clock::DayClock;
use crate::cold::ColdClass;
use crate::problem::{InputProblem, similar};
use crate::visible::{MAX_TEXT, wrong_id};
use crate::{Day, Order, ShelfLife, Site, SiteKind};
use coldmile_geometry::Point;
use coldmile_units::{Id, Idx, Millilitres, Seconds, TimeWindow, Timestamp};
use jiff::civil::{Date, Time};

/// A place further than this from every site is taken for a slip when it would be near with the numbers swapped.
const FAR_M: f64 = 500_000.0;

/// Everything a row is read with.
pub(super) struct RowReader<'r> {
    pub day: &'r Day,
    pub clock: &'r DayClock,
    pub locate: &'r dyn Fn(&str) -> Located,
}

impl RowReader<'_> {
    /// The order in `row`, or `None` with the reasons added to the row.
    pub fn order(&self, row: &mut OrderRow<'_>) -> Option<Order> {
        if row.cells.iter().any(|cell| cell.contains('\u{FFFD}')) {
            let reason =
                "the row holds bytes that are no text in the file's encoding; save the file as UTF-8";
            row.problems.push(InputProblem::new(row.file, "order/invalid-bytes", reason).at(row.line));
        }
        check_lengths(row);
        let id = row.needed(Column::Id);
        for column in [Column::Id, Column::Group] {
            if let Some(reason) = row.cell(column).and_then(wrong_id) {
                row.wrong(column, "order/bad-id", reason);
            }
        }
        for column in [Column::Id, Column::Group, Column::Centre] {
            cells::check_rounded(row, column);
        }
        let point = self.point(row);
        let window = self.window(row);
        let placed_at = self.placed_at(row, window);
        let (class, load) = (self.class(row), cells::load(row));
        let channel = cells::channel(row);
        let fulfilment = cells::mode(row);
        let service = cells::service(row);
        let centre = self.centre(row);
        let phone = cells::phone(row);
        let pieces = cells::pieces(row);
        let priority = cells::priority(row);
        let parcel_size = cells::parcel_size(row);
        let shelf_life = self.shelf_life(row, placed_at);
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
            parcels: cells::split(id, class, load.mass, volume, pieces),
            load,
            priority,
            parcel_size,
            shelf_life,
        })
    }

    /// Coordinates when they are there, else the place that the address names.
    fn point(&self, row: &mut OrderRow<'_>) -> Option<Point> {
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

    fn coordinates(&self, row: &mut OrderRow<'_>, latitude: f64, longitude: f64) -> Option<Point> {
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
        // A degree of latitude is more than 110 km everywhere: most sites are told apart without trigonometry.
        let spread = FAR_M / 110_000.0;
        let is_near = |site: &Site| {
            (site.point.latitude() - point.latitude()).abs() < spread && site.point.distance_m(point) < FAR_M
        };
        self.day.network.sites().iter().any(is_near)
    }

    fn address(&self, row: &mut OrderRow<'_>) -> Option<Point> {
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

    fn window(&self, row: &mut OrderRow<'_>) -> Option<TimeWindow> {
        let (columns, texts) =
            if row.cell(Column::WindowStart).is_some() || row.cell(Column::Window).is_none() {
                let texts = [Column::WindowStart, Column::WindowEnd].map(|column| row.needed(column));
                let [from, until] = texts.map(|text| text.map(str::to_owned));
                ([Column::WindowStart, Column::WindowEnd], (from, until))
            } else {
                let cell = row.cell(Column::Window).unwrap_or_default();
                let Some((from, until)) = window::split(cell, self.clock) else {
                    row.wrong(Column::Window, "order/bad-time", window::REASON);
                    return None;
                };
                ([Column::Window, Column::Window], (Some(from), Some(until)))
            };
        let mut instants = [None, None];
        for ((instant, column), text) in instants.iter_mut().zip(columns).zip([&texts.0, &texts.1]) {
            let Some(text) = text else { continue };
            *instant = self.clock.read_any(text);
            if instant.is_none() {
                row.wrong(column, "order/bad-time", bad_time(text));
            }
        }
        let [open, close] = instants;
        let (open, close) = (open?, close?);
        let (Some(from), Some(until)) = (&texts.0, &texts.1) else { return None };
        if let Some(problem) = window::skipped(self.clock, [from, until], [open, close]) {
            let (reason, meant) = problem;
            let problem = row.problem(columns[0], "order/skipped-time", reason);
            row.problems.push(problem.with_candidates(vec![meant]));
            return None;
        }
        let Ok(window) = TimeWindow::new(open, close) else {
            row.wrong(columns[1], "order/reversed-window", window::reversed(self.clock, until, open));
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
    fn placed_at(&self, row: &mut OrderRow<'_>, window: Option<TimeWindow>) -> Option<Timestamp> {
        const DAY: Seconds = Seconds(86_400);
        let Some(text) = row.cell(Column::PlacedAt) else { return Some(self.clock.midnight() - DAY) };
        let Some(instant) = self.clock.read_any(text) else {
            row.wrong(Column::PlacedAt, "order/bad-time", bad_time(text));
            return None;
        };
        let has_date = self.clock.read(&format!("-1 {text}")).is_none();
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

    /// `best_before` is a time, or a date whose whole day counts.
    fn shelf_life(&self, row: &mut OrderRow<'_>, placed_at: Option<Timestamp>) -> Option<ShelfLife> {
        let min_left_ppm = cells::min_life_share(row);
        let Some(text) = row.cell(Column::BestBefore) else {
            if row.cell(Column::MinLifeShare).is_some() {
                let reason = "a share of the life of goods whose best_before is not given";
                row.wrong(Column::MinLifeShare, "order/bad-life-share", reason);
            }
            return None;
        };
        let is_date = !text.contains(':');
        let day_after = text
            .replace('/', "-")
            .parse::<Date>()
            .ok()
            .filter(|_| is_date)
            .and_then(|date| date.tomorrow().ok());
        let end = match day_after {
            Some(date) => Some(self.clock.at(date, Time::midnight())),
            None => self.clock.read_any(text),
        };
        let Some(best_before) = end else {
            let reason = "must be a date such as 2026-03-20, whose whole day counts, or a date and time";
            row.wrong(Column::BestBefore, "order/bad-time", reason);
            return None;
        };
        if placed_at.is_some_and(|placed_at| best_before <= placed_at) {
            row.wrong(
                Column::BestBefore,
                "order/old-goods",
                "the goods were too old when the order was placed",
            );
            return None;
        }
        Some(ShelfLife { best_before, min_left_ppm })
    }

    fn class(&self, row: &mut OrderRow<'_>) -> Option<Idx<ColdClass>> {
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

    fn centre(&self, row: &mut OrderRow<'_>) -> Option<Idx<Site>> {
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
}

/// Reports each cell that is longer than a text may be.
fn check_lengths(row: &mut OrderRow<'_>) {
    let header = row.header;
    for (column, _) in header.places() {
        if row.cell(column).is_some_and(|text| text.chars().nth(MAX_TEXT).is_some()) {
            row.wrong(column, "order/long-text", format!("has more than {MAX_TEXT} characters"));
        }
    }
}

/// Why a text is no time.
fn bad_time(text: &str) -> &'static str {
    let is_fraction =
        text.replacen(',', ".", 1).parse::<f64>().is_ok_and(|share| (0.0..1.0).contains(&share));
    if is_fraction {
        return "is the part of a day that a spreadsheet keeps for a time; format the column as text and export it again";
    }
    "must be a local time such as 08:00, or a date and time such as 2026-03-17 08:00"
}
