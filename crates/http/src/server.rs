//! An HTTP/1.1 server for a router, with limits and graceful shutdown.

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

/// Limits of a server.
#[derive(Debug, Clone)]
pub struct ServerLimits {
    /// Maximum number of concurrent connections; further ones wait in the queue of the operating system.
    pub connections_max: usize,
    /// Limits of one client, if clients are limited.
    pub per_client: Option<ClientLimits>,
    /// Maximum time to receive the headers of a request, for the first and for later requests of a connection.
    pub headers_within: Duration,
    /// Maximum size of the request line and headers, in bytes.
    pub header_bytes_max: usize,
    /// Maximum number of headers.
    pub headers_max: usize,
    /// Whether requests with an invalid host are passed to the router, which rejects them with its own error.
    pub any_host: bool,
    /// Maximum time for which the peer reads nothing of what is sent. Shorter than `drain_within`, so that no client delays
    /// the shutdown.
    pub stalled_within: Duration,
    /// Time for which requests are still accepted after shutdown was requested. Clients are told meanwhile to use other
    /// replicas, by `/ready` and by closing the connection after each response. Zero if there are no other replicas.
    pub leave_within: Duration,
    /// Time for which running requests can continue after that.
    pub drain_within: Duration,
    /// Delays every response until written data is durable. None if all data is durable before the response.
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
    /// Returns the limits for a service behind a gateway with these limits: headers that the gateway adds must not cause a
    /// rejection, and clients are counted by the gateway.
    #[must_use]
    pub fn behind(self) -> Self {
        let (header_bytes_max, headers_max) = (self.header_bytes_max * 2, self.headers_max * 2);
        ServerLimits { header_bytes_max, headers_max, per_client: None, ..self }
    }
}

/// The peer of the connection, in the extensions of a request. It can be a load balancer.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Some requests were still running at the end of the drain timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrainTimeout {
    /// Number of connections that were still open.
    pub connections: usize,
}
impl std::fmt::Display for DrainTimeout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} connections were still open at the end of the drain timeout", self.connections)
    }
}
impl std::error::Error for DrainTimeout {}

/// Size of the read and write buffers of a connection, so that a slow reader uses no more memory.
const BUFFER_BYTES_MAX: usize = 64 << 10;
/// Time limit for the handshake. With it and the time for the headers, a connection still ends before `drain_within`.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(5);
/// Delay before `accept` is retried after a failure, for example when no file descriptors are left.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// The listening socket of a server.
#[derive(Debug)]
pub struct ServerConfig {
    /// The listener.
    pub listener: TcpListener,
    /// The TLS configuration for clients. A client without a certificate of the same shop can only query the health of this
    /// process. None for plain TCP, open to all clients.
    pub mutual: Option<MutualTls>,
}
impl From<TcpListener> for ServerConfig {
    fn from(listener: TcpListener) -> ServerConfig {
        ServerConfig { listener, mutual: None }
    }
}

/// The paths that are open to clients without a certificate, such as load balancers.
const FOR_ALL: [&str; 2] = ["/health", "/ready"];

/// Serves until `shutdown` resolves, then accepts no more connections and completes running requests.
///
/// # Errors
/// [`DrainTimeout`] if that took longer than permitted.
pub async fn serve(
    door: impl Into<ServerConfig>,
    router: Router,
    shutdown: impl Future<Output = ()>,
    limits: ServerLimits,
    env: Env,
) -> Result<(), DrainTimeout> {
    let ServerConfig { listener, mutual } = door.into();
    let (graceful, ending) = (GracefulShutdown::new(), ShutdownSignal::new());
    let slots = Arc::new(Semaphore::new(limits.connections_max.min(Semaphore::MAX_PERMITS)));
    let builder = Arc::new(builder(&limits));
    let clients = limits.per_client.clone().map(Clients::new);
    let mut shutdown = pin!(async {
        shutdown.await;
        // streams are not waited for
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
        // biased, so that runs are reproducible: no random choice is made
        let (slot, accepted) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = accepted => accepted,
        };
        let accepted =
            accepted.inspect_err(|error| tracing::warn!(%error, "connection could not be accepted"));
        let Ok((stream, peer)) = accepted else {
            sleep(ACCEPT_AGAIN_AFTER).await;
            continue;
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
        let (builder, watcher, mutual) = (builder.clone(), graceful.watcher(), mutual.clone());
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
    let done = timeout(limits.drain_within, graceful.shutdown()).await;
    done.map_err(|_| DrainTimeout {
        connections: limits.connections_max.saturating_sub(slots.available_permits()),
    })
}

/// Performs the TLS handshake, if TLS is configured.
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
    // a response is one write, so that waiting for more data would only delay it
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    WriteTimeoutStream::new(stream, within, pace)
}

/// The data that every connection uses.
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

/// Rejects requests of clients without a certificate, except health checks.
fn barred(request: &Request<Incoming>, env: &Env) -> Option<Response> {
    let path = request.uri().path();
    if FOR_ALL.contains(&path) {
        return None;
    }
    let id = request_id(request.headers(), env);
    Some(refuse(&CommonError::barred(ForbiddenReason::ServiceOnly), &id, path))
}
