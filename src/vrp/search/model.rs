//! What a solution under the search stores for a rule set.

use super::client_units::ClientUnits;

/// The sizes of a problem, and what a rule set stores at nodes and trips of a solution.
pub(super) trait SearchModel: Sync {
    /// Whether clients may be pairs or alternatives.
    const HAS_UNITS: bool = false;

    /// What a node stores so that insertions next to it can be evaluated in constant time.
    type Node: Copy + Default + Send;
    /// More that a node stores for it, where [`needs_details`](Self::needs_details): apart, so that scans of many nodes find
    /// them close to each other.
    type Details: Copy + Default + Send;
    /// What a trip stores.
    type Trip: Copy + Default + Send;

    /// Number of clients.
    fn client_count(&self) -> usize;
    /// Whether nodes have details in this problem.
    fn needs_details(&self) -> bool;
    /// Which clients belong together.
    fn units(&self) -> &ClientUnits;
    /// By vehicle type, how many vehicles there are.
    fn fleet(&self) -> &[u32];
}
