//! All that the processes need of the database is taken: the server's connections, or the places of their pools. Requests in
//! the meantime are refused with 503 and a time to retry, and none waits for a response that does not come.

use super::{POOL, fault::LONGER_THAN_A_WAIT};
use crate::{network_proxies::ProxiedShop, shop::admin_at};
use db::{
    Db, Sql, Tx,
    postgres::{Config, connect},
};
use http::Method;
use serde_json::Value;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::{
    http_client::{HttpClient, HttpResponse},
    real_env,
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

/// More than `max_connections` of the server.
const CONNECTIONS: usize = 70;
/// Those who need what is locked, as the server names them, and what of each is asked for.
const ASKED: [(&str, &str); 4] = [
    ("products", "/v1/products/prd_01h455vb4pex5vsknk084sn02q"),
    ("orders", "/v1/orders/ord_01h455vb4pex5vsknk084sn02q"),
    ("payments", "/v1/payments/pay_01h455vb4pex5vsknk084sn02q"),
    ("notifications", "/v1/mails?limit=1"),
];
/// One table of each, which its hot path writes and which is asked for.
const LOCK: [Sql; 4] = [
    Sql::both("lock table products.product in access exclusive mode"),
    Sql::both("lock table orders.orders in access exclusive mode"),
    Sql::both("lock table payments.payment in access exclusive mode"),
    Sql::both("lock table notifications.mail in access exclusive mode"),
];
const END_OTHERS: Sql = Sql::both(
    "select count(pg_terminate_backend(pid)) as ended from pg_stat_activity
     where backend_type = 'client backend' and application_name <> 'ordo'",
);
const CONNECTED: Sql = Sql::both(
    "select count(*) filter (where application_name = 'ordo') as ours, count(*) as connected,
            cast(current_setting('max_connections') as bigint) as most
     from pg_stat_activity where backend_type = 'client backend'",
);
const WAITING: Sql = Sql::both(
    "select count(*) as waiting from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'",
);
/// However slow the machine is.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);
/// A wait for a connection, one for a lock (5 s each), and what a busy machine needs.
const ANSWERED_WITHIN: Duration = Duration::from_secs(14);
const REFUSED: (u16, &str) = (503, "unavailable");
/// Who waited for a connection, got one, and waits for a lock, may be out of time before that wait is over.
const TOO_LATE: (u16, &str) = (504, "deadline_exceeded");
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Somebody else takes every connection that the server has, also those that the shop had.
pub(super) async fn connections(shop: &ProxiedShop) -> Instant {
    // in a database of its own, so that those of the shop are kept out until all are taken: else they win the last ones
    let elsewhere = shop.split.postgres.new_database();
    let (db, watch) = (hog(&elsewhere), hog(&elsewhere));
    let crowd = OverloadClients::gather(shop).await;
    let mut taken: Vec<Tx> = Vec::new();
    let begun = Instant::now();
    let_in(&watch, shop, false).await;
    while !all_are_ours(&watch).await {
        assert!(begun.elapsed() < TAKEN_WITHIN, "only {} connections can be taken", taken.len());
        watch.query_one(&END_OTHERS, &[]).await.unwrap();
        while let Ok(tx) = db.begin().await {
            taken.push(tx);
        }
    }
    let_in(&watch, shop, true).await;
    let since = Instant::now();
    sleep(LONGER_THAN_A_WAIT).await;
    let refused = db.begin().await.map(drop).unwrap_err().to_string();
    assert!(refused.contains("too many clients"), "one more connection: {refused}");
    assert!(all_are_ours(&watch).await, "somebody else has a connection");
    let lifted = Instant::now();
    drop(taken);
    db.close().await.unwrap();
    watch.close().await.unwrap();
    crowd.disperse(since, lifted, &[REFUSED]).await;
    lifted
}

/// Whether the server lets anybody into the shop's database.
async fn let_in(watch: &Db, shop: &ProxiedShop, is_let_in: bool) {
    let database = shop.split.database().rsplit('/').next().expect("its last word");
    let text = format!("alter database \"{database}\" with allow_connections {is_let_in}");
    let mut tx = watch.begin().await.unwrap();
    tx.run(&Sql::both(text.leak()), &[]).await.unwrap();
    tx.commit("test.let_in").await.unwrap();
}

/// Read outside of a transaction: within one the server returns the state of the first read.
async fn all_are_ours(watch: &Db) -> bool {
    let row = watch.query_one(&CONNECTED, &[]).await.unwrap();
    let [ours, connected, most] = ["ours", "connected", "most"].map(|name| row.get::<i64>(name).unwrap());
    ours == most && connected == most
}

/// Each request that needs a table waits while it holds a connection, and no further connection is free.
pub(super) async fn pools(shop: &ProxiedShop) -> Instant {
    let db = hog(shop.split.database());
    let mut tx = db.begin().await.unwrap();
    for lock in &LOCK {
        tx.run(lock, &[]).await.unwrap();
    }
    let since = Instant::now();
    let crowd = OverloadClients::gather(shop).await;
    until_all_wait(&db).await;
    // one wait for the lock, and one for its holder
    sleep(2 * LONGER_THAN_A_WAIT).await;
    until_all_wait(&db).await;
    let lifted = Instant::now();
    tx.rollback().await.unwrap();
    db.close().await.unwrap();
    crowd.disperse(since, lifted, &[REFUSED, TOO_LATE]).await;
    lifted
}

/// Until each of these services has both of its pools full of connections that wait for a lock.
async fn until_all_wait(db: &Db) {
    let begun = Instant::now();
    for (service, _) in ASKED {
        let places = 2 * i64::try_from(POOL).unwrap();
        loop {
            let row = db.query_one(&WAITING, &[service.into()]).await.unwrap();
            let waiting: i64 = row.get("waiting").unwrap();
            assert!(waiting <= places, "{waiting} connections of {service}: its pools are larger than that");
            if waiting == places {
                break;
            }
            assert!(begun.elapsed() < TAKEN_WITHIN, "{waiting} of {places} connections of {service} wait");
            sleep(LOOK_AGAIN).await;
        }
    }
}

fn hog(url: &str) -> Db {
    let config = Config {
        pool_size: CONNECTIONS,
        acquire_timeout: Duration::from_secs(1),
        // its transactions stand still for longer than those of others may
        statement_timeout: Duration::from_secs(60),
        ..Config::new(url)
    };
    connect(&config, real_env::env()).unwrap()
}

/// More people than the pools have places, who ask each of the services all the time.
struct OverloadClients {
    stop: Arc<AtomicBool>,
    answers: Arc<Mutex<Vec<TimedAnswer>>>,
    asking: JoinSet<()>,
}

struct TimedAnswer {
    path: &'static str,
    begun: Instant,
    ended: Instant,
    said: Result<HttpResponse, String>,
}

impl OverloadClients {
    async fn gather(shop: &ProxiedShop) -> OverloadClients {
        let mut crowd =
            OverloadClients { stop: Arc::default(), answers: Arc::default(), asking: JoinSet::new() };
        let token = admin_at(&shop.doors[0]).await;
        let token = token.token().expect("who has signed in");
        for door in &shop.doors {
            for (_, path) in ASKED {
                for _ in 0..2 * POOL {
                    let client = HttpClient::new(door).with_token(token);
                    let (stop, answers) = (crowd.stop.clone(), crowd.answers.clone());
                    #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
                    crowd.asking.spawn(async move {
                        while !stop.load(SeqCst) {
                            let answer = TimedAnswer::of(&client, path).await;
                            answers.lock().unwrap().push(answer);
                            sleep(Duration::from_millis(250)).await;
                        }
                    });
                }
            }
        }
        crowd
    }

    /// Requests that came while all was taken were refused with a time to retry.
    async fn disperse(self, since: Instant, until: Instant, may_be_told: &[(u16, &str)]) {
        self.stop.store(true, SeqCst);
        self.asking.join_all().await;
        let answers = std::mem::take(&mut *self.answers.lock().unwrap());
        for answer in &answers {
            let took = answer.ended - answer.begun;
            let said = answer.said.as_ref();
            assert!(took < ANSWERED_WITHIN, "{} took {took:?}: {said:?}", answer.path);
        }
        for (service, path) in ASKED {
            let meanwhile: Vec<_> = answers
                .iter()
                .filter(|one| one.path == path && one.begun >= since && one.ended <= until)
                .collect();
            assert!(meanwhile.len() > 2 * POOL, "{} asked {service}: too gentle", meanwhile.len());
            for answer in meanwhile {
                let said = answer.said.as_ref().expect("an answer");
                let told = (said.code(), said.text("code"));
                assert!(may_be_told.contains(&told), "{path}: {} {}", said.status, said.body);
                assert!(said.headers.contains_key("retry-after"), "{path}: {:?}", said.headers);
            }
        }
    }
}

impl TimedAnswer {
    async fn of(client: &HttpClient, path: &'static str) -> TimedAnswer {
        let begun = Instant::now();
        let said = client.try_call(Method::GET, path, "", &Value::Null).await;
        TimedAnswer { path, begun, ended: Instant::now(), said: said.map_err(|broken| broken.to_string()) }
    }
}
