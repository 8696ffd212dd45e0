//! Signing in and out.

use crate::{
    session::{
        basket,
        page_error::PageError,
        pending_form,
        request::RequestContext,
        response::PageResponse,
        sign_in::{redirect_after_sign_in, with_next},
    },
    texts as t,
    ui::{
        components::{Field, banner, error_line, post, refusal, summary},
        form::{FieldErrors, Form},
        page::Page,
    },
};
use contracts::auth::{Credentials, Login, LoginError, Logout};
use endpoint::{Body, Json, client::CallError, http::StatusCode};
use kernel::Secret;
use maud::{Markup, html};

const WHO: Field = Field::new("who", t::EMAIL_OR_USERNAME).autocomplete("username");

pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    if visit.session.is_some() {
        return Ok(PageResponse::redirect(visit.next().unwrap_or_else(|| "/account".to_owned())));
    }
    let chosen = html! {
        @if visit.next().is_some_and(|next| next.starts_with("/orders/")) {
            (banner("", t::ORDER_BY_LINK.text(), html! { p { (t::ORDER_BY_LINK_MORE) } }))
        }
        @if visit.next().is_some_and(|next| next == pending_form::PATH) {
            (banner("wait", t::SESSION_HAS_ENDED.text(), html! { p { (t::SESSION_HAS_ENDED_MORE) } }))
        }
        @if visit.done("ended") == "1" {
            (banner("wait", t::SESSION_HAS_ENDED.text(), html! { p { (t::DO_IT_ONCE_MORE) } }))
        }
        @if visit.done("chosen") == "1" {
            (banner("good", t::PASSWORD_IS_SET.text(), html! { p { (t::PASSWORD_IS_SET_MORE) } }))
        }
    };
    Ok(page(&visit, chosen, &FieldErrors::default()).into())
}

/// Signs in.
pub(crate) async fn submit(visit: RequestContext) -> Result<PageResponse, PageError> {
    let faults = check(&visit.form);
    if !faults.is_empty() {
        let said = summary(&faults, Some(t::NOT_SIGNED_IN.text()));
        return Ok(page(&visit, said, &faults).with_status(StatusCode::UNPROCESSABLE_ENTITY).into());
    }
    let who = visit.form.text("who").to_owned();
    let (username, email) = if who.contains('@') { (None, Some(who)) } else { (Some(who), None) };
    let password = Secret::new(visit.form.raw("password"));
    let credentials = Body(Credentials { username, email, password, device_token: visit.device() });
    let (status, title, more) = match visit.web.needs.auth.call(&visit.cx, Login { credentials }).await {
        Ok(Json(signed_in)) => {
            let stays = visit.form.text("stay") == "on";
            let session = visit.begin_session(signed_in, stays);
            basket::merge_at_sign_in(&visit, &session).await;
            return Ok(redirect_after_sign_in(&visit, &session));
        }
        Err(CallError::Refused(LoginError::InvalidCredentials)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, t::DO_NOT_GO_TOGETHER, wrong_password())
        }
        Err(CallError::Refused(LoginError::AccountDisabled)) => {
            (StatusCode::FORBIDDEN, t::SWITCHED_OFF, html! { (t::SWITCHED_OFF_MORE) })
        }
        Err(CallError::Refused(LoginError::TooManyFailures { retry_after })) => {
            (StatusCode::TOO_MANY_REQUESTS, t::TOO_OFTEN, html! { (t::wait_seconds(u64::from(retry_after))) })
        }
        Err(CallError::Problem(problem)) if problem.status == 400 => {
            (StatusCode::UNPROCESSABLE_ENTITY, t::DO_NOT_GO_TOGETHER, wrong_password())
        }
        Err(error) => return Err(error.into()),
    };
    let said = refusal("bad", &title, html! { p { (t::NOT_SIGNED_IN) " " (more) } });
    Ok(page(&visit, said, &FieldErrors::default()).with_status(status).into())
}

/// The link to a new password.
fn wrong_password() -> Markup {
    html! { (t::DO_NOT_GO_TOGETHER_MORE) a href="/forgot" { (t::SET_A_NEW_PASSWORD) } "." }
}

/// Requires both fields.
fn check(form: &Form) -> FieldErrors {
    let mut faults = FieldErrors::default();
    faults.demand(form, "who", t::ENTER_WHO.text());
    if form.raw("password").is_empty() {
        faults.add("password", t::ENTER_PASSWORD);
    }
    faults
}

/// Signs out: the session ends everywhere.
pub(crate) async fn sign_out(visit: RequestContext) -> Result<PageResponse, PageError> {
    visit.sign_out();
    if visit.session.is_some()
        && let Err(error) = visit.web.needs.auth.call(&visit.cx, Logout {}).await
    {
        tracing::info!(%error, "a session was left, and not ended");
    }
    Ok(PageResponse::redirect("/"))
}

fn page(visit: &RequestContext, said: Markup, faults: &FieldErrors) -> Page {
    let wrong = faults.of("password");
    let form = html! {
        (said)
        @if let Some(next) = visit.next() { input type="hidden" name="next" value=(next); }
        div.stack {
            (WHO.show(&visit.form, faults))
            div.field.bad[wrong.is_some()] {
                div.row.spread {
                    label.label for="password" { (t::PASSWORD) }
                    a.small href="/forgot" { (t::FORGOTTEN) }
                }
                input.input id="password" name="password" type="password" autocomplete="current-password"
                    aria-describedby=[wrong.map(|_| "password-error")] aria-invalid=[wrong.map(|_| "true")];
                @if let Some(text) = wrong { (error_line(Some("password-error"), text)) }
            }
            label.check {
                input type="checkbox" name="stay" value="on" checked;
                span { (t::STAY_SIGNED_IN) }
            }
        }
        button.btn.btn-primary.btn-wide { (t::SIGN_IN) }
    };
    let main = html! {
        div.narrow.stack.gap-6 {
            div.stack.gap-2 {
                h1 { (t::SIGN_IN) }
                p.quiet { (t::NEW_HERE) a href=(with_next(visit, "/register")) { (t::MAKE_AN_ACCOUNT) } "." }
            }
            (post(visit.csrf(), "/sign-in", "panel stack gap-6", form))
            @if visit.basket.pieces > 0 { p.small.quiet { (t::BASKET_COMES_ALONG) } }
        }
    };
    Page::new(t::SIGN_IN, main)
}
