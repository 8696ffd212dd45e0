//! Changing a password, and choosing a new one when it was forgotten.

use crate::world::{AuthCallResult, AuthReplica, AuthTestBed, PASSWORD, code};
use contracts::{
    auth::*,
    events::{EventType, PasswordResetEvent, SessionEvent, UserEvent},
};
use endpoint::{Accepted, Body, Json, Path, http::StatusCode};
use futures_util::future::join_all;
use kernel::{Secret, id::ResetId};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

on_both!(
    a_changed_password_ends_all_other_sessions,
    a_wrong_password_changes_nothing_and_slows_down,
    a_new_password_is_no_common_one,
    of_two_changes_at_once_one_wins,
    a_forgotten_password_is_replaced_once,
    a_code_is_good_for_an_hour_and_until_another_password_is_set,
    of_many_who_use_a_code_at_once_one_wins,
    nobody_learns_whether_an_account_is_there,
    an_account_gets_one_mail_in_a_while,
    the_code_is_nowhere_but_in_the_answer_to_notifications,
    who_has_shown_who_they_are_does_not_wait,
);

const NEW: &str = "kettle on a tuesday";
const ADA: &str = "ada@example.com";

pub(crate) async fn change(
    auth: &AuthReplica,
    token: &Secret,
    current: &str,
    new: &str,
) -> AuthCallResult<ChangePassword> {
    let change = PasswordChange { current_password: Secret::new(current), new_password: Secret::new(new) };
    auth.call(Some(token), ChangePassword { change: Body(change) }).await
}

async fn forgot(auth: &AuthReplica, email: &str) {
    let request = ForgotPassword { account: Body(ForgotPasswordRequest { email: email.to_owned() }) };
    let Accepted(asked) = auth.call(None, request).await.unwrap();
    assert_eq!(asked, ResetRequested { expires_in: 3600 });
}

/// Does what the timers wait to do; how many there were.
async fn begin_resets(auth: &AuthReplica) -> usize {
    auth.run_timers("auth.begin_reset").await
}

/// The wishes so far, oldest first.
async fn wishes(world: &AuthTestBed) -> Vec<ResetId> {
    let sql = db::Sql::both("select id from password_reset order by id");
    world.db.query(&sql, &[]).await.unwrap().iter().map(|row| row.get("id").unwrap()).collect()
}

/// Asks for a mail, and takes the code out of it.
async fn code_for(auth: &AuthReplica, email: &str) -> Secret {
    forgot(auth, email).await;
    begin_resets(auth).await;
    let id = *wishes(&auth.world).await.last().unwrap();
    let Json(letter) = auth.call_as("notifications", GetPasswordReset { id: Path(id) }).await.unwrap();
    assert_eq!(letter.user.email.as_deref(), Some(email));
    letter.token
}

async fn reset(auth: &AuthReplica, token: &Secret, new: &str) -> AuthCallResult<ResetPassword> {
    let reset = PasswordReset { token: token.clone(), new_password: Secret::new(new) };
    auth.call(None, ResetPassword { reset: Body(reset) }).await
}

async fn a_changed_password_ends_all_other_sessions(world: AuthTestBed) {
    let auth = world.replica().await;
    let here = auth.register(ADA).await;
    let Json(there) = auth.login(ADA, PASSWORD).await.unwrap();
    let other = auth.register("grace@example.com").await;
    change(&auth, &here.access_token, PASSWORD, NEW).await.unwrap();
    assert!(auth.lets_in(&here.access_token).await && !auth.lets_in(&there.access_token).await);
    assert!(auth.refresh(&here.refresh_token).await.is_ok());
    assert_eq!(code(auth.refresh(&there.refresh_token).await), "invalid_refresh_token");
    assert!(auth.lets_in(&other.access_token).await, "of somebody else");
    assert_eq!(code(auth.login(ADA, PASSWORD).await), "invalid_credentials");
    assert!(auth.login(ADA, NEW).await.is_ok());

    let events = auth.journal_of(here.user.id).await;
    let kinds: Vec<_> = events.iter().map(|event| (event.kind, event.version())).collect();
    let changed = [(EventType::PasswordChanged, 2), (EventType::SessionRevoked, 2)];
    assert_eq!(kinds, [&[(EventType::UserRegistered, 1)], &changed[..]].concat());
    assert_eq!(events[1].read::<UserEvent>().unwrap().user_id, here.user.id);
    let ended: SessionEvent = events[2].read().unwrap();
    assert!(ended.session_id.is_none() && ended.kept_session_id.is_some());
    let me = auth.me(&here.access_token).await.unwrap();
    assert_eq!(me.version, 2);
}

async fn a_wrong_password_changes_nothing_and_slows_down(mut world: AuthTestBed) {
    world.pace_for_ever();
    let auth = world.replica().await;
    let ada = auth.register(ADA).await;
    let Json(again) = auth.login(ADA, PASSWORD).await.unwrap();
    for n in 0..27 {
        let expected = if n < 6 { "wrong_password" } else { "too_many_failures" };
        assert_eq!(code(change(&auth, &ada.access_token, "not this one", NEW).await), expected);
    }
    let further = change(&auth, &ada.access_token, "not this one", NEW);
    assert!(world.waits(further).await, "they are compared one by one");
    assert!(auth.lets_in(&again.access_token).await);
    assert!(auth.login(ADA, PASSWORD).await.is_ok(), "signing in is counted apart");
    // a replica that compares nothing at the moment
    change(&world.replica().await, &ada.access_token, PASSWORD, NEW).await.unwrap();
    assert_eq!(world.number("select count(*) as n from login_failure").await, 0);
}

async fn a_new_password_is_no_common_one(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register(ADA).await;
    let reset_code = code_for(&auth, ADA).await;
    for (new, refusal) in [("Password123", "common_password"), ("short", "invalid_request")] {
        assert_eq!(code(change(&auth, &ada.access_token, PASSWORD, new).await), refusal);
        assert_eq!(code(reset(&auth, &reset_code, new).await), refusal);
    }
    let long = "x".repeat(129);
    assert_eq!(code(change(&auth, &ada.access_token, &long, NEW).await), "invalid_request");
    assert_eq!(code(change(&auth, &Secret::new("no token"), PASSWORD, NEW).await), "unauthenticated");
    reset(&auth, &reset_code, NEW).await.unwrap();
}

async fn of_two_changes_at_once_one_wins(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register(ADA).await;
    let news: Vec<String> = (0..6).map(|n| format!("{NEW} number {n}")).collect();
    let done = join_all(news.iter().map(|new| change(&auth, &ada.access_token, PASSWORD, new))).await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1);
    let winner = done.iter().position(Result::is_ok).unwrap();
    assert!(auth.login(ADA, &news[winner]).await.is_ok());
}

async fn a_forgotten_password_is_replaced_once(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register(ADA).await;
    let reset_code = code_for(&auth, ADA).await;
    reset(&auth, &reset_code, NEW).await.unwrap();
    assert!(!auth.lets_in(&ada.access_token).await);
    assert_eq!(code(auth.refresh(&ada.refresh_token).await), "invalid_refresh_token");
    assert_eq!(code(auth.login(ADA, PASSWORD).await), "invalid_credentials");
    assert_eq!(code(reset(&auth, &reset_code, PASSWORD).await), "invalid_reset_token");
    assert!(auth.login(ADA, NEW).await.is_ok());
    let id = wishes(&world).await[0];
    let begun = auth.journal_of(id).await;
    assert_eq!((begun.len(), begun[0].kind), (1, EventType::PasswordResetRequested));
    let data: PasswordResetEvent = begun[0].read().unwrap();
    assert_eq!((data.user_id, data.reset_id), (ada.user.id, id));
    assert_eq!(code(auth.call_as("notifications", GetPasswordReset { id: Path(id) }).await), "not_found");
    let kinds: Vec<_> = auth.journal_of(ada.user.id).await.iter().map(|event| event.kind).collect();
    let expected = [EventType::UserRegistered, EventType::PasswordChanged, EventType::SessionRevoked];
    assert_eq!(kinds, expected);
    for bad in ["", "orr_", "orr_AAAA", &reset_code.expose()[1..], &format!("{}A", reset_code.expose())] {
        assert_eq!(code(reset(&auth, &Secret::new(bad), NEW).await), "invalid_reset_token", "{bad}");
    }
    // what is over is deleted
    world.clock.advance(Duration::from_secs(26 * 3600));
    auth.run_timer("auth.sweep").await;
    assert_eq!(wishes(&world).await, []);
}

async fn a_code_is_good_for_an_hour_and_until_another_password_is_set(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register(ADA).await;
    let old = code_for(&auth, ADA).await;
    world.clock.advance(Duration::from_secs(3601));
    assert_eq!(code(reset(&auth, &old, NEW).await), "invalid_reset_token");
    let first = code_for(&auth, ADA).await;
    world.clock.advance(Duration::from_secs(200));
    let second = code_for(&auth, ADA).await;
    assert_ne!(first, second);
    change(&auth, &ada.access_token, PASSWORD, NEW).await.unwrap();
    for over in [first, second] {
        assert_eq!(code(reset(&auth, &over, PASSWORD).await), "invalid_reset_token");
    }
    // nor is one of an account that is switched off
    world.clock.advance(Duration::from_secs(200));
    let last = code_for(&auth, ADA).await;
    let admin = auth.admin("root@example.com").await;
    let off = UserChange { active: Some(false), ..UserChange::default() };
    auth.update_user(&admin.access_token, ada.user.id, off).await.unwrap();
    assert_eq!(code(reset(&auth, &last, PASSWORD).await), "invalid_reset_token");
    world.clock.advance(Duration::from_secs(200));
    forgot(&auth, ADA).await;
    assert_eq!((begin_resets(&auth).await, wishes(&world).await.len()), (1, 4), "and gets no mail");
}

async fn of_many_who_use_a_code_at_once_one_wins(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register(ADA).await;
    let reset_code = code_for(&auth, ADA).await;
    let news: Vec<String> = (0..8).map(|n| format!("{NEW} number {n}")).collect();
    let done = join_all(news.iter().map(|new| reset(&auth, &reset_code, new))).await;
    let winner = done.iter().position(Result::is_ok).unwrap();
    for (at, one) in done.into_iter().enumerate().filter(|(at, _)| *at != winner) {
        assert_eq!(code(one), "invalid_reset_token", "{at} and {winner}");
    }
    assert!(auth.login(ADA, &news[winner]).await.is_ok());
}

/// Rows of each table, and the response: a request has the same effect for an account that exists, one that is
/// switched off, and none.
async fn nobody_learns_whether_an_account_is_there(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register(ADA).await;
    let admin = auth.admin("root@example.com").await;
    let off = auth.register("off@example.com").await;
    let switch = UserChange { active: Some(false), ..UserChange::default() };
    auth.update_user(&admin.access_token, off.user.id, switch).await.unwrap();
    let tables = async || {
        let mut rows = BTreeMap::new();
        for (name, sql) in [
            ("timer", "select count(*) as n from timer where kind = 'auth.begin_reset'"),
            ("event", "select count(*) as n from event"),
            ("password_reset", "select count(*) as n from password_reset"),
            ("login_failure", "select count(*) as n from login_failure"),
        ] {
            rows.insert(name, world.number(sql).await);
        }
        rows
    };
    let mut told = Vec::new();
    for email in [ADA, "off@example.com", "nobody@example.com", "ADA@example.com"] {
        let (before, hashes) = (tables().await, world.clock.hashes());
        let (status, headers, body) = auth.post("/v1/password/forgot", &json!({ "email": email })).await;
        let names: Vec<String> = headers.keys().map(ToString::to_string).collect();
        let more: Vec<i64> = before.iter().zip(tables().await).map(|((_, b), (_, a))| a - b).collect();
        told.push((
            status,
            names,
            body,
            world.clock.hashes() - hashes,
            (email != "ADA@example.com").then_some(more),
        ));
    }
    assert_eq!(told[0].0, StatusCode::ACCEPTED);
    assert_eq!((&told[1], &told[2]), (&told[0], &told[0]));
    assert_eq!((&told[3].0, &told[3].1, &told[3].2, told[3].3), (&told[0].0, &told[0].1, &told[0].2, 0));
    // the address is in nothing that waits
    let sql =
        db::Sql::both("select cast(payload as text) as payload from timer where kind = 'auth.begin_reset'");
    for row in world.db.query(&sql, &[]).await.unwrap() {
        let payload: String = row.get("payload").unwrap();
        assert!(!payload.contains("example"), "{payload}");
    }
    assert_eq!((begin_resets(&auth).await, wishes(&world).await.len()), (3, 1));
    let (status, _, problem) = auth.post("/v1/password/forgot", &json!({"email": "no address"})).await;
    assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &Value::from("invalid_request")));
}

async fn an_account_gets_one_mail_in_a_while(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register(ADA).await;
    for _ in 0..5 {
        forgot(&auth, ADA).await;
    }
    assert_eq!(begin_resets(&auth).await, 1, "those who ask at once are one");
    for _ in 0..3 {
        forgot(&auth, ADA).await;
        begin_resets(&auth).await;
    }
    assert_eq!(wishes(&world).await.len(), 1);
    world.clock.advance(Duration::from_secs(121));
    forgot(&auth, ADA).await;
    begin_resets(&auth).await;
    assert_eq!(wishes(&world).await.len(), 2);
}

async fn the_code_is_nowhere_but_in_the_answer_to_notifications(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = auth.register(ADA).await;
    let reset_code = code_for(&auth, ADA).await;
    let id = wishes(&world).await[0];
    let Json(letter) = auth.call_as("notifications", GetPasswordReset { id: Path(id) }).await.unwrap();
    assert_eq!(letter.token, reset_code, "as often as a mail is tried");
    let left = letter.expires_at.since(world.env.now());
    assert!(left <= Duration::from_secs(3600) && left > Duration::from_secs(3500), "{left:?}");
    assert_eq!(code(auth.call_as("orders", GetPasswordReset { id: Path(id) }).await), "forbidden");
    assert_eq!(
        code(auth.call(Some(&ada.access_token), GetPasswordReset { id: Path(id) }).await),
        "forbidden"
    );
    let secret = reset_code.expose().trim_start_matches("orr_");
    for event in auth.journal_of(id).await {
        assert!(!serde_json::to_string(&event).unwrap().contains(secret));
    }
    // another installation's code, for the same wish
    let elsewhere = AuthTestBed { secret: kernel::secret::RootSecret::new([8; 32]), ..world.clone() };
    let elsewhere = elsewhere.replica().await;
    let Json(other) = elsewhere.call_as("notifications", GetPasswordReset { id: Path(id) }).await.unwrap();
    assert_ne!(other.token, reset_code);
    assert_eq!(code(reset(&auth, &other.token, NEW).await), "invalid_reset_token");
}

async fn who_has_shown_who_they_are_does_not_wait(mut world: AuthTestBed) {
    world.pace_for_ever();
    let auth = world.replica().await;
    auth.register(ADA).await;
    for _ in 0..27 {
        let _ = auth.login(ADA, "not this one").await;
    }
    assert!(world.waits(auth.login(ADA, PASSWORD)).await);
    let reset_code = code_for(&auth, ADA).await;
    reset(&auth, &reset_code, NEW).await.unwrap();
    assert!(auth.login(ADA, NEW).await.is_ok());
}
