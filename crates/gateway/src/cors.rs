//! Cross-origin resource sharing: which other sites' pages may call the API from a browser. None by default.
//!
//! Pages of other origins authenticate by a token that they send themselves. A browser's own credentials
//! (cookies) are never allowed across origins, so that `*` can be offered without danger.

use axum::{body::Body, extract::Request, response::Response};
use endpoint::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use std::fmt;

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
/// What pages may send besides what browsers always allow.
const SENT: &str = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, Traceparent, X-Api-Key, X-Request-Id";
/// What pages may read besides what browsers always show.
const SHOWN: &str =
    "Allow, ETag, Location, RateLimit, RateLimit-Policy, Retry-After, Traceparent, X-Request-Id";
/// How long a browser may remember a permission, in seconds.
const REMEMBERED_S: u32 = 600;

/// What is set as an origin is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadOrigin(
    /// What was set.
    pub String,
);
impl fmt::Display for BadOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no origin: one such as https://shop.example is expected, without a path", self.0)
    }
}
impl std::error::Error for BadOrigin {}

/// Who may call.
#[derive(Debug)]
pub(crate) enum Cors {
    /// No page of another origin.
    Nobody,
    /// Pages of these origins.
    Some(Vec<HeaderValue>),
    /// Pages of all origins.
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

    /// What `Access-Control-Allow-Origin` says to this origin.
    fn allowed(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        match self {
            Cors::Nobody => None,
            Cors::Some(origins) => origins.iter().find(|known| *known == origin).cloned(),
            Cors::Everybody => Some(HeaderValue::from_static("*")),
        }
    }

    /// The answer to a browser that asks before it sends what a page wants to send.
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

    /// Marks a response to a page of this origin.
    pub(crate) fn mark(&self, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        if let Cors::Some(_) = self {
            // a cache must not give one origin's permission to another
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        if let Some(allowed) = origin.and_then(|origin| self.allowed(origin)) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(SHOWN));
        }
    }
}

/// As a browser writes it: scheme, host and port, nothing behind them.
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
