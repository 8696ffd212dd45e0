//! Nothing that a stranger has written is in an email to an address that is not theirs.

use crate::{
    happenings::{TestOrder, of_user},
    world::NotificationsTestBed,
};
use contracts::{events::EventType::*, notifications::MailFilter, orders::CancelCode};
use kernel::Secret;

on_both!(an_unverified_address_gets_no_name_and_no_text_of_a_customer, a_verified_address_is_greeted_by_name,);

/// Names that mail programs make links of.
const NAMES: [&str; 8] = [
    "Win at evil.example now",
    "https://evil.example/a",
    "www.evil.example",
    "evil\u{3002}example",
    "evil\u{2024}example",
    "hxxp: evil [.] example",
    "Call +49 30 1234567",
    "Ada",
];

async fn an_unverified_address_gets_no_name_and_no_text_of_a_customer(world: NotificationsTestBed) {
    world.start();
    let mut events = 0;
    for (n, name) in (0..).zip(NAMES) {
        let user = world.env.id();
        world.auth.has_user(user, Some("victim@example.org"), Some(name));
        world.happens(of_user(&world.env, UserRegistered, user)).await;
        world.happens(of_user(&world.env, PasswordChanged, user)).await;
        // one by a guest, one by an account that has not verified the address
        for (m, key, owner) in [(0, Some(Secret::new("ordo_ok_x")), None), (1, None, Some(user))] {
            let order = TestOrder::new(&world.env, 1001 + 2 * n + m);
            world.orders.has_order(order.id, order.number, Some("victim@example.org"), Some(name));
            world.orders.changes_order(order.id, |contact| {
                (contact.order_key, contact.user_id) = (key, owner);
                contact.cancel_reason = Some(name.to_owned());
            });
            for (version, kind) in (1..).zip([OrderPlaced, OrderPaymentFailed, OrderCancelled]) {
                world.happens(order.becomes(&world.env, kind, version)).await;
            }
        }
        events += 8;
        world.logged(events).await;
        world.written().await;
    }
    let mails = world.mails(MailFilter::default()).await;
    assert_eq!(mails.len(), events as usize);
    for mail in &mails {
        assert!(mail.text.starts_with("Hello,\n\n"), "{}", mail.text);
        for name in NAMES {
            assert!(!mail.text.contains(name) && !mail.subject.contains(name), "{}", mail.text);
        }
        assert!(!mail.text.contains("evil") && !mail.text.contains("reason"), "{}", mail.text);
    }
}

async fn a_verified_address_is_greeted_by_name(world: NotificationsTestBed) {
    world.start();
    let mut logged = 0;
    for name in ["J.R.R. Tolkien", "Dr. St. John Smith", "O.J. Müller", "Ada"] {
        let (user, order) = (world.env.id(), TestOrder::new(&world.env, 1001 + logged));
        world.auth.has_user(user, Some("ada@example.org"), Some(name));
        world.auth.user_has_verified(user);
        world.orders.has_order(order.id, order.number, Some("ada@example.org"), Some(name));
        world.orders.changes_order(order.id, |contact| contact.user_id = Some(user));
        world.happens(order.becomes(&world.env, OrderPlaced, 1)).await;
        logged += 1;
        world.logged(logged).await;
        world.written().await;
        let newest = &world.mails(MailFilter::default()).await[0];
        assert!(newest.text.starts_with(&format!("Hello {name},\n\n")), "{}", newest.text);
    }
    // the address of an order can be another one than that of the account, and a guest's order can come into an account
    for (email, key) in [("victim@example.org", None), ("ada@example.org", Some(Secret::new("ordo_ok_x")))] {
        let (user, order) = (world.env.id(), TestOrder::new(&world.env, 2001 + logged));
        world.auth.has_user(user, Some("ada@example.org"), Some("Ada"));
        world.auth.user_has_verified(user);
        world.orders.has_order(order.id, order.number, Some(email), Some("evil.example"));
        world.orders.changes_order(order.id, |contact| {
            (contact.user_id, contact.order_key) = (Some(user), key);
            // what staff write is the shop's own
            contact.cancel_reason = Some("out of season".to_owned());
            contact.cancel_code = Some(CancelCode::Staff);
        });
        world.happens(order.becomes(&world.env, OrderCancelled, 1)).await;
        logged += 1;
        world.logged(logged).await;
        world.written().await;
        let newest = &world.mails(MailFilter::default()).await[0];
        assert!(newest.text.starts_with("Hello,\n\n"), "{}", newest.text);
        assert!(newest.text.contains("Reason: out of season"), "{}", newest.text);
    }
}
