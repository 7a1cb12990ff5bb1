//! Which column of a file is which.

use crate::problem::{InputProblem, Problems, similar};
use crate::visible::{clean, shorten, without_shapeless};
use serde::Serialize;
use std::cmp::Ordering;

/// What a column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Latitude,
    Longitude,
    Address,
    Recipient,
    Phone,
    PlacedAt,
    Channel,
    Mode,
    Class,
    Kilos,
    Litres,
    WindowStart,
    WindowEnd,
    /// Start and end in one, `08:00-12:00`.
    Window,
    Service,
    Group,
    Centre,
    Pieces,
    Priority,
    /// Edges of each piece, `40x30x20`.
    ParcelSize,
    BestBefore,
    MinLifeShare,
    /// How well the door is known.
    Pin,
}

impl Column {
    /// Columns that every row must have a value in, wherever they stand.
    const NEEDED: [Self; 4] = [Self::Id, Self::Class, Self::Kilos, Self::Litres];
}

/// Each column's own name first, then what others call it. Compared in lower case, with `_` for spaces and hyphens.
const NAMES: &[(Column, &[&str])] = &[
    (Column::Id, &["order_id", "id", "order", "order_no", "order_number", "订单号", "订单编号", "单号"]),
    (Column::Latitude, &["lat", "latitude", "纬度"]),
    (Column::Longitude, &["lon", "lng", "long", "longitude", "经度"]),
    (Column::Address, &["address", "street_address", "delivery_address", "地址", "收货地址", "收件地址"]),
    (Column::Recipient, &["name", "recipient", "customer", "收件人", "收货人", "姓名"]),
    (Column::Phone, &["phone", "telephone", "mobile", "电话", "手机", "手机号", "联系电话"]),
    (Column::PlacedAt, &["placed_at", "ordered_at", "created_at", "下单时间"]),
    (Column::Channel, &["channel", "source", "渠道", "来源"]),
    (Column::Mode, &["mode", "fulfilment", "fulfillment", "delivery_mode", "配送方式", "取货方式"]),
    (
        Column::Class,
        &["temp_class", "class", "temperature_class", "temperature", "温区", "温层", "冷藏", "储存条件"],
    ),
    (Column::Kilos, &["kg", "weight", "weight_kg", "mass", "重量", "重量kg", "重量(kg)"]),
    (Column::Litres, &["litres", "liters", "volume", "volume_l", "l", "体积", "体积l", "体积(l)"]),
    (Column::WindowStart, &["tw_start", "window_start", "from", "earliest", "开始时间", "最早时间"]),
    (Column::WindowEnd, &["tw_end", "window_end", "until", "latest", "结束时间", "最晚时间"]),
    (Column::Window, &["window", "time_window", "slot", "时间窗", "配送时间", "送货时间"]),
    (Column::Service, &["service_min", "service_minutes", "service", "服务时间", "服务分钟"]),
    (Column::Group, &["group_id", "group", "团购号", "团号"]),
    (Column::Centre, &["centre", "center", "centre_id", "center_id", "社区中心", "自提点"]),
    (Column::Pieces, &["pieces", "parcels", "quantity", "件数", "数量"]),
    (Column::Priority, &["priority", "优先级"]),
    (Column::ParcelSize, &["parcel_cm", "parcel_size_cm", "尺寸cm", "尺寸(cm)"]),
    (Column::BestBefore, &["best_before", "use_by", "expiry_date", "保质期至", "有效期至"]),
    (Column::MinLifeShare, &["min_life_share", "最低剩余保质期"]),
    (Column::Pin, &["pin", "pin_accuracy", "定位精度"]),
];

impl Column {
    /// The name in files that this crate writes.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(column, _)| *column == self).map_or("", |(_, names)| names[0])
    }
}

/// Most headers that are compared with the name of a missing column.
const MAX_COMPARED: usize = 1_000;

/// What a column of a file was taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnMatch {
    /// What the header says.
    pub header: String,
    /// The column of [`order_columns`] that it is read as; `None` when it is ignored.
    pub column: Option<&'static str>,
    /// Whether the caller said so, rather than the header's name.
    pub is_chosen: bool,
}

/// A column that can be read: its name, and whether every order needs a value in it. Place and window are needed in one of
/// two forms, so that none of their columns is needed by itself.
pub fn order_columns() -> impl Iterator<Item = (&'static str, bool)> {
    NAMES.iter().map(|(column, names)| (names[0], Column::NEEDED.contains(column)))
}

/// Where each column stands, and how many there are.
#[derive(Debug, Default)]
pub(super) struct Header {
    places: Vec<(Column, usize)>,
    /// What the file says, then the columns that it has not and that values were given for.
    written: Vec<String>,
    width: usize,
    matches: Vec<ColumnMatch>,
}

impl Header {
    /// Reads the header row. Unknown columns are ignored; missing and doubled ones are problems, of the whole file.
    ///
    /// `chosen` says what some headers mean, by their texts: the name of a column, or nothing where the column is to be
    /// ignored. `added` are columns that may be missing in the file, because values are given for them from elsewhere.
    pub fn read<'a>(
        cells: impl Iterator<Item = &'a str>,
        chosen: &[(String, String)],
        added: &[&str],
        file: &str,
        line: u64,
    ) -> (Self, Vec<InputProblem>) {
        let written: Vec<String> = cells.map(|cell| clean(cell).to_owned()).collect();
        let mut header = Self { width: written.len(), written, ..Self::default() };
        let mut problems = Problems::default();
        header.place_chosen(chosen, file, line, &mut problems);
        header.place_named(file, line, &mut problems);
        for name in added {
            if header.column(name).is_none()
                && let Some(column) = column_of(name)
            {
                header.places.push((column, header.written.len()));
                header.written.push((*name).to_owned());
            }
        }
        header.check_complete(file, line, &mut problems);
        if problems.count() > 0 && header.written.iter().any(|cell| cell.contains('\u{FFFD}')) {
            let reason = "the header holds bytes that are no text in any encoding that is known here; save the file as UTF-8";
            return (header, vec![InputProblem::new(file, "order/invalid-bytes", reason).at(line)]);
        }
        (header, problems.into_listed())
    }

    /// Places the columns that the caller named. What it said of headers that the file has not is nothing.
    fn place_chosen(&mut self, chosen: &[(String, String)], file: &str, line: u64, problems: &mut Problems) {
        self.matches = Vec::with_capacity(self.width);
        for place in 0..self.width {
            let header = self.written[place].clone();
            let choice = chosen.iter().find(|(written, _)| clean(written) == header);
            let column = choice.and_then(|(_, name)| column_of(name));
            if let Some((_, name)) = choice.filter(|(_, name)| column.is_none() && !clean(name).is_empty()) {
                let names = order_columns().map(|(name, _)| name);
                problems.push(
                    InputProblem::new(file, "order/unknown-column", "there is no such column of an order")
                        .at(line)
                        .in_column(&header)
                        .with_value(name)
                        .with_candidates(similar(name, names)),
                );
            }
            let name = column.map(Column::name);
            self.matches.push(ColumnMatch { header, column: name, is_chosen: choice.is_some() });
            if let Some(column) = column {
                self.place_once(column, place, file, line, problems);
            }
        }
    }

    /// Places the columns whose headers name them, where the caller did not say anything else.
    fn place_named(&mut self, file: &str, line: u64, problems: &mut Problems) {
        let is_chosen =
            |known: &Self, column| known.place(column).is_some_and(|place| known.matches[place].is_chosen);
        for place in 0..self.width {
            let Some(column) = column_of(&self.written[place]) else { continue };
            if !self.matches[place].is_chosen && !is_chosen(self, column) {
                self.matches[place].column = Some(column.name());
                self.place_once(column, place, file, line, problems);
            }
        }
    }

    fn place_once(&mut self, column: Column, place: usize, file: &str, line: u64, problems: &mut Problems) {
        let Some(first) = self.place(column) else {
            self.places.push((column, place));
            return;
        };
        let reason =
            format!("says the same as column {} ({:?})", first + 1, shorten(&self.written[first], 80));
        problems.push(
            InputProblem::new(file, "order/duplicate-column", reason)
                .at(line)
                .in_column(column.name())
                .with_value(&self.written[place]),
        );
    }

    /// Reports the columns that every file needs and this one has not.
    fn check_complete(&self, file: &str, line: u64, problems: &mut Problems) {
        for (alternatives, name) in [
            (&[&[Column::Id][..]][..], "order_id"),
            (&[&[Column::Latitude, Column::Longitude], &[Column::Address]], "lat and lon, or address"),
            (&[&[Column::Class]], "temp_class"),
            (&[&[Column::Kilos]], "kg"),
            (&[&[Column::Litres]], "litres"),
            (
                &[&[Column::WindowStart, Column::WindowEnd], &[Column::Window]],
                "tw_start and tw_end, or window",
            ),
        ] {
            if !alternatives.iter().any(|columns| columns.iter().all(|column| self.place(*column).is_some()))
            {
                let unknown =
                    self.written.iter().map(String::as_str).filter(|cell| column_of(cell).is_none());
                let unknown = unknown.take(MAX_COMPARED);
                let reason = format!("the file has no column {name}");
                problems.push(
                    InputProblem::new(file, "order/missing-column", reason)
                        .at(line)
                        .in_column(alternatives[0][0].name())
                        .with_candidates(similar(alternatives[0][0].name(), unknown)),
                );
            }
        }
    }

    /// What each column of the file was taken for.
    pub fn matches(&self) -> &[ColumnMatch] {
        &self.matches
    }

    /// Where the column stands that the file, or this crate, calls `name`.
    pub fn column(&self, name: &str) -> Option<usize> {
        let written = self.written.iter().position(|written| written == clean(name));
        written.or_else(|| self.place(column_of(name)?))
    }

    /// How many columns the file has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether a row of so many cells reaches to every column that must have a value.
    fn is_reached_by(&self, cells: usize) -> bool {
        let is_reached = |place: usize| place < cells || place >= self.width;
        Column::NEEDED.iter().all(|column| self.place(*column).is_none_or(is_reached))
    }

    /// Whether a row can be laid under the header. Cells that are empty at its end may be missing, and there may be more of
    /// them.
    pub fn fits(&self, cells: &csv::StringRecord) -> bool {
        match cells.len().cmp(&self.width) {
            Ordering::Less => self.is_reached_by(cells.len()),
            Ordering::Equal => true,
            Ordering::Greater => cells.iter().skip(self.width).all(|cell| clean(cell).is_empty()),
        }
    }

    /// The columns that are read, and where they stand.
    pub fn places(&self) -> impl Iterator<Item = (Column, usize)> {
        self.places.iter().copied()
    }

    /// Where `column` stands, counted from 0.
    pub fn place(&self, column: Column) -> Option<usize> {
        self.places.iter().find(|(known, _)| *known == column).map(|(_, place)| *place)
    }

    /// The column as this file calls it.
    pub fn written(&self, column: Column) -> &str {
        self.place(column).map_or(column.name(), |place| &self.written[place])
    }
}

fn column_of(cell: &str) -> Option<Column> {
    let blank = |c: char| if c.is_whitespace() { '_' } else { c };
    let plain: String = without_shapeless(clean(cell)).to_lowercase().chars().map(blank).collect();
    let plain = plain.replace('-', "_").replace('（', "(").replace('）', ")");
    NAMES.iter().find(|(_, names)| names.contains(&plain.as_str())).map(|(column, _)| *column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(header: &str, chosen: &[(&str, &str)]) -> Result<Header, Vec<InputProblem>> {
        let chosen: Vec<(String, String)> =
            chosen.iter().map(|(written, name)| ((*written).to_owned(), (*name).to_owned())).collect();
        let (header, problems) = Header::read(header.split(','), &chosen, &[], "orders.csv", 1);
        if problems.is_empty() { Ok(header) } else { Err(problems) }
    }

    fn read(header: &str) -> Result<Header, Vec<InputProblem>> {
        read_as(header, &[])
    }

    #[test]
    fn what_the_caller_says_of_a_header_counts_before_its_name() {
        const FILE: &str = "Nr,lon,lat,temp,gross,weight,volume,slot,window";
        let chosen =
            [("Nr", "order_id"), ("gross", "kg"), ("temp", "温区"), ("window", ""), ("gone", "phone")];
        let header = read_as(FILE, &chosen).unwrap();
        let taken: Vec<_> = header.matches().iter().map(|found| (found.column, found.is_chosen)).collect();
        let expected = [
            (Some("order_id"), true),
            (Some("lon"), false),
            (Some("lat"), false),
            (Some("temp_class"), true),
            (Some("kg"), true),
            // The name of a column that another header was chosen for.
            (None, false),
            (Some("litres"), false),
            (Some("window"), false),
            (None, true),
        ];
        assert_eq!(taken, expected);
        assert_eq!(header.column("gross"), header.column("kg"));
        let problems = read_as(FILE, &[("Nr", "order_id"), ("temp", "clas")]).unwrap_err();
        let codes: Vec<_> = problems.iter().map(|problem| (problem.code, problem.value.as_str())).collect();
        let expected = [
            ("order/unknown-column", "clas"),
            ("order/duplicate-column", "window"),
            ("order/missing-column", ""),
        ];
        assert_eq!(codes, expected);
        assert_eq!(order_columns().filter(|(_, needed)| *needed).count(), 4);
    }

    #[test]
    fn english_and_chinese_headers_mean_the_same() {
        let english = read("order_id,LON,lat,temp_class,KG,litres,tw_start,tw_end,grid_cell").unwrap();
        let chinese = read("订单号,经度,纬度,温区,重量（kg）,体积,开始时间,结束时间,备注").unwrap();
        assert_eq!(english.places, chinese.places);
        assert_eq!(chinese.written(Column::Kilos), "重量（kg）");
        assert_eq!(english.written(Column::Phone), "phone");
    }

    #[test]
    fn missing_and_doubled_columns_are_all_named() {
        let problems = read("order_id,id,lon,lat,temp_clas,litres,window").unwrap_err();
        let codes: Vec<_> =
            problems.iter().map(|problem| (problem.code, problem.column.as_deref())).collect();
        let expected = [
            ("order/duplicate-column", Some("order_id")),
            ("order/missing-column", Some("temp_class")),
            ("order/missing-column", Some("kg")),
        ];
        assert_eq!(codes, expected);
        assert_eq!(problems[1].candidates, ["temp_clas"]);
    }

    #[test]
    fn no_name_belongs_to_two_columns() {
        let mut all: Vec<_> = NAMES.iter().flat_map(|(_, names)| *names).collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(all.iter().all(|name| column_of(name).is_some()), "names are written as they are compared");
    }
}
