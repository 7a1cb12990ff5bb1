#![doc = include_str!("README.md")]

mod embedded;

pub use embedded::embedded;
