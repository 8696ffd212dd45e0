//! `/ready`: whether all that is needed answers, and what does not.

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

type Ask = Arc<dyn Fn() -> BoxFuture<Result<(), String>> + Send + Sync>;

/// Something that must be well before requests are welcome.
#[derive(Clone)]
pub struct Check {
    name: &'static str,
    ask: Ask,
    /// Without it nothing is served.
    vital: bool,
}

impl Check {
    /// A check of this name; its error is for the log, and is not shown outside.
    pub fn new<F, Fut>(name: &'static str, ask: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        Check { name, ask: Arc::new(move || Box::pin(ask())), vital: true }
    }

    /// The same, of something without which some requests are still served: where it fails, the answer says `degraded`,
    /// and requests stay welcome.
    #[must_use]
    pub fn not_vital(self) -> Self {
        Check { vital: false, ..self }
    }

    /// What it is called.
    pub fn name(&self) -> &'static str {
        self.name
    }
    /// Whether it is well; what does not answer within that time is not.
    pub async fn is_well(&self, within: Duration) -> bool {
        let told = timeout(within, (self.ask)()).await;
        let told = told.unwrap_or_else(|_| Err(format!("no answer within {within:?}")));
        if let Err(why) = &told {
            tracing::warn!(check = self.name, why, "not ready");
        }
        told.is_ok()
    }

    /// Whether the router of a service says at its own `/ready` that it is.
    pub fn service(name: &'static str, router: Router) -> Self {
        Check::new(name, move || ask_service(router.clone()))
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Check({})", self.name)
    }
}

async fn ask_service(router: Router) -> Result<(), String> {
    let request = Request::get("/ready").body(Body::empty()).map_err(|e| e.to_string())?;
    let answered: Result<Response, Infallible> = router.oneshot(request).await;
    let Ok(response) = answered;
    if response.status().is_success() { Ok(()) } else { Err(format!("it says {}", response.status())) }
}

/// Asks all of them at once. Where the server is to end, nobody is asked: the next requests are for another one.
pub(crate) async fn ready(checks: Vec<Check>, within: Duration, is_leaving: bool) -> Response {
    if is_leaving {
        return (StatusCode::SERVICE_UNAVAILABLE, json(json!({"status": "leaving"}).to_string()))
            .into_response();
    }
    let asked = checks.iter().map(|check| async move { (check, check.is_well(within).await) });
    let told = join_all(asked).await;
    let word = |well| if well { "ok" } else { "failed" };
    let all_well = told.iter().all(|(_, well)| *well);
    let is_welcome = told.iter().all(|(check, well)| *well || !check.vital);
    let words: Map<String, Value> =
        told.into_iter().map(|(check, well)| (check.name.to_owned(), word(well).into())).collect();
    let status = match (is_welcome, all_well) {
        (true, true) => "ready",
        (true, false) => "degraded",
        (false, _) => "not ready",
    };
    let answer = json(json!({"status": status, "checks": words}).to_string());
    if is_welcome { answer } else { (StatusCode::SERVICE_UNAVAILABLE, answer).into_response() }
}

pub(crate) fn json(text: String) -> Response {
    ([("content-type", "application/json"), ("cache-control", "no-store")], text).into_response()
}
