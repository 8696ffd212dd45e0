//! The typed client: deadlines, retries within a budget, a circuit breaker for each address, and load balancing between two
//! random addresses.
//!
//! Calls in one process and over the network run the same code; only the [`Transport`] differs.

mod budget;
mod credential_mismatch;
mod dns;
mod failure;
pub mod metrics;
mod policy;
mod probe;
mod retry;
mod targets;
mod wait;

pub use budget::Budget;
pub use failure::CallError;
pub use policy::Policy;
pub use retry::{cut_off, health_of, is_leaving};
pub use targets::{CallSignal, InFlightCall, Target, Targets};
pub use wait::ProbeOutcome;

use crate::{
    ApiError, BufferedResponse, CommonError, Context, Endpoint, FieldError, Outgoing, Problem, Reply,
    transport::{Transport, TransportError},
};
use bytes::Bytes;
use credential_mismatch::MismatchLog;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use kernel::{Env, retry_scope::SideEffect};
use std::{fmt, sync::Arc, time::Duration};
use tokio::time::Instant;

/// The header with the time for which the caller waits, in milliseconds.
pub const DEADLINE: HeaderName = HeaderName::from_static("x-deadline-ms");
/// The header with the ID of the request, as in the logs of every service.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The header with the trace context, in the W3C format.
pub const TRACE: HeaderName = HeaderName::from_static("traceparent");
/// The header with the network of the original client. Servers that accept external requests remove it from them, so that
/// clients cannot set it.
pub const CLIENT: HeaderName = HeaderName::from_static("x-ordo-client");
/// The header that contains the error code of a 503 if the replica cannot reach a dependency (usually its database), while
/// another replica may. Servers that accept external requests remove it from their responses.
pub const CUT_OFF: HeaderName = HeaderName::from_static("x-ordo-cut-off");

/// The credential of a client, created for each call so that it is never outdated.
pub trait Credential: Send + Sync + 'static {
    /// Returns the value of `Authorization`.
    fn authorization(&self, cx: &Context) -> Option<HeaderValue>;
}

/// A client for the endpoints of one service. Cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<ClientInner>);

#[derive(Clone)]
struct ClientInner {
    targets: Arc<Targets>,
    transport: Arc<dyn Transport>,
    credential: Option<Arc<dyn Credential>>,
    budget: Arc<Budget>,
    strangers: Arc<MismatchLog>,
    policy: Policy,
    env: Env,
}

impl Client {
    /// Creates a client for the service at these addresses. Without a credential of its own, it passes on that of the
    /// caller.
    pub fn new<A: AsRef<str>>(transport: Arc<dyn Transport>, addresses: &[A], env: Env) -> Self {
        Self::to("", transport, addresses, env)
    }
    /// Creates a client for a service with a name, under which its calls are counted.
    pub fn to<A: AsRef<str>>(
        service: &str,
        transport: Arc<dyn Transport>,
        addresses: &[A],
        env: Env,
    ) -> Self {
        Client(Arc::new(ClientInner {
            targets: Arc::new(Targets::new(service, addresses, transport.clone(), &env)),
            transport,
            credential: None,
            budget: Arc::default(),
            strangers: Arc::default(),
            policy: Policy::default(),
            env,
        }))
    }
    /// Returns the client with this credential.
    #[must_use]
    pub fn with_credential(self, credential: Arc<dyn Credential>) -> Self {
        Client(Arc::new(ClientInner { credential: Some(credential), ..ClientInner::clone(&self.0) }))
    }
    /// Returns the client with this policy.
    #[must_use]
    pub fn with_policy(self, policy: Policy) -> Self {
        Client(Arc::new(ClientInner { policy, ..ClientInner::clone(&self.0) }))
    }

    /// Calls an endpoint.
    ///
    /// # Errors
    /// When there is no reply; see [`CallError`].
    pub async fn call<E: Endpoint>(&self, cx: &Context, request: E) -> Result<E::Reply, CallError<E::Error>> {
        let call = self.0.write::<E>(cx, &request)?;
        // the call may have taken effect, whatever the response is; only its reader can say that it did not
        let _effect = (!E::ROUTE.method.is_safe()).then(SideEffect::begins);
        let answer = self.0.send(&call).await;
        metrics::CALLS.count(&[self.0.targets.service(), outcome(&answer)]);
        read::<E>(answer.map_err(CallError::Broken)?)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("addresses", &self.0.targets.addresses()).finish_non_exhaustive()
    }
}

/// A call that can be sent several times.
struct RepeatableCall {
    /// The name of the operation, which is also that of its fail points.
    name: &'static str,
    method: http::Method,
    uri: http::Uri,
    headers: HeaderMap,
    body: Bytes,
    deadline: Instant,
    may_repeat: bool,
}

impl RepeatableCall {
    fn request(&self, left: Duration) -> Request<Bytes> {
        let mut request = Request::new(self.body.clone());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let millis = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        request.headers_mut().insert(DEADLINE, HeaderValue::from(millis));
        request
    }
}

impl ClientInner {
    fn write<E: Endpoint>(&self, cx: &Context, request: &E) -> Result<RepeatableCall, CallError<E::Error>> {
        let route = E::ROUTE;
        let mut out = Outgoing { path: route.path.to_owned(), ..Outgoing::default() };
        request.write(&mut out);
        let mut put = |name: HeaderName, value: Option<HeaderValue>| {
            if let Some(value) = value {
                out.headers.insert(name, value);
            }
        };
        if out.body.is_some() {
            put(header::CONTENT_TYPE, Some(HeaderValue::from_static("application/json")));
        }
        put(REQUEST_ID, HeaderValue::from_str(&cx.request_id).ok());
        put(CLIENT, cx.client.and_then(|client| HeaderValue::from_str(&client.to_string()).ok()));
        put(TRACE, cx.traceparent.as_deref().and_then(|t| HeaderValue::from_str(t).ok()));
        put(
            header::AUTHORIZATION,
            match &self.credential {
                Some(credential) => credential.authorization(cx),
                None => cx.bearer.clone(),
            },
        );
        let may_repeat = route.may_repeat_with(&out.headers);
        let uri = if out.query.is_empty() { out.path } else { format!("{}?{}", out.path, out.query) };
        Ok(RepeatableCall {
            name: route.name,
            uri: uri.parse().map_err(|_| unwritable())?,
            method: route.method.clone(),
            headers: out.headers,
            body: out.body.unwrap_or_default(),
            deadline: cx.deadline.min(Instant::now() + Duration::from_millis(route.within_ms)),
            may_repeat,
        })
    }
}

/// Returns the error for a URL that is too long: more than 64 kB, for example because of an encoded value from a client.
/// Every service would reject it in the same way.
fn unwritable<X>() -> CallError<X> {
    let errors = vec![FieldError::new("", "length", "this is longer than the URL of a request can be")];
    CallError::Problem(Box::new(Problem::of(&CommonError::InvalidRequest { errors })))
}

/// Returns the label of the outcome in metrics.
fn outcome(answer: &Result<Response<Bytes>, TransportError>) -> &'static str {
    match answer {
        Ok(response) if response.status().is_server_error() => "failed",
        Ok(response) if response.status().is_client_error() => "refused",
        Ok(_) => "answered",
        Err(_) => "broken",
    }
}

fn read<E: Endpoint>(response: Response<Bytes>) -> Result<E::Reply, CallError<E::Error>> {
    let (parts, body) = response.into_parts();
    if parts.status.is_success() || parts.status == StatusCode::NOT_MODIFIED {
        let answer = BufferedResponse { status: parts.status, headers: parts.headers, body };
        return E::Reply::read(&answer).map_err(|why| {
            let why = format!("unreadable reply of {}: {why}", E::ROUTE.name);
            CallError::Broken(TransportError { arrived: true, why })
        });
    }
    Err(refusal(parts.status, &parts.headers, &body))
}

fn refusal<X: ApiError>(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> CallError<X> {
    // error pages of proxies and hyper's own empty 400 are not problem documents
    let mut problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    problem.status = status.as_u16();
    if problem.title.is_empty() {
        problem.title = status.to_string();
    }
    // a load balancer sends it only as a header
    if let (None, Some(wait)) = (problem.retry_after(), retry::retry_after(headers)) {
        problem.data.insert("retry_after".to_owned(), wait.as_secs().into());
    }
    match problem.read::<X>() {
        Some(refusal) => CallError::Refused(refusal),
        None => CallError::Problem(Box::new(problem)),
    }
}
