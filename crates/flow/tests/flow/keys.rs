//! Idempotency keys.

use db::{Db, params};
use endpoint::Json;
use flow::{Claim, KeyId};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

on_both_engines!(a_key_has_one_effect, an_answer_is_forgotten_after_a_day_and_its_key_never);

async fn a_key_has_one_effect(db: Db) {
    let env = testkit::real_env::env();
    let key = KeyId::of("usr_1", "POST /v1/things", "k");
    let claim = async |body: &str, settle: bool| {
        let mut tx = db.begin().await.unwrap();
        let claim = flow::idempotency::claim(&mut tx, key, flow::idempotency::body_hash(&body), env.now())
            .await
            .unwrap();
        match (&claim, settle) {
            (Claim::Fresh, true) => {
                flow::idempotency::settle(&mut tx, key, "thing_1", Some(Json("made".to_owned())))
                    .await
                    .unwrap();
                tx.commit("test.key").await.unwrap();
            }
            _ => tx.rollback().await.unwrap(),
        }
        claim
    };
    assert!(matches!(claim("a", false).await, Claim::Fresh), "a refusal leaves nothing behind");
    assert!(matches!(claim("a", true).await, Claim::Fresh));
    assert!(matches!(claim("b", true).await, Claim::BodyMismatch));
    let Claim::Replay { resource, answer: Some(answer) } = claim("a", true).await else {
        panic!("no replay")
    };
    assert_eq!((resource.as_str(), &answer.body[..]), ("thing_1", &b"\"made\""[..]));
    // twenty at once: one effect
    let key = KeyId::of("usr_2", "POST /v1/things", "k");
    let fresh = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (db, env, fresh) = (db.clone(), env.clone(), fresh.clone());
            tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                if let Claim::Fresh =
                    flow::idempotency::claim(&mut tx, key, [1; 32], env.now()).await.unwrap()
                {
                    fresh.fetch_add(1, SeqCst);
                }
                tx.commit("test.race").await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(fresh.load(SeqCst), 1);
}

async fn an_answer_is_forgotten_after_a_day_and_its_key_never(db: Db) {
    const STORED: db::Sql = db::Sql::both("select count(*) as n from idempotency where answer is not null");
    const KEYS: i64 = 600;
    const HOUR: Duration = Duration::from_secs(3600);
    let (begun, key) =
        (testkit::real_env::env().now(), |n: i64| KeyId::of("usr_1", "POST /v1/things", &n.to_string()));
    let mut tx = db.begin().await.unwrap();
    for n in 0..KEYS {
        flow::idempotency::claim(&mut tx, key(n), [1; 32], begun).await.unwrap();
        let thing = format!("thing_{n}");
        flow::idempotency::settle(&mut tx, key(n), &thing, Some(Json("made".to_owned()))).await.unwrap();
    }
    tx.commit("test.keys").await.unwrap();
    let forget = async |now| flow::stored_response_cleanup::forget_answers("flow", &db, now).await.unwrap();
    assert_eq!(forget(begun.plus(23 * HOUR)).await, 0);
    // in pieces
    let later = begun.plus(25 * HOUR);
    assert_eq!((forget(later).await, forget(later).await, forget(later).await), (500, 100, 0));
    assert_eq!(db.query_one(&STORED, params![]).await.unwrap().get::<i64>("n").unwrap(), 0);
    let mut tx = db.begin().await.unwrap();
    for n in 0..KEYS {
        let again = flow::idempotency::claim(&mut tx, key(n), [1; 32], later).await.unwrap();
        let Claim::Replay { resource, answer: None } = again else { panic!("{again:?}") };
        assert_eq!(resource, format!("thing_{n}"));
        let other = flow::idempotency::claim(&mut tx, key(n), [2; 32], later).await.unwrap();
        assert!(matches!(other, Claim::BodyMismatch), "{other:?}");
    }
    tx.rollback().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_somebody_holds_is_forgotten_later_and_holds_up_no_other() {
    const HOLD: db::Sql = db::Sql::both("select id from idempotency where resource = 'thing_3' for update");
    let config = db::postgres::Config::new(testkit::postgres::database().await);
    let db = crate::migrated(db::postgres::open(config, testkit::real_env::env()).await.unwrap()).await;
    let begun = testkit::real_env::env().now();
    let mut tx = db.begin().await.unwrap();
    for n in 0..10 {
        let key = KeyId::of("usr_1", "POST /v1/things", &n.to_string());
        flow::idempotency::claim(&mut tx, key, [1; 32], begun).await.unwrap();
        let (thing, made) = (format!("thing_{n}"), Some(Json("made".to_owned())));
        flow::idempotency::settle(&mut tx, key, &thing, made).await.unwrap();
    }
    tx.commit("test.keys").await.unwrap();
    let mut other = db.begin().await.unwrap();
    other.query_one(&HOLD, params![]).await.unwrap();
    let later = begun.plus(Duration::from_secs(25 * 3600));
    let forget = async || flow::stored_response_cleanup::forget_answers("flow", &db, later).await.unwrap();
    assert_eq!(forget().await, 9);
    other.rollback().await.unwrap();
    assert_eq!(forget().await, 1);
}
