//! Turn rules on drawn towns, and travel that hierarchy and Dijkstra agree on.

use coldmile::geometry::Point;
use coldmile::osm::town::Town;
use coldmile::osm::{RestrictionKind, RoadData, Schedule, TurnRule, Via};
use coldmile::road::{Moment, Profile, RoadMap, RoadQuery, dijkstra, import_roads};

/// A turn rule by the places it leads over: `abcd` is from street a–b over b–c to c–d; `abc` turns at b.
#[derive(Clone)]
pub struct Rule {
    pub kind: RestrictionKind,
    pub places: &'static str,
    pub only_for: Option<&'static str>,
    pub except: &'static str,
    pub when: Option<&'static str>,
    /// The order in which the via ways are listed; empty is as they are driven.
    pub via_order: Vec<usize>,
}

impl Rule {
    fn of(kind: RestrictionKind, places: &'static str) -> Self {
        Self { kind, places, only_for: None, except: "", when: None, via_order: Vec::new() }
    }

    /// Forbidden.
    pub fn no(places: &'static str) -> Self {
        Self::of(RestrictionKind::No, places)
    }

    /// The only way to go.
    pub fn only(places: &'static str) -> Self {
        Self::of(RestrictionKind::Only, places)
    }

    /// The roads of a town with this rule alone.
    pub fn on(&self, town: &Town) -> RoadData {
        with_rules(town, std::slice::from_ref(self))
    }
}

/// The way between two places of a town.
pub fn ways(data: &RoadData, town: &Town, a: char, b: char) -> i64 {
    let ends = [town.at(a), town.at(b)];
    let found = data.ways().iter().find(|way| {
        let nodes = data.nodes_of(way);
        let of = [nodes[0], nodes[nodes.len() - 1]].map(|node| data.points()[node as usize]);
        of == ends || of == [ends[1], ends[0]]
    });
    found.unwrap_or_else(|| panic!("no street {a}–{b}")).id
}

/// The roads of a town with rules.
pub fn with_rules(town: &Town, rules: &[Rule]) -> RoadData {
    let mut data = town.roads();
    let rules: Vec<TurnRule> = rules
        .iter()
        .map(|rule| {
            let places: Vec<char> = rule.places.chars().collect();
            let all: Vec<i64> = places.windows(2).map(|pair| ways(&data, town, pair[0], pair[1])).collect();
            let between = &all[1..all.len() - 1];
            let via = if between.is_empty() {
                let node = data.points().iter().position(|&point| point == town.at(places[1])).unwrap();
                // Nodes of a drawn town are numbered as they are kept.
                Via::Node(node as i64)
            } else if rule.via_order.is_empty() {
                Via::Ways(between.to_vec())
            } else {
                Via::Ways(rule.via_order.iter().map(|&at| between[at]).collect())
            };
            TurnRule {
                kind: rule.kind,
                from: all[0],
                via,
                to: all[all.len() - 1],
                only_for: rule.only_for.map(str::to_owned),
                except: rule.except.to_owned(),
                when: rule.when.map(|when| Schedule::parse(when).unwrap()),
                sizes: Vec::new(),
            }
        })
        .collect();
    let count = data.restrictions().len() + rules.len();
    data.restrict(rules);
    assert_eq!(data.restrictions().len(), count, "a rule of the test does not fit the town");
    data
}

/// Metres that table, route and Dijkstra agree on.
pub fn travel(map: &RoadMap, profile: Profile, when: Option<Moment>, from: Point, to: Point) -> Option<i64> {
    let at_moment = when.and_then(|when| map.index_at(profile, when));
    let index = at_moment.as_ref().or(map.index(profile)).unwrap();
    let near = |point| index.snap(point).ok().filter(|snap| snap.distance_m < 1.0);
    let (from, to) = (near(from)?, near(to)?);
    let reference = dijkstra::one_to_many(index.graph(), from, &[to])[0];
    let table = index.table(&[from], &[to]);
    assert_eq!(reference, table.duration_between(0, 0).zip(table.distance_between(0, 0)));
    let path = RoadQuery::new(index).route(&from, &to);
    assert_eq!(reference, path.map(|path| (path.duration, path.distance)));
    reference.map(|(_, distance)| distance.0)
}

/// Metres under some rules from a place, or from a point on a street (two places and a share), to a place.
pub fn agreed(
    town: &Town,
    rules: &[Rule],
    profile: Profile,
    from: char,
    to: char,
    start: Option<(char, char, f64)>,
) -> Option<i64> {
    let map = import_roads(&with_rules(town, rules), &[profile], &|_, _| {}).unwrap();
    let from = start.map_or_else(|| town.at(from), |(a, b, share)| town.between(a, b, share));
    travel(&map, profile, None, from, town.at(to))
}
