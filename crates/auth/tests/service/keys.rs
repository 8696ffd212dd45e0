//! Signing keys: made once, published before they sign, verifying until their last token has ended.

use crate::world::{AuthTestBed, PASSWORD};
use contracts::auth::GetJwks;
use endpoint::Json;
use futures_util::future::join_all;
use kernel::{Secret, Timestamp, secret::RootSecret};
use ordo_http::{TokenVerifier, Verify};
use std::{collections::BTreeSet, time::Duration};

on_both!(
    no_good_token_is_refused_in_seventy_days_of_rotation,
    replicas_that_start_at_once_make_one_key,
    a_key_is_published_as_others_read_it,
    with_another_secret_nothing_is_signed,
    only_the_secret_that_sealed_the_keys_is_the_secret_of_the_data,
);

const STEP: Duration = Duration::from_secs(8 * 3600);
const DAY: Duration = Duration::from_secs(86_400);

async fn lets_in(verifier: &TokenVerifier, token: &Secret) -> bool {
    verifier.verify(token.expose()).await.is_ok()
}

async fn no_good_token_is_refused_in_seventy_days_of_rotation(world: AuthTestBed) {
    let auth = world.replica().await;
    auth.register("ada@example.com").await;
    let mut issued: Vec<(Timestamp, Secret)> = Vec::new();
    let mut keys = BTreeSet::new();
    for _ in 0..(70 * 3) {
        // it knows the keys of eight hours ago, and does not look for others in the meantime
        let behind = world.verifier("orders").await;
        world.clock.advance(STEP);
        auth.run_timer("auth.rotate_keys").await;
        let Json(signed_in) = auth.login("ada@example.com", PASSWORD).await.unwrap();
        let now = world.env.now();
        issued.push((now, signed_in.access_token));
        let (good, ended): (Vec<_>, Vec<_>) = issued.into_iter().partition(|(at, _)| now.since(*at) < DAY);
        for (at, token) in &good {
            assert!(lets_in(&behind, token).await, "issued at {at}, refused at {now}");
        }
        for (at, token) in &ended {
            assert!(!lets_in(&behind, token).await || now.since(*at) < DAY + Duration::from_secs(60), "{at}");
        }
        issued = good;
        let Json(jwks) = auth.call(None, GetJwks {}).await.unwrap();
        assert!((1..=3).contains(&jwks.keys.len()));
        keys.extend(jwks.keys.into_iter().map(|key| key.kid));
    }
    assert_eq!(keys.len(), 3);
    auth.run_timer("auth.sweep").await;
    assert_eq!(world.number("select count(*) as n from signing_key").await, 1);
}

async fn replicas_that_start_at_once_make_one_key(world: AuthTestBed) {
    let replicas = join_all((0..6).map(|_| world.replica())).await;
    let all = join_all(replicas.iter().map(|auth| auth.call(None, GetJwks {}))).await;
    let kids: BTreeSet<String> =
        all.into_iter().flat_map(|keys| keys.unwrap().0.keys).map(|key| key.kid).collect();
    assert_eq!(kids.len(), 1);
    let signed_in = replicas[0].register("ada@example.com").await;
    for other in &replicas {
        assert!(other.lets_in(&signed_in.access_token).await);
    }
}

async fn a_key_is_published_as_others_read_it(world: AuthTestBed) {
    let auth = world.replica().await;
    let Json(jwks) = auth.call(None, GetJwks {}).await.unwrap();
    let key = serde_json::to_value(&jwks.keys[0]).unwrap();
    assert_eq!((&key["kty"], &key["crv"]), (&"OKP".into(), &"Ed25519".into()));
    assert_eq!((&key["alg"], &key["use"]), (&"EdDSA".into(), &"sig".into()));
    assert_eq!(key["x"].as_str().unwrap().len(), 43);
    assert_eq!(key.as_object().unwrap().len(), 6, "nothing of the secret half: {key}");
}

async fn with_another_secret_nothing_is_signed(world: AuthTestBed) {
    let signed_in = world.replica().await.register("ada@example.com").await;
    let other = AuthTestBed { secret: RootSecret::new([8; 32]), ..world.clone() }.replica().await;
    let (status, _, problem) =
        other.post("/v1/login", &serde_json::json!({"email": "ada@example.com", "password": PASSWORD})).await;
    assert_eq!((status.as_u16(), &problem["code"]), (500, &"internal".into()));
    // the public halves are not sealed
    assert!(other.lets_in(&signed_in.access_token).await);
}

async fn only_the_secret_that_sealed_the_keys_is_the_secret_of_the_data(world: AuthTestBed) {
    let another = RootSecret::new([8; 32]);
    assert!(auth::is_secret_of(&world.db, &another).await.unwrap(), "there is no key yet");
    world.replica().await.register("ada@example.com").await;
    assert!(auth::is_secret_of(&world.db, &world.secret).await.unwrap());
    assert!(!auth::is_secret_of(&world.db, &another).await.unwrap());
}
