//! Which service asks which other one for what, and hears which events of it: from the declarations, so that what a
//! process must be able to reach, and the picture of it, are never out of date.

use crate::{catalogue, events::EventType};
use endpoint::Scope;
use std::collections::BTreeSet;

/// The public log keeps every event, whether it acts on it or not.
const KEEPS_ALL: &str = "notifications";
/// The endpoint of a feed: its scope says who may read any, and the events who reads whose.
const FEED: &str = "read_feed";
/// What verifiers of tokens ask: the first says who they are, the second anybody may ask.
const REVOCATIONS: &str = "read_revocations";
const KEYS: &str = "get_jwks";

/// One endpoint of `callee` that `caller` calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallDependency {
    /// Who calls.
    pub caller: &'static str,
    /// Who answers.
    pub callee: &'static str,
    /// The endpoint.
    pub endpoint: &'static str,
}

/// One kind of event of `producer` that `consumer` acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventSubscription {
    /// Who hears it.
    pub consumer: &'static str,
    /// Who tells it.
    pub producer: &'static str,
    /// The event.
    pub event: &'static str,
}

/// What services ask of one another: every internal endpoint with those who call it, the feeds of those whose events they
/// hear, and the keys by which they verify tokens.
pub fn call_dependencies() -> BTreeSet<CallDependency> {
    let mut all = BTreeSet::new();
    for (callee, listing) in catalogue::endpoints() {
        let Scope::Service(callers) = listing.route.scope else { continue };
        for caller in callers {
            match listing.route.name {
                FEED if !reads_feed(caller, callee) => {}
                REVOCATIONS => all.extend([REVOCATIONS, KEYS].map(|endpoint| CallDependency {
                    caller,
                    callee,
                    endpoint,
                })),
                endpoint => all.extend([CallDependency { caller, callee, endpoint }]),
            }
        }
    }
    all.into_iter().filter(|asks| asks.caller != asks.callee).collect()
}

/// Whoever hears an event of a service reads its feed, too.
fn reads_feed(service: &str, producer: &str) -> bool {
    let mut told = EventType::ALL.iter().map(|event| event.row()).filter(|row| row.producer == producer);
    told.any(|row| service == KEEPS_ALL || row.consumers.contains(&service))
}

/// Every event with those who act on it.
pub fn event_subscriptions() -> BTreeSet<EventSubscription> {
    let rows = EventType::ALL.iter().map(|event| event.row());
    rows.flat_map(|row| {
        row.consumers.iter().map(move |consumer| EventSubscription {
            consumer,
            producer: row.producer,
            event: row.name,
        })
    })
    .collect()
}

/// The services that `service` must be able to reach: those that it asks.
pub fn dependencies_of(service: &str) -> BTreeSet<&'static str> {
    call_dependencies().into_iter().filter(|asks| asks.caller == service).map(|asks| asks.callee).collect()
}
