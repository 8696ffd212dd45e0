//! Email verification: the page that the link of an email opens, and the request for another email.
//!
//! The link opens a page with a button, so that programs that open links do not use the code up.

use crate::{
    session::{page_error::PageError, request::RequestContext, response::PageResponse},
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

pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    Ok(asking(&visit, visit.query.text("token")).into())
}

fn asking(visit: &RequestContext, token: &str) -> Page {
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
pub(crate) async fn verify(visit: RequestContext) -> Result<PageResponse, PageError> {
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

/// The page about an invalid or expired code: the account page offers another email.
fn not_good() -> Page {
    let main = html! {
        div.narrow.stack.gap-6 {
            h1 { (t::VERIFY_TITLE) }
            (refusal("bad", t::LINK_NOT_GOOD.text(), html! { p { (t::LINK_NOT_GOOD_MORE) } }))
            div.row { a.btn.btn-primary href="/account/profile" { (t::TO_YOUR_PROFILE) } }
        }
    };
    Page::new(t::VERIFY_TITLE, main)
}

fn done(visit: &RequestContext) -> Page {
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

/// Requests another email.
pub(crate) async fn request(visit: RequestContext) -> Result<PageResponse, PageError> {
    visit.signed_in()?;
    match visit.web.needs.auth.call(&visit.cx, RequestEmailVerification {}).await {
        Ok(_) => Ok(PageResponse::redirect_with_flash("/account/profile?saved=mail")),
        Err(CallError::Refused(
            AskForVerificationError::EmailVerifiedAlready | AskForVerificationError::NoEmail,
        )) => Ok(PageResponse::redirect("/account/profile")),
        Err(error) => Err(error.into()),
    }
}
