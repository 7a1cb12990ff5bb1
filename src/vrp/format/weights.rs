//! The forms in which TSPLIB's `EDGE_WEIGHT_FORMAT` writes a matrix: whole, or one half of a symmetric one.

use coldmile_units::{Metres, Seconds, TravelMatrix};

/// Which cells of a matrix are written, row by row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum WeightFormat {
    /// All of them.
    #[default]
    Full,
    /// Those before the diagonal, or up to it.
    Lower(Diagonal),
    /// Those behind the diagonal, or from it on.
    Upper(Diagonal),
}

/// Whether the diagonal of a half is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Diagonal {
    Written,
    LeftOut,
}

impl WeightFormat {
    /// The form of this name. A half written column by column is the other half row by row.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            // A function gives the weights: there is no matrix.
            "FULL_MATRIX" | "FUNCTION" => Some(Self::Full),
            "LOWER_ROW" | "UPPER_COL" => Some(Self::Lower(Diagonal::LeftOut)),
            "LOWER_DIAG_ROW" | "UPPER_DIAG_COL" => Some(Self::Lower(Diagonal::Written)),
            "UPPER_ROW" | "LOWER_COL" => Some(Self::Upper(Diagonal::LeftOut)),
            "UPPER_DIAG_ROW" | "LOWER_DIAG_COL" => Some(Self::Upper(Diagonal::Written)),
            _ => None,
        }
    }

    /// How many cells of a matrix of `size` rows are written.
    pub fn len(self, size: usize) -> usize {
        let whole = size.saturating_mul(size);
        match self {
            Self::Full => whole,
            Self::Lower(Diagonal::LeftOut) | Self::Upper(Diagonal::LeftOut) => (whole - size.min(whole)) / 2,
            Self::Lower(Diagonal::Written) | Self::Upper(Diagonal::Written) => whole.saturating_add(size) / 2,
        }
    }

    /// The columns of a row that are written.
    fn columns(self, row: usize, size: usize) -> std::ops::Range<usize> {
        match self {
            Self::Full => 0..size,
            Self::Lower(Diagonal::LeftOut) => 0..row,
            Self::Lower(Diagonal::Written) => 0..row + 1,
            Self::Upper(Diagonal::LeftOut) => row + 1..size,
            Self::Upper(Diagonal::Written) => row..size,
        }
    }

    /// The matrix of `size` rows whose written cells these are; a unit of weight is a metre and a second.
    pub fn matrix(self, weights: &[i64], size: usize) -> TravelMatrix {
        let mut matrix = TravelMatrix::unreachable(size, size);
        let mut set = |from, to, weight| matrix.set(from, to, Seconds(weight), Metres(weight));
        let mut weights = weights.iter();
        for row in 0..size {
            if self != Self::Full {
                set(row, row, 0);
            }
            for (column, &weight) in self.columns(row, size).zip(weights.by_ref()) {
                set(row, column, weight);
                if self != Self::Full {
                    set(column, row, weight);
                }
            }
        }
        matrix
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coldmile_units::Travel;

    #[test]
    fn every_form_of_a_matrix_gives_the_same() {
        const SIZE: usize = 5;
        let weight = |a: usize, b: usize| if a == b { 0 } else { (10 * a.min(b) + a.max(b)) as i64 };
        let cells = |is_written: &dyn Fn(usize, usize) -> bool, by_column: bool| -> Vec<i64> {
            (0..SIZE * SIZE)
                .map(|cell| (cell / SIZE, cell % SIZE))
                .map(|(a, b)| if by_column { (b, a) } else { (a, b) })
                .filter(|&(row, column)| is_written(row, column))
                .map(|(row, column)| weight(row, column))
                .collect()
        };
        for (name, is_written) in [
            ("FULL_MATRIX", &(|_, _| true) as &dyn Fn(usize, usize) -> bool),
            ("LOWER_ROW", &|row, column| column < row),
            ("LOWER_DIAG_ROW", &|row, column| column <= row),
            ("UPPER_ROW", &|row, column| column > row),
            ("UPPER_DIAG_ROW", &|row, column| column >= row),
            ("LOWER_COL", &|row, column| column < row),
            ("LOWER_DIAG_COL", &|row, column| column <= row),
            ("UPPER_COL", &|row, column| column > row),
            ("UPPER_DIAG_COL", &|row, column| column >= row),
        ] {
            let format = WeightFormat::of(name).unwrap();
            let weights = cells(is_written, name.ends_with("COL"));
            assert_eq!(weights.len(), format.len(SIZE), "{name}");
            let matrix = format.matrix(&weights, SIZE);
            for (a, b) in (0..SIZE * SIZE).map(|cell| (cell / SIZE, cell % SIZE)) {
                assert_eq!(matrix.duration(a, b), Some(Seconds(weight(a, b))), "{name}, {a} to {b}");
            }
        }
        assert_eq!(WeightFormat::of("LOWER"), None);
        assert_eq!(WeightFormat::Lower(Diagonal::LeftOut).len(0), 0);
    }
}
