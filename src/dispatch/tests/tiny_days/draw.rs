//! A random day of one truck, two centres, two waves and two couriers. Each feature of a day is switched on by chance.

use coldmile_geometry::Point;
use coldmile_model::{Day, Located};
use coldmile_osm::town::{Town, sketch};
use coldmile_road::{Profile, RoadMap, import_roads};
use coldmile_units::Metres;
use std::fmt::Write;
use std::sync::OnceLock;

/// A drawn town with its roads; capital letters are places where sites may stand.
pub struct TinyTown {
    town: Town,
    streets: &'static [(char, char)],
    pub roads: RoadMap,
}

const SITES: [char; 6] = ['A', 'B', 'C', 'D', 'E', 'F'];

const RIVER: &str = "\
a---A---b---B
|   |   |   |
c---C---d---e
        |
        w
        |
f---D---g---E
|   |   |   |
h---i---F---j";
const RIVER_STREETS: &[(char, char)] = &[
    ('a', 'A'),
    ('A', 'b'),
    ('b', 'B'),
    ('c', 'C'),
    ('C', 'd'),
    ('d', 'e'),
    ('d', 'w'),
    ('w', 'g'),
    ('f', 'D'),
    ('D', 'g'),
    ('g', 'E'),
    ('h', 'i'),
    ('i', 'F'),
    ('F', 'j'),
];

const RING: &str = "\
A-->a-->B-->b
^   |   |   !
c---C---d---D
^   |   |   !
e<--E<--f<--F";
const RING_STREETS: &[(char, char)] = &[
    ('A', 'a'),
    ('a', 'B'),
    ('B', 'b'),
    ('c', 'C'),
    ('C', 'd'),
    ('d', 'D'),
    ('e', 'E'),
    ('E', 'f'),
    ('f', 'F'),
    ('a', 'C'),
    ('B', 'd'),
    ('C', 'E'),
    ('d', 'f'),
];

const LINE: &str = "\
A---a---B---b---c---C---d---D---e---E---F
        |               |           |
        f               g           h";
const LINE_STREETS: &[(char, char)] = &[
    ('A', 'a'),
    ('a', 'B'),
    ('B', 'b'),
    ('b', 'c'),
    ('c', 'C'),
    ('C', 'd'),
    ('d', 'D'),
    ('D', 'e'),
    ('e', 'E'),
    ('E', 'F'),
    ('B', 'f'),
    ('d', 'g'),
    ('E', 'h'),
];

/// The towns, each drawn and imported once.
pub fn towns() -> &'static [TinyTown] {
    static TOWNS: OnceLock<Vec<TinyTown>> = OnceLock::new();
    TOWNS.get_or_init(|| {
        let pictures = [
            (RIVER, RIVER_STREETS, 100),
            (RING, RING_STREETS, 150),
            (LINE, LINE_STREETS, 200),
            (RIVER, RIVER_STREETS, 600),
        ];
        pictures.map(|(picture, streets, scale)| tiny_town(picture, streets, scale)).into()
    })
}

fn tiny_town(picture: &str, streets: &'static [(char, char)], scale: i64) -> TinyTown {
    let town = sketch(Metres(scale), picture);
    let roads = import_roads(&town.roads(), &Profile::ALL, &|_, _| {}).unwrap();
    TinyTown { town, streets, roads }
}

/// A drawn day, and the files it was read from.
pub struct DrawnDay {
    pub seed: u64,
    pub town: &'static TinyTown,
    pub network: String,
    pub orders: String,
    pub day: Day,
}

/// The day of this seed, of at most so many orders.
pub fn draw(seed: u64, max_orders: usize) -> DrawnDay {
    let mut rng = fastrand::Rng::with_seed(seed);
    let town = &towns()[rng.usize(..towns().len())];
    let network = network(&mut rng, town);
    let orders = orders(&mut rng, town, max_orders);
    let day = read(&network, &orders);
    DrawnDay { seed, town, network, orders, day }
}

/// The day of two files.
pub fn read(network: &str, orders: &str) -> Day {
    let profiles = ["van", "truck", "bike", "foot"];
    let mut day = coldmile_model::read_network(network.as_bytes(), "network.toml", &profiles)
        .unwrap_or_else(|problems| panic!("{problems:?}\n{network}"));
    let found = coldmile_model::read_orders(orders.as_bytes(), "orders.csv", &day, &|_| Located::Unknown);
    day.orders = found.into_result().unwrap_or_else(|problems| panic!("{problems:?}\n{orders}"));
    day
}

impl DrawnDay {
    /// The same day with some of its orders only, by position.
    pub fn with_orders(&self, kept: &[usize]) -> Self {
        let lines: Vec<&str> = self.orders.lines().collect();
        let rows = kept.iter().map(|&at| lines[at + 1]);
        let orders = std::iter::once(lines[0]).chain(rows).collect::<Vec<_>>().join("\n");
        let day = read(&self.network, &orders);
        Self { seed: self.seed, town: self.town, network: self.network.clone(), orders, day }
    }
}

/// One of some values.
fn any<T: Copy>(rng: &mut fastrand::Rng, values: &[T]) -> T {
    values[rng.usize(..values.len())]
}

/// Whether something that happens in so many of a hundred days happens.
fn in_percent(rng: &mut fastrand::Rng, percent: u32) -> bool {
    rng.u32(..100) < percent
}

/// A time of day.
fn clock(minutes: i32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn network(rng: &mut fastrand::Rng, town: &TinyTown) -> String {
    let mut text = String::from(
        "version = 1\nname = \"Tiny\"\ndate = \"2026-05-12\"\ntimezone = \"UTC\"\ncurrency = \"EUR\"\n",
    );
    let (min, max) = any(rng, &[(12, 20), (12, 20), (20, 33), (26, 40), (-8, 2)]);
    write!(text, "\n[weather]\nmin_c = {min}\nmax_c = {max}\n").unwrap();
    if in_percent(rng, 70) {
        let hour = any(rng, &[0, 5, 10, 40]);
        write!(text, "\n[prices]\nfamily_per_hour = {hour}\n").unwrap();
    }
    // Drawn apart, so that all else of a day is what it was before there was such a price.
    let mut apart = rng.clone();
    if in_percent(&mut apart, 30) {
        let head = if text.contains("[prices]") { "" } else { "\n[prices]\n" };
        let hour = any(&mut apart, &[20, 40, 120]);
        writeln!(text, "{head}late_per_hour = {hour}").unwrap();
    }
    let mut places = SITES;
    rng.shuffle(&mut places);
    site(rng, &mut text, "HUB", "hub", town.town.at(places[0]));
    site(rng, &mut text, "CA", "centre", town.town.at(places[1]));
    site(rng, &mut text, "CB", "centre", town.town.at(places[2]));
    let lanes = if in_percent(rng, 95) { "[\"CA\", \"CB\"]" } else { "[\"CA\"]" };
    write!(text, "\n[[lane]]\nfrom = \"HUB\"\nto = {lanes}\n").unwrap();
    if !lanes.contains("CB") {
        // Each centre needs a lane: the other one has its own hub, where no truck works.
        site(rng, &mut text, "HUB2", "hub", town.town.at(places[3]));
        text.push_str("\n[[lane]]\nfrom = \"HUB2\"\nto = \"CB\"\n");
    }
    let ready = 5 * 60 + 15 * rng.i32(0..7);
    let due = ready + 30 + 15 * rng.i32(1..9);
    wave(&mut text, "early", any(rng, &["-1 20:00", "-1 12:00"]), ready, due);
    let ready = 10 * 60 + 15 * rng.i32(0..7);
    let due = ready + 30 + 15 * rng.i32(1..9);
    wave(&mut text, "late", any(rng, &["08:00", "09:30"]), ready, due);
    fleet(rng, &mut text);
    text
}

fn site(rng: &mut fastrand::Rng, text: &mut String, id: &str, kind: &str, at: Point) {
    let (open, close) = match kind {
        "hub" => (240, 1_380),
        _ => any(rng, &[(360, 1_260), (360, 1_260), (420, 1_080), (300, 780), (600, 1_320)]),
    };
    write!(
        text,
        "\n[[site]]\nid = \"{id}\"\nkind = \"{kind}\"\nlat = {:.7}\nlon = {:.7}\nopen = \"{}\"\nclose = \"{}\"\n",
        at.latitude(),
        at.longitude(),
        clock(open),
        clock(close)
    )
    .unwrap();
    if kind == "centre" {
        let litres = |rng: &mut fastrand::Rng| if in_percent(rng, 25) { rng.u32(5..50) } else { 400 };
        let litres = [litres(rng), litres(rng), litres(rng)];
        writeln!(
            text,
            "storage = {{ ambient_l = {}, chilled_l = {}, frozen_l = {} }}",
            litres[0], litres[1], litres[2]
        )
        .unwrap();
        writeln!(text, "handling_min = {}", any(rng, &[0, 5, 15, 15, 40])).unwrap();
        writeln!(text, "handling_cost = {}", any(rng, &["0", "0", "0.50", "1.50"])).unwrap();
        writeln!(text, "fixed_cost = {}", any(rng, &["0", "0", "12", "60"])).unwrap();
    }
}

fn wave(text: &mut String, id: &str, cut_off: &str, ready: i32, due: i32) {
    write!(
        text,
        "\n[[wave]]\nid = \"{id}\"\ncut_off = \"{cut_off}\"\nhub_ready = \"{}\"\ncentre_due = \"{}\"\n",
        clock(ready),
        clock(due)
    )
    .unwrap();
}

/// A vehicle type: its name, profile, carrier, kilograms, litres of its compartments, prices and loading duration.
type VehicleText =
    (&'static str, &'static str, &'static str, u32, [u32; 3], [&'static str; 3], &'static [u32]);

const VEHICLES: [VehicleText; 4] = [
    ("truck", "truck", "reefer-truck", 3_500, [7_000, 5_000, 2_500], ["60", "22", "0.55"], &[0, 5, 20]),
    ("van", "van", "reefer-van", 700, [1_600, 900, 500], ["25", "17", "0.28"], &[0, 10]),
    ("e-bike", "bike", "box-ice", 80, [100, 60, 40], ["6", "15", "0.05"], &[0, 5]),
    ("walker", "foot", "bag-ice", 25, [40, 25, 15], ["2", "14", "0"], &[3]),
];

fn fleet(rng: &mut fastrand::Rng, text: &mut String) {
    for (id, profile, carrier, kg, litres, prices, loading) in VEHICLES {
        // Small ones hold a few orders only.
        let share = if in_percent(rng, 25) { any(rng, &[100, 20]) } else { 1 };
        let share = if id == "truck" { share } else { share.min(20) };
        let litres = litres.map(|litres| (litres / share).max(5));
        let price =
            |rng: &mut fastrand::Rng, price: &'static str| if in_percent(rng, 15) { "0" } else { price };
        let prices = [price(rng, prices[0]), price(rng, prices[1]), price(rng, prices[2])];
        let trips = if id == "truck" { any(rng, &[1, 2, 3]) } else { any(rng, &[1, 2, 2]) };
        write!(
            text,
            "\n[[vehicle_type]]\nid = \"{id}\"\nprofile = \"{profile}\"\ncarrier = \"{carrier}\"\nkg = {}\n\
             ambient_l = {}\nchilled_l = {}\nfrozen_l = {}\nper_day = {}\nper_hour = {}\nper_km = {}\n\
             loading_min = {}\nmax_trips = {trips}\nco2e_g_per_km = {}\n",
            (kg / share).max(8),
            litres[0],
            litres[1],
            litres[2],
            prices[0],
            prices[1],
            prices[2],
            any(rng, loading),
            rng.u32(..400),
        )
        .unwrap();
        if in_percent(rng, 10) {
            writeln!(text, "range_km = {}", any(rng, &["0.8", "2", "6"])).unwrap();
        }
    }
    let shift = |rng: &mut fastrand::Rng| {
        let start = any(rng, &[300, 420, 480, 600]);
        (clock(start), clock(start + any(rng, &[180, 360, 540, 720])))
    };
    let (start, end) = (clock(any(rng, &[240, 300, 330])), clock(any(rng, &[900, 900, 900, 690])));
    courier(text, "T", "HUB", "truck", (&start, &end));
    let bases = any(rng, &[["CA", "CB"], ["CA", "CB"], ["CA", "CA"], ["CB", "CB"]]);
    for (id, base) in ["K1", "K2"].into_iter().zip(bases) {
        let vehicle = any(rng, &["van", "e-bike", "walker"]);
        let (start, end) = shift(rng);
        courier(text, id, base, vehicle, (&start, &end));
    }
}

fn courier(text: &mut String, id: &str, base: &str, vehicle: &str, (start, end): (&str, &str)) {
    write!(
        text,
        "\n[[courier]]\nid = \"{id}\"\nbase = \"{base}\"\nvehicle = \"{vehicle}\"\nstart = \"{start}\"\nend = \"{end}\"\n",
    )
    .unwrap();
}

fn orders(rng: &mut fastrand::Rng, town: &TinyTown, max_orders: usize) -> String {
    let mut text = String::from(
        "order_id,lon,lat,placed_at,mode,temp_class,kg,litres,tw_start,tw_end,service_min,pieces,centre",
    );
    let heavy = in_percent(rng, 20);
    for number in 1..=rng.usize(1..=max_orders) {
        let (a, b) = any(rng, town.streets);
        let door = town.town.between(a, b, rng.f64());
        let open = 60 * rng.i32(7..18);
        let length = any(rng, &[0, 30, 60, 120, 120, 240, 360]);
        let placed = match rng.u32(..10) {
            0..8 => "2026-05-11T09:00",
            8 => "2026-05-12T06:30",
            _ => "2026-05-12T09:00",
        };
        let placed = if open < 10 * 60 { "2026-05-11T09:00" } else { placed };
        let mode = any(rng, &["door", "door", "pickup", "either", "either"]);
        let class =
            any(rng, &["ambient", "ambient", "dairy", "fish", "meat", "produce", "frozen", "ice-cream"]);
        let (kg, litres) = if heavy { (40.0, 60.0) } else { (8.0, 12.0) };
        let (kg, litres) = (rng.f64() * kg + 0.1, rng.f64() * litres + 0.1);
        let service = any(rng, &[0, 3, 3, 8]);
        let pieces = any(rng, &[1, 1, 3]);
        let centre = if in_percent(rng, 12) { any(rng, &["CA", "CB"]) } else { "" };
        write!(
            text,
            "\nX{number},{:.7},{:.7},{placed},{mode},{class},{kg:.1},{litres:.1},{},{},{service},{pieces},{centre}",
            door.longitude(),
            door.latitude(),
            clock(open),
            clock((open + length).min(1_430)),
        )
        .unwrap();
    }
    text
}
