//! What a search does when: annealing first, then recombination in turns with annealing from a lower heat, as far as
//! the problem is small enough for it. A small problem that recombination does not suit is annealed again and again,
//! each time with another readiness to open routes, and last from the best of all.

/// Temperature at the beginning, in mean arcs of the best solution.
const HOT: f64 = 1.5;
/// The same on large problems with windows: routes vanish only in the heat.
const HOTTER: f64 = 3.5;
/// Temperature where annealing takes over from recombination.
const WARM: f64 = 0.15;
/// Temperature where the last of several annealings starts.
const TEPID: f64 = 0.3;
/// Iterations a client from which on there are several annealings, where there are many clients.
const REPEATED: f64 = 4000.0;
/// How many are many; with fewer, fewer iterations a client do.
const MANY: f64 = 32.0;
/// In how many iterations one may open trips whenever that is cheaper, annealing after annealing: a fleet that is too
/// small, or too large, is a basin of its own.
const OPENINGS: [u32; 3] = [10, 2, 30];
/// Temperature at the end of every annealing.
const COLD: f64 = 0.015;
/// Temperature at the end of the only annealing of a long search: what is colder changes nothing any more.
const COOL: f64 = 0.03;
/// Power of the share by which such an annealing cools: the heat is soon over.
const STEEP: f64 = 0.6;
/// Iterations a client between which a search of one annealing counts as longer and longer.
const LONG: [f64; 2] = [1500.0, 4000.0];
/// Most clients for which recombination pays.
pub(super) const MOST: usize = 450;
/// Clients for which the first annealing would take the whole limit; for fewer, the less.
const FIRST: f64 = 900.0;
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
    /// Ruin and recreate at this temperature, in mean arcs; one iteration in `openings` may open trips whenever that is
    /// cheaper.
    Anneal { turn: u32, heat: f64, openings: u32, start: Start },
    /// Children of remembered solutions.
    Breed { turn: u32 },
}

/// What a stage of annealing goes on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// Where the search stands.
    Present,
    /// The best solution so far.
    Best,
}

impl Stage {
    /// Counts the stages.
    pub fn turn(self) -> u32 {
        match self {
            Self::Anneal { turn, .. } | Self::Breed { turn } => turn,
        }
    }
}

/// How a search goes on after its first annealing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// Not at all: it takes the whole limit.
    End,
    /// With recombination and more annealings in turns.
    Breed,
    /// With other annealings like it.
    Repeat,
}

/// The stages of one search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stages {
    /// Temperature at the beginning of the first annealing.
    hot: f64,
    /// Share of the limit that the first annealing takes.
    first: f64,
    /// Iterations that it takes at least.
    fewest: f64,
    clients: f64,
    /// Whether a long search is soon cool.
    is_steep: bool,
    /// What is done besides a first annealing.
    then: Then,
}

impl Stages {
    /// The stages of a search on its own. Where clients have prizes the right fleet is found in the heat.
    pub fn new(client_count: usize, can_breed: bool, has_windows: bool, has_prizes: bool) -> Self {
        let clients = client_count as f64;
        let is_small = client_count <= MOST;
        Self {
            hot: if has_windows && !is_small { HOTTER } else { HOT },
            first: if can_breed && is_small { clients / FIRST } else { 1.0 },
            fewest: FEWEST_A_CLIENT * clients,
            clients,
            is_steep: !has_prizes,
            then: match (is_small, can_breed) {
                (false, _) => Then::End,
                (true, true) => Then::Breed,
                (true, false) => Then::Repeat,
            },
        }
    }

    /// One annealing to the end: the stages of a search that works on a part of a large solution.
    pub fn once(client_count: usize, has_windows: bool, has_prizes: bool) -> Self {
        Self { clients: client_count as f64, ..Self::new(MOST + 1, false, has_windows, has_prizes) }
    }

    /// Share of the limit that the first annealing takes in a search of so many iterations.
    fn first_of(self, iterations: f64) -> f64 {
        let first = self.first.max(self.fewest / iterations.max(1.0));
        if first > LATEST { 1.0 } else { first }
    }

    /// The stage of a search that anneals once, with so many iterations a client in all.
    fn only(self, share: f64, iterations_a_client: f64) -> Stage {
        let length = if self.is_steep {
            ((iterations_a_client - LONG[0]) / (LONG[1] - LONG[0])).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let between = |short: f64, long: f64| short + (long - short) * length;
        let (cold, power) = (between(COLD, COOL), between(1.0, STEEP));
        let heat = cooled_to(cold, self.hot, share.powf(power));
        Stage::Anneal { turn: 0, heat, openings: OPENINGS[0], start: Start::Present }
    }

    /// The stage at this share of the limit, 0 to 1, after so many iterations. Solutions are bred only while everybody
    /// is served.
    pub fn at(self, share: f64, iterations: u64, is_complete: bool) -> Stage {
        let expected = if share > 0.0 { iterations as f64 / share } else { f64::INFINITY };
        match self.then {
            Then::Repeat => return repeated(share, expected, self.clients),
            Then::End => return self.only(share, expected / self.clients),
            Then::Breed => {}
        }
        let anneal = |turn, heat| Stage::Anneal { turn, heat, openings: OPENINGS[0], start: Start::Present };
        let first = self.first_of(expected);
        if share < first {
            return anneal(0, cooled(self.hot, share / first));
        }
        let rest = (share - first) / (1.0 - first);
        if !is_complete {
            return anneal(1, cooled(self.hot, rest));
        }
        let turn = (rest * f64::from(TURNS)) as u32;
        let within = rest * f64::from(TURNS) - f64::from(turn);
        if within < BREEDING || turn + 1 >= TURNS {
            Stage::Breed { turn: 2 * turn + 2 }
        } else {
            let share = (within - BREEDING) / (1.0 - BREEDING);
            anneal(2 * turn + 3, cooled(WARM, share))
        }
    }
}

/// The stage of a search that anneals several times, with so many iterations in all.
fn repeated(share: f64, iterations: f64, clients: f64) -> Stage {
    let rounds = match iterations / (REPEATED * clients * (clients / MANY).min(1.0)) {
        few if few < 1.0 => 1,
        some if some < 4.0 => 3,
        _ => 5,
    };
    let place = share * f64::from(rounds);
    let turn = (place as u32).min(rounds - 1);
    let is_last = rounds > 1 && turn + 1 == rounds;
    let (hottest, start) = if is_last { (TEPID, Start::Best) } else { (HOT, Start::Present) };
    let heat = cooled(hottest, place - f64::from(turn));
    Stage::Anneal { turn, heat, openings: OPENINGS[turn as usize % OPENINGS.len()], start }
}

/// Temperature when this share of a cooling from `start` is over.
fn cooled(start: f64, share: f64) -> f64 {
    cooled_to(COLD, start, share)
}

fn cooled_to(end: f64, start: f64, share: f64) -> f64 {
    start * (end / start).powf(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_children_a_long_search_anneals_several_times_and_last_from_the_best() {
        let stages = Stages::new(100, false, true, false);
        assert!(matches!(stages.at(0.99, 99_000, true), Stage::Anneal { turn: 0, .. }));
        let long = stages.at(0.99, 9_900_000, true);
        assert!(matches!(long, Stage::Anneal { turn: 4, start: Start::Best, .. }), "{long:?}");
        assert!(matches!(
            Stages::once(100, true, false).at(0.99, 9_900_000, true),
            Stage::Anneal { turn: 0, .. }
        ));
    }

    #[test]
    fn a_longer_search_is_sooner_cool() {
        let stages = Stages::new(1000, false, true, false);
        let heat = |share, iterations| match stages.at(share, iterations, true) {
            Stage::Anneal { heat, .. } => heat,
            Stage::Breed { .. } => unreachable!("too many clients"),
        };
        assert!((heat(0.25, 250_000) - cooled(HOTTER, 0.25)).abs() < 1e-9);
        assert!(heat(0.25, 1_000_000) < heat(0.25, 250_000) * 0.5);
        assert!((heat(1.0, 4_000_000) - COOL).abs() < 1e-9);
    }

    #[test]
    fn a_short_search_is_all_annealing_and_a_long_one_ends_with_children() {
        let stages = Stages::new(100, true, true, false);
        let at_end = |iterations| stages.at(0.999, iterations, true);
        assert!(matches!(at_end(20_000), Stage::Anneal { turn: 0, .. }));
        assert!(matches!(at_end(1_000_000), Stage::Breed { .. }));
        // 30,000 of 100,000 iterations: the first annealing is longer than its usual share.
        assert!(matches!(stages.at(0.29, 29_000, true), Stage::Anneal { turn: 0, .. }));
        assert!(matches!(stages.at(0.31, 31_000, true), Stage::Breed { .. }));
        assert!(matches!(stages.at(0.31, 31_000, false), Stage::Anneal { turn: 1, .. }));
    }
}
