//! What staff are told where there is no page, or none for them, or a form was refused unread: in the console, with the way
//! back. Who is no member of staff is told as in the shop.

use super::frame::Page;
use crate::{
    session::{
        error_pages, page_error::Stop, pending_form::page_before, request::Visit, response::Shown,
        staff::Staff,
    },
    texts::{self as t, Text, console as c},
};
use endpoint::http::StatusCode;
use maud::html;

/// What a request of the console comes to.
///
/// # Errors
/// Where there is no page, and nobody of the staff to be told why.
pub(crate) async fn within(
    visit: Visit,
    work: impl Future<Output = Result<Shown, Stop>>,
) -> Result<Shown, Stop> {
    let stop = match work.await {
        Err(stop) => stop,
        done => return done,
    };
    let (status, title, more) = match &stop {
        Stop::NotFound => (StatusCode::NOT_FOUND, t::NOT_HERE, c::NOT_HERE_MORE.into()),
        Stop::Forbidden => (StatusCode::FORBIDDEN, c::NOT_PERMITTED, t::FOR_STAFF_MORE.into()),
        Stop::TooOften(seconds) => (StatusCode::TOO_MANY_REQUESTS, t::TOO_OFTEN, t::wait_seconds(*seconds)),
        Stop::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, t::NOT_REACHED, t::NOT_REACHED_MORE.into()),
        Stop::Conflict(said) => (StatusCode::CONFLICT, t::NOT_POSSIBLE, said.clone()),
        Stop::SignIn => return Err(stop),
    };
    let Ok(staff) = Staff::of(&visit).await else { return Err(stop) };
    Ok(page(&visit, &staff, status, title, &more, ("/console", c::TO_CONSOLE)))
}

/// What something comes to that was sent and not read: [`error_pages::unread_title`] says why.
///
/// # Errors
/// None: nobody is asked to sign in for it.
pub(crate) async fn unread(visit: Visit, status: StatusCode) -> Result<Shown, Stop> {
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
    visit: &Visit,
    staff: &Staff,
    status: StatusCode,
    title: Text,
    more: &str,
    (place, name): (&str, Text),
) -> Shown {
    let main = html! {
        div.c-head { h1 { (title) } p { (more) } }
        div.ends { a.btn.btn-primary href=(place) { (name) } }
    };
    Page { staff, room: None, title: title.say(), status, again_s: None }.show(visit, &main)
}
