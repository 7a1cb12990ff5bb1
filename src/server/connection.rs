//! Limits of connections: how many, and for how long one may keep the server waiting.
//!
//! A client that opens sockets and says nothing, or sends a header byte by byte, or never reads its answer, costs a
//! descriptor each. So a header must be whole within ten seconds, a connection without traffic ends after 75, a client that
//! takes no byte of its answer for 30 is cut off, and when there are too many connections the oldest one that has not sent
//! a request yet is closed in favour of the new one.

use axum_server::accept::Accept;
use futures_util::future::BoxFuture;
use futures_util::task::AtomicWaker;
use std::collections::HashMap;
use std::io::{Error, ErrorKind, Result};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// How long a request's header may take, from its first byte or from the start of the connection.
const HEADER_WITHIN: Duration = Duration::from_secs(10);
/// How long a connection may be without traffic; streams have a sign of life every 15 s.
const IDLE_LIMIT: Duration = Duration::from_secs(75);
/// How long a client may take no byte of what is sent to it.
const UNREAD_LIMIT: Duration = Duration::from_secs(30);
/// Most connections, when the system allows as many descriptors.
const MAX_CONNECTIONS: usize = 20_000;
/// Descriptors that are not for connections: the database, files, jobs.
const OTHER_DESCRIPTORS: usize = 200;
/// Descriptors asked of the system, if it allows as many.
#[cfg(unix)]
const WANTED_DESCRIPTORS: u64 = 65_536;

/// Counts connections and decides about new ones. Cheap to clone.
#[derive(Clone)]
pub(super) struct ConnectionLimits(Arc<LimitsInner>);

struct LimitsInner {
    /// In all.
    total: usize,
    /// From one address other than the machine's own, where a proxy may be.
    per_address: usize,
    open: Mutex<OpenConnections>,
}

#[derive(Default)]
struct OpenConnections {
    of_address: HashMap<IpAddr, usize>,
    /// Oldest first.
    all: Vec<Arc<Entry>>,
}

/// One connection as the limits see it.
struct Entry {
    address: IpAddr,
    /// Whether it has not sent a whole header yet.
    is_silent: AtomicBool,
    is_evicted: AtomicBool,
    waker: AtomicWaker,
}

/// A connection's place among the open ones; dropped with it.
struct OpenConnection {
    limits: ConnectionLimits,
    entry: Arc<Entry>,
}

impl ConnectionLimits {
    /// Limits that fit the descriptors of this process; the soft limit is raised first.
    pub(super) fn of_process() -> Self {
        let descriptors = raise_descriptor_limit();
        let total = match descriptors {
            Some(limit) if limit > 2 * OTHER_DESCRIPTORS => (limit - OTHER_DESCRIPTORS).min(MAX_CONNECTIONS),
            Some(limit) => limit / 2,
            None => MAX_CONNECTIONS,
        };
        tracing::info!(connections = total, "limit of connections");
        Self::new(total, (total / 8).max(64))
    }

    fn new(total: usize, per_address: usize) -> Self {
        Self(Arc::new(LimitsInner { total, per_address, open: Mutex::default() }))
    }

    /// A place for a new connection; `None` when there are too many and none of them can be closed.
    fn admit(&self, address: IpAddr) -> Option<OpenConnection> {
        let address = address.to_canonical();
        let mut open = self.lock();
        let own = open.of_address.get(&address).copied().unwrap_or(0);
        let is_own_full = own >= self.0.per_address && !address.is_loopback();
        if (is_own_full && !open.evict(|entry| entry.address == address))
            || (open.all.len() >= self.0.total && !open.evict(|_| true))
        {
            return None;
        }
        let entry = Arc::new(Entry {
            address,
            is_silent: AtomicBool::new(true),
            is_evicted: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        });
        *open.of_address.entry(address).or_default() += 1;
        open.all.push(entry.clone());
        Some(OpenConnection { limits: self.clone(), entry })
    }

    fn lock(&self) -> MutexGuard<'_, OpenConnections> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenConnections {
    /// Ends the oldest connection of a kind that has not sent a request. Says whether there was one.
    fn evict(&mut self, is_candidate: impl Fn(&Entry) -> bool) -> bool {
        let silent = |entry: &Arc<Entry>| entry.is_silent.load(Ordering::Relaxed) && is_candidate(entry);
        let Some(position) = self.all.iter().position(silent) else { return false };
        let entry = self.remove(position);
        entry.is_evicted.store(true, Ordering::Relaxed);
        entry.waker.wake();
        true
    }

    fn remove(&mut self, position: usize) -> Arc<Entry> {
        let entry = self.all.remove(position);
        if let Some(count) = self.of_address.get_mut(&entry.address) {
            *count -= 1;
            if *count == 0 {
                self.of_address.remove(&entry.address);
            }
        }
        entry
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        let mut open = self.limits.lock();
        // One that was evicted is not counted any more.
        if let Some(position) = open.all.iter().position(|entry| Arc::ptr_eq(entry, &self.entry)) {
            open.remove(position);
        }
    }
}

/// Raises the soft limit of descriptors towards the hard one and returns it; `None` where there is none.
#[cfg(unix)]
fn raise_descriptor_limit() -> Option<usize> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(WANTED_DESCRIPTORS).min(WANTED_DESCRIPTORS);
    if limit.current.is_some_and(|current| current < wanted) {
        let before = limit.current;
        limit.current = Some(wanted);
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(%error, "the limit of descriptors cannot be raised");
            limit.current = before;
        }
    }
    limit.current.map(|current| usize::try_from(current).unwrap_or(usize::MAX))
}

#[cfg(not(unix))]
fn raise_descriptor_limit() -> Option<usize> {
    None
}

/// Admits connections by the limits, then hands them to another acceptor, which may speak TLS.
#[derive(Clone)]
pub(super) struct LimitedAcceptor<A> {
    inner: A,
    limits: ConnectionLimits,
}

impl<A> LimitedAcceptor<A> {
    pub(super) fn new(inner: A, limits: ConnectionLimits) -> Self {
        Self { inner, limits }
    }
}

impl<A, S> Accept<TcpStream, S> for LimitedAcceptor<A>
where
    A: Accept<TcpStream, S>,
    A::Future: Send + 'static,
{
    type Stream = LimitedStream<A::Stream>;
    type Service = A::Service;
    type Future = BoxFuture<'static, Result<(Self::Stream, A::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let admitted = stream.peer_addr().and_then(|peer| {
            self.limits.admit(peer.ip()).ok_or_else(|| {
                tracing::warn!(address = %peer.ip(), "too many connections: one was refused");
                Error::from(ErrorKind::ConnectionRefused)
            })
        });
        let accepted = stream.set_nodelay(true).map(|()| self.inner.accept(stream, service));
        Box::pin(async move {
            let open = admitted?;
            let (stream, service) = accepted?.await?;
            Ok((LimitedStream::new(stream, open), service))
        })
    }
}

/// Where a connection stands between two requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// A header is being read; so many bytes of its end were seen.
    Header { end: usize },
    /// A request is being read further, worked on or answered.
    Request,
    /// The last thing that happened was a write: an answer, or a part of one.
    Answered,
    /// HTTP/2, whose frames are not looked into.
    Frames,
}

/// The end of a header.
const END: &[u8] = b"\r\n\r\n";

/// A connection that ends by itself when its client keeps the server waiting.
pub(super) struct LimitedStream<I> {
    io: I,
    open: OpenConnection,
    phase: Phase,
    /// Whether no header has been whole yet.
    is_first: bool,
    last_byte: u8,
    /// When the phase began, or bytes last went either direction.
    since: Instant,
    read_timer: Pin<Box<Sleep>>,
    /// Since when the client has taken nothing.
    unread_since: Option<Instant>,
    write_timer: Pin<Box<Sleep>>,
}

impl<I> LimitedStream<I> {
    fn new(io: I, open: OpenConnection) -> Self {
        let now = Instant::now();
        Self {
            io,
            open,
            phase: Phase::Header { end: 0 },
            is_first: true,
            last_byte: 0,
            since: now,
            read_timer: Box::pin(tokio::time::sleep_until(now + HEADER_WITHIN)),
            unread_since: None,
            write_timer: Box::pin(tokio::time::sleep_until(now + UNREAD_LIMIT)),
        }
    }

    /// Looks at bytes that arrived. Lines of a header end with CR LF: a bare LF, which two programs in a row may read
    /// differently, is refused in the first header.
    fn arrived(&mut self, bytes: &[u8]) -> Result<()> {
        self.since = if matches!(self.phase, Phase::Header { .. }) { self.since } else { Instant::now() };
        if self.phase == Phase::Answered {
            // What goes on with a body after an early answer does not begin like a request.
            let is_request = bytes.first().is_some_and(u8::is_ascii_uppercase);
            self.phase = if is_request { Phase::Header { end: 0 } } else { Phase::Request };
        }
        for byte in bytes {
            let Phase::Header { end } = self.phase else { break };
            if *byte == b'\n' && self.last_byte != b'\r' && self.is_first {
                return Err(Error::from(ErrorKind::InvalidData));
            }
            let is_bare_end = *byte == b'\n' && self.last_byte == b'\n';
            let end = match *byte {
                next if next == END[end] => end + 1,
                b'\r' => 1,
                _ => 0,
            };
            self.phase = Phase::Header { end };
            self.last_byte = *byte;
            if end == END.len() || is_bare_end {
                self.header_ended();
            }
        }
        Ok(())
    }

    fn header_ended(&mut self) {
        self.phase = Phase::Request;
        self.is_first = false;
        self.last_byte = 0;
        self.open.entry.is_silent.store(false, Ordering::Relaxed);
    }

    /// When the connection ends unless something arrives or goes out.
    fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Header { .. } => Some(self.since + HEADER_WITHIN),
            // The router limits how long an answer may take.
            Phase::Request => None,
            Phase::Answered | Phase::Frames => Some(self.since + IDLE_LIMIT),
        }
    }

    /// Notes how a write went, and ends the connection when the client takes nothing for too long.
    fn wrote(&mut self, context: &mut Context<'_>, written: Poll<Result<usize>>) -> Poll<Result<usize>> {
        if let Poll::Ready(written) = written {
            self.unread_since = None;
            self.since = Instant::now();
            if self.phase == Phase::Request {
                self.phase = Phase::Answered;
            }
            return Poll::Ready(written);
        }
        if self.unread_since.is_none() {
            let now = Instant::now();
            self.unread_since = Some(now);
            self.write_timer.as_mut().reset(now + UNREAD_LIMIT);
        }
        ready!(self.write_timer.as_mut().poll(context));
        tracing::info!(address = %self.open.entry.address, "a client that reads nothing was disconnected");
        Poll::Ready(Err(Error::from(ErrorKind::TimedOut)))
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for LimitedStream<I> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let this = self.get_mut();
        this.open.entry.waker.register(context.waker());
        if this.open.entry.is_evicted.load(Ordering::Relaxed) {
            return Poll::Ready(Err(Error::from(ErrorKind::ConnectionAborted)));
        }
        let before = buffer.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut this.io).poll_read(context, buffer) {
            let bytes = &buffer.filled()[before..];
            if this.is_first && before == 0 && bytes.starts_with(b"PRI * HTTP/2") {
                this.header_ended();
                this.phase = Phase::Frames;
            }
            return Poll::Ready(read.and_then(|()| this.arrived(bytes)));
        }
        let Some(deadline) = this.deadline() else { return Poll::Pending };
        if this.read_timer.deadline() != deadline {
            this.read_timer.as_mut().reset(deadline);
        }
        ready!(this.read_timer.as_mut().poll(context));
        Poll::Ready(Err(Error::from(ErrorKind::TimedOut)))
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for LimitedStream<I> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write(context, bytes);
        this.wrote(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[std::io::IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.io).poll_write_vectored(context, parts);
        this.wrote(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    fn pair(limits: &ConnectionLimits) -> (LimitedStream<DuplexStream>, DuplexStream) {
        let (server, client) = duplex(64);
        (LimitedStream::new(server, limits.admit("10.0.0.1".parse().unwrap()).unwrap()), client)
    }

    async fn read(stream: &mut LimitedStream<DuplexStream>) -> Result<usize> {
        stream.read(&mut [0; 256]).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_header_has_ten_seconds_and_an_idle_connection_75() {
        let limits = ConnectionLimits::new(9, 9);
        let (mut stream, mut client) = pair(&limits);
        let began = Instant::now();
        client.write_all(b"GET / HT").await.unwrap();
        assert_eq!(read(&mut stream).await.unwrap(), 8);
        assert_eq!(read(&mut stream).await.unwrap_err().kind(), ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), HEADER_WITHIN.as_secs());

        let (mut stream, mut client) = pair(&limits);
        client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        assert_eq!(read(&mut stream).await.unwrap(), 27);
        stream.write_all(b"HTTP/1.1 200 OK").await.unwrap();
        let began = Instant::now();
        assert_eq!(read(&mut stream).await.unwrap_err().kind(), ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), IDLE_LIMIT.as_secs());
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_after_an_early_answer_is_no_header() {
        let limits = ConnectionLimits::new(9, 9);
        let (mut stream, mut client) = pair(&limits);
        client.write_all(b"POST / HTTP/1.1\r\n\r\n").await.unwrap();
        read(&mut stream).await.unwrap();
        stream.write_all(b"HTTP/1.1 100 Continue").await.unwrap();
        client.write_all(b"{\n}").await.unwrap();
        assert_eq!(read(&mut stream).await.unwrap(), 3);
        assert_eq!(stream.phase, Phase::Request);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_nothing_is_cut_off_and_bare_line_feeds_are_refused() {
        let limits = ConnectionLimits::new(9, 9);
        let (mut stream, client) = pair(&limits);
        let began = Instant::now();
        assert_eq!(stream.write_all(&[b'a'; 100]).await.unwrap_err().kind(), ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), UNREAD_LIMIT.as_secs());
        drop(client);
        let (mut stream, mut client) = pair(&limits);
        client.write_all(b"GET / HTTP/1.1\nHost: a\n\n").await.unwrap();
        assert_eq!(read(&mut stream).await.unwrap_err().kind(), ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn the_oldest_silent_connection_is_closed() {
        let limits = ConnectionLimits::new(3, 2);
        let (mut oldest, _first) = pair(&limits);
        let (mut speaker, mut client) = pair(&limits);
        client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        read(&mut speaker).await.unwrap();
        let (third, _third) = pair(&limits);
        assert_eq!(read(&mut oldest).await.unwrap_err().kind(), ErrorKind::ConnectionAborted);
        drop(oldest);
        assert_eq!(limits.lock().all.len(), 2);
        let other = limits.admit("10.0.0.2".parse().unwrap()).unwrap();
        let newest = limits.admit("127.0.0.1".parse().unwrap()).unwrap();
        assert_eq!(limits.lock().all.len(), 3, "the third was closed");
        drop((third, other, newest, speaker));
        assert!(limits.lock().all.is_empty() && limits.lock().of_address.is_empty());
    }
}
