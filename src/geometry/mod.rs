#![doc = include_str!("README.md")]

mod point;

pub use point::{Point, PointError};
