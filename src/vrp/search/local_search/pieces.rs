//! Trips put together from pieces of others: what they would cost, and which clients they would serve.

use super::tables::LocalSearch;
use crate::problem::VehicleType;
use crate::search::penalty::PenalisedModel;
use coldmile_units::Idx;

/// A part of a trip as it stands. A trip's own node stands for both of its ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece {
    /// From the departure to this node.
    Head(u32),
    /// From this node to the arrival.
    Tail(u32),
    /// From one client forward to another.
    Run(u32, u32),
    /// The same run reversed: it starts at the second and ends at the first.
    Reversed(u32, u32),
}

impl<M: PenalisedModel> LocalSearch<'_, M> {
    /// Cost of the arcs of a trip of this vehicle type put together from pieces.
    #[inline]
    pub(super) fn travel_cost<const N: usize>(
        &self,
        vehicle_type: Idx<VehicleType>,
        pieces: &[Piece; N],
    ) -> i64 {
        let [start, stop] = self.model.ends(vehicle_type);
        let (mut sum, mut last) = (0, start);
        for (at, &piece) in pieces.iter().enumerate() {
            let (first, end, inner) = match piece {
                Piece::Head(node) => (start, self.place(node, start), self.cost_to_node(node)),
                Piece::Tail(node) if self.is_end(node) => (stop, stop, 0),
                Piece::Tail(node) => {
                    let whole = self.trips[self.trip[node as usize] as usize].travel_cost;
                    (node, stop, whole - self.cost_to[node as usize])
                }
                Piece::Run(from, to) => (from, to, self.run_cost(vehicle_type, from, to)),
                Piece::Reversed(from, to) => (to, from, self.reversed_cost(vehicle_type, from, to)),
            };
            if at > 0 {
                sum += self.model.arc_cost(vehicle_type, last, first);
            }
            sum += inner;
            last = end;
        }
        sum
    }

    /// The same for a trip that may be empty; then it costs nothing.
    pub(super) fn route_cost_or_zero<const N: usize>(
        &self,
        vehicle_type: Idx<VehicleType>,
        pieces: &[Piece; N],
    ) -> i64 {
        if self.is_empty(pieces) { 0 } else { self.travel_cost(vehicle_type, pieces) }
    }

    #[inline]
    pub(super) fn cost_to_node(&self, node: u32) -> i64 {
        if self.is_end(node) { 0 } else { self.cost_to[node as usize] }
    }

    #[inline]
    pub(super) fn run_cost(&self, vehicle_type: Idx<VehicleType>, from: u32, to: u32) -> i64 {
        if from == to {
            return 0;
        }
        if self.trips[self.trip[from as usize] as usize].vehicle_type == vehicle_type {
            return self.cost_to[to as usize] - self.cost_to[from as usize];
        }
        self.along(from, to).map(|[a, b]| self.model.arc_cost(vehicle_type, a, b)).sum()
    }

    #[inline]
    pub(super) fn reversed_cost(&self, vehicle_type: Idx<VehicleType>, from: u32, to: u32) -> i64 {
        if from == to {
            return 0;
        }
        if self.trips[self.trip[from as usize] as usize].vehicle_type == vehicle_type {
            return self.reversed_cost_to[to as usize] - self.reversed_cost_to[from as usize];
        }
        self.along(from, to).map(|[a, b]| self.model.arc_cost(vehicle_type, b, a)).sum()
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

    /// The attributes of a trip of this vehicle type put together from pieces, besides the cost of its arcs.
    #[inline]
    pub(super) fn segment<const N: usize>(
        &self,
        vehicle_type: Idx<VehicleType>,
        pieces: &[Piece; N],
    ) -> M::Segment {
        let model = self.model;
        let Piece::Head(node) = pieces[0] else {
            unreachable!("every trip begins with its departure");
        };
        let mut sum = self.head[node as usize];
        for &piece in &pieces[1..] {
            match piece {
                Piece::Head(_) => unreachable!("a trip departs once"),
                Piece::Tail(node) => sum = model.join(vehicle_type, &sum, &self.tail[node as usize]),
                Piece::Run(from, to) if from == to => {
                    sum = model.join(vehicle_type, &sum, &model.single(vehicle_type, from));
                }
                Piece::Run(from, to) | Piece::Reversed(from, to) if M::REVERSIBLE => {
                    let alone = model.single(vehicle_type, from);
                    let run = model.between(&self.head[from as usize], &alone, &self.head[to as usize]);
                    sum = model.join(vehicle_type, &sum, &run);
                }
                Piece::Run(from, to) => {
                    let mut node = from;
                    loop {
                        sum = model.join(vehicle_type, &sum, &model.single(vehicle_type, node));
                        if node == to {
                            break;
                        }
                        node = self.next[node as usize];
                    }
                }
                Piece::Reversed(from, to) => {
                    let mut node = to;
                    loop {
                        sum = model.join(vehicle_type, &sum, &model.single(vehicle_type, node));
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
            Piece::Run(..) | Piece::Reversed(..) => false,
        })
    }

    /// Penalised cost of a trip put together from pieces, besides its arcs.
    pub(super) fn other_cost<const N: usize>(
        &self,
        vehicle_type: Idx<VehicleType>,
        pieces: &[Piece; N],
    ) -> i64 {
        if self.is_empty(pieces) {
            return 0;
        }
        let whole = self.segment(vehicle_type, pieces);
        self.model.fixed_and_duration_cost(vehicle_type, &whole)
            + self.weights.penalty(&self.model.overrun(vehicle_type, &whole))
    }

    /// Lists the clients of a trip put together from pieces.
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
                Piece::Reversed(from, to) => {
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
