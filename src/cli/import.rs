//! `coldmile import`: from a .osm.pbf to a map file.

use super::common::Common;
use super::files::{ensure_writable, read_bytes, write_atomically};
use super::map::OpenMap;
use super::progress::StepBar;
use super::report::{Outcome, Stopwatch};
use anyhow::{Context, ensure};
use coldmile_road::{ImportPhase, Profile, ProfileRules, UnreadTag, rules_of};
use cpu_time::ProcessTime;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

/// Import an OSM extract into a map file: roads, addresses and map tiles.
#[derive(clap::Args)]
pub struct ImportArgs {
    /// OpenStreetMap extract.
    #[arg(value_name = "MAP.osm.pbf")]
    map: PathBuf,
    /// Map file to write.
    #[arg(long, value_name = "MAP.cmap")]
    out: PathBuf,
    /// Profiles to import.
    #[arg(long, value_delimiter = ',', default_value = "van,truck,bike,foot", value_name = "PROFILES")]
    profiles: Vec<Profile>,
    /// Custom profile to import too, a TOML file of rules (repeatable).
    #[arg(long, value_name = "R.toml")]
    rules: Vec<PathBuf>,
}

/// The rules of all requested profiles; the error lists every problem of the custom ones.
fn all_rules(args: &ImportArgs) -> anyhow::Result<Vec<ProfileRules>> {
    let mut rules = rules_of(&args.profiles);
    let mut problems = Vec::new();
    for path in &args.rules {
        match ProfileRules::from_toml(&String::from_utf8_lossy(&read_bytes(path)?)) {
            Err(error) => problems.push(format!("{}: {error}", path.display())),
            Ok(custom) if rules.iter().any(|other| other.name() == custom.name()) => {
                problems.push(format!(
                    "{}: a profile named {} exists already",
                    path.display(),
                    custom.name()
                ));
            }
            Ok(custom) => rules.push(custom),
        }
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(rules)
}

/// The name of a phase in the times that are printed and in JSON.
const fn name_of(phase: ImportPhase) -> &'static str {
    match phase {
        ImportPhase::Read => "read",
        ImportPhase::Build => "build",
        ImportPhase::Order => "order",
        ImportPhase::Customize => "customize",
    }
}

/// Tags that JSON lists at most.
const MAX_LISTED_TAGS: usize = 1_000;
/// Tags that are printed at most.
const MAX_PRINTED_TAGS: usize = 10;

/// A tag that was not understood, in JSON.
fn unread(tag: &UnreadTag) -> serde_json::Value {
    json!({ "tag": tag.key, "text": tag.value, "count": tag.count })
}

/// Prints the tags that were not understood, limits of size first: one of them may be a low bridge.
fn print_unread(tags: &[UnreadTag]) {
    if tags.is_empty() {
        return;
    }
    let objects: usize = tags.iter().map(|tag| tag.count).sum();
    println!("{} tags on {objects} ways and nodes were not understood and have no effect:", tags.len());
    let is_size = |tag: &&UnreadTag| {
        ["maxheight", "maxweight", "maxwidth", "maxlength"].iter().any(|key| tag.key.starts_with(key))
    };
    let (sizes, others): (Vec<&UnreadTag>, Vec<&UnreadTag>) = tags.iter().partition(is_size);
    for tag in sizes.iter().chain(&others).take(MAX_PRINTED_TAGS) {
        println!("{:>7} × {}={:?}", tag.count, tag.key, tag.value);
    }
    if tags.len() > MAX_PRINTED_TAGS {
        println!("        and {} others; --json lists them", tags.len() - MAX_PRINTED_TAGS);
    }
}

/// Runs the command.
pub fn run(args: ImportArgs, common: Common) -> anyhow::Result<Outcome> {
    ensure_writable(&args.out)?;
    let rules = all_rules(&args)?;
    let mut watch = Stopwatch::start();
    let pbf = watch.phase("read", || read_bytes(&args.map))?;
    let bar = StepBar::new(5, "read");
    let phases = Mutex::new(Vec::new());
    let progress = |phase: ImportPhase, share: f32| {
        let mut phases = phases.lock().expect("no code panics while it holds the lock");
        if share <= 0.0 {
            bar.step(name_of(phase));
        }
        phases.push((phase, share, Instant::now(), ProcessTime::now()));
    };
    let opened = OpenMap::import(&pbf, &rules, &progress)
        .with_context(|| format!("cannot import {}", args.map.display()))?;
    let map = opened.roads();
    let phases = phases.into_inner().expect("no code panics while it holds the lock");
    for pair in phases.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
        let ((phase, _, wall, cpu), (.., wall_end, cpu_end)) = (pair[0], pair[1]);
        watch.add(name_of(phase), wall_end - wall, cpu_end.duration_since(cpu));
    }
    bar.step("write");
    let bytes = watch.phase("write", || {
        let bytes = opened.to_bytes();
        write_atomically(&args.out, &bytes).map(|()| bytes.len())
    })?;
    bar.finish();

    let by_profile: serde_json::Map<String, serde_json::Value> = map
        .names()
        .filter_map(|name| {
            let graph = map.named(name)?.graph();
            Some((name.to_owned(), json!({ "nodes": graph.node_count(), "arcs": graph.arc_count() })))
        })
        .collect();
    let bounds = map.bounds().map(|(south_west, north_east)| json!([south_west, north_east]));
    if common.json {
        watch.print_json(json!({
            "nodes": map.node_count(),
            "arcs": map.arc_count(),
            "bytes": bytes,
            "profiles": by_profile,
            "bounds": bounds,
            "skipped_restrictions": map.skipped_restrictions(),
            "unread_tags": map.unread_tags().iter().take(MAX_LISTED_TAGS).map(unread).collect::<Vec<_>>(),
            "unread_tag_count": map.unread_tags().len(),
            "hourly_speed_limits": map.hourly_limits(),
        }))?;
    } else {
        for profile in map.profiles() {
            if let Some(graph) = map.graph(profile) {
                println!("{profile:<6} {:>9} nodes {:>9} arcs", graph.node_count(), graph.arc_count());
            }
        }
        print_unread(map.unread_tags());
        if map.hourly_limits() > 0 {
            let count = map.hourly_limits();
            println!("{count} speed limits change with the hour: the lowest of each holds at any time");
        }
        println!("{}: {bytes} bytes in {:.2} s", args.out.display(), watch.elapsed().as_secs_f64());
        println!("Map data (c) OpenStreetMap contributors, ODbL 1.0");
    }
    Ok(Outcome::Done)
}
