//! The pool of connections to other processes.

use crate::{
    mutual_tls::{self, MutualTls},
    transport::TransportError,
};
use http::{Extensions, Request, Response, Uri};
use http_body::Body;
use hyper::{
    body::Incoming,
    rt::{Read, ReadBufCursor, Write},
};
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{CaptureConnection, Connected, Connection, HttpConnector, capture_connection},
    },
    rt::{TokioExecutor, TokioTimer},
};
use rustls::pki_types::ServerName;
use std::{
    error::Error,
    future::{Future, pending},
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tower_service::Service;

const CONNECT_WITHIN: Duration = Duration::from_secs(1);
/// Time limit for connecting, including the TLS handshake.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(2);
/// Idle timeout. Shorter than the idle timeouts of Ordo's servers and of common load balancers.
const IDLE: Duration = Duration::from_secs(8);
/// Grace period after a connection has ended. By then, a request on it has received its response, an error or another
/// connection.
const LEFT_ALONE: Duration = HANDSHAKE_WITHIN.saturating_add(Duration::from_secs(1));

/// A pool of HTTP/1.1 connections: over TCP, or over TLS for addresses that begin with `https`.
pub struct ConnectionPool<B>(Client<Connector, B>);

impl<B> ConnectionPool<B>
where
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    /// Creates an empty pool. Without a certificate, addresses with TLS cannot be reached.
    pub fn new(mutual: Option<&MutualTls>) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_WITHIN));
        tcp.enforce_http(false);
        // a valid DNS name
        let name = ServerName::try_from(mutual_tls::NAME).expect("a plain word is a name");
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(mutual.map_or_else(mutual_tls::believing_nobody, MutualTls::asking))
            .https_or_http()
            .with_server_name_resolver(FixedServerNameResolver::new(name))
            .enable_http1()
            .wrap_connector(tcp);
        // hyper's own retry stays enabled: it repeats only requests that were never written to a stale connection
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(Connector(connector));
        ConnectionPool(client)
    }

    /// Sends a request to the address in its URI.
    ///
    /// # Errors
    /// When no response has arrived and none will.
    pub async fn request(&self, mut request: Request<B>) -> Result<Response<Incoming>, TransportError> {
        let captured = capture_connection(&mut request);
        let answer = self.0.request(request);
        unless_left_alone(captured, async {
            answer.await.map_err(|e| TransportError { arrived: !e.is_connect(), why: reasons(&e) })
        })
        .await
    }
}

/// Formats an error with its causes.
fn reasons(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Waits for the response, or fails if the connection has ended without reporting a result.
///
/// A request that is handed to a connection's task just as the task ends can remain in the queue between the two
/// (<https://github.com/hyperium/hyper/issues/2312>). Without this check, the caller would wait until its deadline.
async fn unless_left_alone<A>(
    captured: CaptureConnection,
    answer: impl Future<Output = Result<A, TransportError>>,
) -> Result<A, TransportError> {
    tokio::select! {
        biased;
        answer = answer => answer,
        () = left_alone(captured) => {
            Err(TransportError { arrived: true, why: "its connection ended without a response".to_owned() })
        }
    }
}

/// Waits until the request's connection has ended and the request has received no other connection since.
async fn left_alone(mut captured: CaptureConnection) {
    loop {
        let on = captured.wait_for_connection_metadata().await.as_ref().and_then(ConnectionWatch::of);
        let Some(mut on) = on else { return pending().await };
        while on.0.changed().await.is_ok() {}
        sleep(LEFT_ALONE).await;
        let now = captured.connection_metadata().as_ref().and_then(ConnectionWatch::of);
        if now.is_some_and(|now| now.0.same_channel(&on.0)) {
            return;
        }
    }
}

/// Connects to another process.
#[derive(Clone)]
struct Connector(HttpsConnector<HttpConnector>);

type ConnectedStream = <HttpsConnector<HttpConnector> as Service<Uri>>::Response;

impl Service<Uri> for Connector {
    type Response = WatchedConnection<ConnectedStream>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connected = self.0.call(to);
        // the time limit includes the handshake, so that an unresponsive process is detected before anything is sent
        Box::pin(async move { Ok(WatchedConnection::new(timeout(HANDSHAKE_WITHIN, connected).await??)) })
    }
}

/// Is notified when the connection has ended.
#[derive(Clone)]
struct ConnectionWatch(watch::Receiver<()>);

impl ConnectionWatch {
    fn of(connected: &Connected) -> Option<ConnectionWatch> {
        let mut extras = Extensions::new();
        connected.get_extras(&mut extras);
        extras.remove()
    }
}

/// A connection whose end can be observed.
struct WatchedConnection<S> {
    stream: S,
    until_dropped: watch::Sender<()>,
}

impl<S> WatchedConnection<S> {
    fn new(stream: S) -> Self {
        WatchedConnection { stream, until_dropped: watch::Sender::new(()) }
    }
}

impl<S: Connection> Connection for WatchedConnection<S> {
    fn connected(&self) -> Connected {
        self.stream.connected().extra(ConnectionWatch(self.until_dropped.subscribe()))
    }
}

impl<S: Read + Unpin> Read for WatchedConnection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: Write + Unpin> Write for WatchedConnection<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "real connections")]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http_body_util::Full;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
        time::Instant,
    };

    /// A server that responds once to each connection, and closes it when notified.
    async fn server(ends: watch::Receiver<()>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut ends = ends.clone();
                tokio::spawn(async move {
                    let _ = stream.read(&mut [0; 4096]).await;
                    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
                    let _ = ends.changed().await;
                });
            }
        });
        url
    }

    fn request(url: &str) -> (CaptureConnection, Request<Full<Bytes>>) {
        let mut request = Request::get(url).body(Full::default()).unwrap();
        (capture_connection(&mut request), request)
    }

    #[tokio::test]
    async fn whoever_waits_on_a_connection_that_has_ended_is_told() {
        let (end, ends) = watch::channel(());
        let (url, connections) = (server(ends).await, ConnectionPool::new(None));
        let (captured, request) = request(&url);
        assert_eq!(connections.0.request(request).await.unwrap().status(), 204);
        // a request that is lost in the queue of a connection's task looks like this: no response and no error
        let waits = tokio::spawn(unless_left_alone(captured, pending::<Result<(), TransportError>>()));
        sleep(Duration::from_millis(100)).await;
        assert!(!waits.is_finished(), "the connection is there");
        let ended = Instant::now();
        end.send(()).unwrap();
        let broken =
            timeout(LEFT_ALONE * 5, waits).await.expect("nobody waits forever").unwrap().unwrap_err();
        assert!(broken.arrived, "nobody knows: {broken}");
        assert!(ended.elapsed() >= LEFT_ALONE, "another connection had its time");
    }

    #[tokio::test]
    async fn what_went_on_over_another_connection_is_waited_for() {
        let (end, ends) = watch::channel(());
        let (url, connections) = (server(ends).await, ConnectionPool::new(None));
        let (captured, first) = request(&url);
        // both requests share the extension, as after a retry by hyper
        let mut second = Request::get(&url).body(Full::default()).unwrap();
        *second.extensions_mut() = first.extensions().clone();
        assert_eq!(connections.0.request(first).await.unwrap().status(), 204);
        let waits = tokio::spawn(unless_left_alone(captured, pending::<Result<(), TransportError>>()));
        end.send(()).unwrap();
        sleep(Duration::from_millis(500)).await;
        assert_eq!(connections.0.request(second).await.unwrap().status(), 204);
        sleep(LEFT_ALONE).await;
        assert!(!waits.is_finished(), "the second connection is there");
        end.send(()).unwrap();
        assert!(timeout(LEFT_ALONE * 5, waits).await.expect("nobody waits forever").unwrap().is_err());
    }
}
