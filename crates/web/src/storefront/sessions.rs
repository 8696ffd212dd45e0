//! The sessions of an account.

use super::account::around;
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse},
    texts as t,
    ui::{
        components::{moment, post},
        icons,
    },
};
use contracts::auth::{ActiveSession, EndOtherSessions, EndSession, ListSessions};
use endpoint::{Json, PageParams, Path, client::CallError};
use maud::{Markup, html};

/// The most sessions on the page.
const SHOWN: u16 = 50;

pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    let request = ListSessions { slice: PageParams { limit: Some(SHOWN), cursor: None } };
    let Json(found) = visit.web.needs.auth.call(&visit.cx, request).await?;
    // the current session comes first
    let (here, others): (Vec<_>, Vec<_>) = found.items.iter().partition(|session| session.current);
    let has_others = found.items.iter().any(|session| !session.current);
    let content = html! {
        div.stack.gap-2 { h1 { (t::SESSIONS) } p.quiet { @if has_others { (t::SESSIONS_MORE) } @else { (t::SESSIONS_ALONE) } } }
        ul.card.cards-list.sessions role="list" { @for session in here.into_iter().chain(others) { (one(&visit, session)) } }
        @if has_others {
            (post(visit.csrf(), "/account/sessions/end", "ends", html! {
                @for session in found.items.iter().filter(|session| !session.current) {
                    input type="hidden" name="seen" value=(session.id);
                }
                button.btn name="session" value="others" { (t::END_OTHERS) }
            }))
        }
    };
    Ok(around(&visit, "/account/sessions", t::SESSIONS.text(), content).into())
}

fn one(visit: &RequestContext, session: &ActiveSession) -> Markup {
    let agent = session.user_agent.as_deref().unwrap_or(t::UNKNOWN_BROWSER.text());
    html! {
        li.row.spread.row-tight {
            div.stack.gap-1 {
                strong.wrap-any { (t::browser(agent)) }
                @if let Some(network) = &session.network { p.small.quiet { (network) } }
                p.small.quiet { (t::LAST_USED) (moment(session.last_used_at)) }
            }
            @if session.current {
                span.badge.good { (icons::OK) (t::THIS_ONE) }
            } @else {
                (post(visit.csrf(), "/account/sessions/end", "", html! {
                    button.btn.btn-small name="session" value=(session.id) { (t::END) span.sr { (t::session_on(&t::browser(agent))) } }
                }))
            }
        }
    }
}

/// Ends one session, or all others.
pub(crate) async fn end(visit: RequestContext) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    let auth = &visit.web.needs.auth;
    let ended = match visit.form.text("session") {
        "others" if has_new(&visit).await? => return end_seen(&visit).await,
        "others" => auth.call(&visit.cx, EndOtherSessions {}).await,
        id => {
            auth.call(&visit.cx, EndSession { id: Path(id.parse().map_err(|_| PageError::NotFound)?) }).await
        }
    };
    match ended {
        Ok(_) => Ok(PageResponse::redirect("/account/sessions")),
        // it has already ended
        Err(CallError::Problem(problem)) if problem.status == 404 => {
            Ok(PageResponse::redirect("/account/sessions"))
        }
        Err(error) => Err(error.into()),
    }
}

/// The sessions that the page showed.
fn seen(visit: &RequestContext) -> impl Iterator<Item = &str> {
    visit.form.pairs().filter(|(name, _)| *name == "seen").map(|(_, id)| id)
}

/// Whether a session has started since the page was shown: the form does not cover it.
async fn has_new(visit: &RequestContext) -> Result<bool, PageError> {
    let request = ListSessions { slice: PageParams { limit: Some(SHOWN), cursor: None } };
    let Json(found) = visit.web.needs.auth.call(&visit.cx, request).await?;
    let is_seen =
        |session: &ActiveSession| session.current || seen(visit).any(|id| id == session.id.to_string());
    Ok(seen(visit).next().is_some() && !found.items.iter().all(is_seen))
}

/// Ends the sessions that the page showed, one by one.
async fn end_seen(visit: &RequestContext) -> Result<PageResponse, PageError> {
    for id in seen(visit).take(SHOWN.into()) {
        let id = Path(id.parse().map_err(|_| PageError::NotFound)?);
        match visit.web.needs.auth.call(&visit.cx, EndSession { id }).await {
            Ok(_) => {}
            Err(CallError::Problem(problem)) if problem.status == 404 => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(PageResponse::redirect("/account/sessions"))
}
