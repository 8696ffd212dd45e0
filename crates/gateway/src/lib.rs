//! The gateway: the one public door to all services.
//!
//! It passes a request on to the service that the catalogue names for its address, and to nothing else: what is
//! under `/internal` is not there. It names requests, bounds how many are at work, and adds the headers that
//! keep browsers out of trouble. Of its own it answers `/health`, `/ready`, `/openapi.json` and `/docs`.

mod cors;
mod fixed;
mod front;
mod guard;
mod ready;
mod throttle;

pub use cors::BadOrigin;
pub use ready::Check;

use axum::{
    Router,
    extract::Request,
    middleware::from_fn_with_state,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use cors::Cors;
use endpoint::Common;
use fixed::Fixed;
use front::Front;
use guard::Guard;
use kernel::Env;
use ordo_http::{refuse, request_id};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use throttle::Throttle;

/// What can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The origins whose pages may call the API, such as `https://shop.example`; `*` for all of them. None by
    /// default. Credentials of browsers (cookies) are never allowed across origins.
    pub origins: Vec<String>,
    /// Requests at work; one more is told to come back.
    pub max_in_flight: usize,
    /// How long a body may take to come.
    pub body_within: Duration,
    /// How long `/ready` waits for one check.
    pub check_within: Duration,
    /// Sign-ins, registrations and exchanges of refresh tokens that one client address may ask for in a minute;
    /// none: as many as it likes. A client is known by the address that the connection comes from: behind a proxy
    /// all are one.
    pub sign_ins_per_minute: Option<u32>,
}
impl Default for Settings {
    fn default() -> Self {
        Settings {
            origins: Vec::new(),
            max_in_flight: 1024,
            body_within: Duration::from_secs(8),
            check_within: Duration::from_secs(2),
            sign_ins_per_minute: Some(600),
        }
    }
}

/// The gateway, before it is a router.
pub struct Gateway {
    /// The world outside.
    pub env: Env,
    /// What can be set.
    pub settings: Settings,
    /// The services behind it, by the names of the catalogue: routers in this process, or ones that pass on.
    pub services: Vec<(&'static str, Router)>,
    /// The OpenAPI document, of the public endpoints.
    pub document: Value,
    /// What must be well before it says that it is ready.
    pub checks: Vec<Check>,
}

impl Gateway {
    /// The router.
    ///
    /// # Errors
    /// When an origin of the settings is none.
    pub fn router(self) -> Result<Router, BadOrigin> {
        let Gateway { env, settings, services, document, checks } = self;
        let throttle = Arc::new(Throttle::new(env.clone(), settings.sign_ins_per_minute));
        let front = Front::new(services, settings.max_in_flight, settings.body_within);
        let guard = Guard { env: env.clone(), cors: Cors::new(&settings.origins)? };
        let ready = move || ready::ready(checks.clone(), settings.check_within);
        let within = Router::new()
            .route("/", get(|| async { Redirect::temporary("/docs") }))
            .route("/health", get(|| async { ready::json(r#"{"status":"ok"}"#.into()) }))
            .route("/ready", get(ready));
        let routes = fixed::all(&document).into_iter().fold(within, |router, (path, fixed)| {
            let fixed = Arc::new(fixed);
            router.route(path, get(move |request: Request| answer_fixed(fixed.clone(), request)))
        });
        let front = Arc::new(front);
        let known = env.clone();
        let passing = move |request: Request| pass(throttle.clone(), front.clone(), known.clone(), request);
        let no_such_method = move |request: Request| async move {
            refuse(&Common::MethodNotAllowed, &request_id(request.headers(), &env), request.uri().path())
        };
        Ok(routes
            .fallback(passing)
            .method_not_allowed_fallback(no_such_method)
            .layer(from_fn_with_state(Arc::new(guard), guard::guard)))
    }
}

async fn answer_fixed(fixed: Arc<Fixed>, request: Request) -> Response {
    fixed.answer(request.headers())
}

/// Passes a request on to the service that its address belongs to.
async fn pass(throttle: Arc<Throttle>, front: Arc<Front>, env: Env, request: Request) -> Response {
    let passed = match throttle.let_in(&request) {
        Ok(()) => front.pass(request).await,
        Err(refusal) => Err((refusal, request)),
    };
    match passed {
        Ok(response) => response,
        Err((refusal, request)) => {
            refuse(&refusal, &request_id(request.headers(), &env), request.uri().path()).into_response()
        }
    }
}
