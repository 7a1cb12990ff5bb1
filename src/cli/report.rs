//! How a command ended and how long its phases took.

use cpu_time::ProcessTime;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// How a command ended, given correct input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The work was done.
    Done,
    /// The work was done and the answer is "no": infeasible, or violations were found.
    No,
}

/// Wall time and CPU time of the whole process, phase by phase.
pub struct Stopwatch {
    started: Instant,
    phases: Vec<(&'static str, Duration, Duration)>,
}

impl Stopwatch {
    /// Starts the clock. CPU time counts from the start of the process.
    pub fn start() -> Self {
        Self { started: Instant::now(), phases: Vec::new() }
    }

    /// Runs `work` as the phase `name`. The same name twice adds up.
    pub fn phase<T>(&mut self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let (wall, cpu) = (Instant::now(), ProcessTime::now());
        let result = work();
        self.add(name, wall.elapsed(), cpu.elapsed());
        result
    }

    /// Adds time that was measured elsewhere.
    pub fn add(&mut self, name: &'static str, wall: Duration, cpu: Duration) {
        match self.phases.iter_mut().find(|(known, ..)| *known == name) {
            Some(phase) => {
                phase.1 += wall;
                phase.2 += cpu;
            }
            None => self.phases.push((name, wall, cpu)),
        }
    }

    /// Wall time since the start.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The phases as text: `import 3.1, matrix 0.4; 12.0 in all`.
    pub fn text(&self) -> String {
        let phases: Vec<String> =
            self.phases.iter().map(|(name, wall, _)| format!("{name} {:.1}", wall.as_secs_f64())).collect();
        format!("{}; {:.1} in all", phases.join(", "), self.elapsed().as_secs_f64())
    }

    /// Prints `result` on one line, with `seconds` and `cpu_seconds` by phase and in total.
    pub fn print_json(&self, result: impl Serialize) -> anyhow::Result<()> {
        let mut object = match serde_json::to_value(result)? {
            Value::Object(object) => object,
            other => Map::from_iter([("result".to_owned(), other)]),
        };
        let mut wall = Map::new();
        let mut cpu = Map::new();
        for (name, phase_wall, phase_cpu) in &self.phases {
            wall.insert((*name).to_owned(), json!(round(*phase_wall)));
            cpu.insert((*name).to_owned(), json!(round(*phase_cpu)));
        }
        wall.insert("total".to_owned(), json!(round(self.elapsed())));
        let process = ProcessTime::try_now().map_or(Duration::ZERO, |now| now.as_duration());
        cpu.insert("total".to_owned(), json!(round(process)));
        object.insert("seconds".to_owned(), Value::Object(wall));
        object.insert("cpu_seconds".to_owned(), Value::Object(cpu));
        println!("{}", Value::Object(object));
        Ok(())
    }
}

/// Seconds, rounded to a tenth of a millisecond.
fn round(span: Duration) -> f64 {
    (span.as_secs_f64() * 1e4).round() / 1e4
}
