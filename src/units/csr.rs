//! Compressed sparse rows: many short lists in one.

use std::ops::Range;

/// Rows of values in one list, such as the arcs of each node of a graph (compressed sparse row format).
///
/// Made by a counting sort in linear time. Holds at most `u32::MAX` values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csr<T> {
    /// Where each row starts, and where the last one ends.
    starts: Vec<u32>,
    values: Vec<T>,
}

impl<T> Default for Csr<T> {
    fn default() -> Self {
        Self { starts: vec![0], values: Vec::new() }
    }
}

impl<T> Csr<T> {
    /// How many rows there are, empty ones included.
    pub const fn row_count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The values of a row, in the order of their entries.
    ///
    /// # Panics
    /// When there is no such row.
    #[inline]
    pub fn row(&self, row: u32) -> &[T] {
        &self.values[self.range(row)]
    }

    /// Where the values of a row stand among all [values](Self::values).
    ///
    /// # Panics
    /// When there is no such row.
    #[inline]
    pub fn range(&self, row: u32) -> Range<usize> {
        self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize
    }

    /// All values, row by row.
    #[inline]
    pub fn values(&self) -> &[T] {
        &self.values
    }
}

impl<T: Copy> Csr<T> {
    /// Rows from entries of a row and a value. Entries of one row keep their order; `entries` is walked twice.
    ///
    /// ```
    /// use coldmile_units::Csr;
    ///
    /// let arcs = [(2, 'a'), (0, 'b'), (2, 'c')];
    /// let out = Csr::from_entries(3, arcs.into_iter());
    /// assert_eq!(out.row(0), ['b']);
    /// assert!(out.row(1).is_empty());
    /// assert_eq!(out.row(2), ['a', 'c']);
    /// ```
    ///
    /// # Panics
    /// When an entry names a row that is not below `row_count`.
    pub fn from_entries(row_count: usize, entries: impl Iterator<Item = (u32, T)> + Clone) -> Self {
        let starts = row_starts(row_count, entries.clone().map(|(row, _)| row));
        // Any value will do to fill the list with.
        let Some((_, filler)) = entries.clone().next() else { return Self { starts, values: Vec::new() } };
        let mut next = starts.clone();
        let mut values = vec![filler; starts[row_count] as usize];
        entries.for_each(|(row, value)| {
            let next = &mut next[row as usize];
            values[*next as usize] = value;
            *next += 1;
        });
        Self { starts, values }
    }
}

/// Where each row starts in a list that is sorted by row, and where the last one ends. `rows` are those of the values,
/// in any order.
///
/// ```
/// use coldmile_units::row_starts;
///
/// let tails = [0, 0, 2];
/// assert_eq!(row_starts(3, tails.into_iter()), [0, 2, 2, 3]);
/// ```
///
/// # Panics
/// When a row is not below `row_count`.
pub fn row_starts(row_count: usize, rows: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0_u32; row_count + 1];
    rows.for_each(|row| starts[row as usize + 1] += 1);
    for row in 0..row_count {
        starts[row + 1] += starts[row];
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seed;

    #[test]
    fn rows_are_those_of_a_list_of_lists() {
        for seed in (0..200).map(Seed) {
            let mut random = seed.rng();
            let row_count = random.usize(1..30);
            let entries: Vec<(u32, u32)> = (0..random.usize(0..100))
                .map(|value| (random.u32(0..row_count as u32), value as u32))
                .collect();
            let mut lists = vec![Vec::new(); row_count];
            for &(row, value) in &entries {
                lists[row as usize].push(value);
            }
            let rows = Csr::from_entries(row_count, entries.iter().copied());
            assert_eq!(rows.row_count(), row_count, "{seed:?}");
            for (row, list) in (0..).zip(&lists) {
                assert_eq!(rows.row(row), list, "{seed:?}");
                assert_eq!(&rows.values()[rows.range(row)], list, "{seed:?}");
            }
            assert_eq!(rows.values(), lists.concat(), "{seed:?}");
        }
    }

    #[test]
    fn without_entries_all_rows_are_empty() {
        let rows: Csr<u8> = Csr::from_entries(2, std::iter::empty());
        assert!(rows.row(0).is_empty() && rows.row(1).is_empty());
        assert_eq!(Csr::<u8>::default().row_count(), 0);
    }
}
