//! Solomon's text form (Solomon 1987; Gehring and Homberger 1999), in tenths as the DIMACS challenge counts.

use super::error::{Cause, FormatError, inconsistent};
use super::euclidean::{Euclidean, Rounding};
use super::instance::{BenchmarkInstance, CostScale};
use super::numbers::{coordinate, number, scaled};
use crate::problem::{Client, Depot, MAX_AMOUNT, ProblemBuilder, VehicleType};
use coldmile_units::{Seconds, TimeWindow, Timestamp};
use smallvec::smallvec;

/// Units of the problem in one of the file.
const TENTHS: i64 = 10;

/// Reads an instance.
pub(super) fn read(text: &str) -> Result<BenchmarkInstance, FormatError> {
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let is_fleet = |line: &str| line.starts_with(|c: char| c.is_ascii_digit());
    lines.by_ref().find(|(_, line)| *line == "VEHICLE").ok_or(Cause::Missing("VEHICLE").at(0))?;
    let (line, fleet) =
        lines.by_ref().find(|(_, line)| is_fleet(line)).ok_or(Cause::Missing("the fleet").at(0))?;
    let mut words = fleet.split_whitespace();
    let count = number(words.next(), "number of vehicles", line)?;
    let capacity = number(words.next(), "capacity", line)?;
    lines.by_ref().find(|(_, line)| *line == "CUSTOMER").ok_or(Cause::Missing("CUSTOMER").at(line))?;
    let mut builder = ProblemBuilder::new(1);
    let (mut points, mut lines_of_points) = (Vec::new(), Vec::new());
    for (line, row) in lines.filter(|(_, row)| !row.is_empty() && !row.starts_with("CUST")) {
        let mut words = row.split_whitespace();
        let found = number(words.next(), "customer number", line)? as usize;
        if found != points.len() {
            return Err(Cause::OutOfOrder { what: "customers", expected: points.len(), found }.at(line));
        }
        points.push((coordinate(words.next(), line)?, coordinate(words.next(), line)?));
        lines_of_points.push(line);
        let demand = number(words.next(), "demand", line)?;
        let ready = TENTHS * number(words.next(), "ready time", line)?;
        let due = TENTHS * number(words.next(), "due date", line)?;
        let service = number(words.next(), "service time", line)?;
        let service = Seconds(scaled(service, TENTHS, MAX_AMOUNT, "service time", line)?);
        let window = TimeWindow::new(Timestamp::from_unix(ready), Timestamp::from_unix(due))
            .map_err(|_| Cause::ReversedWindow(found).at(line))?;
        if found == 0 {
            builder.depot(Depot { location: 0, window, loading: Seconds::ZERO });
        } else {
            let delivery = smallvec![demand];
            builder.client(Client { location: found, delivery, window, service, ..Client::default() });
        }
    }
    if points.is_empty() {
        return Err(Cause::Missing("the depot").at(0));
    }
    builder.profile(Euclidean::new(points, &lines_of_points, TENTHS, Rounding::Floor)?);
    builder.vehicle_type(VehicleType {
        count: count as usize,
        capacity: smallvec![capacity],
        ..VehicleType::default()
    });
    Ok(BenchmarkInstance {
        problem: builder.build().map_err(inconsistent)?,
        cost_scale: CostScale { divisor: TENTHS, decimals: 1 },
        depot_count: 1,
        vehicles: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::read::read_instance;
    use coldmile_units::Idx;

    const SMALL: &str = "small\n\nVEHICLE\nNUMBER CAPACITY\n  2  10\n\nCUSTOMER\nCUST NO. X Y\n\n\
        0 0 0 0 0 100 0\n1 1 1 4 5 50 10\n";

    #[test]
    fn everything_counts_in_tenths() {
        let instance = read_instance(SMALL).unwrap();
        let client = &instance.problem.clients()[Idx::new(0)];
        assert_eq!((client.window.open().unix(), client.service.0), (50, 100));
        // 10 · √2 = 14.1…
        let travel = instance.problem.profiles()[Idx::new(0)].travel();
        assert_eq!(travel.duration(0, 1).unwrap().0, 14);
        assert_eq!(instance.cost_scale.to_text(28), "2.8");
    }

    #[test]
    fn an_error_names_its_line() {
        let broken = SMALL.replace("1 1 1 4 5 50 10", "1 1 1 4 50 5 10");
        assert_eq!(
            read_instance(&broken).unwrap_err().to_string(),
            "line 11: the time window of 1 closes before it opens"
        );
        let broken = SMALL.replace("1 1 1 4 5", "1 1 x 4 5");
        assert!(read_instance(&broken).unwrap_err().to_string().starts_with("line 11: coordinate: \"x\""));
        let broken = SMALL.replace("1 1 1 4", "7 1 1 4");
        assert!(read_instance(&broken).unwrap_err().to_string().contains("expected number 1, found 7"));
    }
}
