//! The pages of the console about errors and refused bodies, with a way back. Other visitors get those of the shop.

use super::frame::ConsolePage;
use crate::{
    session::{
        error_pages, page_error::PageError, pending_form::page_before, request::RequestContext,
        response::PageResponse, staff::Staff,
    },
    texts::{self as t, Text, console as c},
};
use endpoint::http::StatusCode;
use maud::html;

/// The response of a handler, with its error as a page of the console.
///
/// # Errors
/// The handler's, where the visitor is not staff.
pub(crate) async fn within(
    visit: RequestContext,
    work: impl Future<Output = Result<PageResponse, PageError>>,
) -> Result<PageResponse, PageError> {
    let stop = match work.await {
        Err(stop) => stop,
        done => return done,
    };
    let (status, title, more) = match &stop {
        PageError::NotFound => (StatusCode::NOT_FOUND, t::NOT_HERE, c::NOT_HERE_MORE.into()),
        PageError::Forbidden => (StatusCode::FORBIDDEN, c::NOT_PERMITTED, t::FOR_STAFF_MORE.into()),
        PageError::RateLimited(seconds) => {
            (StatusCode::TOO_MANY_REQUESTS, t::TOO_OFTEN, t::wait_seconds(*seconds))
        }
        PageError::Unavailable => {
            (StatusCode::SERVICE_UNAVAILABLE, t::NOT_REACHED, t::NOT_REACHED_MORE.into())
        }
        PageError::Conflict(said) => (StatusCode::CONFLICT, t::NOT_POSSIBLE, said.clone()),
        PageError::SignIn => return Err(stop),
    };
    let Ok(staff) = Staff::of(&visit).await else { return Err(stop) };
    Ok(page(&visit, &staff, status, title, &more, ("/console", c::TO_CONSOLE)))
}

/// The page about a refused body: [`error_pages::unread_title`] has the reason.
///
/// # Errors
/// None: nobody is asked to sign in for it.
pub(crate) async fn unread(visit: RequestContext, status: StatusCode) -> Result<PageResponse, PageError> {
    let Ok(staff) = Staff::of(&visit).await else { return Ok(error_pages::unread(&visit, status)) };
    let before = page_before(&visit.headers).filter(|page| error_pages::is_console(page));
    let way = match &before {
        Some(page) => (page.as_str(), c::LOAD_AGAIN),
        None => ("/console", c::TO_CONSOLE),
    };
    Ok(page(
        &visit,
        &staff,
        status,
        error_pages::unread_title(status),
        &error_pages::unread_more(status),
        way,
    ))
}

fn page(
    visit: &RequestContext,
    staff: &Staff,
    status: StatusCode,
    title: Text,
    more: &str,
    (place, name): (&str, Text),
) -> PageResponse {
    let main = html! {
        div.c-head { h1 { (title) } p { (more) } }
        div.ends { a.btn.btn-primary href=(place) { (name) } }
    };
    ConsolePage { staff, room: None, title: title.text(), status, again_s: None }.show(visit, &main)
}
