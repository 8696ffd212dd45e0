//! What the bus loses, brings late or never brought is fetched from the producers' feeds.

use crate::{
    happenings::{TestOrder, event, stock},
    world::NotificationsTestBed,
};
use contracts::{events::EventType::*, notifications::EventFilter};
use db::{Sql, params};
use endpoint::PageParams;
use kernel::id::EventId;

on_both!(
    what_happened_before_the_start_is_heard,
    what_the_bus_lost_is_heard_when_the_next_one_comes,
    an_event_that_cannot_be_read_is_put_aside_and_the_rest_flows,
);

async fn what_happened_before_the_start_is_heard(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    world.happens_unheard(order.becomes(&world.env, OrderPlaced, 1));
    for _ in 0..300 {
        world.happens_unheard(stock(&world.env, StockAdjusted, 1));
    }
    world.start();
    world.logged(301).await;
    world.written().await;
    assert_eq!(world.templates().await, ["order_placed"]);
}

async fn what_the_bus_lost_is_heard_when_the_next_one_comes(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    world.start();
    world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    world.logged(1).await;
    world.happens_unheard(order.becomes(&world.env, OrderPaymentFailed, 2));
    world.happens_unheard(order.becomes(&world.env, OrderConfirmed, 3));
    world.happens(order.becomes(&world.env, OrderCompleted, 4)).await;
    world.logged(4).await;
    world.written().await;
    assert_eq!(
        world.templates().await,
        ["order_completed", "order_confirmed", "order_placed", "payment_failed"]
    );
}

async fn an_event_that_cannot_be_read_is_put_aside_and_the_rest_flows(world: NotificationsTestBed) {
    const LETTERS: Sql = Sql::both("select event_id, producer, position, seen from dead_letter");
    let order = TestOrder::new(&world.env, 1001);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    let poison = event(&world.env, OrderConfirmed, order.id, 2, serde_json::json!({"figures": 1}));
    world.start();
    world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    world.happens(poison.clone()).await;
    world.happens(order.becomes(&world.env, OrderExpired, 3)).await;
    // other producers do not wait for it
    world.happens(stock(&world.env, StockOut, 1)).await;
    world.logged(3).await;
    world.remembered("orders", 3).await;
    world.written().await;
    assert_eq!(world.templates().await, ["order_expired", "order_placed"]);
    let letters = world.db.query(&LETTERS, params![]).await.unwrap();
    let [letter] = &letters[..] else { panic!("one letter is expected: {letters:?}") };
    assert_eq!(letter.get::<EventId>("event_id").unwrap(), poison.id);
    assert_eq!(letter.get::<String>("producer").unwrap(), "orders");
    assert_eq!(letter.get::<i64>("position").unwrap(), 2);
    let log = world.events(EventFilter::default(), PageParams::default()).await;
    assert!(log.items.iter().all(|event| event.id != poison.id));

    let audited = notifications::audit(&world.db, world.env.now()).await.unwrap();
    let [finding] = &audited.findings[..] else { panic!("one finding is expected: {audited:?}") };
    assert_eq!(finding.subject, poison.id.to_string());
    assert!(finding.detail.starts_with("of orders: put aside and not looked at"), "{}", finding.detail);
    world.meddle("update dead_letter set seen = true").await;
    assert_eq!(notifications::audit(&world.db, world.env.now()).await.unwrap().findings, []);
}
