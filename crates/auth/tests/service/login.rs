//! Signing in: what its responses reveal, and how guessing is slowed down.

use crate::{
    passwords::change,
    world::{AuthReplica, AuthTestBed, PASSWORD, code},
};
use auth::{AuthSettings, Cost};
use contracts::auth::*;
use endpoint::{
    client::CallError,
    http::{Request, StatusCode},
};
use futures_util::{
    future::join_all,
    stream::{FuturesUnordered, StreamExt},
};
use serde_json::{Value, json};
use std::time::Duration;

on_both!(
    an_unknown_account_and_a_wrong_password_cannot_be_told_apart,
    failures_slow_down_and_never_lock_out,
    the_right_password_is_let_in_after_failures_of_others_behind_the_same_address,
    guesses_from_a_dozen_networks_keep_out_nobody_elsewhere,
    in_a_flood_others_wait_for_a_few_hashes,
    who_guesses_slows_down_nobody_but_himself,
    a_device_on_which_somebody_has_signed_in_is_kept_out_by_nobody_else,
    guesses_from_many_networks_keep_out_nobody_and_have_one_try_each,
    the_right_password_is_accepted_after_any_number_of_guesses,
    the_right_password_is_accepted_among_any_number_of_guesses_at_once,
    a_success_forgets_the_failures,
    a_burst_of_guesses_is_compared_slowly,
    many_can_sign_in_to_one_account_at_once,
    a_disabled_account_says_so_only_to_its_owner,
    a_hash_of_another_cost_is_made_anew,
    an_impossible_name_is_one_that_nobody_has,
    more_than_there_is_room_for_are_told_to_come_back,
);

/// An answer without what differs from request to request.
async fn answer(auth: &AuthReplica, email: &str, password: &str) -> (StatusCode, Vec<String>, Value) {
    let (status, headers, mut body) =
        auth.post("/v1/login", &json!({"email": email, "password": password})).await;
    body["request_id"] = json!(null);
    let names = headers.iter().filter(|(name, _)| *name != "x-request-id" && *name != "traceparent");
    (status, names.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect(), body)
}

async fn an_unknown_account_and_a_wrong_password_cannot_be_told_apart(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    for _ in 0..7 {
        let before = world.clock.hashes();
        let wrong = answer(&auth, "ada@example.com", "not this one").await;
        let between = world.clock.hashes();
        let unknown = answer(&auth, "eve@example.com", "not this one").await;
        assert_eq!(wrong, unknown);
        // and the same work lies behind both
        assert_eq!(between - before, world.clock.hashes() - between);
    }
    // the sixth failure began the wait, also for a name that no account has
    let (status, _, body) = answer(&auth, "eve@example.com", "not this one").await;
    assert_eq!((status, &body["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("too_many_failures")));
}

/// Seconds to wait, 0 where the answer is that the credentials are wrong.
async fn wait(auth: &AuthReplica, email: &str) -> u32 {
    match auth.login(email, "not this one").await {
        Err(CallError::Refused(LoginError::InvalidCredentials)) => 0,
        Err(CallError::Refused(LoginError::TooManyFailures { retry_after })) => retry_after,
        other => panic!("{other:?}"),
    }
}

async fn failures_slow_down_and_never_lock_out(mut world: AuthTestBed) {
    world.settings.guess_interval = NO_TIME;
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    for _ in 0..6 {
        assert_eq!(wait(&auth, "ada@example.com").await, 0);
    }
    let mut waits = Vec::new();
    for _ in 6..26 {
        waits.push(wait(&auth, "ada@example.com").await);
    }
    assert_eq!(waits[..4], [2, 4, 8, 10]);
    assert!(waits[4..].iter().all(|wait| *wait == 10), "{waits:?}");
    // the right password is compared all the same, at another replica, after a start, and when the wait has ended
    let longest = Duration::from_secs(10);
    for _ in 0..3 {
        world.clock.advance(longest);
        assert_eq!(wait(&auth, "ada@example.com").await, 0, "the longest wait is ten seconds");
        assert_eq!(wait(&auth, "ada@example.com").await, 10);
    }
    assert!(world.replica().await.login("ada@example.com", PASSWORD).await.is_ok());
    // others are not concerned
    auth.register("grace@example.com").await;
    assert!(auth.login("grace@example.com", PASSWORD).await.is_ok());
}

/// So little time that a test does not notice the pace.
const NO_TIME: Duration = Duration::from_millis(1);

/// Signs in as a client of this network, which the gateway states; the status.
async fn sign_in_from(auth: &AuthReplica, network: &str, password: &str) -> u16 {
    let body = json!({"email": "ada@example.com", "password": password}).to_string();
    let request = Request::post("/v1/login")
        .header("content-type", "application/json")
        .header(ordo_http::CLIENT, network);
    auth.send(request.body(body.into()).unwrap()).await.0.as_u16()
}

async fn who_guesses_slows_down_nobody_but_himself(mut world: AuthTestBed) {
    world.pace_for_ever();
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    for n in 0..27 {
        let expected = if n < 6 { 401 } else { 429 };
        assert_eq!(sign_in_from(&auth, "203.0.113.5", "not this one").await, expected);
    }
    // guesses are compared one by one now, and this one finds another in the way
    assert!(world.waits(sign_in_from(&auth, "203.0.113.5", "not this one")).await);
    assert_eq!(sign_in_from(&auth, "198.51.100.1", PASSWORD).await, 200);
    // a network is one client, whichever of its addresses it takes
    for n in 0..6 {
        assert_eq!(sign_in_from(&auth, &format!("2001:db8:0:{n}::1"), "not this one").await, 401);
    }
    assert_eq!(sign_in_from(&auth, "2001:db8::ffff", "not this one").await, 429);
    assert_eq!(sign_in_from(&auth, "2001:db8:1::1", "not this one").await, 401);
}

async fn the_right_password_is_accepted_after_any_number_of_guesses(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    for _ in 0..28 {
        assert!(matches!(sign_in_from(&auth, "203.0.113.5", "not this one").await, 401 | 429));
    }
    assert_eq!(sign_in_from(&auth, "203.0.113.5", PASSWORD).await, 200);
}

async fn the_right_password_is_accepted_among_any_number_of_guesses_at_once(mut world: AuthTestBed) {
    const GUESSES: usize = 120;
    // their turns do not come in time
    world.pace_for_ever();
    world.settings.guess_wait = Duration::from_millis(500);
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    for _ in 0..27 {
        assert!(matches!(sign_in_from(&auth, "203.0.113.5", "not this one").await, 401 | 429));
    }
    let guesses = join_all((0..GUESSES).map(|_| sign_in_from(&auth, "203.0.113.5", "not this one")));
    let owner = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        sign_in_from(&auth, "203.0.113.5", PASSWORD).await
    };
    let (guesses, owner) = tokio::join!(guesses, owner);
    assert_eq!(owner, 200);
    assert!(guesses.iter().all(|status| matches!(status, 401 | 429)), "{guesses:?}");
}

/// Signs in as a client of a network that shows the token of a device; the status, and the token that it is given.
async fn sign_in_on(auth: &AuthReplica, device: &str, email: &str, password: &str) -> (u16, String) {
    let body = json!({"email": email, "password": password, "device_token": device}).to_string();
    let request = Request::post("/v1/login")
        .header("content-type", "application/json")
        .header(ordo_http::CLIENT, "203.0.113.5");
    let (status, _, said) = auth.send(request.body(body.into()).unwrap()).await;
    (status.as_u16(), said["device_token"].as_str().unwrap_or_default().to_owned())
}

async fn a_device_on_which_somebody_has_signed_in_is_kept_out_by_nobody_else(mut world: AuthTestBed) {
    const ADA: &str = "ada@example.com";
    world.pace_for_ever();
    let auth = world.replica().await;
    let device = auth.register(ADA).await.device_token.expose().to_owned();
    let of_another = auth.register("mara@example.com").await.device_token.expose().to_owned();
    for _ in 0..27 {
        assert!(matches!(sign_in_from(&auth, "203.0.113.5", "not this one").await, 401 | 429));
    }
    let mut forged = device.clone();
    let last = forged.pop().unwrap();
    forged.push(if last == 'A' { 'B' } else { 'A' });
    let with_more = format!("{device}A");
    for wrong in ["", "odt_", "odt_AAAA", &of_another, &forged, &with_more] {
        let status = async { sign_in_on(&auth, wrong, ADA, PASSWORD).await.0 };
        assert!(world.waits(status).await, "{wrong}");
    }
    // it is let in as often as it likes, and what it is given is as good
    let (status, newer) = sign_in_on(&auth, &device, ADA, PASSWORD).await;
    assert_eq!(status, 200);
    assert_ne!(newer, device);
    for known in [&device, &newer] {
        assert_eq!(sign_in_on(&auth, known, ADA, PASSWORD).await.0, 200);
        let other = sign_in_from(&auth, "203.0.113.5", PASSWORD);
        assert!(world.waits(other).await, "others wait as before");
    }
    // guessing on such a device slows down only the attacker, who is slowed down like all others
    for n in 0..27 {
        let expected = if n < 6 { 401 } else { 429 };
        assert_eq!(sign_in_on(&auth, &device, ADA, "not this one").await.0, expected);
    }
    assert!(world.waits(async { sign_in_on(&auth, &device, ADA, PASSWORD).await.0 }).await);
    assert_eq!(sign_in_on(&auth, &newer, ADA, PASSWORD).await.0, 200);
    // of a password that is no more, none counts
    let signed_in = auth.login(ADA, PASSWORD).await.unwrap().0;
    let changed = change(&auth, &signed_in.access_token, PASSWORD, "another long password").await;
    assert!(changed.is_ok(), "{changed:?}");
    for _ in 0..27 {
        let guess = sign_in_from(&auth, "203.0.113.5", "not this one");
        // the turn of an attempt that was cut off above is still taken
        let _ = tokio::time::timeout(Duration::from_millis(300), guess).await;
    }
    let status = async { sign_in_on(&auth, &newer, ADA, "another long password").await.0 };
    assert!(world.waits(status).await);
    // it is good for nothing else
    let me = Request::get("/v1/me").header("authorization", format!("Bearer {newer}"));
    assert_eq!(auth.send(me.body(String::new().into()).unwrap()).await.0, 401);
}

async fn the_right_password_is_let_in_after_failures_of_others_behind_the_same_address(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    for n in 0..20 {
        let expected = if n < 6 { 401 } else { 429 };
        assert_eq!(sign_in_from(&auth, "203.0.113.5", "not this one").await, expected);
    }
    assert_eq!(sign_in_from(&auth, "203.0.113.5", PASSWORD).await, 200);
    assert_eq!(sign_in_from(&auth, "203.0.113.5", "not this one").await, 401, "a success forgets them");
}

async fn guesses_from_a_dozen_networks_keep_out_nobody_elsewhere(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    for n in 0..300 {
        let told = sign_in_from(&auth, &format!("203.0.113.{}", n % 12), "not this one").await;
        assert!(matches!(told, 401 | 429), "{told}");
    }
    // where she has never been, and where she has failed once
    assert_eq!(sign_in_from(&auth, "198.51.100.2", "mistyped").await, 401);
    assert_eq!(sign_in_from(&auth, "198.51.100.1", PASSWORD).await, 200);
}

/// Signs in to another account.
async fn other_from(auth: &AuthReplica, network: &str, email: &str, password: &str) -> u16 {
    let body = json!({"email": email, "password": password}).to_string();
    let request = Request::post("/v1/login")
        .header("content-type", "application/json")
        .header(ordo_http::CLIENT, network);
    auth.send(request.body(body.into()).unwrap()).await.0.as_u16()
}

async fn in_a_flood_others_wait_for_a_few_hashes(mut world: AuthTestBed) {
    world.settings = AuthSettings { hashes_at_once: 1, hashes_waiting: 20, ..world.settings };
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    auth.register("grace@example.com").await;
    world.clock.hold_hashes(true);
    // many accounts, and one account, from many networks: those beyond the limit are refused with a time to retry
    let mut flood: FuturesUnordered<_> = (0..100)
        .map(|n| {
            let (auth, client) = (auth.clone(), format!("203.0.113.{}", n % 12));
            let email =
                if n % 2 == 0 { "ada@example.com".to_owned() } else { format!("user{n}@example.com") };
            async move { other_from(&auth, &client, &email, "not this one").await }
        })
        .collect();
    for _ in 0..79 {
        assert_eq!(flood.next().await, Some(503));
    }
    let before = world.clock.hashes();
    // who has not been here, and who comes from an address of the flood and has been there
    let others = async {
        let (ada, grace) = tokio::join!(
            other_from(&auth, "198.51.100.1", "ada@example.com", PASSWORD),
            other_from(&auth, "2001:db8::1", "grace@example.com", PASSWORD),
        );
        (ada, grace, world.clock.hashes() - before)
    };
    let begin = async {
        // both wait when the hashes go on
        tokio::time::sleep(Duration::from_millis(200)).await;
        world.clock.hold_hashes(false);
    };
    let rest = async { while flood.next().await.is_some() {} };
    let ((ada, grace, hashes), (), ()) = tokio::join!(others, begin, rest);
    assert_eq!((ada, grace), (200, 200));
    assert!(hashes <= 4, "{hashes} hashes were before them, of 20 that wait");
}

async fn guesses_from_many_networks_keep_out_nobody_and_have_one_try_each(mut world: AuthTestBed) {
    world.settings.throttle_of_name.unpaced = 20;
    world.pace_for_ever();
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    assert_eq!(sign_in_from(&auth, "198.51.100.1", PASSWORD).await, 200);
    let guess = async |n: u32| sign_in_from(&auth, &format!("203.0.113.{n}"), "not this one").await;
    for n in 0..21 {
        assert_eq!(guess(n).await, 401);
    }
    // after its first failure a network waits for its turn; one that has never failed does not
    assert_eq!(guess(0).await, 401);
    assert!(world.waits(guess(0)).await);
    assert_eq!(guess(1).await, 401);
    assert!(world.waits(guess(1)).await);
    assert_eq!(sign_in_from(&auth, "192.0.2.1", PASSWORD).await, 200);
    // a success forgets the failures of all
    assert_eq!(guess(30).await, 401);
    assert_eq!(guess(30).await, 401);
    // where she was long ago is forgotten
    world.clock.advance(Duration::from_secs(92 * 24 * 3600));
    auth.run_timer("auth.sweep").await;
    assert_eq!(world.number("select count(*) as n from login_network").await, 0);
}

async fn a_success_forgets_the_failures(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    for _ in 0..4 {
        for _ in 0..5 {
            assert_eq!(wait(&auth, "ada@example.com").await, 0);
        }
        assert!(auth.login("ada@example.com", PASSWORD).await.is_ok());
    }
    assert_eq!(world.number("select count(*) as n from login_failure").await, 0);
}

async fn a_burst_of_guesses_is_compared_slowly(mut world: AuthTestBed) {
    world.pace_for_ever();
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    let before = world.clock.hashes();
    let mut guesses: FuturesUnordered<_> = (0..60)
        .map(|n| {
            let auth = auth.clone();
            async move { code(auth.login("ada@example.com", &format!("guess number {n}")).await) }
        })
        .collect();
    let mut codes: Vec<String> = guesses.by_ref().take(26).collect().await;
    // those that are free, and as many at most that were under way when the last of those failed
    while let Ok(Some(code)) = tokio::time::timeout(Duration::from_millis(300), guesses.next()).await {
        codes.push(code);
    }
    assert!((26..=30).contains(&codes.len()), "{codes:?}");
    assert_eq!(world.clock.hashes() - before, codes.len());
    let told_why = codes.iter().filter(|code| *code == "invalid_credentials").count();
    assert!((6..=10).contains(&told_why), "{told_why}");
    assert_eq!(codes.iter().filter(|code| *code == "too_many_failures").count(), codes.len() - told_why);
}

async fn many_can_sign_in_to_one_account_at_once(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    let all = join_all((0..30).map(|_| auth.login("ada@example.com", PASSWORD))).await;
    let mut tokens: Vec<String> =
        all.into_iter().map(|signed_in| signed_in.unwrap().0.refresh_token.expose().to_owned()).collect();
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 30);
}

async fn a_disabled_account_says_so_only_to_its_owner(world: AuthTestBed) {
    let auth = world.replica().await;
    let admin = auth.admin("root@example.com").await;
    let ada = auth.register("ada@example.com").await;
    let off = UserChange { active: Some(false), ..UserChange::default() };
    let user = auth.update_user(&admin.access_token, ada.user.id, off).await.unwrap().body;
    assert!(!user.active);
    assert!(!auth.lets_in(&ada.access_token).await);
    assert_eq!(code(auth.refresh(&ada.refresh_token).await), "invalid_refresh_token");
    assert_eq!(code(auth.login("ada@example.com", PASSWORD).await), "account_disabled");
    assert_eq!(code(auth.login("ada@example.com", "not this one").await), "invalid_credentials");
    let on = UserChange { active: Some(true), ..UserChange::default() };
    auth.update_user(&admin.access_token, ada.user.id, on).await.unwrap();
    assert!(!auth.lets_in(&ada.access_token).await, "an ended session does not come back");
    assert!(auth.login("ada@example.com", PASSWORD).await.is_ok());
}

async fn a_hash_of_another_cost_is_made_anew(world: AuthTestBed) {
    world.replica().await.register("ada@example.com").await;
    let settings = AuthSettings { password_cost: Cost::default(), ..world.settings.clone() };
    let auth = AuthTestBed { settings, ..world.clone() }.replica().await;
    for _ in 0..2 {
        assert!(auth.login("ada@example.com", PASSWORD).await.is_ok());
    }
    let anew =
        "select count(*) as n from account where password_hash like '$argon2id$v=19$m=19456,t=2,p=1$%'";
    assert_eq!(world.number(anew).await, 1);
    // registering, two comparisons, and one hash
    assert_eq!(world.clock.hashes(), 4);
}

async fn an_impossible_name_is_one_that_nobody_has(world: AuthTestBed) {
    let auth = world.replica().await;
    for name in ["", "x", &"a".repeat(100_000), "' or 1=1 --", "\u{202e}"] {
        assert_eq!(answer(&auth, name, PASSWORD).await.0, StatusCode::UNAUTHORIZED, "{name:.20}");
    }
    // no text with U+0000 comes as far as the database
    assert_eq!(answer(&auth, "nul\0", PASSWORD).await.0, StatusCode::BAD_REQUEST);
    let both = json!({"email": "a@b.c", "username": "abc", "password": PASSWORD});
    assert_eq!(auth.post("/v1/login", &both).await.0, StatusCode::BAD_REQUEST);
}

async fn more_than_there_is_room_for_are_told_to_come_back(mut world: AuthTestBed) {
    world.settings = AuthSettings { hashes_at_once: 1, hashes_waiting: 2, ..world.settings };
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    let before = world.clock.hashes();
    world.clock.hold_hashes(true);
    let mut answers: FuturesUnordered<_> = (0..7)
        .map(|n| {
            let auth = auth.clone();
            async move { auth.login(&format!("user{n}@example.com"), PASSWORD).await }
        })
        .collect();
    for _ in 0..4 {
        match answers.next().await {
            Some(Err(CallError::Problem(problem))) => assert_eq!(problem.status, 503, "{problem:?}"),
            other => panic!("{other:?}"),
        }
    }
    // a new account's password would be hashed too
    let registered =
        auth.post("/v1/register", &json!({"email": "eve@example.com", "password": PASSWORD})).await;
    assert_eq!((registered.0.as_u16(), &registered.1["retry-after"]), (503, &"1".parse().unwrap()));
    world.clock.hold_hashes(false);
    let rest: Vec<_> = answers.map(code).collect().await;
    assert_eq!(rest, ["invalid_credentials"; 3]);
    assert_eq!(world.clock.hashes() - before, 3);
    assert!(auth.login("ada@example.com", PASSWORD).await.is_ok());
}
