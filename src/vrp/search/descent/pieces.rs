//! Trips put together from pieces of others: what they would cost, and whom they would serve.

use super::Descent;
use crate::search::penalty::Penalised;

/// A part of a trip as it stands. A trip's own node stands for both of its ends.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) enum Piece {
    /// From the departure to this node.
    Head(u32),
    /// From this node to the arrival.
    Tail(u32),
    /// From one client forward to another.
    Run(u32, u32),
    /// The same stretch the other way round: it begins at the second and ends at the first.
    Back(u32, u32),
}

impl<M: Penalised> Descent<'_, M> {
    #[inline]
    pub fn place(&self, node: u32, depot: u32) -> u32 {
        if self.is_end(node) { depot } else { node }
    }

    /// Cost of the way of a trip of this type put together from pieces.
    #[inline]
    pub(super) fn way<const N: usize>(&self, kind: u32, pieces: &[Piece; N]) -> i64 {
        let [start, stop] = self.model.ends(kind);
        let (mut sum, mut last) = (0, start);
        for (at, &piece) in pieces.iter().enumerate() {
            let (first, end, inner) = match piece {
                Piece::Head(node) => (start, self.place(node, start), self.forth_of(node)),
                Piece::Tail(node) if self.is_end(node) => (stop, stop, 0),
                Piece::Tail(node) => {
                    let whole = self.trips[self.trip[node as usize] as usize].way;
                    (node, stop, whole - self.forth[node as usize])
                }
                Piece::Run(from, to) => (from, to, self.run_way(kind, from, to)),
                Piece::Back(from, to) => (to, from, self.back_way(kind, from, to)),
            };
            if at > 0 {
                sum += self.model.way(kind, last, first);
            }
            sum += inner;
            last = end;
        }
        sum
    }

    /// The same for a trip that may be empty; then it costs nothing.
    pub(super) fn whole_way<const N: usize>(&self, kind: u32, pieces: &[Piece; N]) -> i64 {
        if self.is_empty(pieces) { 0 } else { self.way(kind, pieces) }
    }

    #[inline]
    pub(super) fn forth_of(&self, node: u32) -> i64 {
        if self.is_end(node) { 0 } else { self.forth[node as usize] }
    }

    #[inline]
    pub(super) fn run_way(&self, kind: u32, from: u32, to: u32) -> i64 {
        if from == to {
            return 0;
        }
        if self.trips[self.trip[from as usize] as usize].kind == kind {
            return self.forth[to as usize] - self.forth[from as usize];
        }
        self.along(from, to).map(|[a, b]| self.model.way(kind, a, b)).sum()
    }

    #[inline]
    pub(super) fn back_way(&self, kind: u32, from: u32, to: u32) -> i64 {
        if from == to {
            return 0;
        }
        if self.trips[self.trip[from as usize] as usize].kind == kind {
            return self.back[to as usize] - self.back[from as usize];
        }
        self.along(from, to).map(|[a, b]| self.model.way(kind, b, a)).sum()
    }

    /// The arcs of a run.
    pub fn along(&self, from: u32, to: u32) -> impl Iterator<Item = [u32; 2]> + '_ {
        let mut node = from;
        std::iter::from_fn(move || {
            (node != to).then(|| {
                let before = node;
                node = self.next[node as usize];
                [before, node]
            })
        })
    }

    /// All that a trip of this type put together from pieces is besides its way.
    #[inline]
    pub(super) fn part<const N: usize>(&self, kind: u32, pieces: &[Piece; N]) -> M::Part {
        let model = self.model;
        let Piece::Head(node) = pieces[0] else {
            unreachable!("every trip begins with its departure");
        };
        let mut sum = self.head[node as usize];
        for &piece in &pieces[1..] {
            match piece {
                Piece::Head(_) => unreachable!("a trip departs once"),
                Piece::Tail(node) => sum = model.join(kind, &sum, &self.tail[node as usize]),
                Piece::Run(from, to) if from == to => {
                    sum = model.join(kind, &sum, &model.single(kind, from));
                }
                Piece::Run(from, to) | Piece::Back(from, to) if M::TURNS => {
                    let alone = model.single(kind, from);
                    let run = model.between(&self.head[from as usize], &alone, &self.head[to as usize]);
                    sum = model.join(kind, &sum, &run);
                }
                Piece::Run(from, to) => {
                    let mut node = from;
                    loop {
                        sum = model.join(kind, &sum, &model.single(kind, node));
                        if node == to {
                            break;
                        }
                        node = self.next[node as usize];
                    }
                }
                Piece::Back(from, to) => {
                    let mut node = to;
                    loop {
                        sum = model.join(kind, &sum, &model.single(kind, node));
                        if node == from {
                            break;
                        }
                        node = self.prev[node as usize];
                    }
                }
            }
        }
        sum
    }

    pub(super) fn is_empty<const N: usize>(&self, pieces: &[Piece; N]) -> bool {
        pieces.iter().all(|piece| match *piece {
            Piece::Head(node) | Piece::Tail(node) => self.is_end(node),
            Piece::Run(..) | Piece::Back(..) => false,
        })
    }

    /// Penalised price of a trip put together from pieces, beyond its way.
    pub(super) fn beyond<const N: usize>(&self, kind: u32, pieces: &[Piece; N]) -> i64 {
        if self.is_empty(pieces) {
            return 0;
        }
        let whole = self.part(kind, pieces);
        self.model.standing(kind, &whole) + self.weights.price(&self.model.overrun(kind, &whole))
    }

    /// Writes down the clients of a trip put together from pieces.
    pub(super) fn rebuild<const N: usize>(&mut self, pieces: &[Piece; N], slot: usize) {
        let mut sequence = std::mem::take(&mut self.sequence[slot]);
        sequence.clear();
        for &piece in pieces {
            match piece {
                Piece::Head(node) if self.is_end(node) => {}
                Piece::Head(node) => {
                    let trip = self.trip[node as usize];
                    sequence.extend(self.clients(trip).take(self.at[node as usize] as usize));
                }
                Piece::Tail(node) if self.is_end(node) => {}
                Piece::Tail(node) => {
                    let end = self.end_of(self.trip[node as usize]);
                    sequence.push(node);
                    sequence.extend(self.along(node, end).map(|[_, next]| next).filter(|&next| next != end));
                }
                Piece::Run(from, to) => {
                    sequence.push(from);
                    sequence.extend(self.along(from, to).map(|[_, next]| next));
                }
                Piece::Back(from, to) => {
                    let start = sequence.len();
                    sequence.push(from);
                    sequence.extend(self.along(from, to).map(|[_, next]| next));
                    sequence[start..].reverse();
                }
            }
        }
        self.sequence[slot] = sequence;
    }
}
