//! Tells what goes on for long that the server is to end.

use axum::{
    http::{HeaderValue, header::CONNECTION},
    response::Response,
};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The end of a server, among the extensions of a request that came through it.
#[derive(Debug, Clone)]
pub struct ShutdownSignal(Arc<Semaphore>);

impl ShutdownSignal {
    pub(crate) fn new() -> ShutdownSignal {
        ShutdownSignal(Arc::new(Semaphore::new(0)))
    }
    /// From now on.
    pub(crate) fn begin(&self) {
        self.0.close();
    }
    /// Whether it has begun.
    pub fn has_begun(&self) -> bool {
        self.0.is_closed()
    }
    /// The response, with which the connection ends where the server is to end.
    pub(crate) fn tell(&self, mut response: Response) -> Response {
        if self.has_begun() {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
    /// Ready once it has begun. No permit is ever given out: it is closed, for all who wait and all who come.
    pub async fn begun(&self) {
        if let Ok(permit) = self.0.acquire().await {
            permit.forget();
        }
    }
}
