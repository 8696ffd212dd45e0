//! Content that does not change during the lifetime of the process: the OpenAPI document, the pages that display it, and
//! the page that creates a shop's first administrator.
//!
//! The pages use no external resources, and their policy permits none. They call the API like any other client.

use axum::{body::Body, response::Response};
use bytes::Bytes;
use endpoint::{
    etag,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use ordo_http::fingerprint;
use serde_json::Value;
use std::sync::{Arc, LazyLock};

const PAGE: &str = include_str!("docs/page.html");
const STYLE: &str = include_str!("docs/page.css");
/// The scripts of the pages: modules that import one another.
const SCRIPTS: [(&str, &str); 9] = [
    ("/docs/page.js", include_str!("docs/page.js")),
    ("/docs/document.js", include_str!("docs/document.js")),
    ("/docs/dom.js", include_str!("docs/dom.js")),
    ("/docs/events.js", include_str!("docs/events.js")),
    ("/docs/guide.js", include_str!("docs/guide.js")),
    ("/docs/operation.js", include_str!("docs/operation.js")),
    ("/docs/reach.js", include_str!("docs/reach.js")),
    ("/docs/stream.js", include_str!("docs/stream.js")),
    ("/docs/try.js", include_str!("docs/try.js")),
];
/// The pages that display the document. They are also found with a trailing slash.
pub(crate) const PAGES: [&str; 4] = [
    "/docs",
    "/docs/guide",
    "/docs/events",
    // the `type` of every problem document refers to it
    "/docs/problems",
];
const ICON: &str = include_str!("docs/icon.svg");

/// Permits own scripts, styles and images, and requests to this origin, but no inline content.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// A static asset of the program, such as an image.
#[derive(Debug, Clone, Copy)]
pub struct StaticAsset {
    /// The path.
    pub path: &'static str,
    /// The media type.
    pub kind: &'static str,
    /// The content.
    pub body: &'static str,
}

/// The cache lifetime of assets that are used on every page.
const KEPT: &str = "public, max-age=3600";

/// Builds the OpenAPI document at the first request, because it uses a quarter of the memory of an idle process.
pub type LazyDocument = Box<dyn FnOnce() -> Value + Send>;

/// A static response, built at the first request.
pub(crate) struct StaticResponse {
    kind: &'static str,
    policy: Option<&'static str>,
    cache: &'static str,
    content: LazyLock<Content, Box<dyn FnOnce() -> Content + Send>>,
}

struct Content {
    etag: String,
    body: Bytes,
}

/// Returns all static responses, by path.
pub(crate) fn all(document: LazyDocument) -> Vec<(&'static str, StaticResponse)> {
    let page = || StaticResponse::new("text/html; charset=utf-8", Some(PAGE_POLICY), PAGE);
    let script = |(path, text)| (path, StaticResponse::new("text/javascript; charset=utf-8", None, text));
    let make: Box<dyn FnOnce() -> Bytes + Send> = Box::new(|| document().to_string().into());
    let document = Arc::new(LazyLock::new(make));
    let whole = document.clone();
    let others = vec![
        ("/openapi.json", StaticResponse::made("application/json", None, move || Bytes::clone(&whole))),
        (
            "/docs/guide.md",
            StaticResponse::made("text/markdown; charset=utf-8", None, move || guide(&document)),
        ),
        ("/docs/page.css", StaticResponse::new("text/css; charset=utf-8", None, STYLE)),
        ("/docs/icon.svg", StaticResponse::new("image/svg+xml", None, ICON)),
    ];
    let pages = PAGES.map(|path| (path, page()));
    SCRIPTS.map(script).into_iter().chain(pages).chain(others).collect()
}

/// Returns the guide from the document.
fn guide(document: &[u8]) -> String {
    let document: Value = serde_json::from_slice(document).unwrap_or_default();
    document["x-guide"].as_str().unwrap_or_default().to_owned()
}

impl StaticResponse {
    fn new(kind: &'static str, policy: Option<&'static str>, body: &'static str) -> Self {
        Self::made(kind, policy, move || body)
    }

    fn made<B: Into<Bytes>>(
        kind: &'static str,
        policy: Option<&'static str>,
        body: impl FnOnce() -> B + Send + 'static,
    ) -> Self {
        let content = || Content::of(body().into());
        StaticResponse { kind, policy, cache: "no-cache", content: LazyLock::new(Box::new(content)) }
    }

    /// Any page can embed it, and it does nothing by itself: the policy of all responses permits nothing.
    pub(crate) fn of(one: &StaticAsset) -> Self {
        StaticResponse { cache: KEPT, ..Self::new(one.kind, None, one.body) }
    }

    /// Returns the response, or 304 if the client has it.
    pub(crate) fn answer(&self, asked: &HeaderMap) -> Response {
        let content = &*self.content;
        let is_known = has(asked, &content.etag);
        let mut response = match is_known {
            true => Response::new(Body::empty()),
            false => Response::new(Body::from(content.body.clone())),
        };
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        let policy = self.policy.map(|policy| (header::CONTENT_SECURITY_POLICY, policy));
        let named = [(header::CONTENT_TYPE, self.kind), (header::CACHE_CONTROL, self.cache)];
        for (name, value) in named.into_iter().chain(policy) {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if let Ok(etag) = HeaderValue::from_str(&content.etag) {
            headers.insert(header::ETAG, etag);
        }
        response
    }
}

/// Returns whether the client has the content with this ETag.
pub(crate) fn has(asked: &HeaderMap, etag: &str) -> bool {
    let known = asked.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    known.is_some_and(|known| etag::names(known, etag))
}

impl Content {
    fn of(body: Bytes) -> Self {
        let print = fingerprint(&body.as_ref());
        Content { etag: format!("W/\"{}\"", hex::encode(&print[..16])), body }
    }
}
