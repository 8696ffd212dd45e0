//! Verifying an address: the page that a mail's link opens, and another mail.
//!
//! The link shows a button: what looks at links before people do must not use its code up.

use crate::{
    session::{page_error::Stop, request::Visit, response::Shown},
    texts as t,
    ui::{
        components::{post, refusal},
        page::Page,
    },
};
use contracts::auth::{
    AskForVerificationError, EmailVerification, RequestEmailVerification, VerifyEmail, VerifyEmailError,
};
use endpoint::{Body, client::CallError, http::StatusCode};
use kernel::Secret;
use maud::html;

pub(crate) async fn show(visit: Visit) -> Result<Shown, Stop> {
    Ok(asking(&visit, visit.query.text("token")).into())
}

fn asking(visit: &Visit, token: &str) -> Page {
    let fields = html! {
        input type="hidden" name="token" value=(token);
        button.btn.btn-primary.btn-wide { (t::VERIFY) }
    };
    let main = html! {
        div.narrow.stack.gap-6 {
            div.stack.gap-2 { h1 { (t::VERIFY_TITLE) } p.quiet { (t::VERIFY_MORE) } }
            (post(visit.csrf(), "/verify", "panel stack gap-6", fields))
        }
    };
    Page::new(t::VERIFY_TITLE, main)
}

/// Verifies the address.
pub(crate) async fn verify(visit: Visit) -> Result<Shown, Stop> {
    let token = visit.form.text("token");
    let verification = Body(EmailVerification { token: Secret::new(token) });
    match visit.web.needs.auth.call(&visit.cx, VerifyEmail { verification }).await {
        Ok(_) => Ok(done(&visit).into()),
        Err(CallError::Refused(VerifyEmailError::InvalidVerificationToken)) => {
            Ok(not_good().with_status(StatusCode::UNPROCESSABLE_ENTITY).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// A link that is used up is asked for anew where the address is shown; the same button would say the same once more.
fn not_good() -> Page {
    let main = html! {
        div.narrow.stack.gap-6 {
            h1 { (t::VERIFY_TITLE) }
            (refusal("bad", t::LINK_NOT_GOOD.say(), html! { p { (t::LINK_NOT_GOOD_MORE) } }))
            div.row { a.btn.btn-primary href="/account/profile" { (t::TO_YOUR_PROFILE) } }
        }
    };
    Page::new(t::VERIFY_TITLE, main)
}

fn done(visit: &Visit) -> Page {
    let (place, name) = match visit.session {
        Some(_) => ("/account/orders", t::YOUR_ORDERS),
        None => ("/sign-in?next=%2Faccount%2Forders", t::SIGN_IN),
    };
    let main = html! {
        div.narrow.stack.gap-6 {
            div.stack.gap-2 { h1 { (t::VERIFIED_TITLE) } p.quiet { (t::VERIFIED_MORE) } }
            div.row { a.btn.btn-primary href=(place) { (name) } }
        }
    };
    Page::new(t::VERIFIED_TITLE, main)
}

/// Asks for another mail.
pub(crate) async fn ask(visit: Visit) -> Result<Shown, Stop> {
    visit.signed_in()?;
    match visit.web.needs.auth.call(&visit.cx, RequestEmailVerification {}).await {
        Ok(_) => Ok(Shown::done("/account/profile?saved=mail")),
        Err(CallError::Refused(
            AskForVerificationError::EmailVerifiedAlready | AskForVerificationError::NoEmail,
        )) => Ok(Shown::there("/account/profile")),
        Err(error) => Err(error.into()),
    }
}
