//! Planning in a process of its own, so that its death does not take the server along.
//!
//! The planner of background jobs starts this program again as [`plan_worker`](super::plan_worker), sends it the day, and
//! passes progress and cancelling on. A process that takes more memory than it may, or is killed, fails its job.

use super::day::DayFiles;
use super::planner_messages::{PlanOrder, PlannedMessage, PlannerMessage, STOP};
use coldmile_jobs::{JobProgress, PlanFailure, PlanRequest, PlannedDay, Planner, Retry};
use coldmile_units::Money;
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The name of the hidden command.
pub const PLAN_WORKER: &str = "plan-worker";

/// How often the flag for cancelling is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// A process that has been asked for its best plan and does not give one within this time is killed.
const STOP_WITHIN: Duration = Duration::from_mins(1);
/// Memory when the machine does not say how much it has.
const USUAL_MEMORY: u64 = 2 << 30;
/// Lines of the process's standard error that are kept for the log.
const LAST_LINES: usize = 20;

/// What a planning process is started with.
#[derive(Clone, Debug)]
pub struct PlannerProcess {
    /// The map file.
    pub map: PathBuf,
    /// Bytes of memory that it may take.
    pub memory: u64,
    /// Threads; all cores when absent.
    pub threads: Option<u16>,
}

/// Half of the machine's memory, or of what the control group of this process may take.
pub fn default_planner_memory() -> u64 {
    let text = |path: &str| std::fs::read_to_string(Path::new(path)).unwrap_or_default();
    let info = text("/proc/meminfo");
    let total = info.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let total = total.and_then(|rest| rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    let group = text("/sys/fs/cgroup/memory.max").trim().parse::<u64>().ok();
    let least = total.map(|kibibytes| kibibytes << 10).into_iter().chain(group).min();
    least.unwrap_or(2 * USUAL_MEMORY) / 2
}

/// The files of the day of a request, as the store has them; an error is a sentence. May block.
pub type FilesOf = Arc<dyn Fn(&PlanRequest) -> Result<DayFiles, String> + Send + Sync>;

impl PlannerProcess {
    /// The planner of background jobs. `map_checksum` is that of the map which the server works with.
    pub fn planner(self, map_checksum: u32, files_of: FilesOf) -> Planner {
        Arc::new(
            move |request: &PlanRequest, progress: &(dyn Fn(JobProgress<'_>) + Sync), stop: &AtomicBool| {
                let files = files_of(request).map_err(|text| PlanFailure::new("job/cannot-plan", text))?;
                self.plan((map_checksum, &files), request, progress, stop)
            },
        )
    }

    fn plan(
        &self,
        (map_checksum, files): (u32, &DayFiles),
        request: &PlanRequest,
        progress: &(dyn Fn(JobProgress<'_>) + Sync),
        stop: &AtomicBool,
    ) -> Result<PlannedDay, PlanFailure> {
        let order = PlanOrder {
            map: self.map.clone(),
            map_checksum,
            folder: files.folder.clone(),
            network_bytes: files.network.len(),
            orders_bytes: files.orders.len(),
            time_limit_s: request.time_limit.0.max(0).unsigned_abs(),
            seed: request.seed.0,
            memory: self.memory,
        };
        let mut worker = Worker::start(self.threads).map_err(|error| not_started(&error))?;
        // A process that is dead already is told from its exit status below.
        let _ = worker.send(&order, files);
        match worker.follow(progress, stop) {
            Some(PlannerMessage::Planned(planned)) => {
                let PlannedMessage { plan, report } = *planned;
                Ok(PlannedDay { plan, report })
            }
            Some(PlannerMessage::Refused(text)) => Err(PlanFailure::new("job/cannot-plan", text)),
            Some(PlannerMessage::OutOfMemory) => Err(out_of_memory(self.memory)),
            Some(PlannerMessage::Progress { .. }) | None => Err(worker.failure(self.memory)),
        }
    }
}

fn not_started(error: &io::Error) -> PlanFailure {
    PlanFailure::new("job/planner-not-started", format!("the planning process cannot be started: {error}"))
}

fn out_of_memory(memory: u64) -> PlanFailure {
    let text = format!(
        "planning needs more memory than the {} MiB it may have; give it more with --planner-memory",
        memory >> 20
    );
    PlanFailure::new("job/out-of-memory", text)
}

/// A running planning process, killed when it is dropped.
struct Worker {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
    errors: Option<JoinHandle<VecDeque<String>>>,
}

impl Worker {
    fn start(threads: Option<u16>) -> io::Result<Self> {
        let mut command = Command::new(this_program()?);
        command.arg(PLAN_WORKER);
        if let Some(threads) = threads {
            command.arg("--threads").arg(threads.to_string());
        }
        // A backtrace takes memory: where there is none, the standard library waits for ever for its own lock.
        command.env("RUST_BACKTRACE", "0");
        // Ctrl-C on a terminal is for the server, which stops its planner itself.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let (sender, lines) = mpsc::channel();
        let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        if let Some(output) = output {
            thread::spawn(move || {
                // Ends with the process, or with the receiver.
                let mut lines = BufReader::new(output).lines().map_while(Result::ok);
                lines.all(|line| sender.send(line).is_ok());
            });
        }
        let errors = errors.map(|errors| thread::spawn(move || logged(errors)));
        Ok(Self { child, input, lines, errors })
    }

    fn send(&mut self, order: &PlanOrder, files: &DayFiles) -> io::Result<()> {
        let Some(input) = &mut self.input else { return Ok(()) };
        serde_json::to_writer(&mut *input, order)?;
        input.write_all(b"\n")?;
        input.write_all(&files.network)?;
        input.write_all(&files.orders)?;
        input.flush()
    }

    /// Passes progress on until the last message, which it returns; `None` when the process ends without one.
    fn follow(
        &mut self,
        progress: &(dyn Fn(JobProgress<'_>) + Sync),
        stop: &AtomicBool,
    ) -> Option<PlannerMessage> {
        let mut stopped_at: Option<Instant> = None;
        loop {
            if stop.load(Ordering::Relaxed) && stopped_at.is_none() {
                stopped_at = Some(Instant::now());
                if let Some(input) = &mut self.input {
                    let _ = writeln!(input, "{STOP}").and_then(|()| input.flush());
                }
            }
            if stopped_at.is_some_and(|at| at.elapsed() > STOP_WITHIN) {
                tracing::error!("the planning process does not stop; it is killed");
                return None;
            }
            let line = match self.lines.recv_timeout(LOOK_EVERY) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return None,
            };
            match serde_json::from_str(&line) {
                Ok(PlannerMessage::Progress { phase, share, best_cost }) => {
                    progress(JobProgress { phase: &phase, share, best_cost: best_cost.map(Money) });
                }
                Ok(last) => return Some(last),
                Err(error) => tracing::warn!(%error, "the planning process says what is not understood"),
            }
        }
    }

    /// Why the process ended without a plan.
    fn failure(&mut self, memory: u64) -> PlanFailure {
        let _ = self.child.kill();
        let status = self.child.wait().ok();
        let said = self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
        let ended = status.map_or_else(|| "unknown".to_owned(), |status| status.to_string());
        tracing::error!(ended, "the planning process ended without a plan");
        // What Rust writes before it aborts for want of memory, and what a thread says that got no stack.
        let wants_memory = |line: &String| {
            line.contains("memory allocation of")
                || line.contains("Cannot allocate memory")
                || line.contains("Resource temporarily unavailable")
        };
        if said.iter().any(wants_memory) {
            return out_of_memory(memory);
        }
        if status.is_some_and(is_killed) {
            let text = format!("the planning process was ended from outside ({ended})");
            return PlanFailure { retry: Retry::NextAttempt, ..PlanFailure::new("job/planner-died", text) };
        }
        PlanFailure::new("job/planner-crashed", "the planner crashed; the log says where")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It has said its last word; without this it would stay as a zombie.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a signal ended the process that it does not send itself.
#[cfg(unix)]
fn is_killed(status: ExitStatus) -> bool {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt as _;
    let own = [Signal::ABORT, Signal::SEGV, Signal::BUS, Signal::ILL].map(Signal::as_raw);
    status.signal().is_some_and(|signal| !own.contains(&signal))
}

#[cfg(not(unix))]
fn is_killed(_: ExitStatus) -> bool {
    false
}

/// The file of this program; on Linux also when it was replaced meanwhile.
fn this_program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok(PathBuf::from("/proc/self/exe")) } else { std::env::current_exe() }
}

/// Writes what the process says on standard error into the log; returns the last lines.
fn logged(errors: ChildStderr) -> VecDeque<String> {
    let mut last = VecDeque::new();
    let mut input = BufReader::new(errors);
    let mut line = Vec::new();
    // A line without end would fill the memory.
    while input.by_ref().take(4096).read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        tracing::warn!(planner = text);
        last.push_back(text);
        if last.len() > LAST_LINES {
            last.pop_front();
        }
        line.clear();
    }
    last
}
