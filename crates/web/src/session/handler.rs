//! From a request to its response: reads and checks the form, calls the handler, and writes its page or the page about its error.

use super::{
    app::Web,
    client_headers::with_client_headers,
    csrf::is_from_here,
    error_pages,
    form_body::read,
    page_error::PageError,
    pending_form,
    request::{RequestContext, session_in},
    response::PageResponse,
    settings_return::typed_before,
    sign_in,
};
use crate::{
    texts::{WebLanguage, presentation},
    ui::form::{CSRF_FIELD, Form},
};
use axum::{
    extract::{FromRequest, Path, Request},
    response::Response,
};
use endpoint::http::{Method, StatusCode};
use kernel::BoxFuture;
use std::sync::OnceLock;

/// How the console responds to a refused body: in its own frame, which this layer does not know.
#[derive(Default)]
pub(crate) struct ConsolePages {
    pub(crate) unread: OnceLock<fn(RequestContext, StatusCode) -> BoxFuture<Response>>,
}

/// Runs the work of a request and writes the response.
pub(crate) async fn run(
    visit: RequestContext,
    work: impl Future<Output = Result<PageResponse, PageError>>,
) -> Response {
    let respond = async {
        let done = with_client_headers(&visit.headers, work).await;
        let shown = done.unwrap_or_else(|stop| error_pages::of(stop, &visit));
        shown.respond(&visit)
    };
    presentation::throughout(visit.presentation(), visit.language.throughout(respond)).await
}

/// What a route calls: a function of the request and of the IDs in its path.
pub(crate) trait RouteHandler<Ids>: Clone + Send + Sync + 'static {
    /// Calls it.
    fn act(&self, ids: Ids, visit: RequestContext) -> BoxFuture<Result<PageResponse, PageError>>;
}
impl<F, Done> RouteHandler<()> for F
where
    F: Fn(RequestContext) -> Done + Clone + Send + Sync + 'static,
    Done: Future<Output = Result<PageResponse, PageError>> + Send + 'static,
{
    fn act(&self, (): (), visit: RequestContext) -> BoxFuture<Result<PageResponse, PageError>> {
        Box::pin(self(visit))
    }
}
impl<F, Done> RouteHandler<Path<String>> for F
where
    F: Fn(RequestContext, String) -> Done + Clone + Send + Sync + 'static,
    Done: Future<Output = Result<PageResponse, PageError>> + Send + 'static,
{
    fn act(
        &self,
        Path(id): Path<String>,
        visit: RequestContext,
    ) -> BoxFuture<Result<PageResponse, PageError>> {
        Box::pin(self(visit, id))
    }
}
impl<F, Done> RouteHandler<Path<(String, String)>> for F
where
    F: Fn(RequestContext, String, String) -> Done + Clone + Send + Sync + 'static,
    Done: Future<Output = Result<PageResponse, PageError>> + Send + 'static,
{
    fn act(
        &self,
        Path((id, part)): Path<(String, String)>,
        visit: RequestContext,
    ) -> BoxFuture<Result<PageResponse, PageError>> {
        Box::pin(self(visit, id, part))
    }
}

/// The handler of a route.
pub(crate) fn page<Ids, A: RouteHandler<Ids>>(
    action: A,
) -> impl Fn(Ids, RequestContext) -> BoxFuture<Response> + Clone + Send + Sync + 'static {
    move |ids, visit| Box::pin(run(visit.clone(), action.act(ids, visit)))
}

impl FromRequest<Web> for RequestContext {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let is_somebody = session_in(web, &parts.headers).is_some();
        let form = match parts.method {
            Method::POST => read(&parts, body, is_somebody).await,
            _ => Ok(Form::default()),
        };
        let visit = RequestContext::of(web, parts).await;
        let form = match form {
            Ok(form) => form,
            Err(status) => return Err(unread(visit, status).await),
        };
        if visit.is_safe() {
            return Ok(match typed_before(&visit) {
                Some(typed) => visit.with(typed),
                None => visit,
            });
        }
        let is_ours = is_from_here(&visit.headers) && web.csrf.accepts(form.raw(CSRF_FIELD), &visit.bound());
        if is_ours {
            return Ok(visit.with(form));
        }
        if sign_in::is_done(&visit, &form).await {
            let visit = visit.with(form);
            return Err(visit.refuse(|| sign_in::redirect_again(&visit)));
        }
        if pending_form::is_from_before_sign_in(&visit, &form) {
            let visit = visit.with(form);
            return Err(visit.refuse(|| pending_form::show_again(&visit)));
        }
        match visit.lost.clone().filter(|lost| pending_form::is_ours(&visit, &form, lost)) {
            // the user's own form, sent after the session has ended: nothing was changed
            Some(lost) => {
                let visit = visit.with(form);
                Err(visit.refuse(|| pending_form::keep(&visit, &lost)))
            }
            None => Err(unread(visit, StatusCode::FORBIDDEN).await),
        }
    }
}

/// Responds to a request whose body was refused.
pub(crate) async fn unread(visit: RequestContext, status: StatusCode) -> Response {
    let in_console = visit.web.state::<ConsolePages>().unread.get().copied();
    match in_console.filter(|_| error_pages::is_console(&visit.path)) {
        Some(unread) => unread(visit, status).await,
        None => visit.refuse(|| error_pages::unread(&visit, status)),
    }
}

impl RequestContext {
    /// Responds to a request that no handler receives.
    pub(crate) fn refuse(&self, why: impl FnOnce() -> PageResponse) -> Response {
        self.during(|| why().respond(self))
    }
}
