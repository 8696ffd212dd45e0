//! Proxy for a service in other processes: requests are passed to one of its addresses, over HTTP.
//!
//! A request is sent again if it certainly did not arrive, if a replica rejected it because it is isolated, or if no
//! service responded and the declaration of its endpoint permits a repeat, all within the retry budget. The body of a
//! request is received completely before it is passed on, up to the limit of the services; a response is streamed.

mod body;
mod headers;
mod routes;

use axum::{
    Router,
    body::{Body, HttpBody},
    extract,
    http::{Method, Request, Uri, request::Parts},
    response::Response,
};
use body::ProxiedBody;
use bytes::Bytes;
use endpoint::{
    CommonError, FieldError, ProblemSet, RetryAdvice, Route,
    client::{
        Budget, CallSignal, DEADLINE, InFlightCall, Policy, ProbeOutcome, Target, Targets, cut_off,
        health_of, metrics,
    },
    connection_pool::ConnectionPool,
    http::{HeaderMap, HeaderValue, Version, header},
    http_transport::Http,
    mutual_tls::MutualTls,
    transport::{TransportError, join},
};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use kernel::{Env, failpoint};
use ordo_http::{ShutdownSignal, refuse_in_doubt, request_id, step_aside, why_broken};
use routes::Routes;
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, timeout};
use tracing::Instrument;

/// Number of seconds after which a client can retry if no replica responds.
const COME_BACK_AFTER_S: u32 = 1;
/// Time beyond the service's own deadline after which the gateway stops waiting.
const GRACE: Duration = Duration::from_millis(500);
/// Maximum time to receive a body, as in services.
const BODY_WITHIN: Duration = Duration::from_secs(8);
/// Maximum number of attempts of a request, including the first.
const TRIES_MAX: u32 = 4;
/// The error code for an unknown outcome.
const UNKNOWN: &str = "outcome_unknown";
/// Delay before another attempt, which increases with each.
const PAUSE: Duration = Duration::from_millis(25);

/// Creates the router for a service of the catalogue at these addresses, with this maximum body size. Over TLS, it presents
/// the certificate of `mutual`.
pub fn proxy(
    service: &'static str,
    addresses: &[String],
    body_bytes_max: usize,
    mutual: Option<&MutualTls>,
    env: &Env,
) -> Router {
    let upstream = Arc::new(Upstream {
        service,
        routes: Routes::of(service),
        // probes use separate connections, on which no request waits
        targets: Targets::new(service, addresses, Arc::new(Http::with(mutual)), env),
        budget: Budget::default(),
        connections: ConnectionPool::new(mutual),
        policy: Policy::default(),
        body_bytes_max,
        env: env.clone(),
    });
    Router::new().fallback(move |request: extract::Request| {
        let upstream = upstream.clone();
        async move { upstream.pass(request).await }
    })
}

struct Upstream {
    service: &'static str,
    routes: Routes,
    targets: Targets,
    budget: Budget,
    connections: ConnectionPool<Full<Bytes>>,
    policy: Policy,
    body_bytes_max: usize,
    env: Env,
}

/// A request that can be sent several times.
struct ProxiedRequest {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    deadline: Instant,
    may_repeat: bool,
    doubt: RetryAdvice,
}

impl ProxiedRequest {
    /// Creates the request for an address, with a timeout of `until` or the deadline.
    fn request(&self, uri: Uri, now: Instant, until: Instant) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers.clone();
        let left = self.deadline.min(until).saturating_duration_since(now);
        let millis = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        request.headers_mut().insert(DEADLINE, HeaderValue::from(millis));
        request
    }
}

/// The result of a request: a response of the service, or an error.
type ForwardResult = Result<(Response<Incoming>, InFlightCall), CommonError>;

/// The result of one attempt.
enum ForwardOutcome {
    Answered(Response<Incoming>, InFlightCall),
    /// Another replica may succeed: this one is isolated, or a proxy responded in its place. `is_lost`: the request may
    /// have taken effect.
    Refused {
        response: Response<Incoming>,
        flight: InFlightCall,
        is_lost: bool,
    },
    /// The request had no effect.
    NotSent,
    /// The request may have taken effect.
    OutcomeUnknown,
    /// The request may still take effect, and the deadline has passed.
    DeadlineExceeded,
}

impl Upstream {
    async fn pass(&self, request: extract::Request) -> Response {
        let id = request_id(request.headers(), &self.env);
        let span = tracing::error_span!("proxy", service = self.service, request_id = %id);
        let (response, is_away) = self.pass_named(request, &id).instrument(span).await;
        if is_away {
            // outside the span of the request, so that the message is counted while the service is unavailable
            tracing::warn!(service = self.service, "no replica of the service responds");
        }
        response
    }

    /// Returns the response, and whether no replica of the service responded.
    async fn pass_named(&self, request: extract::Request, id: &str) -> (Response, bool) {
        let begun = Instant::now();
        let path = request.uri().path().to_owned();
        let (parts, body) = request.into_parts();
        let (method, route) = (parts.method.clone(), self.routes.find(&parts.method, &path));
        let ending = parts.extensions.get::<ShutdownSignal>().cloned();
        let (mut may_repeat, mut doubt) = (true, RetryAdvice::ReadOnly);
        let answered = match self.whole(body).await {
            Ok(body) => {
                let asked = self.asked(parts, body);
                (may_repeat, doubt) = (asked.may_repeat, asked.doubt);
                self.send(asked).await
            }
            Err(refusal) => Err(refusal),
        };
        metrics::CALLS.count(&[self.service, outcome(&answered)]);
        self.log(&method, route, &answered, begun, id);
        let is_away = matches!(&answered, Err(CommonError::Unavailable { .. }));
        let response = match answered {
            Ok((response, flight)) => {
                let (mut parts, body) = response.into_parts();
                headers::remove_hop_by_hop(&mut parts.headers);
                parts.version = Version::default();
                let body = ProxiedBody::new(&parts.headers, body, flight, ending);
                Response::from_parts(parts, Body::new(body))
            }
            Err(refusal) => {
                let mut response = refuse_in_doubt(&refusal, doubt, id, &path);
                if may_repeat && refusal == CommonError::DeadlineExceeded {
                    response.headers_mut().insert(header::RETRY_AFTER, COME_BACK_AFTER_S.into());
                }
                response
            }
        };
        (response, is_away)
    }

    /// Logs requests that change something, and failed ones with their cause. Reads are logged by the service.
    fn log(
        &self,
        method: &Method,
        route: Option<&Route>,
        answered: &ForwardResult,
        begun: Instant,
        id: &str,
    ) {
        let (status, cause) = match answered {
            Ok((response, _)) => (response.status().as_u16(), "the service responded"),
            Err(refusal) => (refusal.row().status, refusal.row().code),
        };
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let (service, route) = (self.service, route.map_or("unknown", |route| route.path));
        match status {
            500.. => {
                tracing::info!(service, %method, route, status, cause, micros, request_id = id, "forwarded request failed");
            }
            _ if method.is_safe() => {
                tracing::debug!(service, %method, route, status, micros, request_id = id, "forwarded");
            }
            _ => tracing::info!(service, %method, route, status, micros, request_id = id, "forwarded"),
        }
    }

    /// Receives the complete body.
    async fn whole(&self, body: Body) -> Result<Bytes, CommonError> {
        let too_large = CommonError::BodyTooLarge { limit: self.body_bytes_max as u64 };
        if body.size_hint().lower() > self.body_bytes_max as u64 {
            return Err(too_large);
        }
        let incomplete = |why: &str| CommonError::InvalidRequest { errors: vec![FieldError::body("", why)] };
        match step_aside(timeout(BODY_WITHIN, Limited::new(body, self.body_bytes_max).collect())).await {
            Ok(Ok(whole)) => Ok(whole.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large),
            Ok(Err(error)) => Err(incomplete(&why_broken(&*error))),
            Err(_) => Err(incomplete("the body was not received in time")),
        }
    }

    fn asked(&self, parts: Parts, body: Bytes) -> ProxiedRequest {
        let Parts { method, uri, mut headers, .. } = parts;
        let route = self.routes.find(&method, uri.path());
        headers::remove_hop_by_hop(&mut headers);
        headers::remove_what_is_for_this_door(&mut headers);
        let may_repeat = route.map_or(method.is_safe(), |route| route.may_repeat_with(&headers));
        let unknown = if method.is_safe() { RetryAdvice::ReadOnly } else { RetryAdvice::NotRepeatable };
        let doubt = route.map_or(unknown, |route| RetryAdvice::of(route, &headers));
        let deadline = Instant::now() + routes::within(route);
        ProxiedRequest { method, uri, headers, body, deadline, may_repeat, doubt }
    }

    /// Sends the request until there is a response, or until it must not be repeated.
    async fn send(&self, asked: ProxiedRequest) -> ForwardResult {
        self.budget.earn();
        let to = [self.service];
        let (mut last, mut refused) = (None, None);
        let mut unknown = false;
        for n in 1..=TRIES_MAX {
            let now = Instant::now();
            self.targets.resolve(now).await;
            let Some(target) = self.targets.pick(now, last.as_ref(), self.env.random_u64()) else { break };
            if n > 1 {
                metrics::RETRIES.count(&to);
            }
            match self.try_once(&target, &asked).await {
                ForwardOutcome::Answered(response, flight) => return Ok((response, flight)),
                ForwardOutcome::NotSent => {}
                ForwardOutcome::Refused { response, flight, is_lost } => {
                    unknown |= is_lost;
                    refused = Some((response, flight));
                    let may_repeat = asked.may_repeat || !is_lost;
                    if !may_repeat || !self.targets.has_other(&target) || !self.affords_another() {
                        break;
                    }
                }
                ForwardOutcome::OutcomeUnknown => {
                    unknown |= !asked.method.is_safe();
                    if !asked.may_repeat || !self.affords_another() {
                        break;
                    }
                }
                ForwardOutcome::DeadlineExceeded => {
                    metrics::DEADLINES.count(&to);
                    return Err(CommonError::DeadlineExceeded);
                }
            }
            last = Some(target);
            let pause = PAUSE * n;
            if Instant::now() + pause >= asked.deadline {
                break;
            }
            sleep(pause).await;
        }
        let retry_after = COME_BACK_AFTER_S;
        match refused {
            _ if unknown => Err(CommonError::OutcomeUnknown { retry_after }),
            Some(refused) => Ok(refused),
            None => Err(CommonError::Unavailable { retry_after }),
        }
    }

    /// A request that did not arrive costs nothing; any other one uses the retry budget.
    fn affords_another(&self) -> bool {
        let affords = self.budget.spend();
        if !affords {
            metrics::BUDGET_EXHAUSTED.count(&[self.service]);
        }
        affords
    }

    async fn try_once(&self, target: &Arc<Target>, asked: &ProxiedRequest) -> ForwardOutcome {
        let now = Instant::now();
        let flight = target.begin();
        let uri = match join(&target.address, &asked.uri) {
            Ok(uri) => uri,
            Err(error) => {
                tracing::error!(service = self.service, %error, "upstream address is invalid");
                flight.tell(CallSignal::Unreachable, &self.policy);
                return ForwardOutcome::NotSent;
            }
        };
        let until = self.targets.try_until(target, now, asked.deadline + GRACE, asked.method.is_safe());
        failpoint::pass("gateway.pass", "calling");
        let answer = self.connections.request(asked.request(uri, now, until));
        let waited = flight.wait(&self.targets, until, asked.may_repeat, &self.policy, answer).await;
        failpoint::pass("gateway.pass", "called");
        match waited {
            ProbeOutcome::Answered(Ok(response)) => {
                let headers = response.headers();
                let health = health_of(response.status(), headers, is_problem(headers));
                flight.tell(health, &self.policy);
                let is_lost = match health {
                    CallSignal::Isolated => cut_off(headers) == Some(UNKNOWN),
                    CallSignal::Unreachable => true,
                    _ => return ForwardOutcome::Answered(response, flight),
                };
                ForwardOutcome::Refused { response, flight, is_lost: is_lost && !asked.method.is_safe() }
            }
            ProbeOutcome::Answered(Err(broken)) => {
                flight.tell(CallSignal::Unreachable, &self.policy);
                self.broken(target, &broken)
            }
            ProbeOutcome::Unresponsive => {
                tracing::warn!(service = self.service, address = target.address, "no replica is reachable");
                ForwardOutcome::OutcomeUnknown
            }
            ProbeOutcome::DeadlineExceeded => {
                flight.tell(CallSignal::Unreachable, &self.policy);
                tracing::warn!(service = self.service, address = target.address, "upstream timed out");
                if until < asked.deadline {
                    ForwardOutcome::OutcomeUnknown
                } else {
                    ForwardOutcome::DeadlineExceeded
                }
            }
        }
    }

    fn broken(&self, target: &Target, broken: &TransportError) -> ForwardOutcome {
        tracing::debug!(
            service = self.service,
            address = target.address,
            why = broken.why,
            "request aborted by client"
        );
        if broken.arrived { ForwardOutcome::OutcomeUnknown } else { ForwardOutcome::NotSent }
    }
}

/// Returns the label of the outcome in metrics.
fn outcome(answered: &ForwardResult) -> &'static str {
    match answered {
        Ok((response, _)) if response.status().is_server_error() => "failed",
        Ok((response, _)) if response.status().is_client_error() => "refused",
        Ok(_) => "answered",
        Err(_) => "broken",
    }
}

/// Returns whether the response is a problem document, as all errors of services are, but not those of proxies.
fn is_problem(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json")
}
