//! The bytes inside one blob.

use super::error::OsmError;
use flate2::read::ZlibDecoder;
use osmpbfreader::fileformat::Blob;
use protobuf::{Message, UnknownValueRef};
use ruzstd::decoding::StreamingDecoder;
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
    let length = usize::try_from(blob.raw_size()).unwrap_or(usize::MAX);
    if length > MAX_CONTENT {
        return Err(damaged(format!("a block claims {length} bytes")));
    }
    let content = decompressed(&blob, length)?;
    if content.len() != length {
        return Err(damaged(format!("a block holds {} bytes and claims {length}", content.len())));
    }
    Ok(content)
}

/// Numbers of the fields that the decoder's version of the format does not know.
const LZ4: u32 = 6;
const ZSTD: u32 = 7;

/// The content, at most a byte longer than it should be.
fn decompressed(blob: &Blob, length: usize) -> Result<Vec<u8>, OsmError> {
    let damaged = |error: String| OsmError::Damaged(format!("a block does not decompress ({error})"));
    let unknown = |field: u32| match blob.unknown_fields().get(field) {
        Some(UnknownValueRef::LengthDelimited(bytes)) => Some(bytes),
        _ => None,
    };
    if blob.has_zlib_data() {
        return read_all(ZlibDecoder::new(blob.zlib_data()), length);
    }
    if let Some(bytes) = unknown(LZ4) {
        return lz4_flex::block::decompress(bytes, length).map_err(|error| damaged(error.to_string()));
    }
    if let Some(mut bytes) = unknown(ZSTD) {
        let decoder = StreamingDecoder::new(&mut bytes).map_err(|error| damaged(error.to_string()))?;
        return read_all(decoder, length);
    }
    let name = if blob.has_lzma_data() { "lzma" } else { "of an unknown kind" };
    Err(OsmError::Unsupported(format!("compression {name}")))
}

fn read_all(decoder: impl Read, length: usize) -> Result<Vec<u8>, OsmError> {
    let mut content = Vec::with_capacity(length);
    let read = decoder.take(length as u64 + 1).read_to_end(&mut content);
    read.map_err(|error| OsmError::Damaged(format!("a block does not decompress ({error})")))?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A blob with its length and one field of bytes.
    fn blob(length: usize, field: u8, bytes: &[u8]) -> Vec<u8> {
        let varint = |mut value: usize, out: &mut Vec<u8>| {
            while value >= 0x80 {
                out.push(value as u8 | 0x80);
                value >>= 7;
            }
            out.push(value as u8);
        };
        let mut out = vec![2 << 3];
        varint(length, &mut out);
        out.push(field << 3 | 2);
        varint(bytes.len(), &mut out);
        out.extend_from_slice(bytes);
        out
    }

    /// A zstd frame with one block that is stored as it is, and one that is a run of a byte.
    fn zstd(stored: &[u8], run: (u8, u32)) -> Vec<u8> {
        let mut out = vec![0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x50];
        out.extend_from_slice(&((stored.len() as u32) << 3).to_le_bytes()[..3]);
        out.extend_from_slice(stored);
        out.extend_from_slice(&(run.1 << 3 | 1 << 1 | 1).to_le_bytes()[..3]);
        out.push(run.0);
        out
    }

    #[test]
    fn each_kind_of_compression_gives_the_same_content() {
        let content: Vec<u8> = b"highway=residential ".iter().copied().cycle().take(5_000).collect();
        assert_eq!(decode(&blob(5_000, 1, &content)), Ok(content.clone()));
        let packed = lz4_flex::block::compress(&content);
        assert!(packed.len() < 200);
        assert_eq!(decode(&blob(5_000, 6, &packed)), Ok(content));
        let expected = [&b"abc"[..], &[b'x'; 500]].concat();
        assert_eq!(decode(&blob(503, 7, &zstd(b"abc", (b'x', 500)))), Ok(expected));
    }

    #[test]
    fn what_is_cut_short_or_longer_than_it_says_is_refused() {
        let content = vec![7; 5_000];
        let packed = lz4_flex::block::compress(&content);
        let frame = zstd(b"abc", (b'x', 500));
        for (length, field, bytes) in [
            (4_999, 6, &packed[..]),
            (5_001, 6, &packed),
            (5_000, 6, &packed[..packed.len() / 2]),
            (5_000, 6, b""),
            (502, 7, &frame),
            (504, 7, &frame),
            (503, 7, &frame[..frame.len() - 1]),
            (503, 7, b"nonsense"),
            (usize::MAX >> 40, 6, &packed),
        ] {
            assert!(
                matches!(decode(&blob(length, field, bytes)), Err(OsmError::Damaged(_))),
                "{length} {field}"
            );
        }
        assert_eq!(decode(&blob(3, 4, b"abc")), Err(OsmError::Unsupported("compression lzma".to_owned())));
    }
}
