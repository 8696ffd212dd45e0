//! The calls and event subscriptions between services, derived from the declarations, so that the reachability checks of a
//! process and the dependency diagram are always current.

use crate::{catalogue, events::EventType};
use endpoint::Scope;
use std::collections::BTreeSet;

/// The service with the public event log, which stores every event, whether it acts on it or not.
const KEEPS_ALL: &str = "notifications";
/// The endpoint of an event feed. Its scope lists all callers; the event table says which caller reads which feed.
const FEED: &str = "read_feed";
/// The endpoints that token verifiers call. The scope of the first lists the verifiers; the second is public.
const REVOCATIONS: &str = "read_revocations";
const KEYS: &str = "get_jwks";

/// An endpoint of `callee` that `caller` calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallDependency {
    /// The calling service.
    pub caller: &'static str,
    /// The service that responds.
    pub callee: &'static str,
    /// The name of the endpoint.
    pub endpoint: &'static str,
}

/// An event type of `producer` that `consumer` handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventSubscription {
    /// The service that consumes the event.
    pub consumer: &'static str,
    /// The service that publishes the event.
    pub producer: &'static str,
    /// The name of the event type.
    pub event: &'static str,
}

/// Returns the calls between services: every internal endpoint with its callers, the feeds of the producers that a service
/// consumes, and the key set with which it verifies tokens.
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

/// Returns whether `service` reads the feed of `producer`: every consumer of one of its events does.
fn reads_feed(service: &str, producer: &str) -> bool {
    let mut told = EventType::ALL.iter().map(|event| event.row()).filter(|row| row.producer == producer);
    told.any(|row| service == KEEPS_ALL || row.consumers.contains(&service))
}

/// Returns every event type with the services that handle it.
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

/// Returns the services that `service` must be able to reach: those that it calls.
pub fn dependencies_of(service: &str) -> BTreeSet<&'static str> {
    call_dependencies().into_iter().filter(|asks| asks.caller == service).map(|asks| asks.callee).collect()
}
