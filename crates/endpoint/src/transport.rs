//! How a request gets there: to a router in this process, over HTTP, or through whatever a simulation offers.

use crate::{EVENT_STREAM, connection_pool::ConnectionPool, mutual_tls::MutualTls};
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

/// A response, or why there is none.
pub type SendFuture<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send + 'a>>;

/// No answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportError {
    /// Whether the request may have had an effect. `false` is a promise that it had none.
    pub arrived: bool,
    /// What happened, for the log.
    pub why: String,
}
impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no answer ({}): {}",
            if self.arrived { "outcome unknown" } else { "never arrived" },
            self.why
        )
    }
}
impl Error for TransportError {}

/// What is said of an address that does not know who we are.
const NOT_LET_IN: &str = "it does not take this service's credential: either ORDO_SECRET is another there, or the \
    clocks are more than five minutes apart";

impl TransportError {
    /// Our own credential is not good there, and so the request had no effect.
    pub(crate) fn not_let_in() -> TransportError {
        TransportError { arrived: false, why: NOT_LET_IN.to_owned() }
    }
    /// Whether it was our own credential that was refused.
    pub fn is_not_let_in(&self) -> bool {
        self.why == NOT_LET_IN
    }
}

/// Carries requests.
pub trait Transport: Send + Sync + 'static {
    /// Carries one request. `to` is one of the addresses that the client was given.
    fn send<'a>(&'a self, to: &'a str, request: Request<Bytes>) -> SendFuture<'a>;
}

/// An answer that is longer than this is not read: 8 MiB.
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

/// The routers of this process, by name. Clients can be made before the routers that they call are bound,
/// since services call one another in circles.
#[derive(Clone, Default)]
pub struct Local(Arc<RwLock<BTreeMap<String, Arc<dyn Transport>>>>);

impl Local {
    /// With nothing bound.
    pub fn new() -> Self {
        Self::default()
    }
    /// The address under which clients find the service `name`: `local:orders`.
    pub fn address(name: &str) -> String {
        format!("local:{name}")
    }
    /// Binds a service; the one that was bound under this name before is gone.
    pub fn bind<S>(&self, name: &str, service: S)
    where
        InProcess<S>: Transport,
    {
        let mut bound = self.0.write().unwrap_or_else(PoisonError::into_inner);
        bound.insert(Self::address(name), Arc::new(InProcess(service)));
    }
    /// From now on there is no such service.
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

async fn collect<B>(response: Response<B>) -> Result<Response<Bytes>, TransportError>
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
    let bytes =
        bytes.map_err(|e| TransportError { arrived: true, why: format!("the answer broke off: {e}") })?;
    Ok(Response::from_parts(parts, bytes))
}

/// So long without a word, a stream has nothing to say for now.
const SILENCE: Duration = Duration::from_secs(1);

/// What a stream of events says until it has nothing more to say for now: it sends a comment then, or nothing. Its end
/// is not waited for.
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

/// HTTP/1.1 to addresses such as `http://orders:8083`.
pub struct Http(ConnectionPool<Full<Bytes>>);

impl Http {
    /// With no connection yet.
    pub fn new() -> Self {
        Self::with(None)
    }

    /// The same, which shows who it is where an address is asked over TLS.
    pub fn with(mutual: Option<&MutualTls>) -> Self {
        Http(ConnectionPool::new(mutual))
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}
impl Transport for Http {
    fn send<'a>(&'a self, to: &'a str, request: Request<Bytes>) -> SendFuture<'a> {
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            parts.uri = join(to, &parts.uri)?;
            collect(self.0.request(Request::from_parts(parts, Full::new(body))).await?).await
        })
    }
}

/// The address of `uri` at `to`, such as `http://10.0.0.7:8083`.
///
/// # Errors
/// When `to` is no address; nothing has arrived then.
pub fn join(to: &str, uri: &Uri) -> Result<Uri, TransportError> {
    let path = uri.path_and_query().map_or("/", |p| p.as_str());
    let joined = format!("{}{path}", to.trim_end_matches('/')).parse();
    joined.map_err(|e| TransportError { arrived: false, why: format!("the address {to}: {e}") })
}

/// An error and what caused it.
pub fn reasons(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
