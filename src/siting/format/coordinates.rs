//! Instances of points: TSPLIB coordinates and OR-Library pmedcap. Distances are Euclidean, rounded down.

use super::super::problem::{Client, Distances, Site};
use super::decimal::Places;
use super::dialect::Format;
use super::instance::{FormatError, Instance, Scale};
use super::tokens::{Reader, Token, tokens};
use rayon::prelude::*;

/// TSPLIB with `NODE_COORD_SECTION` and `EUC_2D`: every point is a client and a site.
pub(super) fn read_tsplib(text: &str) -> Result<Instance, Vec<FormatError>> {
    let mut errors = Vec::new();
    let mut stated = None;
    let mut points: Vec<(f64, f64)> = Vec::new();
    let mut is_inside = false;
    for (at, line) in text.lines().enumerate() {
        let mut error = |what: String| errors.push(FormatError { line: Some(at + 1), what });
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        match words.as_slice() {
            [] => {}
            ["EOF"] => break,
            [first, ..] if first.starts_with("NODE_COORD_SECTION") => is_inside = true,
            _ if !is_inside => {
                let (key, value) = line.split_once(':').unwrap_or((line, ""));
                match (key.trim(), value.trim()) {
                    ("DIMENSION", value) => stated = value.parse::<usize>().ok(),
                    ("EDGE_WEIGHT_TYPE", "EUC_2D") => {}
                    ("EDGE_WEIGHT_TYPE", other) => {
                        error(format!("the weight type {other} is not supported, only EUC_2D is"));
                    }
                    _ => {}
                }
            }
            [number, x, y] => match (number.parse::<usize>(), x.parse::<f64>(), y.parse::<f64>()) {
                (Ok(number), Ok(x), Ok(y))
                    if x.is_finite() && y.is_finite() && number == points.len() + 1 =>
                {
                    points.push((x, y));
                }
                _ => error(format!("expected the point {} and its two coordinates", points.len() + 1)),
            },
            _ => error("expected a number and two coordinates".to_owned()),
        }
        if errors.len() >= 20 {
            return Err(errors);
        }
    }
    if errors.is_empty() && stated.is_some_and(|stated| stated != points.len()) {
        let stated = stated.unwrap_or(0);
        errors.push(FormatError::whole(format!(
            "DIMENSION is {stated}, but there are {} points",
            points.len()
        )));
    }
    if errors.is_empty() && points.is_empty() {
        errors.push(FormatError::whole("there are no points".to_owned()));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    instance(
        Format::Tsplib,
        &points,
        vec![Client::default(); points.len()],
        vec![Site::default(); points.len()],
        None,
    )
}

/// `no best`, `n p Q`, then n lines `id x y demand`: every point is a client and a site with the capacity Q.
pub(super) fn read_pmedcap(text: &str, capacity: Option<f64>) -> Result<Instance, Vec<FormatError>> {
    let mut reader = Reader::new(tokens(text));
    let mut ignored = Places::new();
    let mut demand_places = Places::new();
    reader.number("number of the instance", &mut ignored);
    reader.number("best known cost", &mut ignored);
    let Some(count) = reader.count("number of points", 1..=30_000) else { return Err(reader.errors) };
    let max_open = reader.count("number of sites to open", 0..=count);
    let stated = capacity_word(&mut reader, &mut demand_places, capacity);
    let mut points = Vec::with_capacity(count);
    let mut demands = Vec::with_capacity(count);
    for _ in 0..count {
        reader.word("point");
        let x = coordinate(&mut reader);
        let y = coordinate(&mut reader);
        points.push((x, y));
        demands.push(reader.number("demand", &mut demand_places));
    }
    reader.finish()?;
    let clients = demands.iter().map(|demand| Client {
        weight: demand_places.apply(*demand),
        cost_per_distance: 1.0,
        demand: vec![demand_places.apply(*demand)],
    });
    let site = Site { capacity: vec![demand_places.apply(stated)], ..Site::default() };
    let mut instance = instance(Format::Pmedcap, &points, clients.collect(), vec![site; count], max_open)?;
    instance.scale.weight = demand_places.scale();
    Ok(instance)
}

/// A capacity, or the word `capacity` in its place.
pub(super) fn capacity_word(reader: &mut Reader<'_>, places: &mut Places, given: Option<f64>) -> f64 {
    let Some(Token { text, .. }) = reader.word("capacity") else { return 0.0 };
    if text == "capacity" {
        return if let Some(value) = given {
            places.read(&value.to_string()).unwrap_or(value)
        } else {
            // Once says enough.
            if reader.errors.is_empty() {
                let what = "the file has the word `capacity` in place of a number: state it with --capacity";
                reader.error(what.to_owned());
            }
            0.0
        };
    }
    if let Some(value) = places.read(text).filter(|value| *value >= 0.0) {
        value
    } else {
        reader.error(format!("{text:?} is not a capacity: a number of at least 0 is expected"));
        0.0
    }
}

fn coordinate(reader: &mut Reader<'_>) -> f64 {
    let Some(token) = reader.word("coordinate") else { return 0.0 };
    match token.text.parse::<f64>() {
        Ok(value) if value.is_finite() => value,
        _ => {
            reader.error(format!("{:?} is not a coordinate", token.text));
            0.0
        }
    }
}

fn instance(
    format: Format,
    points: &[(f64, f64)],
    clients: Vec<Client>,
    sites: Vec<Site>,
    max_open: Option<usize>,
) -> Result<Instance, Vec<FormatError>> {
    let count = points.len();
    if count > 30_000 {
        return Err(vec![FormatError::whole(format!("{count} points are more than 30000"))]);
    }
    let widest = |axis: fn(&(f64, f64)) -> f64| {
        let all = points.iter().map(axis);
        all.clone().fold(f64::MIN, f64::max) - all.fold(f64::MAX, f64::min)
    };
    if widest(|point| point.0).hypot(widest(|point| point.1)) >= 4e9 {
        return Err(vec![FormatError::whole(
            "points are farther apart than 4e9: use a larger unit".to_owned(),
        )]);
    }
    let mut cells = vec![0_u32; count * count];
    cells.par_chunks_mut(count).zip(points).for_each(|(row, from)| {
        for (cell, to) in row.iter_mut().zip(points) {
            let (x, y) = (from.0 - to.0, from.1 - to.1);
            *cell = (x * x + y * y).sqrt() as u32;
        }
    });
    let distances =
        Distances::small(count, count, cells).map_err(|error| vec![FormatError::whole(error.to_string())])?;
    let scale = Scale { cost: 1.0, distance: 1.0, weight: 1.0 };
    Ok(Instance {
        format,
        site_names: Vec::new(),
        client_names: Vec::new(),
        sites,
        clients,
        distances,
        max_open,
        scale,
    })
}
