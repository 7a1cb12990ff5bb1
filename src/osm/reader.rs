//! One pass over the objects of a file.

use osmpbfreader::{OsmObj, OsmPbfReader};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A map file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum OsmError {
    /// The bytes do not start like a .osm.pbf file.
    #[error("this is not an .osm.pbf file")]
    NotPbf,
    /// The file starts well and breaks later: cut short or damaged.
    #[error("the .osm.pbf file is damaged or cut short: {0}")]
    Damaged(String),
}

/// Calls `visit` with every node, way and relation of `pbf`, in file order.
///
/// A file that ends in the middle of a block, or whose blocks do not decode, is an error: a half-read map would route
/// around streets that exist.
pub fn for_each(pbf: &[u8], mut visit: impl FnMut(OsmObj)) -> Result<(), OsmError> {
    // A blob starts with its header's length (4 bytes, big endian, far below 64 KiB) and the header's type field.
    let starts_well = pbf.len() > 16
        && u32::from_be_bytes([pbf[0], pbf[1], pbf[2], pbf[3]]) < 64 * 1024
        && pbf[4..64.min(pbf.len())].windows(9).any(|bytes| bytes == b"OSMHeader");
    if !starts_well {
        return Err(OsmError::NotPbf);
    }
    // The decoder indexes string tables with numbers from the file, so a damaged block may make it panic.
    let pass = catch_unwind(AssertUnwindSafe(|| {
        for object in OsmPbfReader::new(Cursor::new(pbf)).iter() {
            visit(object.map_err(|error| OsmError::Damaged(error.to_string()))?);
        }
        Ok(())
    }));
    pass.unwrap_or_else(|_| Err(OsmError::Damaged("a block refers to text that it does not hold".to_owned())))
}
