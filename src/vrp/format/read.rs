//! Tells the instance formats apart.

use super::error::{Cause, FormatError};
use super::instance::BenchmarkInstance;
use super::{lilim, solomon, vrplib};

/// Reads a Solomon, Li and Lim or VRPLIB instance.
///
/// Conventions, by family: Solomon files count in tenths (distances are ⌊10 · euclid⌋, as in the DIMACS challenge of
/// 2021); `TYPE` CVRP, VRPB and GVRP round to the nearest integer; VRPTW, PCVRPTW and MTVRPTWR on coordinates use tenths too;
/// MDVRPTW, SDVRPTW and Li and Lim round thousandths; HFVRP prints hundredths of its prices; explicit matrices stand as they are and
/// then `VEHICLES` is no limit.
pub fn read_instance(text: &str) -> Result<BenchmarkInstance, FormatError> {
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
