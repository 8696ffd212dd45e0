//! What is counted of requests that were shed, retries that were not made and times that were up shows at `/metrics`, and
//! nowhere else is it caused: a service that stands still, and one whose table is locked, which sends away whom it has no place for.

use crate::{
    shop::{admin_at, stock_up},
    world::{DistributedTestBed, counted, signal, until_counted},
};
use db::{
    Sql,
    postgres::{Config, connect},
};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::http_client::HttpClient;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

const PARTS: [&[&str]; 4] =
    [&["auth", "payments", "notifications"], &["products"], &["orders"], &["gateway"]];
/// Who asks at once. Of 24 places 12 are shared out to five services and the pages, so that 14 of those who ask may wait; of
/// these 10 may be tried again, as long as nobody was before (`endpoint::client::Budget`).
const ASKING: i64 = 20;
const PLACES: (&str, &str) = ("ORDO_IN_FLIGHT_MAX", "24");
const WAITING: i64 = 14;
const RETRIES: i64 = 10;
/// Statements wait for longer than requests do.
const PATIENT: [(&str, &str); 2] =
    [("ORDO_DATABASE_STATEMENT_TIMEOUT", "60"), ("ORDO_DATABASE_LOCK_TIMEOUT", "60")];
/// Products itself has fewer places than the gateway lets wait for it: what is more is sent away by products.
const OWN_PLACES: (&str, &str) = ("ORDO_IN_FLIGHT_MAX", "8");
const AT_ONCE: usize = 12;
const LOCK: Sql = Sql::both("lock table products.product in access exclusive mode");

const SHED: &str = "ordo_shed_total{service=\"gateway\"}";
const SHED_BY_SERVICE: &str = "ordo_shed_total{service=\"products\"}";
const SPENT: &str = "ordo_retry_budget_exhausted_total{to=\"products\"}";
const CALLS_LATE: &str = "ordo_call_deadlines_total{to=\"products\"}";
const LATE: &str = "ordo_request_deadlines_total{service=\"products\"}";
const OPEN: &str = "ordo_breaker_open{to=\"products\"}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_shed_not_tried_again_and_too_late_is_counted() {
    let mut world = DistributedTestBed::watched_and_not_started(&PARTS, &[PLACES, PATIENT[0], PATIENT[1]]);
    world.split.replicas("products")[0].launch.listen.push_str(",metrics=127.0.0.1:0");
    world.split.replicas("products")[0].set(OWN_PLACES.0, OWN_PLACES.1);
    world.split.start();
    let url = world.split.url();
    let admin = admin_at(&url).await;
    let path = format!("/v1/products/{}", stock_up(&admin, &[(1000, 10)]).await[0].id);
    for (service, series) in
        [("gateway", SHED), ("gateway", SPENT), ("gateway", CALLS_LATE), ("products", LATE)]
    {
        assert_eq!(counted(&mut world, service, series).await, 0, "{series}");
    }

    // it stands still: so many wait as may, and the others have room
    signal(world.split.replicas("products")[0], "STOP");
    let mut asking = JoinSet::new();
    for _ in 0..ASKING {
        let (client, path) = (HttpClient::new(&url), path.clone());
        #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
        asking.spawn(async move {
            let begun = Instant::now();
            let said = client.get(&path).await.expect(503);
            assert!(said.headers.contains_key("retry-after"));
            begun.elapsed()
        });
    }
    sleep(Duration::from_millis(500)).await;
    admin.get("/v1/orders?limit=1").await.expect(200);
    let took = asking.join_all().await;
    let at_once = took.iter().filter(|took| **took < Duration::from_millis(900)).count();
    assert_eq!(i64::try_from(at_once).unwrap(), ASKING - WAITING, "{took:?}");
    assert_eq!(counted(&mut world, "gateway", SHED).await, ASKING - WAITING);
    assert_eq!(counted(&mut world, "gateway", SPENT).await, WAITING - RETRIES);
    assert_eq!(counted(&mut world, "gateway", CALLS_LATE).await, 0);
    signal(world.split.replicas("products")[0], "CONT");
    until_counted(&mut world, "gateway", OPEN, 0).await;

    // what may not be sent twice waits for as long as it may
    signal(world.split.replicas("products")[0], "STOP");
    let product = json!({"sku": "T-late", "name": "Late", "price": "1.00", "stock": 1});
    admin.post("/v1/products", "", &product).await.expect(504);
    assert_eq!(counted(&mut world, "gateway", CALLS_LATE).await, 1);
    signal(world.split.replicas("products")[0], "CONT");
    until_counted(&mut world, "gateway", OPEN, 0).await;

    // the service itself is too late
    let before = counted(&mut world, "products", LATE).await;
    let shed_before = counted(&mut world, "products", SHED_BY_SERVICE).await;
    // who has nothing to say for longer than a statement may take is sent away, and its lock with it
    let patient =
        Config { statement_timeout: Duration::from_secs(60), ..Config::new(world.split.database()) };
    let db = connect(&patient, testkit::real_env::env()).unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.run(&LOCK, &[]).await.unwrap();
    let mut asking = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (client, path) = (HttpClient::new(&url), path.clone());
        #[allow(clippy::disallowed_methods, reason = "clients are no part of the program")]
        asking.spawn(async move {
            let said = client.try_call(Method::GET, &path, "", &Value::Null).await.unwrap();
            assert!(said.headers.contains_key("retry-after"));
            said.status
        });
    }
    let statuses = asking.join_all().await;
    let late = statuses.iter().filter(|status| **status == 504).count();
    let shed = statuses.iter().filter(|status| **status == 503).count();
    assert_eq!((late + shed, late > 0, shed >= AT_ONCE - 8), (AT_ONCE, true, true), "{statuses:?}");
    // of one that is late there the gateway may have abandoned before, on a busy machine
    let told_late = counted(&mut world, "products", LATE).await - before;
    let (late, at_most) = (i64::try_from(late).unwrap(), i64::try_from(AT_ONCE).unwrap());
    assert!((late..=at_most).contains(&told_late), "{told_late} were too late: {statuses:?}");
    // a request that has a place may wait for a connection without success, and is refused with 503 as well
    let shed = counted(&mut world, "products", SHED_BY_SERVICE).await - shed_before;
    assert!(shed >= i64::try_from(AT_ONCE - 8).unwrap(), "{shed} were sent away: {statuses:?}");
    tx.rollback().await.unwrap();
    db.close().await.unwrap();
    admin.get(&path).await.expect(200);
    world.assert_audit_is_clean("when all is well again");
}
