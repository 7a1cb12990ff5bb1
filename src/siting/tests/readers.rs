//! Formats: what they read, what they refuse, and which fits.

use super::super::format::{Format, Question, fitting_formats, read_instance, read_solution, write_solution};
use super::super::{Control, Kind, SolveConfig, solve};

const PMED: &str = "4 4 2\n1 2 9\n2 3 1\n3 4 1\n1 2 2\n";
const CAP: &str = "3 2\n10 5.5\ncapacity 7.\n9 9\n4\n1.25 3 4\n5 2 2 9\n";
const SSCFLP: &str = "3 2\n10 20 30\n1 2 3\n4 5\n1 2 3\n4 5 6\n";
const PMEDCAP: &str = "1 7\n3 1 12\n1 0 0 4\n2 3 4 4\n3 6 8 4\n";
const TSPLIB: &str =
    "NAME: x\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 1.5e0 2\n3 10 0\nEOF\n";
const MATRIX: &str = "id,weight,north,south\na,2,10,30\nb,1.5,,5\n@opening,,7,8\n@capacity,,3,3\n";

#[test]
fn each_format_is_recognised_and_read() {
    let formats = [
        (PMED, Format::Pmed),
        (CAP, Format::Cap),
        (SSCFLP, Format::Sscflp),
        (PMEDCAP, Format::Pmedcap),
        (TSPLIB, Format::Tsplib),
        (MATRIX, Format::Matrix),
    ];
    for (text, format) in formats {
        assert_eq!(fitting_formats(text), [format], "{format:?}");
        assert_eq!(read_instance(text, None, Some(8.0)).unwrap().format, format);
    }
    // The edge 1–2 occurs twice, the last cost holds.
    let pmed = read_instance(PMED, None, None).unwrap();
    assert_eq!((pmed.distances.of(0, 3), pmed.max_open), (4.0, Some(2)));
    let cap = read_instance(CAP, None, Some(8.0)).unwrap();
    assert_eq!((cap.scale.cost, cap.sites[1].capacity[0], cap.distances.of(0, 0)), (100.0, 8.0, 125.0));
    let points = read_instance(TSPLIB, None, None).unwrap();
    assert_eq!((points.distances.of(0, 1), points.distances.of(0, 2)), (2.0, 10.0));
    let matrix = read_instance(MATRIX, None, None).unwrap();
    assert!(matrix.distances.of(1, 0).is_infinite());
    assert_eq!(
        (matrix.scale.weight, matrix.sites[1].opening_cost, matrix.sites[0].capacity[0]),
        (10.0, 80.0, 30.0)
    );
}

#[test]
fn a_file_that_two_formats_fit_names_both() {
    let one_line = SSCFLP.replace('\n', " ");
    assert_eq!(fitting_formats(&one_line), [Format::Cap, Format::Sscflp]);
    let error = read_instance(&one_line, None, None).unwrap_err()[0].to_string();
    assert!(error.contains("cap, sscflp"), "{error}");
    assert!(read_instance(&one_line, Some(Format::Sscflp), None).is_ok());
    let lrp = "2\n1\n\n0 0\n1 1\n2 2\n\n10\n\n10\n\n1\n1\n\n5\n\n3\n\n0\n";
    let error = read_instance(lrp, None, None).unwrap_err()[0].to_string();
    assert!(error.contains("location-routing"), "{error}");
}

#[test]
fn every_problem_of_a_file_is_reported_with_its_line() {
    let lines = |text: &str, format| {
        let errors = read_instance(text, Some(format), None).unwrap_err();
        errors.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let pmed = lines("3 2 1\n1 9 5\n1 2 -4\nx\n", Format::Pmed);
    assert_eq!(pmed.len(), 3, "{pmed:?}");
    assert!(
        pmed[0].starts_with("line 2: \"9\"")
            && pmed[1].starts_with("line 3: \"-4\"")
            && pmed[2].starts_with("line 4: \"x\"")
    );
    let cap = lines(CAP, Format::Cap);
    assert!(cap[0].starts_with("line 3:") && cap[0].contains("--capacity"), "{cap:?}");
    let short = lines("2 3\n10 5\n", Format::Cap);
    assert!(short[0].contains("the file ends"), "{short:?}");
    let matrix = lines("id,weight,a,a\nx,1,2\ny,-1,2,3\ny,1,?,4\n", Format::Matrix);
    assert_eq!(matrix.len(), 5, "{matrix:?}");
    assert!(lines("", Format::Matrix).len() == 1 || !lines("", Format::Matrix).is_empty());
}

#[test]
fn a_solution_is_read_as_it_was_written() {
    let instance = read_instance(MATRIX, None, None).unwrap();
    for kind in [Kind::PMedian, Kind::FacilityLocation, Kind::MaxCover] {
        let question =
            Question { kind: Some(kind), max_open: Some(2), radius: Some(5.0), ..Question::default() };
        let problem = instance.draft(&question).unwrap().build().unwrap();
        let answer = solve(&problem, &SolveConfig::default(), &Control::none());
        let solution = answer.solution.unwrap();
        let text = write_solution(&instance, kind, &solution);
        let (read, cost) = read_solution(&instance, &text).unwrap();
        assert_eq!((read.open, read.service), (solution.open, solution.service), "{text}");
        assert_eq!(cost, Some(solution.objective / instance.objective_scale(kind)));
    }
    let errors = read_solution(&instance, "Open: west\nClient a: north:x\nCost one\n").unwrap_err();
    assert_eq!(errors.len(), 4, "{errors:?}");
}
