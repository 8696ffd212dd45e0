//! Which pages may call a façade from a browser: all of them, as with the originals, or those of some origins.
//!
//! The originals' pages are opened from a file (`Origin: null`) or from any static server, and send their tokens
//! themselves: a browser's own credentials are never allowed.

use axum::response::Response;
use endpoint::http::{HeaderMap, HeaderName, HeaderValue, header};

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
const SENT: &str = "Authorization, Content-Type, Accept, X-Requested-With";
const REMEMBERED_S: &str = "600";
/// A page of a public address that asks a private one (Chromium's private network access).
const ASKS_PRIVATE: HeaderName = HeaderName::from_static("access-control-request-private-network");
const ALLOWS_PRIVATE: HeaderName = HeaderName::from_static("access-control-allow-private-network");

/// The names of headers that a page may ask for beside those of [`SENT`], and characters of each.
const NAMES_MAX: usize = 50;
const NAME_MAX: usize = 100;

/// What a page may send: a browser's own credentials are never allowed, so whatever else it asks for.
fn sent(wanted: &str) -> HeaderValue {
    let known = |name: &&str| SENT.split(", ").any(|one| one.eq_ignore_ascii_case(name));
    let names = wanted.split(',').map(str::trim).filter(|name| {
        let is_name = !name.is_empty() && name.len() <= NAME_MAX && HeaderName::try_from(*name).is_ok();
        is_name && !known(name)
    });
    let all: Vec<&str> = std::iter::once(SENT).chain(names.take(NAMES_MAX)).collect();
    HeaderValue::try_from(all.join(", ")).unwrap_or(HeaderValue::from_static(SENT))
}

/// Who may call.
#[derive(Debug, Clone)]
pub(crate) struct Cors(Vec<String>);

impl Cors {
    /// Pages of these origins; of all where there are none.
    pub(crate) fn new(origins: &[String]) -> Cors {
        let all = origins.iter().any(|origin| origin == "*");
        Cors(if all { Vec::new() } else { origins.to_vec() })
    }

    /// Marks an answer to a page, and the answer to a browser that asks before it sends what a page wants to send.
    pub(crate) fn mark(&self, asked: &HeaderMap, response: &mut Response) {
        let headers = response.headers_mut();
        if !self.0.is_empty() {
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        let Some(allowed) = asked.get(header::ORIGIN).and_then(|origin| self.allowed(origin)) else { return };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        if !asked.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
            return;
        }
        for (name, value) in
            [(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS), (header::ACCESS_CONTROL_MAX_AGE, REMEMBERED_S)]
        {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let wanted = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS).and_then(|names| names.to_str().ok());
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, sent(wanted.unwrap_or_default()));
        if asked.contains_key(ASKS_PRIVATE) {
            headers.insert(ALLOWS_PRIVATE, HeaderValue::from_static("true"));
        }
    }

    fn allowed(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        if self.0.is_empty() {
            return Some(HeaderValue::from_static("*"));
        }
        self.0.iter().any(|known| known.as_bytes() == origin.as_bytes()).then(|| origin.clone())
    }
}
