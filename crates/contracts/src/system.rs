//! How a service does, for the page on which staff look at the system, and what is done with events that were put aside.

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

/// Tells how the service does: what this process answered of late, and what waits in the database of the service.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/state", scope = Service(&["gateway"]), within = 2_000, reply = Json<ServiceStatus>)]
pub struct GetServiceStatus {}
/// How a service does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceStatus {
    /// The program's version.
    pub version: String,
    /// What this process answered of late.
    pub answered: RequestStats,
    /// Whether its database takes nothing that is written; what is there can be read all the same.
    #[serde(default)]
    pub read_only: bool,
    /// Events that are written and not sent yet, up to 1000.
    pub unsent: i64,
    /// Since when the oldest of them waits.
    pub unsent_since: Option<Timestamp>,
    /// The newest position that has been given out.
    pub head: i64,
    /// Up to where others' feeds were heard.
    pub heard: Vec<ConsumerPosition>,
    /// When some of its own events happened, the oldest first: each of the last 64, and of those before them the 128th, the 256th
    /// and so on, counted from the newest. So it can be told how long whoever hears them is behind.
    #[serde(default)]
    pub placed: Vec<EventTime>,
    /// Timers that are due and nobody has taken, up to 1000.
    pub due: i64,
    /// Of these, those that have been due for a minute.
    pub overdue: i64,
    /// When the next timer is due.
    pub next_due: Option<Timestamp>,
    /// How many events were put aside, up to 1000.
    pub put_aside: i64,
    /// What its own tries have not settled for a quarter of an hour, up to 1000: of payments, attempts and refunds of which
    /// nobody tells what became of them; of notifications, mails that could not be written.
    #[serde(default)]
    pub stuck: i64,
    /// Of payments: the oldest of these, up to 100.
    #[serde(default)]
    pub unanswered: Vec<UnresolvedProviderCall>,
    /// Of payments: charges that the provider has made and Ordo has forgotten, up to 1000.
    #[serde(default)]
    pub unknown_charges: i64,
    /// The oldest of them that were put aside.
    pub letters: Vec<DeadLetter>,
    /// Of orders: the last audit that was run from the console, as far as the reader knows its words: an invariant that is newer
    /// than the reader leaves the rest to be read.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "as_far_as_known")]
    pub audit: Option<AuditReport>,
}
fn as_far_as_known<'de, D: Deserializer<'de>>(told: D) -> Result<Option<AuditReport>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(told)?).ok())
}
/// Up to where a feed was heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConsumerPosition {
    /// Whose.
    pub producer: String,
    /// The position up to which everything was acted on.
    pub position: i64,
    /// The producer's newest position, where its feed lacks what was consumed of it: its database is older than it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub producer_head: Option<i64>,
}
/// When an event of a feed happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventTime {
    /// Its place in the feed.
    pub position: i64,
    /// When it happened.
    pub at: Timestamp,
}
/// Something that was asked of a payment provider, and of which nobody tells what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnresolvedProviderCall {
    /// Of which order.
    pub order_id: OrderId,
    /// What was asked: `payment`, `capture`, `void` or `refund`.
    pub what: String,
    /// Of how much.
    pub amount: Money,
    /// Since when nobody has told anything new.
    pub since: Timestamp,
}
impl UnresolvedProviderCall {
    /// More are not told.
    pub const MOST: usize = 100;
}
/// An event that could not be acted on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeadLetter {
    /// Its id.
    pub event: EventId,
    /// Whose it is.
    pub producer: String,
    /// What happened: `order.placed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// To what.
    pub subject: String,
    /// The event itself as JSON, its first 4,000 characters; empty where it is told by an older program.
    #[serde(default)]
    pub body: String,
    /// Why it could not be acted on.
    pub error: String,
    /// When it was put aside, the last time.
    pub at: Timestamp,
    /// Whether it is to be acted on once more.
    pub replay: bool,
    /// How often that was tried in vain.
    #[serde(default)]
    pub replays: i64,
}
impl DeadLetter {
    /// More characters of it are not told.
    pub const BODY_MAX: usize = 4000;
}

/// Has an event that was put aside acted on once more, or drops it. It can be asked for again: what was asked for already
/// stays so.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/internal/letters", scope = Service(&["gateway"]), repeatable, reply = NoContent)]
pub struct ResolveDeadLetter {
    /// Which one, and what to do.
    pub wish: Body<DeadLetterAction>,
}
/// What is to be done with an event that was put aside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeadLetterAction {
    /// Its id.
    pub event: EventId,
    /// Whether it is dropped; otherwise it is acted on once more.
    #[serde(default)]
    pub drop: bool,
}

/// How an audit ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditReport {
    /// When, by the clock of whoever keeps it.
    pub at: Timestamp,
    /// What kept it from looking at everything; none where it looked at everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// What is broken, in the order of the invariants; nothing where all hold. Where not everything was looked at, as it was
    /// found before.
    pub broken: Vec<InvariantViolation>,
}
impl AuditReport {
    /// What an audit found, or what kept it from that.
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
/// An invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InvariantViolation {
    /// Which one.
    pub invariant: Invariant,
    /// How often that was found.
    pub count: u64,
    /// The first of what was found.
    pub first: Vec<Finding>,
}
impl InvariantViolation {
    /// So many findings are kept.
    pub const NAMED: usize = 5;
}

/// Keeps how an audit ended that was run from the console, so that every gateway shows it, and after a restart, too. It
/// is dated by whoever keeps it.
#[derive(Debug, Endpoint)]
#[endpoint(put = "/internal/audit/last", scope = Service(&["gateway"]), repeatable, reply = NoContent)]
pub struct SaveAuditReport {
    /// How it ended.
    pub report: Body<AuditReport>,
}

unchecked!(DeadLetterAction, AuditReport);
