//! Benchmark of the road engine on real maps: `cargo bench --bench road [-- MAP.osm.pbf ...]`.
//!
//! Without arguments it uses Malta from `data/`. `MAP.osm.pbf:8` stands for eight copies of a map side by side. Each row
//! runs in a process of its own, so that its peak memory is its own; times are CPU seconds of one thread unless the row
//! says otherwise. `benches/road_peers.py` runs other engines on the same maps.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "road/tile.rs"]
mod tile;

use coldmile::geometry::Point;
use coldmile::mapfile::{MapFileReader, MapFileWriter};
use coldmile::osm::read_roads;
use coldmile::road::{ImportPhase, Moment, Profile, RoadMap, RoadQuery, Snap, Traffic, import};
use coldmile::units::Seed;
use cpu_time::ProcessTime;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    if args.first().is_some_and(|arg| arg == "--row") {
        return row(&args[1], &args[2]);
    }
    let mut maps = args;
    if maps.is_empty() {
        maps.push(concat!(env!("CARGO_MANIFEST_DIR"), "/data/malta.osm.pbf").to_owned());
    }
    let maps: Vec<String> = maps.iter().map(|map| tiled(map)).collect();
    for map in &maps {
        println!("\n{map}");
        for what in ROWS {
            one_row(map, what);
        }
    }
}

/// `MAP.osm.pbf` as it is; for `MAP.osm.pbf:8` a file with eight copies, kept in the system's temporary folder.
fn tiled(map: &str) -> String {
    let Some((path, count)) =
        map.rsplit_once(':').and_then(|(path, count)| Some((path, count.parse().ok()?)))
    else {
        return map.to_owned();
    };
    let pbf = std::fs::read(path).unwrap();
    let tiles = std::env::temp_dir().join(format!("coldmile-bench-{:x}x{count}.osm.pbf", number_of(&pbf)));
    if !tiles.exists() {
        std::fs::write(&tiles, tile::side_by_side(&pbf, count)).unwrap();
    }
    tiles.to_string_lossy().into_owned()
}

/// The measured rows, in order.
const ROWS: &[&str] = &[
    "import van",
    "import all",
    "threads",
    "open",
    "traffic",
    "24 buckets",
    "snap",
    "route line",
    "table 1000",
    "table 5000",
    "table 10000",
];

/// Runs one row in a process of its own and prints its output.
fn one_row(map: &str, what: &str) {
    let this = std::env::current_exe().unwrap();
    let threads = if what == "threads" { "2" } else { "1" };
    let mut command = Command::new(this);
    let output = command.args(["--row", map, what]).env("RAYON_NUM_THREADS", threads).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    let text = if output.status.success() { text } else { error };
    println!("  {what:<12} {}", text.trim());
}

fn row(map: &str, what: &str) {
    let pbf = std::fs::read(map).unwrap();
    match what.split_once(' ') {
        Some(("import", profiles)) => {
            let profiles = if profiles == "van" { &[Profile::Van][..] } else { &Profile::ALL };
            let start = ProcessTime::now();
            let phases = Mutex::new(Vec::new());
            let record = |phase: ImportPhase, _| {
                phases.lock().unwrap().push((phase, start.elapsed(), peak_mb()));
            };
            let roads = import(&pbf, profiles, &record).unwrap();
            let file = written(&roads);
            let cpu = start.elapsed();
            let mut text = String::new();
            for pair in phases.lock().unwrap().windows(2).filter(|pair| pair[0].0 == pair[1].0) {
                let time = pair[1].1.saturating_sub(pair[0].1);
                write!(text, ", {:?} {:.2} s to {} MB", pair[0].0, time.as_secs_f64(), pair[1].2).unwrap();
            }
            if profiles.len() == 1 {
                std::fs::write(map_file(&pbf), &file).unwrap();
            }
            println!(
                "{} CPU, {} MB peak, file {:.2} MB{text}",
                secs(cpu),
                peak_mb(),
                file.len() as f64 / 1e6
            );
        }
        Some(("table", count)) => table(&pbf, count.parse().unwrap()),
        Some(("24", _)) => hours(&pbf),
        Some(("route", _)) => route(&pbf),
        _ => match what {
            "threads" => threads(&pbf),
            "open" => open(&pbf),
            "traffic" => traffic(&pbf),
            "snap" => snap(&pbf),
            "write" => write(&pbf),
            _ => route(&pbf),
        },
    }
}

/// The roads for vans, from a map file in the system's temporary folder that the first row creates.
fn van(pbf: &[u8]) -> RoadMap {
    let path = map_file(pbf);
    let file = std::fs::read(&path).ok().filter(|file| MapFileReader::new(file).is_ok());
    let file = file.unwrap_or_else(|| {
        // In a process of its own, so that the memory of the import does not count for this row.
        let pbf_path = path.with_extension("pbf");
        std::fs::write(&pbf_path, pbf).unwrap();
        let this = std::env::current_exe().unwrap();
        Command::new(this).args(["--row", &pbf_path.to_string_lossy(), "write"]).status().unwrap();
        std::fs::remove_file(&pbf_path).unwrap();
        std::fs::read(&path).unwrap()
    });
    RoadMap::read(&MapFileReader::new(&file).unwrap()).unwrap()
}

fn map_file(pbf: &[u8]) -> PathBuf {
    // The name holds a checksum of the extract: another map, or another version of it, is another file.
    std::env::temp_dir().join(format!("coldmile-bench-{:x}.cmap", number_of(pbf)))
}

fn number_of(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, &byte| u64::wrapping_mul(sum, 31).wrapping_add(u64::from(byte)))
}

fn write(pbf: &[u8]) {
    let roads = import(pbf, &[Profile::Van], &|_, _| {}).unwrap();
    std::fs::write(map_file(pbf), written(&roads)).unwrap();
}

fn written(map: &RoadMap) -> Vec<u8> {
    let mut file = MapFileWriter::new();
    map.write(&mut file);
    file.finish()
}

fn secs(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}

/// Peak memory of this process in MB (0 where the system does not report it).
fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: Option<u64> = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse().ok());
    kib.unwrap_or(0) / 1024
}

/// Random places near roads: nodes of roads for cars, moved by up to 30 m or so.
fn places(pbf: &[u8], count: usize, seed: Seed) -> Vec<Point> {
    let data = read_roads(pbf).unwrap();
    let for_cars = |highway: &str| {
        let class = highway.trim_end_matches("_link");
        matches!(
            class,
            "motorway"
                | "trunk"
                | "primary"
                | "secondary"
                | "tertiary"
                | "unclassified"
                | "residential"
                | "living_street"
                | "service"
        )
    };
    let nodes: Vec<Point> = data
        .ways()
        .iter()
        .filter(|way| {
            let tags = data.tags_of(way);
            tags.get("highway").is_some_and(for_cars) && !matches!(tags.get("access"), Some("no" | "private"))
        })
        .flat_map(|way| data.nodes_of(way).iter().map(|&node| data.points()[node as usize]))
        .collect();
    let mut random = seed.rng();
    (0..count)
        .map(|_| {
            let node = nodes[random.usize(..nodes.len())];
            Point::from_e7(node.lat_e7() + random.i32(-3000..3000), node.lon_e7() + random.i32(-3000..3000))
        })
        .collect()
}

/// Import on two threads against one: wall time, best of five; both must give the same bytes.
fn threads(pbf: &[u8]) {
    let timed = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let start = Instant::now();
        let phases = Mutex::new(Vec::new());
        let record = |_, share: f32| {
            if share >= 1.0 {
                phases.lock().unwrap().push(start.elapsed());
            }
        };
        let bytes = pool.install(|| written(&import(pbf, &[Profile::Van], &record).unwrap()));
        let mut ends = phases.into_inner().unwrap();
        ends.push(start.elapsed());
        (ends, bytes)
    };
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let (first, second) = (timed(1), timed(2));
        assert!(first.1 == second.1, "one thread and two give different bytes");
        one.push(first.0);
        two.push(second.0);
    }
    let best = |runs: Vec<Vec<Duration>>| runs.into_iter().min_by_key(|ends| ends[ends.len() - 1]).unwrap();
    let (one, two) = (best(one), best(two));
    let share = |ends: &[Duration], phase: usize| {
        ends[phase].saturating_sub(if phase == 0 { Duration::ZERO } else { ends[phase - 1] })
    };
    let phases: Vec<String> = ["read", "build", "order", "customize", "write"]
        .iter()
        .enumerate()
        .map(|(phase, name)| format!("{name} {} / {}", secs(share(&one, phase)), secs(share(&two, phase))))
        .collect();
    let (one, two) = (one[one.len() - 1], two[two.len() - 1]);
    let gain = one.as_secs_f64() / two.as_secs_f64();
    println!("{} wall on 1, {} on 2: {gain:.2} x ({})", secs(one), secs(two), phases.join(", "));
}

fn open(pbf: &[u8]) {
    let file = written(&van(pbf));
    let places = places(pbf, 2, Seed(1));
    // The best of five, because other load on the machine only adds time.
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..5 {
        let start = ProcessTime::now();
        let map = RoadMap::read(&MapFileReader::new(&file).unwrap()).unwrap();
        let opened = start.elapsed();
        let index = map.index(Profile::Van).unwrap();
        let snaps: Vec<Snap> = places.iter().map(|&place| index.snap(place).unwrap()).collect();
        RoadQuery::new(index).route(&snaps[0], &snaps[1]).unwrap();
        best = best.min((start.elapsed(), opened));
    }
    println!(
        "{} to the first answer ({} to open), file {:.2} MB",
        secs(best.0),
        secs(best.1),
        file.len() as f64 / 1e6
    );
}

/// New speeds for every OSM way of a map.
fn speeds(pbf: &[u8]) -> Traffic {
    let mut rows = String::from("osm_way_id,direction,from,to,km_h\n");
    for way in read_roads(pbf).unwrap().ways() {
        writeln!(rows, "{},both,00:00,24:00,{}", way.id, 10 + way.id % 70).unwrap();
    }
    Traffic::from_csv(rows.as_bytes()).unwrap()
}

/// The first set of new speeds, which also builds the metric-independent part of the hierarchy; then another set.
fn traffic(pbf: &[u8]) {
    let (map, traffic) = (van(pbf), speeds(pbf));
    let index = map.index(Profile::Van).unwrap();
    let start = ProcessTime::now();
    let first = index.at(&traffic, None);
    let one = start.elapsed();
    let mut again = Duration::MAX;
    for _ in 0..5 {
        let start = ProcessTime::now();
        assert!(index.at(&traffic, None).profile() == first.profile());
        again = again.min(start.elapsed());
    }
    let rows = traffic.rows().len();
    println!("{} CPU for the first, {} for another, best of 5 ({rows} rows)", secs(one), secs(again));
}

/// A set of weights for each hour of a day, from the metric-independent part on.
fn hours(pbf: &[u8]) {
    let (map, traffic) = (van(pbf), speeds(pbf));
    let index = map.index(Profile::Van).unwrap();
    let start = ProcessTime::now();
    for hour in 0..24 {
        assert!(index.at(&traffic, Moment::new(0, hour * 60)).profile() == Profile::Van);
    }
    println!("{} CPU, {} MB peak", secs(start.elapsed()), peak_mb());
}

fn snap(pbf: &[u8]) {
    let map = van(pbf);
    let index = map.index(Profile::Van).unwrap();
    let places = places(pbf, 200_000, Seed(2));
    let start = ProcessTime::now();
    let found = places.iter().filter(|&&place| index.snap(place).is_ok()).count();
    let each = start.elapsed().as_secs_f64() * 1e6 / places.len() as f64;
    println!("{each:.2} us each, {found} of {} on a road", places.len());
}

fn route(pbf: &[u8]) {
    let map = van(pbf);
    let index = map.index(Profile::Van).unwrap();
    let places = places(pbf, 10_000, Seed(3));
    let mut query = RoadQuery::new(index);
    let mut times = Vec::new();
    for pair in places.chunks(2) {
        let start = ProcessTime::now();
        let (Ok(from), Ok(to)) = (index.snap(pair[0]), index.snap(pair[1])) else { continue };
        let found = query.route(&from, &to);
        times.push(start.elapsed());
        assert!(found.is_some());
    }
    let at = |times: &[Duration], share: f64| {
        times[((times.len() as f64 * share) as usize).min(times.len() - 1)].as_secs_f64() * 1e6
    };
    times.sort_unstable();
    println!(
        "{:.0} / {:.0} us p50 / p99 with line and steps, snaps included",
        at(&times, 0.5),
        at(&times, 0.99)
    );
}

fn table(pbf: &[u8], count: usize) {
    let places = places(pbf, count, Seed(4));
    let map = van(pbf);
    let index = map.index(Profile::Van).unwrap();
    let before = peak_mb();
    let start = ProcessTime::now();
    let snaps: Vec<Snap> = places.iter().filter_map(|&place| index.snap(place).ok()).collect();
    let table = index.table(&snaps, &snaps);
    let cpu = start.elapsed();
    let sum: i64 = (0..table.row_count()).map(|row| table.duration_between(row, 0).unwrap().0).sum();
    println!("{} CPU, {} MB peak ({before} before), first column {sum} s", secs(cpu), peak_mb());
}
