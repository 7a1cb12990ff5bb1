//! The kinds of location problems.

/// What is minimised or maximised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// p sites, least sum of weighted distances to the closest open site. Knows no capacity.
    PMedian,
    /// The same with capacities, each client at one site.
    CapacitatedPMedian,
    /// Opening costs and distances together, capacities if there are any, a client may be split over several sites.
    FacilityLocation,
    /// The same with each client at one site.
    SingleSource,
    /// p sites, least distance of the client that is farthest from its closest site. Knows no weight and no capacity.
    PCenter,
    /// Fewest sites so that every client has one within the radius.
    SetCover,
    /// p sites, largest weight of clients that have one within the radius.
    MaxCover,
    /// p sites, largest attendance: weight times the decay at the distance of the closest site.
    Attendance,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::PMedian,
        Self::CapacitatedPMedian,
        Self::FacilityLocation,
        Self::SingleSource,
        Self::PCenter,
        Self::SetCover,
        Self::MaxCover,
        Self::Attendance,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PMedian => "p-median",
            Self::CapacitatedPMedian => "cpmp",
            Self::FacilityLocation => "cflp",
            Self::SingleSource => "sscflp",
            Self::PCenter => "p-center",
            Self::SetCover => "set-cover",
            Self::MaxCover => "max-cover",
            Self::Attendance => "attendance",
        }
    }

    /// Whether a larger objective is better.
    pub const fn maximises(self) -> bool {
        matches!(self, Self::MaxCover | Self::Attendance)
    }

    /// Whether the number of sites or their opening costs must be limited for the question to make sense.
    pub const fn needs_limit(self) -> bool {
        !matches!(self, Self::FacilityLocation | Self::SingleSource | Self::SetCover)
    }

    /// Whether opening costs are part of the objective.
    pub const fn pays_opening(self) -> bool {
        matches!(self, Self::FacilityLocation | Self::SingleSource)
    }

    /// Whether the sites' capacities count.
    pub const fn is_capacitated(self) -> bool {
        matches!(self, Self::CapacitatedPMedian | Self::FacilityLocation | Self::SingleSource)
    }

    /// Whether a client may be served by several sites.
    pub const fn may_split(self) -> bool {
        matches!(self, Self::FacilityLocation)
    }

    /// Whether a client may stay without a site.
    pub const fn may_leave_out(self) -> bool {
        matches!(self, Self::MaxCover | Self::Attendance)
    }

    /// Whether there is a radius.
    pub const fn needs_radius(self) -> bool {
        matches!(self, Self::SetCover | Self::MaxCover)
    }
}

/// How attendance falls with distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decay {
    /// It halves with every such distance.
    Half(f64),
}

impl Decay {
    /// The share of a client's weight that comes from such a distance, 0 to 1.
    pub fn share(self, distance: f64) -> f64 {
        match self {
            Self::Half(half) => (-distance / half).exp2(),
        }
    }
}
