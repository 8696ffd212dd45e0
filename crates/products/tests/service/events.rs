//! The running service: it consumes orders through bus and feed, and its own events can be had from its feed.

use crate::world::ProductsTestBed;
use contracts::events::EventType::*;
use serde_json::json;

on_both!(orders_are_heard_by_bus_and_by_feed, its_events_come_out_of_its_feed_in_order);

async fn orders_are_heard_by_bus_and_by_feed(world: ProductsTestBed) {
    let a = world.stocked(10).await;
    let mut order = world.ordered(&[(a, 5)]).await;
    // before the start: only the feed has it
    world.happens(order.ship(a, 1)).await;
    world.start();
    world.until("the feed to be heard", async || world.figures(a).await == (9, 4, 0)).await;
    world.happens(order.ship(a, 1)).await;
    world.until("the bus to be heard", async || world.figures(a).await == (8, 3, 0)).await;
    // one is lost on the way; the next one shows the gap
    world.orders.journal(order.cancel_some(a, 1));
    world.happens(order.confirm()).await;
    world.until("the gap to be filled", async || world.figures(a).await == (8, 2, 0)).await;
    world.is_sound().await;
}

async fn its_events_come_out_of_its_feed_in_order(world: ProductsTestBed) {
    world.start();
    let a = world.create(json!({"sku": "TEA-1", "name": "Teapot", "price": "24.50", "stock": 6})).await.id;
    world.reserve(world.env.id(), &[(a, 6)]).await;
    world.change(a, None, json!({"price": "25"})).await.unwrap();
    world.until("the events to be published", async || world.feed().await.len() == 4).await;
    let feed = world.feed().await;
    let kinds: Vec<_> = feed.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [ProductCreated, StockAdjusted, StockOut, ProductUpdated]);
    assert!(feed.iter().all(|event| event.subject == a.to_string() && event.source == "/products"));
    assert_eq!(feed[3].data["price"], json!({"amount": "25.00", "currency": "EUR"}));
    assert_eq!(feed[2].data, json!({"product_id": a, "on_hand": 6, "reserved": 6, "short": 0}));
    assert!(feed[3].actor.starts_with("usr_") && feed[2].actor == "orders");
    assert!(feed.iter().all(|event| event.correlationid.is_some()));
}
