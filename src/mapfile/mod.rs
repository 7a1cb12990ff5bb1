//! The prepared map: named, versioned, checksummed sections of bytes in one file.
//!
//! Bytes in, bytes out: nothing here opens a file or knows what a section means. [`Writer`] puts sections together,
//! [`Reader`] refuses a file that is foreign, cut short, damaged or from a newer program before anyone sees a section.
//! [`Encoder`] and [`Decoder`] are the small numbers that sections are made of.

mod codec;
mod container;

pub use codec::{Decoder, Encoder};
pub use container::{MapFileError, Reader, Writer};
