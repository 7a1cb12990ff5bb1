//! Running a server: TLS, one-time sign-in links, log, shutdown signals.

use super::common::Common;
use super::planner_process::{PlannerProcess, default_planner_memory};
use super::report::Outcome;
use clap::Args;
use coldmile_basemap::ATTRIBUTION;
use coldmile_plan::Role;
use coldmile_server::{
    ApiProblem, AppState, ListenConfig, Pages, ServerConfig, SessionLimit, SessionLimits, TlsFiles,
    another_dispatcher_link, first_dispatcher_link, first_field_link, serve,
};
use coldmile_store::Grant;
use coldmile_units::Seconds;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::time::Duration;

/// TLS and sign-in.
#[derive(Args, Clone, Debug)]
pub struct ListenArgs {
    /// TLS certificate chain (PEM); browsers allow offline start, camera and location only over HTTPS.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// TLS private key (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Address by which people reach the server, scheme and host, when a proxy stands in front of it. Links begin with it;
    /// with https, cookies are sent over TLS only.
    #[arg(long, value_name = "URL", value_parser = public_url)]
    public_url: Option<String>,
    /// Proxy whose `X-Forwarded-For` is believed; may be given several times.
    #[arg(long, value_name = "ADDR")]
    trusted_proxy: Vec<IpAddr>,
    /// How long sessions of a role last, as ROLE=IDLE/AGE: without use, and in any case. Days, or hours with `h`. May be given
    /// once for each role [default: dispatcher=7/30, courier=30/90, centre=14/90].
    #[arg(long, value_name = "ROLE=IDLE/AGE", value_parser = session_limit)]
    session: Vec<(Role, SessionLimit)>,
    /// Memory that planning in the background may take, in MiB; more fails the job, not the server [default: half of the
    /// machine's memory].
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(16..=1 << 24))]
    planner_memory: Option<u64>,
    /// Print a sign-in link for another dispatcher even if one has signed in already.
    #[arg(long)]
    dispatcher_link: bool,
}

impl ListenArgs {
    /// The address to listen on, with TLS if a certificate was given.
    pub fn listen_config(&self, address: SocketAddr) -> ListenConfig {
        let tls = self.tls_cert.clone().zip(self.tls_key.clone());
        let tls = tls.map(|(certificate, key)| TlsFiles { certificate, key });
        ListenConfig { address, tls }
    }

    /// The configuration of a server that listens as given.
    pub fn server_config(&self, listen: &ListenConfig) -> ServerConfig {
        let is_public_secure = self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
        ServerConfig {
            is_secure: listen.tls.is_some() || is_public_secure,
            public_url: self.public_url.clone(),
            trusted_proxies: self.trusted_proxy.clone(),
            sessions: self.sessions(),
            attribution: ATTRIBUTION.to_owned(),
            pages: Pages::Embedded(coldmile_pages::embedded),
        }
    }

    /// The process that plans in the background, with the map of this file.
    pub fn planner_process(&self, map: PathBuf, common: Common) -> PlannerProcess {
        let memory = self.planner_memory.map_or_else(default_planner_memory, |mebibytes| mebibytes << 20);
        PlannerProcess { map, memory, threads: common.threads }
    }

    fn sessions(&self) -> SessionLimits {
        let mut limits = SessionLimits::default();
        for (role, limit) in &self.session {
            match role {
                Role::Dispatcher => limits.dispatcher = *limit,
                Role::Courier => limits.courier = *limit,
                Role::Centre => limits.centre = *limit,
            }
        }
        limits
    }

    /// When a sign-in link for a dispatcher is printed.
    pub const fn dispatcher_link(&self) -> DispatcherLink {
        if self.dispatcher_link { DispatcherLink::Always } else { DispatcherLink::First }
    }
}

/// When a sign-in link for a dispatcher is printed.
#[derive(Clone, Copy, Debug, Default)]
pub enum DispatcherLink {
    /// Only until a dispatcher has signed in.
    #[default]
    First,
    /// At this start in any case.
    Always,
}

/// Reads `--public-url`: scheme and host, no path.
fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_host = |host: &str| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
    match host {
        Some(host) if is_host(host) => Ok(url.to_owned()),
        _ => Err("expected http:// or https:// and a host, without a path".to_owned()),
    }
}

/// Reads `--session`, `courier=30/90` or `dispatcher=12h/7`.
fn session_limit(text: &str) -> Result<(Role, SessionLimit), String> {
    const MAX_DAYS: i64 = 400;
    let span = |text: &str| {
        let (digits, seconds) = match text.strip_suffix('h') {
            Some(hours) => (hours, 3600),
            None => (text, 24 * 3600),
        };
        let number: i64 = digits.parse().ok()?;
        (1..=MAX_DAYS * 24 * 3600 / seconds).contains(&number).then_some(Seconds(number * seconds))
    };
    let read = || {
        let (role, limits) = text.split_once('=')?;
        let (idle, age) = limits.split_once('/')?;
        Some((Role::from_word(role)?, SessionLimit { idle: span(idle)?, age: span(age)? }))
    };
    match read() {
        Some((role, limit)) if limit.idle <= limit.age => Ok((role, limit)),
        Some(_) => Err("a session cannot be unused for longer than it may last".to_owned()),
        None => Err(format!(
            "expected dispatcher, courier or centre, then =IDLE/AGE in days (1 to {MAX_DAYS}) or hours (12h): courier=30/90"
        )),
    }
}

/// Runs async work on a multi-threaded runtime.
pub fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(work);
    // A cancelled planning job may take a moment to notice; its result is not needed.
    runtime.shutdown_timeout(Duration::from_millis(100));
    result
}

/// For whom sign-in links are printed.
#[derive(Clone, Debug, Default)]
pub struct SignInLinks {
    /// The dispatcher.
    pub dispatcher: DispatcherLink,
    /// A courier; this link is also printed as a QR code.
    pub courier: Option<Grant>,
    /// A centre.
    pub centre: Option<Grant>,
}

/// Serves `state` until Ctrl-C or a request to terminate. Prints the address and one-time links.
pub async fn run_server(
    config: ListenConfig,
    state: AppState,
    links_for: SignInLinks,
    common: Common,
) -> anyhow::Result<Outcome> {
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let failed = |problem: ApiProblem| anyhow::anyhow!("cannot create a sign-in link: {}", problem.code());
    // The links are paths; scheme, host and port are prepended once the port is known.
    let dispatcher = match links_for.dispatcher {
        DispatcherLink::First => first_dispatcher_link(&state, "").await,
        DispatcherLink::Always => another_dispatcher_link(&state, "").await.map(Some),
    };
    let dispatcher = dispatcher.map_err(failed)?;
    let mut field = Vec::new();
    for (role, grant) in [("courier", links_for.courier), ("centre", links_for.centre)] {
        if let Some(grant) = grant {
            let name = grant.name.clone();
            field.push((role, name, first_field_link(&state, "", grant).await.map_err(failed)?));
        }
    }
    let public_url = state.public_url().map(str::to_owned);
    let started = move |mut address: SocketAddr| {
        if address.ip().is_unspecified() {
            address.set_ip(lan_address().unwrap_or(Ipv4Addr::LOCALHOST.into()));
        }
        let base = public_url.clone().unwrap_or_else(|| format!("{scheme}://{address}"));
        let at = |path: &String| format!("{base}{path}");
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
        println!("Listening on {scheme}://{address} (stop with Ctrl-C)");
        println!("Sign-in links, valid once and for an hour:");
        if let Some(path) = &dispatcher {
            println!("  dispatcher  {}", at(path));
        } else {
            println!("  dispatcher  signed in already: {scheme}://{address}/");
            println!("              (--dispatcher-link prints a new link)");
        }
        for (role, name, path) in &field {
            println!("  {role:<10}  {}  ({name})", at(path));
        }
        if let Some((_, name, path)) = field.iter().find(|(role, ..)| *role == "courier")
            && let Ok(code) = qrcode::QrCode::new(at(path))
        {
            println!("{}", code.render::<qrcode::render::unicode::Dense1x2>().build());
            println!("Scan with {name}'s phone.");
        }
    };
    serve(config, state, started, shutdown_signal()?).await?;
    Ok(Outcome::Done)
}

/// The address of this machine in the local network. Connecting a datagram socket sends nothing; it only makes the
/// system choose a route and with it the local address.
fn lan_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|ip| !ip.is_unspecified())
}

/// Starts the log on standard error, filtered by `COLDMILE_LOG`, such as `info` (the default) or `coldmile=debug`.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("COLDMILE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // A second call fails harmlessly: the first subscriber stays.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// Completes on Ctrl-C or SIGTERM. The handlers are installed by this call, so that a signal before the first poll counts
/// too.
fn shutdown_signal() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_setting_is_a_role_and_two_spans() {
        let days = |idle, age| SessionLimit::days(idle, age);
        assert_eq!(session_limit("courier=30/90"), Ok((Role::Courier, days(30, 90))));
        let hours = SessionLimit { idle: Seconds(12 * 3600), age: Seconds(36 * 3600) };
        assert_eq!(session_limit("dispatcher=12h/36h"), Ok((Role::Dispatcher, hours)));
        for wrong in
            ["courier", "courier=30", "king=1/2", "courier=0/1", "courier=-1/2", "centre=1/401", "centre=9/8"]
        {
            assert!(session_limit(wrong).is_err(), "{wrong}");
        }
    }
}
