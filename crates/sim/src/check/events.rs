//! Every event of every service is in the public log, once, and none is an alarm.

use crate::{
    load::setup::Start,
    world::{Simulation, clients, host::SimHost},
};
use contracts::{
    events::{AnyEvent, EventType},
    feed::{FeedParams, ReadFeed},
    notifications::{EventFilter, ListEvents},
};
use endpoint::{Context, Json, PageParams, Query};
use kernel::{Env, id::EventId};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

const WITHIN: Duration = Duration::from_secs(10);

/// What the log lacks, what it has twice, and what no log should have.
pub(crate) async fn not_in_the_log(world: &Arc<Simulation>, start: &Start) -> Vec<String> {
    let env = SimHost::env(world, &world.outside());
    let mut broken = Vec::new();
    // these repair what only a restore or a mistake breaks, and here nothing is restored
    let alarms = [EventType::ReservationMended, EventType::ReservationLost].map(|kind| kind.to_string());
    let mut log: BTreeMap<EventId, u64> = BTreeMap::new();
    for event in logged(start).await {
        *log.entry(event.id).or_default() += 1;
        if alarms.contains(&event.kind.to_string()) {
            broken.push(format!("I10 {} of {}: {}", event.kind, event.subject, event.data));
        }
    }
    for (event, times) in &log {
        if *times > 1 {
            broken.push(format!("the event {event} is in the public log {times} times"));
        }
    }
    for service in crate::SERVICES.into_iter().filter(|name| *name != notifications::NAME) {
        match feed(world, &env, service).await {
            Ok(events) => {
                let lost = events.iter().filter(|event| !log.contains_key(&event.id));
                broken.extend(
                    lost.map(|e| format!("I8 {}: {} is not in the public log: {}", e.subject, e.kind, e.id)),
                );
            }
            Err(why) => broken.push(format!("the feed of {service} cannot be read: {why}")),
        }
    }
    broken
}

async fn logged(start: &Start) -> Vec<AnyEvent> {
    let (mut events, mut cursor) = (Vec::new(), None);
    loop {
        let list = || ListEvents {
            filter: Query(EventFilter::default()),
            slice: PageParams { limit: Some(100), cursor: cursor.clone() },
        };
        let Some(Json(page)) = start.admin.get(notifications::NAME, list).await else { return events };
        events.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return events;
        }
    }
}

async fn feed(world: &Arc<Simulation>, env: &Env, service: &'static str) -> Result<Vec<AnyEvent>, String> {
    // as the service that hears everybody
    let client = clients::client_in_the_name_of(world, env, notifications::NAME, service);
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let context = Context::background(env, WITHIN);
        let query = Query(FeedParams { after, ..FeedParams::default() });
        let Json(feed) =
            client.call(&context, ReadFeed { query }).await.map_err(|error| error.to_string())?;
        let Some(last) = feed.events.last() else { return Ok(events) };
        after = last.position;
        events.extend(feed.events.into_iter().map(|positioned| positioned.event));
    }
}
