//! Maps and travel times of towns drawn as text ([`coldmile_osm::town`]), and indices of random ones, for tests.

use crate::{Profile, RoadGraph, RoadIndex, RoadMap, RoadQuery, Snap, dijkstra, import_roads};
use coldmile_geometry::Point;
use coldmile_osm::town::{Town, random_roads};
use coldmile_units::{Metres, Seconds, Seed};

/// What a drawn town answers once its roads are imported.
pub trait TownRoads {
    /// The map of one profile.
    ///
    /// # Panics
    /// When the town has no roads for it.
    fn map(&self, profile: Profile) -> RoadMap;

    /// Van distance between two places; `None` when one lies off the reachable roads or there is no path.
    fn distance(&self, from: char, to: char) -> Option<Metres>;

    /// Van duration between two places; `None` as for [`TownRoads::distance`].
    fn duration(&self, from: char, to: char) -> Option<Seconds>;

    /// What plain Dijkstra and the hierarchy agree on between two points.
    ///
    /// # Panics
    /// When they disagree.
    fn travel(&self, profile: Profile, from: Point, to: Point) -> Option<(Seconds, Metres)>;
}

impl TownRoads for Town {
    fn map(&self, profile: Profile) -> RoadMap {
        import_roads(&self.roads(), &[profile], &|_, _| {}).expect("the town has roads for the profile")
    }

    fn distance(&self, from: char, to: char) -> Option<Metres> {
        self.travel(Profile::Van, self.at(from), self.at(to)).map(|(_, distance)| distance)
    }

    fn duration(&self, from: char, to: char) -> Option<Seconds> {
        self.travel(Profile::Van, self.at(from), self.at(to)).map(|(duration, _)| duration)
    }

    fn travel(&self, profile: Profile, from: Point, to: Point) -> Option<(Seconds, Metres)> {
        let map = self.map(profile);
        let index = map.index(profile).expect("the profile was imported");
        let (from, to) = (near(index.graph(), from)?, near(index.graph(), to)?);
        let reference = dijkstra::one_to_many(index.graph(), from, &[to])[0];
        let fast = index.table(&[from], &[to]);
        assert_eq!(
            reference,
            fast.duration_between(0, 0).zip(fast.distance_between(0, 0)),
            "{from:?} {to:?}"
        );
        let path = RoadQuery::new(index).route(&from, &to);
        assert_eq!(reference, path.map(|path| (path.duration, path.distance)), "{from:?} {to:?}");
        reference
    }
}

/// Snaps a point of the picture: only places right on a road count.
fn near(graph: &RoadGraph, point: Point) -> Option<Snap> {
    graph.snap(point).ok().filter(|snap| snap.distance_m < 1.0)
}

/// The index of a random town: crooked blocks, some streets missing, oneway, private or slow, some corners with
/// gates, signals and restrictions. The same seed gives the same town.
pub fn random(seed: Seed, profile: Profile) -> Option<RoadIndex> {
    crate::build(&random_roads(seed), profile)
}
