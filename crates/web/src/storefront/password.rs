//! A forgotten password: an email with a code, and a new password with the code.

use super::register::{check_email, check_password};
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse},
    texts as t,
    ui::{
        components::{Field, banner, post, summary},
        form::{FieldErrors, Form},
        page::Page,
    },
};
use contracts::auth::{
    ForgotPassword, ForgotPasswordRequest, PasswordReset, ResetPassword, ResetPasswordError,
};
use endpoint::{Body, client::CallError, http::StatusCode};
use kernel::Secret;
use maud::{Markup, html};

const EMAIL: Field = Field::new("email", t::EMAIL).kind("email").autocomplete("email");
const CODE: Field = Field::new("token", t::CODE).hint(t::CODE_HINT).autocomplete("one-time-code");
const PASSWORD: Field = Field::new("new_password", t::NEW_PASSWORD)
    .kind("password")
    .autocomplete("new-password")
    .hint(t::PASSWORD_HINT);

pub(crate) async fn forgot(visit: RequestContext) -> Result<PageResponse, PageError> {
    Ok(asking(&visit, &FieldErrors::default()).into())
}

/// Requests the email. The response does not reveal whether the account exists.
pub(crate) async fn send(visit: RequestContext) -> Result<PageResponse, PageError> {
    let mut faults = FieldErrors::default();
    check_email(&visit.form, &mut faults);
    if faults.is_empty() {
        let account = Body(ForgotPasswordRequest { email: visit.form.text("email").to_owned() });
        match visit.web.needs.auth.call(&visit.cx, ForgotPassword { account }).await {
            Ok(_) => return Ok(PageResponse::redirect_with_flash("/reset?sent=1")),
            Err(CallError::Problem(problem)) => match FieldErrors::read(&problem) {
                Some(found) => faults = found,
                None => return Err(CallError::<endpoint::NoErrors>::Problem(problem).into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
    Ok(asking(&visit, &faults).with_status(StatusCode::UNPROCESSABLE_ENTITY).into())
}

fn asking(visit: &RequestContext, faults: &FieldErrors) -> Page {
    let fields = html! {
        (summary(faults, Some(t::NO_MAIL_SENT.text())))
        (EMAIL.show(&visit.form, faults))
        button.btn.btn-primary.btn-wide { (t::SEND_MAIL) }
    };
    around(
        t::FORGOTTEN_TITLE.text(),
        t::FORGOTTEN_MORE.text(),
        post(visit.csrf(), "/forgot", "panel stack gap-6", fields),
    )
}

pub(crate) async fn reset(visit: RequestContext) -> Result<PageResponse, PageError> {
    Ok(choosing(&visit, &FieldErrors::default(), false).into())
}

/// Sets the new password.
pub(crate) async fn choose(visit: RequestContext) -> Result<PageResponse, PageError> {
    let form: &Form = &visit.form;
    let (mut faults, mut is_over) = (FieldErrors::default(), false);
    faults.demand(form, "token", t::ENTER_CODE.text());
    check_password(form, "new_password", &mut faults);
    if faults.is_empty() {
        let token = Secret::new(form.text("token"));
        let reset = Body(PasswordReset { token, new_password: Secret::new(form.raw("new_password")) });
        match visit.web.needs.auth.call(&visit.cx, ResetPassword { reset }).await {
            Ok(_) => {
                visit.sign_out();
                return Ok(PageResponse::redirect_with_flash("/sign-in?chosen=1"));
            }
            Err(CallError::Refused(ResetPasswordError::InvalidResetToken)) => {
                is_over = true;
                faults.add("token", t::CODE_NOT_GOOD);
            }
            Err(CallError::Refused(ResetPasswordError::CommonPassword)) => {
                faults.add("new_password", t::COMMON_PASSWORD);
            }
            Err(CallError::Problem(problem)) => match FieldErrors::read(&problem) {
                Some(found) => faults = found,
                None => return Err(CallError::<ResetPasswordError>::Problem(problem).into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
    Ok(choosing(&visit, &faults, is_over).with_status(StatusCode::UNPROCESSABLE_ENTITY).into())
}

/// `is_over`: the code is invalid or expired, and the page offers another email.
fn choosing(visit: &RequestContext, faults: &FieldErrors, is_over: bool) -> Page {
    // the link of the email contains the code
    let code = if visit.form.text("token").is_empty() { &visit.query } else { &visit.form };
    let fields = html! {
        @if visit.done("sent") == "1" { (banner("good", t::MAIL_SENT.text(), html! { p { (t::MAIL_SENT_MORE) } })) }
        (summary(faults, Some(t::PASSWORD_STAYS.text())))
        @if is_over { div.row { a.btn href="/forgot" { (t::SEND_ANOTHER_CODE) } } }
        // the field for the code is shown only where the link had none, or an invalid one
        @if code.text("token").is_empty() || faults.of("token").is_some() { (CODE.show(code, faults)) }
        @else { input type="hidden" name="token" value=(code.raw("token")); }
        (PASSWORD.show(&visit.form, faults))
        button.btn.btn-primary.btn-wide { (t::SET_PASSWORD) }
    };
    around(
        t::NEW_PASSWORD_TITLE.text(),
        t::NEW_PASSWORD_MORE.text(),
        post(visit.csrf(), "/reset", "panel stack gap-6", fields),
    )
}

fn around(title: &str, more: &str, form: Markup) -> Page {
    let main = html! {
        div.narrow.stack.gap-6 {
            div.stack.gap-2 { h1 { (title) } p.quiet { (more) } }
            (form)
            p.small { a href="/sign-in" { (t::BACK_TO_SIGN_IN) } }
        }
    };
    Page::new(title, main)
}
