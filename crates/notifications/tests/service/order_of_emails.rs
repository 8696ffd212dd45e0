//! Emails about one order are written in the order of its events, whatever comes together, late or again.

use crate::{happenings::TestOrder, world::NotificationsTestBed};
use contracts::{
    events::{Event, EventType::*},
    notifications::{Mail, MailFilter},
};

on_both!(
    events_of_the_same_moment_are_told_in_their_order,
    an_earlier_event_of_another_feed_is_awaited,
    an_email_waits_for_those_before_it,
);

const TOLD: [&str; 6] = [
    "order_placed",
    "order_confirmed",
    "order_shipped",
    "order_delivered",
    "order_completed",
    "order_reopened",
];

fn life_of(world: &NotificationsTestBed, order: &TestOrder) -> Vec<Event> {
    let env = &world.env;
    let mut events = vec![
        order.becomes(env, OrderPlaced, 1),
        order.becomes(env, OrderConfirmed, 2),
        order.parcel(env, FulfilmentShipped),
        order.parcel(env, FulfilmentDelivered),
        order.becomes(env, OrderCompleted, 3),
        order.becomes(env, OrderReopened, 4),
    ];
    // at the same moment, and by a clock that is set back in the meantime
    let at = events[0].time;
    for (n, event) in events.iter_mut().enumerate() {
        event.time = at.minus(std::time::Duration::from_micros(n as u64 / 3));
    }
    events
}

/// The emails about an order, the oldest first.
async fn told(world: &NotificationsTestBed, order: &TestOrder) -> Vec<Mail> {
    let filter = MailFilter { about: Some(order.id.to_string()), ..MailFilter::default() };
    let mut mails = world.mails(filter).await;
    mails.reverse();
    mails
}

fn templates(mails: &[Mail]) -> Vec<&str> {
    mails.iter().map(|mail| mail.template.as_str()).collect()
}

async fn events_of_the_same_moment_are_told_in_their_order(world: NotificationsTestBed) {
    let orders: Vec<_> = (0..12).map(|n| TestOrder::new(&world.env, 1001 + n)).collect();
    let mut lives = Vec::new();
    for order in &orders {
        world.orders.has_order(order.id, order.number, Some("ada@example.org"), None);
        lives.push(life_of(&world, order).into_iter());
    }
    // side by side, and all of them before anybody listens
    for _ in 0..TOLD.len() {
        for life in &mut lives {
            world.happens_unheard(life.next().unwrap());
        }
    }
    world.start();
    world.start();
    let count = (orders.len() * TOLD.len()) as i64;
    world.bring("orders", count).await;
    world.logged(count).await;
    world.written().await;
    for order in &orders {
        let mails = told(&world, order).await;
        assert_eq!(templates(&mails), TOLD);
        assert!(mails.is_sorted_by_key(|mail| mail.created_at));
    }
}

async fn an_earlier_event_of_another_feed_is_awaited(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    world.orders.changes_order(order.id, |contact| contact.version = 1);
    let cancelled = order.becomes(&world.env, OrderCancelled, 1);
    let refunded = order.refund(&world.env, RefundSucceeded);
    world.start();
    // the feed of payments is faster than that of orders
    world.happens(refunded).await;
    world.logged(1).await;
    world.happens(cancelled).await;
    world.logged(2).await;
    world.written().await;
    assert_eq!(templates(&told(&world, &order).await), ["order_cancelled", "order_refunded"]);
}

async fn an_email_waits_for_those_before_it(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.orders.knows_nobody(true);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    world.start();
    world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    world.until("a look-up in vain", async || world.orders.look_ups() > 0).await;
    world.orders.knows_nobody(false);
    world.happens(order.becomes(&world.env, OrderConfirmed, 2)).await;
    world.logged(2).await;
    world.hurry().await;
    world.written().await;
    assert_eq!(templates(&told(&world, &order).await), ["order_placed", "order_confirmed"]);
}
