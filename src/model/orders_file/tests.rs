//! Orders as shops send them, good and bad.

use super::*;
use crate::{Channel, Day, Fulfilment, InputProblem, Order, Reading, read_network};
use coldmile_geometry::Point;
use coldmile_units::{Grams, Millilitres, Seed, Table};

const NETWORK: &str = r#"version = 1
date = "2026-03-17"
timezone = "Europe/Helsinki"
currency = "EUR"
site = [
    { id = "H1", kind = "hub", lat = 60.18, lon = 24.93, open = "04:00", close = "22:00" },
    { id = "C01", kind = "centre", name = "Kamppi", lat = 60.17, lon = 24.94, open = "08:00", close = "21:00", storage = {} },
]
lane = [{ from = "H1", to = "C01" }]
wave = [{ id = "m", cut_off = "-1 20:00", hub_ready = "05:30", centre_due = "08:30" }]
"#;

const HEADER: &str = "order_id,lon,lat,grid_cell,placed_at,channel,mode,temp_class,kg,litres,tw_start,tw_end,\
                      service_min,age60plus,group_id,centre,address,name,phone\n";

fn day() -> Day {
    read_network(NETWORK.as_bytes(), "network.toml", &[]).unwrap()
}

fn look_up(address: &str) -> Located {
    match address {
        "Mannerheimintie 1" => Located::Exact(Point::new(60.17, 24.94).unwrap(), address.to_owned()),
        "Kirkkokatu" => {
            Located::Doubtful(vec!["Kirkkokatu, Helsinki".to_owned(), "Kirkkokatu, Turku".to_owned()])
        }
        _ => Located::Unknown,
    }
}

fn read(text: &str) -> Reading<Table<Order>> {
    read_orders(text.as_bytes(), "orders.csv", &day(), &look_up)
}

fn codes(problems: &[InputProblem]) -> Vec<(u64, &'static str, &str)> {
    problems
        .iter()
        .map(|problem| (problem.row.unwrap_or(0), problem.code, problem.column.as_deref().unwrap_or("")))
        .collect()
}

/// A row with `cell` in the column `name` and good cells elsewhere.
fn row_with(name: &str, cell: &str) -> String {
    let good = "A1,24.95,60.16,81,07:47,app,door,ambient,3.6,10.6,08:00,12:00,3.2,1,G1,C01,,Aino,+358 9 1";
    let place = HEADER.trim().split(',').position(|column| column == name).unwrap();
    let cells: Vec<_> =
        good.split(',').enumerate().map(|(at, good)| if at == place { cell } else { good }).collect();
    format!("{HEADER}{}\n", cells.join(","))
}

#[test]
fn benchmark_rows_read_as_they_are() {
    let text = "order_id,lon,lat,grid_cell,placed_at,channel,mode,temp_class,kg,litres,tw_start,tw_end,service_min,age60plus,group_id\n\
                HEL00002,24.940019,60.165025,54,05:01,wechat_mini,door,chilled,7.1,15.9,08:00,12:00,2.8,0,\n\
                HEL00001,24.950925,60.173814,78,12:09,centre_staff_assisted,pickup_centre,frozen,6.6,15.3,08:00,12:00,2.2,1,G000\n";
    let day = day();
    let orders = read(text).into_result().unwrap();
    let first = &orders.as_slice()[0];
    assert_eq!((first.id.as_str(), first.channel), ("HEL00001", Channel::Assisted));
    assert_eq!((first.fulfilment, first.service.0), (Fulfilment::Pickup, 132));
    assert_eq!(first.load.mass, Grams(6600));
    assert_eq!(first.load.volumes, [Millilitres(0), Millilitres(0), Millilitres(15_300)]);
    assert_eq!(first.parcels[0].id.as_str(), "HEL00001-1");
    let clock = crate::DayClock::new(day.date, &day.timezone).unwrap();
    // 12:09 lies after the window's start: the day before. 05:01 does not.
    assert_eq!(Some(first.placed_at), clock.read("-1 12:09"));
    assert_eq!(Some(orders.as_slice()[1].placed_at), clock.read("05:01"));
}

#[test]
fn each_slip_has_its_code_and_its_column() {
    let cases = [
        ("lat", "95", "order/bad-coordinate", "lon", ""),
        ("lon", "x", "order/bad-coordinate", "lon", ""),
        ("lon", "inf", "order/bad-coordinate", "lon", ""),
        ("lat", "", "order/missing-coordinate", "lat", ""),
        ("placed_at", "noon", "order/bad-time", "placed_at", ""),
        ("channel", "ap", "order/unknown-channel", "channel", "app"),
        ("mode", "doors", "order/unknown-mode", "mode", "door"),
        ("temp_class", "frosen", "order/unknown-class", "temp_class", "frozen"),
        ("temp_class", "", "order/missing-value", "temp_class", ""),
        ("kg", "-1", "order/bad-weight", "kg", ""),
        ("kg", "nan", "order/bad-weight", "kg", ""),
        ("kg", "1e300", "order/bad-weight", "kg", ""),
        ("litres", "5001", "order/bad-volume", "litres", ""),
        ("tw_start", "13:00", "order/reversed-window", "tw_end", ""),
        ("tw_start", "8 Uhr", "order/bad-time", "tw_start", ""),
        ("tw_start", "2026-03-18 08:00", "order/reversed-window", "tw_end", ""),
        ("service_min", "1000", "order/bad-service", "service_min", ""),
        ("centre", "c01", "order/unknown-centre", "centre", "C01"),
        ("centre", "Kamppi", "order/unknown-centre", "centre", "C01"),
        ("centre", "H1", "order/unknown-centre", "centre", ""),
        ("phone", "3.58E+10", "order/phone-scientific", "phone", ""),
        ("order_id", "", "order/missing-value", "order_id", ""),
    ];
    for (column, cell, code, at, candidate) in cases {
        let column_asked = if cell == "95" { "lat" } else { column };
        let reading = read(&row_with(column_asked, cell));
        assert!(reading.good.is_empty(), "{column} {cell}");
        let at = if cell == "95" { "lat" } else { at };
        assert_eq!(codes(&reading.problems), [(2, code, at)], "{column} {cell}");
        let first = reading.problems[0].candidates.first().map_or("", String::as_str);
        assert!(candidate.is_empty() || first == candidate, "{column} {cell} {first}");
    }
    assert_eq!(read(&row_with("kg", "2")).problems, []);
}

#[test]
fn swapped_coordinates_are_recognised() {
    let text = row_with("lon", "60.16").replace(",60.16,60.16,", ",60.16,24.95,");
    let reading = read(&text);
    assert_eq!(codes(&reading.problems), [(2, "order/swapped-coordinates", "lat")]);
    assert_eq!(reading.problems[0].candidates, ["60.160000,24.950000"]);
    let zero = row_with("lon", "0").replace(",0,60.16,", ",0,0,");
    assert_eq!(read(&zero).problems[0].code, "order/zero-coordinates");
}

#[test]
fn an_address_is_looked_up_and_a_doubtful_one_comes_back_with_candidates() {
    let header = "order_id,address,temp_class,kg,litres,window\n";
    let text = format!(
        "{header}A1,Mannerheimintie 1,chilled,1,2,08:00-10:00\nA2,Kirkkokatu,chilled,1,2,08:00 - 10:00\n\
         A3,Nowhere,chilled,1,2,2026-03-17 08:00–2026-03-17 10:00\nA4,,chilled,1,2,08:00\n"
    );
    let reading = read(&text);
    assert_eq!(reading.good.as_slice()[0].point, Point::new(60.17, 24.94).unwrap());
    let expected = [
        (3, "order/doubtful-address", "address"),
        (4, "order/unknown-address", "address"),
        (5, "order/no-place", "address"),
        (5, "order/bad-time", "window"),
    ];
    assert_eq!(codes(&reading.problems), expected);
    assert_eq!(reading.problems[0].candidates.len(), 2);
}

#[test]
fn good_rows_go_in_while_bad_rows_wait() {
    let good = "A,24.95,60.16,chilled,1,2,08:00,12:00";
    let text = format!(
        "# coldmile orders 1\norder_id,lon,lat,temp_class,kg,litres,tw_start,tw_end\n\n{}\n{}\n{},extra\n\"{}\n{}\n{}\n{}\n",
        good.replace('A', "A1"),
        good.replace('A', "A2"),
        good.replace('A', "A3"),
        good.replace('A', "A4"),
        good.replace('A', "A5"),
        good.replace('A', "A2"),
        good.replace('A', "A6\u{FFFD}"),
    );
    let reading = read(&text);
    let ids: Vec<_> = reading.good.iter().map(|order| order.id.as_str()).collect();
    assert_eq!(ids, ["A1", "A5"]);
    let expected = [
        (6, "order/wrong-columns", ""),
        (7, "order/wrong-columns", ""),
        (9, "order/duplicate-id", "order_id"),
        (10, "order/invalid-bytes", ""),
    ];
    assert_eq!(codes(&reading.problems), expected);
    assert_eq!(reading.problems[1].reason, "a quotation mark is not closed");
    assert_eq!(reading.problems[2].reason, "line 5 has the same order");
}

#[test]
fn a_chinese_spreadsheet_reads() {
    let text = "订单号\t收件人\t电话\t经度\t纬度\t时间窗\t件数\t冷藏\t重量\t体积\n\
                甲1\t王芳\t13800000000\t24.95\t60.16\t08:00至12:00\t3\t是\t3,5\t10\n";
    let bytes = encoding_rs::GB18030.encode(text).0;
    let orders = read_orders(&bytes, "订单.csv", &day(), &look_up).into_result().unwrap();
    let order = &orders.as_slice()[0];
    assert_eq!((order.id.as_str(), order.recipient.as_deref()), ("甲1", Some("王芳")));
    assert_eq!(order.parcels.len(), 3);
    assert_eq!(order.load.mass, Grams(3500));
    assert_eq!(order.parcels.iter().map(|parcel| parcel.mass).sum::<Grams>(), Grams(3500));
    assert_eq!(day().cold.classes[order.parcels[0].class].id.as_str(), "chilled");
}

#[test]
fn written_orders_read_back_the_same_and_shuffled_rows_change_nothing() {
    let mut rng = Seed(5).rng();
    let mut rows: Vec<String> = (0..60)
        .map(|number| {
            let class = rng.choice(["ambient", "dairy", "fish", "ice-cream"]).unwrap();
            let (kg, litres) = (rng.u32(1..9000) as f64 / 1000.0, rng.u32(1..30_000) as f64 / 1000.0);
            let (start, service) = (rng.u32(0..20), rng.u32(0..600) as f64 / 60.0);
            format!(
                "A{number},24.9{},60.1{},app,either,{class},{kg},{litres},{start:02}:30,24:00,{service},\"Katu {number}, \"\"A\"\"\"\n",
                rng.u32(0..99999),
                rng.u32(0..99999)
            )
        })
        .collect();
    let header = "order_id,lon,lat,channel,mode,temp_class,kg,litres,tw_start,tw_end,service_min,address\n";
    let mut day = day();
    day.orders = read(&format!("{header}{}", rows.concat())).into_result().unwrap();
    assert_eq!(day.orders.len(), 60);
    let again = read(&write_orders(&day)).into_result().unwrap();
    assert_eq!(again, day.orders);
    rng.shuffle(&mut rows);
    assert_eq!(read(&format!("{header}{}", rows.concat())).into_result().unwrap(), day.orders);
}

#[test]
fn no_bytes_make_the_reader_panic() {
    let good = row_with("kg", "2")
        + "A2,24.95,60.16,\"8\n1\",07:47,app,door,dairy,3.6,10.6,08:00,12:00,3.2,1,,,,,\n";
    let day = day();
    for seed in (0..2000).map(Seed) {
        let mut rng = seed.rng();
        let mut bytes = good.as_bytes().to_vec();
        if rng.u8(..4) == 0 {
            bytes = (0..rng.usize(..300)).map(|_| rng.u8(..)).collect();
        }
        for _ in 0..rng.usize(1..10) {
            let at = rng.usize(..=bytes.len());
            bytes.insert(at, *rng.choice(b"\",;\n\r\t#-+:eE0\xff\xfe\x00\xe4").unwrap());
        }
        let reading = read_orders(&bytes, "orders.csv", &day, &look_up);
        assert!(reading.good.len() <= 3, "{seed:?}");
    }
}
