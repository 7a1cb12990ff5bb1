//! What a search does when: annealing first, then recombination in turns with annealing from a lower heat, as far as
//! the problem is small enough for it.

/// Temperature at the beginning, in mean arcs of the best solution.
const HOT: f64 = 1.5;
/// Temperature where annealing takes over from recombination.
const WARM: f64 = 0.15;
/// Temperature at the end of every annealing.
const COLD: f64 = 0.015;
/// Most clients for which recombination pays.
const MOST: usize = 450;
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
}

impl Stages {
    pub fn new(client_count: usize, can_breed: bool) -> Self {
        let first = 0.1 + client_count as f64 / 1500.0;
        Self { first: if can_breed && client_count <= MOST { first } else { 1.0 } }
    }

    /// The stage at this share of the limit, 0 to 1. Solutions are bred only while everybody is served.
    pub fn at(self, share: f64, is_complete: bool) -> Stage {
        if share < self.first {
            return Stage::Anneal { turn: 0, heat: cooled(HOT, share / self.first) };
        }
        let rest = (share - self.first) / (1.0 - self.first);
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
