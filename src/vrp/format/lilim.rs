//! The text form of Li and Lim (2001) for pairs of a pickup and a delivery with time windows, in thousandths.
//!
//! A first line `vehicles capacity speed`, then a line a location: `number x y demand ready due service pickup
//! delivery`, where one of the last two names the other half of the pair and the other is 0.

use super::error::{Cause, FormatError, inconsistent};
use super::euclidean::{Euclidean, Rounding};
use super::instance::{BenchmarkInstance, CostScale};
use super::numbers::{coordinate, number, scaled, signed};
use crate::problem::{Client, Depot, MAX_AMOUNT, ProblemBuilder, VehicleType};
use coldmile_units::{Idx, Seconds, TimeWindow, Timestamp};
use smallvec::smallvec;

/// Units of the problem in one of the file.
const THOUSANDTHS: i64 = 1000;

/// Whether the first lines have the numbers of words of this form.
pub(super) fn is_lilim(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    [3, 9].into_iter().all(|words| lines.next().is_some_and(|line| line.split_whitespace().count() == words))
}

/// A location as the file says it.
struct LocationRow {
    line: usize,
    demand: i64,
    pickup: usize,
    delivery: usize,
}

/// Reads an instance.
pub(super) fn read(text: &str) -> Result<BenchmarkInstance, FormatError> {
    let mut lines =
        text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())).filter(|(_, line)| !line.is_empty());
    let (line, fleet) = lines.next().ok_or(Cause::Missing("the fleet").at(0))?;
    let mut words = fleet.split_whitespace();
    let count = number(words.next(), "number of vehicles", line)?;
    let capacity = number(words.next(), "capacity", line)?;
    let mut points = Vec::new();
    let mut rows: Vec<LocationRow> = Vec::new();
    let mut clients = Vec::new();
    let mut depot = None;
    for (line, row) in lines {
        let mut words = row.split_whitespace();
        let found = number(words.next(), "location number", line)? as usize;
        if found != points.len() {
            return Err(Cause::OutOfOrder { what: "locations", expected: points.len(), found }.at(line));
        }
        points.push((coordinate(words.next(), line)?, coordinate(words.next(), line)?));
        let demand = signed(words.next(), "demand", line)?;
        let mut time = |what| number(words.next(), what, line).map(|value| THOUSANDTHS * value);
        let (ready, due) = (time("ready time")?, time("due date")?);
        let service = number(words.next(), "service time", line)?;
        let service = scaled(service, THOUSANDTHS, MAX_AMOUNT, "service time", line)?;
        let pickup = number(words.next(), "pickup", line)? as usize;
        let delivery = number(words.next(), "delivery", line)? as usize;
        let window = TimeWindow::new(Timestamp::from_unix(ready), Timestamp::from_unix(due))
            .map_err(|_| Cause::ReversedWindow(found).at(line))?;
        if found == 0 {
            depot = Some(Depot { location: 0, window, loading: Seconds::ZERO });
        } else {
            clients.push(Client { location: found, window, service: Seconds(service), ..Client::default() });
        }
        rows.push(LocationRow { line, demand, pickup, delivery });
    }
    for at in 1..rows.len() {
        let row = &rows[at];
        let other = row.pickup.max(row.delivery);
        if other == 0 || other >= rows.len() || row.pickup.min(row.delivery) > 0 {
            return Err(
                Cause::Unknown { what: "the other half of the pair, location", number: other }.at(row.line)
            );
        }
        let back = if row.pickup > 0 { rows[other].delivery } else { rows[other].pickup };
        if back != at {
            return Err(Cause::Unpaired { one: at, other }.at(row.line));
        }
        let has_wrong_sign = if row.pickup > 0 { row.demand > 0 } else { row.demand < 0 };
        if rows[other].demand != -row.demand || has_wrong_sign {
            let (expected, found) = (-rows[other].demand, row.demand);
            return Err(Cause::UnequalPair { number: at, expected, found }.at(row.line));
        }
        if row.pickup > 0 {
            clients[at - 1].origin = Some(Idx::new(other as u32 - 1));
        } else {
            clients[at - 1].pickup = smallvec![row.demand];
        }
    }
    let mut builder = ProblemBuilder::new(1);
    builder.depot(depot.ok_or(Cause::Missing("the depot").at(0))?);
    for client in clients {
        builder.client(client);
    }
    let lines: Vec<usize> = rows.iter().map(|row| row.line).collect();
    builder.profile(Euclidean::new(points, &lines, THOUSANDTHS, Rounding::Nearest)?);
    builder.vehicle_type(VehicleType {
        count: count as usize,
        capacity: smallvec![capacity],
        ..VehicleType::default()
    });
    Ok(BenchmarkInstance {
        problem: builder.build().map_err(inconsistent)?,
        cost_scale: CostScale { divisor: THOUSANDTHS, decimals: 2 },
        depot_count: 1,
        vehicles: Vec::new(),
    })
}
