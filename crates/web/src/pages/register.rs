//! Making an account.

use super::sign_in::with_next;
use crate::{
    basket, done,
    form::{Faults, Form},
    parts::{Field, banner, post, summary_of},
    shown::{Page, Shown, Stop},
    texts as t,
    visit::Visit,
};
use contracts::auth::{ForgotPasswordRequest, NewAccount, Register, RegisterError};
use endpoint::{Body, CreatedWithoutEtag, ValidateRequest, client::CallError, http::StatusCode};
use kernel::Secret;
use maud::{Markup, html};

const NAME: Field = Field::new("name", t::YOUR_NAME).autocomplete("name").optional();
const EMAIL: Field = Field::new("email", t::EMAIL).kind("email").autocomplete("email").hint(t::EMAIL_HINT);
const PASSWORD: Field =
    Field::new("password", t::PASSWORD).kind("password").autocomplete("new-password").hint(t::PASSWORD_HINT);

/// Where it is.
pub(super) const PATH: &str = "/register";

pub(crate) async fn show(visit: Visit) -> Result<Shown, Stop> {
    if visit.session.is_some() {
        return Ok(Shown::there("/account"));
    }
    Ok(page(&visit, &Faults::default()).into())
}

/// Makes the account, and signs it in.
pub(crate) async fn register(visit: Visit) -> Result<Shown, Stop> {
    let form = &visit.form;
    let account = NewAccount {
        username: None,
        email: form.given("email"),
        password: Secret::new(form.raw("password")),
        name: form.given("name"),
        language: Some(visit.language),
    };
    let mut faults = check(form);
    // what else the contract says of it: all that is wrong is told at once
    faults.of_request(&account);
    if faults.is_empty() {
        match visit.web.needs.auth.call(&visit.cx, Register { account: Body(account) }).await {
            Ok(CreatedWithoutEtag { body, .. }) => {
                let email = body.user.email.clone().unwrap_or_default();
                let session = visit.begin_session(body, true);
                basket::come_along(&visit, &session).await;
                done::note(&visit, &place_of(&visit), &email);
                return Ok(on(&visit));
            }
            Err(CallError::Refused(RegisterError::EmailTaken | RegisterError::UsernameTaken)) => {
                faults.add("email", t::EMAIL_TAKEN);
            }
            Err(CallError::Refused(RegisterError::CommonPassword)) => {
                faults.add("password", t::COMMON_PASSWORD)
            }
            Err(CallError::Problem(problem)) => match Faults::read(&problem) {
                Some(found) => faults = found,
                None => return Err(CallError::<RegisterError>::Problem(problem).into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
    Ok(page(&visit, &faults).with_status(StatusCode::UNPROCESSABLE_ENTITY).into())
}

/// The member of an address that says that an account was made just before.
const WELCOME: &str = "welcome";

/// Where it goes on for who has made an account: the page welcomes them.
pub(super) fn on(visit: &Visit) -> Shown {
    Shown::there(place_of(visit))
}
fn place_of(visit: &Visit) -> String {
    welcoming(&visit.next().unwrap_or_else(|| "/".to_owned()))
}

/// The address of a page that is to welcome somebody.
fn welcoming(place: &str) -> String {
    let (page, part) =
        place.split_once('#').map_or((place, String::new()), |(page, part)| (page, format!("#{part}")));
    let and = if page.contains('?') { '&' } else { '?' };
    format!("{page}{and}{WELCOME}=1{part}")
}

/// What somebody is told first, on the page to which making an account led.
pub(crate) fn welcome(visit: &Visit) -> Markup {
    html! {
        @if let Some(email) = visit.done_to(WELCOME) {
            div.first { (banner("good", t::ACCOUNT_MADE.say(), html! { p { (t::account_made_more(&email)) } })) }
        }
    }
}

fn check(form: &Form) -> Faults {
    let mut faults = Faults::default();
    check_email(form, &mut faults);
    check_password(form, "password", &mut faults);
    faults
}

/// An address of which there can be a mailbox.
pub(crate) fn check_email(form: &Form, faults: &mut Faults) {
    let mut found = Vec::new();
    ForgotPasswordRequest { email: form.text("email").to_owned() }.check(&mut found);
    if !found.is_empty() {
        faults.add("email", t::ENTER_EMAIL);
    }
}

/// A password that can be one.
pub(crate) fn check_password(form: &Form, field: &str, faults: &mut Faults) {
    if !(8..=128).contains(&form.raw(field).chars().count()) {
        faults.add(field, t::PASSWORD_LENGTH);
    }
}

fn page(visit: &Visit, faults: &Faults) -> Page {
    let form = &visit.form;
    // who comes from an order brings the address along that it was ordered with
    let email = if form.text("email").is_empty() { &visit.query } else { form };
    let fields = html! {
        (summary_of(&[NAME, EMAIL, PASSWORD], faults, Some(t::NO_ACCOUNT_MADE.say())))
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
            (post(visit, PATH, "panel stack gap-6", fields))
        }
    };
    Page::new(t::MAKE_AN_ACCOUNT_TITLE, main)
}
