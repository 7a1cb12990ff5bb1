//! `coldmile serve`: the pages for dispatchers, couriers and centres, until the process is told to stop.

use super::backup::DATABASE;
use super::common::Common;
use super::day::{DayFiles, InvalidRows};
use super::listen::{ListenArgs, SignInLinks, block_on, run_server, start_log};
use super::map::OpenMap;
use super::report::Outcome;
use super::server_state::open_state;
use clap::Args;
use coldmile_model::Day;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Serve a day to dispatchers, couriers and centres.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Map file made by `coldmile import`.
    #[arg(long, value_name = "MAP.cmap")]
    map: PathBuf,
    /// Data folder: the day is read from DIR/day, database and jobs are kept in DIR.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    listening: ListenArgs,
}

/// Runs the command.
pub fn run(args: ServeArgs, common: Common) -> anyhow::Result<Outcome> {
    start_log();
    let map = Arc::new(OpenMap::open(&args.map)?);
    let day = day_in_folder(&args.data, &map)?;
    let listen = args.listening.listen_config(args.listen);
    let links = SignInLinks { dispatcher: args.listening.dispatcher_link(), ..SignInLinks::default() };
    let config = args.listening.server_config(&listen);
    let process = args.listening.planner_process(args.map, common);
    block_on(async {
        let state = open_state(&args.data, process, day, map, config).await?;
        run_server(listen, state, links, common).await
    })
}

/// The day in the folder `day`. Where there is none, or its files are not in order, a server that has a day already goes on with
/// what the database has: a bad file does not take the last good day away.
fn day_in_folder(data: &Path, map: &OpenMap) -> anyhow::Result<Option<(DayFiles, Day)>> {
    let folder = data.join("day");
    let has_days = data.join(DATABASE).is_file();
    if !folder.is_dir() {
        anyhow::ensure!(
            has_days,
            "no day found in {}: put network.toml and orders.csv into {} (coldmile new writes both to begin with)",
            data.display(),
            folder.display()
        );
        return Ok(None);
    }
    let read = || {
        let files = DayFiles::read(&folder)?;
        let day = files.day(map, InvalidRows::Refuse)?;
        anyhow::Ok((files, day))
    };
    match read() {
        Err(error) if has_days => {
            tracing::error!(
                error = format!("{error:#}"),
                "the folder is not read; the day in the database is served"
            );
            Ok(None)
        }
        read => read.map(Some),
    }
}
