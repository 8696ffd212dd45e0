//! What PostgreSQL and the way to it do to us: time-outs, lost connections, dead servers.

use crate::on_both::{SCHEMA, TestDb, postgres, postgres_with};
use db::{Db, ErrorKind, Result, Sql, Tx, migrate, params, postgres::Config};
use futures_util::future::join_all;
use std::time::Duration;
use testkit::{
    postgres::Postgres,
    proxy::{LinkBehaviour, Proxy},
    real_env::env,
};
use tokio::{
    net::TcpListener,
    time::{Instant, sleep, timeout},
};

const INSERT: Sql = Sql::both("insert into parts(id, whole) values ($1, 0)");
const LIST: Sql = Sql::both("select id from parts order by id");
const WHO: Sql = Sql::both("select pg_backend_pid() as pid");
const CUT: Sql = Sql::both("select pg_terminate_backend(cast($1 as integer)) as done");
const SLEEP: Sql = Sql::both("select pg_sleep(1)");

async fn ids(db: &Db) -> Vec<i64> {
    db.query(&LIST, &[]).await.unwrap().iter().map(|row| row.get("id").unwrap()).collect()
}

async fn insert(db: &Db, id: i64) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.run(&INSERT, params![id]).await?;
    tx.commit("test").await
}

/// From now on a commit of a new part takes a second.
async fn make_commits_slow(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    for sql in [
        Sql::both(
            "create function slow() returns trigger as $$ begin perform pg_sleep(1); return null; end $$ language plpgsql",
        ),
        Sql::both(
            "create constraint trigger slow after insert on parts deferrable initially deferred \
                   for each row execute function slow()",
        ),
    ] {
        tx.run(&sql, &[]).await.unwrap();
    }
    tx.commit("test").await.unwrap();
}

async fn begun(db: &Db) -> (Tx, i64) {
    let mut tx = db.begin().await.unwrap();
    let pid = tx.query_one(&WHO, &[]).await.unwrap().get("pid").unwrap();
    tx.run(&INSERT, params![1]).await.unwrap();
    (tx, pid)
}

#[tokio::test]
async fn a_commit_whose_connection_is_cut_has_an_unknown_outcome() {
    let db = postgres().await;
    make_commits_slow(&db).await;
    let (tx, pid) = begun(&db).await;
    let commit = tokio::spawn(tx.commit("test"));
    sleep(Duration::from_millis(300)).await; // it is in the middle of the commit
    assert!(db.query_one(&CUT, params![pid]).await.unwrap().get::<bool>("done").unwrap());
    assert!(commit.await.unwrap().unwrap_err().is_unknown_outcome());
}

#[tokio::test]
async fn a_commit_that_is_not_answered_in_time_has_an_unknown_outcome() {
    let db = postgres_with(|config| config.commit_timeout = Duration::from_millis(200)).await;
    make_commits_slow(&db).await;
    let (tx, _) = begun(&db).await;
    assert!(tx.commit("test").await.unwrap_err().is_unknown_outcome());
}

#[tokio::test]
async fn the_time_out_of_statements_does_not_cut_a_commit() {
    let db = postgres_with(|config| config.statement_timeout = Duration::from_millis(300)).await;
    make_commits_slow(&db).await;
    insert(&db, 1).await.unwrap();
    assert_eq!(ids(&db).await, [1]);
}

#[tokio::test]
async fn a_commit_in_progress_survives_its_caller() {
    let db = postgres().await;
    make_commits_slow(&db).await;
    let (tx, _) = begun(&db).await;
    assert!(timeout(Duration::from_millis(100), tx.commit("test")).await.is_err());
    sleep(Duration::from_millis(1_500)).await;
    assert_eq!(ids(&db).await, [1]);
}

#[tokio::test]
async fn a_commit_that_the_server_refuses_surely_did_not_happen() {
    let db = postgres().await;
    let mut tx = db.begin().await.unwrap();
    let defer = Sql::both("create table late(id bigint unique deferrable initially deferred)");
    tx.run(&defer, &[]).await.unwrap();
    tx.commit("test").await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.run(&Sql::both("insert into late(id) values (1), (1)"), &[]).await.unwrap();
    assert!(tx.commit("test").await.unwrap_err().violates("late_id_key"));
}

#[tokio::test]
async fn a_connection_that_is_cut_before_the_commit_is_unavailable() {
    let db = postgres().await;
    let (mut tx, pid) = begun(&db).await;
    db.query_one(&CUT, params![pid]).await.unwrap();
    sleep(Duration::from_millis(200)).await;
    let error = tx.run(&INSERT, params![2]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable, "{error:?}");
    assert!(error.is_unavailable());
    assert_eq!(tx.commit("test").await.unwrap_err(), error);

    let (tx, pid) = begun(&db).await;
    db.query_one(&CUT, params![pid]).await.unwrap();
    sleep(Duration::from_millis(200)).await;
    assert_eq!(tx.commit("test").await.unwrap_err().kind, ErrorKind::Unavailable);
    assert!(ids(&db).await.is_empty());
}

#[tokio::test]
async fn a_statement_that_is_cut_by_its_time_out_is_cancelled() {
    let db = postgres_with(|config| config.statement_timeout = Duration::from_millis(200)).await;
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, params![1]).await.unwrap();
    assert_eq!(tx.query(&SLEEP, &[]).await.unwrap_err().kind, ErrorKind::Cancelled);
    assert_eq!(tx.commit("test").await.unwrap_err().kind, ErrorKind::Cancelled);
    assert!(ids(&db).await.is_empty());
}

#[tokio::test]
async fn a_statement_whose_future_is_dropped_fails_its_transaction() {
    let db = postgres().await;
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, params![1]).await.unwrap();
    assert!(timeout(Duration::from_millis(50), tx.query(&SLEEP, &[])).await.is_err());
    assert_eq!(tx.commit("test").await.unwrap_err().kind, ErrorKind::Cancelled);
    assert!(ids(&db).await.is_empty());
}

#[tokio::test]
async fn no_connection_goes_back_with_a_transaction_open() {
    let db = postgres_with(|config| config.pool_size = 2).await;
    for id in 0..20 {
        let mut tx = db.begin().await.unwrap();
        tx.run(&INSERT, params![id]).await.unwrap();
        let _ = timeout(Duration::from_millis(5), tx.query(&Sql::both("select pg_sleep(0.02)"), &[])).await;
        drop(tx);
        // on two connections the next one meets the one that was left
        insert(&db, 100 + id).await.unwrap();
    }
    assert_eq!(ids(&db).await, (100..120).collect::<Vec<_>>());
    let open = Sql::both(
        "select count(*) as n from pg_stat_activity
         where datname = current_database() and state like 'idle in transaction%'",
    );
    assert_eq!(db.query_one(&open, &[]).await.unwrap().get::<i64>("n").unwrap(), 0);
}

#[tokio::test]
async fn a_pool_without_a_free_connection_is_unavailable_in_time() {
    let small = |config: &mut Config| {
        config.pool_size = 1;
        config.acquire_timeout = Duration::from_millis(200);
    };
    let db = postgres_with(small).await;
    let outer = db.begin().await.unwrap();
    assert_eq!(db.begin().await.unwrap_err().kind, ErrorKind::Unavailable);
    assert_eq!(db.query(&LIST, &[]).await.unwrap_err().kind, ErrorKind::Unavailable);
    outer.rollback().await.unwrap();
    insert(&db, 1).await.unwrap();
}

#[tokio::test]
async fn a_pool_that_others_use_up_is_busy() {
    let small = |config: &mut Config| {
        config.pool_size = 1;
        config.acquire_timeout = Duration::from_millis(200);
    };
    let db = postgres_with(small).await;
    let mut outer = db.begin().await.unwrap();
    let (waits, ()) = tokio::join!(db.begin(), async {
        sleep(Duration::from_millis(100)).await;
        outer.run(&INSERT, params![1]).await.unwrap();
    });
    // the server is there, as the other one sees: it is no trouble of this process alone
    assert_eq!(waits.unwrap_err().kind, ErrorKind::Busy);
    outer.rollback().await.unwrap();
}

/// Background work has no deadline.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_on_which_nothing_is_answered_is_given_up() {
    const PATIENCE: Duration = Duration::from_secs(5 + 4);
    let server = tokio::task::spawn_blocking(Postgres::start).await.unwrap();
    let proxy = Proxy::start(([127, 0, 0, 1], server.port()).into()).await;
    let direct = server.new_database();
    let url = direct.replace(&format!("127.0.0.1:{}", server.port()), &proxy.address().to_string());
    let mut config = Config::new(url);
    (config.pool_size, config.statement_timeout) = (4, Duration::from_millis(300));
    let db = db::postgres::open(config, env()).await.unwrap();
    migrate(&db, "test", SCHEMA).await.unwrap();
    for way in [Proxy::to_client, Proxy::to_server] {
        let mut open = db.begin().await.unwrap();
        open.run(&INSERT, params![1]).await.unwrap();
        let idle = db.begin().await.unwrap();
        // four connections, so that each is one that is open
        let (one, other) = (db.begin().await.unwrap(), db.begin().await.unwrap());
        one.rollback().await.unwrap();
        other.rollback().await.unwrap();
        way(&proxy, LinkBehaviour::stuck());
        let begun = Instant::now();
        let values = params![2];
        let all = async {
            tokio::join!(open.run(&INSERT, values), db.query(&LIST, &[]), db.begin(), idle.rollback())
        };
        let (run, query, begin, rollback) = timeout(PATIENCE, all).await.expect("nothing waits for ever");
        assert_eq!(run.unwrap_err().kind, ErrorKind::Unavailable);
        assert_eq!(query.unwrap_err().kind, ErrorKind::Unavailable);
        assert_eq!(begin.unwrap_err().kind, ErrorKind::Unavailable);
        rollback.unwrap();
        assert!(begun.elapsed() > Duration::from_secs(5), "the server's own time-out comes first");
        assert_eq!(open.commit("test").await.unwrap_err().kind, ErrorKind::Unavailable);
        // none of them goes back
        let given_up = async {
            while proxy.connections() > 0 {
                way(&proxy, LinkBehaviour::default());
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(5), given_up).await.expect("they are closed");
        assert!(ids(&db).await.is_empty());
        insert(&db, 1).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.run(&Sql::both("delete from parts"), &[]).await.unwrap();
        tx.commit("test").await.unwrap();
    }
}

/// A server that stands still, or that nothing comes back from, is found out by a knock, long before a statement may
/// have run out of its time; one that only works for long is waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_fell_silent_is_noticed_before_the_time_of_the_statement_is_over() {
    let server = tokio::task::spawn_blocking(Postgres::start).await.unwrap();
    let proxy = Proxy::start(([127, 0, 0, 1], server.port()).into()).await;
    let direct = server.new_database();
    let url = direct.replace(&format!("127.0.0.1:{}", server.port()), &proxy.address().to_string());
    let mut config = Config::new(url);
    (config.pool_size, config.statement_timeout) = (3, Duration::from_secs(30));
    let db = db::postgres::open(config, env()).await.unwrap();
    let begun = Instant::now();
    db.query(&Sql::both("select pg_sleep(7)"), &[]).await.expect("it works for long");
    assert!(begun.elapsed() > Duration::from_secs(7));
    let moment = db.snapshot().await.unwrap();
    proxy.to_client(LinkBehaviour::lost());
    let begun = Instant::now();
    let asked = async |db: &Db| (db.query(&WHO, &[]).await.unwrap_err().kind, begun.elapsed());
    let (one, other, held) = tokio::join!(asked(&db), asked(&db), asked(&moment));
    for (kind, elapsed) in [&one, &other, &held] {
        assert_eq!(*kind, ErrorKind::Unavailable);
        assert!(*elapsed < Duration::from_secs(10), "{elapsed:?}");
    }
    // on what is silent, nothing more is asked
    assert!(held.1 < one.1.max(other.1) + Duration::from_secs(1), "{held:?}, {one:?}");
    let begun = Instant::now();
    assert_eq!(moment.query(&WHO, &[]).await.unwrap_err().kind, ErrorKind::Unavailable);
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    proxy.to_client(LinkBehaviour::default());
    db.query(&WHO, &[]).await.unwrap();
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_unavailable_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let mut config = Config::new(format!("postgres://ordo:hunter2@{address}/ordo"));
    config.connect_timeout = Duration::from_millis(300);
    assert!(!format!("{config:?}").contains("hunter2"));
    let started = Instant::now();
    let error = db::postgres::open(config, env()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(!error.message.contains("hunter2"));
    assert!(started.elapsed() < Duration::from_secs(3));
}

/// Twenty ask all the time; nothing is kept busy with refusing them, and all of them hear why.
#[tokio::test]
async fn a_server_that_refuses_is_left_alone_for_a_while_and_found_when_it_is_back() {
    let server = tokio::task::spawn_blocking(Postgres::start).await.unwrap();
    let proxy = Proxy::start(([127, 0, 0, 1], server.port()).into()).await;
    let url = server.new_database().replace(&server.port().to_string(), &proxy.address().port().to_string());
    let db = db::postgres::connect(&Config::new(url), env()).unwrap();
    proxy.refuse(true);
    let until = Instant::now() + Duration::from_secs(3);
    let told = join_all((0..20).map(|_| async {
        let mut told = 0;
        while Instant::now() < until {
            assert_eq!(db.query(&WHO, &[]).await.unwrap_err().kind, ErrorKind::Unavailable);
            told += 1;
        }
        told
    }));
    let told: Vec<usize> = told.await;
    assert!(told.iter().all(|told| *told > 2), "somebody waited all the time: {told:?}");
    // each of the pool's sixteen, before anything is known; then one at a time
    let tries = proxy.refused();
    assert!((5..40).contains(&tries), "{tries} tries in three seconds");
    proxy.refuse(false);
    let back = Instant::now();
    join_all((0..20).map(|_| async { drop(db.query(&WHO, &[]).await.unwrap()) })).await;
    assert!(back.elapsed() < Duration::from_secs(2), "{:?}", back.elapsed());
}

#[tokio::test]
async fn wrong_settings_are_said_to_be_wrong() {
    let mut config = Config::new("postgres://127.0.0.1/x");
    config.schema = Some("bad\"; drop table orders".to_owned());
    assert!(db::postgres::open(config, env()).await.unwrap_err().message.contains("schema"));
    let nonsense = db::postgres::open(Config::new("nonsense"), env()).await.unwrap_err();
    assert!(nonsense.message.contains("address"), "{nonsense}");
    for url in ["postgres://127.0.0.1/x?sslmode=verify-full", "host=127.0.0.1 sslmode=verify-ca"] {
        let refused = db::postgres::open(Config::new(url), env()).await.unwrap_err();
        assert!(refused.message.contains("sslrootcert"), "{url}: {refused}");
    }
}

#[tokio::test]
async fn services_in_one_database_have_tables_of_their_own() {
    let url = testkit::postgres::database().await;
    let open = async |schema: &str| {
        let mut config = Config::new(url.clone());
        config.schema = Some(schema.to_owned());
        let db = db::postgres::open(config, env()).await.unwrap();
        assert_eq!(migrate(&db, "test", SCHEMA).await.unwrap(), 1);
        db
    };
    let (orders, payments) = (open("orders").await, open("payments").await);
    insert(&orders, 1).await.unwrap();
    assert_eq!((ids(&orders).await, ids(&payments).await), (vec![1], vec![]));
}

/// A process opens a database that others open at the same moment.
async fn opened_at_once(url: &str, schema: String) -> Vec<Db> {
    let open = |_| {
        let mut config = Config::new(url.to_owned());
        config.schema = Some(schema.clone());
        tokio::spawn(db::postgres::open(config, env()))
    };
    join_all((0..8).map(open)).await.into_iter().map(|opened| opened.unwrap().unwrap()).collect()
}

/// With `public` beside it, of five hundred connections that began while their schema was made one took that one for its own:
/// a replica kept its orders there, for itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_is_made_once_by_many_and_all_of_them_are_in_it() {
    const WHERE: Sql = Sql::both("select cast(current_schemas(false) as text) as schemas");
    let url = testkit::postgres::database().await;
    for round in 0..100 {
        let schema = format!("service_{round}");
        for db in opened_at_once(&url, schema.clone()).await {
            let schemas: String = db.query_one(&WHERE, &[]).await.unwrap().get("schemas").unwrap();
            assert_eq!(schemas, format!("{{{schema}}}"));
        }
    }
}

#[tokio::test]
async fn who_does_not_find_a_table_asks_on_another_connection() {
    let url = testkit::postgres::database().await;
    let mut config = Config::new(url);
    (config.schema, config.pool_size) = (Some("service".to_owned()), 1);
    let db = db::postgres::open(config, env()).await.unwrap();
    assert_eq!(migrate(&db, "test", SCHEMA).await.unwrap(), 1);
    // as a server does that has missed that the schema was made
    db.query(&Sql::both("select set_config('search_path', '', false)"), &[]).await.unwrap();
    assert!(db.query(&LIST, &[]).await.unwrap_err().message.contains("does not exist"));
    assert_eq!(ids(&db).await, Vec::<i64>::new());
    let mut tx = db.begin().await.unwrap();
    tx.query(&Sql::both("select set_config('search_path', '', false)"), &[]).await.unwrap();
    assert!(tx.query(&LIST, &[]).await.is_err());
    drop(tx);
    insert(&db, 1).await.unwrap();
    assert_eq!(ids(&db).await, [1]);
}

#[tokio::test]
async fn a_statement_prepared_before_a_migration_is_tried_again() {
    const CONNECTIONS: usize = 8;
    let db = postgres_with(|config| config.pool_size = CONNECTIONS).await;
    let all = Sql::both("select * from parts");
    let mut each = join_all((0..CONNECTIONS).map(|_| db.begin())).await;
    for tx in &mut each {
        tx.as_mut().unwrap().query(&all, &[]).await.unwrap();
    }
    for tx in each {
        tx.unwrap().rollback().await.unwrap();
    }
    let mut tx = db.begin().await.unwrap();
    tx.run(&Sql::both("alter table parts add column colour text"), &[]).await.unwrap();
    tx.commit("test").await.unwrap();
    assert!(db.query(&all, &[]).await.unwrap_err().is_retry());
    // on whichever connection
    for _ in 0..CONNECTIONS {
        assert!(db.query(&all, &[]).await.is_ok());
    }
}

#[tokio::test]
async fn acknowledged_rows_survive_a_killed_server_and_the_pool_recovers() {
    let mut server = tokio::task::spawn_blocking(Postgres::start).await.unwrap();
    let mut config = Config::new(server.new_database());
    config.connect_timeout = Duration::from_millis(500);
    let db = db::postgres::open(config, env()).await.unwrap();
    migrate(&db, "test", SCHEMA).await.unwrap();
    for id in 0..50 {
        insert(&db, id).await.unwrap();
    }
    let mut open = db.begin().await.unwrap();
    open.run(&INSERT, params![99]).await.unwrap();
    server.kill();
    sleep(Duration::from_millis(200)).await;
    assert_eq!(open.run(&INSERT, params![98]).await.unwrap_err().kind, ErrorKind::Unavailable);
    drop(open);
    assert_eq!(insert(&db, 97).await.unwrap_err().kind, ErrorKind::Unavailable);
    server.restart();
    let again = async {
        while insert(&db, 50).await.is_err() {
            sleep(Duration::from_millis(50)).await
        }
    };
    timeout(Duration::from_secs(10), again).await.expect("the pool recovers");
    assert_eq!(ids(&db).await, (0..51).collect::<Vec<_>>());
    server.stop();
    assert!(db.query(&LIST, &[]).await.unwrap_err().is_unavailable());
}

#[tokio::test]
async fn a_server_that_may_lose_what_it_acknowledged_is_told_not_to() {
    let db: TestDb = postgres().await;
    let set = Sql::both("alter role ordo set synchronous_commit = off");
    let mut tx = db.begin().await.unwrap();
    tx.run(&set, &[]).await.unwrap();
    tx.commit("test").await.unwrap();
    let again = postgres().await;
    let show = Sql::both("select current_setting('synchronous_commit') as word");
    assert_eq!(again.query_one(&show, &[]).await.unwrap().get::<String>("word").unwrap(), "on");
}
