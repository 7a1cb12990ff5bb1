//! The unit of costs, and how large the numbers of a problem may be.

/// Cost units in one minor unit of money (a cent, a fen) wherever costs stand for money: a minor unit a kilometre is
/// a cost unit a metre.
pub const COST_SCALE: i64 = 1000;

/// Maximum of a load, a span of time or an exposure, fading or not, in a problem.
///
/// Sums over a whole route of such values stay far inside 64 bits.
pub const MAX_AMOUNT: i64 = 1 << 40;
/// Maximum of a dose, a limit or a start of exposure that fades: no sum of a route loses a thousandth of the unit by
/// rounding.
pub const MAX_FADING_AMOUNT: i64 = 1 << 30;
/// Maximum share of a residue, in millionths.
pub(super) const MAX_SHARE_PPM: i64 = 1_000_000_000;
/// Maximum price of a second or a metre.
pub const MAX_PRICE: i64 = 1 << 24;
/// Maximum duration in seconds and distance in metres between two locations: the search keeps them, and sums of two of
/// them, in 32 bits.
pub const MAX_LEG: i64 = (1 << 30) - 2;
/// Maximum number of load dimensions.
pub const MAX_DIMENSIONS: usize = 16;
/// Maximum number of dimensions in which exposure fades.
pub const MAX_FADING: usize = 8;
