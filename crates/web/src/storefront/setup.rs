//! The first administrator of a shop, made with the code that the shop prints at its start.

use super::register::{check_email, check_password};
use crate::{
    session::{page_error::Stop, request::Visit, response::Shown},
    texts as t,
    ui::{
        components::{Field, post, summary_of},
        form::Faults,
        page::Page,
    },
};
use contracts::auth::{CompleteSetup, FirstAdmin, GetSetupStatus, SetUpError, SetupStatus};
use endpoint::{Body, CreatedWithoutEtag, Json, client::CallError, http::StatusCode};
use kernel::Secret;
use maud::{Markup, html};

/// Behind the `#` of the link, which browsers send to nobody: a script puts it into the field, and others do by hand.
const CODE: Field = Field::new("code", t::SETUP_CODE).autocomplete("off").hint(t::SETUP_CODE_HINT);
const NAME: Field = Field::new("name", t::YOUR_NAME).autocomplete("name").optional();
const EMAIL: Field =
    Field::new("email", t::EMAIL).kind("email").autocomplete("username").hint(t::SETUP_EMAIL_HINT);
const PASSWORD: Field =
    Field::new("password", t::PASSWORD).kind("password").autocomplete("new-password").hint(t::PASSWORD_HINT);

/// `GET /setup`.
pub(crate) async fn show(visit: Visit) -> Result<Shown, Stop> {
    Ok(if has_administrator(&visit).await { is_over() } else { page(&visit, &Faults::default()).into() })
}

/// Whether there is nothing to set up any more. Where nobody tells, whoever sends the form will hear of it.
async fn has_administrator(visit: &Visit) -> bool {
    let Some(auth) = visit.web.needs.at_the_door("auth") else { return false };
    let cx = visit.as_nobody();
    matches!(auth.call(&cx, GetSetupStatus {}).await, Ok(Json(SetupStatus { is_over: true })))
}

/// `POST /setup`: makes the administrator, and signs it in.
pub(crate) async fn make(visit: Visit) -> Result<Shown, Stop> {
    let form = &visit.form;
    let mut faults = Faults::default();
    faults.demand(form, "code", t::ENTER_SETUP_CODE.say());
    check_email(form, &mut faults);
    check_password(form, "password", &mut faults);
    let admin = FirstAdmin {
        setup_token: Secret::new(code(form.text("code"))),
        email: form.text("email").to_owned(),
        password: Secret::new(form.raw("password")),
        name: form.given("name"),
    };
    // what else the contract says of it: all that is wrong is told at once
    faults.of_request(&admin);
    if faults.is_empty() {
        match visit.web.needs.auth.call(&visit.cx, CompleteSetup { admin: Body(admin) }).await {
            Ok(CreatedWithoutEtag { body, .. }) => {
                visit.begin_session(body, true);
                return Ok(Shown::there("/console"));
            }
            Err(CallError::Refused(SetUpError::SetUpAlready)) => return Ok(is_over()),
            Err(CallError::Refused(SetUpError::InvalidSetupToken)) => {
                faults.add("code", t::NOT_THE_SETUP_CODE)
            }
            Err(CallError::Refused(SetUpError::EmailTaken)) => faults.add("email", t::SETUP_EMAIL_TAKEN),
            Err(CallError::Refused(SetUpError::CommonPassword)) => faults.add("password", t::COMMON_PASSWORD),
            Err(CallError::Problem(problem)) => match Faults::read(&problem) {
                Some(found) => faults = found,
                None => return Err(CallError::<SetUpError>::Problem(problem).into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
    Ok(page(&visit, &faults).with_status(StatusCode::UNPROCESSABLE_ENTITY).into())
}

/// The code in what was put into the field, be it the whole link.
fn code(typed: &str) -> &str {
    typed.rsplit('#').next().unwrap_or(typed)
}

fn page(visit: &Visit, faults: &Faults) -> Page {
    let form = &visit.form;
    let fields = html! {
        (summary_of(&[CODE, NAME, EMAIL, PASSWORD], faults, Some(t::NOT_SET_UP.say())))
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

/// There is an administrator.
fn is_over() -> Shown {
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
