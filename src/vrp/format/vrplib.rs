//! VRPLIB-like files: keywords with values, then sections. Read in two steps: [`VrplibFile`] collects what the file says,
//! [`Family`] says what it means.

use super::error::{Cause, FormatError, inconsistent};
use super::euclidean::{Euclidean, Rounding};
use super::instance::{BenchmarkInstance, CostScale};
use super::numbers::{coordinate, number};
use crate::problem::{Backhauls, Group};
use crate::problem::{Client, Depot, Load, ProblemBuilder, VehicleType};
use coldmile_units::{Idx, Metres, Seconds, TimeWindow, Timestamp, TravelMatrix};
use smallvec::smallvec;
use std::collections::{BTreeMap, BTreeSet};

/// Reads an instance.
pub(super) fn read(text: &str) -> Result<BenchmarkInstance, FormatError> {
    let file = VrplibFile::read(text)?;
    let family = Family::of(&file)?;
    assemble(&file, &family)
}

/// What a file says, as it says it. Lists are in the order of the file, one entry a location or vehicle.
#[derive(Default)]
struct VrplibFile {
    problem_type: String,
    weight_type: String,
    dimension: usize,
    vehicles: Option<usize>,
    capacity: Option<i64>,
    service: Option<i64>,
    max_duration: Option<i64>,
    points: Vec<(f64, f64)>,
    weights: Vec<i64>,
    depots: Vec<usize>,
    /// Sections of rows `number value…`, by name, with the line where each starts.
    rows: BTreeMap<&'static str, (usize, Vec<Vec<i64>>)>,
}

/// Alternatives: rows of locations, one row a group.
const GROUPS: &str = "MUTUALLY_EXCLUSIVE_GROUP_SECTION";

/// Sections whose rows are a running number and whole numbers, and how many of these (0: any).
const ROW_SECTIONS: [(&str, usize); 14] = [
    ("DEMAND_SECTION", 1),
    ("BACKHAUL_SECTION", 1),
    (GROUPS, 0),
    ("TIME_WINDOW_SECTION", 2),
    ("SERVICE_TIME_SECTION", 1),
    ("RELEASE_TIME_SECTION", 1),
    ("PRIZE_SECTION", 1),
    ("CAPACITY_SECTION", 1),
    ("VEHICLES_DEPOT_SECTION", 1),
    ("VEHICLES_RELOAD_DEPOT_SECTION", 1),
    ("VEHICLES_FIXED_COST_SECTION", 1),
    ("VEHICLES_UNIT_DISTANCE_COST_SECTION", 1),
    ("VEHICLES_MAX_DURATION_SECTION", 1),
    ("VEHICLES_ALLOWED_CLIENTS_SECTION", 0),
];

impl VrplibFile {
    fn read(text: &str) -> Result<Self, FormatError> {
        let mut file = Self::default();
        let mut section = None;
        for (at, row) in text.lines().enumerate() {
            let (line, row) = (at + 1, row.trim());
            if row.is_empty() {
                continue;
            }
            if row == "EOF" {
                break;
            }
            if row.starts_with(|c: char| c.is_ascii_alphabetic()) {
                section = file.heading(row, line)?;
                continue;
            }
            match section {
                Some(name) => file.row(name, row, line)?,
                None => return Err(Cause::Unsupported(row.chars().take(40).collect()).at(line)),
            }
        }
        file.check()?;
        Ok(file)
    }

    /// A keyword with its value, or the start of a section.
    fn heading(&mut self, row: &str, line: usize) -> Result<Option<&'static str>, FormatError> {
        let (word, value) = row.split_once(':').unwrap_or((row, ""));
        let (word, value) = (word.trim(), value.trim());
        let size = |what| number(Some(value), what, line);
        match word {
            "NAME" | "COMMENT" | "NODE_COORD_TYPE" | "DISPLAY_DATA_TYPE" => {}
            "TYPE" => value.clone_into(&mut self.problem_type),
            "EDGE_WEIGHT_TYPE" => value.clone_into(&mut self.weight_type),
            "EDGE_WEIGHT_FORMAT" if value == "FULL_MATRIX" => {}
            "DIMENSION" => self.dimension = size("DIMENSION")? as usize,
            "VEHICLES" => self.vehicles = Some(size("VEHICLES")? as usize),
            "CAPACITY" => self.capacity = Some(size("CAPACITY")?),
            "SERVICE_TIME" => self.service = Some(size("SERVICE_TIME")?),
            "VEHICLES_MAX_DURATION" => self.max_duration = Some(size("VEHICLES_MAX_DURATION")?),
            "NODE_COORD_SECTION" => return Ok(Some("NODE_COORD_SECTION")),
            "EDGE_WEIGHT_SECTION" => return Ok(Some("EDGE_WEIGHT_SECTION")),
            "DEPOT_SECTION" => return Ok(Some("DEPOT_SECTION")),
            _ => {
                let known = ROW_SECTIONS.iter().find(|(name, _)| *name == word);
                let (name, _) = known.ok_or(Cause::Unsupported(row.chars().take(40).collect()).at(line))?;
                self.rows.entry(name).or_insert((line, Vec::new()));
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    fn row(&mut self, section: &'static str, row: &str, line: usize) -> Result<(), FormatError> {
        let mut words = row.split_whitespace();
        match section {
            "EDGE_WEIGHT_SECTION" => {
                for word in words {
                    self.weights.push(number(Some(word), "edge weight", line)?);
                }
            }
            "DEPOT_SECTION" => {
                for word in words.filter(|word| *word != "-1") {
                    self.depots.push(number(Some(word), "depot", line)? as usize);
                }
            }
            "NODE_COORD_SECTION" => {
                in_order(words.next(), section, self.points.len(), line)?;
                self.points.push((coordinate(words.next(), line)?, coordinate(words.next(), line)?));
            }
            _ => {
                let columns =
                    ROW_SECTIONS.iter().find(|(name, _)| *name == section).map_or(0, |(_, columns)| *columns);
                let rows = &mut self.rows.get_mut(section).expect("its heading came before").1;
                in_order(words.next(), section, rows.len(), line)?;
                let values: Vec<i64> =
                    words.map(|word| number(Some(word), section, line)).collect::<Result<_, _>>()?;
                if columns > 0 && values.len() != columns {
                    let found = values.len();
                    return Err(Cause::WrongLength { what: section, expected: columns, found }.at(line));
                }
                rows.push(values);
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<(), FormatError> {
        let expected = self.dimension;
        if expected == 0 {
            return Err(Cause::Missing("DIMENSION").at(0));
        }
        if self.weight_type == "EXPLICIT" {
            let found = self.weights.len();
            if expected.checked_mul(expected) != Some(found) {
                let expected = expected.saturating_mul(expected);
                return Err(Cause::WrongLength { what: "EDGE_WEIGHT_SECTION", expected, found }.at(0));
            }
        } else if self.points.len() != expected {
            let found = self.points.len();
            return Err(Cause::WrongLength { what: "NODE_COORD_SECTION", expected, found }.at(0));
        }
        for (name, (line, rows)) in &self.rows {
            let expected = if name.starts_with("VEHICLES_") || *name == "CAPACITY_SECTION" {
                self.vehicles.ok_or(Cause::Missing("VEHICLES").at(*line))?
            } else {
                self.dimension
            };
            if *name != GROUPS && rows.len() != expected {
                return Err(Cause::WrongLength { what: name, expected, found: rows.len() }.at(*line));
            }
        }
        for (at, &depot) in self.depots.iter().enumerate() {
            if depot != at + 1 {
                let what = "DEPOT_SECTION, where depots are the first locations";
                return Err(Cause::OutOfOrder { what, expected: at + 1, found: depot }.at(0));
            }
        }
        if self.depots.len() > self.dimension {
            return Err(Cause::Unknown { what: "depot", number: self.depots.len() }.at(0));
        }
        Ok(())
    }

    /// The rows of a section, if the file has it.
    fn section(&self, name: &str) -> Option<&Vec<Vec<i64>>> {
        self.rows.get(name).map(|(_, rows)| rows)
    }

    /// The first value of a row.
    fn value(&self, name: &str, at: usize) -> Option<i64> {
        self.section(name).and_then(|rows| rows.get(at)?.first().copied())
    }

    /// The line of a section's row; sections are seldom interrupted by empty lines.
    fn row_line(&self, name: &str, at: usize) -> usize {
        self.line(name) + 1 + at
    }

    fn line(&self, name: &str) -> usize {
        self.rows.get(name).map_or(0, |(line, _)| *line)
    }
}

fn in_order(word: Option<&str>, what: &'static str, len: usize, line: usize) -> Result<(), FormatError> {
    let found = number(word, what, line)? as usize;
    if found == len + 1 { Ok(()) } else { Err(Cause::OutOfOrder { what, expected: len + 1, found }.at(line)) }
}

/// What the numbers of a family mean.
struct Family {
    /// Units of the problem in one of the file's, for distances and times.
    scale: i64,
    rounding: Rounding,
    cost_scale: CostScale,
    is_fleet_limited: bool,
}

impl Family {
    fn of(file: &VrplibFile) -> Result<Self, FormatError> {
        let family = |scale, rounding, divisor, decimals| Self {
            scale,
            rounding,
            cost_scale: CostScale { divisor, decimals },
            is_fleet_limited: file.vehicles.is_some(),
        };
        match (file.weight_type.as_str(), file.problem_type.as_str()) {
            ("EXPLICIT", _) => Ok(Self { is_fleet_limited: false, ..family(1, Rounding::Nearest, 1, 0) }),
            ("EUC_2D", "CVRP" | "VRPB" | "GVRP") => Ok(family(1, Rounding::Nearest, 1, 0)),
            ("EUC_2D", "VRPTW" | "PCVRPTW" | "MTVRPTWR") => Ok(family(10, Rounding::Floor, 1, 0)),
            ("EUC_2D", "MDVRPTW" | "SDVRPTW") => Ok(family(1000, Rounding::Nearest, 1, 0)),
            ("EUC_2D", "HFVRP") => Ok(family(1000, Rounding::Nearest, 100_000, 2)),
            ("EUC_2D", problem_type) => Err(Cause::Unsupported(format!("TYPE {problem_type}")).at(0)),
            (weights, _) => Err(Cause::Unsupported(format!("EDGE_WEIGHT_TYPE {weights}")).at(0)),
        }
    }
}

fn assemble(file: &VrplibFile, family: &Family) -> Result<BenchmarkInstance, FormatError> {
    let mut builder = ProblemBuilder::new(1);
    let depot_count = file.depots.len().max(1);
    if file.problem_type == "VRPB" {
        builder.backhauls(Backhauls::Last);
    }
    let group_of = add_groups(file, depot_count, &mut builder)?;
    for (at, group) in group_of.into_iter().enumerate() {
        let window = window(file, family, at)?;
        if at < depot_count {
            builder.depot(Depot { location: at, window, loading: Seconds::ZERO });
            continue;
        }
        let service = file.value("SERVICE_TIME_SECTION", at).or(file.service).unwrap_or(0);
        let release = file.value("RELEASE_TIME_SECTION", at);
        // A client without a prize must be served.
        let prize = file.value("PRIZE_SECTION", at).filter(|&prize| prize > 0);
        if prize.is_some() && group.is_some() {
            return Err(
                Cause::Unsupported("a prize in a group".into()).at(file.row_line("PRIZE_SECTION", at))
            );
        }
        builder.client(Client {
            location: at,
            delivery: smallvec![file.value("DEMAND_SECTION", at).unwrap_or(0)],
            pickup: smallvec![file.value("BACKHAUL_SECTION", at).unwrap_or(0)],
            window,
            service: Seconds(family.scale * service),
            release: release.map_or(Timestamp::MIN, |at| Timestamp::from_unix(family.scale * at)),
            skills: skills_asked(file, at + 1),
            prize: prize.map(|prize| prize * family.scale),
            group,
            ..Client::default()
        });
    }
    if file.weight_type == "EXPLICIT" {
        let mut matrix = TravelMatrix::unreachable(file.dimension, file.dimension);
        for (cell, &weight) in file.weights.iter().enumerate() {
            let (from, to) = (cell / file.dimension, cell % file.dimension);
            matrix.set(from, to, Seconds(weight), Metres(weight));
        }
        builder.profile(matrix);
    } else {
        let points = file.points.clone();
        builder.profile(Euclidean { points, scale: family.scale as f64, rounding: family.rounding });
    }
    let vehicles = add_vehicles(file, family, depot_count, &mut builder)?;
    Ok(BenchmarkInstance {
        problem: builder.build().map_err(inconsistent)?,
        cost_scale: family.cost_scale,
        depot_count,
        vehicles,
    })
}

/// Adds the groups of more than one client, one of which must be served; the group of each location.
fn add_groups(
    file: &VrplibFile,
    depot_count: usize,
    builder: &mut ProblemBuilder,
) -> Result<Vec<Option<Idx<Group>>>, FormatError> {
    let mut group_of = vec![None; file.dimension];
    for (at, row) in file.section(GROUPS).into_iter().flatten().enumerate().filter(|(_, row)| row.len() > 1) {
        let group = builder.group(Group { prize: None });
        for &location in row {
            let number = location as usize;
            let slot = group_of.get_mut(number.wrapping_sub(1)).filter(|_| number > depot_count);
            match slot {
                Some(slot @ None) => *slot = Some(group),
                Some(_) => {
                    return Err(
                        Cause::Repeated { what: "client in a group", number }.at(file.row_line(GROUPS, at))
                    );
                }
                None => {
                    return Err(Cause::Unknown { what: "client", number }.at(file.row_line(GROUPS, at)));
                }
            }
        }
    }
    Ok(group_of)
}

fn window(file: &VrplibFile, family: &Family, at: usize) -> Result<TimeWindow, FormatError> {
    let Some([open, close]) =
        file.section("TIME_WINDOW_SECTION").and_then(|rows| rows.get(at)?.first_chunk::<2>())
    else {
        return Ok(TimeWindow::ALWAYS);
    };
    let instant = |value: i64| Timestamp::from_unix(family.scale * value);
    TimeWindow::new(instant(*open), instant(*close))
        .map_err(|_| Cause::ReversedWindow(at).at(file.line("TIME_WINDOW_SECTION")))
}

const ALLOWED: &str = "VEHICLES_ALLOWED_CLIENTS_SECTION";

/// The different sets of allowed clients, in order; at most 64 of them.
fn allowed_sets(file: &VrplibFile) -> Vec<&Vec<i64>> {
    let sets: BTreeSet<&Vec<i64>> = file.section(ALLOWED).into_iter().flatten().collect();
    sets.into_iter().take(64).collect()
}

/// Bit `s` means "does not drive for set `s`": a client that set `s` leaves out asks for it.
fn skills_asked(file: &VrplibFile, number: usize) -> u64 {
    let sets = allowed_sets(file);
    let missing = sets.iter().enumerate().filter(|(_, set)| !set.contains(&(number as i64)));
    missing.fold(0, |bits, (s, _)| bits | 1 << s)
}

/// Adds the vehicles, alike ones as one type; the type of each where the file lists them.
fn add_vehicles(
    file: &VrplibFile,
    family: &Family,
    depot_count: usize,
    builder: &mut ProblemBuilder,
) -> Result<Vec<Idx<VehicleType>>, FormatError> {
    let sets = allowed_sets(file);
    if file.section(ALLOWED).is_some_and(|rows| rows.iter().collect::<BTreeSet<_>>().len() > 64) {
        return Err(Cause::Unsupported("more than 64 sets of allowed clients".into()).at(file.line(ALLOWED)));
    }
    let client_count = file.dimension - depot_count.min(file.dimension);
    let listed = file.rows.keys().any(|name| name.starts_with("VEHICLES_") || *name == "CAPACITY_SECTION");
    let max_duration = file.max_duration.map(|limit| Seconds(limit * family.scale));
    if !listed {
        let capacity = file.capacity.ok_or(Cause::Missing("CAPACITY").at(0))?;
        let limit = if family.is_fleet_limited { file.vehicles } else { None };
        builder.vehicle_type(VehicleType {
            count: limit.unwrap_or(client_count),
            capacity: smallvec![capacity],
            max_duration,
            ..VehicleType::default()
        });
        return Ok(Vec::new());
    }
    let mut types: Vec<(VehicleKey, usize)> = Vec::new();
    let mut vehicle_types = Vec::new();
    for at in 0..file.vehicles.unwrap_or(0) {
        let key = vehicle_key(file, at, depot_count, &sets)?;
        let vehicle_type = types.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            types.push((key, 0));
            types.len() - 1
        });
        types[vehicle_type].1 += 1;
        vehicle_types.push(Idx::new(vehicle_type as u32));
    }
    for (key, count) in types {
        builder.vehicle_type(VehicleType {
            count,
            capacity: Load::from_slice(&[key.capacity]),
            start_depot: Idx::new(key.depot as u32),
            end_depot: Idx::new(key.depot as u32),
            fixed_cost: key.fixed_cost * family.scale,
            cost_per_metre: key.unit_cost,
            max_duration: key.max_duration.map(|limit| Seconds(limit * family.scale)).or(max_duration),
            max_trips: if key.reloads { client_count.max(1) } else { 1 },
            skills: key.skills,
            ..VehicleType::default()
        });
    }
    Ok(vehicle_types)
}

/// What makes two vehicles alike.
#[derive(PartialEq, Eq)]
struct VehicleKey {
    capacity: i64,
    depot: usize,
    fixed_cost: i64,
    unit_cost: i64,
    max_duration: Option<i64>,
    reloads: bool,
    skills: u64,
}

fn vehicle_key(
    file: &VrplibFile,
    at: usize,
    depot_count: usize,
    sets: &[&Vec<i64>],
) -> Result<VehicleKey, FormatError> {
    let capacity = file.value("CAPACITY_SECTION", at).or(file.capacity);
    let depot = file.value("VEHICLES_DEPOT_SECTION", at).unwrap_or(1) as usize;
    if !(1..=depot_count).contains(&depot) {
        let line = file.line("VEHICLES_DEPOT_SECTION");
        return Err(Cause::Unknown { what: "depot", number: depot }.at(line));
    }
    let reload = file.section("VEHICLES_RELOAD_DEPOT_SECTION").and_then(|rows| rows.get(at));
    if reload.is_some_and(|depots| depots.iter().any(|&other| other as usize != depot)) {
        let line = file.line("VEHICLES_RELOAD_DEPOT_SECTION");
        return Err(Cause::Unsupported("reloading away from the start depot".into()).at(line));
    }
    let own = file.section(ALLOWED).and_then(|rows| rows.get(at));
    let own = own.and_then(|own| sets.iter().position(|set| *set == own));
    Ok(VehicleKey {
        capacity: capacity.ok_or(Cause::Missing("CAPACITY").at(0))?,
        depot: depot - 1,
        fixed_cost: file.value("VEHICLES_FIXED_COST_SECTION", at).unwrap_or(0),
        unit_cost: file.value("VEHICLES_UNIT_DISTANCE_COST_SECTION", at).unwrap_or(1),
        max_duration: file.value("VEHICLES_MAX_DURATION_SECTION", at),
        reloads: reload.is_some_and(|depots| !depots.is_empty()),
        skills: own.map_or(0, |own| !(1 << own)),
    })
}
