//! `coldmile demo`: a generated day on a real map, from the import to the served plan, without any set-up.

use super::common::Common;
use super::day::{DayFiles, InvalidRows};
use super::files::write_privately;
use super::listen::{DispatcherLink, ListenArgs, SignInLinks, block_on, run_server, start_log};
use super::map::OpenMap;
use super::planning::{EffortArgs, plan_with_progress};
use super::progress::progress_bar;
use super::report::{Outcome, Stopwatch};
use super::server_state::{open_state, publish_first};
use super::summary::Summary;
use anyhow::Context;
use coldmile_audit::audit;
use coldmile_model::Day;
use coldmile_osm::read_places;
use coldmile_plan::{DayPlan, Echelon, Role, Run};
use coldmile_road::{ImportPhase, Profile, rules_of};
use coldmile_store::Grant;
use coldmile_synth::{DemoConfig, demo_day};
use coldmile_units::Seed;
use jiff::Timestamp;
use jiff::civil::Date;
use std::fs;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Malta and Gozo, © OpenStreetMap contributors, ODbL 1.0; see `data/README.md`.
static MALTA: &[u8] = include_bytes!("../../data/malta.osm.pbf");

/// Plan, audit and serve a generated day of orders on the built-in map of Malta.
#[derive(clap::Args, Debug)]
pub struct DemoArgs {
    /// Folder for map, day, plan and database [default: coldmile-demo in the system's temporary folder].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Number of orders.
    #[arg(long, value_name = "N", default_value_t = 800, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    orders: u32,
    /// Date of the day [default: today until noon in Malta, then tomorrow].
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// Exit after the summary instead of serving the plan.
    #[arg(long, conflicts_with = "listen")]
    no_serve: bool,
    /// Address and port to serve the plan on [default on a terminal: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    listening: ListenArgs,
    #[command(flatten)]
    effort: EffortArgs,
}

/// Runs the command. "No" when the audit finds a violation.
pub fn run(args: DemoArgs, common: Common) -> anyhow::Result<Outcome> {
    let mut stopwatch = Stopwatch::start();
    let folder = args.data.clone().unwrap_or_else(|| std::env::temp_dir().join("coldmile-demo"));
    let day_folder = folder.join("day");
    fs::create_dir_all(&day_folder).with_context(|| format!("cannot create {}", day_folder.display()))?;
    let map = stopwatch.phase("import", || open_or_import(&folder.join("map.cmap"), common))?;
    let is_new_day = stopwatch.phase("day", || write_day(&day_folder, &args))?;
    let (files, day) = stopwatch.phase("read", || {
        let files = DayFiles::read(&day_folder)?;
        let day = files.day(&map, InvalidRows::Refuse)?;
        anyhow::Ok((files, day))
    })?;

    let plan = plan_with_progress(&day, &map, &args.effort.config(), common, &mut stopwatch)?;
    stopwatch.phase("write", || write_privately(&folder.join("plan.json"), plan.to_json().as_bytes()))?;
    let report = stopwatch.phase("audit", || audit(&day, &plan, map.roads()));

    let summary = Summary::new(&plan, &report);
    if common.json {
        stopwatch.print_json(&summary)?;
    } else {
        print!("{}", summary.text(&plan));
        println!("  seconds     {}", stopwatch.text());
        println!("  files       {}", folder.display());
        println!("{}", plan.attribution);
    }
    let is_served = !args.no_serve && (args.listen.is_some() || std::io::stdout().is_terminal());
    if !report.is_clean() || !is_served {
        return Ok(if report.is_clean() { Outcome::Done } else { Outcome::No });
    }
    let address = args.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
    let listen = args.listening.listen_config(address);
    let links = SignInLinks { dispatcher: args.listening.dispatcher_link(), ..sign_in_links(&day, &plan) };
    let seed = Seed(args.effort.seed);
    start_log();
    block_on(async {
        let config = args.listening.server_config(&listen);
        let process = args.listening.planner_process(folder.join("map.cmap"), common);
        let state = open_state(&folder, process, Some((files, day)), Arc::new(map), config).await?;
        // A plan that is published already stays, with its events, unless it was made for other orders.
        if is_new_day || state.store().published(state.day_id()).await?.is_none() {
            publish_first(&state, plan, &report, seed).await?;
        }
        run_server(listen, state, links, common).await
    })
}

/// Links for the courier with the most stops and for the centre of that run.
fn sign_in_links(day: &Day, plan: &DayPlan) -> SignInLinks {
    let stops = |run: &&Run| run.trips.iter().map(|trip| trip.stops.len()).sum::<usize>();
    let run = plan.runs.iter().filter(|run| run.echelon == Echelon::LastMile).max_by_key(stops);
    let Some(run) = run else { return SignInLinks::default() };
    let courier = day.couriers.iter().find(|courier| courier.id == run.courier);
    let centre = day.network.site_by_id(run.base.as_str()).map(|site| &day.network.sites()[site]);
    SignInLinks {
        dispatcher: DispatcherLink::First,
        courier: courier.map(|courier| Grant {
            role: Role::Courier,
            courier: Some(courier.id.clone()),
            centre: None,
            name: courier.name.clone(),
        }),
        centre: centre.map(|site| Grant {
            role: Role::Centre,
            courier: None,
            centre: Some(site.id.clone()),
            name: site.name.clone(),
        }),
    }
}

/// Opens the demo's map file, or imports the map if the file is missing or damaged.
fn open_or_import(path: &Path, common: Common) -> anyhow::Result<OpenMap> {
    if path.exists()
        && let Ok(map) = OpenMap::open(path)
    {
        return Ok(map);
    }
    let bar = progress_bar(common);
    bar.set_message("importing the map");
    let phases = ImportPhase::ALL.len() as f32;
    let map = OpenMap::import(MALTA, &rules_of(&Profile::ALL), &|phase, share| {
        bar.set_position((((phase as u8) as f32 + share) / phases * 1000.0) as u64);
    })
    .context("the built-in map")?;
    bar.finish_and_clear();
    let bytes = map.to_bytes();
    write_privately(path, &bytes)?;
    Ok(map.in_file(&bytes))
}

/// The first day whose deliveries still lie ahead: today until noon, then tomorrow.
fn next_date() -> Date {
    let now = Timestamp::now().in_tz("Europe/Malta").expect("the time zones are built in");
    let today = now.date();
    if now.hour() < 12 { today } else { today.tomorrow().unwrap_or(today) }
}

/// Generates the day and writes its folder. A day of the same seed, size and date is kept, with any edits made to it.
fn write_day(folder: &Path, args: &DemoArgs) -> anyhow::Result<bool> {
    let stamp_path = folder.join("demo.txt");
    let (orders, seed, date) =
        (args.orders as usize, Seed(args.effort.seed), args.date.unwrap_or_else(next_date));
    let stamp = format!("{orders} orders, seed {}, {date}\n", seed.0);
    let exists = ["network.toml", "orders.csv"].iter().all(|file| folder.join(file).exists());
    if exists && fs::read_to_string(&stamp_path).is_ok_and(|found| found == stamp) {
        return Ok(false);
    }
    let places = read_places(MALTA).context("the built-in map")?;
    let config = DemoConfig { seed, orders, date };
    let day = demo_day(&places, &config)?;
    write_privately(&folder.join("network.toml"), day.network_toml.as_bytes())?;
    write_privately(&folder.join("orders.csv"), day.orders_csv.as_bytes())?;
    write_privately(&stamp_path, stamp.as_bytes())?;
    Ok(true)
}
