//! The names of the formats.

/// How an instance is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// OR-Library p-median: a graph.
    Pmed,
    /// OR-Library capacitated facility location.
    Cap,
    /// OR-Library capacitated p-median: points.
    Pmedcap,
    /// Holmberg, Delmaire, TBED: single-source facility location.
    Sscflp,
    /// TSPLIB coordinates.
    Tsplib,
    /// A table of weights and distances in CSV.
    Matrix,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 6] =
        [Self::Pmed, Self::Cap, Self::Pmedcap, Self::Sscflp, Self::Tsplib, Self::Matrix];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pmed => "pmed",
            Self::Cap => "cap",
            Self::Pmedcap => "pmedcap",
            Self::Sscflp => "sscflp",
            Self::Tsplib => "tsplib",
            Self::Matrix => "matrix",
        }
    }
}
