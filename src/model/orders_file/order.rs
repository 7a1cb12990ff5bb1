//! One row to one order: what needs the day, its clock, its sites or the map.

use super::cells;
use super::columns::Column;
use super::located::Located;
use super::row::OrderRow;
use super::table::CellKind;
use super::times::{date_of, time_text};
use super::window;
use super::words;
use crate::clock::DayClock;
use crate::cold::ColdClass;
use crate::problem::{InputProblem, similar};
use crate::visible::wrong_id;
use crate::{Day, Order, Pin, ShelfLife, Site, SiteKind};
use coldmile_geometry::Point;
use coldmile_units::{Id, Idx, Millilitres, Seconds, TimeWindow, Timestamp};
use jiff::civil::Time;

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
        if row.raw.cells.iter().any(|cell| cell.contains('\u{FFFD}')) {
            let reason =
                "the row holds bytes that are no text in the file's encoding; save the file as UTF-8";
            row.problems.push(InputProblem::new(row.file, "order/invalid-bytes", reason).at(row.raw.line));
        }
        let unreadable = cells::check(row);
        let id = row.needed(Column::Id);
        for column in [Column::Id, Column::Group] {
            if let Some(reason) = row.cell(column).and_then(wrong_id) {
                row.wrong(column, "order/bad-id", reason);
            }
        }
        for column in [Column::Id, Column::Group, Column::Centre] {
            cells::check_rounded(row, column);
        }
        let place = self.place(row);
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
        cells::keep_first(row, &unreadable);
        let (id, class, mut load) = (id?, class?, load?);
        let part = self.day.cold.classes[class].compartment;
        let volume = load.volumes[0];
        load.volumes = [Millilitres::ZERO; 3];
        load[part] = volume;
        Some(Order {
            id: Id::from(id),
            point: place?.0,
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
            pin: place?.1,
        })
    }

    /// Coordinates when they are there, else the place that the address names; and how well the door is known.
    fn place(&self, row: &mut OrderRow<'_>) -> Option<(Point, Pin)> {
        let given = (row.cell(Column::Latitude).is_some(), row.cell(Column::Longitude).is_some());
        match given {
            (true, true) => {
                let code = "order/bad-coordinate";
                let (latitude, longitude) =
                    (row.number(Column::Latitude, code), row.number(Column::Longitude, code));
                let pin = cells::pin(row);
                Some((self.coordinates(row, latitude?, longitude?)?, pin))
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

    fn address(&self, row: &mut OrderRow<'_>) -> Option<(Point, Pin)> {
        let Some(address) = row.cell(Column::Address) else {
            let reason = "there are neither coordinates nor an address";
            row.wrong(Column::Address, "order/no-place", reason);
            return None;
        };
        match (self.locate)(address) {
            Located::Exact(point, _) => return Some((point, Pin::Exact)),
            Located::Taken { point, label, pin, reach_m, others } => {
                let (code, reason) = taken(pin, &label, reach_m);
                let notice = row.problem(Column::Address, code, reason).with_candidates(others);
                row.notices.push(notice);
                return Some((point, pin));
            }
            Located::Doubtful(candidates) => {
                let reason = "the address is not clear; give coordinates or a fuller address";
                row.ask(Column::Address, "order/doubtful-address", reason, candidates);
            }
            Located::Unknown => row.wrong(Column::Address, "order/unknown-address", "is not on the map"),
        }
        None
    }

    fn window(&self, row: &mut OrderRow<'_>) -> Option<TimeWindow> {
        let (columns, texts) = if row.cell(Column::WindowStart).is_some()
            || row.cell(Column::Window).is_none()
        {
            let columns = [Column::WindowStart, Column::WindowEnd];
            (columns, columns.map(|column| row.needed(column).and_then(|cell| self.time(row, column, cell))))
        } else {
            let cell = row.cell(Column::Window).unwrap_or_default();
            let Some((from, until)) = window::split(cell, self.clock) else {
                row.wrong(Column::Window, "order/bad-time", window::REASON);
                return None;
            };
            ([Column::Window; 2], [Some(from), Some(until)])
        };
        let [from, until] = texts;
        let texts = [from?, until?];
        let (open, close) = (self.clock.read_any(&texts[0])?, self.clock.read_any(&texts[1])?);
        if let Some((reason, meant)) = window::skipped(self.clock, [&texts[0], &texts[1]], [open, close]) {
            row.ask(columns[0], "order/skipped-time", reason, vec![meant]);
            return None;
        }
        let Ok(window) = TimeWindow::new(open, close) else {
            let (reason, candidates) = window::reversed(self.clock, &texts, open, columns[0] == columns[1]);
            row.ask(columns[1], "order/reversed-window", reason, candidates);
            return None;
        };
        if close < self.clock.midnight() || open >= self.clock.next_midnight() {
            let reason = format!("the window does not touch {}", self.clock.date());
            row.wrong(columns[0], "order/other-day", reason);
            return None;
        }
        Some(window)
    }

    /// The time in a cell, in a form that the clock reads.
    fn time(&self, row: &mut OrderRow<'_>, column: Column, cell: &str) -> Option<String> {
        // What a workbook keeps as a number has not been rounded.
        let is_exact = row.kind(column) == CellKind::Number && cell.contains('.');
        let cell = if is_exact { format!("{cell}000000") } else { cell.to_owned() };
        time_text(&cell, self.clock)
            .map_err(|doubt| row.ask(column, "order/bad-time", doubt.reason, doubt.candidates))
            .ok()
    }

    /// When a file does not say, the order counts as placed a day before, in time for every wave.
    fn placed_at(&self, row: &mut OrderRow<'_>, window: Option<TimeWindow>) -> Option<Timestamp> {
        const DAY: Seconds = Seconds(86_400);
        let Some(text) = row.cell(Column::PlacedAt) else { return Some(self.clock.midnight() - DAY) };
        let text = self.time(row, Column::PlacedAt, text)?;
        let instant = self.clock.read_any(&text)?;
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
        let end = date_of(text, self.clock).and_then(|date| match date {
            Some(date) => Ok(date.tomorrow().ok().map(|date| self.clock.at(date, Time::midnight()))),
            None => time_text(text, self.clock).map(|text| self.clock.read_any(&text)),
        });
        let best_before = match end {
            Ok(end) => end?,
            Err(doubt) => {
                let reason = "must be a date such as 2026-03-20, whose whole day counts, or a date and time";
                let reason = if doubt.candidates.is_empty() { reason } else { doubt.reason };
                row.ask(Column::BestBefore, "order/bad-time", reason, doubt.candidates);
                return None;
            }
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

/// Code and reason of the notice that a place was taken although its door is not known.
fn taken(pin: Pin, label: &str, reach_m: u32) -> (&'static str, String) {
    match pin {
        Pin::Exact | Pin::Approximate => (
            "order/approximate-address",
            format!("is taken for {label}; the door may be {reach_m} m from the pin"),
        ),
        Pin::Coarse => {
            ("order/coarse-address", format!("only {label} is on the map; the pin is in its middle"))
        }
        Pin::Unsure => {
            ("order/unsure-address", format!("may be several places and is taken for {label}; choose"))
        }
    }
}
