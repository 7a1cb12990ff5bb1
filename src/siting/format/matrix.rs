//! A table in CSV: first column the client's id, second its weight, then one column a site with its distance; an empty cell is
//! unreachable. The ids `@opening` and `@capacity` are no clients: their rows have the sites' opening costs and capacities.

use super::super::problem::{Client, Distances, Site};
use super::decimal::Places;
use super::dialect::Format;
use super::instance::{FormatError, Instance, Scale};
use std::collections::HashSet;

/// Problems that are reported before the reader gives up.
const MAX_ERRORS: usize = 20;

/// Distances while they are read: small integers as long as all are.
enum Cells {
    Small(Vec<u32>),
    Real(Vec<f64>),
}

impl Cells {
    fn push(&mut self, value: f64) {
        match self {
            Self::Small(cells) if value == f64::INFINITY => cells.push(u32::MAX),
            Self::Small(cells) if value.fract() == 0.0 && value < u32::MAX as f64 => cells.push(value as u32),
            Self::Small(cells) => {
                let real =
                    cells.iter().map(|cell| if *cell == u32::MAX { f64::INFINITY } else { *cell as f64 });
                let mut real: Vec<f64> = real.collect();
                real.push(value);
                *self = Self::Real(real);
            }
            Self::Real(cells) => cells.push(value),
        }
    }
}

/// The rows while they are read.
struct Table {
    site_count: usize,
    names: Vec<String>,
    weights: Vec<f64>,
    cells: Cells,
    opening: Option<Vec<f64>>,
    capacity: Option<Vec<f64>>,
    distance_places: Places,
    weight_places: Places,
    cost_places: Places,
    errors: Vec<FormatError>,
}

/// Reads the table.
pub(super) fn read_matrix(text: &str) -> Result<Instance, Vec<FormatError>> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| vec![FormatError::whole(error.to_string())])?.clone();
    let site_names: Vec<String> = header.iter().skip(2).map(str::to_owned).collect();
    let mut table = Table {
        site_count: site_names.len(),
        names: Vec::new(),
        weights: Vec::new(),
        cells: Cells::Small(Vec::with_capacity(text.len() / 5)),
        opening: None,
        capacity: None,
        distance_places: Places::new(),
        weight_places: Places::new(),
        cost_places: Places::new(),
        errors: Vec::new(),
    };
    if site_names.is_empty() {
        table.error(1, "a client's id, its weight and at least one site are expected as columns".to_owned());
    }
    table.check_names(1, "site", &site_names);
    let mut record = csv::StringRecord::new();
    while table.errors.len() < MAX_ERRORS {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line) as usize;
                table.read_row(line, &record);
            }
            Err(error) => {
                table.errors.push(FormatError::whole(error.to_string()));
                break;
            }
        }
    }
    if table.names.is_empty() && table.errors.is_empty() {
        table.errors.push(FormatError::whole("there are no clients".to_owned()));
    }
    let names = std::mem::take(&mut table.names);
    table.check_names(1, "client", &names);
    if table.errors.is_empty() { table.instance(site_names, names) } else { Err(table.errors) }
}

impl Table {
    fn error(&mut self, line: usize, what: String) {
        self.errors.push(FormatError { line: Some(line), what });
    }

    /// Names stand in files of solutions, between spaces and colons.
    fn check_names(&mut self, line: usize, what: &str, names: &[String]) {
        let mut known = HashSet::new();
        for name in names {
            if name.is_empty()
                || name == "-"
                || name.contains(|c: char| c.is_whitespace() || ":,".contains(c))
            {
                self.error(
                    line,
                    format!(
                        "{name:?} cannot name a {what}: it is empty, a dash, or has a space, comma or colon"
                    ),
                );
            }
            if !known.insert(name) {
                self.error(line, format!("the {what} {name} occurs twice"));
            }
            if self.errors.len() >= MAX_ERRORS {
                return;
            }
        }
    }

    fn read_row(&mut self, line: usize, record: &csv::StringRecord) {
        if record.len() != self.site_count + 2 {
            let expected = self.site_count + 2;
            self.error(line, format!("{} columns, the first line has {expected}", record.len()));
            return;
        }
        let id = &record[0];
        if id.starts_with('@') {
            self.read_site_row(line, id, record);
            return;
        }
        match self.weight_places.read(&record[1]).filter(|weight| *weight >= 0.0) {
            Some(weight) => self.weights.push(weight),
            None => self.error(
                line,
                format!("client {id}: the weight {:?} is not a number of at least 0", &record[1]),
            ),
        }
        self.names.push(id.to_owned());
        for (site, cell) in record.iter().skip(2).enumerate() {
            if cell.is_empty() {
                self.cells.push(f64::INFINITY);
                continue;
            }
            if let Some(value) = self.distance_places.read(cell).filter(|value| *value >= 0.0) {
                self.cells.push(value);
            } else {
                let column = site + 3;
                self.error(
                    line,
                    format!("client {id}, column {column}: {cell:?} is not a number of at least 0"),
                );
                if self.errors.len() >= MAX_ERRORS {
                    return;
                }
            }
        }
    }

    fn read_site_row(&mut self, line: usize, id: &str, record: &csv::StringRecord) {
        let is_opening = id == "@opening";
        if !is_opening && id != "@capacity" {
            self.error(line, format!("{id} is no row of sites, these are @opening and @capacity"));
            return;
        }
        let places = if is_opening { &mut self.cost_places } else { &mut self.weight_places };
        let values: Option<Vec<f64>> =
            record.iter().skip(2).map(|cell| places.read(cell).filter(|value| *value >= 0.0)).collect();
        let known = if is_opening { &mut self.opening } else { &mut self.capacity };
        if known.is_some() {
            self.error(line, format!("{id} occurs twice"));
        } else if let Some(values) = values {
            *known = Some(values);
        } else {
            self.error(line, format!("{id}: every site needs a number of at least 0"));
        }
    }

    fn instance(
        self,
        site_names: Vec<String>,
        client_names: Vec<String>,
    ) -> Result<Instance, Vec<FormatError>> {
        // Costs are weights times distances, and opening costs are added to them: one unit for both.
        let product = self.distance_places.scale() * self.weight_places.scale();
        let cost_scale = product * self.cost_places.scale();
        let extra = self.cost_places.scale();
        let opening = self.opening.unwrap_or_else(|| vec![0.0; self.site_count]);
        let whole = |value: f64| if (value - value.round()).abs() < 1e-6 { value.round() } else { value };
        let sites = (0..self.site_count).map(|site| Site {
            opening_cost: whole(opening[site] * cost_scale),
            capacity: self.capacity.iter().map(|capacity| self.weight_places.apply(capacity[site])).collect(),
            ..Site::default()
        });
        let sites: Vec<Site> = sites.collect();
        let clients: Vec<Client> = self
            .weights
            .iter()
            .map(|weight| self.weight_places.apply(*weight))
            .map(|weight| Client { weight, cost_per_distance: weight * extra, demand: vec![weight] })
            .collect();
        let places = self.distance_places;
        let distances = match self.cells {
            Cells::Small(cells) if places.scale() == 1.0 => {
                Distances::small(clients.len(), sites.len(), cells)
            }
            Cells::Small(cells) => {
                let real =
                    cells.iter().map(|cell| if *cell == u32::MAX { f64::INFINITY } else { *cell as f64 });
                Distances::dense(clients.len(), sites.len(), real.map(|cell| places.apply(cell)).collect())
            }
            Cells::Real(cells) => {
                let scaled = cells.into_iter().map(|cell| places.apply(cell));
                Distances::dense(clients.len(), sites.len(), scaled.collect())
            }
        };
        let distances = distances.map_err(|error| vec![FormatError::whole(error.to_string())])?;
        let scale = Scale {
            cost: cost_scale,
            distance: self.distance_places.scale(),
            weight: self.weight_places.scale(),
        };
        Ok(Instance {
            format: Format::Matrix,
            site_names,
            client_names,
            sites,
            clients,
            distances,
            max_open: None,
            scale,
        })
    }
}
