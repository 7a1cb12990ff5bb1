//! Listening, TLS, and stopping without losing anything.

use super::connection::{ConnectionLimits, LimitedAcceptor};
use super::listener::{LoggingListener, Peer};
use super::router::app;
use super::security::require_one_host;
use super::state::AppState;
use axum::middleware::from_fn;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How long running requests may take once the server stops.
const GRACE: Duration = Duration::from_secs(1);

/// How often the date is looked at.
const ROLL_EVERY: Duration = Duration::from_secs(20);

/// Where to listen.
#[derive(Clone, Debug)]
pub struct ListenConfig {
    /// Address and port; port 0 takes any that is free.
    pub address: SocketAddr,
    /// Certificate and key; without them it speaks plain HTTP.
    pub tls: Option<TlsFiles>,
}

/// A certificate chain and its key, both PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// Certificate chain, own certificate first.
    pub certificate: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

/// Why the server could not listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Certificate or key cannot be used.
    #[error("{certificate} and {key} cannot be used for TLS: {cause}")]
    Tls {
        /// The certificate file.
        certificate: String,
        /// The key file.
        key: String,
        /// What is wrong with them.
        cause: std::io::Error,
    },
}

/// Serves until `stop` is done, then lets running requests end, closes streams, jobs and store. `started` hears the
/// address that was taken, before the first request.
pub async fn serve(
    config: ListenConfig,
    state: AppState,
    started: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let listen = |cause| ServeError::Listen { address: config.address, cause };
    let listener = std::net::TcpListener::bind(config.address).map_err(listen)?;
    listener.set_nonblocking(true).map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let limits = ConnectionLimits::of_process();
    let limited = app(state.clone()).layer(from_fn(require_one_host));
    let service = limited.into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    let (stopping, closing) = (handle.clone(), state.clone());
    let keeper = tokio::spawn(forget_old_answers(state.clone()));
    let follower = tokio::spawn(follow_days(state.clone()));
    let watcher = tokio::spawn(async move {
        stop.await;
        tracing::info!("stopping");
        stopping.graceful_shutdown(Some(GRACE));
        closing.end_streams();
        // A planner that runs needs a moment to notice.
        closing.stop_jobs().await;
    });
    let served = if let Some(files) = &config.tls {
        let tls = tls_config(files).await?;
        started(address);
        let listener = LoggingListener::new(listener).map_err(listen)?;
        let server: Server<Peer> = Server::from_listener(listener);
        let server = server.acceptor(LimitedAcceptor::new(RustlsAcceptor::new(tls), limits));
        server.handle(handle).serve(service).await
    } else {
        started(address);
        let server: Server<Peer> = Server::from_listener(LoggingListener::new(listener).map_err(listen)?);
        let server = server.map(|acceptor| LimitedAcceptor::new(acceptor, limits));
        server.handle(handle).serve(service).await
    };
    watcher.abort();
    keeper.abort();
    follower.abort();
    state.close().await;
    served.map_err(listen)
}

/// Goes on to the next day once its date has come.
async fn follow_days(state: AppState) {
    let mut times = tokio::time::interval(ROLL_EVERY);
    loop {
        times.tick().await;
        if let Err(problem) = state.roll().await {
            tracing::warn!(code = problem.code(), "the day of today cannot be served; the one before stays");
        }
    }
}

/// Deletes kept answers of requests that have expired, once an hour.
async fn forget_old_answers(state: AppState) {
    let mut hours = tokio::time::interval(Duration::from_hours(1));
    loop {
        hours.tick().await;
        match state.store().forget_requests(state.now()).await {
            Ok(count) => tracing::debug!(count, "old answers forgotten"),
            Err(error) => tracing::warn!(%error, "old answers could not be forgotten"),
        }
    }
}

async fn tls_config(files: &TlsFiles) -> Result<RustlsConfig, ServeError> {
    // Again is harmless; the first provider stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    RustlsConfig::from_pem_file(&files.certificate, &files.key).await.map_err(|cause| ServeError::Tls {
        certificate: files.certificate.display().to_string(),
        key: files.key.display().to_string(),
        cause,
    })
}
