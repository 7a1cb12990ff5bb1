//! Tells the instance formats apart.

use super::error::{Cause, FormatError};
use super::instance::BenchmarkInstance;
use super::{lilim, solomon, vrplib};

/// Reads a Solomon, Li and Lim or VRPLIB instance.
///
/// Conventions, by family: Solomon files count in tenths (distances are ⌊10 · euclid⌋, as in the DIMACS challenge of
/// 2021); `TYPE` CVRP, DCVRP, VRPB and GVRP round to the nearest integer; VRPTW, PCVRPTW and MTVRPTWR on coordinates use tenths too;
/// MDVRPTW, SDVRPTW and Li and Lim round thousandths; HFVRP prints hundredths of its prices; explicit matrices stand as they are and
/// then `VEHICLES` is no limit; half a matrix is that of a symmetric one.
///
/// `DISTANCE` limits the length of a whole route, and its duration, service included, where there is service and there are no
/// windows. Weights, distances between points and scaled numbers above what the solver carries are refused with their line and
/// the limit.
pub fn read_instance(text: &str) -> Result<BenchmarkInstance, FormatError> {
    let text = without_mark(text);
    let is_vrplib = text.lines().take(100).any(|line| {
        let word = line.split([':', ' ', '\t']).next().unwrap_or_default();
        word == "DIMENSION" || word == "EDGE_WEIGHT_TYPE"
    });
    if is_vrplib {
        vrplib::read(text)
    } else if text.lines().take(20).any(|line| line.trim() == "VEHICLE") {
        solomon::read(text)
    } else if lilim::is_lilim(text) {
        lilim::read(text)
    } else {
        Err(Cause::UnknownFormat.at(0))
    }
}

/// The text without the byte order mark that some editors put in front.
pub(super) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
