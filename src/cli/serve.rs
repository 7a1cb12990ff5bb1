//! `coldmile serve`: the console, the phones and the desks, until it is told to stop.

use super::{Common, Outcome};
use crate::server::{AppState, ListenConfig, TlsFiles, first_dispatcher_link, serve};
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Serves the day to dispatchers, couriers and centres.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// The prepared map.
    #[arg(long, value_name = "MAP.cmap")]
    pub map: PathBuf,
    /// Where the database and the jobs are kept.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Where to listen.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Certificate chain (PEM); phones give offline start, camera and position only to https.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Private key (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

impl ServeArgs {
    /// Where and how to listen.
    pub fn listen_config(&self) -> ListenConfig {
        let tls = self.tls_cert.clone().zip(self.tls_key.clone());
        let tls = tls.map(|(certificate, key)| TlsFiles { certificate, key });
        ListenConfig { address: self.listen, tls }
    }
}

/// Serves `state` until Ctrl-C or a request to terminate. Prints the address, and the link for the first dispatcher.
pub async fn run_server(config: ListenConfig, state: AppState, common: Common) -> anyhow::Result<Outcome> {
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    // The host is put before it once the port is known.
    let link = first_dispatcher_link(&state, "").await;
    let link = link.map_err(|problem| anyhow::anyhow!("no link could be made: {}", problem.code()))?;
    let started = move |mut address: SocketAddr| {
        if address.ip().is_unspecified() {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        let link = link.map(|path| format!("{scheme}://{address}{path}"));
        if common.json {
            println!("{}", serde_json::json!({ "listening": format!("{scheme}://{address}"), "link": link }));
            return;
        }
        println!("Listening on {scheme}://{address}");
        if let Some(link) = link {
            println!("Sign in as dispatcher, once, within an hour: {link}");
        }
    };
    serve(config, state, started, told_to_stop()).await?;
    Ok(Outcome::Done)
}

/// Starts the log on standard error; `COLDMILE_LOG` says how much, such as `info` or `coldmile=debug`.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("COLDMILE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // Again is harmless; the first one stays.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

async fn told_to_stop() {
    let interrupted = async { tokio::signal::ctrl_c().await.expect("the system delivers Ctrl-C") };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate()).expect("the system delivers SIGTERM");
        tokio::select! {
            () = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
