//! What every request and every response passes: its name and its trace, CORS, and the headers that protect browsers.

use crate::cors::Cors;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use endpoint::{
    client::{REQUEST_ID, TRACE},
    http::{HeaderMap, HeaderName, HeaderValue, header},
};
use kernel::Env;
use ordo_http::{request_id, traceparent};
use std::sync::Arc;

/// What the guard needs.
pub(crate) struct Guard {
    pub(crate) env: Env,
    pub(crate) cors: Cors,
}

/// An answer of the API is no page: nothing in it is ever to be run, shown in a frame, or taken for what it is not.
const PROTECTION: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
];

/// Leads a request in and its response out.
pub(crate) async fn guard(State(guard): State<Arc<Guard>>, mut request: Request, next: Next) -> Response {
    let id = request_id(request.headers(), &guard.env);
    let trace = traceparent(request.headers(), &guard.env);
    let named = [(REQUEST_ID, id), (TRACE, trace)];
    let named = named.map(|(name, text)| HeaderValue::from_str(&text).ok().map(|value| (name, value)));
    // the services behind take the same ones
    for (name, value) in named.iter().flatten() {
        request.headers_mut().insert(name, value.clone());
    }
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = match guard.cors.preflight(&request) {
        Some(answer) => answer,
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    guard.cors.mark(origin.as_ref(), headers);
    protect(headers);
    for (name, value) in named.into_iter().flatten() {
        headers.entry(name).or_insert(value);
    }
    response
}

fn protect(headers: &mut HeaderMap) {
    for (name, value) in PROTECTION {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // what may be kept says so itself; all else may be about a person
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
