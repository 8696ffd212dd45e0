//! Streamed bodies, and the conditions that end them.
//!
//! A stream ends when its reader loses access, and when the server shuts down. Neither waits for the next chunk.

use crate::{Principal, Verify, request_reader::credential, shutdown::ShutdownSignal};
use axum::body::Body;
use endpoint::{
    StreamedResponse,
    http::{HeaderMap, request::Parts},
};
use futures_util::{StreamExt, stream};
use kernel::{BoxFuture, Secret};
use std::{convert::Infallible, future::pending, sync::Arc};

/// The conditions that end a stream.
pub(crate) struct StreamEnd {
    /// The reader loses access.
    over: BoxFuture<()>,
    /// The server shuts down.
    ending: Option<ShutdownSignal>,
}

impl StreamEnd {
    pub(crate) fn of(parts: &Parts, verify: &Arc<dyn Verify>, who: &Principal) -> StreamEnd {
        let over = match credential(&parts.headers) {
            Ok(Some(shown)) if *who != Principal::Anonymous => {
                verify.clone().over(Secret::new(shown), who.clone())
            }
            // callers without a valid credential only see public data
            _ => Box::pin(pending()),
        };
        StreamEnd { over, ending: parts.extensions.get().cloned() }
    }

    /// Waits, and returns whether the server caused the end.
    async fn come(self) -> bool {
        let ending = async {
            match &self.ending {
                Some(ending) => ending.begun().await,
                None => pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.over => false,
            () = ending => true,
        }
    }
}

/// Returns the headers and the body of a streamed response.
pub(crate) fn flowing(flow: StreamedResponse, ends: StreamEnd) -> (HeaderMap, Body) {
    let StreamedResponse { headers, body, farewell } = flow;
    let begin = body.take_until(Box::pin(ends.come()));
    let pieces = stream::unfold(Some((begin, farewell)), async |reading| {
        let (mut body, farewell) = reading?;
        if let Some(piece) = body.next().await {
            return Some((Ok::<_, Infallible>(piece), Some((body, farewell))));
        }
        // the stream may also have ended by itself
        (body.take_result() == Some(true)).then_some((Ok(farewell), None))
    });
    (headers, Body::from_stream(pieces))
}
