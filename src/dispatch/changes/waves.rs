//! Orders of one wave that travel with another.

use super::super::assign::Move;
use super::super::echelons::Echelons;
use super::change::{Change, Row, parts, trips};
use coldmile_model::{Day, WaveSchedule};
use coldmile_units::Idx;

/// To each wave those of all others: of the whole day, of every truck trip, of every centre.
pub fn merge_waves(day: &Day, state: &Echelons) -> Vec<Change> {
    let assignment = &state.assignment;
    let parts = parts(state);
    let to_wave = |rows: &[Row], wave: Idx<WaveSchedule>| -> Change {
        let moved = rows.iter().filter_map(|&order| {
            let chosen = assignment.chosen(order)?;
            let option = assignment.orders[order].find(chosen.centre, wave, chosen.handover)?;
            let is_worse = assignment.orders[order].options[option].is_late && !chosen.is_late;
            (!is_worse).then_some(Move { order, option })
        });
        moved.collect()
    };
    let mut changes = Vec::new();
    for wave in day.network.waves.indices() {
        let others = || parts.iter().filter(move |((_, of), _)| *of != wave);
        let all: Vec<Row> = others().flat_map(|(_, rows)| rows.iter().copied()).collect();
        changes.push(to_wave(&all, wave));
        for trip in trips(state) {
            let rows: Vec<Row> = (trip.iter().filter(|(_, of)| *of != wave))
                .filter_map(|part| parts.get(part))
                .flatten()
                .copied()
                .collect();
            changes.push(to_wave(&rows, wave));
        }
        // A consignment of which a part stays saves no stop.
        changes.extend(
            others()
                .map(|(_, rows)| to_wave(rows, wave))
                .zip(others())
                .filter_map(|(change, (_, rows))| (change.len() == rows.len()).then_some(change)),
        );
    }
    changes
}
