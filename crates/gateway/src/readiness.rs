//! `/ready`: whether all dependencies respond, and which do not.

use crate::NAME;
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::future::join_all;
use kernel::BoxFuture;
use serde_json::{Map, Value, json};
use std::{convert::Infallible, fmt, sync::Arc, time::Duration};
use tokio::time::timeout;
use tower::ServiceExt;

/// The missing dependencies of a working service, or the reason why it does not work.
type CheckResult = Result<Vec<String>, String>;
type RunCheck = Arc<dyn Fn() -> BoxFuture<CheckResult> + Send + Sync>;

/// Maximum size of a `/ready` response that is read.
const BODY_BYTES_MAX: usize = 64 << 10;

/// A check that must succeed before requests are accepted.
#[derive(Clone)]
pub struct ReadinessCheck {
    name: &'static str,
    ask: RunCheck,
    /// Whether no requests can be served without it.
    vital: bool,
}

impl ReadinessCheck {
    /// Creates a check with this name. Its error is logged, but not disclosed.
    pub fn new<F, Fut>(name: &'static str, ask: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        let ask = move || {
            let asked = ask();
            async move { asked.await.map(|()| Vec::new()) }
        };
        ReadinessCheck { name, ask: Arc::new(move || Box::pin(ask())), vital: true }
    }

    /// Marks a dependency without which some requests can still be served: if the check fails, the response is `degraded`,
    /// and requests are still accepted.
    #[must_use]
    pub fn not_vital(self) -> Self {
        ReadinessCheck { vital: false, ..self }
    }

    /// Returns the name of the check.
    pub fn name(&self) -> &'static str {
        self.name
    }
    /// Returns whether the check succeeds within the time limit.
    pub async fn is_well(&self, within: Duration) -> bool {
        self.ask(within).await.is_some()
    }

    /// Returns the missing dependencies if the check succeeds.
    async fn ask(&self, within: Duration) -> Option<Vec<String>> {
        let found = timeout(within, (self.ask)()).await;
        let found = found.unwrap_or_else(|_| Err(format!("no response within {within:?}")));
        if let Err(error) = &found {
            tracing::warn!(check = self.name, error, "readiness check failed");
        }
        found.ok()
    }

    /// Creates a check that queries `/ready` of a service. Failures that the service reports there, such as that of NATS,
    /// are reported here, too.
    pub fn service(name: &'static str, router: Router) -> Self {
        ReadinessCheck { name, ask: Arc::new(move || Box::pin(ask_service(router.clone()))), vital: true }
    }
}

impl fmt::Debug for ReadinessCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Check({})", self.name)
    }
}

async fn ask_service(router: Router) -> CheckResult {
    let request = Request::get("/ready").body(Body::empty()).map_err(|e| e.to_string())?;
    let answered: Result<Response, Infallible> = router.oneshot(request).await;
    let Ok(response) = answered;
    if !response.status().is_success() {
        return Err(format!("it responds with {}", response.status()));
    }
    // version 0.1.0 reports no checks
    let body = axum::body::to_bytes(response.into_body(), BODY_BYTES_MAX).await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let checks = body["checks"].as_object().into_iter().flatten();
    Ok(checks.filter(|(_, state)| *state == FAILED).map(|(name, _)| name.clone()).collect())
}

const FAILED: &str = "failed";

/// Runs all checks concurrently. During shutdown none is run, because the next requests are for other replicas.
pub(crate) async fn ready(checks: Vec<ReadinessCheck>, within: Duration, is_leaving: bool) -> Response {
    if is_leaving {
        return (StatusCode::SERVICE_UNAVAILABLE, json(json!({"status": "leaving"}).to_string()))
            .into_response();
    }
    let asked = checks.iter().map(|check| async move { (check, check.ask(within).await) });
    let found = join_all(asked).await;
    let is_welcome = found.iter().all(|(check, found)| found.is_some() || !check.vital);
    let state = |is_well| if is_well { "ok" } else { FAILED };
    let mut states: Map<String, Value> =
        found.iter().map(|(check, found)| (check.name.to_owned(), state(found.is_some()).into())).collect();
    for lacking in found.into_iter().filter_map(|(_, found)| found).flatten() {
        states.insert(lacking, FAILED.into());
    }
    let status = match (is_welcome, states.values().all(|state| state != FAILED)) {
        (true, true) => "ready",
        (true, false) => "degraded",
        (false, _) => "not ready",
    };
    let body = json(json!({"status": status, "service": NAME, "checks": states}).to_string());
    if is_welcome { body } else { (StatusCode::SERVICE_UNAVAILABLE, body).into_response() }
}

pub(crate) fn json(text: String) -> Response {
    ([("content-type", "application/json"), ("cache-control", "no-store")], text).into_response()
}
