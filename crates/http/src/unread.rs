//! What becomes of a connection whose request was answered before all of its body was read.
//!
//! The connection is of no more use then. A client that is not told would send its next request there, and that one
//! would break. And one that is still sending when the connection ends may lose the answer: so what it sends is read and
//! thrown away for a while before it is answered.

use axum::response::Response;
use bytes::Bytes;
use hyper::{
    Request,
    body::{Body, Frame, Incoming, SizeHint},
    header::{CONNECTION, EXPECT, HeaderValue},
};
use std::{
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::timeout;

/// The server reads so much on by itself, in order to keep the connection.
const LITTLE: u64 = 4 << 10;

/// Of a body that nobody reads so much is thrown away: several times what any operation takes.
const THROWN_AWAY_MAX: usize = 8 << 20;
/// In so much time, and with no longer pauses.
const THROWN_AWAY_WITHIN: Duration = Duration::from_secs(5);
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// A body that notes when its end is read, and is left behind where it is not.
pub(crate) struct Watched {
    /// There until it is dropped.
    body: Option<Incoming>,
    unread: Arc<AtomicBool>,
    left: Arc<Mutex<Option<Incoming>>>,
}

/// Whether more than a little of a body is still to come, and the body once nobody reads it any more.
pub(crate) struct Unread {
    unread: Arc<AtomicBool>,
    left: Arc<Mutex<Option<Incoming>>>,
    /// It is sent when it is asked for only, which reading it would do.
    waits_to_be_asked: bool,
}

/// Watches the body of a request.
pub(crate) fn watch(request: Request<Incoming>) -> (Request<Watched>, Unread) {
    let is_little = request.body().size_hint().upper().is_some_and(|size| size <= LITTLE);
    let unread = Arc::new(AtomicBool::new(!is_little));
    let left = Arc::default();
    let waits_to_be_asked = request.headers().contains_key(EXPECT);
    let watched =
        request.map(|body| Watched { body: Some(body), unread: unread.clone(), left: Arc::clone(&left) });
    (watched, Unread { unread, left, waits_to_be_asked })
}

impl Unread {
    /// Tells the client when the connection ends with this response, and lets it come to the end of what it sends.
    pub(crate) async fn tell(self, mut response: Response) -> Response {
        if self.unread.load(Ordering::Relaxed) {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            let left = self.left.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(body) = left.filter(|_| !self.waits_to_be_asked) {
                // whoever takes longer may lose the answer
                let _ = timeout(THROWN_AWAY_WITHIN, throw_away(body)).await;
            }
        }
        response
    }
}

async fn throw_away(mut body: Incoming) {
    let mut thrown_away = 0;
    while thrown_away < THROWN_AWAY_MAX {
        let frame = timeout(PAUSE_MAX, poll_fn(|cx| Pin::new(&mut body).poll_frame(cx))).await;
        let Ok(Some(Ok(frame))) = frame else { return };
        thrown_away += frame.data_ref().map_or(0, Bytes::len);
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if self.unread.load(Ordering::Relaxed) {
            *self.left.lock().unwrap_or_else(PoisonError::into_inner) = self.body.take();
        }
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = Pin::new(&mut *body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None)) || body.is_end_stream() {
            self.unread.store(false, Ordering::Relaxed);
        }
        polled
    }
    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Incoming::is_end_stream)
    }
    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or(SizeHint::with_exact(0), Incoming::size_hint)
    }
}
