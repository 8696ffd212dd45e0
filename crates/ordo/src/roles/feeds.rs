//! `/ready` of a service that is ahead of a producer: it is not ready, and names the feed. Payments whose database is older than the
//! provider's charges stays ready, since nobody is charged twice, and names it.

use axum::{
    Router,
    extract::Request,
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use db::Db;
use flow::position::{self, Ahead};
use serde_json::{Map, json};

const HEADERS: [(&str, &str); 2] = [("content-type", "application/json"), ("cache-control", "no-store")];

/// The router of a service, whose `/ready` fails while the service is ahead of a producer that was restored to an older state.
pub(super) fn checked(router: Router, db: &Db, service: &'static str) -> Router {
    let db = db.clone();
    router.layer(middleware::from_fn(move |request: Request, next: Next| {
        let is_ready = request.uri().path() == "/ready";
        let db = db.clone();
        async move {
            let response = next.run(request).await;
            if !is_ready || !response.status().is_success() {
                return response;
            }
            // whether the database answers is checked separately
            let consumed = position::all(&db).await.unwrap_or_default();
            let ahead: Vec<Ahead> = consumed.iter().filter_map(|one| Ahead::noted(service, one)).collect();
            if !ahead.is_empty() {
                return not_ready(service, &ahead);
            }
            let is_payments = service == ::payments::NAME;
            match is_payments && ::payments::loss_not_accepted(&db).await.is_ok_and(|loss| loss.is_some()) {
                true => of_older_charges(),
                false => response,
            }
        }
    }))
}

fn of_older_charges() -> Response {
    let checks = json!({"charges of the provider": "failed"});
    let body = json!({"status": "degraded", "service": ::payments::NAME, "checks": checks}).to_string();
    (HEADERS, body).into_response()
}

fn not_ready(service: &str, ahead: &[Ahead]) -> Response {
    let checks: Map<_, _> =
        ahead.iter().map(|ahead| (format!("feed of {}", ahead.producer), "failed".into())).collect();
    let body = json!({"status": "ahead of its producer", "service": service, "checks": checks}).to_string();
    (StatusCode::SERVICE_UNAVAILABLE, HEADERS, body).into_response()
}
