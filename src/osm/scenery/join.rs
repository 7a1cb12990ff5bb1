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
    let mut pieces: Vec<Option<Vec<i64>>> = pieces.into_iter().map(Some).collect();
    let mut lines = Vec::new();
    for position in 0..pieces.len() {
        let Some(mut line) = pieces[position].take().filter(|piece| piece.len() >= 2) else { continue };
        extend(&mut line, &mut pieces, &ends, reversal, max_len, LineEnd::Tail);
        extend(&mut line, &mut pieces, &ends, reversal, max_len, LineEnd::Head);
        lines.push(line);
    }
    lines
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineEnd {
    Head,
    Tail,
}

fn extend(
    line: &mut Vec<i64>,
    pieces: &mut [Option<Vec<i64>>],
    ends: &HashMap<i64, Vec<usize>>,
    reversal: Reversal,
    max_len: usize,
    end: LineEnd,
) {
    if end == LineEnd::Head {
        line.reverse();
    }
    // From here on the line grows at its tail. A piece in the same direction starts there; a reversed one ends there.
    while line.first() != line.last() && line.len() < max_len {
        let Some(&tail) = line.last() else { break };
        let fits = |piece: &Vec<i64>| match end {
            _ if reversal == Reversal::Allowed => piece.first() == Some(&tail) || piece.last() == Some(&tail),
            LineEnd::Tail => piece.first() == Some(&tail),
            LineEnd::Head => piece.last() == Some(&tail),
        };
        let found = ends.get(&tail).and_then(|there| {
            there.iter().copied().find(|&position| pieces[position].as_ref().is_some_and(fits))
        });
        let Some(mut piece) = found.and_then(|position| pieces[position].take()) else { break };
        if piece.first() != Some(&tail) {
            piece.reverse();
        }
        line.extend(piece.into_iter().skip(1));
    }
    if end == LineEnd::Head {
        line.reverse();
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
