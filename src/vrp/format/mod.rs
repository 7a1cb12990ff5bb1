//! The literature's instance and solution files.
//!
//! [`read_instance`] takes Solomon's and Li and Lim's `.txt` and VRPLIB-like `.vrp` text and tells them apart by itself;
//! [`read_solution`] and [`write_solution`] speak the CVRPLIB form. Every error names its line and cause. Clients carry
//! their location number in the file, counted from 0 with the depots first, wherever these stand in the file.

mod error;
mod euclidean;
mod instance;
mod lilim;
mod numbers;
mod read;
mod sol;
mod solomon;
#[cfg(test)]
mod tests;
mod vrplib;
mod vrplib_file;
mod weights;

pub use error::{Cause, FormatError};
pub use instance::{BenchmarkInstance, CostScale};
pub use read::read_instance;
pub use sol::{read_solution, write_solution};
