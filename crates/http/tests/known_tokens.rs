//! What is known of tokens beyond their form: keys that come and go, sessions that end, services, API keys.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bench;

use bench::{world::NOW_S, *};
use endpoint::{Permission, Role};
use kernel::{Id, Timestamp, id::SessionId, secret::RootSecret};
use ordo_http::{
    Principal, Verify, VerifyError,
    token::{AccessClaims, Revocation, ServiceCredential, SigningKey, api_key},
};
use serde_json::json;
use std::time::Duration;
use tokio::time::advance;

#[tokio::test(start_paused = true)]
async fn a_retired_key_verifies_nothing_more_not_even_from_the_cache() {
    let bench = Bench::new();
    let old = good();
    assert!(bench.verify(&old).await.is_ok());
    let new = SigningKey::from_seed(&[9; 32]);
    bench.change(|auth| auth.keys.push(new.public().clone()));
    advance(Duration::from_secs(61)).await;
    assert!(bench.verify(&new.sign(&claims())).await.is_ok(), "a new key is looked up when it is seen");
    bench.change(|auth| auth.keys = vec![new.public().clone()]);
    advance(Duration::from_secs(61)).await;
    bench.verifier.read_once().await.unwrap();
    bench.refuses("retired", &old).await;
    assert!(bench.verify(&new.sign(&claims())).await.is_ok());
}

#[tokio::test]
async fn a_verified_token_ends_in_its_time_too() {
    let bench = Bench::new();
    let token = good();
    assert!(bench.verify(&token).await.is_ok());
    bench.world.set_clock(NOW_S + HOUR + 359);
    assert!(bench.verify(&token).await.is_ok());
    bench.world.set_clock(NOW_S + HOUR + 360);
    bench.refuses_as(VerifyError::Expired, "ended", &token).await;
}

#[tokio::test]
async fn a_verifier_that_has_just_begun_lets_nobody_in_whose_session_has_ended() {
    let bench = Bench::new();
    assert!(!bench.verifier.has_begun());
    assert_eq!(bench.verifier.waits_for(), Some("the signing keys of auth"));
    let revoked = Revocation { session: Some(session()), user: user(), at: Timestamp::from_seconds(NOW_S) };
    bench.change(|auth| auth.revoked.push(revoked));
    // nobody has read anything yet: what is asked about the key brings both
    bench.refuses_as(VerifyError::Revoked, "it ended before we began", &good()).await;
    assert!(bench.verifier.has_begun());
    bench.change(|auth| auth.down = true);
    assert_eq!(bench.verifier.waits_for(), None, "whoever knew it goes on");
}

#[tokio::test]
async fn a_revoked_session_ends_what_was_verified_before() {
    let bench = Bench::new();
    let token = good();
    assert!(bench.verify(&token).await.is_ok());
    let ended =
        |session: Option<SessionId>| Revocation { session, user: user(), at: Timestamp::from_seconds(NOW_S) };
    bench.change(|auth| auth.revoked.push(ended(Some(session()))));
    bench.verifier.read_once().await.unwrap();
    bench.refuses_as(VerifyError::Revoked, "its session has ended", &token).await;
    let other = SigningKey::from_seed(&SEED)
        .sign(&AccessClaims { sid: Id::from_uuid(Default::default()), ..claims() });
    assert!(bench.verify(&other).await.is_ok());
    bench.verifier.hear(&ended(None));
    bench.refuses_as(VerifyError::Revoked, "all the user's sessions have ended", &other).await;
    let later = AccessClaims { sid: Id::from_uuid(Default::default()), iat: NOW_S + 1, ..claims() };
    assert!(bench.verify(&SigningKey::from_seed(&SEED).sign(&later)).await.is_ok());
}

#[tokio::test]
async fn verifiers_of_one_process_learn_together_and_answer_for_their_own_service() {
    let bench = Bench::new();
    let other = bench.verifier.for_service("payments");
    let token = good();
    assert!(other.verify(&token).await.is_ok());
    let ended = Revocation { session: Some(session()), user: user(), at: Timestamp::from_seconds(NOW_S) };
    bench.change(|auth| auth.revoked.push(ended));
    // one of them reads for all
    bench.verifier.read_once().await.unwrap();
    assert_eq!(other.verify(&token).await, Err(VerifyError::Revoked));
    let credential =
        |callee: &str| ServiceCredential::new(&secret(), "products", callee, bench.world.env()).token(None);
    assert!(other.verify(&credential("payments")).await.is_ok());
    assert_eq!(other.verify(&credential("orders")).await, Err(VerifyError::Invalid));
    bench.refuses("for the other service", &credential("payments")).await;
}

#[tokio::test(start_paused = true)]
async fn without_the_feed_staff_are_not_let_in() {
    let bench = Bench::new();
    let staff = AccessClaims { role: Role::Staff, perms: vec![Permission::Orders], ..claims() };
    let staff = SigningKey::from_seed(&SEED).sign(&staff);
    bench.change(|auth| auth.down = true);
    assert_eq!(bench.verify(&staff).await, Err(VerifyError::Unavailable), "nothing was heard yet");
    bench.change(|auth| auth.down = false);
    advance(Duration::from_secs(1)).await;
    bench.verifier.read_once().await.unwrap();
    assert!(bench.verify(&staff).await.is_ok());
    bench.change(|auth| auth.down = true);
    for _ in 0..60 {
        advance(Duration::from_millis(500)).await;
        assert!(bench.verifier.read_once().await.is_err());
    }
    assert!(bench.verify(&staff).await.is_ok(), "30 s are not over");
    advance(Duration::from_millis(1)).await;
    assert_eq!(bench.verify(&staff).await, Err(VerifyError::Unavailable));
    assert!(bench.verify(&good()).await.is_ok(), "customers are let in all the same");
}

#[tokio::test(start_paused = true)]
async fn made_up_names_of_keys_do_not_flood_auth() {
    let bench = Bench::new();
    bench.verifier.read_once().await.unwrap();
    for down in [true, false] {
        bench.change(|auth| (auth.down, auth.asked_for_keys) = (down, 0));
        advance(Duration::from_secs(10)).await;
        for n in 0..100 {
            let made_up = signed(&with(header(), "kid", Some(json!(format!("k{n}")))), &body());
            let told = if down { VerifyError::Unavailable } else { VerifyError::Invalid };
            assert_eq!(bench.verify(&made_up).await, Err(told));
        }
        assert_eq!(bench.auth.0.lock().unwrap().asked_for_keys, 1);
    }
    assert!(bench.verify(&good()).await.is_ok());
}

#[tokio::test]
async fn a_service_is_known_by_its_own_credential() {
    let bench = Bench::new();
    let credential = |callee: &str| ServiceCredential::new(&secret(), "products", callee, bench.world.env());
    let who = |act_for| Principal::Service { name: "products".into(), act_for };
    assert_eq!(bench.verify(&credential("orders").token(None)).await, Ok(who(None)));
    let token = credential("orders").token(Some(user()));
    assert_eq!(bench.verify(&token).await, Ok(who(Some(user()))));
    bench.refuses("for another service", &credential("payments").token(None)).await;
    let stranger = ServiceCredential::new(&RootSecret::new([4; 32]), "products", "orders", bench.world.env());
    bench.refuses("of another installation", &stranger.token(None)).await;
    for minutes in [-5, 5] {
        bench.world.set_clock(NOW_S + minutes * 60);
        assert!(bench.verify(&token).await.is_ok(), "clocks that are {minutes} minutes apart");
    }
    bench.world.set_clock(NOW_S - 361);
    bench.refuses("made in the future", &token).await;
    bench.world.set_clock(NOW_S + 419);
    assert!(bench.verify(&token).await.is_ok(), "a minute, and the leeway");
    bench.world.set_clock(NOW_S + 420);
    bench.refuses("ended", &token).await;
}

#[tokio::test]
async fn the_two_kinds_of_token_are_not_mistaken_for_each_other() {
    let bench = Bench::new();
    let key = secret().key("service-credential");
    let service = json!({"iss": "products", "aud": "orders", "iat": NOW_S, "exp": NOW_S + 60});
    let header_of = |alg: &str, typ: &str| json!({"alg": alg, "typ": typ});
    assert!(bench.verify(&tagged(&header_of("HS256", "svc+jwt"), &service, &key)).await.is_ok());
    bench.refuses("as an access token", &tagged(&header_of("HS256", "at+jwt"), &body(), &key)).await;
    bench.refuses("another algorithm", &tagged(&header_of("HS512", "svc+jwt"), &service, &key)).await;
    bench.refuses("signed by auth", &signed(&with(header(), "typ", Some("svc+jwt".into())), &service)).await;
    let named = with(header_of("HS256", "svc+jwt"), "kid", Some("x".into()));
    bench.refuses("with a key's name", &tagged(&named, &service, &key)).await;
    let long = with(service, "exp", Some(json!(NOW_S + 61)));
    bench.refuses("lives for too long", &tagged(&header_of("HS256", "svc+jwt"), &long, &key)).await;
}

/// Who holds the good key, with this permission.
fn holder(permission: Permission) -> Principal {
    Principal::ApiKey { id: key_id(), user: user(), permissions: vec![permission] }
}

#[tokio::test]
async fn an_api_key_is_asked_about_once_in_a_while() {
    let bench = Bench::new();
    bench.verifier.read_once().await.unwrap();
    bench.change(|auth| auth.key_permissions = Some(vec![Permission::Orders]));
    let good = api_key(GOOD_KEY);
    for _ in 0..5 {
        assert_eq!(bench.verify(good.expose()).await, Ok(holder(Permission::Orders)));
    }
    assert_eq!(bench.auth.0.lock().unwrap().asked_for_api_keys, 1);
    bench.refuses("not known", api_key([8; 32]).expose()).await;
    assert_eq!(bench.auth.0.lock().unwrap().asked_for_api_keys, 2);
    bench.refuses("mistyped", &good.expose().replace("ordo_sk_", "ordo_sk_0")).await;
    bench.refuses("no key and no token", "hunter2").await;
    assert_eq!(bench.auth.0.lock().unwrap().asked_for_api_keys, 2);
}

#[tokio::test]
async fn an_api_key_is_refused_from_the_moment_on_at_which_it_expires_also_where_it_is_known() {
    let bench = Bench::new();
    bench.verifier.read_once().await.unwrap();
    bench.change(|auth| {
        auth.key_permissions = Some(vec![Permission::Orders]);
        // in the middle of a second, and long before what is known of a key is asked for again
        auth.key_expires_at = Some(Timestamp::from_micros(NOW_S * 1_000_000 + 5_500_000));
    });
    let good = api_key(GOOD_KEY);
    for (second, is_good) in [(0, true), (4, true), (5, true), (6, false), (29, false)] {
        bench.world.set_clock(NOW_S + second);
        bench.verifier.read_once().await.unwrap();
        let expected = if is_good { Ok(holder(Permission::Orders)) } else { Err(VerifyError::Expired) };
        assert_eq!(bench.verify(good.expose()).await, expected, "after {second} s");
    }
    let asked = bench.auth.0.lock().unwrap().asked_for_api_keys;
    assert!(asked < 5, "it is known for a while: {asked}");
}

#[tokio::test]
async fn what_is_heard_of_a_key_counts_at_once() {
    let bench = Bench::new();
    bench.verifier.read_once().await.unwrap();
    bench.change(|auth| auth.key_permissions = Some(vec![Permission::Orders]));
    let good = api_key(GOOD_KEY);
    assert_eq!(bench.verify(good.expose()).await, Ok(holder(Permission::Orders)));
    bench.change(|auth| auth.key_permissions = Some(vec![Permission::Products]));
    assert_eq!(bench.verify(good.expose()).await, Ok(holder(Permission::Orders)), "nobody has told");
    let told = Revocation::of_key(key_id(), user(), Timestamp::from_seconds(NOW_S));
    bench.verifier.hear(&told);
    assert_eq!(bench.verify(good.expose()).await, Ok(holder(Permission::Products)), "less, and still good");
    bench.change(|auth| {
        auth.key_permissions = None;
        auth.revoked.push(told.clone());
    });
    bench.verifier.read_once().await.unwrap();
    bench.refuses("revoked, says the feed", good.expose()).await;
}

#[tokio::test(start_paused = true)]
async fn an_api_key_is_not_taken_where_nothing_is_heard_of_auth() {
    let bench = Bench::new();
    bench.change(|auth| auth.key_permissions = Some(vec![Permission::Orders]));
    let good = api_key(GOOD_KEY);
    assert_eq!(bench.verify(good.expose()).await, Err(VerifyError::Unavailable), "the feed was never read");
    bench.verifier.read_once().await.unwrap();
    assert!(bench.verify(good.expose()).await.is_ok());
    advance(Duration::from_secs(31)).await;
    assert_eq!(bench.verify(good.expose()).await, Err(VerifyError::Unavailable));
    bench.verifier.read_once().await.unwrap();
    bench.change(|auth| auth.down = true);
    assert!(bench.verify(good.expose()).await.is_ok(), "it is known for a while");
    assert_eq!(
        bench.verify(api_key([8; 32]).expose()).await,
        Err(VerifyError::Unavailable),
        "nobody can tell"
    );
}
