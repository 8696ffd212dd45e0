//! Signing keys rotate while people sign in and show tokens at every replica, and no good token is refused.

use crate::{
    shop::{ADMIN_EMAIL, ADMIN_PASSWORD, admin_at},
    world::DistributedTestBed,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use db::{
    Db, Sql,
    postgres::{Config, connect},
};
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::{http_client::HttpClient, real_env};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

const PARTS: [&[&str]; 8] = [
    &["auth"],
    &["auth"],
    &["payments"],
    &["products"],
    &["orders"],
    &["orders"],
    &["notifications"],
    &["gateway"],
];
const CLIENTS: usize = 3;
/// As long as verifiers do not look for a key whose name they do not know (`KEYS_AGAIN_AFTER`), and a second more.
const LOOKED_AGAIN: Duration = Duration::from_secs(6);

/// The first key has signed for nearly all of its life.
const AGE: Sql = Sql::both(
    "update signing_key set active_from = active_from - interval '29 days 12 hours' where generation = 1",
);
const NEWEST: Sql = Sql::both("select max(generation) as generation from signing_key");
/// Its time has come, rather than in ten minutes.
const TAKES_OVER: Sql =
    Sql::both("update signing_key set active_from = clock_timestamp() where generation = 2");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_keys_rotate_without_a_rejected_token() {
    let mut world = DistributedTestBed::of(&PARTS, &[]);
    let url = world.split.url();
    let config = Config { schema: Some("auth".to_owned()), ..Config::new(world.split.database()) };
    let auth = connect(&config, real_env::env()).unwrap();
    let old = admin_at(&url).await;
    let clients = Arc::new(Clients { old: old.token().unwrap().to_owned(), ..Clients::default() });
    let mut tasks = JoinSet::new();
    for _ in 0..CLIENTS {
        let (clients, plain) = (clients.clone(), HttpClient::new(&url));
        #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
        tasks.spawn(async move { clients.go_on(plain).await });
    }
    run(&auth, &AGE).await;
    // a process checks at its start whether a key is due
    restart(&mut world);
    let begun = Instant::now();
    while auth.query_one(&NEWEST, &[]).await.unwrap().get::<i64>("generation").unwrap() != 2 {
        assert!(begun.elapsed() < Duration::from_secs(20), "no key was made");
        sleep(Duration::from_millis(50)).await;
    }
    sleep(LOOKED_AGAIN).await;
    run(&auth, &TAKES_OVER).await;
    // and reads the keys again
    restart(&mut world);
    let first = key_of(&clients.old);
    let begun = Instant::now();
    while key_of(admin_at(&url).await.token().unwrap()) == first {
        assert!(begun.elapsed() < Duration::from_secs(20), "the new key does not sign");
    }
    sleep(Duration::from_secs(1)).await;
    clients.stop.store(true, SeqCst);
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let (asked, failed) = (clients.asked.load(SeqCst), clients.failed.lock().unwrap().clone());
    println!("{asked} requests");
    assert!(failed.is_empty(), "{} of {asked} requests failed: {failed:?}", failed.len());
    assert!(asked > 100, "{asked} requests: the test is too gentle");
    // the old one is good until its tokens have ended
    old.get("/v1/me").await.expect(200);
    let published = HttpClient::new(&url).get("/.well-known/jwks.json").await.expect(200);
    assert_eq!(published.body["keys"].as_array().map(Vec::len), Some(2), "{}", published.body);
}

async fn run(auth: &Db, sql: &Sql) {
    let mut tx = auth.begin().await.unwrap();
    assert_eq!(tx.run(sql, &[]).await.unwrap(), 1);
    tx.commit("test").await.unwrap();
}

/// One replica of auth after the other.
fn restart(world: &mut DistributedTestBed) {
    for part in world.split.replicas("auth") {
        assert_eq!(part.stop().unwrap().code(), Some(0));
        part.start();
    }
}

/// The name of the key that signed a token.
fn key_of(token: &str) -> String {
    let header = BASE64.decode(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

/// People who sign in, and show what they got and what they had.
#[derive(Default)]
struct Clients {
    /// Signed before it all began.
    old: String,
    stop: AtomicBool,
    asked: AtomicU64,
    failed: Mutex<Vec<String>>,
}

impl Clients {
    async fn go_on(&self, plain: HttpClient) {
        let admin = json!({"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD});
        while !self.stop.load(SeqCst) {
            let said = plain.post("/v1/login", "", &admin).await;
            self.note("login", said.code(), &said.body);
            for token in [&self.old, said.text("token")] {
                let shown = plain.with_token(token);
                for path in ["/v1/me", "/v1/orders?limit=1", "/v1/mails?limit=1"] {
                    let said = shown.get(path).await;
                    self.note(path, said.code(), &said.body);
                }
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    fn note(&self, what: &str, code: u16, body: &Value) {
        self.asked.fetch_add(1, SeqCst);
        if code != 200 {
            self.failed.lock().unwrap().push(format!("{what}: {code} {body}"));
        }
    }
}
