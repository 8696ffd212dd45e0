//! Builds a router from handlers.

use crate::{
    Admission, Call, HandlerResult, ShutdownSignal, Verify,
    dispatch::{EndpointHandler, RoutedEndpoint, ServiceContext},
    problem_response::{refuse, request_id},
};
use axum::{
    Extension, Router,
    body::Body,
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{self, MethodFilter},
};
use endpoint::{CommonError, Endpoint, Route, openapi};
use kernel::{Currency, Env};
use std::{
    future::{Future, Ready},
    sync::Arc,
    time::Duration,
};
use tokio::sync::Semaphore;

/// The external dependencies of an API.
#[derive(Clone)]
pub struct ApiContext {
    /// The name of the service.
    pub service: &'static str,
    /// Authenticates callers.
    pub verify: Arc<dyn Verify>,
    /// Generates request IDs.
    pub env: Env,
    /// Limits of requests.
    pub limits: RequestLimits,
}

/// Limits of requests.
#[derive(Debug, Clone)]
pub struct RequestLimits {
    /// Maximum size of a body, in bytes.
    pub body_bytes_max: usize,
    /// Maximum time to receive a body.
    pub body_within: Duration,
    /// Maximum time for which a request is processed, whatever its deadline.
    pub longest: Duration,
    /// Maximum number of concurrent requests; further ones are rejected.
    pub in_flight_max: usize,
    /// The process-wide limit for public endpoints, for requests that were not admitted by a gateway in this process.
    pub admission: Option<Admission>,
}
impl Default for RequestLimits {
    fn default() -> Self {
        RequestLimits {
            body_bytes_max: 1 << 20,
            body_within: Duration::from_secs(8),
            longest: Duration::from_secs(30),
            in_flight_max: 4096,
            admission: None,
        }
    }
}

/// Maximum number of large bodies that are parsed at the same time, because each keeps a processor busy; others wait.
/// Ordo's own clients rarely send large bodies.
const LARGE_BODIES_MAX: usize = 2;

/// The endpoints of a service, and the state that their handlers share.
pub struct Api<S> {
    router: Router,
    shared: Arc<ServiceContext<S>>,
    routes: Vec<Route>,
}

impl<S: Clone + Send + Sync + 'static> Api<S> {
    /// Creates an API without endpoints, whose router serves `GET /health`.
    pub fn new(state: S, shell: ApiContext) -> Self {
        Self::made(state, shell, None)
    }

    /// Creates the API of a service that knows the shop's currency: invalid amounts are reported together with all other
    /// errors of a body.
    pub fn in_currency(state: S, shell: ApiContext, currency: Currency) -> Self {
        Self::made(state, shell, Some(currency))
    }

    fn made(state: S, shell: ApiContext, currency: Option<Currency>) -> Self {
        let slots = Semaphore::new(shell.limits.in_flight_max.min(Semaphore::MAX_PERMITS));
        let readers = Arc::new(Semaphore::new(LARGE_BODIES_MAX));
        let shared = Arc::new(ServiceContext { state, shell, slots, readers, currency });
        Api { router: Router::new(), shared, routes: Vec::new() }
    }

    /// Adds `GET /ready`: 200 while `check` succeeds; 503 otherwise, before callers can be authenticated, and during
    /// shutdown.
    #[must_use]
    pub fn ready<F, Fut>(mut self, check: F) -> Self
    where
        F: Fn(S) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        let shared = self.shared.clone();
        let ok = status("ready", self.shared.shell.service);
        let handler = move |ending: Option<Extension<ShutdownSignal>>| {
            let ready = check(shared.state.clone());
            let (waits_for, ok) = (shared.shell.verify.waits_for(), ok.clone());
            async move {
                if ending.is_some_and(|Extension(ending)| ending.has_begun()) {
                    return not_ready("leaving");
                }
                if let Some(what) = waits_for {
                    return not_ready(&format!("waiting for {what}"));
                }
                match ready.await {
                    Ok(()) => axum_json(ok),
                    Err(why) => {
                        tracing::warn!(why, "not ready");
                        not_ready("not ready")
                    }
                }
            }
        };
        self.router = self.router.route("/ready", routing::get(handler));
        self
    }

    /// Adds a handler. The endpoint is its third argument.
    #[must_use]
    pub fn on<E, F, Fut>(mut self, handler: F) -> Self
    where
        E: Endpoint,
        F: Fn(S, Call, E) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = HandlerResult<E>> + Send + 'static,
    {
        let route = E::ROUTE;
        let filter = MethodFilter::try_from(route.method.clone())
            .expect("a declaration is one of GET, POST, PUT, PATCH and DELETE");
        let entry = EndpointHandler::new(route.clone(), openapi::query_names::<E>(), handler);
        let served = RoutedEndpoint { shared: self.shared.clone(), entry: Arc::new(entry) };
        let serve = move |request: Request| served.clone().answer(request);
        self.router = self.router.route(route.path, routing::on(filter, serve));
        self.routes.push(route);
        self
    }

    /// Adds routes that are not declared endpoints, such as streams. They authenticate callers themselves with
    /// [`crate::authenticate`].
    #[must_use]
    pub fn merge(mut self, router: Router) -> Self {
        self.router = self.router.merge(router);
        self
    }

    /// Returns the declarations of all handlers, for tests.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Returns the endpoints without a fallback, to be merged into a router that rejects unknown paths.
    pub fn part(self) -> (Router, Vec<Route>) {
        let env = self.shared.shell.env.clone();
        let router = self.router.method_not_allowed_fallback(refusal(CommonError::MethodNotAllowed, env));
        (router, self.routes)
    }

    /// Returns the router. Unknown paths are rejected with a problem document.
    pub fn router(self) -> Router {
        let ok = status("ok", self.shared.shell.service);
        let health = routing::get(move || std::future::ready(axum_json(ok.clone())));
        let env = &self.shared.shell.env;
        self.router
            .route("/health", health)
            .fallback(refusal(CommonError::NotFound, env.clone()))
            .method_not_allowed_fallback(refusal(CommonError::MethodNotAllowed, env.clone()))
    }
}

impl<S> std::fmt::Debug for Api<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").field("service", &self.shared.shell.service).finish_non_exhaustive()
    }
}

fn refusal(
    common: CommonError,
    env: Env,
) -> impl Fn(Request) -> Ready<Response> + Clone + Send + Sync + 'static {
    move |request: Request| {
        let response = refuse(&common, &request_id(request.headers(), &env), request.uri().path());
        std::future::ready(response)
    }
}

/// Includes the name of the responding service, so that a wrong address is noticed.
fn status(status: &str, service: &str) -> String {
    format!(r#"{{"status":"{status}","service":"{service}"}}"#)
}

fn not_ready(status: &str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, axum_json(format!(r#"{{"status":"{status}"}}"#))).into_response()
}

fn axum_json(text: impl Into<Body>) -> Response {
    let headers = [("content-type", "application/json"), ("cache-control", "no-store")];
    (headers, text.into()).into_response()
}
