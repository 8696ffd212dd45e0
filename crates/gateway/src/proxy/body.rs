//! Response bodies that are passed on while they are received.

use bytes::Bytes;
use endpoint::{
    EVENT_STREAM,
    client::InFlightCall,
    http::{HeaderMap, header},
};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use kernel::BoxFuture;
use ordo_http::ShutdownSignal;
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// Counts the request as in flight at its address until the end of the body. Streams end when the gateway shuts down.
pub(super) struct ProxiedBody {
    body: Incoming,
    _flight: InFlightCall,
    end: Option<BoxFuture<()>>,
    has_ended: bool,
}

impl ProxiedBody {
    pub(super) fn new(
        headers: &HeaderMap,
        body: Incoming,
        flight: InFlightCall,
        ending: Option<ShutdownSignal>,
    ) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let ending = ending.filter(|_| kind.starts_with(EVENT_STREAM));
        let end = ending.map(|ending| -> BoxFuture<()> { Box::pin(async move { ending.begun().await }) });
        ProxiedBody { body, _flight: flight, end, has_ended: false }
    }
}

impl Body for ProxiedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        if self.has_ended || self.end.as_mut().is_some_and(|end| end.as_mut().poll(cx).is_ready()) {
            self.has_ended = true;
            return Poll::Ready(None);
        }
        Pin::new(&mut self.body).poll_frame(cx)
    }
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
