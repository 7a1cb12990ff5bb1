//! Files that want to do harm: no panic, bounded memory, an answer within a second.

use coldmile::mapfile::{MapFileReader, MapFileWriter};
use coldmile::osm::read_roads;
use coldmile::osm::town;
use coldmile::road::{Profile, RoadMap, RoadQuery, import, import_roads};
use coldmile::units::Seed;
use cpu_time::ThreadTime;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;
use std::time::Duration;

/// A number in the wire format of Protocol Buffers.
fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A field of bytes.
pub fn bytes(number: u64, content: &[u8], out: &mut Vec<u8>) {
    varint(number << 3 | 2, out);
    varint(content.len() as u64, out);
    out.extend_from_slice(content);
}

/// A field that is a number.
pub fn number(field: u64, value: u64, out: &mut Vec<u8>) {
    varint(field << 3, out);
    varint(value, out);
}

/// A field of numbers, each as the difference to the one before when `running`.
pub fn numbers(field: u64, values: &[i64], is_running: bool, out: &mut Vec<u8>) {
    let (mut packed, mut last) = (Vec::new(), 0);
    for &value in values {
        if is_running {
            let delta = value - last;
            varint(((delta << 1) ^ (delta >> 63)) as u64, &mut packed);
            last = value;
        } else {
            varint(value as u64, &mut packed);
        }
    }
    bytes(field, &packed, out);
}

/// A blob with its header, as it is or compressed by the caller.
pub fn blob(kind: &str, content: &[u8], file: &mut Vec<u8>) {
    let mut header = Vec::new();
    bytes(1, kind.as_bytes(), &mut header);
    number(3, content.len() as u64, &mut header);
    file.extend_from_slice(&(header.len() as u32).to_be_bytes());
    file.extend_from_slice(&header);
    file.extend_from_slice(content);
}

pub fn raw(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    bytes(1, content, &mut out);
    out
}

fn zlib(content: &[u8], claimed: u64) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    let mut out = Vec::new();
    number(2, claimed, &mut out);
    bytes(3, &encoder.finish().unwrap(), &mut out);
    out
}

pub fn header(file: &mut Vec<u8>) {
    let mut block = Vec::new();
    bytes(4, b"OsmSchema-V0.6", &mut block);
    bytes(4, b"DenseNodes", &mut block);
    blob("OSMHeader", &raw(&block), file);
}

/// Four crossing streets with a gate, a rule over a node and one over a way; not compressed, so that every changed byte
/// reaches the decoder.
fn small_map() -> Vec<u8> {
    let texts = [
        "",
        "highway",
        "residential",
        "barrier",
        "gate",
        "type",
        "restriction",
        "no_left_turn",
        "from",
        "via",
        "to",
        "restriction:conditional",
        "no_u_turn @ (Mo-Fr 07:00-09:00)",
    ];
    let mut block = Vec::new();
    let mut table = Vec::new();
    for text in texts {
        bytes(1, text.as_bytes(), &mut table);
    }
    bytes(1, &table, &mut block);
    let mut group = Vec::new();
    let mut dense = Vec::new();
    numbers(1, &[1, 2, 3, 4, 5, 6], true, &mut dense);
    numbers(
        8,
        &[410_000_000, 410_000_000, 410_000_000, 410_010_000, 410_010_000, 410_010_000],
        true,
        &mut dense,
    );
    numbers(
        9,
        &[-86_000_000, -85_990_000, -85_980_000, -86_000_000, -85_990_000, -85_980_000],
        true,
        &mut dense,
    );
    numbers(10, &[0, 3, 4, 0, 0, 0, 0, 0], false, &mut dense);
    bytes(2, &dense, &mut group);
    bytes(2, &group, &mut block);
    let mut group = Vec::new();
    for (id, nodes) in
        [(1, &[1, 2][..]), (2, &[2, 3]), (3, &[1, 4]), (4, &[2, 5]), (5, &[3, 6]), (6, &[4, 5, 6])]
    {
        let mut way = Vec::new();
        number(1, id, &mut way);
        numbers(2, &[1], false, &mut way);
        numbers(3, &[2], false, &mut way);
        numbers(8, nodes, true, &mut way);
        bytes(3, &way, &mut group);
    }
    bytes(2, &group, &mut block);
    let mut group = Vec::new();
    for (id, members, types) in [(1, [1, 2, 4], [1, 0, 1]), (2, [1, 4, 6], [1, 1, 1])] {
        let mut relation = Vec::new();
        number(1, id, &mut relation);
        numbers(2, &[5, if id == 1 { 6 } else { 11 }], false, &mut relation);
        numbers(3, &[6, if id == 1 { 7 } else { 12 }], false, &mut relation);
        numbers(8, &[8, 9, 10], false, &mut relation);
        numbers(9, &members, true, &mut relation);
        numbers(10, &types, false, &mut relation);
        bytes(4, &relation, &mut group);
    }
    bytes(2, &group, &mut block);
    let mut file = Vec::new();
    header(&mut file);
    blob("OSMData", &raw(&block), &mut file);
    file
}

/// Runs a test on one thread and clocks that thread: how busy the machine is with other things does not matter.
fn on_one_thread<T: Send>(test: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(test)
}

/// Changes a file here and there.
fn spoil(whole: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut file = whole.to_vec();
    match random.u32(0..8) {
        0 => file.truncate(random.usize(..file.len())),
        1 => {
            let (from, to) = (random.usize(..file.len()), random.usize(..file.len()));
            let part = file[from.min(to)..from.max(to)].to_vec();
            file.splice(from..from, part);
        }
        2 => drop(file.drain(random.usize(..file.len())..)),
        _ => {
            for _ in 0..random.usize(1..6) {
                let at = random.usize(..file.len());
                file[at] = if random.bool() { random.u8(..) } else { file[at] ^ (1 << random.u32(..8)) };
            }
        }
    }
    file
}

/// Reads so many spoilt maps and uses what is accepted.
fn read_spoilt_maps(count: u64) {
    let whole = small_map();
    let data = read_roads(&whole).unwrap();
    assert_eq!((data.ways().len(), data.restrictions().len()), (6, 2));
    let mut random = Seed(count).rng();
    let (mut accepted, mut slowest) = (0, Duration::ZERO);
    for _ in 0..count {
        let file = spoil(&whole, &mut random);
        let start = ThreadTime::now();
        if let Ok(map) = import(&file, &[Profile::Van, Profile::Foot], &|_, _| {}) {
            accepted += 1;
            for profile in map.profiles() {
                use_roads(&map, profile);
            }
        }
        slowest = slowest.max(start.elapsed());
    }
    assert!(accepted > 0);
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
}

/// A table and a route between the corners of a map.
fn use_roads(map: &RoadMap, profile: Profile) {
    let index = map.index(profile).unwrap();
    let (south_west, north_east) = index.graph().bounds();
    let corners: Vec<_> =
        [south_west, north_east].into_iter().filter_map(|point| index.snap(point).ok()).collect();
    let table = index.table(&corners, &corners);
    if corners.len() == 2 {
        let path = RoadQuery::new(index).route(&corners[0], &corners[1]);
        assert!(path.is_none() || table.duration_between(0, 1).is_some());
    }
}

/// Reads so many map files with good checksums and spoilt sections, and uses what is accepted.
fn read_spoilt_map_files(count: u64) {
    let roads = town::random_roads(Seed(9));
    let map = import_roads(&roads, &[Profile::Van], &|_, _| {}).unwrap();
    let mut file = MapFileWriter::new();
    map.write(&mut file);
    let whole = file.finish();
    let sections: Vec<(String, u32, Vec<u8>)> = MapFileReader::new(&whole)
        .unwrap()
        .sections()
        .map(|(name, version, bytes)| (name.to_owned(), version, bytes.to_vec()))
        .collect();
    let mut random = Seed(count).rng();
    for round in 0..count {
        if round % 4 == 0 {
            // The container: its checksums notice.
            let _ = MapFileReader::new(&spoil(&whole, &mut random)).and_then(|file| RoadMap::read(&file));
            continue;
        }
        let mut file = MapFileWriter::new();
        let broken = random.usize(..sections.len());
        for (number, (name, version, bytes)) in sections.iter().enumerate() {
            let bytes = if number == broken { spoil(bytes, &mut random) } else { bytes.clone() };
            file.section(name, *version, bytes);
        }
        let bytes = file.finish();
        let start = ThreadTime::now();
        if let Ok(map) = RoadMap::read(&MapFileReader::new(&bytes).unwrap()) {
            // Such a map may say anything; it must not fall over.
            if let Some(index) = map.index(Profile::Van) {
                let (south_west, north_east) = index.graph().bounds();
                let corners: Vec<_> =
                    [south_west, north_east].into_iter().filter_map(|point| index.snap(point).ok()).collect();
                let _ = index.table(&corners, &corners);
                if corners.len() == 2 {
                    let _ = RoadQuery::new(index).route(&corners[0], &corners[1]);
                }
            }
        }
        assert!(start.elapsed() < Duration::from_secs(1));
    }
}

#[test]
fn spoilt_maps_are_refused_or_used_without_panic() {
    on_one_thread(|| read_spoilt_maps(3_000));
}

#[test]
fn spoilt_map_files_are_refused_or_used_without_panic() {
    on_one_thread(|| read_spoilt_map_files(3_000));
}

/// `cargo test --release --test core -- --ignored a_million_spoilt_files`
#[test]
#[ignore = "a million spoilt files of each kind take minutes; three thousand run by default"]
fn a_million_spoilt_files_of_each_kind_do_no_harm() {
    on_one_thread(|| read_spoilt_maps(1_000_000));
    on_one_thread(|| read_spoilt_map_files(1_000_000));
}

#[test]
fn a_compression_bomb_is_refused_before_it_fills_the_memory() {
    let zeros = vec![0; 200 << 20];
    for claimed in [zeros.len() as u64, 1 << 20, u64::from(u32::MAX)] {
        let mut file = Vec::new();
        header(&mut file);
        blob("OSMData", &zlib(&zeros, claimed), &mut file);
        on_one_thread(|| {
            let start = ThreadTime::now();
            assert!(read_roads(&file).is_err(), "{claimed}");
            assert!(start.elapsed() < Duration::from_secs(1), "{claimed}: {:?}", start.elapsed());
        });
    }
}

#[test]
fn a_road_around_the_world_does_not_fill_the_memory() {
    use coldmile::geometry::Point;
    let mut roads = coldmile::osm::RoadDataBuilder::default();
    for (id, (lat, lon)) in [(-899_999_999, -1_799_999_999), (899_999_999, 1_799_999_999), (0, 0), (9_000, 0)]
        .into_iter()
        .enumerate()
    {
        roads.node(id as i64, Point::from_e7(lat, lon), &[]);
    }
    for (id, nodes) in [[0, 1], [1, 2], [2, 0], [2, 3]].into_iter().enumerate() {
        roads.way(id as i64, &nodes, &[("highway", "residential")]);
    }
    on_one_thread(|| {
        let start = ThreadTime::now();
        let map = import_roads(&roads.finish(), &[Profile::Foot], &|_, _| {}).unwrap();
        let index = map.index(Profile::Foot).unwrap();
        assert!(index.snap(Point::from_e7(5_000, 0)).unwrap().distance_m < 1.0);
        assert!(start.elapsed() < Duration::from_secs(1));
    });
}
