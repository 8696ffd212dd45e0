//! Where signing in and making an account lead, and forms of the two that are sent a second time.

use super::{
    client_headers::telling, page_error::Stop, pending_form, request::Visit, response::Shown,
    tokens::Session, welcome,
};
use crate::ui::form::Form;
use contracts::auth::{GetMe, User};
use endpoint::{Conditional, IfNoneMatch};

/// Where an account is made.
pub(crate) const REGISTER: &str = "/register";

/// The account of who is signed in, and its ETag.
pub(crate) async fn me(visit: &Visit) -> Result<(String, User), Stop> {
    match visit.web.needs.auth.call(&visit.cx, GetMe { known: IfNoneMatch(None) }).await? {
        Conditional::New { etag, body } => Ok((etag, body)),
        Conditional::NotModified { .. } => Err(Stop::Unavailable),
    }
}

/// Where it goes on for who has signed in.
pub(crate) fn on(visit: &Visit, session: &Session) -> Shown {
    let home = if session.is_staff { "/console" } else { "/" };
    Shown::there(visit.next().unwrap_or_else(|| home.to_owned()))
}

/// Where it goes on for who has made an account: the page welcomes them.
pub(crate) fn registered(visit: &Visit) -> Shown {
    Shown::there(welcome::place_of(visit))
}

/// Whether this is a form of signing in or of making an account that names who is signed in by now, and was shown to the same
/// browser before they were: it was sent twice, and what it is for is done.
pub(crate) async fn is_done(visit: &Visit, form: &Form) -> bool {
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
    let me = telling(&visit.headers, me(visit)).await;
    me.is_ok_and(|(_, me)| [&me.email, &me.username].into_iter().any(is_named))
}

/// Leads them on as after the first time. Nothing is done.
pub(crate) fn led_on(visit: &Visit) -> Shown {
    match &visit.session {
        Some(session) if visit.path != REGISTER => on(visit, session),
        _ => registered(visit),
    }
}

/// Where the other page of the two leads back to.
pub(crate) fn with_next(visit: &Visit, path: &str) -> String {
    let Some(next) = visit.next() else { return path.to_owned() };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish();
    format!("{path}?{query}")
}
