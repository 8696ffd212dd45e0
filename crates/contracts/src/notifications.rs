//! The public event log, and the built-in mailbox.

use crate::{checked, events::AnyEvent, trimmed};
use endpoint::*;
use garde::Validate;
use kernel::{Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Returns the events of all services, in the order in which they were added to the log.
///
/// The log contains every event once, at a fixed position. The order is not that of `time`: an event can be listed after a
/// later event of another service or resource, such as `order.confirmed` before the `payment.captured` that caused it.
/// Events about one resource are in the order of `sequence`, its version after each event, except for an event that could
/// not be recorded at first and was recorded later; `causationid` names the event that caused another.
///
/// To get the next page, send `next_cursor` as `cursor`. To follow the log, store `last_cursor`, which every page has,
/// including the last and an empty one: sent as `cursor` at any later time with the same filters, it returns exactly the
/// events added since. Events are retained for a limited time (90 days unless the shop has configured another period). A
/// cursor that is older than the retained events is rejected, so that no client misses events without noticing.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/events", scope = Staff(Orders), reply = Json<EventPage>, error = ListEventsError)]
pub struct ListEvents {
    /// The filters of the list.
    pub filter: Query<EventFilter>,
    /// The page to return.
    pub slice: PageParams,
}
/// A page of the event log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventPage {
    /// The events of the page.
    pub items: Vec<AnyEvent>,
    /// The cursor of the next page, to send as `cursor`. Null on the last page.
    pub next_cursor: Option<String>,
    /// The cursor of the end of this page. Sent as `cursor`, now or later, it returns the events that follow.
    pub last_cursor: String,
}
/// The reason why events could not be listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ListEventsError {
    /// The cursor has expired.
    /// Restart without a cursor and re-sync the resources you track.
    #[status(410)]
    EventsGone,
}
/// The filters of the event list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct EventFilter {
    /// Returns only events of this type, such as `order.placed`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub kind: Option<crate::events::EventType>,
    /// Returns only events about this resource, such as `ord_…`. An ID that does not exist returns no events.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 100))]
    pub subject: Option<String>,
}

/// Streams events as they occur (Server-Sent Events).
///
/// Customers receive their own events: those of their account, orders, payments, refunds and fulfilments. Staff with the
/// permission `orders` receive the events of all users. Each event is sent once, in the order of the log, as in
/// `GET /v1/events`: `event:` is its type, `data:` the same JSON, `id:` its position.
///
/// A client that reconnects with the newest `id` as `Last-Event-ID`, with the same filters and the same account, receives
/// the events that followed, without gaps or duplicates. Staff can also send a `last_cursor` of `GET /v1/events`. Without
/// either, the stream starts with the next event, and possibly with events that occurred just before, or with the oldest
/// retained event (`from=oldest`).
///
/// Blocks without `data:` are sent as soon as all past events have been sent, and every 15 seconds while no event occurs.
/// They keep the connection open, and their `id:` is valid like any other. The server closes the stream when the token
/// expires or is revoked, and when it shuts down; reconnect after the time given by `retry:`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/events/stream", scope = Buyer, reply = Events<AnyEvent>, error = StreamEventsError)]
pub struct StreamEvents {
    /// The filters of the stream.
    pub filter: Query<StreamFilter>,
    /// The position after which to resume.
    pub last: LastEventId,
}
/// The reason why events could not be streamed.
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
        /// The number of seconds to wait.
        retry_after: u32,
    },
}
/// The filters of the event stream.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct StreamFilter {
    /// Returns only events of this type, such as `order.placed`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub kind: Option<crate::events::EventType>,
    /// Returns only events about this resource, such as `ord_…`. An ID that does not exist returns no events.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 100))]
    pub subject: Option<String>,
    /// Where the stream starts if no `Last-Event-ID` is sent. Default: `now`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub from: Option<StreamFrom>,
}
/// The start of an event stream.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StreamFrom {
    /// The stream starts with the next event.
    #[default]
    Now,
    /// The stream starts with the oldest retained event.
    Oldest,
}

/// An email, as it was sent or would have been sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mail {
    /// The ID of the email.
    pub id: MailId,
    /// The recipient's email address.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The body, as plain text. A code or the key of a guest's order is not stored in it: only a request for a single email
    /// by an administrator shows it, and only while it is valid.
    pub text: String,
    /// The template: `welcome`, `verify_email`, `password_reset`, `password_changed`, `order_placed`, `order_confirmed`,
    /// `payment_failed`, `payment_lapsed`, `order_items_cancelled`, `order_cancelled`, `order_expired`, `order_shipped`,
    /// `order_delivered`, `order_completed`, `order_reopened` or `order_refunded`.
    pub template: String,
    /// The ID of the resource that the email is about.
    pub about: String,
    /// The time at which the email was created, in UTC.
    pub created_at: Timestamp,
    /// The reason why the email was not sent. Absent for an email that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<SuppressionReason>,
}
/// The reason why an email was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionReason {
    /// The address has received as many emails of this kind within one hour as the shop permits.
    HourlyLimit,
}
impl SuppressionReason {
    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            SuppressionReason::HourlyLimit => "hourly_limit",
        }
    }
}
/// Returns an email.
///
/// The code in an email (for a password reset or an email verification) and the key of a guest's order are shown to
/// administrators only, and only while they are valid. They are not stored in the mailbox.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/mails/{id}", scope = Staff(Orders), reply = Json<Mail>)]
pub struct GetMail {
    /// The ID of the email.
    pub id: Path<MailId>,
}
/// Returns the emails in the built-in mailbox, newest first.
///
/// The mailbox contains the emails that were sent to customers, or would have been sent if a mail server were configured.
/// The number of emails to an address within one hour is limited; `status=suppressed` lists those that were not sent
/// because of this limit. Codes and keys are hidden in lists. To get the next page, send `next_cursor` as `cursor`.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/v1/mails", scope = Staff(Orders), reply = Json<Page<Mail>>)]
pub struct ListMails {
    /// The filters of the list.
    pub filter: Query<MailFilter>,
    /// The page to return.
    pub slice: PageParams,
}
/// The filters of the email list.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(default)]
pub struct MailFilter {
    /// Returns only emails to this address, compared case-insensitively.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, max = 254))]
    pub to: Option<String>,
    /// Returns only emails about this resource, such as `ord_…`. An ID that does not exist returns no emails.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(length(chars, max = 100))]
    pub about: Option<String>,
    /// Returns only emails that were sent (`sent`, the default) or not sent (`suppressed`), or both (`all`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub status: Option<EmailStatus>,
}
/// A filter for emails, by whether they were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmailStatus {
    /// Emails that were sent.
    Sent,
    /// Emails that were not sent. `suppressed` contains the reason.
    Suppressed,
    /// All emails.
    All,
}

checked!(EventFilter, MailFilter, StreamFilter);
