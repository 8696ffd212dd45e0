//! A router on a socket: HTTP/1.1, bounded, and stopped without breaking what runs.

use crate::{
    arrival::{Arrival, Pace},
    barrier::{Barrier, RefusableRequest},
    client_connections::{ClientLimits, Clients},
    connection::Connection,
    named_host::names_one_host,
    problem_response::{refuse, request_id},
    shutdown::ShutdownSignal,
    unread_body::watch,
    write_timeout::WriteTimeoutStream,
};
use axum::{Router, response::Response};
use endpoint::{CommonError, FieldError, ForbiddenReason, mutual_tls::MutualTls};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use kernel::Env;
use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tower::Service;

/// How much a server takes.
#[derive(Debug, Clone)]
pub struct ServerLimits {
    /// Connections at once; further ones wait in the system's queue.
    pub connections_max: usize,
    /// What one client may hold of them, where that is limited.
    pub per_client: Option<ClientLimits>,
    /// How long the headers of a request may take, the first one's and later ones'.
    pub headers_within: Duration,
    /// Bytes of a request's line and headers.
    pub header_bytes_max: usize,
    /// Headers of a request.
    pub headers_max: usize,
    /// Whether the router is given what does not name one host, too: it refuses that in its own words.
    pub any_host: bool,
    /// How long the other end of a connection may take nothing of what is sent to it. Shorter than `drain_within`, so
    /// that nobody delays the end.
    pub stalled_within: Duration,
    /// How long requests are still taken after the end was asked for: who asks is told to go elsewhere in the meantime,
    /// by `/ready` and by the end of the connection after each answer. None where nobody else could be asked.
    pub leave_within: Duration,
    /// How long what runs may go on after that.
    pub drain_within: Duration,
    /// What every response waits for; none where all that is written is durable before it is answered.
    pub barrier: Option<Barrier>,
}
impl Default for ServerLimits {
    fn default() -> Self {
        ServerLimits {
            connections_max: 10_000,
            per_client: None,
            headers_within: Duration::from_secs(15),
            header_bytes_max: 32 << 10,
            headers_max: 100,
            any_host: false,
            stalled_within: Duration::from_secs(15),
            leave_within: Duration::ZERO,
            drain_within: Duration::from_secs(25),
            barrier: None,
        }
    }
}

impl ServerLimits {
    /// For a service behind a door with these: what that adds to a request is no reason to refuse it, and its clients are
    /// counted there.
    #[must_use]
    pub fn behind(self) -> Self {
        let (header_bytes_max, headers_max) = (self.header_bytes_max * 2, self.headers_max * 2);
        ServerLimits { header_bytes_max, headers_max, per_client: None, ..self }
    }
}

/// The other end of the connection, among a request's extensions. It may be a balancer.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Some requests were still running when the time was up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrainTimeout {
    /// Connections that were still open.
    pub connections: usize,
}
impl std::fmt::Display for DrainTimeout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} connections were still open when the time was up", self.connections)
    }
}
impl std::error::Error for DrainTimeout {}

/// What is read ahead of a request and what waits of an answer, for one connection: a slow reader holds no more.
const BUFFER_BYTES_MAX: usize = 64 << 10;
/// With it, and with the time for the headers, a connection still ends before `drain_within` is over.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(5);
/// A failing `accept` (no descriptors left, say) is tried again after this.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// Where requests come in.
#[derive(Debug)]
pub struct ServerConfig {
    /// Where connections come in.
    pub listener: TcpListener,
    /// What is shown to them, over TLS: who shows no certificate of the same shop is told no more than how this process
    /// does. None where it is for everybody, over TCP.
    pub mutual: Option<MutualTls>,
}
impl From<TcpListener> for ServerConfig {
    fn from(listener: TcpListener) -> ServerConfig {
        ServerConfig { listener, mutual: None }
    }
}

/// What is answered to strangers: a balancer checks these, and has no certificate.
const FOR_ALL: [&str; 2] = ["/health", "/ready"];

/// Serves until `shutdown` is ready; then accepts nothing more, and finishes what runs.
///
/// # Errors
/// [`DrainTimeout`] when that took longer than it may.
pub async fn serve(
    door: impl Into<ServerConfig>,
    router: Router,
    shutdown: impl Future<Output = ()>,
    limits: ServerLimits,
    env: Env,
) -> Result<(), DrainTimeout> {
    let ServerConfig { listener, mutual } = door.into();
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(limits.connections_max.min(Semaphore::MAX_PERMITS)));
    let builder = Arc::new(builder(&limits));
    let clients = limits.per_client.clone().map(Clients::new);
    let ending = ShutdownSignal::new();
    let mut shutdown = pin!(async {
        shutdown.await;
        // what goes on for long is not waited for
        ending.begin();
        if !limits.leave_within.is_zero() {
            sleep(limits.leave_within).await;
        }
    });
    loop {
        let accepted = async {
            let slot = slots.clone().acquire_owned().await;
            (slot, listener.accept().await)
        };
        // biased, so that a run can be repeated: no choice is drawn
        let (slot, accepted) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = accepted => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "connection could not be accepted");
                sleep(ACCEPT_AGAIN_AFTER).await;
                continue;
            }
        };
        let arrival = Arc::<Arrival>::default();
        let pace = match clients.as_ref().filter(|clients| !clients.trusts(peer.ip())) {
            None => None,
            Some(clients) => match clients.enter(peer.ip(), slots.available_permits()) {
                Some(connection) => Some(Pace::new(connection, arrival.clone())),
                None => {
                    let (clients, asking) = (clients.clone(), env.clone());
                    env.spawn("refused connection", async move {
                        let _slot = slot;
                        clients.refuse(stream, &asking).await;
                    });
                    continue;
                }
            },
        };
        let stream = unstalled(stream, limits.stalled_within, pace);
        let (router, any_host, barrier) = (router.clone(), limits.any_host, limits.barrier.clone());
        let served = ConnectionContext {
            router,
            any_host,
            env: env.clone(),
            ending: ending.clone(),
            arrival,
            barrier,
        };
        let (builder, watcher) = (builder.clone(), graceful.watcher());
        let mutual = mutual.clone();
        env.spawn("connection", async move {
            let _slot = slot;
            let wire = match sealed(stream, mutual).await {
                Ok(wire) => wire,
                Err(error) => return tracing::debug!(%error, %peer, "connection could not be established"),
            };
            if let Err(error) = watcher.watch(connection(&builder, wire, peer, served)).await {
                tracing::debug!(%error, "connection failed");
            }
        });
    }
    drop(listener);
    let open = slots.clone();
    match timeout(limits.drain_within, graceful.shutdown()).await {
        Ok(()) => Ok(()),
        Err(_) => {
            Err(DrainTimeout { connections: limits.connections_max.saturating_sub(open.available_permits()) })
        }
    }
}

/// After the handshake, where there must be one.
async fn sealed(stream: WriteTimeoutStream, mutual: Option<MutualTls>) -> io::Result<Connection> {
    match mutual {
        None => Ok(Connection::Plain(stream)),
        Some(mutual) => {
            timeout(HANDSHAKE_WITHIN, Connection::sealed(stream, &mutual)).await.map_err(io::Error::other)?
        }
    }
}

fn builder(limits: &ServerLimits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers_within)
        .max_header_size(limits.header_bytes_max)
        .max_headers(limits.headers_max)
        .max_buf_size(BUFFER_BYTES_MAX)
        .half_close(false);
    builder
}

fn unstalled(stream: TcpStream, within: Duration, pace: Option<Pace>) -> WriteTimeoutStream {
    // an answer is one write: waiting for more would only delay it
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    WriteTimeoutStream::new(stream, within, pace)
}

/// What every connection is served with.
struct ConnectionContext {
    router: Router,
    any_host: bool,
    env: Env,
    ending: ShutdownSignal,
    arrival: Arc<Arrival>,
    barrier: Option<Barrier>,
}

fn connection(
    builder: &http1::Builder,
    wire: Connection,
    peer: SocketAddr,
    served: ConnectionContext,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + use<> {
    let ConnectionContext { router, any_host, env, ending, arrival, barrier } = served;
    let is_strange = wire.is_of_a_stranger();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request.extensions_mut().insert(ending.clone());
        let refused = if any_host { None } else { without_one_host(&request, &env) };
        let refused = refused.or_else(|| if is_strange { barred(&request, &env) } else { None });
        let (request, unread) = watch(request, arrival.clone());
        let (leaving, arrival) = (ending.clone(), arrival.clone());
        let mut router = router.clone();
        let barrier = barrier.clone().map(|barrier| (barrier, RefusableRequest::of(&request), env.clone()));
        async move {
            let answered = match refused {
                Some(refused) => Ok(refused),
                None => router.call(request).await,
            };
            let answered = match (answered, barrier) {
                (Ok(response), Some((barrier, asked, env))) => Ok(barrier.pass(response, &asked, &env).await),
                (answered, _) => answered,
            };
            let answered = match answered {
                Ok(response) => Ok(leaving.tell(unread.tell(response).await)),
                Err(never) => Err(never),
            };
            arrival.answered();
            answered
        }
    });
    builder.serve_connection(TokioIo::new(wire), service)
}

fn without_one_host(request: &Request<Incoming>, env: &Env) -> Option<Response> {
    if names_one_host(request) {
        return None;
    }
    let errors = vec![FieldError::invalid("#Host", "one host name or IP address is expected")];
    let id = request_id(request.headers(), env);
    Some(refuse(&CommonError::InvalidRequest { errors }, &id, request.uri().path()))
}

/// A stranger is told how this process does, and nothing else.
fn barred(request: &Request<Incoming>, env: &Env) -> Option<Response> {
    let path = request.uri().path();
    if FOR_ALL.contains(&path) {
        return None;
    }
    let id = request_id(request.headers(), env);
    Some(refuse(&CommonError::barred(ForbiddenReason::ServiceOnly), &id, path))
}
