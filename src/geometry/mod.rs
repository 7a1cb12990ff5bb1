//! What the `geo` crate lacks: fixed-point coordinates and short distances on them.
//!
//! Coordinates are WGS-84 everywhere in this crate.

mod point;

pub use point::{Point, PointError};
