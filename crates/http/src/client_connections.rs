//! Limits for each client network (an IPv4 address, an IPv6 /64): its connections to one listener, and its slowly arriving
//! requests ([`crate::arrival`]). Connections of trusted proxies, which carry requests of all clients, are not counted.

use crate::{cidr::Cidr, client_address::network, metrics};
use bytes::Bytes;
use endpoint::{CommonError, Problem, new_request_id};
use kernel::Env;
use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Semaphore,
    time::{Instant, timeout},
};

/// The limits of one client at a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientLimits {
    /// Maximum number of concurrent connections. Lower when few of all connections are free.
    pub connections: usize,
    /// Maximum number of concurrent requests for whose headers or body the server has been waiting for more than one
    /// second.
    pub slow_requests: usize,
    /// Proxies whose connections are not limited.
    pub trusted_proxies: Vec<Cidr>,
    /// The JSON body for a refused connection, if it is not a problem document.
    pub refusal: Option<Bytes>,
}

/// A client can hold one in this many free connections, and always at least one.
const FREE_SHARE: usize = 8;
/// Maximum number of refused connections that get a response at the same time; further ones are closed.
const ANSWERED_AT_ONCE: usize = 64;
/// Time for which the server waits for the request of a refused connection, and for its end.
const ANSWERED_WITHIN: Duration = Duration::from_millis(500);
/// Number of seconds after which a refused client can retry.
const COME_BACK_AFTER_S: u32 = 1;
/// Interval between log messages about refused connections.
const LOGGED_EVERY: Duration = Duration::from_secs(60);

/// The clients of one listener.
pub(crate) struct Clients {
    limits: ClientLimits,
    state: Mutex<ClientConnectionState>,
    answering: Semaphore,
}

#[derive(Default)]
struct ClientConnectionState {
    /// Contains only clients that hold a connection.
    counts: BTreeMap<IpAddr, Counts>,
    refused: RateLimitedLog,
    slow: RateLimitedLog,
}

/// A log message that is emitted at intervals, with the number of occurrences since the last one.
#[derive(Default)]
struct RateLimitedLog {
    logged_at: Option<Instant>,
    count: u64,
}

impl RateLimitedLog {
    /// Counts an occurrence, and returns the count if it is to be logged.
    fn count(&mut self) -> Option<u64> {
        self.count += 1;
        if self.logged_at.is_some_and(|at| at.elapsed() < LOGGED_EVERY) {
            return None;
        }
        self.logged_at = Some(Instant::now());
        Some(std::mem::take(&mut self.count))
    }
}

#[derive(Default)]
struct Counts {
    connections: usize,
    slow_requests: usize,
}

/// A connection of a client. Dropping it releases it.
pub(crate) struct ClientConnection {
    clients: Arc<Clients>,
    client: IpAddr,
}

/// A slow request of a client. Dropping it releases it.
pub(crate) struct SlowRequest(Arc<ClientConnection>);

impl Clients {
    pub(crate) fn new(limits: ClientLimits) -> Arc<Self> {
        Arc::new(Clients { limits, state: Mutex::default(), answering: Semaphore::new(ANSWERED_AT_ONCE) })
    }

    /// Returns whether connections from this peer are not limited.
    pub(crate) fn trusts(&self, peer: IpAddr) -> bool {
        self.limits.trusted_proxies.iter().any(|proxies| proxies.contains(peer))
    }

    /// Counts a connection. `None` if the client has reached its limit. `free` is the number of all free connections.
    pub(crate) fn enter(self: &Arc<Self>, peer: IpAddr, free: usize) -> Option<Arc<ClientConnection>> {
        let client = network(peer);
        let at_most = self.limits.connections.min((free / FREE_SHARE).max(1));
        let mut state = self.state();
        let counts = state.counts.entry(client).or_default();
        if counts.connections < at_most {
            counts.connections += 1;
            return Some(Arc::new(ClientConnection { clients: self.clone(), client }));
        }
        let connections = counts.connections;
        metrics::CONNECTIONS_REFUSED.count(&[]);
        if let Some(refused) = state.refused.count() {
            tracing::warn!(
                client_address = %client,
                connections,
                refused,
                "connection refused: the client address holds its share of connections; \
                 if it is a proxy, name it in ORDO_TRUSTED_PROXIES"
            );
        }
        None
    }

    /// Closes a connection of a client with too many, and sends an error first unless too many refused connections get one
    /// already.
    pub(crate) async fn refuse(&self, mut stream: TcpStream, env: &Env) {
        let answer = self.refusal(env);
        let Ok(_place) = self.answering.try_acquire() else {
            // a response that does not fit at once is dropped
            let _ = stream.try_write(&answer);
            return;
        };
        let mut bytes = [0; 1024];
        // some clients report an error if the response precedes their request, or if the connection closes before all is
        // read
        let _ = timeout(ANSWERED_WITHIN, stream.read(&mut bytes)).await;
        if stream.write_all(&answer).await.is_ok() && stream.shutdown().await.is_ok() {
            let read_to_end = async { while matches!(stream.read(&mut bytes).await, Ok(1..)) {} };
            let _ = timeout(ANSWERED_WITHIN, read_to_end).await;
        }
    }

    /// Returns the response for a refused connection.
    fn refusal(&self, env: &Env) -> Vec<u8> {
        let (kind, body) = match &self.limits.refusal {
            Some(body) => ("application/json", body.to_vec()),
            None => ("application/problem+json", problem(env)),
        };
        let head = format!(
            "HTTP/1.1 503 Service Unavailable\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\
             retry-after: {COME_BACK_AFTER_S}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n",
            body.len()
        );
        [head.into_bytes(), body].concat()
    }

    fn state(&self) -> MutexGuard<'_, ClientConnectionState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, client: IpAddr, change: impl FnOnce(&mut Counts)) {
        let mut state = self.state();
        let Some(counts) = state.counts.get_mut(&client) else { return };
        change(counts);
        if counts.connections == 0 && counts.slow_requests == 0 {
            state.counts.remove(&client);
        }
    }
}

/// Returns the problem document for a refused connection.
fn problem(env: &Env) -> Vec<u8> {
    let mut problem = Problem::of(&CommonError::Unavailable { retry_after: COME_BACK_AFTER_S });
    problem.detail =
        "Your client address holds too many connections. Close some, or retry after `Retry-After` seconds."
            .to_owned();
    problem.request_id = new_request_id(env);
    serde_json::to_vec(&problem).unwrap_or_default()
}

impl ClientConnection {
    /// Counts one of the client's requests as slow. `None` if the client has reached its limit.
    pub(crate) fn slow_request(self: &Arc<Self>) -> Option<SlowRequest> {
        let mut state = self.clients.state();
        let counts = state.counts.entry(self.client).or_default();
        if counts.slow_requests >= self.clients.limits.slow_requests {
            let slow_requests = counts.slow_requests;
            metrics::SLOW_REQUESTS_REFUSED.count(&[]);
            if let Some(closed) = state.slow.count() {
                tracing::warn!(
                    client_address = %self.client,
                    slow_requests,
                    closed,
                    "connection closed: the client address sends too many requests slowly; \
                     if it is a proxy, name it in ORDO_TRUSTED_PROXIES"
                );
            }
            return None;
        }
        counts.slow_requests += 1;
        Some(SlowRequest(self.clone()))
    }
}

impl Drop for ClientConnection {
    fn drop(&mut self) {
        self.clients.change(self.client, |counts| counts.connections -= 1);
    }
}

impl Drop for SlowRequest {
    fn drop(&mut self) {
        self.0.clients.change(self.0.client, |counts| counts.slow_requests -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients(connections: usize) -> Arc<Clients> {
        Clients::new(ClientLimits {
            connections,
            slow_requests: 1,
            trusted_proxies: Vec::new(),
            refusal: None,
        })
    }

    #[test]
    fn a_network_holds_its_share_and_is_forgotten_with_its_last_connection() {
        let clients = clients(2);
        let enter = |address: &str| clients.enter(address.parse().unwrap(), 1000);
        let first = enter("2001:db8::1");
        let second = enter("2001:db8::2");
        assert!(first.is_some() && second.is_some());
        assert!(enter("2001:db8::3").is_none() && enter("2001:db8:0:1::1").is_some());
        drop(first);
        assert!(enter("2001:db8::3").is_some());
        drop(second);
        assert!(clients.state().counts.is_empty());
    }

    #[test]
    fn when_few_connections_are_free_a_client_may_hold_fewer() {
        let clients = clients(256);
        let held: Vec<_> =
            (0..10_000).map_while(|taken| clients.enter([192, 0, 2, 1].into(), 1024 - taken)).collect();
        assert_eq!(held.len(), 113, "an eighth of those that were free then");
        assert!(clients.enter([192, 0, 2, 2].into(), 1).is_some(), "whoever has none gets the last one");
    }
}
