//! The response of a request: a page, a fragment, a redirect or a document, with its headers and cookies.

use super::{flash, request::RequestContext, welcome::welcome};
use crate::ui::{form::is_secret, layout, page::Page, print_page};
use axum::{body::Body, response::Response};
use endpoint::http::{HeaderName, HeaderValue, StatusCode, header};
use maud::Markup;

/// Content security policy: own scripts, styles, pictures, forms and requests, nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Over TLS, browsers use this host only over TLS for a year; subdomains are not included.
const TLS_ONLY: &str = "max-age=31536000";

/// Headers of every response. The referrer is sent to this origin only.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

/// `Cache-Control` of a refused form that is shown again. With `no-store` the browser's Back would ask whether to send the form again
/// and show nothing, so the browser may keep this page for Back. It contains what was typed, such as name and address, but no secret
/// ([`is_secret`]). It is sent over TLS only, where the end of a session clears the cache ([`EMPTIED`]); every other page stays
/// `no-store`.
const CACHED_FOR_BACK: &str = "private, max-age=0";
/// Statuses that refuse a form or leave its outcome open.
const REFUSALS: [StatusCode; 6] = [
    StatusCode::CONFLICT,
    StatusCode::PRECONDITION_FAILED,
    StatusCode::UNPROCESSABLE_ENTITY,
    StatusCode::PAYMENT_REQUIRED,
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::GATEWAY_TIMEOUT,
];
/// Over TLS, sent at sign-out and when a session has ended, so that nothing cached is shown again. Without TLS, browsers ignore it with a warning.
const EMPTIED: (HeaderName, &str) = (HeaderName::from_static("clear-site-data"), "\"cache\"");

/// Whether the browser may keep the page for Back.
fn may_be_cached_for_back(visit: &RequestContext, status: StatusCode) -> bool {
    visit.over_tls()
        && !visit.is_safe()
        && REFUSALS.contains(&status)
        && !visit.form.pairs().any(|(name, _)| is_secret(name))
}

impl From<Page> for PageResponse {
    fn from(page: Page) -> PageResponse {
        PageResponse::Page(Box::new(page))
    }
}

/// What a handler returns.
pub(crate) enum PageResponse {
    Page(Box<Page>),
    /// A complete document, such as a page of the console.
    Document(StatusCode, Markup),
    /// A part of a page, for scripts.
    Fragment(Markup),
    /// To this path.
    Redirect(String),
    /// To the path of a page that shows the outcome once.
    RedirectWithFlash {
        path: String,
        /// What the page shows in addition to the path.
        exactly: String,
    },
    /// Any other response.
    Raw(Response),
}

impl PageResponse {
    /// A document of the shop, made to be printed.
    pub(crate) fn document(
        visit: &RequestContext,
        title: &str,
        back: &str,
        content: &Markup,
    ) -> PageResponse {
        PageResponse::Document(
            StatusCode::OK,
            print_page::document(&visit.letterhead(), title, back, content),
        )
    }
    pub(crate) fn redirect(path: impl Into<String>) -> PageResponse {
        PageResponse::Redirect(path.into())
    }
    /// `path` names the outcome, which the page shows once.
    pub(crate) fn redirect_with_flash(path: impl Into<String>) -> PageResponse {
        PageResponse::RedirectWithFlash { path: path.into(), exactly: String::new() }
    }
    pub(crate) fn respond(self, visit: &RequestContext) -> Response {
        let mut response = match self {
            PageResponse::Page(page) => {
                html(page.status, layout::document(&visit.frame(), &welcome(visit), &page))
            }
            PageResponse::Document(status, markup) => html(status, markup),
            PageResponse::Fragment(part) => html(StatusCode::OK, part),
            PageResponse::Redirect(path) => redirect(&path),
            PageResponse::RedirectWithFlash { path, exactly } => {
                flash::note(visit, &path, &exactly);
                redirect(&path)
            }
            PageResponse::Raw(response) => response,
        };
        let status = response.status();
        let headers = response.headers_mut();
        if may_be_cached_for_back(visit, status) {
            headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(CACHED_FOR_BACK));
        }
        if visit.over_tls() {
            if visit.has_left() {
                headers.insert(EMPTIED.0, HeaderValue::from_static(EMPTIED.1));
            }
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TLS_ONLY));
        }
        for (name, value) in HEADERS {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        for cookie in visit.cookies_out() {
            headers.append(header::SET_COOKIE, cookie);
        }
        response
    }
}

fn html(status: StatusCode, markup: Markup) -> Response {
    let mut response = Response::new(Body::from(markup.into_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

fn redirect(path: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, place);
    response
}
