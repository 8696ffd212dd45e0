//! Verifying an address: a mail's code does it, once, and nothing else.

use crate::world::{AuthCallResult, AuthReplica, AuthTestBed, PASSWORD, code, new_account};
use contracts::{
    auth::*,
    events::{EmailVerificationEvent, EventType, UserEvent},
};
use endpoint::{Accepted, Body, Json, Path};
use futures_util::future::join_all;
use kernel::{
    Secret,
    id::{UserId, VerificationId},
};
use serde_json::json;
use std::time::Duration;

on_both!(
    registering_has_an_address_verified_by_a_mail,
    a_code_verifies_once_and_for_a_day,
    of_many_who_use_a_verification_at_once_one_wins,
    another_mail_is_sent_once_in_a_while,
    an_account_without_an_address_has_nothing_to_verify,
    the_code_of_a_mail_is_in_no_event_and_no_database,
    only_an_address_that_is_verified_is_somebodys,
);

const ADA: &str = "ada@example.com";

/// The tries so far, oldest first.
async fn tries(world: &AuthTestBed) -> Vec<VerificationId> {
    let sql = db::Sql::both("select id from email_verification order by id");
    world.db.query(&sql, &[]).await.unwrap().iter().map(|row| row.get("id").unwrap()).collect()
}

/// The code of the newest mail.
async fn newest(auth: &AuthReplica) -> Secret {
    let id = *tries(&auth.world).await.last().unwrap();
    let Json(letter) = auth.call_as("notifications", LookUpVerification { id: Path(id) }).await.unwrap();
    assert_eq!(letter.user.email.as_deref(), Some(ADA));
    letter.token
}

async fn verify(auth: &AuthReplica, token: &Secret) -> AuthCallResult<VerifyEmail> {
    auth.call(None, VerifyEmail { verification: Body(EmailVerification { token: token.clone() }) }).await
}

async fn ask(auth: &AuthReplica, token: &Secret) -> AuthCallResult<RequestEmailVerification> {
    auth.call(Some(token), RequestEmailVerification {}).await
}

async fn holder(auth: &AuthReplica, email: &str) -> Option<UserId> {
    let address = Body(VerifiedAddress { email: email.to_owned() });
    let Json(holder) = auth.call_as("orders", FindVerifiedAccount { address }).await.unwrap();
    holder.user_id
}

async fn registering_has_an_address_verified_by_a_mail(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register(ADA).await;
    assert!(!ada.user.email_verified);
    let id = tries(&world).await[0];
    let told = auth.journal_of(id).await;
    assert_eq!((told.len(), told[0].kind), (1, EventType::EmailVerificationRequested));
    assert_eq!(told[0].read::<EmailVerificationEvent>().unwrap().user_id, ada.user.id);

    verify(&auth, &newest(&auth).await).await.unwrap();
    let me = auth.me(&ada.access_token).await.unwrap();
    assert!(me.email_verified && me.version == 2);
    assert!(auth.lets_in(&ada.access_token).await, "no session ends");
    let events = auth.journal_of(ada.user.id).await;
    assert_eq!(
        events.iter().map(|e| e.kind).collect::<Vec<_>>(),
        [EventType::UserRegistered, EventType::EmailVerified,]
    );
    assert_eq!(events[1].read::<UserEvent>().unwrap().user_id, ada.user.id);
    let Json(again) = auth.login(ADA, PASSWORD).await.unwrap();
    assert!(again.user.email_verified);
}

async fn a_code_verifies_once_and_for_a_day(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register(ADA).await;
    let first = newest(&auth).await;
    world.clock.advance(Duration::from_secs(24 * 3600 + 7 * 60));
    assert_eq!(code(verify(&auth, &first).await), "invalid_verification_token");
    ask(&auth, &ada.access_token).await.unwrap_err();
    let Json(again) = auth.login(ADA, PASSWORD).await.unwrap();
    ask(&auth, &again.access_token).await.unwrap();
    let second = newest(&auth).await;
    verify(&auth, &second).await.unwrap();
    assert_eq!(code(verify(&auth, &second).await), "invalid_verification_token");
    for wrong in ["", "oev_", "oev_AAAA", &second.expose().replace("oev_", "orr_")] {
        assert_eq!(code(verify(&auth, &Secret::new(wrong)).await), "invalid_verification_token", "{wrong}");
    }
}

async fn of_many_who_use_a_verification_at_once_one_wins(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register(ADA).await;
    let token = newest(&auth).await;
    let done = join_all((0..8).map(|_| verify(&auth, &token))).await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1);
    assert_eq!(auth.me(&ada.access_token).await.unwrap().version, 2);
}

async fn another_mail_is_sent_once_in_a_while(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register(ADA).await;
    for _ in 0..3 {
        let Accepted(asked) = ask(&auth, &ada.access_token).await.unwrap();
        assert_eq!(asked.expires_in, 24 * 3600);
    }
    assert_eq!(tries(&world).await.len(), 1, "one is on its way");
    world.clock.advance(Duration::from_secs(121));
    join_all((0..4).map(|_| ask(&auth, &ada.access_token))).await;
    assert_eq!(tries(&world).await.len(), 2);
    // whichever of them is used, the others are over
    let [first, _] = tries(&world).await[..] else { panic!("two") };
    let Json(letter) = auth.call_as("notifications", LookUpVerification { id: Path(first) }).await.unwrap();
    verify(&auth, &newest(&auth).await).await.unwrap();
    assert_eq!(code(verify(&auth, &letter.token).await), "invalid_verification_token");
    assert_eq!(code(ask(&auth, &ada.access_token).await), "email_verified_already");
}

async fn an_account_without_an_address_has_nothing_to_verify(world: AuthTestBed) {
    let auth = world.replica().await;
    let grace = Register { account: Body(new_account(Some("grace"), None)) };
    let grace = auth.call(None, grace).await.unwrap().body;
    assert_eq!(tries(&world).await.len(), 0);
    assert_eq!(code(ask(&auth, &grace.access_token).await), "no_email");
    assert_eq!(code(auth.call(None, RequestEmailVerification {}).await), "unauthenticated");
}

async fn the_code_of_a_mail_is_in_no_event_and_no_database(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register(ADA).await;
    let token = newest(&auth).await;
    let told = json!(auth.feed().await.events).to_string();
    assert!(!told.contains(token.expose()) && !told.contains("oev_") && !told.contains(ADA), "{told}");
    for sql in
        ["select cast(payload as text) as text from timer", "select cast(data as text) as text from event"]
    {
        for row in world.db.query(&db::Sql::both(sql), &[]).await.unwrap() {
            let text: String = row.get("text").unwrap();
            assert!(!text.contains("oev_") && !text.contains(ADA), "{text}");
        }
    }
}

async fn only_an_address_that_is_verified_is_somebodys(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register(ADA).await;
    assert_eq!(holder(&auth, ADA).await, None);
    verify(&auth, &newest(&auth).await).await.unwrap();
    for alike in [ADA, "ADA@Example.com"] {
        assert_eq!(holder(&auth, alike).await, Some(ada.user.id), "{alike}");
    }
    for other in ["", "grace@example.com", "a\u{202e}da@example.com"] {
        assert_eq!(holder(&auth, other).await, None, "{other}");
    }
    let admin = auth.admin("admin@example.com").await;
    let off = UserChange { active: Some(false), ..UserChange::default() };
    auth.update_user(&admin.access_token, ada.user.id, off).await.unwrap();
    assert_eq!(holder(&auth, ADA).await, None, "nobody is in who was switched off");
}
