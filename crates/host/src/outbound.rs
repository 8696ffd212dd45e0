//! HTTPS to servers of others, which are believed by the certificates that the operating system trusts (`SSL_CERT_FILE` and
//! `SSL_CERT_DIR` name others).

use bytes::Bytes;
use http::{Request, Response, header::CONTENT_LENGTH};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, Error, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use kernel::{
    BoxFuture, failpoint,
    outbound::{Outbound, OutboundError, OutboundResult, REPLY_BYTES_MAX},
};
use std::{error::Error as _, sync::OnceLock, time::Duration};
use tokio::time::timeout;

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Shorter than the time for which servers keep an idle connection.
const IDLE: Duration = Duration::from_secs(20);

type HttpsClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// The connections to others. What the system trusts is read when the first request is sent.
#[derive(Default)]
pub(crate) struct Https(OnceLock<Result<HttpsClient, String>>);

impl Outbound for Https {
    fn send(
        &self,
        name: &'static str,
        request: Request<Bytes>,
        within: Duration,
    ) -> BoxFuture<OutboundResult> {
        let client = self.0.get_or_init(client).clone();
        Box::pin(async move {
            let client = client.map_err(OutboundError::NotSent)?;
            // from the moment in which the connection may have it, nobody knows what became of it
            let exchange = exchange(client, request.map(Full::new));
            let late = |_| Err(OutboundError::Unknown(format!("no reply within {} s", within.as_secs_f32())));
            failpoint::pass(name, "calling");
            let reply = timeout(within, exchange).await.unwrap_or_else(late);
            failpoint::pass(name, "called");
            reply
        })
    }
}

fn client() -> Result<HttpsClient, String> {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT_WITHIN));
    tcp.enforce_http(false);
    let tls = HttpsConnectorBuilder::new().with_native_roots().map_err(|error| {
        format!("the certificates that the operating system trusts cannot be read: {error}")
    })?;
    let connector = tls.https_only().enable_http1().wrap_connector(tcp);
    // hyper's own retry repeats only what was never written to a connection
    Ok(Client::builder(TokioExecutor::new())
        .pool_idle_timeout(IDLE)
        .pool_timer(TokioTimer::new())
        .build(connector))
}

async fn exchange(client: HttpsClient, request: Request<Full<Bytes>>) -> OutboundResult {
    let reply = client.request(request).await.map_err(|error| failed(&error))?;
    let (parts, body) = reply.into_parts();
    let unread = |why: String| OutboundError::Unknown(format!("its reply ({}): {why}", parts.status));
    let length = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > REPLY_BYTES_MAX as u64) {
        return Err(unread(format!("{length:?} bytes are more than are read")));
    }
    match Limited::new(body, REPLY_BYTES_MAX).collect().await {
        Ok(body) => Ok(Response::from_parts(parts, body.to_bytes())),
        Err(error) => Err(unread(error.to_string())),
    }
}

fn failed(error: &Error) -> OutboundError {
    let mut why = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        why.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    if error.is_connect() { OutboundError::NotSent(why) } else { OutboundError::Unknown(why) }
}
