//! The user service that an order service asks over HTTP, as in the originals: a façade's own, or one elsewhere.

use crate::Compat;
use bytes::Bytes;
use endpoint::http::Request;
use kernel::failpoint;
use serde_json::value::RawValue;
use std::time::Duration;
use tokio::time::timeout;

/// How long it may take: the order service answers within 2 s, whatever becomes of it.
const WITHIN: Duration = Duration::from_millis(1200);

/// What it said.
pub(crate) enum Told {
    /// 200, with this body.
    This(Box<RawValue>),
    /// Something else.
    Not,
    /// Nothing that can be understood, or nothing in time.
    Silent,
}

/// Asks it for `path`.
pub(crate) async fn ask(compat: &Compat, path: &str) -> Told {
    let Ok(request) = Request::get(path).body(Bytes::new()) else { return Told::Not };
    failpoint::pass("compat.ask_user_service", "calling");
    let answered = timeout(WITHIN, compat.http.send(compat.user_url(), request)).await;
    failpoint::pass("compat.ask_user_service", "called");
    match answered {
        Ok(Ok(response)) => match response.status().as_u16() {
            200 => serde_json::from_slice(response.body()).map_or(Told::Silent, Told::This),
            400..=499 => Told::Not,
            _ => Told::Silent,
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
