//! What broken rules cost while a search passes through them, and how those prices find their level.
//!
//! The descent and the crossovers see solutions that break rules; the annealing never does. Prices follow the share of
//! solutions that come out sound (after Vidal, Crainic, Gendreau, Lahrichi and Rei, 2012), rule by rule.

use super::instance::Instance;
use super::model::Model;

/// Rules that may be broken at a price.
pub(super) const RULES: usize = 4;
/// Amounts over a capacity.
pub(super) const LOAD: usize = 0;
/// Seconds over a window, a shift, a duration or a ride.
pub(super) const TIME: usize = 1;
/// Metres over the longest way.
pub(super) const WAY: usize = 2;
/// Exposure over a limit.
pub(super) const EXPOSURE: usize = 3;

/// By how much each rule is broken.
pub(super) type Overrun = [i64; RULES];

/// Whether no rule is broken.
pub(super) fn is_sound(overrun: &Overrun) -> bool {
    overrun.iter().all(|&over| over == 0)
}

/// Rules whose breach has a price: a trip's attributes joined from stretches in constant time.
pub(super) trait Penalised: Model {
    /// What a stretch knows of itself.
    type Part: Copy + Send;
    /// Whether a stretch keeps its overrun when it is driven backwards, and follows from two heads of its trip.
    const TURNS: bool;
    /// Moves judged in the time of one iteration of ruin and recreate, measured.
    const JUDGED_AN_ITERATION: u64;

    /// Whether every client could be served alone by a vehicle that makes one trip: what a descent takes for granted.
    fn can_descend(&self) -> bool;
    /// A trip's beginning, before its first client.
    fn departure(&self, kind: u32) -> Self::Part;
    /// A trip's end, after its last client.
    fn arrival(&self, kind: u32) -> Self::Part;
    /// One client.
    fn single(&self, kind: u32, client: u32) -> Self::Part;
    /// A stretch, then another.
    fn join(&self, kind: u32, first: &Self::Part, second: &Self::Part) -> Self::Part;
    /// The stretch from a client, known alone, whose trip until it is `from`, to the one whose trip until it is `to`.
    /// Only called where [`TURNS`](Self::TURNS).
    fn between(&self, from: &Self::Part, alone: &Self::Part, to: &Self::Part) -> Self::Part;
    /// By how much a whole trip, departure to arrival, breaks the rules.
    fn overrun(&self, kind: u32, trip: &Self::Part) -> Overrun;
    /// What a whole trip costs besides its way: the vehicle and its waiting.
    fn standing(&self, kind: u32, trip: &Self::Part) -> i64;
    /// The least that any trip of this vehicle type costs besides its way.
    fn least_standing(&self, kind: u32) -> i64;
    /// What the way between two places of this vehicle type costs.
    fn way(&self, kind: u32, from: u32, to: u32) -> i64;
    /// Places of the start and the end of a vehicle type, where clients are their own places.
    fn ends(&self, kind: u32) -> [u32; 2];
    /// Typical size of an overrun of each rule that weighs as much as a long arc.
    fn scales(&self) -> [f64; RULES];
    /// Load of one client, where [`TURNS`](Self::TURNS).
    fn load(&self, client: u32) -> i64;
    /// How much a vehicle takes, where [`TURNS`](Self::TURNS).
    fn room(&self, kind: u32) -> i64;
}

/// A kind of rules that can be made ready for an instance.
pub(super) trait Rules: Sync {
    /// The rules of one instance.
    type Model<'a>: Penalised;

    /// Makes them ready.
    fn of<'a>(instance: &'a Instance<'_>) -> Self::Model<'a>;
}

/// Share of sound solutions below which a rule becomes dearer.
const FEW_SOUND: f64 = 0.35;
/// Share above which it becomes cheaper.
const MANY_SOUND: f64 = 0.5;
/// Solutions between two changes of prices.
const OBSERVED: u32 = 40;

/// Prices of the rules, and how many solutions kept each of them lately.
#[derive(Clone, Debug)]
pub(super) struct Prices {
    first: [f64; RULES],
    now: [f64; RULES],
    kept: [u32; RULES],
    seen: u32,
}

impl Prices {
    /// First prices, where a long arc costs `long`.
    pub fn new(scales: [f64; RULES], long: f64) -> Self {
        let first = scales.map(|scale| long.max(1.0) / scale.max(1e-9));
        Self { first, now: first, kept: [0; RULES], seen: 0 }
    }

    /// What the rules cost now.
    pub fn weights(&self) -> Weights {
        Weights(self.now)
    }

    /// Notes what a descent under these prices led to.
    pub fn observe(&mut self, overrun: &Overrun) {
        self.seen += 1;
        for (kept, &over) in self.kept.iter_mut().zip(overrun) {
            *kept += u32::from(over == 0);
        }
        if self.seen < OBSERVED {
            return;
        }
        for rule in 0..RULES {
            let share = f64::from(self.kept[rule]) / f64::from(self.seen);
            let factor = match share {
                share if share < FEW_SOUND => 1.2,
                share if share > MANY_SOUND => 0.85,
                _ => 1.0,
            };
            let first = self.first[rule];
            self.now[rule] = (self.now[rule] * factor).clamp(first * 1e-3, first * 1e3);
        }
        self.kept = [0; RULES];
        self.seen = 0;
    }
}

/// What a unit over each rule costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights([f64; RULES]);

impl Weights {
    /// What this overrun costs.
    #[inline]
    pub fn price(&self, overrun: &Overrun) -> i64 {
        let mut sum = 0.0;
        for (weight, &over) in self.0.iter().zip(overrun) {
            sum += weight * over as f64;
        }
        sum as i64
    }

    /// So much that soundness comes first.
    pub fn raised(&self) -> Self {
        Self(self.0.map(|weight| weight * 10.0))
    }
}
