//! The event stream of an order, for the script on its page. The browser has no token of its own; the request is made with its
//! session.

use crate::session::{page_error::PageError, request::RequestContext, response::PageResponse};
use axum::{body::Body, response::Response};
use endpoint::{
    client::{REQUEST_ID, TRACE},
    http::{HeaderName, Request, StatusCode, header},
};
use kernel::id::OrderId;
use std::convert::Infallible;
use tower::ServiceExt;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

pub(crate) async fn follow(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    let id: OrderId = id.parse().map_err(|_| PageError::NotFound)?;
    let Some(bearer) = visit.cx.bearer.clone() else {
        let mut nobody = Response::new(Body::empty());
        *nobody.status_mut() = StatusCode::UNAUTHORIZED;
        return Ok(PageResponse::Raw(nobody));
    };
    let request = Request::get(format!("/v1/events/stream?subject={id}"));
    let mut request = request.body(Body::empty()).map_err(|_| PageError::NotFound)?;
    let headers = request.headers_mut();
    headers.insert(header::AUTHORIZATION, bearer);
    // the same request ID in the logs
    for name in [LAST_EVENT_ID, REQUEST_ID, TRACE] {
        if let Some(value) = visit.headers.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    if let Some(ending) = visit.ending.clone() {
        request.extensions_mut().insert(ending);
    }
    let answered: Result<Response, Infallible> = visit.web.needs.notifications.clone().oneshot(request).await;
    let Ok(response) = answered;
    Ok(PageResponse::Raw(response))
}
