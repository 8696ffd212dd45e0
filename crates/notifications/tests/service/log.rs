//! The public log.

use crate::{
    happenings::{TestOrder, at, of_user, stock},
    world::NotificationsTestBed,
};
use contracts::{
    events::{AnyEvent, EventType, EventType::*},
    notifications::{EventFilter, ListEvents},
};
use endpoint::{PageParams, Query, client::CallError};
use kernel::id::EventId;

on_both!(
    the_log_holds_every_event_as_it_was_sent,
    the_log_is_filtered_by_type_and_subject,
    who_follows_the_log_while_it_is_written_sees_each_event_once,
    a_page_with_nothing_on_it_says_where_to_go_on,
    a_cursor_from_beyond_the_log_is_refused,
    what_waits_is_placed_in_the_order_of_its_time,
    a_cursor_of_another_list_is_refused,
    what_a_newer_version_tells_is_kept_as_it_is,
);

fn first(limit: u16) -> PageParams {
    PageParams { limit: Some(limit), cursor: None }
}

async fn the_log_holds_every_event_as_it_was_sent(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    let mut sent = order.becomes(&world.env, OrderPlaced, 1);
    sent.correlationid = Some("req_12345678".into());
    sent.traceparent = Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00".into());
    sent.causationid = Some(world.env.id::<kernel::id::EventKind>().to_string());
    world.start();
    world.happens(sent.clone()).await;
    world.logged(1).await;
    let page = world.events(EventFilter::default(), PageParams::default()).await;
    assert_eq!(page.items, [sent.into()]);
    assert_eq!(page.next_cursor, None);
}

async fn the_log_is_filtered_by_type_and_subject(world: NotificationsTestBed) {
    let (one, two) = (TestOrder::new(&world.env, 1001), TestOrder::new(&world.env, 1002));
    world.start();
    for order in [one, two] {
        world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
        world.happens(order.becomes(&world.env, OrderConfirmed, 2)).await;
    }
    world.happens(stock(&world.env, StockOut, 1)).await;
    world.logged(5).await;
    let count = async |kind, subject: Option<TestOrder>| {
        let subject = subject.map(|order| order.id.to_string());
        world.events(EventFilter { kind, subject }, first(200)).await.items.len()
    };
    assert_eq!(count(None, None).await, 5);
    assert_eq!(count(Some(OrderPlaced), None).await, 2);
    assert_eq!(count(Some(StockOut), None).await, 1);
    assert_eq!(count(Some(StockLow), None).await, 0);
    assert_eq!(count(None, Some(one)).await, 2);
    assert_eq!(count(Some(OrderConfirmed), Some(two)).await, 1);
    assert_eq!(count(Some(StockOut), Some(two)).await, 0);
}

async fn who_follows_the_log_while_it_is_written_sees_each_event_once(world: NotificationsTestBed) {
    const EVENTS: usize = 240;
    world.start();
    let mut seen: Vec<EventId> = Vec::new();
    let mut cursor = None;
    let mut made = 0;
    while seen.len() < EVENTS {
        // four producers at once, on the way to the log while it is read
        for _ in 0..10 {
            if made < EVENTS {
                let event = match made % 4 {
                    0 => of_user(&world.env, UserUpdated, world.env.id()),
                    1 => stock(&world.env, StockAdjusted, 1),
                    2 => TestOrder::new(&world.env, 1001).becomes(&world.env, OrderUpdated, 1),
                    _ => TestOrder::new(&world.env, 1001).refund(&world.env, RefundPending),
                };
                world.happens(event).await;
                made += 1;
            }
        }
        let page = world.events(EventFilter::default(), PageParams { limit: Some(7), cursor }).await;
        seen.extend(page.items.iter().map(|event| event.id));
        assert!(page.next_cursor.is_none_or(|next| next == page.last_cursor));
        cursor = Some(page.last_cursor);
    }
    let rest = world.events(EventFilter::default(), PageParams { limit: None, cursor }).await;
    assert_eq!(rest.items, []);
    let mut at_rest = Vec::new();
    let mut cursor = None;
    loop {
        let page = world.events(EventFilter::default(), PageParams { limit: Some(100), cursor }).await;
        at_rest.extend(page.items.iter().map(|event| event.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, at_rest, "what is read later stands where it stood");
}

async fn a_page_with_nothing_on_it_says_where_to_go_on(world: NotificationsTestBed) {
    world.start();
    let filters = [None, Some(StockLow)].map(|kind| EventFilter { kind, subject: None });
    let mut cursors = [None, None];
    let mut logged = 0;
    for happens in [&[][..], &[StockOut], &[StockLow, StockOut, StockLow], &[], &[StockLow]] {
        for kind in happens {
            world.happens(stock(&world.env, *kind, 1)).await;
            logged += 1;
            world.logged(logged).await;
        }
        for (filter, cursor) in filters.iter().zip(&mut cursors) {
            let page = world.events(filter.clone(), PageParams { limit: None, cursor: cursor.take() }).await;
            let told: Vec<EventType> = page.items.iter().map(|event| event.kind.parse().unwrap()).collect();
            let wanted = |kind: &&EventType| filter.kind.is_none_or(|only| only == **kind);
            assert_eq!(told, happens.iter().filter(wanted).copied().collect::<Vec<_>>());
            assert_eq!(page.next_cursor, None);
            *cursor = Some(page.last_cursor);
        }
    }
}

async fn a_cursor_from_beyond_the_log_is_refused(world: NotificationsTestBed) {
    world.start();
    world.happens(stock(&world.env, StockOut, 1)).await;
    world.logged(1).await;
    let cursor = Some(world.events(EventFilter::default(), PageParams::default()).await.last_cursor);
    // the log that it was given out for went on; this one, from a backup, has not got so far
    world.meddle("update public_log set head = 0").await;
    let asked = ListEvents { filter: Query::default(), slice: PageParams { limit: None, cursor } };
    match world.client("notifications", "staff").call(&world.context(), asked).await {
        Err(CallError::Problem(problem)) => {
            assert_eq!((problem.status, problem.code.as_str()), (400, "invalid_request"));
        }
        other => panic!("{other:?}"),
    }
}

async fn what_waits_is_placed_in_the_order_of_its_time(world: NotificationsTestBed) {
    let now = world.env.now();
    let order = TestOrder::new(&world.env, 1001);
    let later = |seconds| now.plus(std::time::Duration::from_secs(seconds));
    let events = [(OrderCompleted, 3, 30), (OrderPlaced, 1, 10), (OrderConfirmed, 2, 20)];
    let events = events.map(|(kind, version, s)| at(later(s), order.becomes(&world.env, kind, version)));
    // heard before anything is placed: as if the process had ended in between
    for (n, event) in events.iter().enumerate() {
        let values = db::params![
            event.id,
            event.kind.row().name,
            &event.subject,
            n as i64 + 1,
            event.time,
            serde_json::to_value(event).unwrap(),
        ];
        const APPEND: db::Sql = db::Sql::both(
            "insert into public_event (id, type, subject, sequence, time, body) values ($1, $2, $3, $4, $5, $6)",
        );
        let mut tx = world.db.begin().await.unwrap();
        tx.run(&APPEND, values).await.unwrap();
        tx.commit("test.append").await.unwrap();
    }
    world.start();
    world.logged(3).await;
    let page = world.events(EventFilter::default(), first(10)).await;
    let kinds = page.items.iter().map(|event| event.kind.parse().unwrap()).collect::<Vec<EventType>>();
    assert_eq!(kinds, [OrderPlaced, OrderConfirmed, OrderCompleted]);
}

async fn a_cursor_of_another_list_is_refused(world: NotificationsTestBed) {
    world.start();
    for _ in 0..3 {
        world.happens(stock(&world.env, StockOut, 1)).await;
    }
    world.logged(3).await;
    let all = world.events(EventFilter::default(), first(2)).await;
    assert_eq!(all.items.len(), 2);
    let filter = EventFilter { kind: Some(StockOut), subject: None };
    let slice = PageParams { limit: Some(2), cursor: all.next_cursor };
    let staff = world.client("notifications", "staff");
    match staff.call(&world.context(), ListEvents { filter: Query(filter), slice }).await {
        Err(CallError::Problem(problem)) => {
            assert_eq!((problem.status, problem.code.as_str()), (400, "invalid_request"));
        }
        other => panic!("{other:?}"),
    }
}

async fn what_a_newer_version_tells_is_kept_as_it_is(world: NotificationsTestBed) {
    let mut strange: AnyEvent = stock(&world.env, StockOut, 1).into();
    strange.kind = "stock.evaporated".into();
    strange.dataschema = Some("/openapi.json#/components/schemas/Vapour".into());
    strange.data = serde_json::json!({"litres": 7});
    world.products.journal(strange.clone());
    world.happens_unheard(stock(&world.env, StockLow, 2)); // on the same page of the feed
    world.start();
    world.logged(2).await;
    let brought = AnyEvent { id: world.env.id(), ..strange.clone() };
    let position = world.products.journal(brought.clone());
    for _ in 0..2 {
        world.bring("products", position).await;
    }
    world.logged(3).await;
    world.remembered("products", 3).await;
    let log = world.events(EventFilter::default(), PageParams::default()).await.items;
    for kept in [strange, brought] {
        assert_eq!(log.iter().filter(|event| **event == kept).count(), 1);
    }
    assert_eq!(
        world.events(EventFilter { kind: Some(StockLow), subject: None }, first(9)).await.items.len(),
        1
    );
}
