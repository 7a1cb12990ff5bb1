//! Solutions as text: a line `Open: 3 17 42`, a line for each client, last `Cost X`.
//!
//! `Client 1: 3` has one site, `Client 5: 3:0.25 17:0.75` is split, `Client 9: -` is not covered.

use super::super::problem::Kind;
use super::super::solution::{Service, Solution};
use super::instance::{FormatError, Instance};
use std::fmt::Write;

/// The text of a solution, with names and the cost in the file's unit.
pub fn write_solution(instance: &Instance, kind: Kind, solution: &Solution) -> String {
    let mut text = String::from("Open:");
    for site in &solution.open {
        text.push(' ');
        text.push_str(&instance.site_name(*site));
    }
    text.push('\n');
    for (client, service) in solution.service.iter().enumerate() {
        let served = match service {
            Service::None => "-".to_owned(),
            Service::Site(site) => instance.site_name(*site),
            Service::Split(parts) => {
                let parts =
                    parts.iter().map(|(site, share)| format!("{}:{share}", instance.site_name(*site)));
                parts.collect::<Vec<_>>().join(" ")
            }
        };
        // Writing to a text cannot fail.
        let _ = writeln!(text, "Client {}: {served}", instance.client_name(client));
    }
    let _ = writeln!(text, "Cost {}", solution.objective / instance.objective_scale(kind));
    text
}

/// Reads a solution, and the cost that the file states. The errors are all problems of the file.
pub fn read_solution(instance: &Instance, text: &str) -> Result<(Solution, Option<f64>), Vec<FormatError>> {
    let mut errors = Vec::new();
    let mut open: Option<Vec<usize>> = None;
    let mut service: Vec<Option<Service>> = vec![None; instance.clients.len()];
    let mut cost = None;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut error = |what: String| errors.push(FormatError { line: Some(at + 1), what });
        if let Some(rest) = line.trim().strip_prefix("Open:") {
            let sites = rest.split_ascii_whitespace().map(|name| (name, instance.site(name)));
            let mut known = Vec::new();
            for (name, site) in sites {
                match site {
                    Some(site) => known.push(site),
                    None => error(format!("there is no site {name}")),
                }
            }
            if open.replace(known).is_some() {
                error("a second line of open sites".to_owned());
            }
        } else if let Some((name, rest)) =
            line.trim().strip_prefix("Client ").and_then(|rest| rest.split_once(':'))
        {
            match (instance.client(name.trim()), read_service(instance, rest)) {
                (None, _) => error(format!("there is no client {}", name.trim())),
                (_, Err(what)) => error(what),
                (Some(client), Ok(read)) => {
                    if service[client].replace(read).is_some() {
                        error(format!("a second line of client {}", name.trim()));
                    }
                }
            }
        } else if let Some(rest) = line.trim().strip_prefix("Cost ") {
            match rest.trim().parse::<f64>() {
                Ok(value) => cost = Some(value),
                Err(_) => error(format!("{:?} is not a cost", rest.trim())),
            }
        } else {
            error("expected `Open: …`, `Client …: …` or `Cost …`".to_owned());
        }
        if errors.len() >= 20 {
            return Err(errors);
        }
    }
    let missing: Vec<String> = (0..service.len())
        .filter(|client| service[*client].is_none())
        .take(5)
        .map(|client| instance.client_name(client))
        .collect();
    if !missing.is_empty() {
        errors.push(FormatError::whole(format!("clients without a line: {} …", missing.join(", "))));
    }
    match open {
        Some(open) if errors.is_empty() => {
            let service = service.into_iter().map(|service| service.unwrap_or(Service::None)).collect();
            Ok((Solution { open, service, objective: cost.unwrap_or(f64::NAN) }, cost))
        }
        Some(_) => Err(errors),
        None => {
            errors.push(FormatError::whole("there is no line of open sites".to_owned()));
            Err(errors)
        }
    }
}

fn read_service(instance: &Instance, text: &str) -> Result<Service, String> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let site = |name: &str| instance.site(name).ok_or_else(|| format!("there is no site {name}"));
    match words.as_slice() {
        ["-"] => Ok(Service::None),
        [one] if !one.contains(':') => Ok(Service::Site(site(one)?)),
        [] => Err("a site, shares of sites or a dash are expected".to_owned()),
        parts => {
            let part = |word: &&str| -> Result<(usize, f64), String> {
                let (name, share) =
                    word.rsplit_once(':').ok_or_else(|| format!("{word:?} is not SITE:SHARE"))?;
                let share = share.parse().map_err(|_| format!("{share:?} is not a share"))?;
                Ok((site(name)?, share))
            };
            Ok(Service::Split(parts.iter().map(part).collect::<Result<_, _>>()?))
        }
    }
}
