//! Pieces that meet end to end become one line.

use std::collections::HashMap;

/// Whether a piece may be reversed to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reversal {
    /// Its direction means something: oneway streets, coastlines.
    Never,
    /// It may be reversed.
    Allowed,
}

/// Joins `pieces` (node ids, two or more each) where an end meets an end. The same pieces give the same lines.
///
/// A closed line starts and ends with the same id. Where several pieces meet, the first in order wins. A line stops
/// growing at `max_len` ids.
pub(super) fn join(pieces: Vec<Vec<i64>>, reversal: Reversal, max_len: usize) -> Vec<Vec<i64>> {
    let mut ends: HashMap<i64, Vec<usize>> = HashMap::new();
    for (position, piece) in pieces.iter().enumerate() {
        let (Some(&first), Some(&last)) = (piece.first(), piece.last()) else { continue };
        ends.entry(first).or_default().push(position);
        if last != first {
            ends.entry(last).or_default().push(position);
        }
    }
    let pieces: Vec<Option<Vec<i64>>> = pieces.into_iter().map(Some).collect();
    let mut left = PiecesLeft { pieces, ends, reversal };
    let mut lines = Vec::new();
    for position in 0..left.pieces.len() {
        let Some(mut line) = left.pieces[position].take().filter(|piece| piece.len() >= 2) else { continue };
        left.extend(&mut line, LineEnd::Tail, max_len);
        // The head grows as the tail of the reversed line.
        line.reverse();
        left.extend(&mut line, LineEnd::Head, max_len);
        line.reverse();
        lines.push(line);
    }
    lines
}

/// Which end of a line grows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    Head,
    Tail,
}

/// The pieces that are in no line yet.
struct PiecesLeft {
    pieces: Vec<Option<Vec<i64>>>,
    /// For each id at an end of pieces, their positions.
    ends: HashMap<i64, Vec<usize>>,
    reversal: Reversal,
}

impl PiecesLeft {
    /// Appends pieces to the last id of `line`, which is reversed when `end` is its head.
    fn extend(&mut self, line: &mut Vec<i64>, end: LineEnd, max_len: usize) {
        while line.first() != line.last() && line.len() < max_len {
            let Some(&tail) = line.last() else { break };
            let Some(mut piece) = self.take_at(tail, end) else { break };
            if piece.first() != Some(&tail) {
                piece.reverse();
            }
            line.extend(piece.into_iter().skip(1));
        }
    }

    /// Takes the first piece that continues a line at `id`.
    fn take_at(&mut self, id: i64, end: LineEnd) -> Option<Vec<i64>> {
        let fits = |piece: &Vec<i64>| {
            let (starts, ends) = (piece.first() == Some(&id), piece.last() == Some(&id));
            match (self.reversal, end) {
                (Reversal::Allowed, _) => starts || ends,
                (Reversal::Never, LineEnd::Tail) => starts,
                (Reversal::Never, LineEnd::Head) => ends,
            }
        };
        let mut there = self.ends.get(&id)?.iter().copied();
        let position = there.find(|&position| self.pieces[position].as_ref().is_some_and(fits))?;
        self.pieces[position].take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_in_any_order_and_direction_close_into_a_ring() {
        let rings = join(vec![vec![1, 2, 3], vec![5, 4, 3], vec![5, 6, 1]], Reversal::Allowed, usize::MAX);
        assert_eq!(rings, [[1, 2, 3, 4, 5, 6, 1]]);
    }

    #[test]
    fn pieces_with_a_direction_are_not_reversed() {
        let lines = join(vec![vec![2, 3], vec![1, 2], vec![4, 3]], Reversal::Never, usize::MAX);
        assert_eq!(lines, [vec![1, 2, 3], vec![4, 3]]);
    }

    #[test]
    fn a_ring_of_its_own_stays_as_it_is() {
        assert_eq!(
            join(vec![vec![1, 2, 3, 1], vec![1, 9]], Reversal::Allowed, 99),
            [vec![1, 2, 3, 1], vec![1, 9]]
        );
    }
}
