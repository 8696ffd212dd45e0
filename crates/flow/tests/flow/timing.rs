//! Timers.

use crate::{service, until};
use bus::{Bus, InMemoryBus};
use db::{Db, params};
use flow::{ConsumeError, DueTimer, Handler, Journal, Timer, Timers, handler::handler};
use kernel::BoxFuture;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};

on_both_engines!(
    a_timer_fires_until_its_work_clears_it,
    what_is_set_anew_while_its_work_goes_on_is_done_again,
    a_kind_whose_work_hangs_keeps_no_other_waiting,
    what_cannot_be_done_is_marked_and_found,
    what_is_tried_in_vain_is_found,
    what_failed_comes_back_soon_and_not_with_its_lease,
    who_comes_late_does_not_put_off_what_is_anothers,
    what_nobody_has_tried_yet_can_be_hastened,
    what_waits_is_shown,
    what_a_clock_that_was_ahead_has_set_moves_back_with_it,
    what_nobody_told_of_is_seen_in_time,
);

async fn a_timer_fires_until_its_work_clears_it(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let fired = Arc::new(AtomicU64::new(0));
    let (count, work_db, work_env) = (fired.clone(), db.clone(), env.clone());
    let run = handler(move |due: DueTimer| {
        let (count, db, env) = (count.clone(), work_db.clone(), work_env.clone());
        async move {
            assert_eq!((due.key.as_str(), due.payload["n"].as_i64()), ("one", Some(7)));
            // the first time it moves itself, the second time it is done
            let mut tx = db.begin().await?;
            match count.fetch_add(1, SeqCst) {
                0 => flow::timer::set(&mut tx, "work", &due.key, env.now(), &due.payload).await?,
                _ => flow::timer::clear(&mut tx, "work", &due.key).await?,
            }
            tx.commit("test.work").await?;
            Ok(())
        }
    });
    let timers = Timers::default();
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let kinds = vec![Timer { kind: "work", run }];
    drop(service(journal, Vec::new(), timers.clone(), kinds).start(&bus));
    let mut tx = db.begin().await.unwrap();
    let payload = serde_json::json!({"n": 7});
    flow::timer::set(&mut tx, "work", "one", env.now(), &payload).await.unwrap();
    flow::timer::set(&mut tx, "work", "later", env.now().plus(Duration::from_secs(3600)), &payload)
        .await
        .unwrap();
    tx.commit("test.set").await.unwrap();
    timers.wake();
    until("two turns", || fired.load(SeqCst) == 2).await;
    sleep(Duration::from_millis(200)).await;
    assert_eq!(fired.load(SeqCst), 2);
    let left = db.query(&db::Sql::both("select key from timer"), params![]).await.unwrap();
    let left: Vec<String> = left.iter().map(|row| row.get("key").unwrap()).collect();
    assert_eq!(left, ["later"]);
}

async fn what_is_set_anew_while_its_work_goes_on_is_done_again(db: Db) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (notes, work_db) = (seen.clone(), db.clone());
    let run = handler(move |due: DueTimer| {
        let (notes, db) = (notes.clone(), work_db.clone());
        async move {
            notes.lock().unwrap().push(due.payload["n"].as_i64().unwrap());
            // long enough for somebody to want more
            sleep(Duration::from_millis(400)).await;
            let mut tx = db.begin().await?;
            flow::timer::done(&mut tx, "work", &due).await?;
            tx.commit("test.work").await?;
            Ok(())
        }
    });
    let timers = start(&db, vec![Timer { kind: "work", run }]);
    for n in [1, 2] {
        let mut tx = db.begin().await.unwrap();
        let now = testkit::real_env::env().now();
        flow::timer::set(&mut tx, "work", "one", now, &serde_json::json!({ "n": n })).await.unwrap();
        tx.commit("test.set").await.unwrap();
        timers.wake();
        until("it is at work", || seen.lock().unwrap().contains(&n)).await;
    }
    let left = async || db.query(&db::Sql::both("select key from timer"), params![]).await.unwrap().len();
    let all_done = async {
        while left().await > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(30), all_done).await.expect("what was wanted last is done, too");
    assert_eq!(*seen.lock().unwrap(), [1, 2]);
}

/// Timers that are due.
async fn set(db: &Db, kind: &str, keys: std::ops::Range<u32>) {
    let mut tx = db.begin().await.unwrap();
    for key in keys {
        flow::timer::set(&mut tx, kind, key, testkit::real_env::env().now(), &()).await.unwrap();
    }
    tx.commit("test.set_all").await.unwrap();
}

fn start(db: &Db, kinds: Vec<Timer>) -> Timers {
    let timers = Timers::default();
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let journal = Journal::new("flow", testkit::real_env::env(), db.clone());
    drop(service(journal, Vec::new(), timers.clone(), kinds).start(&bus));
    timers
}

/// Counts how often it is begun, and clears nothing.
fn counting(then: impl Fn() -> HandlerFuture + Send + Sync + 'static) -> (Arc<AtomicU64>, Handler<DueTimer>) {
    let begun = Arc::new(AtomicU64::new(0));
    let count = begun.clone();
    let run = handler(move |_: DueTimer| {
        count.fetch_add(1, SeqCst);
        then()
    });
    (begun, run)
}
type HandlerFuture = BoxFuture<Result<(), ConsumeError>>;

async fn a_kind_whose_work_hangs_keeps_no_other_waiting(db: Db) {
    // those that hang are due first, and are more than are worked on at a time
    set(&db, "hangs", 0..100).await;
    let (hanging, hangs) = counting(|| Box::pin(std::future::pending()));
    let (done, work) = counting(|| Box::pin(std::future::ready(Ok(()))));
    let kinds = vec![Timer { kind: "hangs", run: hangs }, Timer { kind: "works", run: work }];
    let timers = start(&db, kinds);
    until("some hang", || hanging.load(SeqCst) > 0).await;
    for round in 1..=3 {
        set(&db, "works", round..round + 1).await;
        timers.wake();
        until("the others are worked on", || done.load(SeqCst) == u64::from(round)).await;
    }
    let of_a_kind = hanging.load(SeqCst);
    assert!((2..100).contains(&of_a_kind), "{of_a_kind} are worked on at a time");
}

async fn what_cannot_be_done_is_marked_and_found(db: Db) {
    set(&db, "strange", 0..2).await;
    let poison = || ConsumeError::Permanent("no such order".to_owned());
    let (_, run) = counting(move || Box::pin(std::future::ready(Err(poison()))));
    start(&db, vec![Timer { kind: "strange", run }]);
    let found = async || flow::audit::waiting("flow", &db, testkit::real_env::env().now()).await.unwrap();
    for _ in 0..500 {
        sleep(Duration::from_millis(20)).await;
        if found().await.iter().any(|finding| finding.detail.starts_with("2 ")) {
            break;
        }
    }
    let found = found().await;
    let said: Vec<_> = found.iter().map(|f| (f.subject.as_str(), f.detail.as_str())).collect();
    assert_eq!(said, [("flow: timer strange", "2 cannot be done (no such order)")]);
    // set again, it is as good as any other
    let mut tx = db.begin().await.unwrap();
    let later = testkit::real_env::env().now().plus(Duration::from_secs(3600));
    for key in 0..2 {
        flow::timer::set(&mut tx, "strange", key, later, &()).await.unwrap();
    }
    tx.commit("test.set_anew").await.unwrap();
    assert_eq!(flow::audit::timers("flow", &db, testkit::real_env::env().now()).await.unwrap(), []);
}

async fn what_is_tried_in_vain_is_found(db: Db) {
    set(&db, "vain", 0..1).await;
    let now = testkit::real_env::env().now();
    let later = now.plus(Duration::from_secs(300));
    let mut tx = db.begin().await.unwrap();
    // put off again and again, it is never overdue
    let tried = db::Sql::both("update timer set tries = 80, due_at = $1, tried_since = $2");
    tx.run(&tried, params![later, now]).await.unwrap();
    tx.commit("test.try").await.unwrap();
    let found = async |now| flow::audit::timers("flow", &db, now).await.unwrap();
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    // an outage of an hour is none of the audit's, but for those that nobody takes
    assert_eq!(found(now).await, []);
    assert_eq!(found(now.plus(hours(1))).await[0].detail, "1 are overdue by a minute");
    let day = found(now.plus(hours(25))).await;
    assert_eq!(day[0].detail, "1 are overdue by a minute, 1 have been tried in vain for a day");
    // set again, it starts again
    set(&db, "vain", 0..1).await;
    assert_eq!(found(now).await, []);
}

async fn what_failed_comes_back_soon_and_not_with_its_lease(db: Db) {
    set(&db, "fails", 0..1).await;
    let later = || ConsumeError::Retryable("payments does not answer".to_owned());
    let begun = Instant::now();
    let (tried, run) = counting(move || Box::pin(std::future::ready(Err(later()))));
    start(&db, vec![Timer { kind: "fails", run }]);
    until("it was tried three times", || tried.load(SeqCst) == 3).await;
    // about one second, and about two
    assert!(begun.elapsed() > Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(13), "{:?}: it came back with its lease", begun.elapsed());
}

async fn who_comes_late_does_not_put_off_what_is_anothers(db: Db) {
    set(&db, "slow", 0..1).await;
    let far = testkit::real_env::env().now().plus(Duration::from_secs(3600));
    let work_db = db.clone();
    let run = handler(move |_: DueTimer| {
        let db = work_db.clone();
        async move {
            // in the meantime its lease has ended, and another replica has taken it
            let mut tx = db.begin().await?;
            let taken = db::Sql::both("update timer set tries = tries + 1, due_at = $1");
            tx.run(&taken, params![far]).await?;
            tx.commit("test.take").await?;
            Err(ConsumeError::Retryable("not now".to_owned()))
        }
    });
    start(&db, vec![Timer { kind: "slow", run }]);
    let tries = db::Sql::both("select tries, due_at from timer");
    let seen = async || {
        let row = db.query_one(&tries, params![]).await.unwrap();
        (row.get::<i64>("tries").unwrap(), row.get::<kernel::Timestamp>("due_at").unwrap())
    };
    while seen().await.0 < 2 {
        sleep(Duration::from_millis(20)).await;
    }
    // what would put it off does so at once after that
    sleep(Duration::from_millis(300)).await;
    assert_eq!(seen().await, (2, far));
}

async fn what_nobody_has_tried_yet_can_be_hastened(db: Db) {
    let later = testkit::real_env::env().now().plus(Duration::from_secs(3600));
    let mut tx = db.begin().await.unwrap();
    for key in ["fresh", "tried"] {
        flow::timer::set(&mut tx, "wish", key, later, &()).await.unwrap();
    }
    tx.run(&db::Sql::both("update timer set tries = 1 where key = 'tried'"), params![]).await.unwrap();
    for key in ["fresh", "tried", "missing"] {
        flow::timer::expedite(&mut tx, "wish", key).await.unwrap();
    }
    tx.commit("test.hasten").await.unwrap();
    let due = db::Sql::both("select key from timer where due_at <= $1");
    let due = db.query(&due, params![db.now().await.unwrap()]).await.unwrap();
    let due: Vec<String> = due.iter().map(|row| row.get("key").unwrap()).collect();
    assert_eq!(due, ["fresh"]);
}

/// The meters show so many timers, events of which the oldest waits for so many seconds or a little longer, and letters.
async fn assert_shown(db: &Db, timers: u64, (events, seconds): (u64, u64), letters: u64) {
    flow::metrics::look("shown", db).await.unwrap();
    let shown = kernel::metrics::text(flow::metrics::ALL);
    let value = |name: &str| {
        let series = format!("{name}{{service=\"shown\"}} ");
        let line = shown.lines().find_map(|line| line.strip_prefix(&series));
        line.unwrap_or_else(|| panic!("{name} is not in\n{shown}")).parse::<u64>().unwrap()
    };
    let counted = ["ordo_timers_due", "ordo_outbox_events", "ordo_dead_letters"].map(value);
    assert_eq!(counted, [timers, events, letters], "{shown}");
    let waited = value("ordo_outbox_seconds");
    assert!((seconds..seconds + 60).contains(&waited), "{shown}");
}

async fn what_waits_is_shown(db: Db) {
    set(&db, "works", 0..3).await;
    assert_shown(&db, 3, (0, 0), 0).await;
    // the oldest of two events has waited for half an hour, and one was dead-lettered
    let env = testkit::real_env::env();
    crate::publish(&flow::Journal::new("flow", env.clone(), db.clone()), &db, env.id(), 1..3).await;
    let ago = db.now().await.unwrap().minus(Duration::from_secs(1800));
    let aged = db::Sql::both("update event set time = $1 where seq = (select min(seq) from event)");
    let mut tx = db.begin().await.unwrap();
    tx.run(&aged, params![ago]).await.unwrap();
    let aside = db::Sql::both(
        "insert into dead_letter (event_id, producer, position, body, error, at)
         select id, 'flow', seq, '{}', 'no such thing', time from event order by seq limit 1",
    );
    tx.run(&aside, params![]).await.unwrap();
    tx.commit("test.aged").await.unwrap();
    assert_shown(&db, 3, (2, 1800), 1).await;
    // also where only the younger one is still without a place in the feed
    let mut tx = db.begin().await.unwrap();
    let placed = db::Sql::both("update event set position = 0 where seq = (select min(seq) from event)");
    tx.run(&placed, params![]).await.unwrap();
    tx.commit("test.placed").await.unwrap();
    assert_shown(&db, 3, (2, 1800), 1).await;
    let later = || ConsumeError::Retryable("not now".to_owned());
    let (tried, run) = counting(move || Box::pin(std::future::ready(Err(later()))));
    start(&db, vec![Timer { kind: "works", run }]);
    until("all were tried", || tried.load(SeqCst) >= 3).await;
    let failures = || kernel::metrics::text(flow::metrics::ALL);
    until("the failures are counted", || {
        failures().contains("ordo_timer_failures_total{service=\"flow\",kind=\"works\"}")
    })
    .await;
}

async fn what_a_clock_that_was_ahead_has_set_moves_back_with_it(db: Db) {
    const DAYS: Duration = Duration::from_secs(2 * 24 * 3600);
    const HOUR: Duration = Duration::from_secs(3600);
    let now = db.now().await.unwrap();
    set(&db, "works", 0..1).await;
    let mut tx = db.begin().await.unwrap();
    flow::timer::set(&mut tx, "rests", "ahead", now.plus(DAYS + HOUR), &()).await.unwrap();
    flow::timer::set(&mut tx, "rests", "of today", now.plus(DAYS + HOUR), &()).await.unwrap();
    let ahead = db::Sql::both(
        "update timer set set_at = $1, due_at = case when kind = 'works' then $1 else due_at end \
                               where key <> 'of today'",
    );
    tx.run(&ahead, params![now.plus(DAYS)]).await.unwrap();
    tx.commit("test.ahead").await.unwrap();
    let (done, run) = counting(|| Box::pin(std::future::ready(Ok(()))));
    let rests = handler(|_| async { Ok(()) });
    start(&db, vec![Timer { kind: "works", run }, Timer { kind: "rests", run: rests }]);
    until("what was due then is due now", || done.load(SeqCst) > 0).await;
    let rests = db::Sql::both("select key, due_at from timer where kind = 'rests' order by key");
    let rows = db.query(&rests, params![]).await.unwrap();
    let left: Vec<Duration> =
        rows.iter().map(|row| row.get::<kernel::Timestamp>("due_at").unwrap().since(now)).collect();
    assert!((HOUR..HOUR + Duration::from_secs(60)).contains(&left[0]), "an hour is left of it: {left:?}");
    assert_eq!(left[1], DAYS + HOUR, "what is far away because it was meant so stays there");
}

/// Until something without a wake-up is seen: what was written by a request that was cut off, or by a replica.
const SEEN_WITHIN: Duration = Duration::from_secs(8);

async fn what_nobody_told_of_is_seen_in_time(db: Db) {
    let (done, work) = counting(|| Box::pin(std::future::ready(Ok(()))));
    start(&db, vec![Timer { kind: "works", run: work }]);
    // already it rests
    sleep(Duration::from_secs(1)).await;
    set(&db, "works", 0..1).await;
    let seen = timeout(SEEN_WITHIN, async {
        while done.load(SeqCst) == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(seen.await.is_ok(), "not seen within {SEEN_WITHIN:?}");
}
