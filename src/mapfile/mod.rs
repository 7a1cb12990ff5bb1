#![doc = include_str!("README.md")]

mod codec;
mod container;

pub use codec::{Decoder, Encoder};
pub use container::{MapFileError, MapFileReader, MapFileWriter};
