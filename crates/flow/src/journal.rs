//! The journal of a service: events written in the transaction of the change that they describe (R2).

use crate::store::events;
use contracts::events::{AnyEvent, Event, EventType};
use db::{Db, Result, Tx};
use endpoint::Context;
use kernel::{Env, id::EventId};
use serde::Serialize;
use std::{fmt::Display, sync::Arc};
use tokio::sync::Notify;

/// Who acts where the past of another system is imported.
pub const IMPORT: &str = "import";

/// Who made something happen, and in the course of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// A user's id, `system`, [`IMPORT`], or the name of a service.
    pub actor: String,
    /// The request id that all began with.
    pub correlation: Option<String>,
    /// The event that led to this.
    pub causation: Option<EventId>,
    /// The trace that it belongs to.
    pub traceparent: Option<String>,
}

impl Cause {
    /// Somebody's request.
    pub fn request(actor: impl Display, context: &Context) -> Self {
        Cause {
            actor: actor.to_string(),
            correlation: Some(context.request_id.clone()),
            causation: None,
            traceparent: context.traceparent.clone(),
        }
    }
    /// An event that was consumed.
    pub fn event(event: &Event) -> Self {
        Cause {
            actor: event.actor.clone(),
            correlation: event.correlationid.clone(),
            causation: Some(event.id),
            traceparent: event.traceparent.clone(),
        }
    }
    /// Another system, whose history was imported. No emails are sent about it.
    pub fn import() -> Self {
        Cause { actor: IMPORT.to_owned(), ..Cause::system() }
    }
    /// A timer of the service.
    pub fn system() -> Self {
        Cause { actor: "system".to_owned(), correlation: None, causation: None, traceparent: None }
    }
}

/// The handle to a service's journal; cheap to clone.
#[derive(Clone)]
pub struct Journal {
    pub(crate) service: &'static str,
    pub(crate) env: Env,
    pub(crate) db: Db,
    pub(crate) woken: Arc<Notify>,
}

impl Journal {
    /// The journal that `service` keeps in `db`.
    pub fn new(service: &'static str, env: Env, db: Db) -> Self {
        Journal { service, env, db, woken: Arc::default() }
    }

    /// Writes an event: `kind` happened to `subject`, whose version is now `version`. It is sent after the
    /// commit; call [`Journal::wake`] then.
    ///
    /// # Errors
    /// What the database says; also when `data` is not what the table of events promises for `kind`.
    pub async fn record(
        &self,
        tx: &mut Tx,
        kind: EventType,
        subject: impl Display,
        version: i64,
        cause: &Cause,
        data: &impl Serialize,
    ) -> Result<EventId> {
        let data = serde_json::to_value(data).map_err(|e| db::Error::other(e.to_string()))?;
        debug_assert!(kind.accepts(&data), "{kind} does not carry {data}");
        let event = Event {
            specversion: "1.0".to_owned(),
            id: self.env.id(),
            kind,
            source: format!("/{}", self.service),
            subject: subject.to_string(),
            time: self.env.now(),
            sequence: version.to_string(),
            correlationid: cause.correlation.clone(),
            causationid: cause.causation.map(|id| id.to_string()),
            traceparent: cause.traceparent.clone(),
            actor: cause.actor.clone(),
            dataschema: Some(kind.row().dataschema.to_owned()),
            data,
        };
        events::insert(tx, &event).await?;
        Ok(event.id)
    }

    /// Tells the publisher that something has been committed.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// What happened to `subject` after its version `after`, oldest first: its history.
    ///
    /// # Errors
    /// What the database says.
    pub async fn history(&self, subject: impl Display, after: i64, at_most: i64) -> Result<Vec<Event>> {
        events::of_subject(&self.db, self.service, &subject.to_string(), after, at_most).await
    }

    /// The events that were written last, of whatever, the newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn newest(&self, at_most: i64) -> Result<Vec<AnyEvent>> {
        events::newest(&self.db, self.service, at_most).await
    }
}
