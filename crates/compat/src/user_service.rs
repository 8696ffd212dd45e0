//! The user service that an order service asks over HTTP, as in the originals: a façade's own, or one elsewhere.

use crate::{
    Compat,
    response::{FacadeError, refused},
};
use bytes::Bytes;
use endpoint::{
    http::{HeaderName, HeaderValue, Request, Response, Uri, header},
    transport::TransportError,
};
use kernel::failpoint;
use serde_json::value::RawValue;
use std::time::Duration;
use tokio::time::{Instant, error::Elapsed, timeout_at};

/// How long it may take: the order service answers within 2 s, whatever becomes of it.
const WITHIN: Duration = Duration::from_millis(1200);
/// So often it may send on to another address, as to the clients of the originals.
const SENT_ON_MAX: u32 = 5;

/// How an order service shows its own user service that it asks: such a call is no client's, and counts as nobody's.
pub(crate) const OWN_CALL: HeaderName = HeaderName::from_static("x-ordo-own-call");

/// What it said.
pub(crate) enum TokenCheck {
    /// That all is well, with this body.
    Valid(Box<RawValue>),
    /// That there is no such thing, or that nobody may ask for it so.
    Invalid,
    /// That it is asked too often.
    Busy,
    /// Nothing in time, or that it cannot answer now; where it is our own, which has as much to do as we have.
    Late,
    /// Nothing that can be understood, or nothing in time.
    NoResponse,
}

/// What its clients are told then: it is not for us to say that something is not there.
pub(crate) fn busy() -> FacadeError {
    refused(429, "The user service is asked too often. Come back later")
}

/// Asks it for `path`, and goes where it sends on to.
pub(crate) async fn ask(compat: &Compat, path: &str) -> TokenCheck {
    let Ok(mut path) = path.parse::<Uri>() else { return TokenCheck::Invalid };
    let (mut to, until) = (compat.user_url().to_owned(), Instant::now() + WITHIN);
    // one elsewhere is told nothing of us
    let is_own = compat.user_url.is_none();
    let mut own = is_own.then(|| compat.own_call.expose());
    let mut sent_on = 0;
    let answered = loop {
        let answered = once(compat, (&to, path), own.take(), until).await;
        let next = answered.as_ref().ok().and_then(|answered| next(&to, answered.as_ref().ok()?));
        match next {
            Some(next) if sent_on < SENT_ON_MAX => (to, path) = next,
            _ => break answered,
        }
        sent_on += 1;
    };
    match answered {
        Ok(Ok(response)) => match response.status().as_u16() {
            200..=299 => {
                serde_json::from_slice(response.body()).map_or(TokenCheck::NoResponse, TokenCheck::Valid)
            }
            429 => TokenCheck::Busy,
            // it gave up waiting, which says nothing of what was asked
            408 => TokenCheck::NoResponse,
            400..=499 => TokenCheck::Invalid,
            status => {
                tracing::warn!(status, url = compat.user_url(), "user service request failed");
                if status == 503 { TokenCheck::Late } else { TokenCheck::NoResponse }
            }
        },
        Ok(Err(error)) => {
            tracing::warn!(%error, url = compat.user_url(), "user service did not respond");
            // where nothing arrives nobody is there
            if is_own && error.arrived { TokenCheck::Late } else { TokenCheck::NoResponse }
        }
        Err(_) => {
            tracing::warn!(url = compat.user_url(), "user service timed out");
            if is_own { TokenCheck::Late } else { TokenCheck::NoResponse }
        }
    }
}

/// Asks at one address.
#[allow(clippy::disallowed_methods, reason = "it passes fail points of its own")]
async fn once(
    compat: &Compat,
    (to, path): (&str, Uri),
    own: Option<&str>,
    until: Instant,
) -> Result<Result<Response<Bytes>, TransportError>, Elapsed> {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = path;
    if let Some(mut own) = own.and_then(|own| HeaderValue::from_str(own).ok()) {
        own.set_sensitive(true);
        request.headers_mut().insert(OWN_CALL, own);
    }
    failpoint::pass("compat.ask_user_service", "calling");
    let answered = timeout_at(until, compat.http.send(to, request)).await;
    failpoint::pass("compat.ask_user_service", "called");
    answered
}

/// Where this answer sends on to: another path there, or another address, over plain HTTP.
fn next(to: &str, answer: &Response<Bytes>) -> Option<(String, Uri)> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let there: Uri = answer.headers().get(header::LOCATION)?.to_str().ok()?.parse().ok()?;
    let host = match (there.scheme_str(), there.authority()) {
        (Some("http"), Some(host)) => host.clone(),
        (None, None) => to.parse::<Uri>().ok()?.authority()?.clone(),
        _ => return None,
    };
    let path = there.path_and_query()?.as_str().parse().ok()?;
    Some((format!("http://{host}"), path))
}
