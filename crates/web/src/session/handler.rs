//! From a request to its response: the form is read and checked, the work is done, and the page or the reason why there is none
//! is written.

use super::{
    app::Web,
    client_headers::telling,
    csrf::is_from_here,
    error_pages,
    form_body::read,
    page_error::Stop,
    pending_form,
    request::{Visit, session_in},
    response::Shown,
    settings_return::typed_before,
    sign_in,
};
use crate::{
    texts::{Spoken, presentation},
    ui::form::{CSRF_FIELD, Form},
};
use axum::{
    extract::{FromRequest, Path, Request},
    response::Response,
};
use endpoint::http::{Method, StatusCode};
use kernel::BoxFuture;
use std::sync::OnceLock;

/// How the console answers what was sent and not read: in its own frame, which this layer does not know.
#[derive(Default)]
pub(crate) struct ConsolePages {
    pub(crate) unread: OnceLock<fn(Visit, StatusCode) -> BoxFuture<Response>>,
}

/// Does what a request asks for, and answers.
pub(crate) async fn run(visit: Visit, work: impl Future<Output = Result<Shown, Stop>>) -> Response {
    let respond = async {
        let done = telling(&visit.headers, work).await;
        let shown = done.unwrap_or_else(|stop| error_pages::of(stop, &visit));
        shown.respond(&visit)
    };
    presentation::throughout(visit.presentation(), visit.language.throughout(respond)).await
}

/// What a route leads to: a function of the request, and of the IDs in its path.
pub(crate) trait Action<Ids>: Clone + Send + Sync + 'static {
    /// Does it.
    fn act(&self, ids: Ids, visit: Visit) -> BoxFuture<Result<Shown, Stop>>;
}
impl<F, Done> Action<()> for F
where
    F: Fn(Visit) -> Done + Clone + Send + Sync + 'static,
    Done: Future<Output = Result<Shown, Stop>> + Send + 'static,
{
    fn act(&self, (): (), visit: Visit) -> BoxFuture<Result<Shown, Stop>> {
        Box::pin(self(visit))
    }
}
impl<F, Done> Action<Path<String>> for F
where
    F: Fn(Visit, String) -> Done + Clone + Send + Sync + 'static,
    Done: Future<Output = Result<Shown, Stop>> + Send + 'static,
{
    fn act(&self, Path(id): Path<String>, visit: Visit) -> BoxFuture<Result<Shown, Stop>> {
        Box::pin(self(visit, id))
    }
}
impl<F, Done> Action<Path<(String, String)>> for F
where
    F: Fn(Visit, String, String) -> Done + Clone + Send + Sync + 'static,
    Done: Future<Output = Result<Shown, Stop>> + Send + 'static,
{
    fn act(&self, Path((id, part)): Path<(String, String)>, visit: Visit) -> BoxFuture<Result<Shown, Stop>> {
        Box::pin(self(visit, id, part))
    }
}

/// The handler of a route.
pub(crate) fn page<Ids, A: Action<Ids>>(
    action: A,
) -> impl Fn(Ids, Visit) -> BoxFuture<Response> + Clone + Send + Sync + 'static {
    move |ids, visit| Box::pin(run(visit.clone(), action.act(ids, visit)))
}

impl FromRequest<Web> for Visit {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let is_somebody = session_in(web, &parts.headers).is_some();
        let form = match parts.method {
            Method::POST => read(&parts, body, is_somebody).await,
            _ => Ok(Form::default()),
        };
        let visit = Visit::of(web, parts).await;
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
            return Err(visit.refuse(|| sign_in::led_on(&visit)));
        }
        if pending_form::is_of_before(&visit, &form) {
            let visit = visit.with(form);
            return Err(visit.refuse(|| pending_form::ask_again(&visit)));
        }
        match visit.lost.clone().filter(|lost| pending_form::is_ours(&visit, &form, lost)) {
            // their own form, only too late: nothing of it was done
            Some(lost) => {
                let visit = visit.with(form);
                Err(visit.refuse(|| pending_form::keep(&visit, &lost)))
            }
            None => Err(unread(visit, StatusCode::FORBIDDEN).await),
        }
    }
}

/// Answers what was sent and not read.
pub(crate) async fn unread(visit: Visit, status: StatusCode) -> Response {
    let in_console = visit.web.state::<ConsolePages>().unread.get().copied();
    match in_console.filter(|_| error_pages::is_console(&visit.path)) {
        Some(unread) => unread(visit, status).await,
        None => visit.refuse(|| error_pages::unread(&visit, status)),
    }
}

impl Visit {
    /// Answers what is no request of ours.
    pub(crate) fn refuse(&self, why: impl FnOnce() -> Shown) -> Response {
        self.during(|| why().respond(self))
    }
}
