//! Changes that a plan says would admit an order: made in the day's files by a program that knows nothing of their meaning, they do.

use crate::{DispatchConfig, Effort, PlanControl, plan_day};
use coldmile_audit::audit;
use coldmile_model::{Day, Edit, EditFile, Located, read_network, read_orders};
use coldmile_osm::town::sketch;
use coldmile_plan::{DayPlan, RelaxationKind};
use coldmile_road::{Profile, RoadMap, import_roads};
use coldmile_units::{Metres, Seed};
use std::fs;
use std::path::PathBuf;

fn golden(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join("tests/golden/river_town").join(name)).unwrap()
}

fn read(network: &[u8], orders: &[u8]) -> Day {
    let mut day = read_network(network, "network.toml", &["van", "truck", "bike", "foot"]).unwrap();
    day.orders = read_orders(orders, "orders.csv", &day, &|_| Located::Unknown).into_result().unwrap();
    day
}

/// The two files of a day.
#[derive(Clone)]
struct Files {
    network: String,
    orders: String,
}

impl Files {
    fn river_town() -> Self {
        Self { network: golden("network.toml"), orders: golden("orders.csv") }
    }

    /// With no other order than this one.
    fn alone(mut self, order: &str) -> Self {
        let is_kept = |line: &&str| !line.starts_with('R') || line.starts_with(order);
        self.orders = self
            .orders
            .lines()
            .filter(is_kept)
            .map(|line| {
                line.to_owned()
                    + "
"
            })
            .collect();
        self
    }

    /// With another text in place of one that must be there.
    fn with(mut self, changes: &[(&str, &str)]) -> Self {
        for (from, to) in changes {
            assert!(self.network.contains(from) || self.orders.contains(from), "{from}");
            self.network = self.network.replace(from, to);
            self.orders = self.orders.replace(from, to);
        }
        self
    }

    fn plan(&self, roads: &RoadMap, seed: u64) -> DayPlan {
        let day = read(self.network.as_bytes(), self.orders.as_bytes());
        let config = DispatchConfig { seed: Seed(seed), effort: Effort::Iterations(200) };
        let plan = plan_day(&day, roads, &config, &PlanControl::default()).unwrap();
        let report = audit(&day, &plan, roads);
        assert!(report.is_clean(), "{report}");
        plan
    }

    /// Writes `to` in place of `from`, or appends a row.
    fn apply(&mut self, edit: &Edit) {
        match edit.file {
            EditFile::Orders => self.apply_to_orders(edit),
            EditFile::Network => self.apply_to_network(edit),
        }
    }

    fn apply_to_orders(&mut self, edit: &Edit) {
        let mut lines: Vec<Vec<String>> =
            self.orders.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        let header = lines.iter().position(|line| line[0] == "order_id").unwrap();
        let field = edit.field.as_deref().unwrap();
        let column = lines[header].iter().position(|name| name == field).unwrap();
        let row = lines.iter().position(|line| line[0] == edit.id).unwrap();
        let (from, to) = (edit.from.as_str().unwrap(), edit.to.as_str().unwrap());
        let cell = &mut lines[row][column];
        let is_number = |text: &str| text.parse::<f64>().ok();
        assert!(
            *cell == from || is_number(cell) == is_number(from) && is_number(from).is_some(),
            "{edit:?} {cell}"
        );
        to.clone_into(cell);
        self.orders = lines.iter().map(|line| line.join(",") + "\n").collect();
    }

    fn apply_to_network(&mut self, edit: &Edit) {
        let mut network: toml::Table = self.network.parse().unwrap();
        let table = serde_json::to_value(edit.table).unwrap();
        let rows = network.get_mut(table.as_str().unwrap()).unwrap().as_array_mut().unwrap();
        let to = toml::Value::try_from(&edit.to).unwrap();
        match &edit.field {
            None => rows.push(to),
            Some(field) => {
                let row = rows.iter_mut().find(|row| row["id"].as_str() == Some(&edit.id)).unwrap();
                let place = field.split('.').fold(row, |value, key| value.get_mut(key).unwrap());
                assert_eq!(serde_json::to_value(&*place).unwrap(), edit.from, "{edit:?}");
                *place = to;
            }
        }
        self.network = toml::to_string(&network).unwrap();
    }
}

/// A day that leaves an order out, and a kind of change that must be among those that admit it.
type Case = (&'static str, &'static [(&'static str, &'static str)], RelaxationKind);

const R01: &str = "R01,0.0010792,0.0000000,2026-05-11T18:00,app,door,ambient,3.2,9,09:00,12:00,3,,王小明";

const CASES: &[Case] = &[
    ("R17", &[], RelaxationKind::CutOff),
    ("R18", &[], RelaxationKind::Pin),
    (
        "R01",
        &[(R01, "R01,0.0010792,0.0000000,2026-05-11T18:00,app,door,ambient,3.2,9,06:00,06:20,3,,x")],
        RelaxationKind::Window,
    ),
    // No vehicle carries 900 kg.
    (
        "R01",
        &[(R01, "R01,0.0010792,0.0000000,2026-05-11T18:00,app,door,ambient,900,9,09:00,19:00,3,,x")],
        RelaxationKind::Mode,
    ),
    // The fridge of the south bank has 24 l, that of the north bank 200.
    (
        "R05",
        &[("pickup,dairy,2.2,7,10:00,19:00,3,,", "pickup,dairy,2.2,40,10:00,19:00,3,SOUTH,")],
        RelaxationKind::Centre,
    ),
    (
        "R05",
        &[("pickup,dairy,2.2,7,10:00,19:00,3,,", "pickup,dairy,2.2,40,10:00,19:00,3,SOUTH,")],
        RelaxationKind::Storage,
    ),
    // No vehicle starts in the north.
    (
        "R01",
        &[
            (R01, "R01,0.0010792,0.0000000,2026-05-11T18:00,app,door,ambient,3.2,9,09:00,12:00,3,NORTH,x"),
            ("base = \"NORTH\"", "base = \"SOUTH\""),
        ],
        RelaxationKind::Courier,
    ),
    // The truck's shift ends before it could be back.
    (
        "R05",
        &[(
            "vehicle = \"truck\"\nstart = \"05:00\"\nend = \"15:00\"",
            "vehicle = \"truck\"\nstart = \"05:00\"\nend = \"06:10\"",
        )],
        RelaxationKind::Truck,
    ),
    // Shifts end long before the window opens.
    (
        "R01",
        &[(R01, "R01,0.0010792,0.0000000,2026-05-11T18:00,app,door,ambient,3.2,9,20:15,20:30,3,NORTH,x")],
        RelaxationKind::Shift,
    ),
    // The centre closes before a truck can come.
    ("R05", &[("close = \"21:00\"", "close = \"06:20\"")], RelaxationKind::Hours),
];

/// The changes of an order that the plan of these files leaves out.
fn changes_of(plan: &DayPlan, order: &str) -> Vec<(RelaxationKind, Vec<Edit>)> {
    let row = plan.unplanned.iter().find(|row| row.order.as_str() == order);
    let row = row.unwrap_or_else(|| panic!("{order} is planned"));
    assert!(row.relaxations.is_sorted_by_key(|relaxation| relaxation.cost), "{row:?}");
    assert!(row.relaxations.iter().all(|relaxation| row.tried.contains(&relaxation.kind)), "{row:?}");
    row.relaxations.iter().map(|relaxation| (relaxation.kind, relaxation.edits.clone())).collect()
}

#[test]
fn every_change_that_is_told_admits_its_order_with_another_seed() {
    let town = sketch(Metres(100), &golden("town.txt")).roads();
    let roads = import_roads(&town, &Profile::ALL, &|_, _| {}).unwrap();
    let mut faults = Vec::new();
    for (order, changes, kind) in CASES {
        let files = Files::river_town().with(changes);
        let files = if changes.is_empty() { files } else { files.alone(order) };
        let plan = files.plan(&roads, 1);
        let told = changes_of(&plan, order);
        if !told.iter().any(|(told, _)| told == kind) {
            let row = plan.unplanned.iter().find(|row| row.order.as_str() == *order);
            faults.push(format!("{order}: no {kind:?} in {row:#?}"));
        }
        for (kind, edits) in told {
            let mut edited = files.clone();
            for edit in &edits {
                edited.apply(edit);
            }
            let again = edited.plan(&roads, 2);
            if again.unplanned.iter().any(|row| row.order.as_str() == *order) {
                faults.push(format!("{order}: {kind:?} does not help: {edits:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
