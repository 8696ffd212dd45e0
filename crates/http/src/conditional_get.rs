//! Conditional GET of what has no ETag of its own: a list, a payment, whatever is read. Its ETag is a print of the body.
//!
//! A print is a weak tag: it says that the same would be read, in whatever coding it is sent, and no change is based on it
//! (`If-Match` takes the versions that a resource has). What saves the sending does not save the looking.

use endpoint::{
    BufferedResponse, CommonError, IfNoneMatch, Incoming, RequestPart, Route, etag,
    http::{HeaderValue, Method, StatusCode, header},
};

/// What the caller has, of a route that is read; nothing of others.
///
/// # Errors
/// [`CommonError::InvalidRequest`] for a header that cannot be read.
pub(crate) fn known(route: &Route, incoming: &Incoming<'_>) -> Result<Option<IfNoneMatch>, CommonError> {
    if route.method != Method::GET || route.is_internal() {
        return Ok(None);
    }
    IfNoneMatch::read("", incoming).map(Some).map_err(|errors| CommonError::InvalidRequest { errors })
}

/// The answer with an ETag, its own where it has one; without its body for a caller who has that.
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
