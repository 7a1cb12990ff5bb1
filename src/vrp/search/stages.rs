//! What a search does when: annealing first, then recombination in turns with annealing from a lower heat, as far as
//! the problem is small enough for it.

/// Temperature at the beginning, in mean arcs of the best solution.
const HOT: f64 = 1.5;
/// Temperature where annealing takes over from recombination.
const WARM: f64 = 0.15;
/// Temperature at the end of every annealing.
const COLD: f64 = 0.015;
/// Most clients for which recombination pays.
pub(super) const MOST: usize = 450;
/// Iterations a client that the first annealing takes at least: children of unfinished solutions are no better.
const FEWEST_A_CLIENT: f64 = 300.0;
/// The first annealing never ends closer to the limit than this, but at the limit itself.
const LATEST: f64 = 0.75;
/// Turns of recombination.
const TURNS: u32 = 3;
/// Share of a turn that is recombination; the rest is annealing.
const BREEDING: f64 = 0.85;

/// What is done now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Stage {
    /// Ruin and recreate at this temperature, in mean arcs.
    Anneal { turn: u32, heat: f64 },
    /// Children of remembered solutions.
    Breed { turn: u32 },
}

impl Stage {
    /// Counts the stages.
    pub fn turn(self) -> u32 {
        match self {
            Self::Anneal { turn, .. } | Self::Breed { turn } => turn,
        }
    }
}

/// The stages of one search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stages {
    /// Share of the limit that the first annealing takes.
    first: f64,
    /// Iterations that it takes at least.
    fewest: f64,
}

impl Stages {
    pub fn new(client_count: usize, can_breed: bool) -> Self {
        let clients = client_count as f64;
        let first = 0.1 + clients / 1500.0;
        Self {
            first: if can_breed && client_count <= MOST { first } else { 1.0 },
            fewest: FEWEST_A_CLIENT * clients,
        }
    }

    /// Share of the limit that the first annealing takes in a search of so many iterations.
    fn first_of(self, iterations: f64) -> f64 {
        let first = self.first.max(self.fewest / iterations.max(1.0));
        if first > LATEST { 1.0 } else { first }
    }

    /// The stage at this share of the limit, 0 to 1, after so many iterations. Solutions are bred only while everybody
    /// is served.
    pub fn at(self, share: f64, iterations: u64, is_complete: bool) -> Stage {
        let expected = if share > 0.0 { iterations as f64 / share } else { f64::INFINITY };
        let first = self.first_of(expected);
        if share < first {
            return Stage::Anneal { turn: 0, heat: cooled(HOT, share / first) };
        }
        let rest = (share - first) / (1.0 - first);
        if !is_complete {
            return Stage::Anneal { turn: 1, heat: cooled(HOT, rest) };
        }
        let turn = (rest * f64::from(TURNS)) as u32;
        let within = rest * f64::from(TURNS) - f64::from(turn);
        if within < BREEDING || turn + 1 >= TURNS {
            Stage::Breed { turn: 2 * turn + 2 }
        } else {
            let share = (within - BREEDING) / (1.0 - BREEDING);
            Stage::Anneal { turn: 2 * turn + 3, heat: cooled(WARM, share) }
        }
    }
}

/// Temperature when this share of a cooling from `start` is over.
fn cooled(start: f64, share: f64) -> f64 {
    start * (COLD / start).powf(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_search_is_all_annealing_and_a_long_one_ends_with_children() {
        let stages = Stages::new(100, true);
        let at_end = |iterations| stages.at(0.999, iterations, true);
        assert!(matches!(at_end(20_000), Stage::Anneal { turn: 0, .. }));
        assert!(matches!(at_end(1_000_000), Stage::Breed { .. }));
        // 30,000 of 100,000 iterations: the first annealing is longer than its usual share.
        assert!(matches!(stages.at(0.29, 29_000, true), Stage::Anneal { turn: 0, .. }));
        assert!(matches!(stages.at(0.31, 31_000, true), Stage::Breed { .. }));
        assert!(matches!(stages.at(0.31, 31_000, false), Stage::Anneal { turn: 1, .. }));
    }
}
