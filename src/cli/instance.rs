//! Instance and solution files of the routing literature.

use super::files::read_bytes;
use anyhow::Context;
use coldmile_vrp::{Solution, Violation, format};
use std::path::Path;

/// Reads an instance file; an error names file, line and cause.
pub fn read_instance(path: &Path) -> anyhow::Result<format::BenchmarkInstance> {
    let text = String::from_utf8_lossy(&read_bytes(path)?).into_owned();
    format::read_instance(&text).with_context(|| path.display().to_string())
}

/// Reads a solution of an instance, and the cost that the file states; an error names file, line and cause.
pub fn read_solution(
    instance: &format::BenchmarkInstance,
    path: &Path,
) -> anyhow::Result<(Solution, Option<f64>)> {
    let text = String::from_utf8_lossy(&read_bytes(path)?).into_owned();
    format::read_solution(instance, &text).with_context(|| path.display().to_string())
}

/// A violation with the number that the client has in the file.
pub fn describe(violation: &Violation, depot_count: usize) -> String {
    let route = violation.route.map_or(String::new(), |route| format!("route {}: ", route + 1));
    let number = violation.client.map(|client| client.get() + depot_count);
    let client = number.map_or(String::new(), |number| format!("client {number}: "));
    format!("{route}{client}{}", violation.rule)
}
