//! The first administrator of a shop, created with the code that the shop prints at its start.

use super::register::{check_email, check_password};
use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse},
    texts as t,
    ui::{
        components::{Field, post, summary_of},
        form::FieldErrors,
        page::Page,
    },
};
use contracts::auth::{CompleteSetup, FirstAdmin, GetSetupStatus, SetUpError, SetupStatus};
use endpoint::{Body, CreatedWithoutEtag, Json, client::CallError, http::StatusCode};
use kernel::Secret;
use maud::{Markup, html};

/// The code is in the fragment of the link, which browsers do not send: a script copies it into the field, otherwise the user does.
const CODE: Field = Field::new("code", t::SETUP_CODE).autocomplete("off").hint(t::SETUP_CODE_HINT);
const NAME: Field = Field::new("name", t::YOUR_NAME).autocomplete("name").optional();
const EMAIL: Field =
    Field::new("email", t::EMAIL).kind("email").autocomplete("username").hint(t::SETUP_EMAIL_HINT);
const PASSWORD: Field =
    Field::new("password", t::PASSWORD).kind("password").autocomplete("new-password").hint(t::PASSWORD_HINT);

/// `GET /setup`.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    Ok(if has_administrator(&visit).await { is_over() } else { page(&visit, &FieldErrors::default()).into() })
}

/// Whether setup is complete. Where auth does not respond, submitting the form tells.
async fn has_administrator(visit: &RequestContext) -> bool {
    let Some(auth) = visit.web.needs.as_gateway("auth") else { return false };
    let cx = visit.as_nobody();
    matches!(auth.call(&cx, GetSetupStatus {}).await, Ok(Json(SetupStatus { is_over: true })))
}

/// `POST /setup`: creates the administrator and signs in.
pub(crate) async fn complete(visit: RequestContext) -> Result<PageResponse, PageError> {
    let form = &visit.form;
    let mut faults = FieldErrors::default();
    faults.demand(form, "code", t::ENTER_SETUP_CODE.text());
    check_email(form, &mut faults);
    check_password(form, "password", &mut faults);
    let admin = FirstAdmin {
        setup_token: Secret::new(code(form.text("code"))),
        email: form.text("email").to_owned(),
        password: Secret::new(form.raw("password")),
        name: form.given("name"),
    };
    // all errors are shown together with those of the contract
    faults.of_request(&admin);
    if faults.is_empty() {
        match visit.web.needs.auth.call(&visit.cx, CompleteSetup { admin: Body(admin) }).await {
            Ok(CreatedWithoutEtag { body, .. }) => {
                visit.begin_session(body, true);
                return Ok(PageResponse::redirect("/console"));
            }
            Err(CallError::Refused(SetUpError::SetUpAlready)) => return Ok(is_over()),
            Err(CallError::Refused(SetUpError::InvalidSetupToken)) => {
                faults.add("code", t::NOT_THE_SETUP_CODE)
            }
            Err(CallError::Refused(SetUpError::EmailTaken)) => faults.add("email", t::SETUP_EMAIL_TAKEN),
            Err(CallError::Refused(SetUpError::CommonPassword)) => faults.add("password", t::COMMON_PASSWORD),
            Err(CallError::Problem(problem)) => match FieldErrors::read(&problem) {
                Some(found) => faults = found,
                None => return Err(CallError::<SetUpError>::Problem(problem).into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
    Ok(page(&visit, &faults).with_status(StatusCode::UNPROCESSABLE_ENTITY).into())
}

/// The code in the field, which may contain the whole link.
fn code(typed: &str) -> &str {
    typed.rsplit('#').next().unwrap_or(typed)
}

fn page(visit: &RequestContext, faults: &FieldErrors) -> Page {
    let form = &visit.form;
    let fields = html! {
        (summary_of(&[CODE, NAME, EMAIL, PASSWORD], faults, Some(t::NOT_SET_UP.text())))
        div.stack {
            div data-from-hash { (CODE.show(form, faults)) }
            (NAME.show(form, faults)) (EMAIL.show(form, faults)) (PASSWORD.show(form, faults))
        }
        button.btn.btn-primary.btn-wide { (t::MAKE_ADMINISTRATOR) }
    };
    let main = html! {
        div.narrow.stack.gap-6 {
            div.stack.gap-2 { h1 { (t::SET_UP) } p.quiet { (t::SET_UP_MORE) } }
            (post(visit.csrf(), "/setup", "panel stack gap-6", fields))
        }
    };
    Page::new(t::SET_UP, main)
}

/// The page about a completed setup.
fn is_over() -> PageResponse {
    let way: Markup = html! { a.btn.btn-primary.wide-on-phones href="/sign-in" { (t::SIGN_IN) } };
    let main = html! {
        div.narrow.stack.gap-6 {
            div.stack.gap-2 { h1 { (t::SET_UP_ALREADY) } p.quiet { (t::SET_UP_ALREADY_MORE) } }
            div.row { (way) }
        }
    };
    Page::new(t::SET_UP_ALREADY, main).with_status(StatusCode::GONE).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_link_does_for_its_code() {
        for typed in ["abc_-1", "#abc_-1", "http://127.0.0.1:8080/setup#abc_-1"] {
            assert_eq!(code(typed), "abc_-1", "{typed}");
        }
    }
}
