//! What becomes of a connection whose request was answered before all of its body was read.
//!
//! The server does not read on, so the connection is of no more use. A client that is not told would send its
//! next request there, and that one would break.

use axum::response::Response;
use bytes::Bytes;
use hyper::{
    Request,
    body::{Body, Frame, Incoming, SizeHint},
    header::{CONNECTION, HeaderValue},
};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

/// The server reads so much on by itself, in order to keep the connection.
const LITTLE: u64 = 4 << 10;

/// A body that notes when its end is read.
pub(crate) struct Watched {
    body: Incoming,
    unread: Arc<AtomicBool>,
}

/// Whether more than a little of a body is still to come.
pub(crate) struct Unread(Arc<AtomicBool>);

/// Watches the body of a request.
pub(crate) fn watch(request: Request<Incoming>) -> (Request<Watched>, Unread) {
    let is_little = request.body().size_hint().upper().is_some_and(|size| size <= LITTLE);
    let unread = Arc::new(AtomicBool::new(!is_little));
    let watched = request.map(|body| Watched { body, unread: unread.clone() });
    (watched, Unread(unread))
}

impl Unread {
    /// Tells the client when the connection ends with this response.
    pub(crate) fn tell(self, mut response: Response) -> Response {
        if self.0.load(Ordering::Relaxed) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None)) || self.body.is_end_stream() {
            self.unread.store(false, Ordering::Relaxed);
        }
        polled
    }
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
