//! Requests over HTTP to other processes.

use crate::{
    connection_pool::ConnectionPool,
    mutual_tls::MutualTls,
    transport::{SendFuture, Transport, collect, join},
};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;

/// HTTP/1.1 to addresses such as `http://orders:8083`.
pub struct Http(ConnectionPool<Full<Bytes>>);

impl Http {
    /// Creates a transport without connections.
    pub fn new() -> Self {
        Self::with(None)
    }

    /// Creates a transport that presents this certificate to addresses with TLS.
    pub fn with(mutual: Option<&MutualTls>) -> Self {
        Http(ConnectionPool::new(mutual))
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}
impl Transport for Http {
    fn send<'a>(&'a self, to: &'a str, request: Request<Bytes>) -> SendFuture<'a> {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            parts.uri = join(to, &parts.uri)?;
            collect(self.0.request(Request::from_parts(parts, Full::new(body))).await?).await
        })
    }
}
