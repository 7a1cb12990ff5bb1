//! A hybrid genetic search: a population, crossovers, and local search to a local optimum.

mod crossover;
mod evolution;
mod population;

pub(super) use evolution::GeneticSearch;
