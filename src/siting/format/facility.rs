//! Facility location: OR-Library cap, and the layout of Holmberg, Delmaire and TBED. Costs are of a client's whole demand.

use super::super::problem::{Client, Distances, Site};
use super::coordinates::capacity_word;
use super::decimal::Places;
use super::dialect::Format;
use super::instance::{FormatError, Instance, Scale};
use super::tokens::{Reader, tokens};

const SITES: std::ops::RangeInclusive<usize> = 1..=1_000_000;

/// `m n`, then m lines `capacity cost`, then of each client its demand and m costs.
pub(super) fn read_cap(text: &str, capacity: Option<f64>) -> Result<Instance, Vec<FormatError>> {
    let mut reader = Reader::new(tokens(text));
    let (sites, clients) = (reader.count("number of sites", SITES), reader.count("number of clients", SITES));
    let (Some(sites), Some(clients)) = (sites, clients) else { return Err(reader.errors) };
    let mut parts = Parts::default();
    for _ in 0..sites {
        parts.capacities.push(capacity_word(&mut reader, &mut parts.amounts, capacity));
        parts.opening.push(reader.number("opening cost", &mut parts.costs));
    }
    for _ in 0..clients {
        parts.demands.push(reader.number("demand", &mut parts.amounts));
        for _ in 0..sites {
            parts.cells.push(reader.number("cost", &mut parts.costs));
        }
        if reader.is_hopeless() {
            return Err(reader.errors);
        }
    }
    reader.finish()?;
    parts.instance(Format::Cap)
}

/// `I J`, I capacities, I opening costs, J demands, then of each client I costs.
pub(super) fn read_sscflp(text: &str, capacity: Option<f64>) -> Result<Instance, Vec<FormatError>> {
    let mut reader = Reader::new(tokens(text));
    let (sites, clients) = (reader.count("number of sites", SITES), reader.count("number of clients", SITES));
    let (Some(sites), Some(clients)) = (sites, clients) else { return Err(reader.errors) };
    let mut parts = Parts::default();
    for _ in 0..sites {
        parts.capacities.push(capacity_word(&mut reader, &mut parts.amounts, capacity));
    }
    for _ in 0..sites {
        parts.opening.push(reader.number("opening cost", &mut parts.costs));
        if reader.is_hopeless() {
            return Err(reader.errors);
        }
    }
    for _ in 0..clients {
        parts.demands.push(reader.number("demand", &mut parts.amounts));
        if reader.is_hopeless() {
            return Err(reader.errors);
        }
    }
    for _ in 0..clients * sites {
        parts.cells.push(reader.number("cost", &mut parts.costs));
        if reader.is_hopeless() {
            return Err(reader.errors);
        }
    }
    reader.finish()?;
    parts.instance(Format::Sscflp)
}

/// The numbers of a file, and their units.
struct Parts {
    capacities: Vec<f64>,
    opening: Vec<f64>,
    demands: Vec<f64>,
    cells: Vec<f64>,
    amounts: Places,
    costs: Places,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            capacities: Vec::new(),
            opening: Vec::new(),
            demands: Vec::new(),
            cells: Vec::new(),
            amounts: Places::new(),
            costs: Places::new(),
        }
    }
}

impl Parts {
    fn instance(self, format: Format) -> Result<Instance, Vec<FormatError>> {
        let (amounts, costs) = (self.amounts, self.costs);
        let sites: Vec<Site> = self
            .capacities
            .iter()
            .zip(&self.opening)
            .map(|(capacity, opening)| Site {
                opening_cost: costs.apply(*opening),
                capacity: vec![amounts.apply(*capacity)],
                ..Site::default()
            })
            .collect();
        let clients: Vec<Client> = self
            .demands
            .iter()
            .map(|demand| amounts.apply(*demand))
            .map(|demand| Client { weight: demand, cost_per_distance: 1.0, demand: vec![demand] })
            .collect();
        let cells = self.cells.into_iter().map(|cost| costs.apply(cost)).collect();
        let distances = Distances::dense(clients.len(), sites.len(), cells);
        let distances = distances.map_err(|error| vec![FormatError::whole(error.to_string())])?;
        let scale = Scale { cost: costs.scale(), distance: costs.scale(), weight: amounts.scale() };
        Ok(Instance {
            format,
            site_names: Vec::new(),
            client_names: Vec::new(),
            sites,
            clients,
            distances,
            max_open: None,
            scale,
        })
    }
}
