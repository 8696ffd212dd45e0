//! Transports for requests: to a router in this process, over HTTP, or through a simulation.

use crate::EVENT_STREAM;
use bytes::Bytes;
use http::{Request, Response, Uri, header::CONTENT_TYPE};
use http_body::Body;
use http_body_util::{BodyExt, Full, Limited};
use std::{
    collections::BTreeMap,
    convert::Infallible,
    error::Error,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::time::timeout;
use tower_service::Service;

/// A response, or the reason why there is none.
pub type SendFuture<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'a>>;

/// The reason why a request has no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportError {
    /// Whether the request may have taken effect. `false` guarantees that it did not.
    pub arrived: bool,
    /// The cause, for the log.
    pub why: String,
}
impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no response ({}): {}",
            if self.arrived { "outcome unknown" } else { "never arrived" },
            self.why
        )
    }
}
impl Error for TransportError {}

/// The cause if an address rejects this service's own credential.
const NOT_LET_IN: &str = "it rejected this service's credential: either its ORDO_SECRET differs, or the clocks are more than \
    five minutes apart";

impl TransportError {
    /// Creates the error for an address that rejected this service's own credential, so that the request had no effect.
    pub(crate) fn not_let_in() -> TransportError {
        TransportError { arrived: false, why: NOT_LET_IN.to_owned() }
    }
    /// Returns whether this service's own credential was rejected.
    pub fn is_not_let_in(&self) -> bool {
        self.why == NOT_LET_IN
    }
}

/// Transports requests.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request. `to` is one of the addresses that the client was given.
    fn send<'a>(&'a self, to: &'a str, request: Request<Bytes>) -> SendFuture<'a>;
}

/// Maximum size of a response body: 8 MiB.
pub const REPLY_BYTES_MAX: usize = 8 << 20;

/// A router in this process.
pub struct InProcess<S>(pub S);

impl<S, B> Transport for InProcess<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    fn send<'a>(&'a self, _: &'a str, request: Request<Bytes>) -> SendFuture<'a> {
        let mut service = self.0.clone();
        Box::pin(async move {
            let Ok(response) = service.call(request.map(Full::new)).await;
            collect(response).await
        })
    }
}

/// The routers of this process, by name. Clients can be created before the routers that they call are bound, because
/// services depend on one another in cycles.
#[derive(Clone, Default)]
pub struct Local(Arc<RwLock<BTreeMap<String, Arc<dyn Transport>>>>);

impl Local {
    /// Creates an empty set of routers.
    pub fn new() -> Self {
        Self::default()
    }
    /// Returns the address under which clients find the service `name`, such as `local:orders`.
    pub fn address(name: &str) -> String {
        format!("local:{name}")
    }
    /// Binds a service to a name. Replaces the service that was bound to it before.
    pub fn bind<S>(&self, name: &str, service: S)
    where
        InProcess<S>: Transport,
    {
        let mut bound = self.0.write().unwrap_or_else(PoisonError::into_inner);
        bound.insert(Self::address(name), Arc::new(InProcess(service)));
    }
    /// Removes the service from this name.
    pub fn unbind(&self, name: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&Self::address(name));
    }
}
impl Transport for Local {
    #[allow(clippy::disallowed_methods, reason = "a way to one of several")]
    fn send<'a>(&'a self, to: &'a str, request: Request<Bytes>) -> SendFuture<'a> {
        let bound = self.0.read().unwrap_or_else(PoisonError::into_inner).get(to).cloned();
        Box::pin(async move {
            match bound {
                Some(service) => service.send(to, request).await,
                None => Err(TransportError { arrived: false, why: format!("{to} is not in this process") }),
            }
        })
    }
}
impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Local")
    }
}

/// Reads the body of a response.
pub(crate) async fn collect<B>(response: Response<B>) -> Result<Response<Bytes>, TransportError>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let (parts, body) = response.into_parts();
    let body = Limited::new(body, REPLY_BYTES_MAX);
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let bytes = match kind.starts_with(EVENT_STREAM) {
        true => so_far(Box::pin(body)).await,
        false => body.collect().await.map(|body| body.to_bytes()),
    };
    let bytes = bytes
        .map_err(|e| TransportError { arrived: true, why: format!("the response was incomplete: {e}") })?;
    Ok(Response::from_parts(parts, bytes))
}

/// The time without data after which a stream is considered idle.
const SILENCE: Duration = Duration::from_secs(1);

/// Reads an event stream until it is idle: until it sends a comment or nothing. Does not wait for its end.
async fn so_far<B: Body<Data = Bytes> + Unpin>(mut body: B) -> Result<Bytes, B::Error> {
    let mut said = Vec::new();
    while let Ok(Some(frame)) = timeout(SILENCE, body.frame()).await {
        said.extend_from_slice(frame?.data_ref().map_or(&[][..], |bytes| bytes));
        if said.windows(COMMENT.len()).any(|part| part == COMMENT) && said.ends_with(b"\n\n") {
            break;
        }
    }
    Ok(said.into())
}
const COMMENT: &[u8] = b"\n\n:";

/// Resolves `uri` against the address `to`, such as `http://10.0.0.7:8083`.
///
/// # Errors
/// When `to` is not a valid address. The request has had no effect then.
pub fn join(to: &str, uri: &Uri) -> Result<Uri, TransportError> {
    let path = uri.path_and_query().map_or("/", |p| p.as_str());
    let joined = format!("{}{path}", to.trim_end_matches('/')).parse();
    joined.map_err(|e| TransportError { arrived: false, why: format!("the address {to}: {e}") })
}
