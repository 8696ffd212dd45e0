//! Lists are read on a replica that is well and no more than so far behind; otherwise on the primary, as if there were
//! no replica.

use crate::on_both::SCHEMA;
use db::{
    Db, Sql, migrate, params,
    postgres::{self, Config, ReplicaConfig, ReplicaError, look_at_replica},
};
use kernel::metrics::text;
use std::time::Duration;
use testkit::{
    postgres::Postgres,
    proxy::{Cut, LinkBehaviour, Proxy},
    real_env::env,
};
use tokio::time::{Instant, sleep, timeout};

const INSERT: Sql = Sql::both("insert into parts(id, whole) values ($1, 0)");
const LIST: Sql = Sql::both("select id from parts order by id");
const WHERE: Sql = Sql::both("select pg_is_in_recovery() as is_standby");
const LAG_MAX: Duration = Duration::from_millis(800);

/// A database with its standby.
struct Pair {
    primary: Postgres,
    standby: Postgres,
    config: Config,
    db: Db,
}

impl Pair {
    /// Started; lists are read on the replica.
    async fn start(name: &str) -> Pair {
        let primary = Postgres::start();
        let standby = primary.standby();
        let pair = Pair::of(name, primary, standby, |_, config| config).await;
        pair.reads_there(true).await;
        pair
    }

    async fn of(
        name: &str,
        primary: Postgres,
        standby: Postgres,
        change: impl FnOnce(&Postgres, Config) -> Config,
    ) -> Pair {
        let url = primary.new_database();
        let replica = url.replace(&primary.port().to_string(), &standby.port().to_string());
        let replica = Some(ReplicaConfig { url: replica, lag_max: LAG_MAX });
        let config = Config { replica, schema: Some(name.to_owned()), ..Config::new(url) };
        let config = change(&primary, config);
        let db = postgres::open(config.clone(), env()).await.unwrap();
        migrate(&db, "test", SCHEMA).await.unwrap();
        Pair { primary, standby, config, db }
    }

    async fn insert(&self, id: i64) {
        let mut tx = self.db.begin().await.unwrap();
        tx.run(&INSERT, params![id]).await.unwrap();
        tx.commit("test").await.unwrap();
    }

    /// Where a list is read from now.
    async fn is_read_there(&self) -> bool {
        let row = self.db.for_replica_reads().query_one(&WHERE, &[]).await.unwrap();
        row.get("is_standby").unwrap()
    }

    /// From some moment on, which comes soon.
    #[track_caller]
    fn reads_there(&self, expected: bool) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let begun = Instant::now();
            while self.is_read_there().await != expected {
                assert!(begun.elapsed() < Duration::from_secs(20), "{caller}: it is not {expected}");
                sleep(Duration::from_millis(20)).await;
            }
        }
    }

    async fn listed(&self) -> Vec<i64> {
        ids(&self.db.for_replica_reads()).await
    }
}

async fn ids(db: &Db) -> Vec<i64> {
    db.query(&LIST, &[]).await.unwrap().iter().map(|row| row.get("id").unwrap()).collect()
}

fn metric(line: &str) -> i64 {
    let text = text(db::metrics::ALL);
    let found = text.lines().find_map(|known| known.strip_prefix(line)?.trim().parse().ok());
    found.unwrap_or_else(|| panic!("{line} is not among\n{text}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_read_on_the_replica_and_everything_else_on_the_primary() {
    let pair = Pair::start("reads").await;
    assert!(!pair.db.query_one(&WHERE, &[]).await.unwrap().get::<bool>("is_standby").unwrap());
    let mut tx = pair.db.for_replica_reads().begin().await.unwrap();
    assert!(!tx.query_one(&WHERE, &[]).await.unwrap().get::<bool>("is_standby").unwrap());
    tx.rollback().await.unwrap();
    assert!(metric("ordo_list_reads_total{service=\"reads\",from=\"replica\"}") > 0);
    assert_eq!(metric("ordo_read_replica_used{service=\"reads\"}"), 1);
    // what was written arrives at the replica in time, and is visible on the primary immediately
    for id in 1..=20 {
        pair.insert(id).await;
        let written = Instant::now();
        assert_eq!(ids(&pair.db).await.len() as i64, id);
        while (pair.listed().await.len() as i64) < id {
            assert!(written.elapsed() < LAG_MAX, "{id} is not listed");
        }
    }
    assert_eq!(look_at_replica(&pair.config, &env()).await.unwrap(), Some(Ok(())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_lags_is_not_read_until_it_has_caught_up() {
    let pair = Pair::start("lags").await;
    pair.standby.hold_back(true);
    pair.insert(1).await;
    let written = Instant::now();
    // as old as it may be, and no older
    loop {
        let asked = written.elapsed();
        if pair.listed().await == [1] {
            break;
        }
        assert!(asked < LAG_MAX, "a list is older than it may be");
    }
    sleep(LAG_MAX.saturating_sub(written.elapsed())).await;
    for _ in 0..20 {
        assert_eq!(pair.listed().await, [1]);
        assert!(!pair.is_read_there().await);
        sleep(Duration::from_millis(50)).await;
    }
    assert!(metric("ordo_list_reads_total{service=\"lags\",from=\"primary\"}") > 0);
    assert_eq!(metric("ordo_read_replica_used{service=\"lags\"}"), 0);
    assert!(metric("ordo_read_replica_lag_milliseconds{service=\"lags\"}") > 800);
    assert_eq!(look_at_replica(&pair.config, &env()).await.unwrap(), Some(Err(ReplicaError::Lagging)));
    pair.standby.hold_back(false);
    pair.reads_there(true).await;
    assert_eq!(pair.listed().await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_no_longer_hears_of_the_primary_is_not_read() {
    let primary = Postgres::start();
    let way = Proxy::start(([127, 0, 0, 1], primary.port()).into()).await;
    let port = way.address().port();
    let (primary, standby) = env()
        .blocking(move || {
            let standby = primary.standby_by(port);
            (primary, standby)
        })
        .await
        .unwrap();
    let pair = Pair::of("cut", primary, standby, |_, config| config).await;
    pair.reads_there(true).await;
    way.refuse(true);
    way.cut(Cut::Reset);
    // it has shown all that it has heard, and believes that this is everything
    pair.insert(1).await;
    sleep(LAG_MAX).await;
    for _ in 0..20 {
        assert_eq!(pair.listed().await, [1]);
        sleep(Duration::from_millis(20)).await;
    }
    way.refuse(false);
    pair.reads_there(true).await;
    assert_eq!(pair.listed().await, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_is_down_is_not_missed() {
    let mut pair = Pair::start("down").await;
    pair.insert(1).await;
    pair.standby.kill();
    let begun = Instant::now();
    for _ in 0..50 {
        assert_eq!(pair.listed().await, [1]);
    }
    // one of them may have found it out
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert!(matches!(
        look_at_replica(&pair.config, &env()).await,
        Ok(Some(Err(ReplicaError::Unreachable(_))))
    ));
    // a shop starts without it, too
    let other = postgres::open(pair.config.clone(), env()).await.unwrap();
    assert_eq!(ids(&other.for_replica_reads()).await, [1]);
    pair.standby.restart();
    pair.reads_there(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_is_silent_is_given_up() {
    let primary = Postgres::start();
    let standby = primary.standby();
    let way = Proxy::start(([127, 0, 0, 1], standby.port()).into()).await;
    let address = way.address();
    let pair = Pair::of("silent", primary, standby, |_, mut config| {
        let replica = config.replica.as_mut().unwrap();
        let (_, after) = replica.url.split_once('@').unwrap();
        let (_, database) = after.split_once('/').unwrap();
        replica.url = format!("postgres://ordo@{address}/{database}");
        config
    })
    .await;
    pair.reads_there(true).await;
    pair.insert(1).await;
    way.to_client(LinkBehaviour::lost());
    let listed = timeout(Duration::from_secs(2), pair.listed()).await;
    assert!(listed.expect("a list waits for a replica that says nothing").len() <= 1);
    sleep(LAG_MAX).await;
    for _ in 0..5 {
        let begun = Instant::now();
        assert_eq!(pair.listed().await, [1]);
        assert!(begun.elapsed() < Duration::from_millis(400), "{:?}", begun.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_was_promoted_or_is_anothers_is_not_read() {
    let pair = Pair::start("promoted").await;
    pair.insert(1).await;
    // it has all of this before it goes its own way
    let begun = Instant::now();
    let listed_there = async || pair.is_read_there().await && pair.listed().await == [1];
    while !listed_there().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "it does not catch up");
        sleep(Duration::from_millis(20)).await;
    }
    pair.standby.promote();
    // another client writes there, without a notification here
    let beside =
        Config { url: pair.config.replica.clone().unwrap().url, replica: None, ..pair.config.clone() };
    let beside = postgres::open(beside, env()).await.unwrap();
    let mut tx = beside.begin().await.unwrap();
    tx.run(&INSERT, params![2]).await.unwrap();
    tx.commit("test").await.unwrap();
    for _ in 0..20 {
        assert_eq!(pair.listed().await, [1]);
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(look_at_replica(&pair.config, &env()).await.unwrap(), Some(Err(ReplicaError::NotStandby)));
    // the standby of another server, which is far ahead
    let other = Postgres::start();
    let standby = other.standby();
    let pair = Pair::of("stranger", pair.primary, standby, |_, config| config).await;
    pair.insert(1).await;
    other.new_database(); // of the same name
    for _ in 0..20 {
        assert_eq!(pair.listed().await, [1]);
        sleep(Duration::from_millis(20)).await;
    }
    let replica = pair.config.replica.clone().unwrap();
    let url = replica.url.rsplit_once('/').unwrap().0.to_owned() + "/postgres";
    let config = Config { replica: Some(ReplicaConfig { url, ..replica }), ..pair.config.clone() };
    // a machine with much to do may take longer to answer than a look waits
    let begun = Instant::now();
    loop {
        match look_at_replica(&config, &env()).await.unwrap() {
            Some(Err(ReplicaError::Unreachable(_))) if begun.elapsed() < Duration::from_secs(20) => {}
            seen => return assert_eq!(seen, Some(Err(ReplicaError::WrongCluster))),
        }
    }
}
