//! The browser behind a call: services receive its network address and its user agent. Auth counts wrong passwords by the address,
//! and lists both among the sessions of an account.

use bytes::Bytes;
use endpoint::{
    http::{HeaderMap, HeaderName, Request, header},
    transport::{SendFuture, Transport},
};
use ordo_http::CLIENT;
use std::sync::Arc;

tokio::task_local! {
    static TOLD: HeaderMap;
}

/// The headers that are forwarded.
const PASSED_ON: [HeaderName; 2] = [CLIENT, header::USER_AGENT];

/// The same transport, forwarding the headers of the browser behind each call.
pub fn forward_client_headers(transport: Arc<dyn Transport>) -> Arc<dyn Transport> {
    Arc::new(ForwardClientHeaders(transport))
}

struct ForwardClientHeaders(Arc<dyn Transport>);

impl Transport for ForwardClientHeaders {
    #[allow(clippy::disallowed_methods, reason = "a way in front of another one")]
    fn send<'a>(&'a self, to: &'a str, mut request: Request<Bytes>) -> SendFuture<'a> {
        // outside of a request there is no browser
        let _ = TOLD.try_with(|told| request.headers_mut().extend(told.clone()));
        self.0.send(to, request)
    }
}

/// Runs `work` on behalf of the browser that sent these headers.
pub(crate) async fn with_client_headers<T>(headers: &HeaderMap, work: impl Future<Output = T>) -> T {
    let told = PASSED_ON.into_iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone())));
    let told: HeaderMap = told.collect();
    TOLD.scope(told, work).await
}
