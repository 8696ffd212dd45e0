//! Cross-origin resource sharing: the websites whose pages can call the API from a browser. None by default.
//!
//! Pages of other origins authenticate with a token that they send themselves. Credentials of browsers (cookies) are never
//! permitted across origins, so that `*` is safe.

use axum::{body::Body, extract::Request, response::Response};
use endpoint::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use std::fmt;

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
/// Request headers that pages can send, in addition to those that browsers always permit.
const SENT: &str = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Traceparent, X-Api-Key, X-Request-Id";
/// Response headers that pages can read, in addition to those that browsers always permit.
const SHOWN: &str =
    "Allow, ETag, Location, RateLimit, RateLimit-Policy, Retry-After, Traceparent, X-Request-Id";
/// Time for which a browser can cache a permission, in seconds.
const REMEMBERED_S: u32 = 600;

/// A configured origin that is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadOrigin(
    /// The configured text.
    pub String,
);
impl fmt::Display for BadOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an origin: expected one such as https://shop.example, without a path", self.0)
    }
}
impl std::error::Error for BadOrigin {}

/// The permitted origins.
#[derive(Debug)]
pub(crate) enum Cors {
    /// No other origins.
    Nobody,
    /// These origins.
    Some(Vec<HeaderValue>),
    /// All origins.
    Everybody,
}

impl Cors {
    pub(crate) fn new(origins: &[String]) -> Result<Cors, BadOrigin> {
        let named = origins.iter().filter(|text| *text != "*");
        let parsed = named.map(|text| origin(text).ok_or_else(|| BadOrigin(text.clone())));
        let parsed: Vec<_> = parsed.collect::<Result<_, _>>()?;
        Ok(match (origins.iter().any(|origin| origin == "*"), parsed.is_empty()) {
            (true, _) => Cors::Everybody,
            (false, true) => Cors::Nobody,
            (false, false) => Cors::Some(parsed),
        })
    }

    /// Returns the value of `Access-Control-Allow-Origin` for this origin.
    fn allowed(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        match self {
            Cors::Nobody => None,
            Cors::Some(origins) => origins.iter().find(|known| *known == origin).cloned(),
            Cors::Everybody => Some(HeaderValue::from_static("*")),
        }
    }

    /// Returns the response to a preflight request.
    pub(crate) fn preflight(&self, request: &Request) -> Option<Response> {
        let headers = request.headers();
        let asks = request.method() == Method::OPTIONS
            && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        self.allowed(headers.get(header::ORIGIN)?).filter(|_| asks)?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(SENT));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from(REMEMBERED_S));
        Some(response)
    }

    /// Adds the CORS headers to a response to this origin.
    pub(crate) fn mark(&self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        if let Cors::Some(_) = self {
            // a cache must not use the response for one origin for another
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        if let Some(allowed) = origin.and_then(|origin| self.allowed(origin)) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(SHOWN));
        }
    }
}

/// Parses an origin as browsers send it: scheme, host and port, nothing else.
fn origin(text: &str) -> Option<HeaderValue> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let plain =
        |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    let is_host = !host.is_empty() && host.bytes().all(plain);
    is_host.then(|| HeaderValue::from_str(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_a_scheme_and_a_host_and_no_more() {
        for good in ["https://shop.example", "http://127.0.0.1:3000", "http://[::1]:3000"] {
            assert!(matches!(Cors::new(&[good.to_owned()]), Ok(Cors::Some(_))), "{good}");
        }
        for bad in ["shop.example", "https://", "https://shop.example/", "https://Shop.example", "null", ""] {
            assert_eq!(Cors::new(&[bad.to_owned()]).unwrap_err(), BadOrigin(bad.to_owned()));
        }
        assert!(matches!(Cors::new(&[]), Ok(Cors::Nobody)));
    }
}
