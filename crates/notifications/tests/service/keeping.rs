//! What is kept for a while is deleted afterwards, and nothing else.

use crate::{
    happenings::{TestOrder, stock},
    world::NotificationsTestBed,
};
use contracts::{
    audit::Invariant,
    events::EventType::*,
    notifications::{EventFilter, EventPage, ListEvents, ListEventsError},
};
use db::{Sql, params};
use endpoint::{PageParams, Query, client::CallError};
use std::time::Duration;

on_both!(
    mails_are_kept_for_ninety_days,
    events_are_kept_for_thirty_days_and_the_audit_stays_clean,
    who_has_come_to_the_end_misses_nothing_when_all_of_it_goes,
    an_event_without_a_place_is_never_deleted,
    many_are_deleted_in_pieces,
);

const DAY: Duration = Duration::from_secs(86_400);

/// What an audit finds a minute later.
async fn audited(world: &NotificationsTestBed) -> Vec<(Invariant, String)> {
    let later = world.env.now().plus(Duration::from_secs(61));
    let audited = notifications::audit(&world.db, later).await.unwrap();
    audited.findings.into_iter().map(|finding| (finding.invariant, finding.detail)).collect()
}

async fn mails_are_kept_for_ninety_days(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    world.start();
    world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    world.logged(1).await;
    world.written().await;
    world.ages(89 * DAY).await;
    world.happens(order.becomes(&world.env, OrderConfirmed, 2)).await;
    world.remembered("orders", 2).await;
    world.written().await;
    world.sweep().await;
    assert_eq!(world.templates().await, ["order_confirmed", "order_placed"]);
    world.ages(2 * DAY).await;
    world.sweep().await;
    assert_eq!(world.templates().await, ["order_confirmed"]);
    // the feed is consumed again from its beginning: nobody gets an old mail again
    world.meddle("delete from heard").await;
    world.start();
    world.remembered("orders", 2).await;
    world.written().await;
    assert_eq!(world.templates().await, ["order_confirmed"]);
}

async fn events_are_kept_for_thirty_days_and_the_audit_stays_clean(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    world.start();
    for (version, kind) in [(1, OrderPlaced), (2, OrderConfirmed)] {
        world.happens(order.becomes(&world.env, kind, version)).await;
    }
    world.happens(stock(&world.env, StockOut, 1)).await;
    world.logged(3).await;
    let slice = PageParams { limit: Some(1), cursor: None };
    let early = world.events(EventFilter::default(), slice).await.next_cursor;
    world.ages(29 * DAY).await;
    world.happens(order.becomes(&world.env, OrderUpdated, 3)).await;
    world.logged(4).await;
    world.sweep().await;
    world.logged(4).await;
    let slice = PageParams { limit: Some(3), cursor: None };
    let late = world.events(EventFilter::default(), slice).await.next_cursor;
    world.ages(2 * DAY).await;
    world.sweep().await;
    world.logged(1).await;
    assert_eq!(audited(&world).await, []);

    // who was away for longer is told that something is missing; who was not, and who starts again, reads on
    let kinds = |page: EventPage| -> Vec<String> { page.items.into_iter().map(|event| event.kind).collect() };
    let list = |cursor| ListEvents {
        filter: Query(EventFilter::default()),
        slice: PageParams { limit: None, cursor },
    };
    let told = world.client("notifications", "staff").call(&world.context(), list(early)).await;
    assert!(matches!(told, Err(CallError::Refused(ListEventsError::EventsGone))), "{told:?}");
    for cursor in [None, late] {
        let rest = world.events(EventFilter::default(), PageParams { limit: None, cursor }).await;
        assert_eq!(kinds(rest), ["order.updated"]);
    }

    // what was deleted is not taken in again, and what goes on has no gap
    world.meddle("delete from heard").await;
    world.start();
    world.happens(order.becomes(&world.env, OrderCompleted, 4)).await;
    world.logged(2).await;
    world.remembered("orders", 4).await;
    world.written().await;
    assert_eq!(world.templates().await, ["order_completed", "order_confirmed", "order_placed"]);
    assert_eq!(audited(&world).await, []);

    // but a version that is missing now is one
    world.happens(order.becomes(&world.env, OrderUpdated, 6)).await;
    world.logged(3).await;
    let detail = "of its versions after 2 up to 6, events of 3 have been heard".to_owned();
    assert_eq!(audited(&world).await, [(Invariant::I7, detail)]);
}

async fn who_has_come_to_the_end_misses_nothing_when_all_of_it_goes(world: NotificationsTestBed) {
    world.start();
    for version in 1..=3 {
        world.happens(stock(&world.env, StockAdjusted, version)).await;
    }
    world.logged(3).await;
    // their filter lets nothing of it through: they have seen all of it nevertheless
    let filter = EventFilter { kind: Some(StockOut), subject: None };
    let page = world.events(filter.clone(), PageParams::default()).await;
    assert_eq!((page.items.len(), &page.next_cursor), (0, &None));
    world.ages(31 * DAY).await;
    world.sweep().await;
    world.logged(0).await;
    let empty = world.events(EventFilter::default(), PageParams::default()).await;
    assert_eq!((empty.items.len(), &empty.next_cursor), (0, &None));
    world.happens(stock(&world.env, StockOut, 4)).await;
    world.logged(1).await;
    for (filter, cursor) in [(filter, page.last_cursor), (EventFilter::default(), empty.last_cursor)] {
        let since = world.events(filter, PageParams { limit: None, cursor: Some(cursor) }).await;
        assert_eq!(since.items.len(), 1);
    }
}

async fn an_event_without_a_place_is_never_deleted(world: NotificationsTestBed) {
    world.start();
    world.happens(stock(&world.env, StockOut, 1)).await;
    world.logged(1).await;
    world.meddle("delete from public_log").await;
    world.meddle("update public_event set position = null").await;
    world.ages(400 * DAY).await;
    world.sweep().await;
    assert_eq!(world.number(&Sql::both("select count(*) as n from public_event")).await, 1);
}

async fn many_are_deleted_in_pieces(world: NotificationsTestBed) {
    const COPY: Sql = Sql::both(
        "insert into mail (id, aggregate, version, template, about, recipient, subject, body, created_at)
         values ($1, 'ord_x', $2, 'order_placed', 'ord_x', 'ada@example.org', 'Hello', 'Hello', $3)",
    );
    const LEFT: Sql = Sql::both("select count(*) as n from mail");
    let _resting = world.service();
    let mut tx = world.db.begin().await.unwrap();
    for n in 0..1200_i64 {
        tx.run(&COPY, params![world.env.uuid(), n, world.env.now()]).await.unwrap();
    }
    tx.commit("test.copy").await.unwrap();
    world.ages(91 * DAY).await;
    // one turn deletes a piece, and is due again at once
    world.sweep_once().await;
    assert_eq!(world.number(&LEFT).await, 700);
    world.sweep().await;
    assert_eq!(world.number(&LEFT).await, 0);
}
