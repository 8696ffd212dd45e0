//! Which mails are written, to whom, and how often: once.

use crate::{
    happenings::{TestOrder, of_user},
    world::NotificationsTestBed,
};
use contracts::{
    events::EventType::{self, *},
    notifications::{ListMails, Mail, MailFilter},
};
use endpoint::{Json, PageParams, Query, client::CallError};
use kernel::{Language, Timestamp};

on_both!(
    every_step_of_an_order_is_a_mail,
    a_new_user_is_welcomed,
    each_is_written_to_in_the_language_of_the_moment,
    two_replicas_that_hear_the_same_write_one_mail,
    the_same_news_under_another_id_is_no_second_mail,
    no_card_is_blamed_where_the_provider_could_not_be_reached,
    two_parcels_of_an_order_are_two_mails,
    who_has_no_address_gets_no_mail_and_the_log_goes_on,
    the_mailbox_is_read_page_by_page,
    only_staff_read_the_mailbox,
);

fn about(order: &TestOrder) -> MailFilter {
    MailFilter { about: Some(order.id.to_string()), ..MailFilter::default() }
}

async fn every_step_of_an_order_is_a_mail(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), Some("Ada"));
    world.auth.has_user(order.user_id, Some("Ada@Example.org"), Some("Ada"));
    world.auth.user_has_verified(order.user_id);
    world.orders.changes_order(order.id, |contact| contact.user_id = Some(order.user_id));
    world.orders.is_to_be_paid(order.id, Timestamp::from_seconds(1_795_683_900));
    world.start();
    let steps = [
        OrderDrafted,
        OrderPlaced,
        OrderPaymentFailed,
        OrderConfirmed,
        OrderItemsCancelled,
        OrderUpdated,
        OrderPaymentLapsed,
        OrderCompleted,
        OrderReopened,
        OrderRefunded,
        OrderCancelRequested,
        OrderCancelled,
        OrderExpired,
    ];
    for (version, kind) in (1..).zip(steps) {
        world.happens(order.becomes(&world.env, kind, version)).await;
    }
    let parcels = [FulfilmentCreated, FulfilmentPacked, FulfilmentShipped, FulfilmentDelivered];
    for kind in parcels {
        world.happens(order.parcel(&world.env, kind)).await;
    }
    for kind in [RefundRequested, RefundSucceeded] {
        world.happens(order.refund(&world.env, kind)).await;
    }
    world.logged(19).await;
    world.written().await;
    let mails = world.mails(about(&order)).await;
    let mut templates: Vec<_> = mails.iter().map(|mail| mail.template.as_str()).collect();
    templates.sort();
    assert_eq!(
        templates,
        [
            "order_cancelled",
            "order_completed",
            "order_confirmed",
            "order_delivered",
            "order_expired",
            "order_items_cancelled",
            "order_placed",
            "order_refunded",
            "order_reopened",
            "order_shipped",
            "payment_failed",
            "payment_lapsed",
        ]
    );
    assert!(mails.iter().all(|mail| mail.to == "ada@example.org"));
    let said = |template: &str| mails.iter().find(|mail| mail.template == template).unwrap();
    assert_eq!(said("order_placed").subject, "We’ve received order 1001");
    assert!(said("order_placed").text.starts_with("Hello Ada,"));
    assert!(said("order_placed").text.contains("€49.00"));
    // what asks for money says until when, and where
    let asks = |mail: &Mail| {
        mail.text.contains("by 26 November 2026, 09:05 UTC") && mail.text.contains("Pay for your order")
    };
    let asking: Vec<_> = mails.iter().filter(|mail| asks(mail)).map(|mail| mail.template.as_str()).collect();
    assert_eq!(asking.len(), 3, "{asking:?}");
    assert!(["order_placed", "payment_failed", "payment_lapsed"].iter().all(|of| asking.contains(of)));
    assert!(said("order_cancelled").text.contains("changed my mind"));
    assert!(said("order_shipped").text.contains("Tracking number: 00340"));
    assert!(said("order_refunded").subject.contains("€12.50"));
    assert!(said("order_refunded").text.ends_with("\n\nTeapots\n"));
}

async fn a_new_user_is_welcomed(world: NotificationsTestBed) {
    let user = world.env.id();
    world.auth.has_user(user, Some("ada@example.org"), None);
    world.start();
    world.happens(of_user(&world.env, UserRegistered, user)).await;
    world.happens(of_user(&world.env, UserUpdated, user)).await;
    world.logged(2).await;
    world.written().await;
    let mails = world.mails(MailFilter { to: Some("ada@example.org".into()), ..MailFilter::default() }).await;
    let [welcome] = &mails[..] else { panic!("one mail is expected: {mails:?}") };
    assert_eq!((welcome.template.as_str(), welcome.about.clone()), ("welcome", user.to_string()));
    assert_eq!(welcome.subject, "Welcome to Teapots");
    for alike in ["ADA@Example.ORG", "ａｄａ@example.org"] {
        for about in [None, Some(user.to_string())] {
            let found = world.mails(MailFilter { to: Some(alike.into()), about, status: None }).await;
            assert_eq!(found, mails, "{alike} is compared as the names of accounts are");
        }
    }
    // one that a process of before has written
    world.meddle("update mail set recipient = 'Ada@example.org', recipient_key = null").await;
    let [old] =
        &world.mails(MailFilter { to: Some("adA@example.org".into()), ..MailFilter::default() }).await[..]
    else {
        panic!("it is found by its address in lower case")
    };
    assert_eq!(old.to, "Ada@example.org", "it is shown as it was written");
    assert_eq!(
        world.mails(MailFilter { to: Some("eve@example.org".into()), ..MailFilter::default() }).await,
        []
    );
}

async fn each_is_written_to_in_the_language_of_the_moment(world: NotificationsTestBed) {
    let (user, order) = (world.env.id(), TestOrder::new(&world.env, 1001));
    world.auth.has_user(user, Some("ada@example.org"), None);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    world.orders.is_placed_in(order.id, Language::German);
    world.start();
    world.happens(of_user(&world.env, UserRegistered, user)).await;
    world.logged(1).await;
    world.written().await;
    // they have chosen another one since
    world.auth.user_speaks(user, Language::German);
    world.happens(of_user(&world.env, PasswordChanged, user)).await;
    world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    world.logged(3).await;
    world.written().await;
    let mails = world.mails(MailFilter::default()).await;
    let subject =
        |template: &str| mails.iter().find(|mail| mail.template == template).unwrap().subject.as_str();
    assert_eq!(subject("welcome"), "Welcome to Teapots");
    assert_eq!(subject("password_changed"), "Ihr Passwort für Teapots wurde geändert");
    assert_eq!(subject("order_placed"), "Wir haben Bestellung 1001 erhalten");
    let placed = mails.iter().find(|mail| mail.template == "order_placed").unwrap();
    assert!(placed.text.contains("49,00\u{a0}€"), "{}", placed.text);
}

async fn two_replicas_that_hear_the_same_write_one_mail(world: NotificationsTestBed) {
    let orders: Vec<_> = (0..40).map(|n| TestOrder::new(&world.env, 1001 + n)).collect();
    for order in &orders {
        world.orders.has_order(order.id, order.number, Some("ada@example.org"), None);
    }
    world.start();
    world.start();
    // backwards, and each one twice
    let positions: Vec<_> =
        orders.iter().map(|order| world.happens_unheard(order.becomes(&world.env, OrderPlaced, 1))).collect();
    for position in positions.iter().rev().chain(&positions) {
        world.bring("orders", *position).await;
    }
    world.remembered("orders", 40).await;
    world.logged(40).await;
    world.written().await;
    assert_eq!(world.mails(MailFilter::default()).await.len(), 40);
    // a third one that remembers nothing consumes everything again
    world.meddle("delete from heard").await;
    world.start();
    world.remembered("orders", 40).await;
    world.logged(40).await;
    world.written().await;
    assert_eq!(world.mails(MailFilter::default()).await.len(), 40);
    for order in &orders {
        assert_eq!(world.mails(about(order)).await.len(), 1);
    }
}

async fn the_same_news_under_another_id_is_no_second_mail(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    world.start();
    // the newest first: what follows is no news, but for a version that was not told of yet
    for (kind, version) in [(OrderConfirmed, 2), (OrderPlaced, 1), (OrderConfirmed, 2), (OrderConfirmed, 4)] {
        world.happens(order.becomes(&world.env, kind, version)).await;
    }
    world.logged(4).await;
    world.written().await;
    assert_eq!(world.templates().await, ["order_confirmed", "order_confirmed", "order_placed"]);
}

async fn no_card_is_blamed_where_the_provider_could_not_be_reached(world: NotificationsTestBed) {
    let (declined, unsent) = (TestOrder::new(&world.env, 1001), TestOrder::new(&world.env, 1002));
    for (order, number) in [(&declined, 1001), (&unsent, 1002)] {
        world.orders.has_order(order.id, number, Some("ada@example.org"), None);
    }
    world.orders.changes_order(unsent.id, |contact| contact.provider_unavailable = true);
    world.start();
    world.happens(declined.becomes(&world.env, OrderPaymentFailed, 1)).await;
    world.happens(unsent.becomes(&world.env, OrderPaymentFailed, 1)).await;
    world.logged(2).await;
    world.written().await;
    for (order, is_of_card) in [(&declined, true), (&unsent, false)] {
        let about = Some(order.id.to_string());
        let mails = world.mails(MailFilter { about, ..MailFilter::default() }).await;
        let [mail] = &mails[..] else { panic!("one mail is expected: {mails:?}") };
        assert_eq!(mail.template, "payment_failed");
        assert_eq!(mail.text.contains("the payment provider couldn’t be reached"), !is_of_card);
        assert_eq!(mail.text.contains("another card"), is_of_card, "{}", mail.text);
    }
}

async fn two_parcels_of_an_order_are_two_mails(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    world.start();
    world.happens(order.parcel(&world.env, FulfilmentShipped)).await;
    world.happens(order.parcel(&world.env, FulfilmentShipped)).await;
    world.logged(2).await;
    world.written().await;
    assert_eq!(world.templates().await, ["order_shipped", "order_shipped"]);
}

async fn who_has_no_address_gets_no_mail_and_the_log_goes_on(world: NotificationsTestBed) {
    let (nameless, erased) = (TestOrder::new(&world.env, 1001), TestOrder::new(&world.env, 1002));
    world.orders.has_order(nameless.id, 1001, None, Some("Ada"));
    let forged = TestOrder::new(&world.env, 1003);
    world.orders.has_order(forged.id, 1003, Some("eve@example.org\r\nBcc: all@example.org"), None);
    world.start();
    for order in [nameless, erased, forged] {
        world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
    }
    world.logged(3).await;
    world.written().await;
    assert_eq!(world.mails(MailFilter::default()).await, []);
}

async fn the_mailbox_is_read_page_by_page(world: NotificationsTestBed) {
    let order = TestOrder::new(&world.env, 1001);
    world.orders.has_order(order.id, 1001, Some("ada@example.org"), None);
    world.start();
    for version in 1..=7 {
        world.happens(order.becomes(&world.env, OrderConfirmed, version)).await;
    }
    world.logged(7).await;
    world.written().await;
    let staff = world.client("notifications", "staff");
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let slice = PageParams { limit: Some(3), cursor };
        let asked = ListMails { filter: Query(about(&order)), slice };
        let Json(page) = staff.call(&world.context(), asked).await.unwrap();
        assert!(page.items.len() <= 3);
        seen.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, world.mails(about(&order)).await);
    assert_eq!(seen.len(), 7);
    assert!(seen.is_sorted_by(|newer, older| newer.id > older.id));
}

async fn only_staff_read_the_mailbox(world: NotificationsTestBed) {
    world.start();
    for (credential, status) in [("customer", 403), ("service", 403), ("a thief", 401)] {
        let asked = ListMails { filter: Query::default(), slice: PageParams::default() };
        let client = world.client("notifications", credential);
        match client.call(&world.context(), asked).await {
            Err(CallError::Problem(problem)) => assert_eq!(problem.status, status, "{credential}"),
            // a client takes it for its own credential, which the other side does not know
            Err(CallError::Broken(broken)) => {
                assert!(status == 401 && broken.why.contains("credential"), "{credential}: {broken}");
            }
            other => panic!("{credential}: {other:?}"),
        }
    }
}

#[test]
fn every_event_has_its_place_in_the_table_of_mails() {
    // the table has no wildcard, so a new event stops the build; this holds that none is read as another's data
    for kind in EventType::ALL {
        let event = crate::happenings::event(&testkit::real_env::env(), *kind, "x", 1, serde_json::json!({}));
        assert!(notifications::email_triggers::read(&event).is_err(), "{kind} is read without its data");
    }
}
