//! Towns drawn as text, and random ones.
//!
//! In a picture, a letter or digit is a named place, `+` a junction without a name, `-` and `|` are two-way streets, and
//! an arrow (`>`, `<`, `^`, `!` for downwards) anywhere in a street makes it one-way. Each straight run between two
//! places is a street of its own.

use crate::{RoadData, RoadDataBuilder};
use coldmile_geometry::Point;
use coldmile_units::{Metres, Seed};

/// Metres from south to north in 1e-7 degrees.
const METRES_PER_E7: f64 = 0.011_119_508;

/// A drawn town; tags and restrictions can be added before [`roads`](Self::roads) is called.
#[derive(Clone, Debug)]
pub struct Town {
    origin: Point,
    scale: Metres,
    places: Vec<SketchPlace>,
    streets: Vec<SketchStreet>,
    restrictions: Vec<(usize, usize, usize, String, String)>,
}

#[derive(Clone, Debug)]
struct SketchPlace {
    name: char,
    row: usize,
    column: usize,
    tags: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
struct SketchStreet {
    ends: [usize; 2],
    tags: Vec<(String, String)>,
}

/// A town from a picture; one character is `scale` wide and high. It lies where traffic keeps right.
///
/// # Panics
/// When a street has a loose end: a picture that does not say what it means is a bug in the test.
pub fn sketch(scale: Metres, picture: &str) -> Town {
    let rows: Vec<Vec<char>> = picture.lines().map(|line| line.chars().collect()).collect();
    let at =
        |row: usize, column: usize| rows.get(row).and_then(|row| row.get(column)).copied().unwrap_or(' ');
    let is_place = |c: char| c.is_ascii_alphanumeric() || c == '+';
    let mut town = Town {
        origin: Point::from_e7(0, 0),
        scale,
        places: Vec::new(),
        streets: Vec::new(),
        restrictions: Vec::new(),
    };
    for (row, line) in rows.iter().enumerate() {
        for (column, &name) in line.iter().enumerate().filter(|(_, c)| is_place(**c)) {
            town.places.push(SketchPlace { name, row, column, tags: Vec::new() });
        }
    }
    let place_at = |row: usize, column: usize| {
        let found = town.places.iter().position(|place| (place.row, place.column) == (row, column));
        found.expect("a street must end at a place")
    };
    for (start, place) in town.places.iter().enumerate() {
        for (down, signs) in [(0, "-<>"), (1, "|^!")] {
            let step = |count: usize| (place.row + down * count, place.column + (1 - down) * count);
            let mut count = 1;
            let mut oneway = None;
            while let Some(sign) = Some(step(count)).map(|(r, c)| at(r, c)).filter(|c| signs.contains(*c)) {
                match sign {
                    '>' | '!' => oneway = Some("yes"),
                    '<' | '^' => oneway = Some("-1"),
                    _ => {}
                }
                count += 1;
            }
            if count > 1 {
                let (row, column) = step(count);
                let end = place_at(row, column);
                let mut tags = vec![("highway".to_owned(), "residential".to_owned())];
                tags.extend(oneway.map(|value| ("oneway".to_owned(), value.to_owned())));
                town.streets.push(SketchStreet { ends: [start, end], tags });
            }
        }
    }
    town
}

impl Town {
    /// The same town elsewhere on the globe.
    #[must_use]
    pub fn moved_to(mut self, origin: Point) -> Self {
        self.origin = origin;
        self
    }

    /// Adds tags to the street between two neighbouring places, or replaces them.
    ///
    /// # Panics
    /// When there is no such street.
    #[must_use]
    pub fn street(mut self, a: char, b: char, tags: &[(&str, &str)]) -> Self {
        let street = self.street_between(a, b);
        set(&mut self.streets[street].tags, tags);
        self
    }

    /// Puts something on a place.
    ///
    /// # Panics
    /// When there is no such place.
    #[must_use]
    pub fn mark(mut self, place: char, tags: &[(&str, &str)]) -> Self {
        let place = self.place(place);
        set(&mut self.places[place].tags, tags);
        self
    }

    /// Adds a turn restriction from street `from`–`via` to street `via`–`to`, such as `no_left_turn`.
    ///
    /// # Panics
    /// When there are no such streets.
    #[must_use]
    pub fn restrict(self, from: char, via: char, to: char, value: &str) -> Self {
        self.restrict_except(from, via, to, value, "")
    }

    /// The same, but not for some vehicles (`bicycle;psv`).
    ///
    /// # Panics
    /// When there are no such streets.
    #[must_use]
    pub fn restrict_except(mut self, from: char, via: char, to: char, value: &str, except: &str) -> Self {
        let (from, to) = (self.street_between(from, via), self.street_between(via, to));
        self.restrictions.push((from, self.place(via), to, value.to_owned(), except.to_owned()));
        self
    }

    /// Where a place is.
    ///
    /// # Panics
    /// When there is no such place.
    pub fn at(&self, place: char) -> Point {
        self.point(self.place(place))
    }

    /// A point on the straight line between two places: `share` is 0 at `a` and 1 at `b`.
    ///
    /// # Panics
    /// When there are no such places.
    pub fn between(&self, a: char, b: char, share: f64) -> Point {
        let (a, b) = (self.at(a), self.at(b));
        let mix = |a: i32, b: i32| (f64::from(a) + f64::from(b - a) * share).round() as i32;
        Point::from_e7(mix(a.lat_e7(), b.lat_e7()), mix(a.lon_e7(), b.lon_e7()))
    }

    /// The roads as a file would give them.
    pub fn roads(&self) -> RoadData {
        let mut builder = RoadDataBuilder::default();
        for (id, place) in self.places.iter().enumerate() {
            builder.node(id as i64, self.point(id), &borrowed(&place.tags));
        }
        for (id, street) in self.streets.iter().enumerate() {
            builder.way(id as i64, &street.ends.map(|end| end as i64), &borrowed(&street.tags));
        }
        for (from, via, to, value, except) in &self.restrictions {
            builder.restriction(*from as i64, *via as i64, *to as i64, value, except);
        }
        builder.finish()
    }

    fn point(&self, place: usize) -> Point {
        let SketchPlace { row, column, .. } = self.places[place];
        let step = self.scale.0 as f64 / METRES_PER_E7;
        let east_west = self.origin.latitude().to_radians().cos();
        Point::from_e7(
            self.origin.lat_e7() - (row as f64 * step).round() as i32,
            self.origin.lon_e7() + (column as f64 * step / east_west).round() as i32,
        )
    }

    fn place(&self, name: char) -> usize {
        let found = self.places.iter().position(|place| place.name == name);
        found.unwrap_or_else(|| no_such(&format!("place {name}")))
    }

    fn street_between(&self, a: char, b: char) -> usize {
        let ends = [self.place(a), self.place(b)];
        let found =
            self.streets.iter().position(|street| street.ends == ends || street.ends == [ends[1], ends[0]]);
        found.unwrap_or_else(|| no_such(&format!("street {a}–{b}")))
    }
}

#[expect(clippy::panic, reason = "a picture that does not say what the test says is a bug in the test")]
fn no_such(what: &str) -> usize {
    panic!("the picture has no {what}")
}

fn set(tags: &mut Vec<(String, String)>, new: &[(&str, &str)]) {
    for (key, value) in new {
        tags.retain(|(known, _)| known != key);
        tags.push(((*key).to_owned(), (*value).to_owned()));
    }
}

fn borrowed(tags: &[(String, String)]) -> Vec<(&str, &str)> {
    tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

/// The roads of a random town: crooked blocks, some streets missing, one-way, private or slow, some corners with
/// gates, signals and restrictions. The same seed gives the same town.
pub fn random_roads(seed: Seed) -> RoadData {
    let mut random = seed.rng();
    let (rows, columns) = (random.i64(3..9), random.i64(3..9));
    let mut builder = RoadDataBuilder::default();
    let id = |row: i64, column: i64| row * columns + column;
    for row in 0..rows {
        for column in 0..columns {
            let mut jitter = || random.i32(-3_000..3_000);
            let point = Point::from_e7(row as i32 * 9_000 + jitter(), column as i32 * 9_000 + jitter());
            let tags: &[(&str, &str)] = match random.u32(0..20) {
                0 => &[("barrier", "bollard")],
                1 => &[("barrier", "gate"), ("access", "private")],
                2 | 3 => &[("highway", "traffic_signals")],
                _ => &[],
            };
            builder.node(id(row, column), point, tags);
        }
    }
    let mut ways: Vec<(i64, i64)> = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            for (other_row, other_column) in [(row + 1, column), (row, column + 1)] {
                if other_row >= rows || other_column >= columns || random.u32(0..8) == 0 {
                    continue;
                }
                let mut tags = vec![(
                    "highway",
                    *random_of(&mut random, &["residential", "tertiary", "service", "primary"]),
                )];
                match random.u32(0..8) {
                    0 => tags.push(("oneway", "yes")),
                    1 => tags.push(("oneway", "-1")),
                    2 => tags.push(("access", "private")),
                    3 => tags.push(("maxspeed", "30")),
                    4 => tags.push(("maxheight", "2.5")),
                    5 => tags.push(("maxweight", "7.5")),
                    _ => {}
                }
                let way = ways.len() as i64;
                let ends = (id(row, column), id(other_row, other_column));
                builder.way(way, &[ends.0, ends.1], &tags);
                ways.push(ends);
            }
        }
    }
    for _ in 0..ways.len() / 6 {
        let from = random.usize(..ways.len());
        let via = if random.bool() { ways[from].0 } else { ways[from].1 };
        let to = random.usize(..ways.len());
        let kind = *random_of(&mut random, &["no_left_turn", "no_u_turn", "only_straight_on"]);
        if ways[to].0 == via || ways[to].1 == via {
            builder.restriction(from as i64, via, to as i64, kind, "");
        }
    }
    builder.finish()
}

fn random_of<'a, T>(random: &mut fastrand::Rng, choices: &'a [T]) -> &'a T {
    &choices[random.usize(..choices.len())]
}
