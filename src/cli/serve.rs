//! `coldmile serve`: the pages for dispatchers, couriers and centres, until the process is told to stop.

use super::common::Common;
use super::day::{DayFiles, InvalidRows};
use super::listen::{ListenArgs, SignInLinks, block_on, run_server, start_log};
use super::map::OpenMap;
use super::report::Outcome;
use super::server_state::open_state;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
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
    let folder = args.data.join("day");
    anyhow::ensure!(
        folder.is_dir(),
        "no day found in {}: put network.toml and orders.csv into {}",
        args.data.display(),
        folder.display()
    );
    let files = DayFiles::read(&folder)?;
    let day = files.day(&map, InvalidRows::Refuse)?;
    let listen = args.listening.listen_config(args.listen);
    let links = SignInLinks { dispatcher: args.listening.dispatcher_link(), ..SignInLinks::default() };
    let config = args.listening.server_config(&listen);
    let process = args.listening.planner_process(args.map, common);
    block_on(async {
        let state = open_state(&args.data, process, (files, day), map, config).await?;
        run_server(listen, state, links, common).await
    })
}
