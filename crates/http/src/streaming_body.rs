//! Bodies that go on: when they end, whatever is still to be said.
//!
//! Such a body ends with its reader's right to read it, and with the server. Neither waits for the next piece.

use crate::{
    Principal, Verify, dispatch::PreparedReply, request_reader::credential, shutdown::ShutdownSignal,
};
use axum::body::Body;
use endpoint::{
    StreamedResponse,
    http::{StatusCode, request::Parts},
};
use futures_util::{StreamExt, stream};
use kernel::{BoxFuture, Secret};
use std::{convert::Infallible, future::pending, sync::Arc};

/// What ends a body that goes on, besides itself.
pub(crate) struct StreamEnd {
    /// The reader may no longer read it.
    over: BoxFuture<()>,
    /// The server is to end.
    ending: Option<ShutdownSignal>,
}

impl StreamEnd {
    pub(crate) fn of(parts: &Parts, verify: &Arc<dyn Verify>, who: &Principal) -> StreamEnd {
        let over = match credential(&parts.headers) {
            Ok(Some(shown)) if *who != Principal::Anonymous => {
                verify.clone().over(Secret::new(shown), who.clone())
            }
            // whoever shows nothing that is good sees what everybody sees
            _ => Box::pin(pending()),
        };
        StreamEnd { over, ending: parts.extensions.get().cloned() }
    }

    /// Whether it was the server.
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

/// A reply whose body is made while it is read.
pub(crate) fn flowing(flow: StreamedResponse, ends: StreamEnd) -> PreparedReply {
    let StreamedResponse { headers, body, farewell } = flow;
    let begin = body.take_until(Box::pin(ends.come()));
    let pieces = stream::unfold(Some((begin, farewell)), async |reading| {
        let (mut body, farewell) = reading?;
        if let Some(piece) = body.next().await {
            return Some((Ok::<_, Infallible>(piece), Some((body, farewell))));
        }
        // the body may also have ended by itself
        (body.take_result() == Some(true)).then_some((Ok(farewell), None))
    });
    PreparedReply { status: StatusCode::OK, headers, body: Body::from_stream(pieces) }
}
