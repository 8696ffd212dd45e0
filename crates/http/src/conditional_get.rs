//! Conditional GET for reads without an ETag of their own, such as lists and payments. Their ETag is a hash of the body.
//!
//! A content hash is a weak tag: it says that the content is the same in any encoding, and no change can be based on it
//! (`If-Match` uses the versions of a resource). It saves the transfer, but not the work of reading.

use endpoint::{
    BufferedResponse, CommonError, IfNoneMatch, Incoming, RequestPart, Route, etag,
    http::{HeaderValue, Method, StatusCode, header},
};

/// Returns the ETags that the caller already has, for reads only.
///
/// # Errors
/// [`CommonError::InvalidRequest`] for an invalid header.
pub(crate) fn known(route: &Route, incoming: &Incoming<'_>) -> Result<Option<IfNoneMatch>, CommonError> {
    if route.method != Method::GET || route.is_internal() {
        return Ok(None);
    }
    IfNoneMatch::read("", incoming).map(Some).map_err(|errors| CommonError::InvalidRequest { errors })
}

/// Returns the response with its own ETag or a content hash, and without a body if the caller already has it.
pub(crate) fn unless_known(mut answer: BufferedResponse, known: &IfNoneMatch) -> BufferedResponse {
    if answer.status != StatusCode::OK {
        return answer;
    }
    let own = answer.headers.get(header::ETAG).and_then(|etag| etag.to_str().ok());
    let etag = own.map_or_else(|| print(&answer.body), str::to_owned);
    if known.0.as_deref().is_some_and(|known| etag::names(known, &etag)) {
        answer.status = StatusCode::NOT_MODIFIED;
        answer.body = Default::default();
        answer.headers.remove(header::CONTENT_TYPE);
    }
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answer.headers.insert(header::ETAG, etag);
    }
    answer
}

fn print(body: &[u8]) -> String {
    format!("W/\"{}\"", etag::print(body))
}
