//! The front of a façade: from a request to its operation and back. What it does not know is refused in the original's
//! shape, and no token reaches the log: of a path only its pattern does.

use crate::{
    AccessPolicy, CompatDependencies,
    cors::Cors,
    form::BodyForm,
    operation::{LegacyQuirks, LegacyService, Route, Shape},
    request::FacadeRequest,
    response::{COME_BACK_AFTER_S, FacadeError, FacadeResponse, in_doubt, refused, unavailable},
    user_service::OWN_CALL,
};
use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use endpoint::{
    Context,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
};
use futures_util::FutureExt;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use kernel::{Env, Secret};
use ordo_http::{Admission, Peer, metrics::SHED, names_one_host, request_id, step_aside};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::{collections::BTreeMap, net::IpAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout},
};
use tracing::Instrument;

/// Bytes of a body.
const BODY_MAX: usize = 1 << 20;
/// How long a body may take to come.
const BODY_WITHIN: Duration = Duration::from_secs(8);
/// How long an operation may take.
const WITHIN: Duration = Duration::from_secs(15);
/// Operations of a service at work; one more is told to come back. What is at work is done in time then.
const AT_WORK_MAX: usize = 64;
/// A body of so many bytes is read at once, by the thread that has received it; a larger one where it keeps nobody waiting,
const READ_AT_ONCE_BYTES_MAX: usize = 16 << 10;
/// and so many of them at the same time.
const LARGE_BODIES_MAX: usize = 2;
const DOCUMENT: &str = "/openapi.json";

/// What all requests to one service of a façade share.
struct FacadeDispatcher {
    env: Env,
    door: Arc<dyn AccessPolicy>,
    admission: Option<Admission>,
    own_call: Secret,
    /// `two-vm.users`.
    name: String,
    cors: Cors,
    shape: Shape,
    habits: LegacyQuirks,
    routes: Vec<Route>,
    document: Value,
    slots: Semaphore,
    readers: Arc<Semaphore>,
}

/// The router of a service.
pub(crate) fn router<S>(
    needs: &CompatDependencies,
    name: String,
    service: LegacyService<S>,
    document: Value,
) -> Router {
    let LegacyService { shape, habits, routes, .. } = service;
    let (env, door, cors) = (needs.env.clone(), needs.door.clone(), Cors::new(&needs.origins));
    let (own_call, admission) = (needs.own_call.clone(), needs.admission.clone());
    let (slots, readers) = (Semaphore::new(AT_WORK_MAX), Arc::new(Semaphore::new(LARGE_BODIES_MAX)));
    let front = FacadeDispatcher {
        env,
        door,
        admission,
        own_call,
        name,
        cors,
        shape,
        habits,
        routes,
        document,
        slots,
        readers,
    };
    let front = Arc::new(front);
    Router::new().fallback(move |request: Request| {
        let front = front.clone();
        async move { front.answer(request).await }
    })
}

/// The body for a connection that is refused before its request is read.
pub(crate) fn refused_connection<S>(service: &LegacyService<S>) -> Bytes {
    let refusal = refused(503, "Too many connections. Close some, or come back later");
    let said = FacadeResponse::new(503, &(service.shape.body)(&refusal));
    (if service.habits.indents { said.indented() } else { said }).json.into()
}

/// What a path leads to.
enum RouteMatch<'a> {
    Document,
    Operation(&'a Route, BTreeMap<&'static str, String>),
    /// There is such a path, for these methods.
    OtherMethod(Vec<&'static str>),
    Nothing,
}

impl FacadeDispatcher {
    async fn answer(&self, request: Request) -> Response {
        let begun = Instant::now();
        let (method, headers) = (request.method().clone(), request.headers().clone());
        let names_host = names_one_host(&request);
        // an order service beside it asks for its own clients, who were counted there
        let is_own =
            headers.get(OWN_CALL).is_some_and(|own| own.as_bytes() == self.own_call.expose().as_bytes());
        let peer = request.extensions().get::<Peer>().filter(|_| !is_own);
        let client = peer.map(|Peer(peer)| self.door.client(peer.ip(), &headers));
        let id = request_id(&headers, &self.env);
        let cx = Context { client, request_id: id.clone(), ..Context::background(&self.env, WITHIN) };
        let span = tracing::error_span!("facade", service = %self.name, request_id = %id);
        let path = request.uri().path().to_owned();
        let found = self.find(&method, &path);
        let route = match &found {
            RouteMatch::Operation(route, _) => route.operation.path,
            RouteMatch::Document => DOCUMENT,
            RouteMatch::OtherMethod(_) | RouteMatch::Nothing => "-",
        };
        let mut response = match found {
            _ if !names_host => self.refusal(&refused(400, "One host name or IP address is expected")),
            RouteMatch::Operation(route, path) => {
                // signing in waits at auth, and what is asked for an operation that is at work belongs to that
                let is_limited = !is_own && !route.operation.hashes && route.operation.path != "/health";
                let admission = self.admission.as_ref().filter(|_| is_limited);
                let work = self.count_and_run(route, path, request, cx, is_own).instrument(span);
                match admission {
                    None => work.await,
                    Some(admission) => match admission.enter(false).await {
                        Some(admitted) => admitted.during(work).await,
                        None => self.busy(admission).await,
                    },
                }
            }
            RouteMatch::Document => FacadeResponse::ok(&self.document).into_response(),
            RouteMatch::OtherMethod(allowed) => self.other_method(&method, &allowed),
            // the browser has to let the page ask, so that it reads that there is nothing
            RouteMatch::Nothing if is_question(&method, &headers) => StatusCode::NO_CONTENT.into_response(),
            RouteMatch::Nothing => self.refusal(&refused(404, "Not found")),
        };
        self.cors.mark(&headers, &mut response);
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let (service, status) = (&self.name, response.status().as_u16());
        tracing::info!(%service, %method, route, status, micros, request_id = %id, "answered");
        response
    }

    fn find(&self, method: &Method, path: &str) -> RouteMatch<'_> {
        let path = match path.strip_suffix('/') {
            Some(short) if self.habits.slashes && !short.is_empty() => short,
            _ => path,
        };
        // who may read may ask without the body
        let asked = if method == Method::HEAD { &Method::GET } else { method };
        let mut others = Vec::new();
        for route in &self.routes {
            let operation = &route.operation;
            let patterns = std::iter::once(&operation.path).chain(operation.also);
            let Some(values) = patterns.into_iter().find_map(|pattern| matched(pattern, path, self.habits))
            else {
                continue;
            };
            if operation.method == *asked {
                return RouteMatch::Operation(route, values);
            }
            others.push(operation.method.as_str());
        }
        match path {
            DOCUMENT if *asked == Method::GET => RouteMatch::Document,
            DOCUMENT => RouteMatch::OtherMethod(vec!["GET"]),
            _ if others.is_empty() => RouteMatch::Nothing,
            _ => RouteMatch::OtherMethod(others.into_iter().map(static_name).collect()),
        }
    }

    /// Counts a request, and runs its operation where it is let in.
    async fn count_and_run(
        &self,
        route: &Route,
        path: BTreeMap<&'static str, String>,
        request: Request,
        cx: Context,
        is_own: bool,
    ) -> Response {
        if let Some(seconds) = self.wait_s(route, cx.client) {
            return self.too_many(seconds);
        }
        let (parts, body) = request.into_parts();
        // read before a slot is taken, so that slow clients hold none
        let body = match read(body).await {
            Ok(body) => body,
            Err(refusal) => return self.refusal(&refusal),
        };
        match self.slots.try_acquire() {
            // its order service has a place of its own
            Err(_) if !is_own => self.refusal(&unavailable(None)),
            _slot => self.run_or_refuse_failure(route, path, (parts, body), cx).await,
        }
    }

    /// Runs an operation. Where it shows a wrong password and its client has failed too often, the answer is when to come
    /// back.
    async fn run_or_refuse_failure(
        &self,
        route: &Route,
        path: BTreeMap<&'static str, String>,
        request: (Parts, Bytes),
        cx: Context,
    ) -> Response {
        let client = cx.client.filter(|_| route.operation.shows_password);
        let wait_s = client.and_then(|client| self.door.failure_wait_s(client));
        let response = self.run(route, path, request, cx).await;
        match wait_s.filter(|_| response.status().is_client_error()) {
            Some(seconds) => self.too_many(seconds),
            None => response,
        }
    }

    async fn run(
        &self,
        route: &Route,
        path: BTreeMap<&'static str, String>,
        (parts, body): (Parts, Bytes),
        cx: Context,
    ) -> Response {
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let work = AssertUnwindSafe(async {
            let form = self.form(route, body).await;
            (route.run)(FacadeRequest { cx, path, query, headers: parts.headers, form }).await
        });
        match timeout(WITHIN, work.catch_unwind()).await {
            Ok(Ok(Ok(said))) => self.shown(said),
            Ok(Ok(Err(refusal))) => self.refusal(&refusal),
            Ok(Err(_)) => {
                tracing::error!(service = %self.name, route = route.operation.path, "request handler panicked");
                self.refusal(&refused(500, "Internal error"))
            }
            Err(_) => self.refusal(&in_doubt()),
        }
    }

    /// The members of the body that the operation takes.
    async fn form(&self, route: &Route, body: Bytes) -> Result<BodyForm, FacadeError> {
        let token = route.operation.another_way.then_some("token");
        let takes: Vec<&str> = route.operation.takes.iter().copied().chain(token).collect();
        if body.len() <= READ_AT_ONCE_BYTES_MAX {
            return BodyForm::read(&body, &takes);
        }
        let place = self.readers.clone().acquire_owned().await.map_err(|_| unavailable(None))?;
        let read = move || {
            let _place = place; // kept when the caller goes away: it is still being read
            BodyForm::read(&body, &takes)
        };
        self.env.blocking(read).await.unwrap_or_else(|| Err(unavailable(None)))
    }

    /// How long to wait first; a password is checked in any case. What came from no address nobody outside can have sent.
    fn wait_s(&self, route: &Route, client: Option<IpAddr>) -> Option<u32> {
        let client = client.filter(|_| !route.operation.shows_password)?;
        self.door.wait_s(client, route.operation.hashes)
    }

    /// Too many requests are at work.
    async fn busy(&self, admission: &Admission) -> Response {
        SHED.count(&["compat"]);
        admission.pace_refusal(1).await;
        self.refusal(&unavailable(None))
    }

    fn too_many(&self, seconds: u32) -> Response {
        let refusal = refused(429, "Too many requests. Come back later");
        self.refusal(&FacadeError { retry_after: Some(seconds.into()), ..refusal })
    }

    fn refusal(&self, refusal: &FacadeError) -> Response {
        let mut response = self.shown(FacadeResponse::new(refusal.status, &(self.shape.body)(refusal)));
        let seconds = refusal.retry_after.or((refusal.status == 503).then_some(COME_BACK_AFTER_S));
        if let Some(seconds) = seconds {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn shown(&self, said: FacadeResponse) -> Response {
        if self.habits.indents { said.indented().into_response() } else { said.into_response() }
    }

    /// A browser's question before it asks is answered for every path that there is.
    fn other_method(&self, method: &Method, allowed: &[&'static str]) -> Response {
        let mut response = match *method == Method::OPTIONS {
            true => StatusCode::NO_CONTENT.into_response(),
            false => self.refusal(&refused(405, "Method not allowed")),
        };
        // whoever may read may ask without the body, and a browser asks first
        let reads = allowed.contains(&"GET").then_some("HEAD");
        let allowed: Vec<&str> = allowed.iter().copied().chain(reads).chain(["OPTIONS"]).collect();
        if let Ok(allowed) = HeaderValue::from_str(&allowed.join(", ")) {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
        response
    }
}

/// Whether a browser asks before it sends what a page wants to send.
fn is_question(method: &Method, headers: &HeaderMap) -> bool {
    *method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The values of a pattern's parts in a path, if the path is one of its. What is no UTF-8 is a text that nobody and nothing
/// is called by, so that it is refused as the operation refuses what there is not.
fn matched(
    pattern: &'static str,
    path: &str,
    habits: LegacyQuirks,
) -> Option<BTreeMap<&'static str, String>> {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    let mut values = BTreeMap::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(values),
            (Some(wanted), Some(given)) => match wanted.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
                Some(name) if !given.is_empty() => {
                    values.insert(name, percent_decode_str(given).decode_utf8_lossy().into_owned());
                }
                None if wanted == given || habits.any_case && wanted.eq_ignore_ascii_case(given) => {}
                _ => return None,
            },
            _ => return None,
        }
    }
}

fn static_name(method: &str) -> &'static str {
    match method {
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        _ => "GET",
    }
}

async fn read(body: axum::body::Body) -> Result<Bytes, FacadeError> {
    match step_aside(timeout(BODY_WITHIN, Limited::new(body, BODY_MAX).collect())).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(refused(413, "The body is too large")),
        Ok(Err(_)) | Err(_) => Err(refused(400, "The body is not complete")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_what_stands_in_its_places_and_nothing_else() {
        let values = |pattern, path| {
            matched(pattern, path, LegacyQuirks::default()).map(|v| v.into_values().collect::<Vec<_>>())
        };
        assert_eq!(values("/users/token/{t}", "/users/token/a%20b"), Some(vec!["a b".to_owned()]));
        assert_eq!(values("/users/token/{t}", "/users/token/%ff"), Some(vec!["\u{fffd}".to_owned()]));
        assert_eq!(values("/users", "/users"), Some(Vec::new()));
        for path in ["/users/", "/users/token/", "/users/token/a/b", "/user/token/a"] {
            assert_eq!(values("/users/token/{t}", path), None, "{path}");
        }
        let any_case = LegacyQuirks { any_case: true, ..LegacyQuirks::default() };
        assert_eq!(values("/api/user", "/API/user"), None);
        assert_eq!(matched("/api/user", "/API/user", any_case), Some(BTreeMap::new()));
        assert_eq!(
            matched("/api/{u}", "/API/User", any_case),
            Some(BTreeMap::from([("u", "User".to_owned())]))
        );
    }
}
