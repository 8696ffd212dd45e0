//! What opens something is not in the mailbox, and shown to administrators only: the codes of mails about forgotten passwords
//! and addresses, and the keys of guests' orders.

use crate::{
    happenings::{TestOrder, event, of_user},
    others::{CODE, VERIFICATION},
    world::NotificationsTestBed,
};
use contracts::{
    events::{EmailVerificationEvent, Event, EventType, PasswordResetEvent},
    notifications::{GetMail, Mail, MailFilter},
};
use endpoint::{Json, Path, client::CallError};
use kernel::{
    Id,
    id::{MailId, ResetId, UserId, VerificationId},
};

on_both!(
    a_code_is_shown_to_administrators_only_and_kept_nowhere,
    the_code_that_verifies_an_address_is_shown_to_administrators_only,
    the_key_of_a_guests_order_is_shown_to_administrators_only,
    a_changed_password_is_told,
    a_mail_that_is_not_there_is_not_found,
);

const HIDDEN: &str = "(hidden: administrators see it, as long as it is good)";

fn wish(world: &NotificationsTestBed, user_id: UserId) -> (ResetId, Event) {
    let reset_id = world.env.id();
    let data = serde_json::to_value(PasswordResetEvent { user_id, reset_id }).unwrap();
    (reset_id, event(&world.env, EventType::PasswordResetRequested, reset_id, 1, data))
}

async fn read(world: &NotificationsTestBed, credential: &'static str, id: MailId) -> Result<Mail, String> {
    let client = world.client("notifications", credential);
    match client.call(&world.context(), GetMail { id: Path(id) }).await {
        Ok(Json(mail)) => Ok(mail),
        Err(CallError::Problem(problem)) => Err(problem.code),
        Err(other) => panic!("{other}"),
    }
}

async fn a_code_is_shown_to_administrators_only_and_kept_nowhere(world: NotificationsTestBed) {
    let user = world.env.id();
    world.auth.has_user(user, Some("ada@example.org"), Some("Ada"));
    world.start();
    let (reset, wish) = wish(&world, user);
    world.auth.has_reset(reset, Some(user));
    world.happens(wish).await;
    world.logged(1).await;
    world.written().await;
    let mails = world.mails(MailFilter::default()).await;
    let [listed] = &mails[..] else { panic!("one mail is expected: {mails:?}") };
    assert_eq!((listed.template.as_str(), listed.to.as_str()), ("password_reset", "ada@example.org"));
    assert_eq!((&listed.about, listed.subject.as_str()), (&user.to_string(), "Reset your Teapots password"));
    assert!(listed.text.contains(HIDDEN) && !listed.text.contains(CODE), "{}", listed.text);

    assert_eq!(read(&world, "staff", listed.id).await.as_ref(), Ok(listed), "staff see what is listed");
    for nobody in ["customer", "service"] {
        assert_eq!(read(&world, nobody, listed.id).await, Err("forbidden".to_owned()), "{nobody}");
    }
    let shown = read(&world, "admin", listed.id).await.unwrap();
    assert_eq!(shown.text, listed.text.replace(HIDDEN, CODE));
    assert_eq!(world.mails(MailFilter::default()).await, mails, "and it is kept nowhere");

    world.auth.knows_nobody(true);
    assert_eq!(read(&world, "admin", listed.id).await, Err("unavailable".to_owned()));
    world.auth.knows_nobody(false);
    world.auth.has_reset(reset, None);
    assert_eq!(
        read(&world, "admin", listed.id).await.as_ref(),
        Ok(listed),
        "a code that was used is not shown"
    );
}

async fn the_code_that_verifies_an_address_is_shown_to_administrators_only(world: NotificationsTestBed) {
    let (user, id): (UserId, VerificationId) = (world.env.id(), world.env.id());
    world.auth.has_user(user, Some("ada@example.org"), Some("Ada"));
    world.auth.has_verification(id, user);
    world.start();
    let data = serde_json::to_value(EmailVerificationEvent { user_id: user, verification_id: id }).unwrap();
    world.happens(event(&world.env, EventType::EmailVerificationRequested, id, 1, data)).await;
    world.logged(1).await;
    world.written().await;
    let mails = world.mails(MailFilter::default()).await;
    let [listed] = &mails[..] else { panic!("one mail is expected: {mails:?}") };
    assert_eq!((listed.template.as_str(), listed.to.as_str()), ("verify_email", "ada@example.org"));
    assert!(listed.text.contains(&format!("/verify?token={HIDDEN}")), "{}", listed.text);
    assert_eq!(read(&world, "staff", listed.id).await.as_ref(), Ok(listed));
    let shown = read(&world, "admin", listed.id).await.unwrap();
    assert_eq!(shown.text, listed.text.replace(HIDDEN, VERIFICATION));
}

async fn the_key_of_a_guests_order_is_shown_to_administrators_only(world: NotificationsTestBed) {
    let (guests, adas) = (TestOrder::new(&world.env, 1001), TestOrder::new(&world.env, 1002));
    for order in [&guests, &adas] {
        world.orders.has_order(order.id, order.number, Some("bea@example.org"), None);
    }
    world.orders.is_guests(guests.id, "ork_of-this-order");
    world.start();
    for order in [&guests, &adas] {
        world.happens(order.becomes(&world.env, EventType::OrderPlaced, 1)).await;
    }
    world.logged(2).await;
    world.written().await;
    let about = |order: &TestOrder| MailFilter { about: Some(order.id.to_string()), ..MailFilter::default() };
    let [listed] = &world.mails(about(&guests)).await[..] else { panic!("one mail is expected") };
    let place = format!("/orders/{}?key=", guests.id);
    assert!(listed.text.contains(&format!("{place}{HIDDEN}")), "{}", listed.text);
    assert_eq!(read(&world, "staff", listed.id).await.as_ref(), Ok(listed));
    let shown = read(&world, "admin", listed.id).await.unwrap();
    assert!(shown.text.contains(&format!("{place}ork_of-this-order")), "{}", shown.text);
    let [other] = &world.mails(about(&adas)).await[..] else { panic!("one mail is expected") };
    assert!(!other.text.contains("key="), "{}", other.text);
}

async fn a_changed_password_is_told(world: NotificationsTestBed) {
    let user = world.env.id();
    world.auth.has_user(user, Some("ada@example.org"), None);
    world.start();
    world.happens(of_user(&world.env, EventType::PasswordChanged, user)).await;
    world.logged(1).await;
    world.written().await;
    let mails = world.mails(MailFilter::default()).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0].subject, "Your Teapots password was changed");
    let asked = world.auth.look_ups();
    assert_eq!(read(&world, "admin", mails[0].id).await.as_ref(), Ok(&mails[0]));
    assert_eq!(world.auth.look_ups(), asked, "there is no code to ask for");
}

async fn a_mail_that_is_not_there_is_not_found(world: NotificationsTestBed) {
    world.start();
    let nothing = Id::from_uuid(world.env.uuid());
    assert_eq!(read(&world, "admin", nothing).await, Err("not_found".to_owned()));
}
