//! Clients on a plane, as far as distances alone tell (a landmark embedding), and their order along a Hilbert curve.

use crate::problem::{Client, Problem};
use coldmile_units::Idx;

/// Where each client lies as seen from the first vehicle type's depot.
///
/// Two landmarks span the plane: where distances are straight lines this is the plane itself.
pub(super) fn planar_positions(problem: &Problem) -> Vec<[f64; 2]> {
    /// Stands for "not reachable".
    const UNREACHABLE: f64 = 1e9;
    let size = problem.clients().len();
    let Some((vehicle_type, vehicle)) = problem.vehicle_types().enumerate().next() else {
        return vec![[0.0; 2]; size];
    };
    let travel = problem.travel_of(vehicle_type);
    let depot = problem.depots()[vehicle.start_depot].location;
    let at: Vec<usize> = problem.clients().iter().map(|client| client.location).collect();
    let row = |from: usize| -> Vec<f64> {
        at.iter().map(|&to| travel.distance(from, to).map_or(UNREACHABLE, |metres| metres.0 as f64)).collect()
    };
    let farthest = |row: &[f64]| (0..size).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap_or(0);
    if size == 0 {
        return Vec::new();
    }
    let from_depot = row(depot);
    let first = farthest(&from_depot);
    let from_first = row(at[first]);
    let axis = from_depot[first].max(1.0);
    let along: Vec<f64> = (from_depot.iter().zip(&from_first))
        .map(|(near, far)| (near * near + axis * axis - far * far) / (2.0 * axis))
        .collect();
    let across: Vec<f64> =
        from_depot.iter().zip(&along).map(|(near, x)| (near * near - x * x).max(0.0).sqrt()).collect();
    let second = farthest(&across);
    let from_second = row(at[second]);
    let (x, height) = (along[second], across[second].max(1.0));
    let reach = from_depot[second];
    (0..size)
        .map(|c| {
            let numerator = from_depot[c] * from_depot[c] + reach * reach - from_second[c] * from_second[c];
            [along[c], (numerator - 2.0 * along[c] * x) / (2.0 * height)]
        })
        .collect()
}

/// The clients along a Hilbert curve, so that clients near each other are near in memory.
pub(super) fn hilbert_order(problem: &Problem) -> Vec<Idx<Client>> {
    /// Cells on each side of the curve's square.
    const SIDE: u32 = 1 << 15;
    let planar_positions = planar_positions(problem);
    let [mut low, mut high] = [[f64::MAX; 2], [f64::MIN; 2]];
    for position in &planar_positions {
        for axis in 0..2 {
            low[axis] = low[axis].min(position[axis]);
            high[axis] = high[axis].max(position[axis]);
        }
    }
    let width = (high[0] - low[0]).max(high[1] - low[1]).max(1.0);
    let cell = |value: f64, low: f64| ((value - low) / width * f64::from(SIDE - 1)) as u32;
    let mut order: Vec<Idx<Client>> = problem.clients().indices().collect();
    order.sort_by_cached_key(|client| {
        let [x, y] = planar_positions[client.get()];
        (along_hilbert(cell(x, low[0]), cell(y, low[1]), SIDE), *client)
    });
    order
}

/// How far along the curve a cell lies.
fn along_hilbert(mut x: u32, mut y: u32, side: u32) -> u64 {
    let mut sum = 0;
    let mut half = side / 2;
    while half > 0 {
        let (right, upper) = (u32::from(x & half > 0), u32::from(y & half > 0));
        sum += u64::from(half) * u64::from(half) * u64::from((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
        half /= 2;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_visits_every_cell_once_and_only_steps_to_the_next() {
        let mut cells: Vec<(u64, u32, u32)> =
            (0..256).map(|at| (along_hilbert(at % 16, at / 16, 16), at % 16, at / 16)).collect();
        cells.sort_unstable();
        for pair in cells.windows(2) {
            assert_eq!(pair[0].0 + 1, pair[1].0);
            assert_eq!(pair[0].1.abs_diff(pair[1].1) + pair[0].2.abs_diff(pair[1].2), 1, "{pair:?}");
        }
    }
}
