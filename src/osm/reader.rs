//! From the bytes of a file to checked blocks, and one pass over all objects.

use super::blocks::decode;
use super::check::check;
use super::error::OsmError;
use osmpbfreader::fileformat::BlobHeader;
use osmpbfreader::osmformat::{HeaderBlock, PrimitiveBlock};
use osmpbfreader::{OsmObj, blocks};
use protobuf::rt::WireType;
use protobuf::{CodedInputStream, Message};
use rayon::prelude::*;

/// Blocks decoded at a time in a pass that visits objects in order; bounds memory.
const BLOCKS_AT_ONCE: usize = 16;
/// Longest header of a blob, as the format has it.
const MAX_HEADER: usize = 64 * 1024;
/// Longest blob, as the format has it.
const MAX_BLOB: usize = 32 * 1024 * 1024;

/// Calls `visit` with every node, way and relation of `pbf`, in file order.
///
/// # Errors
/// When the bytes are no .osm.pbf, end in the middle of a block, need an unknown feature, or do not decode: a half-read
/// map would route around streets that exist. `visit` may have seen objects before the error; discard what it kept.
pub fn for_each(pbf: &[u8], mut visit: impl FnMut(OsmObj)) -> Result<(), OsmError> {
    for chunk in frames(pbf)?.chunks(BLOCKS_AT_ONCE) {
        let decoded: Vec<_> = chunk.par_iter().map(|blob| checked_block(blob)).collect();
        for block in decoded {
            blocks::iter(&block?).for_each(&mut visit);
        }
    }
    Ok(())
}

/// The blocks of a file, decoded in parallel and handed on in file order, at most [`BLOCKS_AT_ONCE`] in memory.
pub(super) struct Blocks<'a> {
    blobs: Vec<&'a [u8]>,
}

impl<'a> Blocks<'a> {
    /// The blocks of a file, none of them decoded yet.
    pub(super) fn of(pbf: &'a [u8]) -> Result<Self, OsmError> {
        frames(pbf).map(|blobs| Self { blobs })
    }

    /// What `look` makes of each block that holds ways, relations or nothing; `take` gets it in file order with the number
    /// of the block. Tells which blocks hold nodes: those are for [`visit_again`](Self::visit_again), and all blocks are
    /// checked once both are done.
    pub(super) fn visit_roads<T: Send>(
        &self,
        look: impl Fn(&PrimitiveBlock) -> T + Sync,
        mut take: impl FnMut(usize, T),
    ) -> Result<Vec<bool>, OsmError> {
        let mut has_nodes = Vec::with_capacity(self.blobs.len());
        for chunk in self.blobs.chunks(BLOCKS_AT_ONCE) {
            let looked_at = chunk.par_iter().map(|blob| {
                let content = decode(blob)?;
                let kinds = BlockContent::of(&content);
                let seen = if kinds.others || !kinds.nodes { Some(look(&parsed(&content)?)) } else { None };
                Ok((kinds.nodes, seen))
            });
            for block in looked_at.collect::<Vec<_>>() {
                let (nodes, seen) = block?;
                let number = has_nodes.len();
                has_nodes.push(nodes);
                if let Some(seen) = seen {
                    take(number, seen);
                }
            }
        }
        Ok(has_nodes)
    }

    /// What `look` makes of each block that is wanted; `take` gets it in file order.
    pub(super) fn visit_again<T: Send>(
        &self,
        is_wanted: &[bool],
        look: impl Fn(&PrimitiveBlock) -> T + Sync,
        mut take: impl FnMut(T),
    ) -> Result<(), OsmError> {
        let blobs = self.blobs.iter().zip(is_wanted).filter(|(_, wanted)| **wanted);
        let blobs: Vec<&[u8]> = blobs.map(|(blob, _)| *blob).collect();
        for chunk in blobs.chunks(BLOCKS_AT_ONCE) {
            let looked_at = chunk.par_iter().map(|blob| checked_block(blob).map(|block| look(&block)));
            for seen in looked_at.collect::<Vec<_>>() {
                take(seen?);
            }
        }
        Ok(())
    }
}

/// Which kinds of object a block holds, found without decoding it. Bytes that cannot be read count as all kinds: decoding
/// reports what is wrong.
struct BlockContent {
    nodes: bool,
    /// Ways, relations, and kinds that this reader does not know.
    others: bool,
}

impl BlockContent {
    fn of(content: &[u8]) -> Self {
        let mut kinds = Self { nodes: false, others: false };
        if kinds.look(content).is_err() {
            kinds = Self { nodes: true, others: true };
        }
        kinds
    }

    fn look(&mut self, content: &[u8]) -> protobuf::Result<()> {
        let mut block = CodedInputStream::from_bytes(content);
        while let Some(tag) = block.read_raw_tag_or_eof()? {
            // Groups of objects are field 2, as bytes with a length (wire type 2).
            if tag != 2 << 3 | 2 {
                block.skip_field(wire_type(tag)?)?;
                continue;
            }
            let end = u64::from(block.read_raw_varint32()?) + block.pos();
            while block.pos() < end {
                let tag = block.read_raw_varint32()?;
                // Nodes are field 1, dense nodes field 2.
                match tag >> 3 {
                    1 | 2 => self.nodes = true,
                    _ => self.others = true,
                }
                block.skip_field(wire_type(tag)?)?;
            }
        }
        Ok(())
    }
}

fn wire_type(tag: u32) -> protobuf::Result<WireType> {
    let type_of = || std::io::Error::other("no such wire type");
    Ok(WireType::new(tag & 7).ok_or_else(type_of)?)
}

/// One block, decoded, every number in it checked.
fn checked_block(blob: &[u8]) -> Result<PrimitiveBlock, OsmError> {
    parsed(&decode(blob)?)
}

fn parsed(content: &[u8]) -> Result<PrimitiveBlock, OsmError> {
    let block = PrimitiveBlock::parse_from_bytes(content)
        .map_err(|error| OsmError::Damaged(format!("a block does not decode ({error})")))?;
    check(&block)?;
    Ok(block)
}

/// Cuts the file into the blobs that hold map data. The first blob must be the header.
fn frames(pbf: &[u8]) -> Result<Vec<&[u8]>, OsmError> {
    let mut found = Vec::new();
    let mut rest = pbf;
    while !rest.is_empty() {
        let at = pbf.len() - rest.len();
        let (header, blob, after) = match frame(rest) {
            Some(parts) => parts,
            None if at == 0 => return Err(OsmError::NotPbf),
            None => return Err(OsmError::Damaged(format!("no whole block at byte {at} of {}", pbf.len()))),
        };
        match (header.type_(), at) {
            ("OSMHeader", 0) => check_header(blob)?,
            (_, 0) => return Err(OsmError::NotPbf),
            ("OSMData", _) => found.push(blob),
            (other, _) => {
                return Err(OsmError::Damaged(format!("a block of unknown type {other:?} at byte {at}")));
            }
        }
        rest = after;
    }
    if pbf.is_empty() { Err(OsmError::NotPbf) } else { Ok(found) }
}

/// Splits one blob off: its header, its bytes, what follows.
fn frame(bytes: &[u8]) -> Option<(BlobHeader, &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    if length > MAX_HEADER || length > rest.len() {
        return None;
    }
    let (header, rest) = rest.split_at(length);
    let header = BlobHeader::parse_from_bytes(header).ok()?;
    let length = usize::try_from(header.datasize()).ok().filter(|&length| length <= MAX_BLOB)?;
    (length <= rest.len()).then(|| {
        let (blob, after) = rest.split_at(length);
        (header, blob, after)
    })
}

/// Refuses files whose header requires a feature that this reader does not have, such as history.
fn check_header(blob: &[u8]) -> Result<(), OsmError> {
    let header = HeaderBlock::parse_from_bytes(&decode(blob)?)
        .map_err(|error| OsmError::Damaged(format!("the header does not decode ({error})")))?;
    match header
        .required_features
        .iter()
        .find(|name| !["OsmSchema-V0.6", "DenseNodes"].contains(&name.as_str()))
    {
        Some(name) => Err(OsmError::Unsupported(name.clone())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MALTA: &[u8] = include_bytes!("../../data/malta.osm.pbf");

    /// The header and the first few blocks of a real file.
    fn small_file() -> Vec<u8> {
        let mut rest = MALTA;
        for _ in 0..3 {
            rest = frame(rest).unwrap().2;
        }
        MALTA[..MALTA.len() - rest.len()].to_vec()
    }

    fn count(pbf: &[u8]) -> Result<usize, OsmError> {
        let mut objects = 0;
        for_each(pbf, |_| objects += 1).map(|()| objects)
    }

    #[test]
    fn a_whole_file_gives_its_objects() {
        assert_eq!(count(&small_file()), Ok(16_000));
    }

    #[test]
    fn text_and_emptiness_are_not_maps() {
        assert_eq!(count(b""), Err(OsmError::NotPbf));
        assert_eq!(count(b"lat,lon\n35.9,14.5\n"), Err(OsmError::NotPbf));
        assert_eq!(count(&[0; 4096]), Err(OsmError::NotPbf));
    }

    #[test]
    fn a_file_cut_anywhere_inside_a_block_is_refused() {
        let whole = small_file();
        let boundaries: Vec<usize> = {
            let mut rest = &whole[..];
            let mut ends = Vec::new();
            while let Some((_, _, after)) = frame(rest) {
                ends.push(whole.len() - after.len());
                rest = after;
            }
            ends
        };
        for length in (1..whole.len()).step_by(911).filter(|length| !boundaries.contains(length)) {
            assert!(count(&whole[..length]).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn a_flipped_bit_is_refused_or_changes_nothing_that_is_counted() {
        let whole = small_file();
        let mut random = coldmile_units::Seed(3).rng();
        let mut refused = 0;
        for _ in 0..150 {
            let mut broken = whole.clone();
            let bit = random.usize(..broken.len() * 8);
            broken[bit / 8] ^= 1 << (bit % 8);
            match count(&broken) {
                Err(_) => refused += 1,
                Ok(objects) => assert_eq!(objects, 16_000, "bit {bit}"),
            }
        }
        assert!(refused >= 145, "only {refused} of 150 were noticed");
    }
}
