//! A mail that must be made: what is noted with the event that calls for it, until its addressee is known.

use crate::email_triggers::EmailTrigger;
use contracts::events::Event;
use serde::{Deserialize, Serialize};

/// A mail that must be made. It holds ids and figures, and nothing that names a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PendingEmail {
    /// The aggregate that it tells of.
    pub(crate) aggregate: String,
    /// That aggregate's version then.
    pub(crate) version: i64,
    /// To whom, and what it tells.
    pub(crate) notice: EmailTrigger,
    /// The request id that all this began with.
    pub(crate) correlation: Option<String>,
}

impl PendingEmail {
    /// What an event calls for.
    pub(crate) fn new(event: &Event, notice: EmailTrigger) -> Self {
        let (aggregate, correlation) = (event.subject.clone(), event.correlationid.clone());
        PendingEmail { aggregate, version: event.version(), notice, correlation }
    }
}
