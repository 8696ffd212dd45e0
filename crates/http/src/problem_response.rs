//! Error responses, which are always problem documents.

use axum::{body::Body, response::Response};
use endpoint::{
    Problem, ProblemSet, RetryAdvice, bound_faults,
    client::REQUEST_ID,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    new_request_id,
};
use kernel::Env;

/// The challenge for an invalid token or key (RFC 6750, 3.1). A request without a credential gets only the scheme.
pub(crate) const BAD_TOKEN: HeaderValue = HeaderValue::from_static("Bearer error=\"invalid_token\"");

/// Maximum length of a path in a problem document; longer ones are cut off.
const INSTANCE_BYTES_MAX: usize = 1024;

/// Creates the problem document of an error; `path` is the path of the request without its query.
pub fn refuse<X: ProblemSet>(refusal: &X, request_id: &str, path: &str) -> Response {
    problem(Problem::of(refusal), request_id, path)
}

/// Creates the problem document of an error after which the request may have taken effect, with advice on how to proceed.
pub fn refuse_in_doubt<X: ProblemSet>(
    refusal: &X,
    doubt: RetryAdvice,
    request_id: &str,
    path: &str,
) -> Response {
    let mut document = Problem::of(refusal);
    doubt.tell(&mut document);
    problem(document, request_id, path)
}

pub(crate) fn problem(mut problem: Problem, request_id: &str, path: &str) -> Response {
    problem.request_id = request_id.to_owned();
    problem.instance = path[..path.floor_char_boundary(INSTANCE_BYTES_MAX)].to_owned();
    bound_faults(&mut problem.data);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&problem).expect("a problem has text as keys");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(seconds) = problem.retry_after() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if status == StatusCode::PRECONDITION_FAILED
        && let Some(etag) = problem.data.get("current_etag").and_then(|etag| etag.as_str())
        && let Ok(etag) = HeaderValue::from_str(etag)
    {
        headers.insert(header::ETAG, etag);
    }
    mark(headers, request_id);
    response
}

/// Returns the request ID of the caller if it is valid in logs, or a new one.
pub fn request_id(headers: &HeaderMap, env: &Env) -> String {
    let given = headers.get(REQUEST_ID).and_then(|v| v.to_str().ok()).filter(|id| is_request_id(id));
    given.map_or_else(|| new_request_id(env), str::to_owned)
}

fn is_request_id(id: &str) -> bool {
    (8..=64).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}

pub(crate) fn mark(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
}
