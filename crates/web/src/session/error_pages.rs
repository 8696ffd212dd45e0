//! The pages about errors: what happened, what was not done, and where to go.

use crate::{
    session::{
        app::Web,
        page_error::PageError,
        pending_form,
        request::{RequestContext, is_page_of_ours},
        response::PageResponse,
    },
    texts::{self as t, Text},
    ui::page::Page,
};
use axum::{extract::Request, response::Response};
use endpoint::{
    CommonError,
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
};
use maud::html;

/// The page about an error.
pub(crate) fn of(stop: PageError, visit: &RequestContext) -> PageResponse {
    match stop {
        PageError::SignIn => {
            // the session is no longer valid
            if visit.session.is_some() {
                visit.sign_out();
            }
            if let Some(lost) = visit.session.as_ref().filter(|_| !visit.is_safe()) {
                return pending_form::keep(visit, lost);
            }
            let next =
                form_urlencoded::Serializer::new(String::new()).append_pair("next", &visit.here()).finish();
            PageResponse::redirect(format!("/sign-in?{next}"))
        }
        PageError::NotFound if visit.path.starts_with("/orders/") => {
            page(StatusCode::NOT_FOUND, t::NOT_HERE.text(), t::NOT_YOUR_ORDER.text(), None)
        }
        PageError::NotFound => page(StatusCode::NOT_FOUND, t::NOT_HERE.text(), t::NOT_HERE_MORE.text(), None),
        PageError::Forbidden if is_console(&visit.path) => {
            page(StatusCode::FORBIDDEN, t::FOR_STAFF.text(), t::FOR_STAFF_MORE.text(), None)
        }
        PageError::Forbidden => {
            page(StatusCode::FORBIDDEN, t::NOT_ALLOWED.text(), t::NOT_ALLOWED_MORE.text(), None)
        }
        PageError::RateLimited(seconds) => {
            page(StatusCode::TOO_MANY_REQUESTS, t::TOO_OFTEN.text(), &t::wait_seconds(seconds), again(visit))
        }
        PageError::Unavailable => {
            let more = t::NOT_REACHED_MORE.text();
            page(StatusCode::SERVICE_UNAVAILABLE, t::NOT_REACHED.text(), more, again(visit))
        }
        PageError::Conflict(said) => page(StatusCode::CONFLICT, t::NOT_POSSIBLE.text(), &said, again(visit)),
    }
}

/// The title for a request whose body was refused: not from a page of ours or from one that is too old, no form, too long, or sent
/// to a path that accepts none.
pub(crate) fn unread_title(status: StatusCode) -> Text {
    match status {
        StatusCode::FORBIDDEN => t::NOT_OUR_FORM,
        StatusCode::PAYLOAD_TOO_LARGE => t::FORM_TOO_LONG,
        StatusCode::BAD_REQUEST => t::FORM_UNREADABLE,
        _ => t::NOT_POSSIBLE,
    }
}
/// What to do about it.
pub(crate) fn unread_more(status: StatusCode) -> Text {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => t::FORM_TOO_LONG_MORE,
        StatusCode::BAD_REQUEST => t::FORM_UNREADABLE_MORE,
        _ => t::NOT_OUR_FORM_MORE,
    }
}
/// The page about a refused body.
pub(crate) fn unread(visit: &RequestContext, status: StatusCode) -> PageResponse {
    let again = pending_form::page_before(&visit.headers).map(|page| (page, t::console::LOAD_AGAIN));
    page(status, unread_title(status).text(), unread_more(status).text(), again)
}

/// Whether a path is one of the console.
pub(crate) fn is_console(path: &str) -> bool {
    path == "/console" || path.starts_with("/console/")
}

/// Whether the client is a browser that shows pages.
pub(crate) fn is_for_people(method: &Method, headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|kinds| kinds.to_str().ok()).unwrap_or_default();
    let can_browse = matches!(*method, Method::GET | Method::HEAD | Method::POST);
    can_browse && accepted.split(',').any(takes_pages)
}

/// Whether one media range of `Accept` (RFC 9110, 12.5.1) is that of pages; one with weight zero is not.
fn takes_pages(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    let is_page = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("text/html"));
    let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
    is_page && weight.and_then(|weight| weight.parse::<f32>().ok()).is_none_or(|weight| weight > 0.0)
}

/// The page about a request that the gateway itself refuses, which changed nothing: rate limited, overloaded, or an incomplete form.
pub(crate) fn for_gateway_refusal(web: &Web, refusal: &CommonError, parts: &Parts) -> Option<Response> {
    if !is_for_people(&parts.method, &parts.headers) {
        return None;
    }
    let visit = RequestContext::without_calls(web, parts.clone());
    let shown = || match refusal {
        CommonError::RateLimited { retry_after } => {
            Some(of(PageError::RateLimited((*retry_after).into()), &visit))
        }
        CommonError::Unavailable { .. } => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Some(page(status, t::IS_BUSY.text(), t::IS_BUSY_MORE.text(), again(&visit)))
        }
        CommonError::InvalidRequest { .. } => Some(page(
            StatusCode::BAD_REQUEST,
            t::CAME_IN_PART.text(),
            t::CAME_IN_PART_MORE.text(),
            again(&visit),
        )),
        _ => None,
    };
    // no service is called for the permissions: only the link back leads to the console
    let shown = || match shown()? {
        PageResponse::Page(shown) if is_console(&visit.path) => {
            Some(shown.back_by(html! { a href="/console" { (t::console::TO_CONSOLE) } }).into())
        }
        shown => Some(shown),
    };
    visit.during(|| Some(shown()?.respond(&visit)))
}

/// The problem document for a client that is no browser.
pub(crate) fn problem(web: &Web, refusal: &CommonError, request: &Request) -> Response {
    let id = ordo_http::request_id(request.headers(), &web.needs.env);
    ordo_http::refuse(refusal, &id, request.uri().path())
}

/// Where the same can be tried again: the page itself, or the one with the form.
fn again(visit: &RequestContext) -> Option<(String, Text)> {
    // the gateway may receive any path, such as `//elsewhere.example`, which browsers take for another host
    let here = || Some(visit.here()).filter(|place| is_page_of_ours(place));
    if visit.is_safe() {
        return Some((here()?, t::LOOK_AGAIN));
    }
    // the form was on the previous page; the path that it was sent to may have none
    Some((pending_form::page_before(&visit.headers).or_else(here)?, t::BACK_THERE))
}

fn page(status: StatusCode, title: &str, more: &str, again: Option<(String, Text)>) -> PageResponse {
    let (is_first, is_ours) = (again.is_none(), !again.as_ref().is_some_and(|(place, _)| is_console(place)));
    let main = html! {
        div.narrow.stack.gap-6 {
            div.stack.gap-2 { h1 { (title) } p.quiet { (more) } }
            div.ends {
                @if let Some((place, name)) = again { a.btn.btn-primary href=(place) { (name) } }
                @if is_ours {
                    a.btn.btn-primary[is_first] href="/" { (t::TO_FIRST_PAGE) }
                    @if is_first { a.btn href="/search" { (t::ALL_PRODUCTS) } }
                } @else { a.btn href="/console" { (t::console::TO_CONSOLE) } }
            }
        }
    };
    Page::new(title, main).with_status(status).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use endpoint::http::HeaderValue;

    #[test]
    fn who_wants_anything_but_a_page_gets_none() {
        let is_one = |kinds| {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(kinds))]);
            is_for_people(&Method::GET, &headers)
        };
        for kinds in ["text/html", "application/json, Text/HTML;q=0.1", "text/html;level=1; q=1, */*;q=0.1"] {
            assert!(is_one(kinds), "{kinds}");
        }
        for kinds in [
            "application/json",
            "*/*",
            "text/html;q=0, application/json",
            "text/html; Q=0.0",
            "text/htmlx",
            "",
        ] {
            assert!(!is_one(kinds), "{kinds}");
        }
    }
}
