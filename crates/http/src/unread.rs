//! What becomes of a connection whose request was answered before all of its body was read.
//!
//! The connection is of no more use then. A client that is not told would send its next request there, and that one
//! would break. And one that is still sending when the connection ends may lose the answer: so what it sends is read and
//! thrown away for a while before it is answered. Not for long where the answer is that there is too much to do: whoever
//! sends on and on would keep what is to be saved.

use crate::client_connections::Arrival;
use axum::response::Response;
use bytes::Bytes;
use hyper::{
    Request, StatusCode,
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

/// How much is thrown away of a body that nobody reads.
struct Patience {
    bytes_max: usize,
    within: Duration,
    pause_max: Duration,
}
/// Where the answer is about the request: several times what any operation takes.
const PATIENT: Patience =
    Patience { bytes_max: 8 << 20, within: Duration::from_secs(5), pause_max: Duration::from_secs(1) };
/// Where it is about the server (429, 503): what has been sent in one go.
const IN_HASTE: Patience =
    Patience { bytes_max: 1 << 20, within: Duration::from_millis(100), pause_max: Duration::from_millis(25) };

impl Patience {
    fn before(status: StatusCode) -> Patience {
        match status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            true => IN_HASTE,
            false => PATIENT,
        }
    }
}

/// A body that notes when its end is read, and is left behind where it is not.
pub(crate) struct Watched {
    /// There until it is dropped.
    body: Option<Incoming>,
    unread: Arc<AtomicBool>,
    left: Arc<Mutex<Option<Incoming>>>,
    arrival: Arc<Arrival>,
}

/// Whether more than a little of a body is still to come, and the body once nobody reads it any more.
pub(crate) struct Unread {
    unread: Arc<AtomicBool>,
    left: Arc<Mutex<Option<Incoming>>>,
    /// It is sent when it is asked for only, which reading it would do.
    waits_to_be_asked: bool,
}

/// Watches the body of a request.
pub(crate) fn watch(request: Request<Incoming>, arrival: Arc<Arrival>) -> (Request<Watched>, Unread) {
    arrival.headers_complete(!request.body().is_end_stream());
    let is_little = request.body().size_hint().upper().is_some_and(|size| size <= LITTLE);
    let unread = Arc::new(AtomicBool::new(!is_little));
    let left = Arc::default();
    let waits_to_be_asked = request.headers().contains_key(EXPECT);
    let watched = request.map(|body| Watched {
        body: Some(body),
        unread: unread.clone(),
        left: Arc::clone(&left),
        arrival,
    });
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
                let patience = Patience::before(response.status());
                let _ = timeout(patience.within, throw_away(body, &patience)).await;
            }
        }
        response
    }
}

async fn throw_away(mut body: Incoming, patience: &Patience) {
    let mut thrown_away = 0;
    while thrown_away < patience.bytes_max {
        let frame = timeout(patience.pause_max, poll_fn(|cx| Pin::new(&mut body).poll_frame(cx))).await;
        let Ok(Some(Ok(frame))) = frame else { return };
        thrown_away += frame.data_ref().map_or(0, Bytes::len);
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.arrival.complete();
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
            self.arrival.complete();
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
