//! Which service asks which other one for what, and hears which events of it: from the declarations, so that what a
//! process must be able to reach, and the picture of it, are never out of date.

use crate::{catalogue, events::EventType};
use endpoint::Scope;
use std::collections::BTreeSet;

/// The public log keeps every event, whether it acts on it or not.
const KEEPS_ALL: &str = "notifications";
/// The endpoint of a feed: who may read whose is a matter of the events.
const FEED: &str = "read_feed";

/// One endpoint of `callee` that `caller` calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asks {
    /// Who calls.
    pub caller: &'static str,
    /// Who answers.
    pub callee: &'static str,
    /// The endpoint.
    pub endpoint: &'static str,
}

/// One kind of event of `producer` that `consumer` acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hears {
    /// Who hears it.
    pub consumer: &'static str,
    /// Who tells it.
    pub producer: &'static str,
    /// The event.
    pub event: &'static str,
}

/// Every internal endpoint with those who call it; the feeds stand for what is heard.
pub fn asks() -> BTreeSet<Asks> {
    let internal = catalogue::endpoints().into_iter().filter(|(_, listing)| listing.route.name != FEED);
    let each = internal.flat_map(|(callee, listing)| {
        let callers = if let Scope::Service(callers) = listing.route.scope { callers } else { &[] };
        callers.iter().map(move |caller| Asks { caller, callee, endpoint: listing.route.name })
    });
    each.filter(|asks| asks.caller != asks.callee).collect()
}

/// Every event with those who act on it.
pub fn hears() -> BTreeSet<Hears> {
    let rows = EventType::ALL.iter().map(|event| event.row());
    rows.flat_map(|row| {
        row.consumers.iter().map(move |consumer| Hears { consumer, producer: row.producer, event: row.name })
    })
    .collect()
}

/// The services that `service` must be able to reach: those that it asks, and those whose feeds it reads.
pub fn needs(service: &str) -> BTreeSet<&'static str> {
    let asked = asks().into_iter().filter(|asks| asks.caller == service).map(|asks| asks.callee);
    let heard = EventType::ALL.iter().map(|event| event.row());
    let heard = heard.filter(|row| row.consumers.contains(&service) || service == KEEPS_ALL);
    asked.chain(heard.map(|row| row.producer)).filter(|callee| *callee != service).collect()
}
