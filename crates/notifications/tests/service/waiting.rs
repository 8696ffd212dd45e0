//! When nobody can say whom to write to, events flow on, and mails are made later, once.

use crate::{
    happenings::{TestOrder, of_user, stock},
    world::NotificationsTestBed,
};
use contracts::{events::EventType::*, notifications::MailFilter, system::GetServiceStatus};
use db::{Sql, params};
use std::time::Duration;

on_both!(
    while_auth_is_away_events_flow_and_mails_come_once_it_is_back,
    while_orders_is_away_its_events_flow_and_mails_come_once_it_is_back,
    a_mail_that_cannot_be_made_is_tried_later_each_time_and_found_by_the_audit,
);

const PEOPLE: i64 = 40;

fn to(name: &str) -> MailFilter {
    MailFilter { to: Some(format!("{name}@example.org")), ..MailFilter::default() }
}

async fn while_auth_is_away_events_flow_and_mails_come_once_it_is_back(world: NotificationsTestBed) {
    world.start();
    world.start();
    world.auth.knows_nobody(true);
    for n in 0..PEOPLE {
        let (user, order) = (world.env.id(), TestOrder::new(&world.env, 1001 + n));
        world.auth.has_user(user, Some(&format!("user{n}@example.org")), None);
        world.orders.has_order(order.id, order.number, Some(&format!("buyer{n}@example.org")), None);
        world.happens(of_user(&world.env, UserRegistered, user)).await;
        world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    }
    // of auth, too: what follows a mail that waits does not wait for it
    world.happens(of_user(&world.env, UserUpdated, world.env.id())).await;
    world.logged(2 * PEOPLE + 1).await;
    let all = async || world.mails(MailFilter::default()).await.len() as i64;
    world.until("the mails of orders", async || all().await == PEOPLE).await;
    assert!(world.templates().await.iter().all(|template| template == "order_placed"));

    world.auth.knows_nobody(false);
    for position in 1..=PEOPLE {
        world.bring("auth", position).await;
    }
    world.hurry().await;
    world.written().await;
    assert_eq!(all().await, 2 * PEOPLE);
    for n in 0..PEOPLE {
        for (who, template) in [("user", "welcome"), ("buyer", "order_placed")] {
            let mails = world.mails(to(&format!("{who}{n}"))).await;
            let [mail] = &mails[..] else { panic!("one mail is expected: {mails:?}") };
            assert_eq!(mail.template, template);
        }
    }
}

async fn while_orders_is_away_its_events_flow_and_mails_come_once_it_is_back(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    world.start();
    world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    world.logged(1).await;
    world.written().await;
    world.orders.knows_nobody(true);
    let asked = world.orders.look_ups();
    world.happens(order.becomes(&world.env, OrderConfirmed, 2)).await;
    world.happens(stock(&world.env, StockOut, 1)).await;
    world.happens(order.becomes(&world.env, OrderCompleted, 3)).await;
    world.logged(4).await;
    world.remembered("orders", 3).await;
    world.until("some look-ups", async || world.orders.look_ups() > asked).await;
    assert_eq!(world.templates().await, ["order_placed"]);
    world.orders.knows_nobody(false);
    world.hurry().await;
    world.written().await;
    assert_eq!(world.templates().await, ["order_completed", "order_confirmed", "order_placed"]);
}

async fn a_mail_that_cannot_be_made_is_tried_later_each_time_and_found_by_the_audit(
    world: NotificationsTestBed,
) {
    const TRIES: Sql =
        Sql::both("select coalesce(max(tries), 0) as n from timer where kind = 'notifications.write_emails'");
    const LONG_TRIED: Sql =
        Sql::both("update timer set tried_since = $1 where kind = 'notifications.write_emails'");
    let order = TestOrder::new(&world.env, 1001);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    world.orders.knows_nobody(true);
    world.start();
    world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    world.until("the first try", async || world.number(&TRIES).await >= 1).await;
    let findings = async || notifications::audit(&world.db, world.env.now()).await.unwrap().findings;
    assert_eq!(findings().await, []);
    let gateway = world.client("notifications", "gateway");
    let stuck = async || gateway.call(&world.context(), GetServiceStatus {}).await.unwrap().0.stuck;
    assert_eq!(stuck().await, 0);
    let mut tx = world.db.begin().await.unwrap();
    let two_days_ago = world.env.now().minus(Duration::from_secs(48 * 3600));
    tx.run(&LONG_TRIED, params![two_days_ago]).await.unwrap();
    tx.commit("test.wait").await.unwrap();
    assert_eq!(stuck().await, 1);
    let found = findings().await;
    let [finding] = &found[..] else { panic!("one finding is expected: {found:?}") };
    assert_eq!(finding.subject, "notifications: timer notifications.write_emails");
    assert_eq!(finding.detail, "1 have been tried in vain for a day");
    world.orders.knows_nobody(false);
    world.hurry().await;
    world.written().await;
    assert_eq!(world.templates().await, ["order_placed"]);
    assert_eq!((findings().await, stuck().await), (Vec::new(), 0));
}
