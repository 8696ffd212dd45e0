//! What becomes of a connection whose request was answered before all of its body was read.
//!
//! The connection is of no more use then, unless there is little to read on. A client that is not told would send its next
//! request there, and that one would break. And one that is still sending when the connection ends may lose the answer: so what
//! it sends is read and thrown away for a while before it is answered. Not for long where the answer is that there is too much to
//! do: whoever sends on and on would keep what must be saved.

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

/// So much is read on in order to keep the connection.
const LITTLE: u64 = 4 << 10;
/// Each piece of a body costs as much as a few hundred bytes: beyond so many, they have a size,
const PIECES_OF_ANY_SIZE: usize = 256;
/// at least so many bytes on average.
const PIECE_BYTES: usize = 64;

/// A body that came in too many small pieces: reading on would cost more than it is worth.
#[derive(Debug)]
pub(crate) struct TooManyChunks;
impl fmt::Display for TooManyChunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the body came in pieces of less than {PIECE_BYTES} bytes on average")
    }
}
impl Error for TooManyChunks {}

/// Why a body could not be read to its end.
pub fn why_broken(error: &(dyn Error + 'static)) -> String {
    let mut causes = successors(Some(error), |error| (**error).source());
    match causes.find_map(|error| error.downcast_ref::<TooManyChunks>()) {
        Some(crumbled) => crumbled.to_string(),
        None => "the body broke off".to_owned(),
    }
}

/// The pieces of a body so far.
#[derive(Default, Clone, Copy)]
struct Pieces {
    count: usize,
    bytes: usize,
}

impl Pieces {
    fn add(&mut self, frame: &Frame<Bytes>) -> Result<(), TooManyChunks> {
        self.count += 1;
        self.bytes += frame.data_ref().map_or(0, Bytes::len);
        let is_crumbled = self.count > PIECES_OF_ANY_SIZE && self.bytes / self.count < PIECE_BYTES;
        if is_crumbled { Err(TooManyChunks) } else { Ok(()) }
    }
}

/// What nobody has read of a body.
struct Rest {
    body: Incoming,
    pieces: Pieces,
}

/// How much is thrown away of a body that nobody reads.
struct DiscardLimits {
    bytes_max: usize,
    within: Duration,
    pause_max: Duration,
}
/// Where the answer is about the request: several times what any operation takes.
const PATIENT: DiscardLimits =
    DiscardLimits { bytes_max: 8 << 20, within: Duration::from_secs(5), pause_max: Duration::from_secs(1) };
/// Where it is about the server (429, 503): what has been sent in one go.
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

/// A body that notes when its end is read, and is left behind where it is not.
pub(crate) struct TrackedBody {
    /// There until it is dropped.
    body: Option<Incoming>,
    pieces: Pieces,
    unread: Arc<AtomicBool>,
    left: Arc<Mutex<Option<Rest>>>,
    arrival: Arc<Arrival>,
}

/// Whether more than a little of a body is still to come, and the body once nobody reads it any more.
pub(crate) struct UnreadBody {
    unread: Arc<AtomicBool>,
    left: Arc<Mutex<Option<Rest>>>,
    /// It is sent when it is asked for only, which reading it would do.
    waits_to_be_asked: bool,
    is_little: bool,
}

/// Watches the body of a request.
pub(crate) fn watch(request: Request<Incoming>, arrival: Arc<Arrival>) -> (Request<TrackedBody>, UnreadBody) {
    let is_there = request.body().is_end_stream();
    arrival.headers_complete(!is_there);
    let is_little = request.body().size_hint().upper().is_some_and(|size| size <= LITTLE);
    let unread = Arc::new(AtomicBool::new(!is_there));
    let left = Arc::default();
    let waits_to_be_asked = request.headers().contains_key(EXPECT);
    let watched = request.map(|body| TrackedBody {
        body: Some(body),
        pieces: Pieces::default(),
        unread: unread.clone(),
        left: Arc::clone(&left),
        arrival,
    });
    (watched, UnreadBody { unread, left, waits_to_be_asked, is_little })
}

impl UnreadBody {
    /// Tells the client when the connection ends with this response, and lets it come to the end of what it sends.
    pub(crate) async fn tell(self, mut response: Response) -> Response {
        if self.unread.load(Ordering::Relaxed) {
            let left = self.left.lock().unwrap_or_else(PoisonError::into_inner).take();
            let is_read = match left.filter(|_| !self.waits_to_be_asked) {
                Some(rest) => {
                    // whoever takes longer may lose the answer
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

/// Whether the body came to its end.
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
