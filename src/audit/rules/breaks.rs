//! Breaks of couriers: one where the shift asks for it and the run covers it, at a stop, in time and long enough.

use super::super::case::Case;
use super::super::violation::{Amount, Subject, Violation};
use coldmile_model::Break;
use coldmile_plan::{Run, RunBreak};
use coldmile_units::{Seconds, Timestamp};

/// A run that begins before a break may begin and ends after that has a break; each break lies inside the time at its stop,
/// begins when the shift says and is long enough.
pub fn breaks(case: &Case, found: &mut Vec<Violation>) {
    for run in &case.plan.runs {
        let rule = case.courier(&run.courier).and_then(|courier| courier.break_rule);
        let subject = || Subject::Run(run.id.clone());
        if let Some(rule) = rule {
            let (first, last) = (rule.window.open(), rule.window.close());
            if run.breaks.is_empty() && run.starts_at < first && run.ends_at > last {
                let (first, last) = (case.clock(first), case.clock(last));
                let text = format!("has no break, though one has to begin from {first} to {last}");
                found.push(Violation::new("audit/no-break", subject(), text).at(run.ends_at));
            }
        }
        for (index, row) in run.breaks.iter().enumerate() {
            let stated =
                if index > 0 { Err("one break too many") } else { rule.ok_or("the shift has no break") };
            let (what, by) = match stated {
                Err(what) => (what.to_owned(), None),
                Ok(rule) => match fault(run, &rule, row) {
                    Some((what, by)) => (what.to_owned(), Some(by)),
                    None => continue,
                },
            };
            let text = format!("trip {}, stop {}: {what}", row.trip + 1, row.stop + 1);
            let mut violation = Violation::new("audit/wrong-break", subject(), text).at(row.starts_at);
            if let Some(by) = by {
                violation = violation.by(Amount::Seconds(by));
            }
            found.push(violation);
        }
    }
}

/// What is wrong with a break, and by how much.
fn fault(run: &Run, rule: &Break, row: &RunBreak) -> Option<(&'static str, Seconds)> {
    let Some(stop) = run.trips.get(row.trip).and_then(|trip| trip.stops.get(row.stop)) else {
        return Some(("there is no such stop", Seconds::ZERO));
    };
    let late = |at: Timestamp, limit: Timestamp| (at > limit).then(|| at - limit);
    let faults = [
        ("begins before it may", late(rule.window.open(), row.starts_at)),
        ("begins after it may", late(row.starts_at, rule.window.close())),
        ("is too short", late(row.starts_at + rule.duration, row.ends_at)),
        ("begins before the service at its stop", late(stop.starts_at, row.starts_at)),
        ("ends after the courier has left its stop", late(row.ends_at, stop.departs_at)),
    ];
    faults.into_iter().find_map(|(what, by)| Some((what, by?)))
}

/// How long the breaks at a stop take.
pub fn at_stop(run: &Run, trip: usize, stop: usize) -> Seconds {
    let here = run.breaks.iter().filter(|row| row.trip == trip && row.stop == stop);
    here.map(|row| row.ends_at - row.starts_at).sum()
}
