//! `coldmile serve`: the console, the phones and the desks, until it is told to stop.

use super::day::{BadRows, read_day};
use super::map::OpenMap;
use super::served::open_state;
use super::{Common, Outcome};
use clap::Args;
use coldmile_basemap::ATTRIBUTION;
use coldmile_server::{
    ApiProblem, AppState, ListenConfig, Pages, ServerConfig, TlsFiles, another_dispatcher_link,
    first_dispatcher_link, first_field_link, serve,
};
use coldmile_store::Grant;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

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
    #[command(flatten)]
    pub door: DoorArgs,
}

/// How people reach a server and get in.
#[derive(Args, Clone, Debug)]
pub struct DoorArgs {
    /// Certificate chain (PEM); phones give offline start, camera and position only to https.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Print a link for another dispatcher although one has joined.
    #[arg(long)]
    dispatcher_link: bool,
}

impl DoorArgs {
    /// Where and how to listen.
    pub fn listen_config(&self, address: SocketAddr) -> ListenConfig {
        let tls = self.tls_cert.clone().zip(self.tls_key.clone());
        let tls = tls.map(|(certificate, key)| TlsFiles { certificate, key });
        ListenConfig { address, tls }
    }

    /// When the dispatcher gets a link.
    pub const fn dispatcher_link(&self) -> DispatcherLink {
        if self.dispatcher_link { DispatcherLink::Always } else { DispatcherLink::First }
    }
}

/// When a link for a dispatcher is printed.
#[derive(Clone, Copy, Debug, Default)]
pub enum DispatcherLink {
    /// While none has joined.
    #[default]
    First,
    /// At this start in any case.
    Always,
}

/// Runs the command.
pub fn run(args: ServeArgs, common: Common) -> anyhow::Result<Outcome> {
    start_log();
    let map = Arc::new(OpenMap::open(&args.map)?);
    let folder = args.data.join("day");
    anyhow::ensure!(
        folder.is_dir(),
        "there is no day in {}: put network.toml and orders.csv into {}",
        args.data.display(),
        folder.display()
    );
    let day = read_day(&folder, &map, BadRows::Refuse)?;
    let listen = args.door.listen_config(args.listen);
    let guests = Guests { dispatcher: args.door.dispatcher_link(), ..Guests::default() };
    let config = server_config(&listen);
    block_on(async {
        let state = open_state(&args.data, &folder, day, map, config).await?;
        run_server(listen, state, guests, common).await
    })
}

/// What a server on these addresses is told.
pub fn server_config(listen: &ListenConfig) -> ServerConfig {
    ServerConfig {
        is_secure: listen.tls.is_some(),
        attribution: ATTRIBUTION.to_owned(),
        pages: Pages::Embedded(coldmile_pages::embedded),
        ..ServerConfig::default()
    }
}

/// Runs async work on threads of its own.
pub fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(work);
    // A planner that was told to stop may still be looking for the way out; its result is not wanted any more.
    runtime.shutdown_timeout(Duration::from_millis(100));
    result
}

/// Who gets a link.
#[derive(Clone, Debug, Default)]
pub struct Guests {
    /// Dispatchers.
    pub dispatcher: DispatcherLink,
    /// A courier, whose link is also shown as a QR code for a phone.
    pub courier: Option<Grant>,
    /// A centre.
    pub centre: Option<Grant>,
}

/// Serves `state` until Ctrl-C or a request to terminate. Prints the address and one-time links.
pub async fn run_server(
    config: ListenConfig,
    state: AppState,
    guests: Guests,
    common: Common,
) -> anyhow::Result<Outcome> {
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let failed = |problem: ApiProblem| anyhow::anyhow!("no link could be made: {}", problem.code());
    // Links begin with a path; the host is put before it once the port is known.
    let dispatcher = match guests.dispatcher {
        DispatcherLink::First => first_dispatcher_link(&state, "").await,
        DispatcherLink::Always => another_dispatcher_link(&state, "").await.map(Some),
    };
    let dispatcher = dispatcher.map_err(failed)?;
    let mut field = Vec::new();
    for (role, grant) in [("courier", guests.courier), ("centre", guests.centre)] {
        if let Some(grant) = grant {
            let name = grant.name.clone();
            field.push((role, name, first_field_link(&state, "", grant).await.map_err(failed)?));
        }
    }
    let started = move |mut address: SocketAddr| {
        if address.ip().is_unspecified() {
            address.set_ip(lan_address().unwrap_or(Ipv4Addr::LOCALHOST.into()));
        }
        let at = |path: &String| format!("{scheme}://{address}{path}");
        if common.json {
            let links: serde_json::Map<_, _> =
                field.iter().map(|(role, _, path)| ((*role).to_owned(), at(path).into())).collect();
            let link = dispatcher.as_ref().map(at);
            println!(
                "{}",
                serde_json::json!({ "listening": at(&String::new()), "link": link, "links": links })
            );
            return;
        }
        println!("Listening on {scheme}://{address}. Ctrl-C stops.");
        println!("Links work once, within an hour:");
        if let Some(path) = &dispatcher {
            println!("  dispatcher  {}", at(path));
        } else {
            println!("  dispatcher  has joined already: {scheme}://{address}/");
            println!("              (--dispatcher-link prints a link for another)");
        }
        for (role, name, path) in &field {
            println!("  {role:<10}  {}  ({name})", at(path));
        }
        if let Some((_, name, path)) = field.iter().find(|(role, ..)| *role == "courier")
            && let Ok(code) = qrcode::QrCode::new(at(path))
        {
            println!("{}", code.render::<qrcode::render::unicode::Dense1x2>().build());
            println!("For {name}'s phone.");
        }
    };
    serve(config, state, started, told_to_stop()?).await?;
    Ok(Outcome::Done)
}

/// The address by which others in the local network reach this machine. Nothing is sent: a datagram socket only asks
/// which way it would go.
fn lan_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|ip| !ip.is_unspecified())
}

/// Starts the log on standard error; `COLDMILE_LOG` says how much, such as `info` or `coldmile=debug`.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("COLDMILE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // Again is harmless; the first one stays.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// Listens for Ctrl-C and for requests to terminate from now on: one that comes before the first request is heard too.
fn told_to_stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupted = signal(SignalKind::interrupt())?;
        let mut terminated = signal(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
