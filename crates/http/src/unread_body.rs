//! Handling of connections whose request was answered before its body was read completely.
//!
//! Such a connection cannot be reused, unless little of the body is left. A client that is not told would send its next
//! request on it, which would fail. A client that is still sending when the connection closes may lose the response, so its
//! data is read and discarded for a while before the response. This is short if the response is an overload error, because
//! the data of persistent clients would use the resources that are to be saved.

use crate::arrival::Arrival;
use axum::{BoxError, response::Response};
use bytes::Bytes;
use hyper::{
    Request, StatusCode,
    body::{Body, Frame, Incoming, SizeHint},
    header::{CONNECTION, EXPECT, HeaderValue},
};
use std::{
    error::Error,
    fmt,
    future::poll_fn,
    iter::successors,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::timeout;

/// Number of bytes that are discarded to keep the connection.
const LITTLE: u64 = 4 << 10;
/// Each chunk of a body costs as much as a few hundred bytes. Beyond this number of chunks, a minimum mean size applies.
const PIECES_OF_ANY_SIZE: usize = 256;
/// Minimum mean size of chunks, in bytes.
const PIECE_BYTES: usize = 64;

/// The body consists of too many small chunks to be read.
#[derive(Debug)]
pub(crate) struct TooManyChunks;
impl fmt::Display for TooManyChunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the body has chunks of less than {PIECE_BYTES} bytes on average")
    }
}
impl Error for TooManyChunks {}

/// Returns why a body could not be read completely.
pub fn why_broken(error: &(dyn Error + 'static)) -> String {
    let mut causes = successors(Some(error), |error| (**error).source());
    match causes.find_map(|error| error.downcast_ref::<TooManyChunks>()) {
        Some(crumbled) => crumbled.to_string(),
        None => "the body was incomplete".to_owned(),
    }
}

/// The chunks of a body so far.
#[derive(Default, Clone, Copy)]
struct ChunkTotals {
    count: usize,
    bytes: usize,
}

impl ChunkTotals {
    fn add(&mut self, frame: &Frame<Bytes>) -> Result<(), TooManyChunks> {
        self.count += 1;
        self.bytes += frame.data_ref().map_or(0, Bytes::len);
        let is_crumbled = self.count > PIECES_OF_ANY_SIZE && self.bytes / self.count < PIECE_BYTES;
        if is_crumbled { Err(TooManyChunks) } else { Ok(()) }
    }
}

/// The unread rest of a body.
struct Rest {
    body: Incoming,
    pieces: ChunkTotals,
}

/// How much of an unread body is discarded.
struct DiscardLimits {
    bytes_max: usize,
    within: Duration,
    pause_max: Duration,
}
/// For responses about the request: several times the largest body of any operation.
const PATIENT: DiscardLimits =
    DiscardLimits { bytes_max: 8 << 20, within: Duration::from_secs(5), pause_max: Duration::from_secs(1) };
/// For responses about the server (429, 503): what was sent at once.
const IN_HASTE: DiscardLimits = DiscardLimits {
    bytes_max: 1 << 20,
    within: Duration::from_millis(100),
    pause_max: Duration::from_millis(25),
};

impl DiscardLimits {
    fn before(status: StatusCode) -> DiscardLimits {
        match status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
            true => IN_HASTE,
            false => PATIENT,
        }
    }
}

/// A body that records when it has been read completely, and keeps the rest otherwise.
pub(crate) struct TrackedBody {
    /// Present until the body is dropped.
    body: Option<Incoming>,
    pieces: ChunkTotals,
    unread: Arc<AtomicBool>,
    left: Arc<Mutex<Option<Rest>>>,
    arrival: Arc<Arrival>,
}

/// Whether more than a little of a body is unread, and the body itself when it is dropped.
pub(crate) struct UnreadBody {
    unread: Arc<AtomicBool>,
    left: Arc<Mutex<Option<Rest>>>,
    /// The client sends the body only when asked to (100-continue), which reading it would do.
    waits_to_be_asked: bool,
    is_little: bool,
}

/// Tracks the body of a request.
pub(crate) fn watch(request: Request<Incoming>, arrival: Arc<Arrival>) -> (Request<TrackedBody>, UnreadBody) {
    let is_there = request.body().is_end_stream();
    arrival.headers_complete(!is_there);
    let is_little = request.body().size_hint().upper().is_some_and(|size| size <= LITTLE);
    let unread = Arc::new(AtomicBool::new(!is_there));
    let left = Arc::default();
    let waits_to_be_asked = request.headers().contains_key(EXPECT);
    let watched = request.map(|body| TrackedBody {
        body: Some(body),
        pieces: ChunkTotals::default(),
        unread: unread.clone(),
        left: Arc::clone(&left),
        arrival,
    });
    (watched, UnreadBody { unread, left, waits_to_be_asked, is_little })
}

impl UnreadBody {
    /// Announces the end of the connection with this response, and discards the rest of the body.
    pub(crate) async fn tell(self, mut response: Response) -> Response {
        if self.unread.load(Ordering::Relaxed) {
            let left = self.left.lock().unwrap_or_else(PoisonError::into_inner).take();
            let is_read = match left.filter(|_| !self.waits_to_be_asked) {
                Some(rest) => {
                    // a client that takes longer may lose the response
                    let patience = DiscardLimits::before(response.status());
                    timeout(patience.within, throw_away(rest, &patience)).await.unwrap_or(false)
                }
                None => false,
            };
            if !(is_read && self.is_little) {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
        }
        response
    }
}

/// Returns whether the body was discarded completely.
async fn throw_away(rest: Rest, patience: &DiscardLimits) -> bool {
    let Rest { mut body, mut pieces } = rest;
    let bytes_max = pieces.bytes + patience.bytes_max;
    while pieces.bytes < bytes_max {
        match timeout(patience.pause_max, poll_fn(|cx| Pin::new(&mut body).poll_frame(cx))).await {
            Ok(None) => return true,
            Ok(Some(Ok(frame))) if pieces.add(&frame).is_ok() => {}
            _ => return false,
        }
    }
    false
}

impl Drop for TrackedBody {
    fn drop(&mut self) {
        self.arrival.complete();
        if self.unread.load(Ordering::Relaxed) {
            let pieces = self.pieces;
            let rest = self.body.take().map(|body| Rest { body, pieces });
            *self.left.lock().unwrap_or_else(PoisonError::into_inner) = rest;
        }
    }
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        let Some(body) = &mut this.body else { return Poll::Ready(None) };
        let polled = Pin::new(&mut *body).poll_frame(cx);
        this.arrival.body_read(polled.is_ready());
        if matches!(polled, Poll::Ready(None)) || body.is_end_stream() {
            this.unread.store(false, Ordering::Relaxed);
            this.arrival.complete();
        }
        polled.map(|frame| {
            let frame = frame?;
            Some(frame.map_err(BoxError::from).and_then(|frame| {
                this.pieces.add(&frame)?;
                Ok(frame)
            }))
        })
    }
    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Incoming::is_end_stream)
    }
    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or(SizeHint::with_exact(0), Incoming::size_hint)
    }
}
