//! One small day, prepared once and copied for each test, and servers of it.

use crate::http::Client;
use crate::wait::wait_for;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A demo small enough to be planned in a moment.
pub const SMALL_DEMO: [&str; 4] = ["--orders", "60", "--iterations", "50"];

/// The program under test.
pub fn program() -> PathBuf {
    std::env::var_os("COLDMILE_BIN").map_or_else(|| env!("CARGO_BIN_EXE_coldmile").into(), PathBuf::from)
}

/// Map, day and a store with a published plan that no device has joined. Kept between runs of the tests, since the map
/// takes longest; the rest is made anew for every new build of the program.
fn prepared() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("serve-day");
        fs::create_dir_all(&folder).unwrap();
        // Tests may run in processes of their own.
        let lock = File::create(folder.join("lock")).unwrap();
        lock.lock().unwrap();
        let build = fs::metadata(program()).unwrap().modified().unwrap();
        let stamp = format!("{} {build:?}", program().display());
        if fs::read_to_string(folder.join("stamp")).is_ok_and(|found| found == stamp) {
            return folder;
        }
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.to_string_lossy().contains(".db") {
                fs::remove_file(path).unwrap();
            }
        }
        let data = folder.display().to_string();
        let args = ["demo", "--data", &data, "--listen", "127.0.0.1:0", "--json"];
        let mut server = Server::run(&[&args[..], &SMALL_DEMO].concat(), &folder, Lines::Two);
        assert!(server.terminate("TERM").0.success());
        fs::write(folder.join("stamp"), stamp).unwrap();
        folder
    })
}

/// A day of a test's own.
pub struct Town {
    folder: tempfile::TempDir,
}

impl Town {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("day")).unwrap();
        for file in
            ["coldmile.db", "code.key", "jobs.db", "day/network.toml", "day/orders.csv", "day/demo.txt"]
        {
            fs::copy(prepared().join(file), folder.path().join(file)).unwrap();
        }
        // A server that stops leaves nothing in a write-ahead log, without which its files would not be whole.
        for log in ["coldmile.db-wal", "jobs.db-wal"] {
            let length = fs::metadata(prepared().join(log)).map_or(0, |log| log.len());
            assert_eq!(length, 0, "bytes left in {log}");
        }
        Self { folder }
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub fn map() -> PathBuf {
        prepared().join("map.cmap")
    }

    /// What `serve` is called with, on any free port.
    pub fn args(&self) -> Vec<String> {
        let text = |path: &Path| path.display().to_string();
        let (map, data) = (text(&Self::map()), text(self.folder.path()));
        ["serve", "--map", &map, "--data", &data, "--listen", "127.0.0.1:0"].map(str::to_owned).to_vec()
    }

    pub fn serve(&self, more: &[&str]) -> Server {
        let args = self.args();
        let args: Vec<&str> =
            args.iter().map(String::as_str).chain(["--json"]).chain(more.iter().copied()).collect();
        let server = Server::run(&args, self.folder.path(), Lines::One);
        server.wait_until_ready()
    }
}

/// How many JSON lines come before and with the address.
#[derive(Clone, Copy)]
pub enum Lines {
    One = 1,
    /// The demo's figures come first.
    Two = 2,
}

/// A running server; it is killed when dropped.
pub struct Server {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    pub address: SocketAddr,
    /// What it printed when it began to listen.
    pub printed: Value,
    /// How long after its start it was ready.
    pub ready_in: Duration,
    started: Instant,
}

impl Server {
    /// Runs the program until it has printed its address. Its log goes to `log.txt` in `folder`.
    pub fn run(args: &[&str], folder: &Path, lines: Lines) -> Self {
        let mut command = Command::new(program());
        command.args(args);
        Self::of(command, folder, lines)
    }

    /// Runs a command that becomes the program, as [`run`](Self::run) does.
    pub fn of(mut command: Command, folder: &Path, lines: Lines) -> Self {
        let log = File::options().create(true).append(true).open(folder.join("log.txt")).unwrap();
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::from(log)).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        for _ in 0..lines as usize {
            line.clear();
            stdout.read_line(&mut line).unwrap();
        }
        let printed: Value = serde_json::from_str(&line).unwrap_or_else(|_| {
            panic!("{command:?} printed {line:?}\n{}", fs::read_to_string(folder.join("log.txt")).unwrap())
        });
        let listening = printed["listening"].as_str().unwrap();
        let address = listening.split_once("://").unwrap().1.parse().unwrap();
        Self { child, _stdout: stdout, address, printed, ready_in: started.elapsed(), started }
    }

    fn wait_until_ready(mut self) -> Self {
        wait_for("readiness", || {
            let answer = Client::connect(self.address).and_then(|mut client| client.get("/readyz"));
            answer.is_ok_and(|answer| answer.status == 200).then_some(())
        });
        self.ready_in = self.started.elapsed();
        self
    }

    /// Ends it at once, as `kill -9` does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end by a signal; says how it did, and how long that took.
    pub fn terminate(&mut self, signal: &str) -> (ExitStatus, Duration) {
        let asked = Instant::now();
        let flag = format!("-{signal}");
        assert!(Command::new("kill").args([&flag, &self.child.id().to_string()]).status().unwrap().success());
        (self.child.wait().unwrap(), asked.elapsed())
    }

    pub fn client(&self) -> Client {
        Client::connect(self.address).unwrap()
    }

    /// Trades a link for a cookie, `coldmile=…`.
    pub fn join(&self, link: &str) -> String {
        let code = link.split_once("/join#").unwrap().1;
        let answer = self.client().post("/api/v1/sessions", &json!({ "code": code })).unwrap();
        answer.good();
        answer.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    /// The dispatcher's cookie, by the link printed at the start.
    pub fn join_dispatcher(&self) -> String {
        self.join(self.printed["link"].as_str().expect("a link is printed"))
    }

    /// A connection of the one with this cookie.
    pub fn client_of(&self, cookie: &str) -> Client {
        self.client().with_cookie(cookie)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `serve` where it must refuse; its exit code and what it said on stderr.
pub fn refused(args: &[String]) -> (Option<i32>, String) {
    let mut child =
        Command::new(program()).args(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code(), said)
}
