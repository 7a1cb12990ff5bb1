//! The parameters of the schedule, the operators and the population, with their defaults.
//!
//! A period of `n` means: one time in `n`, drawn at random. Those of SISR bear the symbol of Christiaens and Vanden Berghe
//! (2020), those of the population and the penalties that of HGS (Vidal, Crainic, Gendreau, Lahrichi and Rei, 2012) and its
//! successor HGS-CVRP (Vidal, 2022). Without a source a default was found by experiment on the literature's instances.

/// Clients up to which recombination pays; larger problems are only annealed, in sectors where there are several lanes.
pub(super) const MAX_RECOMBINED_CLIENTS: usize = 450;

/// Everything by which a search is tuned.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SearchParams {
    pub annealing: AnnealingParams,
    pub ruin: RuinParams,
    pub operators: OperatorParams,
    pub penalties: PenaltyParams,
    pub genetic: GeneticParams,
}

/// The annealing schedule. Temperatures are in mean arc costs of the best solution.
#[derive(Clone, Copy, Debug)]
pub(super) struct AnnealingParams {
    /// Temperature at the start of an annealing (1.5).
    pub initial_temperature: f64,
    /// The same on large problems that do not start from savings: superfluous routes vanish only at high temperatures (3.5).
    pub initial_temperature_large: f64,
    /// The same where the first solution is given (0.3).
    pub given_start_temperature: f64,
    /// Temperature where annealing takes over from recombination (0.15).
    pub restart_temperature: f64,
    /// Temperature where the last of several annealings starts (0.3).
    pub last_restart_temperature: f64,
    /// Temperature at the end of an annealing (0.015).
    pub final_temperature: f64,
    /// The same for the only annealing of a long search: below it nothing changes any more (0.03).
    pub final_temperature_long: f64,
    /// Exponent of the share of the limit by which such an annealing cools: below 1 it cools sooner (0.6).
    pub cooling_exponent_long: f64,
    /// Iterations a client between which a search of one annealing counts as longer and longer (1500 to 4000).
    pub long_iterations: [f64; 2],
    /// Iterations a client from which on there are several annealings, on problems of many clients (4000).
    pub restart_iterations: f64,
    /// How many clients are many; with fewer, proportionally fewer iterations a client suffice (32).
    pub restart_clients: f64,
    /// Period with which an iteration may open trips whenever that is cheaper, annealing after annealing: a fleet that is
    /// too small, or too large, is a basin of attraction of its own (10, 2, 30).
    pub new_trip_periods: [u32; 3],
    /// Clients for which the first annealing would take the whole limit; with fewer, its share is proportional (900).
    pub first_share_clients: f64,
    /// Iterations a client that the first annealing takes at least: offspring of unfinished solutions are no better (300).
    pub min_first_iterations: f64,
    /// Share of the limit above which the first annealing takes all of it (0.75).
    pub max_first_share: f64,
    /// How often recombination and annealing alternate after the first annealing (3).
    pub alternations: u32,
    /// Share of an alternation that is recombination; the rest is annealing (0.85).
    pub recombination_share: f64,
}

impl Default for AnnealingParams {
    fn default() -> Self {
        Self {
            initial_temperature: 1.5,
            initial_temperature_large: 3.5,
            given_start_temperature: 0.3,
            restart_temperature: 0.15,
            last_restart_temperature: 0.3,
            final_temperature: 0.015,
            final_temperature_long: 0.03,
            cooling_exponent_long: 0.6,
            long_iterations: [1500.0, 4000.0],
            restart_iterations: 4000.0,
            restart_clients: 32.0,
            new_trip_periods: [10, 2, 30],
            first_share_clients: 900.0,
            min_first_iterations: 300.0,
            max_first_share: 0.75,
            alternations: 3,
            recombination_share: 0.85,
        }
    }
}

/// How much a ruin removes.
#[derive(Clone, Copy, Debug)]
pub(super) struct RuinParams {
    /// Clients removed on average, c̄ of SISR (10).
    pub mean_removed: f64,
    /// Length of a string at most, L^max of SISR (10).
    pub max_string: f64,
    /// Share of strings that keep some clients in their middle, α of SISR (0.5).
    pub split_rate: f64,
    /// Chance that the kept middle grows by one more client, the β of the split string procedure (0.01).
    pub split_depth: f64,
    /// Period with which a ruin empties a whole vehicle, if it is small: strings seldom close a vehicle (50).
    pub vehicle_period: u32,
    /// With several vehicle types, clients that are drawn for it: the one whose vehicle is smallest decides (8).
    pub vehicle_draws: u32,
    /// Clients of such a vehicle at most (30).
    pub max_vehicle_clients: u32,
}

impl Default for RuinParams {
    fn default() -> Self {
        Self {
            mean_removed: 10.0,
            max_string: 10.0,
            split_rate: 0.5,
            split_depth: 0.01,
            vehicle_period: 50,
            vehicle_draws: 8,
            max_vehicle_clients: 30,
        }
    }
}

/// How often an iteration does what, and what it penalises.
#[derive(Clone, Copy, Debug)]
pub(super) struct OperatorParams {
    /// Period with which optional clients are inserted whatever their prize (8).
    pub ignored_prizes_period: u32,
    /// With prizes, period with which a trip is opened for several optional clients at once (3).
    pub optional_trip_period: u32,
    /// Absent clients with which that is done half as often (100).
    pub many_absent: u32,
    /// With prizes, period with which the trip is opened that pays best among absent clients (48).
    pub paying_trip_period: u32,
    /// With prizes, period with which trips are opened whenever that is cheaper: no client must be served then, so that
    /// trips are opened only where they pay (2).
    pub cheaper_trip_period: u32,
    /// With several vehicle types, period with which touched vehicles may change theirs (3).
    pub type_change_period: u32,
    /// With several vehicle types, period with which two neighbouring vehicles exchange theirs (24).
    pub type_exchange_period: u32,
    /// Where joint insertions are tried, they take every second iteration up to this many clients, and proportionally fewer
    /// above; up to this many clients they are always tried, because greedy insertion is easily trapped there (16).
    pub joint_clients: u32,
    /// Iterations after which the penalty of an absent client has doubled (64).
    pub penalty_doubling: i64,
    /// How often its initial value a penalty may become before all are reset (8).
    pub max_penalty_factor: i64,
    /// Clients above which consecutive iterations stay in one neighbourhood, without and with windows, where routes reach
    /// farther (700, 4000).
    pub focused_from: [usize; 2],
    /// Iterations that a large problem spends in one neighbourhood (512).
    pub focus_iterations: u64,
}

impl Default for OperatorParams {
    fn default() -> Self {
        Self {
            ignored_prizes_period: 8,
            many_absent: 100,
            paying_trip_period: 48,
            optional_trip_period: 3,
            cheaper_trip_period: 2,
            type_change_period: 3,
            type_exchange_period: 24,
            joint_clients: 16,
            penalty_doubling: 64,
            max_penalty_factor: 8,
            focused_from: [700, 4000],
            focus_iterations: 512,
        }
    }
}

/// How the penalties of broken rules follow the share of feasible solutions (the target ratio ξ of HGS).
#[derive(Clone, Copy, Debug)]
pub(super) struct PenaltyParams {
    /// Share of solutions that keep a rule below which its penalty grows (0.35).
    pub min_feasible_share: f64,
    /// Share above which it shrinks (0.5).
    pub max_feasible_share: f64,
    /// Factor by which it grows (1.2).
    pub increase: f64,
    /// Factor by which it shrinks (0.85).
    pub decrease: f64,
    /// Solutions between two changes (40).
    pub update_interval: u32,
    /// Factor of all penalties while an infeasible solution is repaired (10).
    pub repair_factor: f64,
}

impl Default for PenaltyParams {
    fn default() -> Self {
        Self {
            min_feasible_share: 0.35,
            max_feasible_share: 0.5,
            increase: 1.2,
            decrease: 0.85,
            update_interval: 40,
            repair_factor: 10.0,
        }
    }
}

/// The population and its offspring. Sizes are smaller than those of HGS, for short searches.
#[derive(Clone, Copy, Debug)]
pub(super) struct GeneticParams {
    /// Random individuals before the first offspring (24).
    pub initial_individuals: usize,
    /// Individuals that survive a selection, μ of HGS (16).
    pub min_population: usize,
    /// Individuals added before the next selection, λ of HGS (24).
    pub generation_size: usize,
    /// Individuals whose cost alone keeps them, n^elite of HGS (4).
    pub elite: usize,
    /// Work of an offspring besides its local search, in iterations of ruin and recreate (16).
    pub offspring_overhead: u64,
    /// Period with which an infeasible offspring is repaired at once (2).
    pub repair_period: u32,
    /// Where trips are reversible, period with which an offspring comes from route exchange and not from order crossover (2).
    pub route_exchange_period: u32,
    /// Offspring without improvement before the population starts anew (500) …
    pub max_idle: u64,
    /// … and so many more for every client (8).
    pub max_idle_a_client: u64,
    /// Clients below which recombination does not pay (8).
    pub min_clients: usize,
}

impl Default for GeneticParams {
    fn default() -> Self {
        Self {
            initial_individuals: 24,
            min_population: 16,
            generation_size: 24,
            elite: 4,
            offspring_overhead: 16,
            repair_period: 2,
            route_exchange_period: 2,
            max_idle: 500,
            max_idle_a_client: 8,
            min_clients: 8,
        }
    }
}
