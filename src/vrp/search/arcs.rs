//! Arcs between stops in flat tables, as small integers.

use crate::problem::{Backhauls, is_backhaul};
use crate::problem::{MAX_LEG, Problem, Profile};
use coldmile_units::{Seed, Travel};
use std::ops::Range;

/// An arc from one stop to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Arc {
    /// Metres.
    pub distance: i32,
    /// Seconds.
    pub time: i32,
}

/// Stands in an arc for "not reachable": longer than any arc there is, and the sum of two stays inside 32 bits.
pub(super) const UNREACHABLE: i32 = MAX_LEG as i32 + 1;

/// Metres from which on a detour costs `limit` or more at this cost per metre; at most `max_metres`.
#[inline]
pub(super) fn metres_below(limit: i64, cost_per_metre: i64, max_metres: i32) -> i32 {
    // Where distance costs nothing, every detour is below a positive limit.
    let metres = if cost_per_metre > 0 {
        (limit - 1).div_euclid(cost_per_metre) + 1
    } else if limit > 0 {
        i64::MAX
    } else {
        i64::MIN
    };
    metres.clamp(i64::from(-UNREACHABLE), i64::from(max_metres)) as i32
}

impl Arc {
    /// No arc at all.
    pub const UNREACHABLE: Self = Self { distance: UNREACHABLE, time: UNREACHABLE };

    /// The arc between two locations; `None` where there is none.
    pub fn between(travel: &dyn Travel, from: usize, to: usize) -> Option<Self> {
        let (time, distance) = travel.leg(from, to)?;
        debug_assert!(time.0.max(distance.0) <= MAX_LEG, "legs were checked when the problem was built");
        Some(Self { distance: distance.0 as i32, time: time.0 as i32 })
    }
}

/// All arcs of one profile between stops: clients first, then depots.
pub(super) struct Arcs {
    size: usize,
    out: ArcTable,
    /// Transposed; `None` when both directions agree, then `out` serves for it.
    back: Option<ArcTable>,
    /// Whether some pair has no arc.
    pub is_incomplete: bool,
    /// Seconds and metres of the longest arcs there are.
    pub max_time: i32,
    pub max_distance: i32,
    /// Whether both directions agree and the triangle inequality holds, but for rounding and for arcs that are closed
    /// because backhauls come last.
    pub is_metric: bool,
}

/// Arcs in rows. Where every arc takes as many seconds as it has metres, one table serves for both, which halves the cache
/// footprint.
#[derive(Default)]
pub(super) struct ArcTable {
    distance: Vec<i32>,
    /// Empty when it would be the same.
    time: Vec<i32>,
}

impl ArcTable {
    pub fn with_capacity(len: usize) -> Self {
        Self { distance: Vec::with_capacity(len), time: Vec::new() }
    }

    pub fn push(&mut self, arc: Arc) {
        if arc.time != arc.distance && self.time.is_empty() {
            self.time.reserve_exact(self.distance.capacity());
            self.time.extend_from_slice(&self.distance);
        }
        self.distance.push(arc.distance);
        if !self.time.is_empty() || arc.time != arc.distance {
            self.time.push(arc.time);
        }
    }

    #[inline]
    fn times(&self) -> &[i32] {
        if self.time.is_empty() { &self.distance } else { &self.time }
    }

    #[inline]
    pub fn at(&self, place: usize) -> Arc {
        Arc { distance: self.distance[place], time: self.times()[place] }
    }

    #[inline]
    pub fn row(&self, places: Range<usize>) -> ArcRow<'_> {
        ArcRow { distance: &self.distance[places.clone()], time: &self.times()[places] }
    }
}

/// The arcs from one stop, or to it.
#[derive(Clone, Copy)]
pub(super) struct ArcRow<'a> {
    distance: &'a [i32],
    time: &'a [i32],
}

impl<'a> ArcRow<'a> {
    /// The arc to, or from, another stop.
    #[inline]
    pub fn at(&self, other: usize) -> Arc {
        Arc { distance: self.distance[other], time: self.time[other] }
    }

    /// Metres of all of them.
    pub fn metres(self) -> &'a [i32] {
        self.distance
    }

    /// Those to, or from, a range of stops.
    #[inline]
    pub fn part(self, stops: Range<usize>) -> Self {
        Self { distance: &self.distance[stops.clone()], time: &self.time[stops] }
    }

    /// All of them.
    #[inline]
    pub fn iter(self) -> impl Iterator<Item = Arc> + 'a {
        self.distance.iter().zip(self.time).map(|(&distance, &time)| Arc { distance, time })
    }

    /// The longest of them in seconds.
    pub fn max_duration(&self) -> i32 {
        self.time.iter().copied().max().unwrap_or(0)
    }
}

/// Random triangles that are looked at, at most.
const TRIANGLES: usize = 20_000;
/// For each location: small problems, of which a day has many, would spend more time on triangles than on their search.
const TRIANGLES_PER_PLACE: usize = 50;
/// Side of the blocks in which tables are transposed.
const BLOCK: usize = 64;

impl Arcs {
    pub fn new(problem: &Problem, profile: &Profile) -> Self {
        let travel = profile.travel();
        let places: Vec<usize> = (problem.clients().iter().map(|client| client.location))
            .chain(problem.depots().iter().map(|depot| depot.location))
            .collect();
        let size = places.len();
        let (mut is_incomplete, mut max_time, mut max_distance) = (false, 0, 0);
        // Backhauls come last: no arc leads from a backhaul to another client, or to a backhaul from a depot.
        let are_last = problem.backhauls() == Backhauls::Last;
        let is_backhaul: Vec<bool> =
            problem.clients().iter().map(|client| are_last && is_backhaul(client)).collect();
        let mut out = ArcTable::with_capacity(size * size);
        for (at, &from) in places.iter().enumerate() {
            for (other, &to) in places.iter().enumerate() {
                let is_closed = are_last
                    && matches!(
                        (is_backhaul.get(at), is_backhaul.get(other)),
                        (Some(true), Some(false)) | (None, Some(true))
                    );
                let arc = if is_closed { None } else { Arc::between(travel, from, to) };
                is_incomplete |= arc.is_none();
                let Arc { distance, time } = arc.unwrap_or_default();
                (max_time, max_distance) = (max_time.max(time), max_distance.max(distance));
                out.push(arc.unwrap_or(Arc::UNREACHABLE));
            }
        }
        let back = transpose(&out, size);
        let is_metric = (back.is_none() && !is_incomplete || are_last) && is_metric(travel, &places);
        Self { size, out, back, is_incomplete, max_time, max_distance, is_metric }
    }

    /// Whether arcs are the same in both directions.
    pub fn is_symmetric(&self) -> bool {
        self.back.is_none()
    }

    /// The arcs between some of the clients, in this order, and all depots.
    pub fn part(&self, clients: &[u32], client_count: usize) -> Self {
        let stops: Vec<usize> =
            clients.iter().map(|&client| client as usize).chain(client_count..self.size).collect();
        let pick = |table: &[i32]| -> Vec<i32> {
            if table.is_empty() {
                return Vec::new();
            }
            let mut part = Vec::with_capacity(stops.len() * stops.len());
            for from in &stops {
                let row = &table[from * self.size..][..self.size];
                part.extend(stops.iter().map(|&to| row[to]));
            }
            part
        };
        let pick = |table: &ArcTable| ArcTable { distance: pick(&table.distance), time: pick(&table.time) };
        Self { size: stops.len(), out: pick(&self.out), back: self.back.as_ref().map(pick), ..*self }
    }

    /// Arcs that leave `from`.
    #[inline]
    pub fn from(&self, from: usize) -> ArcRow<'_> {
        self.out.row(from * self.size..(from + 1) * self.size)
    }

    /// Arcs that reach `to`.
    #[inline]
    pub fn into(&self, to: usize) -> ArcRow<'_> {
        let table = self.back.as_ref().unwrap_or(&self.out);
        table.row(to * self.size..(to + 1) * self.size)
    }

    /// Metres between two stops.
    #[inline]
    pub fn metres(&self, from: usize, to: usize) -> i32 {
        self.out.distance[from * self.size + to]
    }

    /// The arc between two stops.
    #[inline]
    pub fn at(&self, from: usize, to: usize) -> Arc {
        self.out.at(from * self.size + to)
    }
}

/// The transposed table; `None` when that is the same.
fn transpose(out: &ArcTable, size: usize) -> Option<ArcTable> {
    let turn = |table: &[i32]| -> Vec<i32> {
        let mut transposed = vec![0; table.len()];
        if table.is_empty() {
            return transposed;
        }
        for rows in (0..size).step_by(BLOCK) {
            for columns in (0..size).step_by(BLOCK) {
                for a in rows..(rows + BLOCK).min(size) {
                    for b in columns..(columns + BLOCK).min(size) {
                        transposed[b * size + a] = table[a * size + b];
                    }
                }
            }
        }
        transposed
    };
    let is_same = |table: &[i32]| {
        let mut squares = (0..size).step_by(BLOCK).flat_map(|a| (0..=a).step_by(BLOCK).map(move |b| (a, b)));
        table.is_empty()
            || squares.all(|(rows, columns)| {
                (rows..(rows + BLOCK).min(size)).all(|a| {
                    (columns..(columns + BLOCK).min(size)).all(|b| table[a * size + b] == table[b * size + a])
                })
            })
    };
    let is_symmetric = is_same(&out.distance) && is_same(&out.time);
    (!is_symmetric).then(|| ArcTable { distance: turn(&out.distance), time: turn(&out.time) })
}

/// Whether distances are the same in both directions and keep the triangle inequality, give or take one, as far as some
/// random triangles tell.
fn is_metric(travel: &dyn Travel, places: &[usize]) -> bool {
    let distance_between = |from: usize, to: usize| Arc::between(travel, from, to).map(|arc| arc.distance);
    !places.is_empty()
        && triangles(places.len()).all(|corners| {
            let [a, b, c] = corners.map(|corner| places[corner]);
            match (distance_between(a, b), distance_between(b, c), distance_between(a, c)) {
                (Some(ab), Some(bc), Some(ac)) => ac <= ab + bc + 1 && distance_between(b, a) == Some(ab),
                _ => false,
            }
        })
}

/// Whether some path over a third location is quicker than the direct arc by more than rounding, or the only one, as far
/// as some random triangles tell.
pub(super) fn has_shortcuts(travel: &dyn Travel) -> bool {
    let duration_between =
        |from: usize, to: usize| Arc::between(travel, from, to).map(|arc| i64::from(arc.time));
    triangles(travel.location_count()).any(|[a, b, c]| {
        match (duration_between(a, b), duration_between(b, c), duration_between(a, c)) {
            (Some(ab), Some(bc), Some(ac)) => ab + bc + 2 < ac,
            (Some(_), Some(_), None) => true,
            _ => false,
        }
    })
}

/// Random triples of so many locations, the same every time; all triples of few.
fn triangles(places: usize) -> impl Iterator<Item = [usize; 3]> {
    let mut rng = Seed(0).rng();
    let all = places.saturating_pow(3);
    let is_all = all <= TRIANGLES;
    let count = if is_all { all } else { TRIANGLES.min(places * TRIANGLES_PER_PLACE) };
    (0..count).map(move |at| {
        if is_all {
            [at / places / places, at / places % places, at % places]
        } else {
            [(); 3].map(|()| rng.usize(0..places))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Client, Depot, ProblemBuilder};
    use coldmile_units::{Idx, Metres, Seconds, TravelMatrix};

    #[test]
    fn rows_and_parts_agree_with_travel() {
        for seed in 0..40 {
            let mut rng = fastrand::Rng::with_seed(seed);
            let (is_symmetric, is_one_table, size) = (rng.bool(), rng.bool(), rng.usize(2..90));
            let mut travel = TravelMatrix::unreachable(size, size);
            for from in 0..size {
                for to in 0..if is_symmetric { from + 1 } else { size } {
                    let time = rng.i64(0..99);
                    let distance = if is_one_table { time } else { rng.i64(0..99) };
                    travel.set(from, to, Seconds(time), Metres(distance));
                    if is_symmetric {
                        travel.set(to, from, Seconds(time), Metres(distance));
                    }
                }
            }
            let mut builder = ProblemBuilder::new(0);
            builder.profile(travel.clone());
            builder.depot(Depot::default());
            for location in 1..size {
                builder.client(Client { location, ..Client::default() });
            }
            let problem = builder.build().unwrap();
            let arcs = Arcs::new(&problem, &problem.profiles()[Idx::new(0)]);
            assert!(arcs.is_symmetric() || !is_symmetric, "seed {seed}");
            let some: Vec<u32> = (0..size as u32 - 1).filter(|_| rng.bool()).collect();
            let all: Vec<u32> = (0..size as u32 - 1).collect();
            for (arcs, clients) in [(&arcs, &all), (&arcs.part(&some, size - 1), &some)] {
                let locations: Vec<usize> =
                    clients.iter().map(|&client| client as usize + 1).chain([0]).collect();
                for (a, &from) in locations.iter().enumerate() {
                    for (b, &to) in locations.iter().enumerate() {
                        let expected = Arc::between(&travel, from, to).unwrap();
                        let seen = [arcs.at(a, b), arcs.from(a).at(b), arcs.into(b).at(a)];
                        assert_eq!(seen, [expected; 3], "seed {seed}");
                    }
                }
            }
        }
    }
}
