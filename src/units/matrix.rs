//! Values between pairs of places, and what a search needs to know of travel.

use super::{Metres, Seconds};

/// A rectangular table of values, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix<T> {
    columns: usize,
    cells: Vec<T>,
}

impl<T: Copy> Matrix<T> {
    /// A matrix with the same value in every cell.
    pub fn filled(rows: usize, columns: usize, value: T) -> Self {
        Self { columns, cells: vec![value; rows * columns] }
    }

    /// A matrix from its cells, row by row; `None` when they do not fill whole rows.
    pub fn from_cells(columns: usize, cells: Vec<T>) -> Option<Self> {
        let whole = if columns == 0 { cells.is_empty() } else { cells.len().is_multiple_of(columns) };
        whole.then_some(Self { columns, cells })
    }

    /// Number of rows.
    pub fn row_count(&self) -> usize {
        self.cells.len().checked_div(self.columns).unwrap_or(0)
    }

    /// Number of columns.
    pub const fn column_count(&self) -> usize {
        self.columns
    }

    /// The value from `row` to `column`.
    pub fn at(&self, row: usize, column: usize) -> T {
        self.cells[row * self.columns + column]
    }

    /// Replaces the value from `row` to `column`.
    pub fn set(&mut self, row: usize, column: usize, value: T) {
        self.cells[row * self.columns + column] = value;
    }

    /// The cells of some rows and columns, in this order.
    #[must_use]
    pub fn part(&self, rows: &[usize], columns: &[usize]) -> Self {
        let mut cells = Vec::with_capacity(rows.len() * columns.len());
        for &row in rows {
            let row = self.row(row);
            cells.extend(columns.iter().map(|&column| row[column]));
        }
        Self { columns: columns.len(), cells }
    }

    /// One row.
    pub fn row(&self, row: usize) -> &[T] {
        &self.cells[row * self.columns..(row + 1) * self.columns]
    }

    /// One row, to be filled.
    pub fn row_mut(&mut self, row: usize) -> &mut [T] {
        &mut self.cells[row * self.columns..(row + 1) * self.columns]
    }

    /// All cells, row by row.
    pub fn cells(&self) -> &[T] {
        &self.cells
    }

    /// All cells, row by row, to be filled.
    pub fn cells_mut(&mut self) -> &mut [T] {
        &mut self.cells
    }
}

/// Travel between numbered locations. A matrix answers from memory; a road engine may answer on demand.
pub trait Travel: Sync {
    /// How many locations there are; they are numbered from 0.
    fn location_count(&self) -> usize;
    /// Travel time, or `None` when there is no path.
    fn duration(&self, from: usize, to: usize) -> Option<Seconds>;
    /// Length of the path that takes [`duration`](Self::duration), or `None` when there is no path.
    fn distance(&self, from: usize, to: usize) -> Option<Metres>;
    /// Both at once.
    fn leg(&self, from: usize, to: usize) -> Option<(Seconds, Metres)> {
        self.duration(from, to).zip(self.distance(from, to))
    }
    /// A number that no duration in seconds and no distance in metres between two locations exceeds. By default all pairs
    /// are tried.
    fn max_leg(&self) -> i64 {
        let locations = 0..self.location_count();
        let legs =
            locations.clone().flat_map(|from| locations.clone().filter_map(move |to| self.leg(from, to)));
        legs.map(|(duration, distance)| duration.0.max(distance.0)).max().unwrap_or(0)
    }
}

/// Durations and distances between locations, for one profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TravelMatrix {
    durations: Matrix<i32>,
    distances: Matrix<i32>,
}

/// Stands in a cell for "there is no path".
const UNREACHABLE: i32 = i32::MAX;
/// What a cell holds at most.
const MAX_CELL: i32 = UNREACHABLE - 1;

/// A value as a cell: one that does not fit is the longest there is, never "there is no path".
fn cell(value: i64) -> i32 {
    i32::try_from(value.min(i64::from(MAX_CELL))).unwrap_or(0)
}

impl TravelMatrix {
    /// A matrix of `rows` × `columns` cells in which nothing is reachable yet.
    pub fn unreachable(rows: usize, columns: usize) -> Self {
        Self {
            durations: Matrix::filled(rows, columns, UNREACHABLE),
            distances: Matrix::filled(rows, columns, UNREACHABLE),
        }
    }

    /// Puts what it takes to go from `from` to `to`.
    ///
    /// Durations and distances must fit 31 bits (68 years, two million kilometres); what is longer counts as 2³¹ − 2.
    pub fn set(&mut self, from: usize, to: usize, duration: Seconds, distance: Metres) {
        self.durations.set(from, to, cell(duration.0));
        self.distances.set(from, to, cell(distance.0));
    }

    /// What it takes between some rows and columns, in this order.
    #[must_use]
    pub fn part(&self, rows: &[usize], columns: &[usize]) -> Self {
        Self { durations: self.durations.part(rows, columns), distances: self.distances.part(rows, columns) }
    }

    /// Number of rows (where travel starts).
    pub fn row_count(&self) -> usize {
        self.durations.row_count()
    }

    /// Number of columns (where travel ends).
    pub fn column_count(&self) -> usize {
        self.durations.column_count()
    }

    /// How many cells have no path.
    pub fn unreachable_count(&self) -> usize {
        self.durations.cells().iter().filter(|&&cell| cell == UNREACHABLE).count()
    }

    /// Travel time from row `from` to column `to`; also for matrices that are not square.
    pub fn duration_between(&self, from: usize, to: usize) -> Option<Seconds> {
        let cell = self.durations.at(from, to);
        (cell != UNREACHABLE).then_some(Seconds(i64::from(cell)))
    }

    /// Distance from row `from` to column `to`; also for matrices that are not square.
    pub fn distance_between(&self, from: usize, to: usize) -> Option<Metres> {
        let cell = self.distances.at(from, to);
        (cell != UNREACHABLE).then_some(Metres(i64::from(cell)))
    }
}

impl Travel for TravelMatrix {
    fn location_count(&self) -> usize {
        self.row_count()
    }
    fn duration(&self, from: usize, to: usize) -> Option<Seconds> {
        self.duration_between(from, to)
    }
    fn distance(&self, from: usize, to: usize) -> Option<Metres> {
        self.distance_between(from, to)
    }
    fn max_leg(&self) -> i64 {
        let longest = |matrix: &Matrix<i32>| {
            // Without a branch: a cell without a path wraps to the least number there is.
            let highest = matrix.cells().iter().map(|cell| cell.wrapping_add(1)).max();
            highest.filter(|&highest| highest > i32::MIN).map_or(0, |highest| i64::from(highest) - 1)
        };
        longest(&self.durations).max(longest(&self.distances))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_is_only_what_was_never_set() {
        let mut travel = TravelMatrix::unreachable(2, 2);
        assert_eq!((travel.max_leg(), travel.unreachable_count()), (0, 4));
        for (value, cell) in
            [(0, 0), (1 << 28, 1 << 28), (1 << 31, i64::from(MAX_CELL)), (i64::MAX, i64::from(MAX_CELL))]
        {
            travel.set(0, 1, Seconds(value), Metres(7));
            assert_eq!(travel.duration(0, 1), Some(Seconds(cell)));
            assert_eq!((travel.max_leg(), travel.unreachable_count()), (cell.max(7), 3));
        }
    }

    #[test]
    fn the_longest_leg_is_that_of_all_pairs() {
        /// Without an answer of its own.
        struct Plain(TravelMatrix);
        impl Travel for Plain {
            fn location_count(&self) -> usize {
                self.0.location_count()
            }
            fn duration(&self, from: usize, to: usize) -> Option<Seconds> {
                self.0.duration(from, to)
            }
            fn distance(&self, from: usize, to: usize) -> Option<Metres> {
                self.0.distance(from, to)
            }
        }
        let mut travel = TravelMatrix::unreachable(3, 3);
        for (from, to, seconds, metres) in [(0, 1, 5, 9), (1, 2, 11, 2), (2, 2, 0, 0)] {
            travel.set(from, to, Seconds(seconds), Metres(metres));
        }
        assert_eq!((travel.max_leg(), Plain(travel).max_leg()), (11, 11));
    }
}
