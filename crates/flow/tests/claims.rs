//! Keys that are claimed before another service is asked for the effect, on both engines.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use db::{Db, Tx};
use endpoint::Json;
use flow::{
    Claim, KeyId,
    idempotency::{EarlyClaim, UNDER_WAY, claim_before_call, forget, settle, settle_ahead},
};
use kernel::{Env, Timestamp};
use testkit::{real_env::env, temp_dir::TempDir};
use uuid::Uuid;

const MINE: [u8; 32] = [1; 32];
const OTHER: [u8; 32] = [2; 32];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    let folder = TempDir::new();
    let db = db::sqlite::open(folder.path().join("flow.db"), env(), Default::default()).unwrap();
    only_the_last_who_asks_takes_a_claim_back(db).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let config = db::postgres::Config::new(testkit::postgres::database().await);
    only_the_last_who_asks_takes_a_claim_back(db::postgres::open(config, env()).await.unwrap()).await;
}

struct ClaimTestBed {
    db: Db,
    env: Env,
}

impl ClaimTestBed {
    fn key(&self) -> KeyId {
        KeyId::of("usr_1", "POST /v1/things", "k")
    }
    async fn commit(&self, tx: Tx) {
        tx.commit("test.keys").await.unwrap();
    }
    async fn claim(&self, who: Uuid, body: [u8; 32]) -> Claim {
        match self.claim_at(who, body, self.env.now()).await {
            EarlyClaim::Claim(claim) => claim,
            EarlyClaim::Pending => panic!("it is not decided what the key is bound to"),
        }
    }
    async fn claim_at(&self, who: Uuid, body: [u8; 32], now: Timestamp) -> EarlyClaim {
        let mut tx = self.db.begin().await.unwrap();
        let claim = claim_before_call(&mut tx, self.key(), body, who, now).await.unwrap();
        self.commit(tx).await;
        claim
    }
    async fn forget(&self, who: Uuid) -> bool {
        let mut tx = self.db.begin().await.unwrap();
        let forgotten = forget(&mut tx, self.key(), who).await.unwrap();
        self.commit(tx).await;
        forgotten
    }
    async fn settle(&self, body: [u8; 32]) -> bool {
        let mut tx = self.db.begin().await.unwrap();
        let answer = Some(Json("made".to_owned()));
        let settled =
            settle_ahead(&mut tx, self.key(), body, "thing_1", answer, self.env.now()).await.unwrap();
        self.commit(tx).await;
        settled
    }
}

async fn only_the_last_who_asks_takes_a_claim_back(db: Db) {
    db::migrate(&db, "flow", &flow::MIGRATIONS).await.unwrap();
    let keys = ClaimTestBed { db, env: env() };
    let [first, second] = [Uuid::from_u128(1), Uuid::from_u128(2)];
    assert!(matches!(keys.claim(first, MINE).await, Claim::Fresh));
    let (now, later) = (keys.env.now(), keys.env.now().plus(UNDER_WAY));
    assert!(matches!(keys.claim_at(second, OTHER, now).await, EarlyClaim::Pending));
    // no request is under way any more that could release it
    assert!(matches!(keys.claim_at(second, OTHER, later).await, EarlyClaim::Claim(Claim::BodyMismatch)));
    assert!(!keys.forget(second).await, "a claim of another body is nobody's who has another");
    assert!(matches!(keys.claim(second, MINE).await, Claim::Replay { answer: None, .. }));
    // somebody is again, from then on
    assert!(matches!(keys.claim_at(second, MINE, later).await, EarlyClaim::Claim(Claim::Replay { .. })));
    assert!(matches!(keys.claim_at(first, OTHER, later).await, EarlyClaim::Pending));
    assert!(!keys.forget(first).await, "the second one is still on its way");
    assert!(keys.forget(second).await);
    assert!(matches!(keys.claim(first, OTHER).await, Claim::Fresh), "a mended body");
    assert!(!keys.settle(MINE).await, "the key is the mended body's by now");
    assert!(keys.forget(first).await);
    // the request that had the effect binds the key, also where another one has released the claim
    assert!(keys.settle(MINE).await);
    assert!(!keys.forget(first).await && !keys.forget(second).await);
    assert!(matches!(keys.claim(first, MINE).await, Claim::Replay { answer: Some(_), .. }));
    assert!(matches!(keys.claim(first, OTHER).await, Claim::BodyMismatch));
    let mut tx = keys.db.begin().await.unwrap();
    let unclaimed = KeyId::of("usr_2", "POST /v1/things", "k");
    assert!(settle(&mut tx, unclaimed, "thing_2", Some(Json("made".to_owned()))).await.is_err());
    tx.rollback().await.unwrap();
}
