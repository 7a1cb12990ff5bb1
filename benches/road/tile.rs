//! Some copies of a small map side by side, with a primary road between neighbours: real structure, as large as one
//! likes. For figures that grow with the map only.

use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use osmpbfreader::fileformat::{Blob, BlobHeader};
use osmpbfreader::osmformat::{PrimitiveBlock, PrimitiveGroup, StringTable, Way};
use protobuf::Message;
use std::collections::HashMap;
use std::io::{Read, Write};

/// What is added to the ids of each copy: far above real ones.
const NEXT_COPY: i64 = 1_000_000_000_000;

/// The map `count` times from west to east.
pub fn side_by_side(pbf: &[u8], count: i64) -> Vec<u8> {
    let (header, blocks) = read(pbf);
    let (west, east, width) = ends(&blocks);
    let mut file = header.to_vec();
    for copy in 0..count {
        for block in &blocks {
            write(&mut file, &shifted(block.clone(), copy, width));
        }
        if copy > 0 {
            write(&mut file, &bridge(copy, east + (copy - 1) * NEXT_COPY, west + copy * NEXT_COPY));
        }
    }
    file
}

/// The bytes of the header block, and the others decoded.
fn read(pbf: &[u8]) -> (&[u8], Vec<PrimitiveBlock>) {
    let (mut rest, mut blocks, mut header_end) = (pbf, Vec::new(), 0);
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (header, after) = after.split_at(u32::from_be_bytes(*length) as usize);
        let header = BlobHeader::parse_from_bytes(header).unwrap();
        let (blob, after) = after.split_at(header.datasize() as usize);
        rest = after;
        if header.type_() == "OSMHeader" {
            header_end = pbf.len() - rest.len();
            continue;
        }
        let blob = Blob::parse_from_bytes(blob).unwrap();
        let mut content = blob.raw().to_vec();
        if blob.has_zlib_data() {
            ZlibDecoder::new(blob.zlib_data()).read_to_end(&mut content).unwrap();
        }
        blocks.push(PrimitiveBlock::parse_from_bytes(&content).unwrap());
    }
    (&pbf[..header_end], blocks)
}

fn write(file: &mut Vec<u8>, block: &PrimitiveBlock) {
    let content = block.write_to_bytes().unwrap();
    let mut zlib = ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    zlib.write_all(&content).unwrap();
    let mut blob = Blob::new();
    blob.set_raw_size(content.len() as i32);
    blob.set_zlib_data(zlib.finish().unwrap());
    let blob = blob.write_to_bytes().unwrap();
    let mut header = BlobHeader::new();
    header.set_type("OSMData".to_owned());
    header.set_datasize(blob.len() as i32);
    let header = header.write_to_bytes().unwrap();
    file.extend_from_slice(&(header.len() as u32).to_be_bytes());
    file.extend_from_slice(&header);
    file.extend_from_slice(&blob);
}

/// Running sums.
fn sums(deltas: &[i64]) -> impl Iterator<Item = i64> {
    deltas.iter().scan(0, |sum, delta| {
        *sum += delta;
        Some(*sum)
    })
}

/// The westernmost and the easternmost node of main roads in both directions, and the width of a copy in nanodegrees.
fn ends(blocks: &[PrimitiveBlock]) -> (i64, i64, i64) {
    let groups =
        || blocks.iter().flat_map(|block| block.primitivegroup.iter().map(move |group| (block, group)));
    let longitude_of: HashMap<i64, i64> = groups()
        .flat_map(|(block, group)| {
            let step = i64::from(block.granularity());
            let dense = sums(&group.dense.id).zip(sums(&group.dense.lon));
            let single = group.nodes.iter().map(|node| (node.id(), node.lon()));
            dense.chain(single).map(move |(id, lon)| (id, lon * step + block.lon_offset()))
        })
        .collect();
    let is_main = |block: &PrimitiveBlock, way: &Way| {
        let text = |at: u32| &block.stringtable.s[at as usize][..];
        let tags = || way.keys.iter().zip(&way.vals).map(|(&key, &value)| (text(key), text(value)));
        let main: [&[u8]; 4] = [b"trunk", b"primary", b"secondary", b"tertiary"];
        tags().any(|(key, value)| key == b"highway" && main.contains(&value))
            && !tags().any(|(key, _)| key == b"oneway" || key == b"junction")
    };
    let mut nodes: Vec<(i64, i64)> = groups()
        .flat_map(|(block, group)| group.ways.iter().filter(move |way| is_main(block, way)))
        .flat_map(|way| sums(&way.refs).filter_map(|id| Some((*longitude_of.get(&id)?, id))))
        .collect();
    nodes.sort_unstable();
    let all = || longitude_of.values().copied();
    let width = (all().max().unwrap() - all().min().unwrap()) / 100 * 101;
    (nodes[0].1, nodes[nodes.len() - 1].1, width)
}

fn shifted(mut block: PrimitiveBlock, copy: i64, width: i64) -> PrimitiveBlock {
    let more = copy * NEXT_COPY;
    let add = |deltas: &mut Vec<i64>| deltas.first_mut().into_iter().for_each(|first| *first += more);
    block.set_lon_offset(block.lon_offset() + copy * width);
    for group in &mut block.primitivegroup {
        if let Some(dense) = group.dense.as_mut() {
            add(&mut dense.id);
        }
        group.nodes.iter_mut().for_each(|node| node.set_id(node.id() + more));
        for way in &mut group.ways {
            way.set_id(way.id() + more);
            add(&mut way.refs);
        }
        for relation in &mut group.relations {
            relation.set_id(relation.id() + more);
            add(&mut relation.memids);
        }
    }
    block
}

/// A primary road from one node to another.
fn bridge(copy: i64, from: i64, to: i64) -> PrimitiveBlock {
    let mut way = Way::new();
    way.set_id(copy * NEXT_COPY - 1);
    (way.keys, way.vals, way.refs) = (vec![1], vec![2], vec![from, to - from]);
    let mut table = StringTable::new();
    table.s = [&b""[..], b"highway", b"primary"].map(<[u8]>::to_vec).to_vec();
    let mut block = PrimitiveBlock::new();
    block.stringtable = Some(table).into();
    block.primitivegroup.push(PrimitiveGroup { ways: vec![way], ..PrimitiveGroup::default() });
    block
}
