//! What a file holds, and what the caller asks of it.

use super::super::problem::{Client, Decay, Distances, Draft, Kind, Site, Status};
use super::dialect::Format;

/// A problem of a file. Positions count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{what}", line.map_or(String::new(), |line| format!("line {line}: ")))]
pub struct FormatError {
    /// The line, from 1; `None` where the whole file or the call is meant.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
}

impl FormatError {
    /// A problem of the whole file.
    pub(super) const fn whole(what: String) -> Self {
        Self { line: None, what }
    }
}

/// How many units of the problem are one of the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Of costs: weighted distances, opening costs, budgets.
    pub cost: f64,
    /// Of distances.
    pub distance: f64,
    /// Of weights.
    pub weight: f64,
}

/// Sites, clients and distances of a file.
#[derive(Clone, Debug)]
pub struct Instance {
    /// How the file is written.
    pub format: Format,
    /// Names of the sites; empty where they are numbered from 1.
    pub site_names: Vec<String>,
    /// Names of the clients; empty where they are numbered from 1.
    pub client_names: Vec<String>,
    /// The sites.
    pub sites: Vec<Site>,
    /// The clients.
    pub clients: Vec<Client>,
    /// Between them.
    pub distances: Distances,
    /// The number of sites to open that the file states.
    pub max_open: Option<usize>,
    /// The units.
    pub scale: Scale,
}

/// What is asked of an instance. Everything in the file's own units.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// What is asked; `None`: what the format is used for in the literature.
    pub kind: Option<Kind>,
    /// At most so many sites; `None`: what the file states.
    pub max_open: Option<usize>,
    /// How far a site covers.
    pub radius: Option<f64>,
    /// How attendance falls with distance.
    pub decay: Option<Decay>,
    /// Opening costs are at most this.
    pub budget: Option<f64>,
    /// Sites that are open, by name or number.
    pub open: Vec<String>,
    /// Sites that are closed, by name or number.
    pub close: Vec<String>,
    /// Groups of sites of which at most one is open, by name or number.
    pub groups: Vec<Vec<String>>,
}

impl Instance {
    /// What is asked when the caller does not say.
    pub const fn usual_kind(&self) -> Kind {
        match self.format {
            Format::Pmed | Format::Tsplib | Format::Matrix => Kind::PMedian,
            Format::Pmedcap => Kind::CapacitatedPMedian,
            Format::Cap => Kind::FacilityLocation,
            Format::Sscflp => Kind::SingleSource,
        }
    }

    /// The draft of a problem; the errors are of names that do not exist, or twice in opposite lists.
    pub fn draft(&self, question: &Question) -> Result<Draft, Vec<FormatError>> {
        let mut errors = Vec::new();
        let kind = question.kind.unwrap_or_else(|| self.usual_kind());
        let mut sites = self.sites.clone();
        for (names, status, option) in
            [(&question.open, Status::Open, "--open"), (&question.close, Status::Closed, "--close")]
        {
            for name in names {
                match self.site(name) {
                    None => errors.push(self.unknown(option, name)),
                    Some(site) if sites[site].status != Status::Free && sites[site].status != status => {
                        errors.push(FormatError::whole(format!(
                            "site {name} is both in --open and in --close"
                        )));
                    }
                    Some(site) => sites[site].status = status,
                }
            }
        }
        let mut groups = Vec::new();
        for names in &question.groups {
            let mut group = Vec::new();
            for name in names {
                match self.site(name) {
                    None => errors.push(self.unknown("--at-most-one", name)),
                    Some(site) => group.push(site),
                }
            }
            groups.push(group);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        // A median counts every unit of a client's demand where the file states prices for all of it, and so they are.
        let draft = Draft::new(kind, sites, self.clients.clone(), self.distances.clone());
        Ok(Draft {
            groups,
            max_open: question.max_open.or(if kind.needs_limit() { self.max_open } else { None }),
            budget: question.budget.map(|budget| budget * self.scale.cost),
            radius: question.radius.map(|radius| radius * self.scale.distance),
            decay: question.decay.map(|Decay::Half(half)| Decay::Half(half * self.scale.distance)),
            ..draft
        })
    }

    /// How many units of the problem are one of the objective.
    pub const fn objective_scale(&self, kind: Kind) -> f64 {
        match kind {
            Kind::SetCover => 1.0,
            Kind::PCenter => self.scale.distance,
            Kind::MaxCover | Kind::Attendance => self.scale.weight,
            _ => self.scale.cost,
        }
    }

    fn unknown(&self, option: &str, name: &str) -> FormatError {
        let known = match (self.site_names.first(), self.site_names.last()) {
            (Some(first), Some(last)) => format!("sites are named {first} … {last}"),
            _ => format!("sites are numbered from 1 to {}", self.sites.len()),
        };
        FormatError::whole(format!("{option}: there is no site {name}; {known}"))
    }

    /// A site by its name or number.
    pub fn site(&self, name: &str) -> Option<usize> {
        position(&self.site_names, self.sites.len(), name)
    }

    /// A client by its name or number.
    pub fn client(&self, name: &str) -> Option<usize> {
        position(&self.client_names, self.clients.len(), name)
    }

    /// The name or number of a site.
    pub fn site_name(&self, site: usize) -> String {
        self.site_names.get(site).cloned().unwrap_or_else(|| (site + 1).to_string())
    }

    /// The name or number of a client.
    pub fn client_name(&self, client: usize) -> String {
        self.client_names.get(client).cloned().unwrap_or_else(|| (client + 1).to_string())
    }
}

fn position(names: &[String], count: usize, name: &str) -> Option<usize> {
    if names.is_empty() {
        let number: usize = name.parse().ok()?;
        return (1..=count).contains(&number).then(|| number - 1);
    }
    names.iter().position(|known| known == name)
}
