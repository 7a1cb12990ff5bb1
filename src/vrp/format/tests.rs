//! Dialects of the literature's files, and numbers at the limits of the solver.

use super::{BenchmarkInstance, read_instance, read_solution, write_solution};
use crate::check::check;
use crate::problem::MAX_LEG;
use crate::search::{Control, SolveConfig, StoppingCriterion, solve};
use coldmile_units::Idx;

/// A depot and four clients, two of them in one place.
const FIVE: &str = "NAME : t\nTYPE : CVRP\nDIMENSION : 5\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 4\n\
    NODE_COORD_SECTION\n1 0 0\n2 10 0\n3 10 0\n4 0 10\n5 5 5\n\
    DEMAND_SECTION\n1 0\n2 1\n3 1\n4 1\n5 1\nDEPOT_SECTION\n1\n-1\nEOF\n";

/// Three locations, the clients each on a route of its own.
fn explicit(weight: i64) -> String {
    format!(
        "TYPE : CVRP\nDIMENSION : 3\nEDGE_WEIGHT_TYPE : EXPLICIT\nEDGE_WEIGHT_FORMAT : FULL_MATRIX\n\
        CAPACITY : 1\nEDGE_WEIGHT_SECTION\n0 {weight} {weight}\n{weight} 0 {weight}\n{weight} {weight} 0\n\
        DEMAND_SECTION\n1 0\n2 1\n3 1\nDEPOT_SECTION\n1\n-1\nEOF\n"
    )
}

/// The instance, and the cost of a solution that serves all clients, keeps all rules, and survives its file.
fn solved(text: &str) -> (BenchmarkInstance, i64) {
    let instance = read_instance(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let config = SolveConfig { stop: StoppingCriterion::Iterations(500), ..SolveConfig::default() };
    let solution = solve(&instance.problem, &config, &Control::none());
    assert!(solution.is_complete(&instance.problem), "{:?}: {text}", solution.unplanned);
    let written = write_solution(&instance, &solution);
    let (again, _) = read_solution(&instance, &written).unwrap();
    let report = check(&instance.problem, &again);
    assert_eq!((report.violations.len(), report.cost), (0, solution.cost), "{written}");
    (instance, solution.cost)
}

fn refusal(text: &str) -> String {
    read_instance(text).map(|_| "accepted").unwrap_err().to_string()
}

#[test]
fn dialects_say_the_same() {
    let cost = solved(FIVE).1;
    assert_eq!(cost, 34);
    for (good, other) in [
        ("NAME", "\u{feff}NAME"),
        ("\n", "\r\n"),
        ("DEPOT_SECTION\n1\n-1\n", "DEPOT_SECTION\n1 -1\n"),
        ("DEPOT_SECTION\n1\n-1\n", ""),
        ("CVRP", "DCVRP"),
        ("CAPACITY : 4\n", "CAPACITY: 4\nDISTANCE : 34\nEDGE_WEIGHT_FORMAT : FUNCTION\n"),
        ("DEMAND_SECTION", "DISPLAY_DATA_SECTION\n1 0.5 0.5\nDEMAND_SECTION"),
        // A place in the north of the world by UTM.
        (
            "1 0 0\n2 10 0\n3 10 0\n4 0 10\n5 5 5\n",
            "1 447300 5411930\n2 447310 5411930\n3 447310 5411930\n4 447300 5411940\n5 447305 5411935\n",
        ),
    ] {
        let text = FIVE.replace(good, other);
        assert_ne!(text, FIVE);
        assert_eq!(solved(&text).1, cost, "{other:?}");
    }
}

#[test]
fn a_depot_may_stand_anywhere() {
    // The same places, the depot in the middle, and last.
    for depot in 2..=5 {
        let mut places = ["10 0", "10 0", "0 10", "5 5"].to_vec();
        places.insert(depot - 1, "0 0");
        let coordinates: Vec<String> =
            (places.iter().zip(1..)).map(|(place, at)| format!("{at} {place}")).collect();
        let demands: Vec<String> = (1..=5).map(|at| format!("{at} {}", u8::from(at != depot))).collect();
        let [coordinates, demands] = [coordinates, demands].map(|rows| rows.join("\n"));
        let text = format!(
            "TYPE : CVRP\nDIMENSION : 5\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 4\nNODE_COORD_SECTION\n{coordinates}\n\
            DEMAND_SECTION\n{demands}\nDEPOT_SECTION\n{depot}\n-1\nEOF\n"
        );
        let (instance, cost) = solved(&text);
        assert_eq!(cost, 34, "{text}");
        // Clients are counted in the order of the file, without the depot.
        let locations: Vec<usize> = instance.problem.clients().iter().map(|client| client.location).collect();
        assert_eq!(locations, (0..5).filter(|&at| at != depot - 1).collect::<Vec<_>>());
        assert_eq!(instance.problem.depots()[Idx::new(0)].location, depot - 1);
        let (solution, _) = read_solution(&instance, "Route #1: 1 2 3 4\nCost 34\n").unwrap();
        assert_eq!(check(&instance.problem, &solution).violations, []);
    }
    for (depots, message) in [
        ("6", "line 19: depot 6 does not exist"),
        ("0", "line 19: depot 0 does not exist"),
        ("2\n2", "line 20: depot 2 is named twice"),
    ] {
        let text = FIVE.replace("DEPOT_SECTION\n1\n", &format!("DEPOT_SECTION\n{depots}\n"));
        assert_eq!(refusal(&text), message);
    }
}

#[test]
fn two_depots_may_stand_anywhere() {
    let text = "TYPE : MDVRPTW\nDIMENSION : 4\nEDGE_WEIGHT_TYPE : EUC_2D\nVEHICLES : 2\nCAPACITY : 1\n\
        NODE_COORD_SECTION\n1 0 0\n2 1 0\n3 100 0\n4 101 0\nDEMAND_SECTION\n1 1\n2 0\n3 1\n4 0\n\
        VEHICLES_DEPOT_SECTION\n1 2\n2 4\nDEPOT_SECTION\n2\n4\n-1\nEOF\n";
    // Each client is 1 from its depot.
    assert_eq!(solved(text).1, 4000);
    let refused = refusal(&text.replace("1 2\n2 4\n", "1 2\n2 3\n"));
    assert_eq!(refused, "line 18: depot 3 does not exist");
}

#[test]
fn halves_of_a_matrix_are_symmetric() {
    let form = |format: &str, weights: &str| {
        format!(
            "TYPE : CVRP\nDIMENSION : 4\nEDGE_WEIGHT_TYPE : EXPLICIT\nEDGE_WEIGHT_FORMAT : {format}\nCAPACITY : 4\n\
            EDGE_WEIGHT_SECTION\n{weights}\nDEMAND_SECTION\n1 0\n2 1\n3 1\n4 1\nDEPOT_SECTION\n1\n-1\nEOF\n"
        )
    };
    for (format, weights) in [
        ("FULL_MATRIX", "0 3 4 6 3 0 5 7 4 5 0 8 6 7 8 0"),
        ("LOWER_ROW", "3\n4 5\n6 7 8\n"),
        ("UPPER_ROW", "3 4 6\n5 7\n8\n"),
        ("LOWER_DIAG_ROW", "0 3 0\n4 5 0 6 7 8 0"),
        ("UPPER_DIAG_ROW", "0 3 4 6\n0 5 7 0 8 0"),
    ] {
        // 0–1–3–2–0 is 3 + 7 + 8 + 4, 0–3–1–2–0 is 6 + 7 + 5 + 4, 0–1–2–3–0 is 3 + 5 + 8 + 6.
        assert_eq!(solved(&form(format, weights)).1, 22, "{format}");
    }
    assert_eq!(
        refusal(&form("LOWER_ROW", "3 4 5 6 7")),
        "line 6: EDGE_WEIGHT_SECTION: expected 6 entries, found 5"
    );
    assert!(refusal(&form("LOWER", "3")).starts_with("line 4: \"EDGE_WEIGHT_FORMAT : LOWER\""));
}

#[test]
fn a_route_keeps_its_length() {
    let limited = |limit: i64| FIVE.replace("CAPACITY : 4\n", &format!("CAPACITY : 4\nDISTANCE : {limit}\n"));
    // One route is 34 long. Two of at most 25: 10 + 7 + 7 to the corner of the middle, and 20 straight on.
    for (limit, cost) in [(34, 34), (25, 44)] {
        assert_eq!(solved(&limited(limit)).1, cost, "{limit}");
    }
    let instance = read_instance(&limited(25)).unwrap();
    let (too_long, _) = read_solution(&instance, "Route #1: 1 2 4 3\nCost 34").unwrap();
    assert_eq!(check(&instance.problem, &too_long).violations[0].rule.to_string(), "9 m too far");
    // Service counts where there are no windows: 34 and 4 times 5.
    let served = limited(54).replace("CAPACITY", "SERVICE_TIME : 5\nCAPACITY");
    assert_eq!(solved(&served).1, 34);
    assert_eq!(solved(&served.replace("54", "53")).1, 44);
}

#[test]
fn a_solution_without_routes_says_who_is_not_served() {
    let none = "TYPE : CVRP\nDIMENSION : 1\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 4\nNODE_COORD_SECTION\n1 0 0\n\
        DEMAND_SECTION\n1 0\nDEPOT_SECTION\n1\n-1\nEOF\n";
    assert_eq!(solved(none).1, 0);
    let idle = read_instance(&FIVE.replace("CAPACITY", "VEHICLES : 0\nCAPACITY")).unwrap();
    for text in ["Cost 0\n", "\u{feff}Cost 0\n", "Route #1:\nCost 0"] {
        let (solution, stated) = read_solution(&idle, text).unwrap();
        assert_eq!(stated, Some(0.0));
        assert_eq!(check(&idle.problem, &solution).violations.len(), 4, "{text:?}");
    }
    let refused = read_solution(&idle, "nothing\n").unwrap_err().to_string();
    assert_eq!(refused, "line 0: a route or a cost is missing");
}

#[test]
fn weights_are_carried_up_to_the_limit_and_refused_above_with_their_line() {
    for weight in [(1 << 28) - 1, 1 << 28, (1 << 28) + 1, 1 << 29, MAX_LEG] {
        assert_eq!(solved(&explicit(weight)).1, 4 * weight);
    }
    for weight in [MAX_LEG + 1, 1 << 31, 99_999_999_999] {
        let message = format!("line 7: edge weight: \"{weight}\" is not a number between 0 and {MAX_LEG}");
        assert_eq!(refusal(&explicit(weight)), message);
    }
}

#[test]
fn coordinates_are_carried_as_far_as_the_solver_reaches() {
    let town = |kind: &str, places: [i64; 2]| {
        format!(
            "TYPE : {kind}\nDIMENSION : 3\nEDGE_WEIGHT_TYPE : EUC_2D\nVEHICLES : 2\nCAPACITY : 9\n\
            NODE_COORD_SECTION\n1 0 0\n2 {} 0\n3 0 {}\nDEMAND_SECTION\n1 0\n2 1\n3 1\n\
            TIME_WINDOW_SECTION\n1 0 99999999999\n2 0 99999999999\n3 0 99999999999\nDEPOT_SECTION\n1\n-1\nEOF\n",
            places[0], places[1]
        )
    };
    // The triangle of (2 + √2) · 200,000 in thousandths, and so on.
    for (kind, place, cost) in [
        ("MDVRPTW", 200_000, 682_842_712),
        ("MDVRPTW", 500_000, 1_707_106_781),
        ("VRPTW", 50_000_000, 1_707_106_781),
    ] {
        assert_eq!(solved(&town(kind, [place; 2])).1, cost, "{kind} {place}");
    }
    assert_eq!(
        refusal(&town("MDVRPTW", [900_000; 2])),
        "line 9: this location is 1272792 away from that of line 8, more than 1073000"
    );
    assert_eq!(
        refusal(&town("CVRP", [5, 5_000_000_000])),
        "line 9: this location is 5000000000 away from that of line 8, more than 1073000000"
    );
    assert!(refusal(&town("CVRP", [5, 100_000_000_000])).contains("between -99999999999 and 99999999999"));
}

#[test]
fn late_windows_are_no_obstacle() {
    // Two clients open long after the others, at times that 32 bits do not hold; the day ends never.
    let text = FIVE.replace("CVRP", "VRPTW").replace(
        "DEPOT_SECTION",
        "TIME_WINDOW_SECTION\n1 0 99999999999\n2 60000000 60000000\n3 70000000 70000900\n4 0 99999999999\n\
        5 80000000 99999999999\nDEPOT_SECTION",
    );
    // In tenths and rounded down: 100 + 0 + 70 + 70 + 100.
    assert_eq!(solved(&text).1, 340);
}

#[test]
fn scaled_numbers_and_prices_are_refused_above_the_limit_with_their_line() {
    let text = "TYPE : HFVRP\nDIMENSION : 2\nEDGE_WEIGHT_TYPE : EUC_2D\nVEHICLES : 1\n\
        NODE_COORD_SECTION\n1 0 0\n2 1000000 0\nDEMAND_SECTION\n1 0\n2 1\nCAPACITY_SECTION\n1 5\n\
        SERVICE_TIME_SECTION\n1 0\n2 7\nVEHICLES_FIXED_COST_SECTION\n1 8\n\
        VEHICLES_UNIT_DISTANCE_COST_SECTION\n1 9\nDEPOT_SECTION\n1\n-1\nEOF\n";
    // 9 · 2,000,000 + 8 in thousandths.
    assert_eq!(solved(text).1, 18_000_008_000);
    for (good, bad, message) in [
        (
            "2 7",
            "2 9999999999",
            "line 15: SERVICE_TIME_SECTION: \"9999999999\" is not a number between 0 and 1099511627",
        ),
        ("1 8", "1 9999999999", "line 17: VEHICLES_FIXED_COST_SECTION: \"9999999999\""),
        ("1 9", "1 9999999999", "line 19: VEHICLES_UNIT_DISTANCE_COST_SECTION: \"9999999999\""),
    ] {
        let refused = refusal(&text.replace(good, bad));
        assert!(refused.starts_with(message), "{refused}");
    }
}
