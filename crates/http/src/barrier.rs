//! Holds back what leaves the process until what it tells of is durable (R9).

use crate::problem_response::{refuse, request_id};
use axum::{body::Body, response::Response};
use endpoint::{
    CommonError,
    http::{HeaderMap, HeaderName, Request},
};
use futures_util::StreamExt;
use http_body_util::{BodyStream, StreamBody};
use hyper::body::Body as _;
use kernel::{BoxFuture, Env};
use std::{fmt, sync::Arc};

/// Waits until all that was written so far survives a power cut, or says why it does not.
#[derive(Clone)]
pub struct Barrier(Arc<Wait>);

type Wait = dyn Fn() -> BoxFuture<Result<(), String>> + Send + Sync;

/// Seconds after which a client may ask whether it was done all the same.
const RETRY_AFTER: u32 = 1;

impl Barrier {
    /// One that waits so.
    pub fn new(wait: impl Fn() -> BoxFuture<Result<(), String>> + Send + Sync + 'static) -> Barrier {
        Barrier(Arc::new(wait))
    }

    /// Waits.
    ///
    /// # Errors
    /// Why what was written may be lost.
    pub async fn wait(&self) -> Result<(), String> {
        (self.0)().await
    }

    /// The response, once what it tells of is durable; where that fails, one that says that nobody knows whether it was done.
    pub(crate) async fn pass(&self, response: Response, asked: &RefusableRequest, env: &Env) -> Response {
        if let Err(why) = self.wait().await {
            let id = request_id(&asked.headers, env);
            tracing::error!(request_id = id, error = why, "response withheld; its commit may be lost");
            return refuse(&CommonError::OutcomeUnknown { retry_after: RETRY_AFTER }, &id, &asked.path);
        }
        // what is not there yet tells of what will be read later
        match response.body().size_hint().exact() {
            Some(_) => response,
            None => self.pieces(response),
        }
    }

    /// The same for each piece of a body that comes to be while it is sent. It breaks off where that fails.
    fn pieces(&self, response: Response) -> Response {
        let (parts, body) = response.into_parts();
        let barrier = self.clone();
        let pieces = BodyStream::new(body).then(move |piece| {
            let barrier = barrier.clone();
            async move {
                barrier.wait().await.map_err(axum::Error::new)?;
                piece
            }
        });
        Response::from_parts(parts, Body::new(StreamBody::new(pieces)))
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Barrier")
    }
}

/// What a refusal repeats of a request.
pub(crate) struct RefusableRequest {
    headers: HeaderMap,
    path: String,
}

impl RefusableRequest {
    pub(crate) fn of<B>(request: &Request<B>) -> RefusableRequest {
        const ID: HeaderName = HeaderName::from_static("x-request-id");
        let id = request.headers().get(&ID).cloned();
        RefusableRequest {
            headers: id.map(|id| (ID, id)).into_iter().collect(),
            path: request.uri().path().to_owned(),
        }
    }
}
