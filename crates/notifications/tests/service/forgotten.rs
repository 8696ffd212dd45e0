//! The mail about a forgotten password: its code is not in the mailbox, and shown to administrators only.

use crate::{
    happenings::{event, of_user},
    others::CODE,
    world::World,
};
use contracts::{
    events::{Event, EventType, PasswordResetEvent},
    notifications::{GetMail, Mail, MailFilter},
};
use endpoint::{Json, Path, client::CallError};
use kernel::{
    Id,
    id::{MailId, ResetId, UserId},
};

on_both!(
    a_code_is_shown_to_administrators_only_and_kept_nowhere,
    a_changed_password_is_told,
    a_mail_that_is_not_there_is_not_found,
);

const HIDDEN: &str = "(hidden: administrators see it, as long as it is good)";

fn wish(world: &World, user_id: UserId) -> (ResetId, Event) {
    let reset_id = world.env.id();
    let data = serde_json::to_value(PasswordResetEvent { user_id, reset_id }).unwrap();
    (reset_id, event(&world.env, EventType::PasswordResetRequested, reset_id, 1, data))
}

async fn read(world: &World, credential: &'static str, id: MailId) -> Result<Mail, String> {
    let client = world.client("notifications", credential);
    match client.call(&world.context(), GetMail { id: Path(id) }).await {
        Ok(Json(mail)) => Ok(mail),
        Err(CallError::Problem(problem)) => Err(problem.code),
        Err(other) => panic!("{other}"),
    }
}

async fn a_code_is_shown_to_administrators_only_and_kept_nowhere(world: World) {
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
    assert_eq!((&listed.about, listed.subject.as_str()), (&user.to_string(), "A new password for Teapots"));
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

async fn a_changed_password_is_told(world: World) {
    let user = world.env.id();
    world.auth.has_user(user, Some("ada@example.org"), None);
    world.start();
    world.happens(of_user(&world.env, EventType::PasswordChanged, user)).await;
    world.logged(1).await;
    world.written().await;
    let mails = world.mails(MailFilter::default()).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0].subject, "Your password for Teapots was changed");
    let asked = world.auth.look_ups();
    assert_eq!(read(&world, "admin", mails[0].id).await.as_ref(), Ok(&mails[0]));
    assert_eq!(world.auth.look_ups(), asked, "there is no code to ask for");
}

async fn a_mail_that_is_not_there_is_not_found(world: World) {
    world.start();
    let nothing = Id::from_uuid(world.env.uuid());
    assert_eq!(read(&world, "admin", nothing).await, Err("not_found".to_owned()));
}
