//! Large texts are kept deflated (RFC 1951).

use super::error::StoreError;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use std::io::{Read as _, Write as _};

/// `bytes` deflated, after one byte that names the format.
pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(vec![1], Compression::fast());
    encoder.write_all(bytes).expect("memory takes all bytes");
    encoder.finish().expect("memory takes all bytes")
}

/// The inverse of [`compress`].
pub(super) fn decompress(what: &'static str, bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let bad = |cause: String| StoreError::BadRecord { what, cause };
    let Some((&1, rest)) = bytes.split_first() else {
        return Err(bad("its form is unknown to this program".to_owned()));
    };
    let mut found = Vec::new();
    DeflateDecoder::new(rest).read_to_end(&mut found).map_err(|error| bad(error.to_string()))?;
    Ok(found)
}
