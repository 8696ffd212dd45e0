//! What an audit finds.

use crate::{
    happenings::{TestOrder, stock},
    world::NotificationsTestBed,
};
use contracts::{audit::Invariant, events::EventType::*};
use std::time::Duration;

on_both!(
    a_service_that_has_heard_everything_is_in_order,
    a_missing_version_is_found_after_a_minute,
    an_event_without_a_place_is_found_after_a_minute,
);

async fn findings(world: &NotificationsTestBed, seconds: u64) -> Vec<(Invariant, String, String)> {
    let now = world.env.now().plus(Duration::from_secs(seconds));
    let audited = notifications::audit(&world.db, now).await.unwrap();
    audited.findings.into_iter().map(|f| (f.invariant, f.subject, f.detail)).collect()
}

async fn a_service_that_has_heard_everything_is_in_order(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.start();
    world.happens(order.becomes(&world.env, OrderConfirmed, 2)).await;
    world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    // two events of one version, and a product, whose versions may have gaps
    world.happens(order.becomes(&world.env, OrderUpdated, 2)).await;
    world.happens(stock(&world.env, StockOut, 17)).await;
    world.logged(4).await;
    world.written().await;
    // the sweep of the start may be under way still
    world.until("all in order", async || findings(&world, 3600).await.is_empty()).await;
}

async fn a_missing_version_is_found_after_a_minute(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.start();
    world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    world.happens(order.becomes(&world.env, OrderCompleted, 3)).await;
    world.logged(2).await;
    world.written().await;
    assert_eq!(findings(&world, 0).await, []);
    let detail = "of its versions up to 3, events of 2 have been heard".to_owned();
    assert_eq!(findings(&world, 61).await, [(Invariant::I7, order.id.to_string(), detail)]);
}

async fn an_event_without_a_place_is_found_after_a_minute(world: NotificationsTestBed) {
    world.start();
    world.happens(stock(&world.env, StockOut, 1)).await;
    world.logged(1).await;
    // the sweep of the start may be under way still
    world.until("all in order", async || findings(&world, 3600).await.is_empty()).await;
    // nobody places it again while the head is locked away
    world.meddle("delete from public_log").await;
    world.meddle("update public_event set position = null").await;
    let without_head = (Invariant::I7, "notifications: public log".to_owned());
    let found = findings(&world, 0).await;
    let [(invariant, subject, _)] = &found[..] else { panic!("one finding is expected: {found:?}") };
    assert_eq!((*invariant, subject.clone()), without_head);
    let found = findings(&world, 61).await;
    let [(Invariant::I8, _, detail), (Invariant::I7, ..)] = &found[..] else {
        panic!("the event and the head are expected: {found:?}")
    };
    assert!(detail.contains("without a place"), "{detail}");
}
