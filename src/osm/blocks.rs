//! The bytes inside one blob.

use super::error::OsmError;
use flate2::read::ZlibDecoder;
use osmpbfreader::fileformat::Blob;
use protobuf::Message;
use std::io::Read;

/// Longest content of a blob, as the format has it. More is refused before it fills the memory.
const MAX_CONTENT: usize = 32 * 1024 * 1024;

/// The content of a blob, decompressed. It must be as long as the blob says; zlib adds its own checksum.
pub(super) fn decode(blob: &[u8]) -> Result<Vec<u8>, OsmError> {
    let damaged = |what: String| OsmError::Damaged(what);
    let blob =
        Blob::parse_from_bytes(blob).map_err(|error| damaged(format!("a blob does not decode ({error})")))?;
    if blob.has_raw() {
        return Ok(blob.raw().to_vec());
    }
    if !blob.has_zlib_data() {
        return Err(OsmError::Unsupported("compression other than zlib".to_owned()));
    }
    let length = usize::try_from(blob.raw_size()).unwrap_or(usize::MAX);
    if length > MAX_CONTENT {
        return Err(damaged(format!("a block claims {length} bytes")));
    }
    let mut content = Vec::with_capacity(length);
    ZlibDecoder::new(blob.zlib_data())
        .take(length as u64 + 1)
        .read_to_end(&mut content)
        .map_err(|error| damaged(format!("a block does not decompress ({error})")))?;
    if content.len() != length {
        return Err(damaged(format!("a block holds {} bytes and claims {length}", content.len())));
    }
    Ok(content)
}
