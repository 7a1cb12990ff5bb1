//! Why a map file cannot be read.

/// A map file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OsmError {
    /// The bytes do not start like a .osm.pbf file.
    #[error("this is not an .osm.pbf file")]
    NotPbf,
    /// The file starts well and breaks later: cut short or damaged.
    #[error("the .osm.pbf file is damaged or cut short: {0}")]
    Damaged(String),
    /// The file needs something that this reader does not know.
    #[error("the .osm.pbf file needs the feature {0:?}, which is not supported")]
    Unsupported(String),
    /// The file has ways but not their nodes.
    #[error(
        "the .osm.pbf file has {ways} roads but none of their nodes, so that no road has a place; make the extract with complete ways (osmium: --strategy complete_ways)"
    )]
    NoNodes {
        /// Roads and ferries in the file.
        ways: usize,
    },
}
