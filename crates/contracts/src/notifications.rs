//! The public log of events, and the mailbox.

use crate::{checked, events::AnyEvent, trimmed};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Lists the events of all services, in the order in which they came into the log.
///
/// The public log: every event is in it, once, at a place that does not change. The order is not that of `time`: an event can be
/// listed after a later one of another service or resource, such as `order.confirmed` before the `payment.captured` that led
/// to it. Events about one resource are in the order of `sequence`, its version after each, apart from one that could not be
/// recorded at first and was recorded later; `causationid` names the event that led to another. Send `next_cursor` as `cursor` for the next page. To follow the log keep `last_cursor`, which each page has,
/// the last and an empty one too: sent as `cursor` at any later time, with the same filters, it brings exactly what has
/// come since. Events are kept for some time only (90 days, where the shop has not set another): a cursor from before
/// what is kept is refused, so that nobody misses events without noticing.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/events", scope = Staff(Orders), reply = Json<EventPage>, error = ListEventsError)]
pub struct ListEvents {
    /// Which events.
    pub filter: Query<EventFilter>,
    /// Which page.
    pub slice: PageParams,
}
/// One page of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventPage {
    /// What is on it.
    pub items: Vec<AnyEvent>,
    /// Send it as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
    /// Where this page ends: send it as `cursor`, now or later, for what comes after it.
    pub last_cursor: String,
}
/// Why events are not listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ListEventsError {
    /// The cursor has expired.
    /// Restart without a cursor and re-sync the resources you track.
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
    /// Only those about this resource: `ord_…`. What names none finds nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 100))]
    pub subject: Option<String>,
}

/// Streams events as they happen (Server-Sent Events).
///
/// Your own, or those of everybody for staff with the permission `orders`. Your own are those of your account, and of your orders, payments, refunds and fulfilments. Each is sent once, in the
/// order of the log, as it stands in `GET /v1/events`: `event:` is its type, `data:` the same JSON, `id:` its place.
/// Whoever comes back with the newest `id` as `Last-Event-ID` is sent what followed, with the same filters and from the
/// same account: nothing is missing, and nothing comes twice. To staff a `last_cursor` of `GET /v1/events` is as good as
/// an `id`. Without either the stream begins with what happens next, and perhaps with what has happened just
/// before, or with the oldest event that is kept (`from=oldest`). Blocks without `data:` come at once when all that has happened has been sent, and every 15 seconds
/// while nothing happens: they keep the connection, and their `id:` counts like any other. The server ends the stream
/// when the token expires or is revoked, and when it stops; come back then, after the time that `retry:` said.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/events/stream", scope = Buyer, reply = Events<AnyEvent>, error = StreamEventsError)]
pub struct StreamEvents {
    /// Which events.
    pub filter: Query<StreamFilter>,
    /// Where to go on from.
    pub last: LastEventId,
}
/// Why events are not streamed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum StreamEventsError {
    /// The position has expired.
    /// Restart without `Last-Event-ID` and re-sync the resources you track.
    #[status(410)]
    EventsGone,
    /// The event stream limit is reached.
    /// Close a stream, or retry after `Retry-After` seconds.
    #[status(429)]
    TooManyStreams {
        /// In seconds.
        retry_after: u32,
    },
}
/// Which events to stream.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct StreamFilter {
    /// Only those of this type: `order.placed`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub kind: Option<crate::events::EventType>,
    /// Only those about this resource: `ord_…`. What names none finds nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 100))]
    pub subject: Option<String>,
    /// Where to begin where no `Last-Event-ID` is sent; `now` where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub from: Option<StreamFrom>,
}
/// Where a stream of events begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StreamFrom {
    /// With what happens next.
    #[default]
    Now,
    /// With the oldest event that is kept.
    Oldest,
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
    /// What it says. Its code, or the key of a guest's order, is not kept in it: one mail that is read shows it to administrators
    /// while it is good.
    pub text: String,
    /// Which template: `welcome`, `verify_email`, `password_reset`, `password_changed`, `order_placed`, `order_confirmed`,
    /// `payment_failed`, `payment_lapsed`, `order_items_cancelled`, `order_cancelled`, `order_expired`, `order_shipped`,
    /// `order_delivered`, `order_completed`, `order_reopened` or `order_refunded`.
    pub template: String,
    /// The resource that it is about.
    pub about: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// Why it was not sent; absent for an email that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<SuppressionReason>,
}
/// Why an email was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionReason {
    /// The address had as many emails of this kind in an hour as the shop permits.
    HourlyLimit,
}
impl SuppressionReason {
    /// As it is written in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            SuppressionReason::HourlyLimit => "hourly_limit",
        }
    }
}
/// Reads a mail.
///
/// The code of a mail (for a new password, or to verify an address) and the key of a guest's order are shown here to
/// administrators only, and only while they are good; they are not kept in the mailbox.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/mails/{id}", scope = Staff(Orders), reply = Json<Mail>)]
pub struct GetMail {
    /// Which one.
    pub id: Path<MailId>,
}
/// Lists the mails of the built-in mailbox, newest first.
///
/// What was sent to customers, or would have been where no mail server is set up. An address gets a limited number of
/// emails an hour; `status=suppressed` lists those that were not sent because of it. Codes and keys are hidden in a list. Send `next_cursor` as `cursor`
/// for the next page.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/mails", scope = Staff(Orders), reply = Json<Page<Mail>>)]
pub struct ListMails {
    /// Which mails.
    pub filter: Query<MailFilter>,
    /// Which page.
    pub slice: PageParams,
}
/// Which mails to list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct MailFilter {
    /// Only those to this address, whatever its case.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, max = 254))]
    pub to: Option<String>,
    /// Only those about this resource: `ord_…`. What names none finds nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 100))]
    pub about: Option<String>,
    /// Only those that were sent, which is the default, only those that were suppressed, or all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub status: Option<EmailStatus>,
}
/// Which emails to list, by whether they were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmailStatus {
    /// Those that were sent.
    Sent,
    /// Those that were not sent: `suppressed` says why.
    Suppressed,
    /// Both.
    All,
}

checked!(EventFilter, MailFilter, StreamFilter);
