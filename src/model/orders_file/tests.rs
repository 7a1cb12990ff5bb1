//! Orders as shops send them, good and bad.

use super::*;
use crate::{
    BoxSize, Channel, Day, DayClock, Fulfilment, InputProblem, MAX_PROBLEMS, Order, Reading, read_network,
};
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
    let clock = DayClock::new(day.date, &day.timezone).unwrap();
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
        ("phone", "3.56608E11", "order/phone-scientific", "phone", ""),
        ("order_id", "1.9E+18", "order/rounded-number", "order_id", ""),
        ("order_id", "9e+04", "order/rounded-number", "order_id", ""),
        ("group_id", "2.02611E+14", "order/rounded-number", "group_id", ""),
        ("order_id", "A\u{200B}1", "order/bad-id", "order_id", ""),
        ("order_id", "A\u{A0}1", "order/bad-id", "order_id", ""),
        ("group_id", "G\u{202E}1", "order/bad-id", "group_id", ""),
        ("centre", "C\u{200D}01", "order/unknown-centre", "centre", "C01"),
        ("tw_start", "0.417", "order/bad-time", "tw_start", "10:00"),
        ("tw_start", "10.00", "order/bad-time", "tw_start", "10:00"),
        ("tw_start", "03/04/2026 10:00", "order/bad-time", "tw_start", "2026-03-04 10:00"),
        ("tw_end", "02:00", "order/reversed-window", "tw_end", ""),
        ("kg", "#N/A", "order/cell-error", "kg", ""),
        ("tw_end", "#####", "order/cell-error", "tw_end", ""),
        ("kg", "\"1,500\"", "order/bad-weight", "kg", "1.500"),
        ("order_id", "", "order/missing-value", "order_id", ""),
    ];
    for (column, cell, code, at, candidate) in cases {
        let column_asked = if cell == "95" { "lat" } else { column };
        let text = row_with(column_asked, cell);
        let reading = read(&text);
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

/// A good file with semicolons, and `cell` in a column of its second row.
fn with_semicolons(name: &str, cell: &str) -> String {
    let header = "order_id;lon;lat;temp_class;kg;litres;tw_start;tw_end;group_id;centre;name;phone;address";
    let good =
        ["A2", "24,95", "60,16", "dairy", "3,5", "11,2", "10:00", "13:00", "", "", "Aino", "", "Katu 1"];
    let row: Vec<&str> =
        header.split(';').zip(good).map(|(column, good)| if column == name { cell } else { good }).collect();
    format!(
        "{header}\nA1;24,95;60,16;dairy;3,5;11,2;10:00;13:00;G1;C01;Ben;+358 9 1;Katu 2\n{}\n",
        row.join(";")
    )
}

#[test]
fn numbers_that_a_spreadsheet_rounded_are_refused_with_either_decimal_sign() {
    for (column, cell, code) in [
        ("phone", "3,56608E+11", "order/phone-scientific"),
        ("phone", "3,56608e11", "order/phone-scientific"),
        ("order_id", "1,9E+18", "order/rounded-number"),
        ("group_id", "2,02611E+14", "order/rounded-number"),
        ("centre", "1E+05", "order/rounded-number"),
    ] {
        let found = read(&with_semicolons(column, cell));
        assert_eq!(
            found.problems.iter().filter(|problem| problem.code == code).count(),
            1,
            "{column} {cell}"
        );
        assert_eq!(found.good.len(), 1, "{column} {cell}");
    }
    // What people write as ids is none of this.
    for id in ["12E34", "E+12", "4E10", "2026-E+11", "10E+05", "1E5"] {
        assert_eq!(read(&with_semicolons("order_id", id)).problems, [], "{id}");
    }
}

#[test]
fn a_telephone_column_of_decimal_numbers_gives_the_numbers() {
    let phone = |cell: &str| {
        let orders = read(&with_semicolons("phone", cell)).into_result().unwrap();
        orders.as_slice()[1].phone.clone()
    };
    for (cell, expected) in [
        ("35660776826.0", "35660776826"),
        ("35660776826,00", "35660776826"),
        ("+35660776826.0", "+35660776826"),
        ("\u{202D}+356 6077 6826\u{202C}", "+356 6077 6826"),
        ("+356\u{200B}6077\u{200B}6826", "+35660776826"),
        ("06.60.77.68.26", "06.60.77.68.26"),
        ("0660.0", "0660.0"),
    ] {
        assert_eq!(phone(cell).as_deref(), Some(expected), "{cell}");
    }
    assert_eq!(phone("\u{200B}"), None);
}

#[test]
fn characters_without_a_shape_at_the_ends_are_nothing() {
    for mark in ['\u{200B}', '\u{200E}', '\u{202A}', '\u{2060}', '\u{2066}', '\u{FEFF}', '\u{AD}', '\u{A0}'] {
        let doubled = read(&with_semicolons("order_id", &format!("A1{mark}")));
        assert_eq!(codes(&doubled.problems), [(3, "order/duplicate-id", "order_id")], "{mark:?}");
        let text = with_semicolons("centre", &format!("{mark}C01"))
            .replace("temp_class", &format!("{mark}temp_class{mark}"));
        let orders = read(&text).into_result().unwrap();
        assert!(orders.iter().all(|order| order.centre.is_some()), "{mark:?}");
    }
}

#[test]
fn code_pages_are_read_right_or_row_by_row_refused() {
    let text = with_semicolons("name", "Günter Jäger").replace("Katu 1", "Königstraße 7");
    let bytes = encoding_rs::WINDOWS_1252.encode(&text).0;
    let orders = read_orders(&bytes, "orders.csv", &day(), &look_up).into_result().unwrap();
    assert_eq!(orders.as_slice()[1].recipient.as_deref(), Some("Günter Jäger"));
    assert_eq!(orders.as_slice()[1].address.as_deref(), Some("Königstraße 7"));
    let text = with_semicolons("name", "Иван Петров");
    let bytes = encoding_rs::WINDOWS_1251.encode(&text).0;
    let found = read_orders(&bytes, "orders.csv", &day(), &look_up);
    assert_eq!((codes(&found.problems), found.good.len()), (vec![(3, "order/invalid-bytes", "")], 1));
    let bytes = encoding_rs::BIG5.encode("訂單號;經度;緯度\n").0;
    let found = read_orders(&bytes, "orders.csv", &day(), &look_up);
    assert_eq!(codes(&found.problems), [(1, "order/invalid-bytes", "")]);
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    let bad = with_semicolons("kg", "x");
    for end in ["\n", "\r", "\r\n"] {
        for (head, line) in
            [("", 3), ("# coldmile orders 1\n", 4), ("sep=;\n", 4), ("sep=;\n# coldmile orders 1\n\n", 6)]
        {
            let text = format!("{head}{bad}").replace('\n', end);
            assert_eq!(codes(&read(&text).problems), [(line, "order/bad-weight", "kg")], "{end:?} {head:?}");
        }
        for column in ["name", "address", "order_id"] {
            let open = with_semicolons(column, "\"A").replace('\n', end);
            assert_eq!(codes(&read(&open).problems), [(3, "order/wrong-columns", "")], "{end:?} {column}");
        }
    }
}

#[test]
fn cells_that_are_empty_at_the_end_may_be_missing_or_too_many() {
    let text = "order_id,lon,lat,temp_class,kg,litres,tw_start,tw_end,name,phone,address\n\
                A1,24.95,60.16,dairy,3.5,11.2,10:00,13:00,Ana,,Katu,,\u{200B},\n\
                A2,24.95,60.16,dairy,3.5,11.2,10:00,13:00\n\
                A3,24.95,60.16,dairy,3.5,11.2,10:00\n\
                A4,24.95,60.16,dairy\n\
                A5,24.95,60.16,dairy,3.5,11.2,10:00,13:00,Ana,,Katu,,x\n\
                A6,24.95,60.16,dairy,3.5,11.2,10:00,13:00,\"Ana\nMaria\"\n";
    let found = read(text);
    let ids: Vec<_> = found.good.iter().map(|order| order.id.as_str()).collect();
    assert_eq!(ids, ["A1", "A2", "A6"]);
    let expected = [
        (4, "order/missing-value", "tw_end"),
        (5, "order/wrong-columns", ""),
        (6, "order/wrong-columns", ""),
    ];
    assert_eq!(codes(&found.problems), expected);
    assert_eq!(found.problems[1].reason, "the row has 4 columns, the header 11");
}

#[test]
fn windows_around_midnight_and_clock_changes_say_what_to_write() {
    let window = |from: &str, until: &str| {
        read(&with_semicolons("tw_start", from).replace(";13:00;;;Aino", &format!(";{until};;;Aino")))
    };
    let over = window("22:00", "02:00");
    assert_eq!(codes(&over.problems), [(3, "order/reversed-window", "tw_end")]);
    assert!(over.problems[0].reason.contains("+1 02:00"), "{}", over.problems[0].reason);
    assert_eq!(over.problems[0].candidates, ["+1 02:00"]);
    assert_eq!(window("22:00", "+1 02:00").problems, []);
    assert_eq!(window("10：00", "１３：００").problems, []);
    assert_eq!(window("10:00 AM", "1:00 PM").problems, []);
    let mut day = day();
    day.date = "2027-03-28".parse().unwrap();
    let text = with_semicolons("tw_start", "03:30").replace(";13:00;;;Aino", ";04:15;;;Aino");
    let found = read_orders(text.as_bytes(), "orders.csv", &day, &look_up);
    assert_eq!(codes(&found.problems), [(3, "order/skipped-time", "tw_start")]);
    assert_eq!(found.problems[0].candidates, ["04:00-04:15"]);
    let text = with_semicolons("tw_start", "03:30").replace(";13:00;;;Aino", ";06:15;;;Aino");
    let found = read_orders(text.as_bytes(), "orders.csv", &day, &look_up).into_result().unwrap();
    let clock = DayClock::new(day.date, &day.timezone).unwrap();
    assert_eq!(Some(found.as_slice()[1].window.open()), clock.read("04:30"));
    // The hour that comes twice is the first of the two.
    day.date = "2027-10-31".parse().unwrap();
    let text = with_semicolons("tw_start", "03:30").replace(";13:00;;;Aino", ";03:45;;;Aino");
    let found = read_orders(text.as_bytes(), "orders.csv", &day, &look_up).into_result().unwrap();
    assert_eq!(found.as_slice()[1].window.length(), coldmile_units::Seconds(900));
}

#[test]
fn a_file_of_nothing_but_mistakes_lists_a_thousand_and_counts_all() {
    let text = format!("{HEADER}{}", "x\n".repeat(5_000));
    let found = read(&text);
    assert_eq!((found.problems.len(), found.problem_count), (MAX_PROBLEMS, 5_000));
    assert_eq!(found.problems[999].row, Some(1_001));
    let long = read(&with_semicolons("name", &"ö".repeat(501)));
    assert_eq!(codes(&long.problems), [(3, "order/long-text", "name")]);
    assert_eq!(read(&with_semicolons("address", &"ö".repeat(500))).problems, []);
}

#[test]
fn what_no_day_has_is_refused_as_a_whole() {
    let only = |found: Reading<Table<Order>>| {
        assert!(found.good.is_empty());
        codes(&found.problems)[0].1
    };
    let rows = (0..=MAX_ORDERS).map(|id| format!("{id}\n")).collect::<Vec<_>>().concat();
    assert_eq!(
        only(read(&format!("order_id,lon,lat,temp_class,kg,litres,window\n{rows}"))),
        "order/wrong-columns"
    );
    let rows = (0..=MAX_ORDERS).map(|id| format!("{id},,,,,,\n")).collect::<Vec<_>>().concat();
    assert_eq!(
        only(read(&format!("order_id,lon,lat,temp_class,kg,litres,window\n{rows}"))),
        "order/too-many"
    );
    let rows =
        (0..7_501).map(|id| format!("{id},24.9,60.1,dairy,1,1,8:00-9:00,100\n")).collect::<Vec<_>>().concat();
    assert_eq!(
        only(read(&format!("order_id,lon,lat,temp_class,kg,litres,window,pieces\n{rows}"))),
        "order/too-many"
    );
    assert_eq!(only(read(&format!("{HEADER}{}\n", ",".repeat(2 << 20)))), "order/long-line");
    let large = vec![b'\n'; MAX_ORDERS_BYTES + 1];
    assert_eq!(only(read_orders(&large, "orders.csv", &day(), &look_up)), "order/too-large");
}

/// One damaged file: pieces of a good one, bytes of other encodings, and what spreadsheets add.
fn damaged(good: &[u8], seed: Seed) -> Vec<u8> {
    let mut rng = seed.rng();
    let parts: [&[u8]; 20] = [
        b"sep=;\n",
        b"# coldmile orders 1\r",
        b"\xEF\xBB\xBF",
        b"\xFF\xFE",
        b"\xFE\xFF",
        b"\0",
        b"\"",
        b"\"\"",
        b"\r",
        b"\r\n",
        b";",
        b",",
        b"\t",
        b"\xF6r",
        b"\xD6\xD0\xB9\xFA",
        "\u{200B}".as_bytes(),
        "\u{202E}".as_bytes(),
        "：".as_bytes(),
        b"1,9E+18",
        b"35660776826.0",
    ];
    let mut bytes =
        if rng.u8(..4) == 0 { (0..rng.usize(..300)).map(|_| rng.u8(..)).collect() } else { good.to_vec() };
    for _ in 0..rng.usize(1..10) {
        let at = rng.usize(..=bytes.len());
        let part: Vec<u8> = match rng.u8(..3) {
            0 => vec![rng.u8(..)],
            1 => parts[rng.usize(..parts.len())].to_vec(),
            _ => {
                let end = (at + rng.usize(..20)).min(bytes.len());
                bytes.drain(at..end);
                Vec::new()
            }
        };
        bytes.splice(at..at, part);
    }
    bytes
}

/// Whatever the bytes, reading ends, lists what it says it counts, and gives orders that are written and read back.
fn check_damaged(good: &[u8], day: &Day, seed: Seed) {
    let bytes = damaged(good, seed);
    let found = std::panic::catch_unwind(|| read_orders(&bytes, "orders.csv", day, &look_up));
    let found = found.unwrap_or_else(|_| panic!("{seed:?} panics: {:?}", String::from_utf8_lossy(&bytes)));
    assert!(found.good.len() <= 6, "{seed:?}");
    assert_eq!(found.problems.len(), found.problem_count.min(MAX_PROBLEMS), "{seed:?}");
    let ids: Vec<&str> = found.good.iter().map(|order| order.id.as_str()).collect();
    assert!(ids.iter().all(|id| crate::visible::wrong_id(id).is_none()), "{seed:?} {ids:?}");
}

fn good_file() -> String {
    row_with("kg", "2") + "A2,24.95,60.16,\"8\n1\",07:47,app,door,dairy,3.6,10.6,08:00,12:00,3.2,1,,,,,\n"
}

#[test]
fn damaged_files_never_panic() {
    let (good, day) = (good_file(), day());
    (0..1_500).map(Seed).for_each(|seed| check_damaged(good.as_bytes(), &day, seed));
}

/// A long run, with its count: `cargo test -p coldmile-model --release -- --ignored --nocapture fuzz`; the number of files
/// is `FUZZ_FILES`, 200,000 when it is not set.
#[test]
#[ignore = "a long run; the command is in its comment"]
fn fuzz_of_orders() {
    let files: u64 = std::env::var("FUZZ_FILES").ok().and_then(|count| count.parse().ok()).unwrap_or(200_000);
    let day = day();
    let goods =
        [good_file(), with_semicolons("name", "Aino"), with_semicolons("name", "Aino").replace('\n', "\r\n")];
    for seed in (0..files).map(|seed| Seed(1_000_000 + seed)) {
        check_damaged(goods[seed.0 as usize % goods.len()].as_bytes(), &day, seed);
    }
    println!("orders.csv: {files} damaged files read, none panics");
}

/// The most memory that this process has had, in bytes, as Linux counts it.
fn peak_memory() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<usize>().ok()? * 1024)
}

/// Files that once took up to two hundred times their size: `cargo test -p coldmile-model --release -- --ignored
/// --nocapture memory --test-threads 1`. Smaller files first, because the peak of a process never falls.
#[test]
#[ignore = "a long run; the command is in its comment"]
fn memory_of_the_reader() {
    let day = day();
    let header = "order_id;lon;lat;temp_class;kg;litres;window;pieces\n";
    let rows = |row: &str, bytes: usize| format!("{header}{}", row.repeat(bytes / row.len()));
    let numbered = |row: &str, count: usize| -> String {
        header.to_owned() + &(0..count).map(|id| format!("{id}{row}\n")).collect::<Vec<_>>().concat()
    };
    let files: [(&str, &dyn Fn() -> String); 8] = [
        ("many parcels", &|| numbered(";24,9;60,1;dairy;1;1;8:00-9:00;100", 3_000)),
        ("many orders", &|| numbered(";24,9;60,1;dairy;1;1;8:00-9:00;1", MAX_ORDERS)),
        ("10 MB of rows of one letter", &|| rows("x\n", 10 << 20)),
        ("10 MB of rows of nothing but an id", &|| numbered(";;;;;;;", 900_000)),
        ("60 MB of rows of one letter", &|| rows("x\n", 60 << 20)),
        ("60 MB behind a quotation mark", &|| format!("{header}\"{}", "A;1;2\n".repeat(9 << 20))),
        ("60 MB of quoted line ends", &|| rows("\"\n\";", 60 << 20)),
        ("60 MB of umlauts", &|| rows("A;ö;ä;ü\n", 60 << 20)),
    ];
    for (name, text) in files {
        let text = text();
        let bytes = if name.ends_with("umlauts") {
            encoding_rs::WINDOWS_1252.encode(&text).0.into_owned()
        } else {
            text.into_bytes()
        };
        let found = read_orders(&bytes, "orders.csv", &day, &look_up);
        let Some(peak) = peak_memory() else { return };
        println!(
            "{name}: {} MB, {} orders, {} problems, peak {} MB",
            bytes.len() >> 20,
            found.good.len(),
            found.problem_count,
            peak >> 20
        );
        assert!(peak <= (80 << 20) + 6 * bytes.len(), "{name}");
    }
}

#[test]
fn importance_size_and_shelf_life_are_read_and_written_where_they_are_given() {
    let header = "order_id,lon,lat,temp_class,kg,litres,tw_start,tw_end,placed_at,priority,parcel_cm,best_before,min_life_share\n";
    let row = |number: usize, cells: &str| {
        format!("A{number},24.95,60.16,dairy,1,1,08:00,12:00,-1 18:00,{cells}\n")
    };
    let text = header.to_owned()
        + &row(1, "9,30x40 x20.5,2026-03-20,0.25")
        + &row(2, ",,,")
        + &row(3, "1,1×2*3,2026-03-17 11:00,");
    let day = day();
    let read_day = |text: &str| read_orders(text.as_bytes(), "orders.csv", &day, &look_up);
    let reading = read_day(&text);
    assert_eq!(codes(&reading.problems), []);
    let orders: Vec<_> = reading.good.iter().collect();
    assert_eq!(orders.iter().map(|order| order.priority).collect::<Vec<_>>(), [9, 5, 1]);
    assert_eq!(orders[0].parcel_size, Some(BoxSize::new([300, 400, 205])));
    assert_eq!(orders[2].parcel_size.map(|size| size.edges()), Some([30, 20, 10]));
    let clock = DayClock::new(day.date, &day.timezone).unwrap();
    let life = orders[0].shelf_life.unwrap();
    // The whole of that date counts, whatever the day is.
    assert_eq!(life.best_before, clock.read_any("2026-03-21T00:00").unwrap());
    assert_eq!(life.min_left_ppm, 250_000);
    assert_eq!(orders[1].shelf_life, None);
    assert_eq!(orders[2].shelf_life.unwrap().best_before, clock.read_any("2026-03-17T11:00").unwrap());
    let mut full = day.clone();
    full.orders = reading.good.clone();
    let again = read_day(&write_orders(&full));
    assert_eq!(again.good.as_slice(), full.orders.as_slice());
    // What no order has is no column.
    full.orders = read_day(&(header.to_owned() + &row(2, ",,,"))).good;
    assert!(!write_orders(&full).contains("priority"));
    for (cells, code) in [
        ("0,,,", "order/bad-priority"),
        ("2.5,,,", "order/bad-priority"),
        (",40x30,,", "order/bad-size"),
        (",40x30x0,,", "order/bad-size"),
        (",40x30x301,,", "order/bad-size"),
        (",,soon,", "order/bad-time"),
        (",,2026-03-01,", "order/old-goods"),
        (",,,0.5", "order/bad-life-share"),
        (",,2026-03-20,1.5", "order/bad-life-share"),
    ] {
        let problems = read_day(&(header.to_owned() + &row(1, cells))).problems;
        assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [code], "{cells}");
    }
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
