//! What is asked of a location instance: options that `site` and `check` share, and the referee's part of `check`.

use super::common::Common;
use super::files::read_bytes;
use super::report::{Outcome, Stopwatch};
use anyhow::{anyhow, bail};
use coldmile_siting::format::{Format, FormatError, Instance, Question, read_instance, read_solution};
use coldmile_siting::{Decay, Kind, Problem, ProblemError, Service, Status, Violation, check};
use serde_json::json;
use std::path::Path;

/// The question.
#[derive(clap::Args, Debug, Default)]
pub struct QuestionArgs {
    /// What is asked: p-median, cpmp, cflp, sscflp, p-center, set-cover, max-cover or attendance [default: what the format is
    /// used for].
    #[arg(long, value_name = "KIND", value_parser = kind)]
    problem: Option<Kind>,
    /// Format of the instance: pmed, cap, pmedcap, sscflp, tsplib or matrix [default: the one that fits].
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<Format>,
    /// Number of sites to open [default: that of the file].
    #[arg(short, long, value_name = "N")]
    p: Option<usize>,
    /// How far a site covers, in the file's unit of distance.
    #[arg(long, value_name = "R", value_parser = amount)]
    radius: Option<f64>,
    /// How attendance falls with distance: half:D, it halves with every distance D.
    #[arg(long, value_name = "half:D", value_parser = decay)]
    decay: Option<Decay>,
    /// Limit of the open sites' opening costs, in the file's unit of cost.
    #[arg(long, value_name = "B", value_parser = amount)]
    budget: Option<f64>,
    /// Sites that are open, separated by commas: numbers from 1, or names.
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    open: Vec<String>,
    /// Sites that are closed.
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    close: Vec<String>,
    /// Sites of which at most one is open; may be repeated.
    #[arg(long = "at-most-one", value_name = "ID,ID")]
    exclusive: Vec<String>,
    /// What the word `capacity` in the file stands for.
    #[arg(long, value_name = "N", value_parser = amount)]
    capacity: Option<f64>,
}

/// Whether a kind of problem that needs a number of sites has to have one: a solution can be judged without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// It has to.
    Needed,
    /// Without one any number of sites is right.
    MayBeUnknown,
}

impl QuestionArgs {
    /// Whether any of the options is given.
    pub fn is_given(&self) -> bool {
        let has_lists = !(self.open.is_empty() && self.close.is_empty() && self.exclusive.is_empty());
        let numbers = [self.radius, self.budget, self.capacity];
        let has_numbers = self.p.is_some() || self.decay.is_some() || numbers.iter().any(Option::is_some);
        self.problem.is_some() || self.format.is_some() || has_lists || has_numbers
    }

    /// The instance and the problem; an error lists everything that is wrong.
    pub fn read(&self, path: &Path, limit: Limit) -> anyhow::Result<(Instance, Problem)> {
        let text = String::from_utf8_lossy(&read_bytes(path)?).into_owned();
        let instance =
            read_instance(&text, self.format, self.capacity).map_err(|errors| listed(path, &errors))?;
        drop(text);
        let question = Question {
            kind: self.problem,
            max_open: self.p,
            radius: self.radius,
            decay: self.decay,
            budget: self.budget,
            open: self.open.clone(),
            close: self.close.clone(),
            groups: self
                .exclusive
                .iter()
                .map(|group| group.split(',').map(|name| name.trim().to_owned()).collect())
                .collect(),
        };
        let mut draft = instance.draft(&question).map_err(|errors| listed(path, &errors))?;
        let is_unlimited = draft.max_open.is_none() && draft.budget.is_none();
        if limit == Limit::MayBeUnknown && draft.kind.needs_limit() && is_unlimited {
            draft.max_open = Some(draft.sites.iter().filter(|site| site.status != Status::Closed).count());
        }
        let problem = draft.build().map_err(|errors| refused(path, &instance, &errors))?;
        Ok((instance, problem))
    }
}

fn kind(text: &str) -> Result<Kind, String> {
    if text == "location-routing" {
        return Err("location-routing is not supported yet".to_owned());
    }
    let names = Kind::ALL.map(Kind::name).join(", ");
    Kind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| format!("expected one of {names}"))
}

fn format(text: &str) -> Result<Format, String> {
    if text == "lrp" {
        return Err("instances of location-routing are not supported yet".to_owned());
    }
    let names = Format::ALL.map(Format::name).join(", ");
    Format::ALL
        .into_iter()
        .find(|format| format.name() == text)
        .ok_or_else(|| format!("expected one of {names}"))
}

fn amount(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value >= 0.0 => Ok(value),
        _ => Err("not a number of at least 0".to_owned()),
    }
}

fn decay(text: &str) -> Result<Decay, String> {
    let half = text.strip_prefix("half:").and_then(|half| half.parse::<f64>().ok());
    match half.filter(|half| half.is_finite() && *half > 0.0) {
        Some(half) => Ok(Decay::Half(half)),
        None => Err("expected half:D with a distance D above 0".to_owned()),
    }
}

fn listed(path: &Path, errors: &[FormatError]) -> anyhow::Error {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    anyhow!("{}: {}", path.display(), lines.join("\n"))
}

/// The problems with the names that sites and clients have in the file.
fn refused(path: &Path, instance: &Instance, errors: &[ProblemError]) -> anyhow::Error {
    // Many clients without a path are one cause: the first of them say enough.
    const MAX_CLIENTS: usize = 10;
    let is_unreachable = |error: &&ProblemError| matches!(error, ProblemError::Unreachable { .. });
    let unreachable = errors.iter().filter(is_unreachable).count();
    let mut lines: Vec<String> = Vec::new();
    let mut clients = 0;
    for error in errors {
        clients += usize::from(is_unreachable(&error));
        if is_unreachable(&error) && clients > MAX_CLIENTS {
            continue;
        }
        lines.push(format!("{} [{}]", in_names(instance, error), error.code()));
    }
    if unreachable > MAX_CLIENTS {
        lines.push(format!("{unreachable} clients in all reach no site that may be open"));
    }
    anyhow!("{}: {}", path.display(), lines.join("\n"))
}

fn in_names(instance: &Instance, error: &ProblemError) -> String {
    let scale = instance.scale;
    match error {
        ProblemError::Unreachable { client } => {
            format!("client {} reaches no site that may be open", instance.client_name(*client))
        }
        ProblemError::GroupConflict { first, second } => format!(
            "sites {} and {} are forced open, but at most one of their group may be open",
            instance.site_name(*first),
            instance.site_name(*second)
        ),
        ProblemError::BudgetExceeded { cost, budget } => {
            format!("the sites forced open cost {}, the budget is {}", cost / scale.cost, budget / scale.cost)
        }
        ProblemError::CapacityBelowDemand { demand, capacity, .. } => format!(
            "the clients' demand of {} is above the capacity of {} of all sites that may be open",
            demand / scale.weight,
            capacity / scale.weight
        ),
        other => other.to_string(),
    }
}

/// Judges a solution of open sites. "No" when there is a violation.
pub fn check_sites(
    path: &Path,
    question: &QuestionArgs,
    (solution_path, text): (&Path, &str),
    mut stopwatch: Stopwatch,
    common: Common,
) -> anyhow::Result<Outcome> {
    let (instance, problem) = stopwatch.phase("read", || question.read(path, Limit::MayBeUnknown))?;
    let (solution, stated) =
        read_solution(&instance, text).map_err(|errors| listed(solution_path, &errors))?;
    if solution.open.is_empty() && solution.service.iter().any(|service| *service != Service::None) {
        bail!("{}: no site is open", solution_path.display());
    }
    let report = stopwatch.phase("check", || check(&problem, &solution));
    let lines: Vec<String> =
        report.violations.iter().map(|violation| describe(&instance, violation)).collect();
    let cost = report.objective / instance.objective_scale(problem.kind());
    if common.json {
        stopwatch.print_json(json!({
            "cost": cost,
            "stated_cost": stated,
            "feasible": lines.is_empty(),
            "problem": problem.kind().name(),
            "format": instance.format.name(),
            "open": solution.open.len(),
            "violations": lines,
        }))?;
    } else {
        for line in &lines {
            println!("{line}");
        }
        println!("cost {cost}, {} violations", lines.len());
        if let Some(stated) = stated.filter(|stated| (stated - cost).abs() > 1e-6 * cost.abs().max(1.0)) {
            println!("the file states a cost of {stated}");
        }
    }
    Ok(if lines.is_empty() { Outcome::Done } else { Outcome::No })
}

/// A violation with the names that sites and clients have in the file, and its units.
fn describe(instance: &Instance, violation: &Violation) -> String {
    let (site_name, client_name) = (|site| instance.site_name(site), |client| instance.client_name(client));
    let scale = instance.scale;
    match violation {
        Violation::OpenTwice { site } => format!("site {} is opened twice", site_name(*site)),
        Violation::Forced { site, is_open } => {
            let forced = if *is_open { "closed" } else { "open" };
            format!("site {} is forced {forced}", site_name(*site))
        }
        Violation::Group { first, second } => format!(
            "sites {} and {} are open, at most one of their group may be",
            site_name(*first),
            site_name(*second)
        ),
        Violation::Budget { cost, budget } => {
            format!("the open sites cost {}, the budget is {}", cost / scale.cost, budget / scale.cost)
        }
        Violation::NotServed { client } => format!("client {} has no site", client_name(*client)),
        Violation::ClosedSite { client, site } => {
            format!(
                "client {} is served from site {}, which is closed",
                client_name(*client),
                site_name(*site)
            )
        }
        Violation::Unreachable { client, site } => {
            format!("client {} does not reach site {}", client_name(*client), site_name(*site))
        }
        Violation::OutsideRadius { client, site, distance, radius } => format!(
            "client {}: site {} is {} from it, the radius is {}",
            client_name(*client),
            site_name(*site),
            distance / scale.distance,
            radius / scale.distance
        ),
        Violation::Split { client, parts } => {
            format!("client {} is split over {parts} sites, each client has one", client_name(*client))
        }
        Violation::Shares { client, sum } => {
            format!("client {}: the shares are no shares of 1 (their sum is {sum})", client_name(*client))
        }
        Violation::Overloaded { site, load, capacity, .. } => format!(
            "site {}: {} is served, the capacity is {}",
            site_name(*site),
            load / scale.weight,
            capacity / scale.weight
        ),
        other => other.to_string(),
    }
}
