//! Registration.

use crate::{
    session::{
        basket, flash,
        page_error::PageError,
        request::RequestContext,
        response::PageResponse,
        sign_in::{REGISTER, redirect_after_registration, with_next},
        welcome,
    },
    texts as t,
    ui::{
        components::{Field, post, summary_of},
        form::{FieldErrors, Form},
        page::Page,
    },
};
use contracts::auth::{ForgotPasswordRequest, NewAccount, Register, RegisterError};
use endpoint::{Body, CreatedWithoutEtag, ValidateRequest, client::CallError, http::StatusCode};
use kernel::Secret;
use maud::html;

const NAME: Field = Field::new("name", t::YOUR_NAME).autocomplete("name").optional();
const EMAIL: Field = Field::new("email", t::EMAIL).kind("email").autocomplete("email").hint(t::EMAIL_HINT);
const PASSWORD: Field =
    Field::new("password", t::PASSWORD).kind("password").autocomplete("new-password").hint(t::PASSWORD_HINT);

pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    if visit.session.is_some() {
        return Ok(PageResponse::redirect("/account"));
    }
    Ok(page(&visit, &FieldErrors::default()).into())
}

/// Creates the account and signs in.
pub(crate) async fn register(visit: RequestContext) -> Result<PageResponse, PageError> {
    let form = &visit.form;
    let account = NewAccount {
        username: None,
        email: form.given("email"),
        password: Secret::new(form.raw("password")),
        name: form.given("name"),
        language: Some(visit.language),
    };
    let mut faults = check(form);
    // all errors are shown together with those of the contract
    faults.of_request(&account);
    if faults.is_empty() {
        match visit.web.needs.auth.call(&visit.cx, Register { account: Body(account) }).await {
            Ok(CreatedWithoutEtag { body, .. }) => {
                let email = body.user.email.clone().unwrap_or_default();
                let session = visit.begin_session(body, true);
                basket::merge_at_sign_in(&visit, &session).await;
                flash::note(&visit, &welcome::place_of(&visit), &email);
                return Ok(redirect_after_registration(&visit));
            }
            Err(CallError::Refused(RegisterError::EmailTaken | RegisterError::UsernameTaken)) => {
                faults.add("email", t::EMAIL_TAKEN);
            }
            Err(CallError::Refused(RegisterError::CommonPassword)) => {
                faults.add("password", t::COMMON_PASSWORD)
            }
            Err(CallError::Problem(problem)) => match FieldErrors::read(&problem) {
                Some(found) => faults = found,
                None => return Err(CallError::<RegisterError>::Problem(problem).into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
    Ok(page(&visit, &faults).with_status(StatusCode::UNPROCESSABLE_ENTITY).into())
}

fn check(form: &Form) -> FieldErrors {
    let mut faults = FieldErrors::default();
    check_email(form, &mut faults);
    check_password(form, "password", &mut faults);
    faults
}

/// Requires a valid email address.
pub(crate) fn check_email(form: &Form, faults: &mut FieldErrors) {
    let mut found = Vec::new();
    ForgotPasswordRequest { email: form.text("email").to_owned() }.check(&mut found);
    if !found.is_empty() {
        faults.add("email", t::ENTER_EMAIL);
    }
}

/// Requires a valid password.
pub(crate) fn check_password(form: &Form, field: &str, faults: &mut FieldErrors) {
    if !(8..=128).contains(&form.raw(field).chars().count()) {
        faults.add(field, t::PASSWORD_LENGTH);
    }
}

fn page(visit: &RequestContext, faults: &FieldErrors) -> Page {
    let form = &visit.form;
    // a link from an order contains the email address of the order
    let email = if form.text("email").is_empty() { &visit.query } else { form };
    let fields = html! {
        (summary_of(&[NAME, EMAIL, PASSWORD], faults, Some(t::NO_ACCOUNT_MADE.text())))
        @if let Some(next) = visit.next() { input type="hidden" name="next" value=(next); }
        div.stack { (NAME.show(form, faults)) (EMAIL.show(email, faults)) (PASSWORD.show(form, faults)) }
        button.btn.btn-primary.btn-wide { (t::MAKE_ACCOUNT) }
    };
    let main = html! {
        div.narrow.stack.gap-6 {
            div.stack.gap-2 {
                h1 { (t::MAKE_AN_ACCOUNT_TITLE) }
                p.quiet { (t::HAVE_ONE) a href=(with_next(visit, "/sign-in")) { (t::SIGN_IN) } "." }
            }
            (post(visit.csrf(), REGISTER, "panel stack gap-6", fields))
        }
    };
    Page::new(t::MAKE_AN_ACCOUNT_TITLE, main)
}
