//! Where sign-in and registration lead, and what happens to their forms when they are sent twice.

use super::{
    client_headers::with_client_headers, page_error::PageError, pending_form, request::RequestContext,
    response::PageResponse, tokens::Session, welcome,
};
use crate::ui::form::Form;
use contracts::auth::{GetMe, User};
use endpoint::{Conditional, IfNoneMatch};

/// The path of the registration page.
pub(crate) const REGISTER: &str = "/register";

/// The signed-in account and its ETag.
pub(crate) async fn me(visit: &RequestContext) -> Result<(String, User), PageError> {
    match visit.web.needs.auth.call(&visit.cx, GetMe { known: IfNoneMatch(None) }).await? {
        Conditional::New { etag, body } => Ok((etag, body)),
        Conditional::NotModified { .. } => Err(PageError::Unavailable),
    }
}

/// Where sign-in leads.
pub(crate) fn redirect_after_sign_in(visit: &RequestContext, session: &Session) -> PageResponse {
    let home = if session.is_staff { "/console" } else { "/" };
    PageResponse::redirect(visit.next().unwrap_or_else(|| home.to_owned()))
}

/// Where registration leads: that page welcomes the customer.
pub(crate) fn redirect_after_registration(visit: &RequestContext) -> PageResponse {
    PageResponse::redirect(welcome::place_of(visit))
}

/// Whether this sign-in or registration form names the account that is signed in, and was shown to this browser before: it was sent
/// twice, and its work is done.
pub(crate) async fn is_done(visit: &RequestContext, form: &Form) -> bool {
    let named = match visit.path.as_str() {
        "/sign-in" => form.text("who"),
        REGISTER => form.text("email"),
        _ => return false,
    };
    if !pending_form::was_given(visit, form) {
        return false;
    }
    let is_named = |known: &Option<String>| {
        known.as_ref().is_some_and(|known| known.to_lowercase() == named.to_lowercase())
    };
    let me = with_client_headers(&visit.headers, me(visit)).await;
    me.is_ok_and(|(_, me)| [&me.email, &me.username].into_iter().any(is_named))
}

/// Leads on as after the first time, and changes nothing.
pub(crate) fn redirect_again(visit: &RequestContext) -> PageResponse {
    match &visit.session {
        Some(session) if visit.path != REGISTER => redirect_after_sign_in(visit, session),
        _ => redirect_after_registration(visit),
    }
}

/// The path of the other page of the two, with the page that it leads back to.
pub(crate) fn with_next(visit: &RequestContext, path: &str) -> String {
    let Some(next) = visit.next() else { return path.to_owned() };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish();
    format!("{path}?{query}")
}
