//! The user service that an order service asks over HTTP, as in the originals: a façade's own, or one elsewhere.

use crate::{
    Compat,
    said::{Refused, refused},
};
use bytes::Bytes;
use endpoint::http::{HeaderName, HeaderValue, Request};
use kernel::failpoint;
use serde_json::value::RawValue;
use std::time::Duration;
use tokio::time::timeout;

/// How long it may take: the order service answers within 2 s, whatever becomes of it.
const WITHIN: Duration = Duration::from_millis(1200);

/// How an order service shows its own user service that it asks: such a call is no client's, and counts as nobody's.
pub(crate) const OWN_CALL: HeaderName = HeaderName::from_static("x-ordo-own-call");

/// What it said.
pub(crate) enum Told {
    /// 200, with this body.
    This(Box<RawValue>),
    /// That there is no such thing, or that nobody may ask for it so.
    Not,
    /// That it is asked too often.
    Busy,
    /// Nothing that can be understood, or nothing in time.
    Silent,
}

/// What its clients are told then: it is not for us to say that something is not there.
pub(crate) fn busy() -> Refused {
    refused(429, "The user service is asked too often. Come back later")
}

/// Asks it for `path`.
pub(crate) async fn ask(compat: &Compat, path: &str) -> Told {
    let Ok(mut request) = Request::get(path).body(Bytes::new()) else { return Told::Not };
    // one elsewhere is told nothing of us
    if compat.user_url.is_none()
        && let Ok(mut own) = HeaderValue::from_str(compat.own_call.expose())
    {
        own.set_sensitive(true);
        request.headers_mut().insert(OWN_CALL, own);
    }
    failpoint::pass("compat.ask_user_service", "calling");
    let answered = timeout(WITHIN, compat.http.send(compat.user_url(), request)).await;
    failpoint::pass("compat.ask_user_service", "called");
    match answered {
        Ok(Ok(response)) => match response.status().as_u16() {
            200 => serde_json::from_slice(response.body()).map_or(Told::Silent, Told::This),
            429 => Told::Busy,
            // it gave up waiting, which says nothing of what was asked
            408 => Told::Silent,
            400..=499 => Told::Not,
            status => {
                tracing::warn!(status, url = compat.user_url(), "the user service cannot do its work");
                Told::Silent
            }
        },
        Ok(Err(error)) => {
            tracing::warn!(%error, url = compat.user_url(), "the user service has not answered");
            Told::Silent
        }
        Err(_) => {
            tracing::warn!(url = compat.user_url(), "the user service has not answered in time");
            Told::Silent
        }
    }
}
