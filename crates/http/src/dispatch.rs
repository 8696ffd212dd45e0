//! Processing of a request, from its headers to its response and log line.

use crate::{
    ApiContext, Call, HandlerResult, Principal,
    admission::is_vital,
    allow,
    aside::is_admitted,
    client_address::{client, user_agent},
    conditional_get::{known, unless_known},
    metrics::{self, InFlightRequest},
    problem_response::{BAD_TOKEN, mark, problem, request_id},
    request_reader::{
        asked_deadline, authenticate, check_query, path_values, read_body, refuse_body, shows_something,
        traceparent,
    },
    streaming_body::{StreamEnd, flowing},
};
use axum::{body::Body, extract::Request, response::Response};
use bytes::Bytes;
use endpoint::{
    CommonError, Context, Endpoint, FieldError, HandlerError, IfNoneMatch, Incoming, NO_SUCH_ID, Pointers,
    Problem, Reply, RetryAdvice, Route, Scope, WireResponse,
    client::{CUT_OFF, TRACE},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    repeat_known, retry_on_conflict,
};
use futures_util::FutureExt;
use kernel::{BoxFuture, Currency, retry_scope};
use std::{any::Any, future::Future, panic::AssertUnwindSafe, pin::pin, sync::Arc, time::Duration};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};
use tracing::Instrument;

/// The data that all endpoints of a service share.
pub(crate) struct ServiceContext<S> {
    pub(crate) state: S,
    pub(crate) shell: ApiContext,
    pub(crate) slots: Semaphore,
    /// Permits for parsing large bodies.
    pub(crate) readers: Arc<Semaphore>,
    /// The shop's currency, if the service knows it.
    pub(crate) currency: Option<Currency>,
}

/// An endpoint. `read` contains everything that is generic over its type: parsing, running and writing the reply.
pub(crate) struct EndpointHandler<S> {
    route: Route,
    query: Vec<String>,
    read: Box<ReadRequest<S>>,
}
/// Parses a request, or returns its errors.
type ReadRequest<S> = dyn Fn(&Incoming<'_>) -> Result<RequestWork<S>, Vec<FieldError>> + Send + Sync;
/// The work of a parsed request.
type RequestWork<S> = Box<dyn FnOnce(S, Call) -> BoxFuture<Result<WireResponse, DispatchError>> + Send>;

/// A request whose body has been received.
struct ReceivedRequest {
    parts: Parts,
    /// The decoded values of the path's `{names}`.
    path: Vec<(String, String)>,
    body: Bytes,
    currency: Option<Currency>,
}

struct PreparedRequest<S> {
    work: RequestWork<S>,
    /// The ETags that the caller already has.
    known: Option<IfNoneMatch>,
}

/// A reply that is ready to be sent.
struct PreparedReply {
    status: StatusCode,
    headers: HeaderMap,
    body: Body,
}

/// The reason why there is no reply.
pub(crate) enum DispatchError {
    Problem(Box<Problem>),
    Internal(Box<dyn std::error::Error + Send + Sync>),
    Panicked(Box<dyn Any + Send>),
}
impl From<CommonError> for DispatchError {
    fn from(common: CommonError) -> Self {
        DispatchError::Problem(Box::new(Problem::of(&common)))
    }
}

impl<S: Send + 'static> EndpointHandler<S> {
    pub(crate) fn new<E, F, Fut>(route: Route, query: Vec<String>, handler: F) -> Self
    where
        E: Endpoint,
        F: Fn(S, Call, E) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult<E>> + Send + 'static,
    {
        let reads = route.method.is_safe();
        let read = move |incoming: &Incoming<'_>| {
            let (request, handler) = (E::read(incoming)?, handler.clone());
            let work = move |state: S, call: Call| {
                let work = handler(state, call, request);
                async move {
                    work.await.map(Reply::write).map_err(|fail| match fail {
                        HandlerError::Declared(refused) => {
                            DispatchError::Problem(Box::new(Problem::of(&refused)))
                        }
                        // for a safe request, an unknown outcome is harmless
                        HandlerError::Common(CommonError::OutcomeUnknown { retry_after }) if reads => {
                            CommonError::Unavailable { retry_after }.into()
                        }
                        HandlerError::Common(common) => common.into(),
                        HandlerError::Internal(error) => DispatchError::Internal(error),
                    })
                }
                .boxed()
            };
            Ok(Box::new(work) as RequestWork<S>)
        };
        EndpointHandler { route, query, read: Box::new(read) }
    }

    /// Parses a request. Takes longer for larger requests.
    fn read(&self, received: &ReceivedRequest) -> Result<PreparedRequest<S>, DispatchError> {
        let ReceivedRequest { parts, path, body, currency } = received;
        let (query, strict) = (parts.uri.query().unwrap_or_default(), !self.route.is_internal());
        let (headers, currency) = (&parts.headers, *currency);
        let incoming = Incoming { path, query, headers, body, strict, currency };
        if strict && let Err(mut errors) = check_query(&self.query, query) {
            // one response reports all errors
            let more = (self.read)(&incoming).err().unwrap_or_default();
            let mut pointers = Pointers::of(&errors);
            more.into_iter()
                .filter(|fault| fault.code != NO_SUCH_ID)
                .for_each(|fault| pointers.add(fault, &mut errors));
            return Err(CommonError::InvalidRequest { errors }.into());
        }
        let known = known(&self.route, &incoming)?;
        let work = (self.read)(&incoming).map_err(misread)?;
        Ok(PreparedRequest { work, known })
    }
}

fn misread(errors: Vec<FieldError>) -> DispatchError {
    if errors.iter().any(|fault| fault.code == NO_SUCH_ID) {
        return CommonError::NotFound.into();
    }
    match errors.iter().all(FieldError::is_of_sense) {
        true => CommonError::Unprocessable { errors }.into(),
        false => CommonError::InvalidRequest { errors }.into(),
    }
}

/// An endpoint within its service.
pub(crate) struct RoutedEndpoint<S> {
    pub(crate) shared: Arc<ServiceContext<S>>,
    pub(crate) entry: Arc<EndpointHandler<S>>,
}
impl<S> Clone for RoutedEndpoint<S> {
    fn clone(&self) -> Self {
        RoutedEndpoint { shared: self.shared.clone(), entry: self.entry.clone() }
    }
}

/// The headers that contain credentials.
const CREDENTIALS: &str = "Authorization, X-Api-Key";

/// Maximum size of a body that is parsed immediately by the receiving thread, in one or two milliseconds.
const READ_AT_ONCE_BYTES_MAX: usize = 16 << 10;

/// Number of seconds after which a rejected request can be retried.
const COME_BACK_AFTER_S: u32 = 1;

impl<S: Clone + Send + Sync + 'static> RoutedEndpoint<S> {
    pub(crate) async fn answer(self, request: Request) -> Response {
        let begun = Instant::now();
        let id = request_id(request.headers(), &self.shared.shell.env);
        let trace = traceparent(request.headers(), &self.shared.shell.env);
        let route = &self.entry.route;
        let (service, method) = (self.shared.shell.service, request.method().clone());
        // every log line of a request contains its ID, at any log level
        let span = tracing::error_span!("request", service, endpoint = route.name, request_id = %id);
        let answered = async {
            let shows = route.scope != Scope::NoCredential && shows_something(request.headers());
            let mut response = self.respond(request, &id, &trace, begun).await;
            if shows && response.status() == StatusCode::UNAUTHORIZED {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, BAD_TOKEN);
            }
            if route.method.is_safe() && route.scope != Scope::NoCredential {
                // other callers can get a different response
                response.headers_mut().append(header::VARY, HeaderValue::from_static(CREDENTIALS));
            }
            if let Ok(trace) = HeaderValue::from_str(&trace) {
                response.headers_mut().insert(TRACE, trace);
            }
            let (taken, status) = (begun.elapsed(), response.status().as_u16());
            let micros = u64::try_from(taken.as_micros()).unwrap_or(u64::MAX);
            metrics::answered(service, route.name, status, taken, self.shared.shell.env.now());
            // between services, the caller logs the request
            match route.is_internal() {
                true => {
                    tracing::debug!(%method, route = route.path, status, micros, request_id = %id, "answered")
                }
                false => {
                    tracing::info!(%method, route = route.path, status, micros, request_id = %id, "answered")
                }
            }
            response
        };
        answered.instrument(span).await
    }

    async fn respond(&self, request: Request, id: &str, trace: &str, begun: Instant) -> Response {
        let path = request.uri().path().to_owned();
        let route = &self.entry.route;
        // calls between services belong to an admitted request, and sign-ins have their own limit
        let is_limited = !route.is_internal() && route.scope != Scope::NoCredential && !is_admitted();
        let admission = self.shared.shell.limits.admission.as_ref();
        let Some(admission) = admission.filter(|_| is_limited) else {
            return self.respond_within(request, id, trace, begun).await;
        };
        match admission.enter(is_vital(request.method(), &path)).await {
            Some(admitted) => admitted.during(self.respond_within(request, id, trace, begun)).await,
            None => self.shed(id, &path),
        }
    }

    fn shed(&self, id: &str, path: &str) -> Response {
        metrics::SHED.count(&[self.shared.shell.service]);
        problem(Problem::of(&CommonError::Unavailable { retry_after: COME_BACK_AFTER_S }), id, path)
    }

    async fn respond_within(&self, request: Request, id: &str, trace: &str, begun: Instant) -> Response {
        let path = request.uri().path().to_owned();
        let service = self.shared.shell.service;
        let Ok(_slot) = self.shared.slots.try_acquire() else { return self.shed(id, &path) };
        let _at_work = InFlightRequest::on(service);
        let may_repeat = self.entry.route.may_repeat_with(request.headers());
        let doubt = RetryAdvice::of(&self.entry.route, request.headers());
        let longest = self.shared.shell.limits.longest;
        let asked = asked_deadline(request.headers());
        let within = asked.unwrap_or(Duration::from_millis(self.entry.route.within_ms)).min(longest);
        let deadline = begun + within;
        // if it is dropped at the deadline during a COMMIT, the database layer protects the commit
        let work = pin!(AssertUnwindSafe(self.run(request, id, trace, deadline)).catch_unwind());
        let (refusal, is_cut_off) = match timeout_at(deadline, retry_scope::watch_isolation(work)).await {
            Ok((Ok(Ok(said)), _)) => return self.response(said, id),
            Ok((Ok(Err(refusal)), is_cut_off)) => (refusal, is_cut_off),
            Ok((Err(panic), _)) => (DispatchError::Panicked(panic), false),
            Err(_) => {
                metrics::late(service);
                return too_late(doubt, may_repeat, id, &path);
            }
        };
        let mut document = match refusal {
            DispatchError::Problem(document) => *document,
            DispatchError::Internal(error) => {
                tracing::error!(%error, "request failed");
                Problem::of(&CommonError::Internal)
            }
            DispatchError::Panicked(panic) => {
                tracing::error!(panic = panic_text(&*panic), "request handler panicked");
                Problem::of(&CommonError::Internal)
            }
        };
        doubt.tell(&mut document);
        match is_cut_off {
            true => cut_off(document, id, &path),
            false => problem(document, id, &path),
        }
    }

    async fn run(
        &self,
        request: Request,
        id: &str,
        trace: &str,
        deadline: Instant,
    ) -> Result<PreparedReply, DispatchError> {
        let ApiContext { verify, limits, .. } = &self.shared.shell;
        let route = &self.entry.route;
        let (mut parts, body) = request.into_parts();
        let who = match route.scope {
            Scope::NoCredential => Principal::Anonymous,
            // an invalid credential is rejected for public endpoints, too: the caller would otherwise take a public
            // response for a complete one
            _ => authenticate(&parts.headers, &**verify).await?,
        };
        allow(route.scope, &who)?;
        let body = match route.has_body {
            true => read_body(&parts.headers, body, limits, route.is_raw).await?,
            false if route.method.is_safe() => Default::default(),
            false => {
                refuse_body(body, limits).await?;
                Default::default()
            }
        };
        let path = path_values(&mut parts).await.ok_or(CommonError::NotFound)?;
        let context = Context {
            deadline,
            request_id: id.to_owned(),
            traceparent: Some(trace.to_owned()),
            bearer: parts.headers.get(header::AUTHORIZATION).cloned(),
            act_for: who.user(),
            client: None,
        };
        let call =
            Call { who, context, client: client(&parts.headers), user_agent: user_agent(&parts.headers) };
        let received = Arc::new(ReceivedRequest { parts, path, body, currency: self.shared.currency });
        let attempt = || {
            let (received, call) = (received.clone(), call.clone());
            Box::pin(async move {
                let PreparedRequest { work, known } = self.read(received).await?;
                Ok((work(self.shared.state.clone(), call).await?, known))
            })
        };
        let env = &self.shared.shell.env;
        let done = match route.has_key(&received.parts.headers) {
            true => repeat_known(env, attempt).await,
            false => retry_on_conflict(env, attempt).await,
        };
        done.map(|(written, known)| match written {
            WireResponse::Whole(answer) => {
                let answer = match &known {
                    Some(known) => unless_known(answer, known),
                    None => answer,
                };
                PreparedReply {
                    status: answer.status,
                    headers: answer.headers,
                    body: Body::from(answer.body),
                }
            }
            WireResponse::Streamed(flow) => {
                let (headers, body) = flowing(flow, StreamEnd::of(&received.parts, verify, &call.who));
                PreparedReply { status: StatusCode::OK, headers, body }
            }
        })
    }

    /// Parses a request. Large bodies are parsed on a separate thread, few at a time. At the deadline, the caller gets an
    /// error even while its request is still being parsed.
    async fn read(&self, received: Arc<ReceivedRequest>) -> Result<PreparedRequest<S>, DispatchError> {
        if received.body.len() <= READ_AT_ONCE_BYTES_MAX {
            return self.entry.read(&received);
        }
        let unavailable = || CommonError::Unavailable { retry_after: COME_BACK_AFTER_S };
        let place = self.shared.readers.clone().acquire_owned().await.map_err(|_| unavailable())?;
        let entry = self.entry.clone();
        let read = move || {
            let _place = place; // kept when the caller goes away: it is still being read
            entry.read(&received)
        };
        self.shared.shell.env.blocking(read).await.unwrap_or_else(|| Err(unavailable().into()))
    }

    fn response(&self, said: PreparedReply, id: &str) -> Response {
        let mut response = Response::new(said.body);
        *response.status_mut() = said.status;
        let headers = response.headers_mut();
        *headers = said.headers;
        let caching = match (headers.contains_key(header::ETAG), self.entry.route.scope) {
            (true, Scope::NoCredential | Scope::Public) => "no-cache",
            (true, _) => "private, no-cache",
            (false, _) => "no-store",
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        mark(headers, id);
        response
    }
}

/// Returns the error of a process that cannot reach a dependency, so that callers try another replica.
fn cut_off(document: Problem, id: &str, path: &str) -> Response {
    let code = HeaderValue::from_str(&document.code);
    let mut response = problem(document, id, path);
    if let (StatusCode::SERVICE_UNAVAILABLE, Ok(code)) = (response.status(), code) {
        response.headers_mut().insert(CUT_OFF, code);
    }
    response
}

/// Returns the timeout error. For a repeatable request, it contains the time after which to retry.
fn too_late(doubt: RetryAdvice, may_repeat: bool, id: &str, path: &str) -> Response {
    let mut document = Problem::of(&CommonError::DeadlineExceeded);
    doubt.tell(&mut document);
    let mut response = problem(document, id, path);
    if may_repeat {
        response.headers_mut().insert(header::RETRY_AFTER, COME_BACK_AFTER_S.into());
    }
    response
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("of another type")
}
