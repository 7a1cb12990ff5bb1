//! VRPLIB-like files. Read in two steps: [`VrplibFile`] collects what the file says, [`Family`] says what it means.
//!
//! Depots may stand anywhere in the file. The problem counts them first, then the clients in the order of the file.

use super::error::{Cause, FormatError, inconsistent};
use super::euclidean::{Euclidean, Rounding};
use super::instance::{BenchmarkInstance, CostScale};
use super::numbers::scaled;
use super::vrplib_file::{GROUPS, VrplibFile};
use crate::problem::{Backhauls, Group, MAX_AMOUNT, MAX_PRICE};
use crate::problem::{Client, Depot, Load, ProblemBuilder, VehicleType};
use coldmile_units::{Idx, Seconds, TimeWindow, Timestamp, Travel};
use smallvec::smallvec;
use std::collections::BTreeSet;

/// Reads an instance.
pub(super) fn read(text: &str) -> Result<BenchmarkInstance, FormatError> {
    let file = VrplibFile::read(text)?;
    let family = Family::of(&file)?;
    assemble(&file, &family)
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
            is_fleet_limited: file.vehicles().is_some(),
        };
        match (file.weight_type.as_str(), file.problem_type.as_str()) {
            ("EXPLICIT", _) => Ok(Self { is_fleet_limited: false, ..family(1, Rounding::Nearest, 1, 0) }),
            ("EUC_2D", "CVRP" | "DCVRP" | "VRPB" | "GVRP") => Ok(family(1, Rounding::Nearest, 1, 0)),
            ("EUC_2D", "VRPTW" | "PCVRPTW" | "MTVRPTWR") => Ok(family(10, Rounding::Floor, 1, 0)),
            ("EUC_2D", "MDVRPTW" | "SDVRPTW") => Ok(family(1000, Rounding::Nearest, 1, 0)),
            ("EUC_2D", "HFVRP") => Ok(family(1000, Rounding::Nearest, 100_000, 2)),
            ("EUC_2D", problem_type) => Err(Cause::Unsupported(format!("TYPE {problem_type}")).at(0)),
            (weights, _) => Err(Cause::Unsupported(format!("EDGE_WEIGHT_TYPE {weights}")).at(0)),
        }
    }
}

/// Sections of the file that mean more than their numbers.
const WINDOWS: &str = "TIME_WINDOW_SECTION";
const SERVICES: &str = "SERVICE_TIME_SECTION";
const PRIZES: &str = "PRIZE_SECTION";

fn assemble(file: &VrplibFile, family: &Family) -> Result<BenchmarkInstance, FormatError> {
    let mut builder = ProblemBuilder::new(1);
    if file.problem_type == "VRPB" {
        builder.backhauls(Backhauls::Last);
    }
    let depots = file.depots();
    let mut is_depot = vec![false; file.dimension];
    for &depot in &depots {
        is_depot[depot] = true;
        let window = window(file, family, depot)?;
        builder.depot(Depot { location: depot, window, loading: Seconds::ZERO });
    }
    let group_of = add_groups(file, &is_depot, &mut builder)?;
    let sets = AllowedSets::of(file)?;
    for (at, group) in group_of.into_iter().enumerate().filter(|(at, _)| !is_depot[*at]) {
        builder.client(client(file, family, at, group, &sets)?);
    }
    let max_leg = if file.weight_type == "EXPLICIT" {
        let matrix = file.weight_format.matrix(&file.weights, file.dimension);
        let max_leg = matrix.max_leg();
        builder.profile(matrix);
        max_leg
    } else {
        let points = file.points.clone();
        let plane = Euclidean::new(points, &file.lines_of_points, family.scale, family.rounding)?;
        let max_leg = plane.max_leg();
        builder.profile(plane);
        max_leg
    };
    let fleet = Fleet { file, family, depots: &depots, sets: &sets, max_leg };
    let vehicles = fleet.add_to(&mut builder)?;
    Ok(BenchmarkInstance {
        problem: builder.build().map_err(inconsistent)?,
        cost_scale: family.cost_scale,
        depot_count: depots.len(),
        vehicles,
    })
}

/// The client at a location.
fn client(
    file: &VrplibFile,
    family: &Family,
    at: usize,
    group: Option<Idx<Group>>,
    sets: &AllowedSets<'_>,
) -> Result<Client, FormatError> {
    let amount = |value, name, row| scaled(value, family.scale, MAX_AMOUNT, name, file.line_of(name, row));
    let service = match file.value(SERVICES, at) {
        Some(service) => amount(service, SERVICES, at)?,
        None => amount(file.number("SERVICE_TIME").unwrap_or(0), "SERVICE_TIME", 0)?,
    };
    let release = file.value("RELEASE_TIME_SECTION", at);
    // A client without a prize must be served.
    let prize = file.value(PRIZES, at).filter(|&prize| prize > 0);
    if prize.is_some() && group.is_some() {
        return Err(Cause::Unsupported("a prize in a group".into()).at(file.line_of(PRIZES, at)));
    }
    Ok(Client {
        location: at,
        delivery: smallvec![file.value("DEMAND_SECTION", at).unwrap_or(0)],
        pickup: smallvec![file.value("BACKHAUL_SECTION", at).unwrap_or(0)],
        window: window(file, family, at)?,
        service: Seconds(service),
        release: release.map_or(Timestamp::MIN, |at| Timestamp::from_unix(family.scale * at)),
        skills: sets.skills_asked(at + 1),
        prize: prize.map(|prize| amount(prize, PRIZES, at)).transpose()?,
        group,
        ..Client::default()
    })
}

/// Adds the groups of more than one client, one of which must be served; the group of each location.
fn add_groups(
    file: &VrplibFile,
    is_depot: &[bool],
    builder: &mut ProblemBuilder,
) -> Result<Vec<Option<Idx<Group>>>, FormatError> {
    let mut group_of = vec![None; file.dimension];
    for (at, row) in file.section(GROUPS).into_iter().flatten().enumerate().filter(|(_, row)| row.len() > 1) {
        let group = builder.group(Group { prize: None });
        for &location in row {
            let number = location as usize;
            let place = number.wrapping_sub(1);
            let slot = group_of.get_mut(place).filter(|_| !is_depot[place]);
            match slot {
                Some(slot @ None) => *slot = Some(group),
                Some(_) => {
                    return Err(
                        Cause::Repeated { what: "client in a group", number }.at(file.line_of(GROUPS, at))
                    );
                }
                None => {
                    return Err(Cause::Unknown { what: "client", number }.at(file.line_of(GROUPS, at)));
                }
            }
        }
    }
    Ok(group_of)
}

fn window(file: &VrplibFile, family: &Family, at: usize) -> Result<TimeWindow, FormatError> {
    let Some([open, close]) = file.section(WINDOWS).and_then(|rows| rows.get(at)?.first_chunk::<2>()) else {
        return Ok(TimeWindow::ALWAYS);
    };
    let instant = |value: i64| Timestamp::from_unix(family.scale * value);
    TimeWindow::new(instant(*open), instant(*close))
        .map_err(|_| Cause::ReversedWindow(at).at(file.line_of(WINDOWS, at)))
}

const ALLOWED: &str = "VEHICLES_ALLOWED_CLIENTS_SECTION";

/// The different sets of allowed clients, in order; at most 64 of them.
struct AllowedSets<'f>(Vec<(&'f Vec<i64>, BTreeSet<i64>)>);

impl<'f> AllowedSets<'f> {
    fn of(file: &'f VrplibFile) -> Result<Self, FormatError> {
        let sets: BTreeSet<&Vec<i64>> = file.section(ALLOWED).into_iter().flatten().collect();
        if sets.len() > 64 {
            let cause = Cause::Unsupported("more than 64 sets of allowed clients".into());
            return Err(cause.at(file.line(ALLOWED)));
        }
        Ok(Self(sets.into_iter().map(|row| (row, row.iter().copied().collect())).collect()))
    }

    /// Bit `s` means "does not drive for set `s`": a client that set `s` leaves out asks for it.
    fn skills_asked(&self, number: usize) -> u64 {
        let missing = self.0.iter().enumerate().filter(|(_, (_, set))| !set.contains(&(number as i64)));
        missing.fold(0, |bits, (s, _)| bits | 1 << s)
    }

    /// The bits of a vehicle with this row, if the file has any.
    fn skills_of(&self, row: Option<&Vec<i64>>) -> u64 {
        let own = row.and_then(|own| self.0.iter().position(|(row, _)| *row == own));
        own.map_or(0, |own| !(1 << own))
    }
}

/// The vehicles of a file.
struct Fleet<'f> {
    file: &'f VrplibFile,
    family: &'f Family,
    depots: &'f [usize],
    sets: &'f AllowedSets<'f>,
    max_leg: i64,
}

/// Sections of vehicles.
const DEPOTS: &str = "VEHICLES_DEPOT_SECTION";
const RELOADS: &str = "VEHICLES_RELOAD_DEPOT_SECTION";
const FIXED_COSTS: &str = "VEHICLES_FIXED_COST_SECTION";
const UNIT_COSTS: &str = "VEHICLES_UNIT_DISTANCE_COST_SECTION";
const MAX_DURATIONS: &str = "VEHICLES_MAX_DURATION_SECTION";
/// The limit of a whole route, for all vehicles.
const DISTANCE: &str = "DISTANCE";

impl Fleet<'_> {
    /// Adds the vehicles, alike ones as one type; the type of each where the file lists them.
    fn add_to(&self, builder: &mut ProblemBuilder) -> Result<Vec<Idx<VehicleType>>, FormatError> {
        let Self { file, .. } = *self;
        let client_count = file.dimension - self.depots.len();
        let limited = self.limits()?;
        if !file.lists_vehicles() {
            let limit = if self.family.is_fleet_limited { file.vehicles() } else { None };
            builder.vehicle_type(VehicleType {
                count: limit.unwrap_or(client_count),
                capacity: smallvec![file.number("CAPACITY").ok_or(Cause::Missing("CAPACITY").at(0))?],
                ..limited
            });
            return Ok(Vec::new());
        }
        let mut types: Vec<(VehicleKey, usize)> = Vec::new();
        let mut vehicle_types = Vec::new();
        for at in 0..file.vehicles().unwrap_or(0) {
            let key = self.key(at)?;
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
                fixed_cost: key.fixed_cost,
                cost_per_metre: key.unit_cost,
                max_duration: key.max_duration.map(Seconds).or(limited.max_duration),
                max_trips: if key.reloads { client_count.max(1) } else { 1 },
                skills: key.skills,
                ..limited.clone()
            });
        }
        Ok(vehicle_types)
    }

    /// A number of a row, or of a keyword, in units of the problem.
    fn amount(&self, value: i64, name: &'static str, row: usize) -> Result<i64, FormatError> {
        scaled(value, self.family.scale, MAX_AMOUNT, name, self.file.line_of(name, row))
    }

    /// A vehicle type with the limits that hold for all of them.
    fn limits(&self) -> Result<VehicleType, FormatError> {
        let limit =
            |name: &'static str| self.file.number(name).map(|value| self.amount(value, name, 0)).transpose();
        let (mut max_duration, mut max_distance) = (limit("VEHICLES_MAX_DURATION")?, limit(DISTANCE)?);
        let has_services =
            self.file.number("SERVICE_TIME").is_some() || self.file.section(SERVICES).is_some();
        if has_services && self.file.section(WINDOWS).is_none() {
            // Service counts towards the limit where there are no windows (Christofides, Mingozzi and Toth, 1979).
            let length = max_distance.take();
            max_duration = max_duration.into_iter().chain(length).min();
        }
        Ok(VehicleType { max_duration: max_duration.map(Seconds), max_distance, ..VehicleType::default() })
    }

    /// What makes a vehicle alike with others.
    fn key(&self, at: usize) -> Result<VehicleKey, FormatError> {
        let Self { file, depots, .. } = *self;
        let capacity = file.value("CAPACITY_SECTION", at).or(file.number("CAPACITY"));
        let number = file.value(DEPOTS, at).unwrap_or(depots[0] as i64 + 1);
        let unknown = Cause::Unknown { what: "depot", number: number as usize };
        let is_named = |depot: &usize| *depot as i64 + 1 == number;
        let depot = depots.iter().position(is_named).ok_or_else(|| unknown.at(file.line_of(DEPOTS, at)))?;
        let reload = file.section(RELOADS).and_then(|rows| rows.get(at));
        if reload.is_some_and(|depots| depots.iter().any(|&other| other != number)) {
            let cause = Cause::Unsupported("reloading away from the start depot".into());
            return Err(cause.at(file.line_of(RELOADS, at)));
        }
        Ok(VehicleKey {
            capacity: capacity.ok_or(Cause::Missing("CAPACITY").at(0))?,
            depot,
            fixed_cost: self.amount(file.value(FIXED_COSTS, at).unwrap_or(0), FIXED_COSTS, at)?,
            unit_cost: self.unit_cost(at)?,
            max_duration: file
                .value(MAX_DURATIONS, at)
                .map(|limit| self.amount(limit, MAX_DURATIONS, at))
                .transpose()?,
            reloads: reload.is_some_and(|depots| !depots.is_empty()),
            skills: self.sets.skills_of(file.section(ALLOWED).and_then(|rows| rows.get(at))),
        })
    }

    /// Price of a unit of distance; refused where costs, penalties of absent clients among them, might exceed 64 bits.
    fn unit_cost(&self, at: usize) -> Result<i64, FormatError> {
        const MAX_COST: i64 = 1 << 62;
        /// Penalties of absence as a multiple of the highest cost of a trip for one client.
        const PENALTIES: i64 = 64;
        let price = self.file.value(UNIT_COSTS, at).unwrap_or(1);
        let each = MAX_COST / (PENALTIES * (self.file.dimension as i64 + 1));
        let max = MAX_PRICE.min(each / (2 * self.max_leg.max(1))).max(1);
        scaled(price, 1, max, UNIT_COSTS, self.file.line_of(UNIT_COSTS, at))
    }
}

/// What makes two vehicles alike, in units of the problem.
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
