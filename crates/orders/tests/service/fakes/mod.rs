//! The other services, as far as their contracts go: routers of the same declarations over state in memory.

pub(crate) mod auth;
pub(crate) mod payments;
pub(crate) mod products;
pub(crate) mod transport;
pub(crate) mod verify;

use contracts::events::{Event, EventType};
use kernel::{Env, id::EventId};
use serde::Serialize;

/// An event as its producer would write it.
pub(crate) fn event(
    env: &Env,
    source: &str,
    kind: EventType,
    subject: impl ToString,
    version: i64,
    data: &impl Serialize,
) -> Event {
    Event {
        specversion: "1.0".to_owned(),
        id: env.id::<kernel::id::EventKind>() as EventId,
        kind,
        source: format!("/{source}"),
        subject: subject.to_string(),
        time: env.now(),
        sequence: version.to_string(),
        correlationid: None,
        causationid: None,
        traceparent: None,
        actor: source.to_owned(),
        dataschema: None,
        data: serde_json::to_value(data).unwrap(),
    }
}
