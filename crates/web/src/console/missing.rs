//! What staff are told where there is no page, or none for them: in the console, with the way back to it.

use super::{frame::Page, staff::Staff};
use crate::{
    shown::{Shown, Stop},
    texts::{self as t, console as c},
    visit::Visit,
};
use endpoint::http::StatusCode;
use maud::html;

/// What a request of the console comes to. Who is no member of staff is told as in the shop.
///
/// # Errors
/// Where there is no page for another reason.
pub(super) async fn within(
    visit: Visit,
    work: impl Future<Output = Result<Shown, Stop>>,
) -> Result<Shown, Stop> {
    let (stop, status, title, more) = match work.await {
        Err(stop @ Stop::NotFound) => (stop, StatusCode::NOT_FOUND, t::NOT_HERE, c::NOT_HERE_MORE),
        Err(stop @ Stop::Forbidden) => (stop, StatusCode::FORBIDDEN, c::NOT_PERMITTED, t::FOR_STAFF_MORE),
        other => return other,
    };
    let Ok(staff) = Staff::of(&visit).await else { return Err(stop) };
    let main = html! {
        div.c-head { h1 { (title) } p { (more) } }
        div.row { a.btn.btn-primary href="/console" { (c::TO_CONSOLE) } }
    };
    let page = Page { staff: &staff, room: None, title: title.say(), status, again_s: None };
    Ok(page.show(&visit, &main))
}
