//! The status of a service, for the system page of the console, and the handling of dead letters.

use crate::{
    audit::{Finding, Invariant},
    unchecked,
};
use endpoint::*;
use kernel::{Money, Timestamp, id::*, recent_stats::RequestStats};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Returns the status of the service: recent request statistics of this process, and the backlog in the service's database.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/state", scope = Service(&["gateway"]), within = 2_000, reply = Json<ServiceStatus>)]
pub struct GetServiceStatus {}
/// The status of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceStatus {
    /// The version of the program.
    pub version: String,
    /// The recent request statistics of this process.
    pub answered: RequestStats,
    /// Whether the database is not writable. Reads are still possible.
    #[serde(default)]
    pub read_only: bool,
    /// The number of events that are recorded but not published yet, up to 1000.
    pub unsent: i64,
    /// The time at which the oldest of them was recorded, in UTC. Null if there are none.
    pub unsent_since: Option<Timestamp>,
    /// The newest position that has been assigned in the service's feed.
    pub head: i64,
    /// The consumer positions in the feeds of other services.
    pub heard: Vec<ConsumerPosition>,
    /// The times of a sample of the service's own events, oldest first: each of the last 64, and before those the 128th,
    /// the 256th and so on, counted from the newest. The lag of a consumer is calculated from them.
    #[serde(default)]
    pub placed: Vec<EventTime>,
    /// The number of timers that are due and not taken by a replica, up to 1000.
    pub due: i64,
    /// The number of these timers that have been due for at least one minute.
    pub overdue: i64,
    /// The time at which the next timer is due, in UTC. Null if there is none.
    pub next_due: Option<Timestamp>,
    /// The number of dead letters, up to 1000.
    pub put_aside: i64,
    /// The number of items that automatic retries have not resolved for 15 minutes, up to 1000. In payments: attempts and
    /// refunds with an unknown outcome. In notifications: emails that could not be rendered.
    #[serde(default)]
    pub stuck: i64,
    /// Payments only: the oldest of these attempts and refunds, up to 100.
    #[serde(default)]
    pub unanswered: Vec<UnresolvedProviderCall>,
    /// Payments only: the number of charges that exist at the provider, but no longer in Ordo, up to 1000.
    #[serde(default)]
    pub unknown_charges: i64,
    /// The oldest dead letters.
    pub letters: Vec<DeadLetter>,
    /// Notifications only: the report of the last audit that was run from the console. Absent if the reader does not understand
    /// it, for example because it contains a newer invariant; the other members stay readable.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "as_far_as_known")]
    pub audit: Option<AuditReport>,
}
fn as_far_as_known<'de, D: Deserializer<'de>>(told: D) -> Result<Option<AuditReport>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(told)?).ok())
}
/// The position up to which a feed is consumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConsumerPosition {
    /// The service that publishes the feed.
    pub producer: String,
    /// The position up to which all events have been processed.
    pub position: i64,
    /// The newest position of the producer, if its feed lacks events that were already consumed: its database was reset to
    /// an older state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub producer_head: Option<i64>,
}
/// The time of an event in a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventTime {
    /// The position of the event in the feed.
    pub position: i64,
    /// The time at which the event occurred, in UTC.
    pub at: Timestamp,
}
/// A call to a payment provider whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnresolvedProviderCall {
    /// The ID of the order.
    pub order_id: OrderId,
    /// The kind of call: `payment`, `capture`, `void` or `refund`.
    pub what: String,
    /// The amount of the call.
    pub amount: Money,
    /// The time since which no news has arrived, in UTC.
    pub since: Timestamp,
}
impl UnresolvedProviderCall {
    /// The maximum number of calls in a response.
    pub const MOST: usize = 100;
}
/// A dead letter: an event that could not be processed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeadLetter {
    /// The ID of the event.
    pub event: EventId,
    /// The service that published the event.
    pub producer: String,
    /// The event type, such as `order.placed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The ID of the resource that the event is about.
    pub subject: String,
    /// The first 4,000 characters of the event as JSON. Empty if an older version of the program reports it.
    #[serde(default)]
    pub body: String,
    /// The reason why the event could not be processed.
    pub error: String,
    /// The time at which the event last became a dead letter, in UTC.
    pub at: Timestamp,
    /// Whether the event is scheduled for replay.
    pub replay: bool,
    /// The number of failed replays.
    #[serde(default)]
    pub replays: i64,
}
impl DeadLetter {
    /// The maximum number of characters of `body`.
    pub const BODY_MAX: usize = 4000;
}

/// Replays or discards a dead letter. The request can be repeated: an action that was already requested stays requested.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/letters", scope = Service(&["gateway"]), repeatable, reply = NoContent)]
pub struct ResolveDeadLetter {
    /// The dead letter and the action.
    pub wish: Body<DeadLetterAction>,
}
/// The action for a dead letter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeadLetterAction {
    /// The ID of the event.
    pub event: EventId,
    /// Whether to discard the event. Otherwise it is replayed.
    #[serde(default)]
    pub drop: bool,
}

/// The report of an audit run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditReport {
    /// The time of the run, by the clock of the service that stores the report.
    pub at: Timestamp,
    /// The reason why the audit is incomplete. Absent for a complete audit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// The violated invariants, in their order; empty if all hold. For an incomplete audit, the violations that were found
    /// before.
    pub broken: Vec<InvariantViolation>,
}
impl AuditReport {
    /// Creates the report from the findings of an audit, or from the reason why it failed.
    pub fn of(at: Timestamp, outcome: Result<Vec<Finding>, String>) -> AuditReport {
        let findings = match outcome {
            Ok(findings) => findings,
            Err(why) => return AuditReport { at, failed: Some(why), broken: Vec::new() },
        };
        let mut broken: BTreeMap<Invariant, InvariantViolation> = BTreeMap::new();
        for finding in findings {
            let invariant = finding.invariant;
            let of = broken.entry(invariant).or_insert(InvariantViolation {
                invariant,
                count: 0,
                first: Vec::new(),
            });
            of.count += 1;
            if of.first.len() < InvariantViolation::NAMED {
                of.first.push(finding);
            }
        }
        AuditReport { at, failed: None, broken: broken.into_values().collect() }
    }
}
/// A violated invariant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvariantViolation {
    /// The invariant.
    pub invariant: Invariant,
    /// The number of findings.
    pub count: u64,
    /// The first findings.
    pub first: Vec<Finding>,
}
impl InvariantViolation {
    /// The maximum number of findings that are stored.
    pub const NAMED: usize = 5;
}

/// Stores the report of an audit that was run from the console, so that every gateway displays it, also after a restart.
/// The service that stores it sets the time.
#[derive(Debug, Endpoint)]
#[endpoint(put = "/internal/audit/last", scope = Service(&["gateway"]), repeatable, reply = NoContent)]
pub struct SaveAuditReport {
    /// The report.
    pub report: Body<AuditReport>,
}

unchecked!(DeadLetterAction, AuditReport);
