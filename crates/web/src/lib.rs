//! The shop that people use: pages made by the server, which work without JavaScript and better with it.
//!
//! It asks the services through the same typed clients as everybody, as the person whose session it is, and has no
//! database: what it must remember of a visitor lies in sealed cookies. A request becomes a [`request::Visit`]; a file under
//! `storefront` or `console` says what it leads to.

mod console;
mod routes;
mod session;
mod storefront;
mod texts;
mod ui;

pub use session::{
    app::{Auditor, Backups, BackupsKnown, HasPicture, Health, Needs},
    client_headers::tells_the_client,
    settings::Settings,
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
    page_error::Stop,
    request::{self, Visit},
    response::Shown,
};
use std::sync::Arc;
use tokio::time::Instant;
use tracing::Instrument;

/// Forms that carry a password or a code, by their paths: the gateway counts them as sign-ins.
pub const SIGN_INS: [&str; 5] = ["/sign-in", "/setup", "/reset", "/account/password", "/verify"];
/// Forms that ask for an account or an email, which are counted likewise.
pub const SIGN_UPS: [&str; 3] = ["/register", "/forgot", "/account/verify"];
/// The form that places an order, which the gateway counts likewise where a guest sends it.
pub const PLACING: [&str; 1] = ["/checkout"];

/// The pages, and what the door that they are behind says to people whom it does not let in.
pub struct Pages {
    /// What answers.
    pub router: Router,
    /// The addresses of the stylesheet, the scripts and the drawings: they lie in the program, and asking for them asks nobody.
    pub parts: Vec<String>,
    /// The session that a browser shows.
    pub session: Arc<FindSession>,
    /// The page about a refusal of the door's own, made without asking anybody; none where programs ask, or there is none.
    pub refused: Arc<Refused>,
}
/// Finds the session that these headers show, without asking anybody.
pub type FindSession = dyn Fn(&HeaderMap) -> Option<ShownSession> + Send + Sync;
/// Shows a refusal to who sent this request.
pub type Refused = dyn Fn(&CommonError, &Parts) -> Option<Response> + Send + Sync;

/// The pages.
pub fn pages(needs: Needs) -> Pages {
    let web = Web::new(needs);
    let _ = web.state::<ConsolePages>().unread.set(console::unread);
    let all = routes::shop()
        .merge(routes::console())
        .fallback(nothing_here)
        .method_not_allowed_fallback(no_such_method);
    let router = all.layer(from_fn_with_state(web.clone(), only_text)).with_state(web.clone());
    let parts = web.assets.paths();
    let of_sessions = web.clone();
    Pages {
        router,
        parts,
        session: Arc::new(move |headers| request::session_in(&of_sessions, headers)?.shown()),
        refused: Arc::new(move |refusal, parts| error_pages::at_the_door(&web, refusal, parts)),
    }
}

/// What is at no address: a page for people, a problem document for programs.
async fn nothing_here(State(web): State<Web>, request: Request) -> Response {
    if !error_pages::is_for_people(request.method(), request.headers()) {
        return error_pages::problem(&web, &CommonError::NotFound, &request);
    }
    match Visit::from_request(request, &web).await {
        Ok(visit) if error_pages::is_console(&visit.path) => console::nothing_here(visit).await,
        Ok(visit) => run(visit.clone(), async { Err(Stop::NotFound) }).await,
        Err(refusal) => refusal,
    }
}

/// An address whose path is no text is one of nothing.
async fn only_text(state: State<Web>, request: Request, next: Next) -> Response {
    match is_text(request.uri().path()) {
        true => {
            // what is logged on the way names the request, as the services that are called do
            let request_id = ordo_http::request_id(request.headers(), &state.0.needs.env);
            let span = tracing::error_span!("page", request_id);
            answered(request, next).instrument(span).await
        }
        false => nothing_here(state, request).await,
    }
}

/// The response; logged where it changed something or failed.
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

/// Whether what is written with percent signs is UTF-8.
fn is_text(path: &str) -> bool {
    // decoded as a form's value, whose plus signs are blanks: these make no difference here
    let decoded = form_urlencoded::parse(path.as_bytes()).next();
    !path.contains('%') || decoded.is_none_or(|(path, _)| !path.contains(char::REPLACEMENT_CHARACTER))
}

/// What is only sent to is led to the page that it belongs to, where somebody looks; for programs a problem document.
async fn no_such_method(State(web): State<Web>, request: Request) -> Response {
    if !error_pages::is_for_people(request.method(), request.headers()) {
        return error_pages::problem(&web, &CommonError::MethodNotAllowed, &request);
    }
    match Visit::from_request(request, &web).await {
        Ok(visit) => match form_pages::page_of(&visit.path) {
            Some(page) => run(visit, async { Ok(Shown::there(page)) }).await,
            None => handler::unread(visit, StatusCode::METHOD_NOT_ALLOWED).await,
        },
        Err(refusal) => refusal,
    }
}
