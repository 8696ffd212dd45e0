//! The console, in sections for the work of staff. Each page calls the services with the session of the user; what the user may not do
//! is not shown, and the services refuse it.

mod activity;
pub(crate) mod api_keys;
pub(crate) mod bulk_actions;
mod chart;
mod components;
pub(crate) mod customers;
mod error_pages;
mod frame;
pub(crate) mod global_search;
pub(crate) mod home;
pub(crate) mod mails;
pub(crate) mod order;
pub(crate) mod orders;
mod paging;
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
    handler::{RouteHandler, run},
    page_error::PageError,
    request::RequestContext,
};
use axum::response::Response;
use endpoint::http::StatusCode;
use kernel::BoxFuture;

/// The handler of a route of the console.
pub(crate) fn page<Ids, A: RouteHandler<Ids>>(
    action: A,
) -> impl Fn(Ids, RequestContext) -> BoxFuture<Response> + Clone + Send + Sync + 'static {
    move |ids, visit| Box::pin(run(visit.clone(), error_pages::within(visit.clone(), action.act(ids, visit))))
}

/// The page about a path that does not exist.
pub(crate) async fn nothing_here(visit: RequestContext) -> Response {
    run(visit.clone(), error_pages::within(visit, async { Err(PageError::NotFound) })).await
}

/// The response to a request whose body was refused.
pub(crate) fn unread(visit: RequestContext, status: StatusCode) -> BoxFuture<Response> {
    Box::pin(async move { run(visit.clone(), error_pages::unread(visit, status)).await })
}
