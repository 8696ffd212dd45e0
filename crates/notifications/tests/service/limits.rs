//! How many emails one address gets in an hour, and which of the others are sent later.

use crate::{
    happenings::{TestOrder, of_user, some},
    world::NotificationsTestBed,
};
use contracts::{
    events::EventType::{self, *},
    notifications::{EmailStatus, Mail, MailFilter, SuppressionReason},
};
use db::Sql;
use kernel::{Secret, id::UserId};
use std::time::Duration;

on_both!(
    guest_orders_cannot_flood_an_address_in_any_of_its_spellings,
    a_flood_of_orders_leaves_emails_about_the_account_alone,
    emails_to_a_verified_address_are_postponed_and_not_lost,
    what_was_paid_for_is_postponed_and_not_lost,
    an_email_that_an_older_replica_has_noted_is_written_once,
);

/// So many emails an hour: 4 about orders, 2 about signing up, 2 about resets.
const LIMIT: u32 = 8;

fn with(status: EmailStatus) -> MailFilter {
    MailFilter { status: Some(status), ..MailFilter::default() }
}

fn guest_order(world: &NotificationsTestBed, number: i64, email: &str) -> TestOrder {
    let order = TestOrder::new(&world.env, number);
    world.orders.has_order(order.id, number, Some(email), None);
    world.orders.changes_order(order.id, |contact| contact.order_key = Some(Secret::new("ordo_ok_x")));
    order
}

fn verified_user(world: &NotificationsTestBed, email: &str) -> UserId {
    let user = world.env.id();
    world.auth.has_user(user, Some(email), Some("Ada"));
    world.auth.user_has_verified(user);
    user
}

async fn of_template(world: &NotificationsTestBed, template: &str) -> Vec<Mail> {
    let mails = world.mails(MailFilter::default()).await;
    mails.into_iter().filter(|mail| mail.template == template).collect()
}

/// The emails of the last hour are an hour older, and those that wait are tried now.
async fn an_hour_later(world: &NotificationsTestBed) {
    world.ages(Duration::from_secs(3601)).await;
    world.hurry().await;
}

async fn guest_orders_cannot_flood_an_address_in_any_of_its_spellings(world: NotificationsTestBed) {
    world.limits_emails(LIMIT);
    world.start();
    world.start();
    const ORDERS: i64 = 40;
    for n in 0..ORDERS {
        let spellings = ["ada@example.org", "ADA@Example.Org", "ada+shop@example.org", "ａｄａ@example.org"];
        let order = guest_order(&world, 1001 + n, spellings[n as usize % spellings.len()]);
        world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    }
    let other = guest_order(&world, 2001, "grace@example.org");
    world.happens(other.becomes(&world.env, OrderPlaced, 1)).await;
    world.logged(ORDERS + 1).await;
    world.written().await;
    let sent = world.mails(MailFilter::default()).await;
    let to_grace = sent.iter().filter(|mail| mail.to == "grace@example.org").count();
    assert_eq!((sent.len(), to_grace), (5, 1), "{sent:?}");
    // what was not sent can be seen, and why
    let suppressed = world.mails(with(EmailStatus::Suppressed)).await;
    assert_eq!(suppressed.len() as i64, ORDERS - 4);
    assert!(suppressed.iter().all(|mail| mail.suppressed == Some(SuppressionReason::HourlyLimit)));
    assert_eq!(world.mails(with(EmailStatus::All)).await.len() as i64, ORDERS + 1);
    // and is not sent later
    an_hour_later(&world).await;
    let again = guest_order(&world, 3001, "ada@example.org");
    world.happens(again.becomes(&world.env, OrderPlaced, 1)).await;
    world.logged(ORDERS + 2).await;
    world.written().await;
    assert_eq!(world.mails(MailFilter::default()).await.len(), 6);
}

async fn a_flood_of_orders_leaves_emails_about_the_account_alone(world: NotificationsTestBed) {
    world.limits_emails(LIMIT);
    world.start();
    for n in 0..10 {
        let order = guest_order(&world, 1001 + n, "ada@example.org");
        world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    }
    let user = verified_user(&world, "ada@example.org");
    let own = TestOrder { user_id: user, ..TestOrder::new(&world.env, 2001) };
    world.orders.has_order(own.id, 2001, Some("ada@example.org"), Some("Ada"));
    world.orders.changes_order(own.id, |contact| contact.user_id = Some(user));
    world.happens(own.becomes(&world.env, OrderPlaced, 1)).await;
    for kind in [PasswordResetRequested, PasswordChanged, PasswordResetRequested, PasswordResetRequested] {
        world.happens(some(&world.env, kind, &own)).await;
    }
    world.logged(15).await;
    world.written().await;
    assert_eq!(of_template(&world, "password_changed").await.len(), 1);
    assert_eq!(of_template(&world, "password_reset").await.len(), 2, "strangers can ask for them, too");
    let placed = of_template(&world, "order_placed").await;
    assert_eq!(placed.len(), 5);
    assert!(placed.iter().any(|mail| mail.about == own.id.to_string()));
}

async fn emails_to_a_verified_address_are_postponed_and_not_lost(world: NotificationsTestBed) {
    world.limits_emails(LIMIT);
    world.start();
    let user = verified_user(&world, "ada@example.org");
    for n in 0..10 {
        let order = TestOrder { user_id: user, ..TestOrder::new(&world.env, 1001 + n) };
        world.orders.has_order(order.id, order.number, Some("ada@example.org"), Some("Ada"));
        world.orders.changes_order(order.id, |contact| contact.user_id = Some(user));
        world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    }
    world.logged(10).await;
    world.until("8 emails", async || world.mails(with(EmailStatus::All)).await.len() == 8).await;
    world.postponed(2).await;
    an_hour_later(&world).await;
    world.written().await;
    assert_eq!(world.mails(MailFilter::default()).await.len(), 10);
}

async fn what_was_paid_for_is_postponed_and_not_lost(world: NotificationsTestBed) {
    world.limits_emails(LIMIT);
    world.start();
    let orders: Vec<_> = (0..6).map(|n| guest_order(&world, 1001 + n, "ada@example.org")).collect();
    for order in &orders {
        world.happens(order.becomes(&world.env, OrderConfirmed, 1)).await;
    }
    world.logged(6).await;
    world.until("4 emails", async || world.mails(with(EmailStatus::All)).await.len() == 4).await;
    world.postponed(2).await;
    an_hour_later(&world).await;
    world.written().await;
    assert_eq!(of_template(&world, "order_confirmed").await.len(), 6);
}

async fn an_email_that_an_older_replica_has_noted_is_written_once(world: NotificationsTestBed) {
    const NOTE: Sql = Sql::both("insert into timer (kind, key, due_at, payload) values ($1, $2, $3, $4)");
    let user = world.env.id();
    world.auth.has_user(user, Some("ada@example.org"), None);
    let wanted = serde_json::json!({
        "aggregate": user.to_string(), "version": 1, "correlation": null,
        "notice": {"addressee": {"user": user}, "message": "welcome"},
    });
    let mut tx = world.db.begin().await.unwrap();
    let (kind, key) = ("notifications.write_mail", format!("{user}/welcome/1"));
    tx.run(&NOTE, db::params![kind, key, world.env.now(), wanted]).await.unwrap();
    tx.commit("test.note").await.unwrap();
    world.start();
    world.happens(of_user(&world.env, UserRegistered, user)).await;
    world.logged(1).await;
    world.written().await;
    assert_eq!(world.templates().await, ["welcome"]);
}

#[test]
fn no_event_of_an_order_is_in_a_lane_of_its_own() {
    let env = testkit::real_env::env();
    let order = TestOrder::new(&env, 1);
    for kind in EventType::ALL {
        let event = some(&env, *kind, &order);
        let expected = match kind.row().data {
            "OrderEvent" | "FulfilmentEvent" | "RefundEvent" => order.id.to_string(),
            _ if kind.row().producer == "auth" => order.user_id.to_string(),
            _ => event.subject.clone(),
        };
        assert_eq!(notifications::email_triggers::lane(&event.into()), expected, "{kind}");
    }
}
