//! The listening socket: what goes wrong while connections are accepted is said in the log, once a minute at most.
//!
//! The server tries again after an error, so that without this the log would not name a process that has no descriptors left.

use axum::extract::connect_info::Connected;
use axum_server::{AddrListener, Address};
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

/// Errors of the same listener within this time are counted, not said.
const SAY_EVERY: Duration = Duration::from_mins(1);

/// The address of a client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(SocketAddr);

impl Address for Peer {
    type Stream = TcpStream;
    type Listener = LoggingListener;
}

impl Connected<Peer> for SocketAddr {
    fn connect_info(peer: Peer) -> Self {
        peer.0
    }
}

/// A TCP listener that says what keeps it from accepting.
#[derive(Debug)]
pub(super) struct LoggingListener {
    listener: TcpListener,
    errors: Mutex<Throttle>,
}

impl LoggingListener {
    /// Accepts from a socket that listens and does not block.
    pub(super) fn new(listener: std::net::TcpListener) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::from_std(listener)?, errors: Mutex::default() })
    }
}

impl AddrListener<TcpStream, Peer> for LoggingListener {
    async fn bind_to(address: Peer) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address.0).await?, errors: Mutex::default() })
    }

    async fn accept_stream(&self) -> io::Result<(TcpStream, Peer)> {
        let accepted = self.listener.accept().await;
        if let Err(error) = &accepted
            && let Some(count) =
                self.errors.lock().unwrap_or_else(PoisonError::into_inner).say(Instant::now())
        {
            tracing::error!(%error, count, "connections cannot be accepted");
        }
        accepted.map(|(stream, address)| (stream, Peer(address)))
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        self.listener.local_addr().map(Peer)
    }
}

/// Lets one of many messages through.
#[derive(Debug, Default)]
struct Throttle {
    said_at: Option<Instant>,
    count: u64,
}

impl Throttle {
    /// Counts an error; says how many there were since the last time, when it is time to say so.
    fn say(&mut self, now: Instant) -> Option<u64> {
        self.count += 1;
        if self.said_at.is_some_and(|at| now - at < SAY_EVERY) {
            return None;
        }
        self.said_at = Some(now);
        Some(std::mem::take(&mut self.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_said_once_a_minute_with_their_count() {
        let (mut throttle, start) = (Throttle::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(throttle.say(at(0)), Some(1));
        assert_eq!((1..60).filter_map(|second| throttle.say(at(second))).count(), 0);
        assert_eq!(throttle.say(at(60)), Some(60));
        assert_eq!(throttle.say(at(61)), None);
    }
}
