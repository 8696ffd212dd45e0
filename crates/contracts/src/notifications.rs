//! The public log of events, and the mailbox.

use crate::{checked, events::AnyEvent, unchecked};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Lists the events of all services, oldest first.
///
/// The public log: every event is in it, once. Those about one resource are told apart by `sequence`, its version
/// after each. Send `next_cursor` as `cursor` for the next page. Events are kept for some time only (30 days, where the
/// shop has not set another): a cursor from before what is kept is refused, so that nobody misses events without noticing.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/events", scope = Staff(Orders), reply = Json<Page<AnyEvent>>, error = ListEventsError)]
pub struct ListEvents {
    /// Which events.
    pub filter: Query<EventFilter>,
    /// Which page.
    pub slice: Slice,
}
/// Why events are not listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ListEventsError {
    /// Some of the events after this cursor are not kept any more.
    /// Begin anew without a cursor, and read what you follow (orders, payments) by its own endpoints as it is now.
    #[status(410)]
    EventsGone,
}
/// Which events to list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct EventFilter {
    /// Only those of this type: `order.placed`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub kind: Option<crate::events::EventType>,
    /// Only those about this resource: `ord_…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, max = 100)))]
    pub subject: Option<String>,
}

/// A mail, as it went out or would have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mail {
    /// The mail's id.
    pub id: MailId,
    /// Who it goes to.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// Which template: `order_placed`, …
    pub template: String,
    /// The resource that it is about.
    pub about: String,
    /// When it was written.
    pub created_at: Timestamp,
}
/// Lists the mails of the built-in mailbox, newest first.
///
/// What was sent to customers, or would have been where no mail server is set up. Send `next_cursor` as `cursor`
/// for the next page.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/mails", scope = Staff(Orders), reply = Json<Page<Mail>>)]
pub struct ListMails {
    /// Which mails.
    pub filter: Query<MailFilter>,
    /// Which page.
    pub slice: Slice,
}
/// Which mails to list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MailFilter {
    /// Only those to this address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Only those about this resource: `ord_…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

checked!(EventFilter);
unchecked!(MailFilter);
