//! Delays responses until the changes that they report are durable (R9).

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

/// Waits until everything written so far is durable, or returns why it is not.
#[derive(Clone)]
pub struct Barrier(Arc<Wait>);

type Wait = dyn Fn() -> BoxFuture<Result<(), String>> + Send + Sync;

/// Number of seconds after which a client can query whether the request has taken effect.
const RETRY_AFTER: u32 = 1;

impl Barrier {
    /// Creates a barrier from a wait function.
    pub fn new(wait: impl Fn() -> BoxFuture<Result<(), String>> + Send + Sync + 'static) -> Barrier {
        Barrier(Arc::new(wait))
    }

    /// Waits until everything written so far is durable.
    ///
    /// # Errors
    /// The reason why written data may be lost.
    pub async fn wait(&self) -> Result<(), String> {
        (self.0)().await
    }

    /// Returns the response when the changes that it reports are durable, or an error with an unknown outcome if that
    /// fails.
    pub(crate) async fn pass(&self, response: Response, asked: &RefusableRequest, env: &Env) -> Response {
        if let Err(why) = self.wait().await {
            let id = request_id(&asked.headers, env);
            tracing::error!(request_id = id, error = why, "response withheld; its commit may be lost");
            return refuse(&CommonError::OutcomeUnknown { retry_after: RETRY_AFTER }, &id, &asked.path);
        }
        // a body that is streamed reports changes that are read later
        match response.body().size_hint().exact() {
            Some(_) => response,
            None => self.pieces(response),
        }
    }

    /// Does the same for each chunk of a streamed body. The body is aborted if it fails.
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

/// The parts of a request that an error repeats.
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
