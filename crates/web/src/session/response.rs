//! What a request comes to: a page, a part of one, another place to look, or the reason why not.

use super::{flash, request::Visit, welcome::welcome};
use crate::ui::{form::is_secret, layout, page::Page, print_page};
use axum::{body::Body, response::Response};
use endpoint::http::{HeaderName, HeaderValue, StatusCode, header};
use maud::Markup;

/// Own scripts, styles and pictures, forms and requests to this origin, and nothing that stands in the page itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Over TLS: for a year this host is not asked without. What else stands under its name is for others to say.
const TLS_ONLY: &str = "max-age=31536000";

/// With every answer. Where a form came from is told to this origin alone.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
];

/// A form that comes again because it was refused. Browsers keep no answer to a form that says `no-store`: Back would ask whether to
/// send it once more, and show nothing, so the one browser that it came to may keep it for going back alone. It has what was typed,
/// a name and an address among it, and no secret ([`is_secret`]: fields of those never do). So it is over TLS alone, where the
/// end of a session empties the cache ([`EMPTIED`]): without, whoever comes after them could go back to it. Every other page stays
/// `no-store`, and is asked for again after signing out.
const COMES_AGAIN: &str = "private, max-age=0";
/// What refuses a form, or leaves it open what became of it.
const REFUSALS: [StatusCode; 6] = [
    StatusCode::CONFLICT,
    StatusCode::PRECONDITION_FAILED,
    StatusCode::UNPROCESSABLE_ENTITY,
    StatusCode::PAYMENT_REQUIRED,
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::GATEWAY_TIMEOUT,
];
/// Over TLS, to whoever signs out, or whose session is found to have ended: nothing of theirs is shown again. Without, browsers take no notice, and complain.
const EMPTIED: (HeaderName, &str) = (HeaderName::from_static("clear-site-data"), "\"cache\"");

/// Whether an answer may be gone back to.
fn comes_again(visit: &Visit, status: StatusCode) -> bool {
    visit.over_tls()
        && !visit.is_safe()
        && REFUSALS.contains(&status)
        && !visit.form.pairs().any(|(name, _)| is_secret(name))
}

impl From<Page> for Shown {
    fn from(page: Page) -> Shown {
        Shown::Page(Box::new(page))
    }
}

/// What a request comes to.
pub(crate) enum Shown {
    Page(Box<Page>),
    /// A page with everything around it, as the console has it.
    Whole(StatusCode, Markup),
    /// A part of a page, for the scripts of one.
    Part(Markup),
    /// Look there.
    There(String),
    /// Look there, where it is said what was done.
    Done {
        path: String,
        /// What is said there more exactly than the path tells.
        exactly: String,
    },
    /// Something that is no page.
    Raw(Response),
}

impl Shown {
    /// A document of the shop, made to be printed.
    pub(crate) fn document(visit: &Visit, title: &str, back: &str, content: &Markup) -> Shown {
        Shown::Whole(StatusCode::OK, print_page::document(&visit.letterhead(), title, back, content))
    }
    pub(crate) fn there(path: impl Into<String>) -> Shown {
        Shown::There(path.into())
    }
    /// `path` names what was done; it is said there, once.
    pub(crate) fn done(path: impl Into<String>) -> Shown {
        Shown::Done { path: path.into(), exactly: String::new() }
    }
    pub(crate) fn respond(self, visit: &Visit) -> Response {
        let mut response = match self {
            Shown::Page(page) => html(page.status, layout::document(&visit.frame(), &welcome(visit), &page)),
            Shown::Whole(status, markup) => html(status, markup),
            Shown::Part(part) => html(StatusCode::OK, part),
            Shown::There(path) => there(&path),
            Shown::Done { path, exactly } => {
                flash::note(visit, &path, &exactly);
                there(&path)
            }
            Shown::Raw(response) => response,
        };
        let status = response.status();
        let headers = response.headers_mut();
        if comes_again(visit, status) {
            headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(COMES_AGAIN));
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
        for cookie in visit.jar() {
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

fn there(path: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, place);
    response
}
