//! What a service is told about the browser behind a call: its network and what it calls itself. Auth counts wrong
//! passwords by the one, and shows both to whoever looks at the sessions of an account.

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

/// What is passed on.
const PASSED_ON: [HeaderName; 2] = [CLIENT, header::USER_AGENT];

/// The same transport, which tells who is behind the calls of a visit.
pub fn tells_the_client(transport: Arc<dyn Transport>) -> Arc<dyn Transport> {
    Arc::new(Telling(transport))
}

struct Telling(Arc<dyn Transport>);

impl Transport for Telling {
    #[allow(clippy::disallowed_methods, reason = "a way in front of another one")]
    fn send<'a>(&'a self, to: &'a str, mut request: Request<Bytes>) -> SendFuture<'a> {
        // outside of a visit nobody is behind a call
        let _ = TOLD.try_with(|told| request.headers_mut().extend(told.clone()));
        self.0.send(to, request)
    }
}

/// Does `work` for the browser that sent these headers.
pub(crate) async fn telling<T>(headers: &HeaderMap, work: impl Future<Output = T>) -> T {
    let told = PASSED_ON.into_iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone())));
    let told: HeaderMap = told.collect();
    TOLD.scope(told, work).await
}
