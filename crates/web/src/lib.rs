//! The pages of the shop and of the console: rendered on the server, usable without JavaScript, better with it.
//!
//! They call the services through the same typed clients as everybody, with the session of the user, and have no database: what they
//! must remember of a visitor is in sealed cookies. A request becomes a [`session::request::RequestContext`]; `routes.rs` lists the
//! function in `storefront` or `console` that responds to it.

mod console;
mod routes;
mod session;
mod storefront;
mod texts;
mod ui;

pub use session::{
    app::{Auditor, Backups, HasPicture, Health, ReadBackups, WebDependencies},
    client_headers::forward_client_headers,
    settings::WebSettings,
};

use axum::{
    Router,
    extract::{FromRequest, MatchedPath, Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use endpoint::{
    CommonError,
    http::{HeaderMap, StatusCode, request::Parts},
};
use ordo_http::ShownSession;
use session::{
    app::Web,
    error_pages, form_pages,
    handler::{self, ConsolePages, run},
    page_error::PageError,
    request::{self, RequestContext},
    response::PageResponse,
};
use std::sync::Arc;
use tokio::time::Instant;
use tracing::Instrument;

/// Paths of forms with a password or a code, which the gateway counts as sign-ins.
pub const SIGN_INS: [&str; 5] = ["/sign-in", "/setup", "/reset", "/account/password", "/verify"];
/// Paths of forms that request an account or an email, which are counted likewise.
pub const SIGN_UPS: [&str; 3] = ["/register", "/forgot", "/account/verify"];
/// The path of the form that places an order, which the gateway counts likewise for a guest.
pub const PLACING: [&str; 1] = ["/checkout"];

/// The pages, and the responses of the gateway to browsers that it refuses.
pub struct Pages {
    /// The routes.
    pub router: Router,
    /// The paths of the stylesheet, the scripts and the drawings: they are in the binary, and need no service.
    pub parts: Vec<String>,
    /// The session of a browser.
    pub session: Arc<FindSession>,
    /// The page about a refusal of the gateway, made without a call; none for API clients, or where there is no such page.
    pub refused: Arc<RenderRefusal>,
}
/// Finds the session in these headers, without a call.
pub type FindSession = dyn Fn(&HeaderMap) -> Option<ShownSession> + Send + Sync;
/// Renders a refusal for the client that sent this request.
pub type RenderRefusal = dyn Fn(&CommonError, &Parts) -> Option<Response> + Send + Sync;

/// The pages.
pub fn pages(needs: WebDependencies) -> Pages {
    let web = Web::new(needs);
    let _ = web.state::<ConsolePages>().unread.set(console::unread);
    let all = routes::all().fallback(nothing_here).method_not_allowed_fallback(no_such_method);
    let router = all.layer(from_fn_with_state(web.clone(), only_text)).with_state(web.clone());
    let parts = web.assets.paths();
    let of_sessions = web.clone();
    Pages {
        router,
        parts,
        session: Arc::new(move |headers| request::session_in(&of_sessions, headers)?.shown()),
        refused: Arc::new(move |refusal, parts| error_pages::for_gateway_refusal(&web, refusal, parts)),
    }
}

/// The response for a path that does not exist: a page for browsers, a problem document for API clients.
async fn nothing_here(State(web): State<Web>, request: Request) -> Response {
    if !error_pages::is_for_people(request.method(), request.headers()) {
        return error_pages::problem(&web, &CommonError::NotFound, &request);
    }
    match RequestContext::from_request(request, &web).await {
        Ok(visit) if error_pages::is_console(&visit.path) => console::nothing_here(visit).await,
        Ok(visit) => run(visit.clone(), async { Err(PageError::NotFound) }).await,
        Err(refusal) => refusal,
    }
}

/// A path that is not UTF-8 does not exist.
async fn only_text(state: State<Web>, request: Request, next: Next) -> Response {
    match is_text(request.uri().path()) {
        true => {
            // logs contain the request ID, as in the services that are called
            let request_id = ordo_http::request_id(request.headers(), &state.0.needs.env);
            let span = tracing::error_span!("page", request_id);
            answered(request, next).instrument(span).await
        }
        false => nothing_here(state, request).await,
    }
}

/// The response; logged where the method is not safe or the status is an error.
async fn answered(request: Request, next: Next) -> Response {
    let (begun, method) = (Instant::now(), request.method().clone());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    if status >= 500 || !method.is_safe() {
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let route = route.unwrap_or_default();
        tracing::info!(%method, route, status, micros, "page answered");
    }
    response
}

/// Whether a percent-encoded path is UTF-8.
fn is_text(path: &str) -> bool {
    // decoded like a form value, whose plus signs are blanks: that makes no difference here
    let decoded = form_urlencoded::parse(path.as_bytes()).next();
    !path.contains('%') || decoded.is_none_or(|(path, _)| !path.contains(char::REPLACEMENT_CHARACTER))
}

/// The response for a method that a path does not accept: browsers are redirected to the page of the form, API clients get a problem
/// document.
async fn no_such_method(State(web): State<Web>, request: Request) -> Response {
    if !error_pages::is_for_people(request.method(), request.headers()) {
        return error_pages::problem(&web, &CommonError::MethodNotAllowed, &request);
    }
    match RequestContext::from_request(request, &web).await {
        Ok(visit) => match form_pages::form_page_of(&visit.path) {
            Some(page) => run(visit, async { Ok(PageResponse::redirect(page)) }).await,
            None => handler::unread(visit, StatusCode::METHOD_NOT_ALLOWED).await,
        },
        Err(refusal) => refusal,
    }
}
