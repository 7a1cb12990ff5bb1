//! Builds the pages under `src/ui` so that the binary can embed them.
//!
//! The sources are copied to `OUT_DIR/ui` and built there with npm; the source tree is never written to. Packages are
//! installed only when the lock file changed. The result lies in `OUT_DIR/ui/dist`. `UI_DIST=<dir>` takes a ready build instead, `SKIP_UI=1` one page that says there is none.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

/// Folders that npm or a local build leaves beside the sources.
const NOT_SOURCES: [&str; 2] = ["node_modules", "dist"];

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Coldmile</title>\n\
    <p>This server was built without its pages (SKIP_UI=1).</p>\n</html>\n";

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    println!("cargo:rerun-if-env-changed=SKIP_UI");
    println!("cargo:rerun-if-env-changed=UI_DIST");
    let sources = folder_from("CARGO_MANIFEST_DIR")?.join("../ui");
    let work = folder_from("OUT_DIR")?.join("ui");
    let dist = work.join("dist");

    if env::var_os("SKIP_UI").is_some_and(|value| value == "1") {
        empty(&dist)?;
        return write(&dist.join("index.html"), PLACEHOLDER.as_bytes());
    }
    if let Some(ready) = env::var_os("UI_DIST").map(PathBuf::from) {
        if !ready.join("index.html").is_file() {
            return Err(format!("UI_DIST: {} holds no index.html", ready.display()));
        }
        println!("cargo:rerun-if-changed={}", ready.display());
        empty(&dist)?;
        return copy_into(&ready, &dist, Rerun::Never);
    }

    forget_sources(&work)?;
    copy_into(&sources, &work, Rerun::OnChange)?;
    install(&work)?;
    npm(&work, &["run", "--silent", "build"])
}

/// `npm ci`, unless the packages already there are those of this lock file.
fn install(work: &Path) -> Result<(), String> {
    let lock = read(&work.join("package-lock.json"))?;
    // Inside `node_modules`, so that both disappear together.
    let stamp = work.join("node_modules/.coldmile-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    npm(work, &["ci", "--ignore-scripts", "--no-audit", "--no-fund"])?;
    write(&stamp, &lock)
}

fn npm(work: &Path, arguments: &[&str]) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = match Command::new(program).args(arguments).current_dir(work).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err("The pages need Node 20.19 or newer with npm: install it, name a ready build with UI_DIST=<dir>, \
                or build without pages with SKIP_UI=1."
                .to_owned());
        }
        Err(error) => return Err(format!("npm {}: {error}", arguments.join(" "))),
    };
    if output.status.success() {
        return Ok(());
    }
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("npm {} failed in {}:\n{}", arguments.join(" "), work.display(), said.trim()))
}

/// Whether cargo watches what is copied. Whole folders cannot be watched: a local `node_modules` would count too.
#[derive(Clone, Copy)]
enum Rerun {
    OnChange,
    Never,
}

fn copy_into(from: &Path, to: &Path, rerun: Rerun) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|error| format!("{}: {error}", to.display()))?;
    if let Rerun::OnChange = rerun {
        watch(from);
    }
    for entry in entries(from)? {
        let name = entry.file_name().unwrap_or_default().to_owned();
        if NOT_SOURCES.iter().any(|other| name == OsStr::new(other)) {
            continue;
        }
        if entry.is_dir() {
            copy_into(&entry, &to.join(name), rerun)?;
        } else {
            if let Rerun::OnChange = rerun {
                watch(&entry);
            }
            write(&to.join(name), &read(&entry)?)?;
        }
    }
    Ok(())
}

/// The top folder is left out: npm run beside the sources changes its time by creating and removing folders.
fn watch(path: &Path) {
    if !path.ends_with("ui") {
        println!("cargo:rerun-if-changed={}", path.display());
    }
}

/// Removes what an earlier copy left, so that a deleted source is deleted here too; installed packages stay.
fn forget_sources(work: &Path) -> Result<(), String> {
    if !work.exists() {
        return Ok(());
    }
    for entry in entries(work)? {
        if entry.file_name() == Some(OsStr::new("node_modules")) {
            continue;
        }
        let removed = if entry.is_dir() { fs::remove_dir_all(&entry) } else { fs::remove_file(&entry) };
        removed.map_err(|error| format!("{}: {error}", entry.display()))?;
    }
    Ok(())
}

fn empty(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let named = |error: io::Error| format!("{}: {error}", folder.display());
    fs::read_dir(folder).map_err(named)?.map(|entry| entry.map(|entry| entry.path()).map_err(named)).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn folder_from(variable: &str) -> Result<PathBuf, String> {
    env::var_os(variable)
        .map(PathBuf::from)
        .ok_or_else(|| format!("{variable} is not set; cargo sets it for build scripts"))
}
