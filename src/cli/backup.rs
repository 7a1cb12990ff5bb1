//! `coldmile backup` and `coldmile restore`: a data folder as one file, and back.

use super::common::Common;
use super::files::OutputFile;
use super::listen::block_on;
use super::report::{Outcome, Stopwatch};
use anyhow::{Context, bail, ensure};
use coldmile_store::{BackupReport, CODE_KEY_FILE, backup, check_backup, copy_database};
use serde_json::json;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// The database of a data folder.
pub const DATABASE: &str = "coldmile.db";
/// The database of its planning jobs.
pub const JOBS: &str = "jobs.db";
/// Files beside the databases that a backup takes along where they exist; and the whole folder `day`.
const FILES: [&str; 2] = [CODE_KEY_FILE, "plan.json"];

/// Copy a data folder into one file, also while a server works with it.
///
/// The file holds the databases, the files of the day and the key of the pickup codes; not the map, which `coldmile import`
/// makes again. Only its owner can read it.
#[derive(clap::Args, Debug)]
pub struct BackupArgs {
    /// Data folder of the server.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Backup file to write; must not exist.
    #[arg(long, value_name = "FILE.tar")]
    out: PathBuf,
}

/// Make a data folder from a backup.
#[derive(clap::Args, Debug)]
pub struct RestoreArgs {
    /// Backup file made by `coldmile backup`.
    backup: PathBuf,
    /// Data folder to make; must be empty or not exist.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

/// Runs `coldmile backup`.
pub fn run_backup(args: BackupArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    ensure!(!args.out.exists(), "{} exists already", args.out.display());
    let database = args.data.join(DATABASE);
    ensure!(database.is_file(), "there is no {}", database.display());
    let folder = args.out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let copies =
        tempfile::tempdir_in(folder).with_context(|| format!("cannot write to {}", folder.display()))?;
    let report = stopwatch.phase("copy", || {
        block_on(async {
            let report = backup(&database, &copies.path().join(DATABASE)).await?;
            let jobs = args.data.join(JOBS);
            if jobs.is_file() {
                copy_database(&jobs, &copies.path().join(JOBS)).await?;
            }
            Ok(report)
        })
    })?;
    stopwatch.phase("write", || write_archive(&args, copies.path()))?;
    told(&stopwatch, common, &report, &args.out)
}

/// Writes the copies and the other files; the file takes its name when it is whole.
fn write_archive(args: &BackupArgs, copies: &Path) -> anyhow::Result<()> {
    let mut file = OutputFile::create_privately(&args.out)?;
    let mut archive = tar::Builder::new(&mut file);
    for (folder, name) in
        [(copies, DATABASE), (copies, JOBS)].into_iter().chain(FILES.map(|name| (&*args.data, name)))
    {
        append(&mut archive, &folder.join(name), name)?;
    }
    let day = args.data.join("day");
    if day.is_dir() {
        let mut names: Vec<_> = fs::read_dir(&day)?.collect::<io::Result<Vec<_>>>()?;
        names.sort_by_key(fs::DirEntry::file_name);
        for entry in names.iter().filter(|entry| entry.path().is_file()) {
            append(&mut archive, &entry.path(), &format!("day/{}", entry.file_name().to_string_lossy()))?;
        }
    }
    archive.into_inner()?;
    file.finish()
}

/// Appends a file, if there is one, readable for its owner only.
fn append(archive: &mut tar::Builder<&mut OutputFile>, path: &Path, name: &str) -> anyhow::Result<()> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let mut header = tar::Header::new_gnu();
    header.set_size(file.metadata()?.len());
    header.set_mode(0o600);
    header.set_mtime(0);
    archive
        .append_data(&mut header, name, &mut file)
        .with_context(|| format!("cannot copy {}", path.display()))
}

/// Runs `coldmile restore`.
pub fn run_restore(args: RestoreArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    if args.data.exists() {
        let is_empty = args.data.is_dir() && fs::read_dir(&args.data)?.next().is_none();
        ensure!(is_empty, "{} is not an empty folder", args.data.display());
    }
    let parent = args.data.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
    // Beside its place until it is whole and checked, so that no half folder ever looks like one.
    let unpacked = tempfile::Builder::new().prefix(".restore.").tempdir_in(parent)?;
    stopwatch.phase("read", || unpack(&args.backup, unpacked.path()))?;
    let report = stopwatch.phase("check", || {
        let database = unpacked.path().join(DATABASE);
        ensure!(database.is_file(), "{}: there is no {DATABASE} in it", args.backup.display());
        block_on(async { Ok(check_backup(&database).await?) })
    })?;
    let unpacked = unpacked.keep();
    fs::rename(&unpacked, &args.data).with_context(|| format!("cannot create {}", args.data.display()))?;
    told(&stopwatch, common, &report, &args.data)
}

/// Unpacks what a backup may hold, and refuses anything else.
fn unpack(backup: &Path, folder: &Path) -> anyhow::Result<()> {
    let named = || format!("{}: not a backup", backup.display());
    let mut archive =
        tar::Archive::new(File::open(backup).with_context(|| format!("cannot read {}", backup.display()))?);
    for entry in archive.entries().with_context(named)? {
        let mut entry = entry.with_context(named)?;
        let path = entry.path().with_context(named)?.into_owned();
        if !entry.header().entry_type().is_file() || !is_ours(&path) {
            bail!("{}: {} does not belong into a backup", backup.display(), path.display());
        }
        let target = folder.join(&path);
        fs::create_dir_all(target.parent().unwrap_or(folder))?;
        let mut file = OutputFile::create_privately(&target)?;
        let size = entry.size();
        let copied = io::copy(&mut entry.by_ref().take(size), &mut file).with_context(named)?;
        ensure!(copied == size, "{}: it ends early", backup.display());
        file.finish()?;
    }
    Ok(())
}

/// Whether a backup may hold a file of this name.
fn is_ours(path: &Path) -> bool {
    let mut names = Vec::new();
    for part in path.components() {
        let Component::Normal(name) = part else { return false };
        names.push(name.to_str().unwrap_or_default());
    }
    match names[..] {
        [name] => [DATABASE, JOBS].contains(&name) || FILES.contains(&name),
        ["day", name] => !name.is_empty(),
        _ => false,
    }
}

fn told(
    stopwatch: &Stopwatch,
    common: Common,
    report: &BackupReport,
    place: &Path,
) -> anyhow::Result<Outcome> {
    let BackupReport { schema, days, plans, events, bytes } = *report;
    if common.json {
        stopwatch.print_json(json!({
            "schema": schema, "days": days, "plans": plans, "events": events, "bytes": bytes,
        }))?;
    } else {
        println!("{}: {days} days, {plans} plans, {events} events", place.display());
    }
    Ok(Outcome::Done)
}
