//! Notifies streams that the server shuts down.

use axum::{
    http::{HeaderValue, header::CONNECTION},
    response::Response,
};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The shutdown of a server, in the extensions of its requests.
#[derive(Debug, Clone)]
pub struct ShutdownSignal(Arc<Semaphore>);

impl ShutdownSignal {
    pub(crate) fn new() -> ShutdownSignal {
        ShutdownSignal(Arc::new(Semaphore::new(0)))
    }
    pub(crate) fn begin(&self) {
        self.0.close();
    }
    /// Returns whether the shutdown has started.
    pub fn has_begun(&self) -> bool {
        self.0.is_closed()
    }
    /// Marks the connection to be closed after this response if the server shuts down.
    pub(crate) fn tell(&self, mut response: Response) -> Response {
        if self.has_begun() {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
    /// Resolves when the shutdown has started. The semaphore never grants a permit; closing it wakes all present and future
    /// waiters.
    pub async fn begun(&self) {
        if let Ok(permit) = self.0.acquire().await {
            permit.forget();
        }
    }
}
