//! The console: the rooms in which staff do the day's work. Each page asks as the person whose session it is; what that
//! person may not do is not shown, and the services refuse it.

mod activity;
pub(crate) mod api_keys;
pub(crate) mod bulk_actions;
mod chart;
pub(crate) mod customers;
mod error_pages;
mod frame;
pub(crate) mod global_search;
pub(crate) mod home;
pub(crate) mod mails;
pub(crate) mod order;
pub(crate) mod orders;
mod paging;
mod parts;
pub(crate) mod product;
pub(crate) mod products;
mod sales_cards;
pub(crate) mod staff_list;
mod status_badges;
pub(crate) mod system;
pub(crate) mod unknown_charges;
pub(crate) mod unresolved_payments;
pub(crate) mod user_names;

use crate::session::{
    handler::{Action, run},
    page_error::Stop,
    request::Visit,
};
use axum::response::Response;
use endpoint::http::StatusCode;
use kernel::BoxFuture;

/// The handler of a route of the console.
pub(crate) fn page<Ids, A: Action<Ids>>(
    action: A,
) -> impl Fn(Ids, Visit) -> BoxFuture<Response> + Clone + Send + Sync + 'static {
    move |ids, visit| Box::pin(run(visit.clone(), error_pages::within(visit.clone(), action.act(ids, visit))))
}

/// The page about what is at no address of the console.
pub(crate) async fn nothing_here(visit: Visit) -> Response {
    run(visit.clone(), error_pages::within(visit, async { Err(Stop::NotFound) })).await
}

/// Answers what was sent to the console and not read.
pub(crate) fn unread(visit: Visit, status: StatusCode) -> BoxFuture<Response> {
    Box::pin(async move { run(visit.clone(), error_pages::unread(visit, status)).await })
}
