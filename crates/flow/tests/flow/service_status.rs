//! The status of a service.

use crate::{consumer, noting, publish, service};
use bus::{Bus, InMemoryBus};
use contracts::system::{ConsumerPosition, DeadLetter, EventTime, ServiceStatus};
use db::{Db, Engine, Sql, params};
use flow::{Journal, Timers};
use kernel::{id::EventId, recent_stats::RequestStats};
use serde_json::{Value, json};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::sleep;

on_both_engines!(
    what_waits_is_told_also_where_nothing_can_be_written,
    what_is_late_is_counted_and_the_oldest_letters_are_told,
    it_is_told_when_events_happened_of_the_newest_each,
    how_far_a_feed_was_heard_is_told_while_it_goes_on,
);

async fn what_waits_is_told_also_where_nothing_can_be_written(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    publish(&journal, &db, env.id(), 1..4).await;
    let mut tx = db.begin().await.unwrap();
    flow::timer::set(&mut tx, "work", "due", env.now(), &()).await.unwrap();
    for (producer, position, head) in [("payments", 7, None), ("orders", 1234, Some(1230_i64))] {
        let heard = Sql::both("insert into heard (producer, position, producer_head) values ($1, $2, $3)");
        tx.run(&heard, params![producer, position, head]).await.unwrap();
    }
    tx.commit("test.waits").await.unwrap();
    let tells = async || flow::service_status::read(&journal, RequestStats::default(), None).await.unwrap().0;
    let well = tells().await;
    let heard = |producer: &str, position, producer_head| ConsumerPosition {
        producer: producer.to_owned(),
        position,
        producer_head,
    };
    assert_eq!(well.heard, [heard("orders", 1234, Some(1230)), heard("payments", 7, None)]);
    assert_eq!((well.read_only, well.unsent, well.due, well.overdue), (false, 3, 1, 0));

    // somebody else writes, and does not come to an end
    let mut other = db.begin().await.unwrap();
    if db.engine() == Engine::Postgres {
        other.run(&Sql::both("lock table schema_history in exclusive mode"), &[]).await.unwrap();
    }
    assert_eq!(tells().await, ServiceStatus { read_only: true, ..well.clone() });
    other.rollback().await.unwrap();
    assert_eq!(tells().await, well);
    let history = Sql::both("select count(*) as n from schema_history where service = ''");
    assert_eq!(db.query_one(&history, &[]).await.unwrap().get::<i64>("n").unwrap(), 0);
}

const TRIED: Sql = Sql::both(
    "insert into timer (kind, key, due_at, tries, tried_since, payload) values ($1, $2, $3, 1, $4, '{}')",
);
const LETTER: Sql = Sql::both(
    "insert into dead_letter (event_id, producer, position, body, error, at, replay, seen) values ($1, $2, $3, $4, $5, $6, $7, $8)",
);

async fn what_is_late_is_counted_and_the_oldest_letters_are_told(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let now = db.now().await.unwrap();
    let ago = |seconds| now.minus(Duration::from_secs(seconds));
    let mut tx = db.begin().await.unwrap();
    for (kind, key, due, since) in [
        ("mail", "long", 30, Some(16 * 60)),
        ("mail", "of late", 90, Some(14 * 60)),
        ("mail", "never", 90, None),
        ("work", "long", 90, Some(16 * 60)),
    ] {
        tx.run(&TRIED, params![kind, key, ago(due), since.map(ago)]).await.unwrap();
    }
    let body = json!({"type": "order.placed", "subject": "ord_1", "said": "\"\u{e4}\\n"});
    let ids: Vec<EventId> = (0..23).map(|_| env.id()).collect();
    for (n, id) in ids.iter().enumerate() {
        // the first of them was dropped
        let values =
            params![*id, "orders", n as i64, &body, "no \"such\" order", ago(100 - n as u64), n == 1, n == 0];
        tx.run(&LETTER, values).await.unwrap();
    }
    tx.commit("test.late").await.unwrap();

    let (told, then) =
        flow::service_status::read(&journal, RequestStats::default(), Some("mail")).await.unwrap();
    assert!(then >= now && then.since(now) < Duration::from_secs(20), "{now} {then}");
    assert_eq!((told.due, told.overdue, told.stuck, told.put_aside), (4, 3, 1, 22));
    let none = flow::service_status::read(&journal, RequestStats::default(), None).await.unwrap().0;
    assert_eq!(ServiceStatus { stuck: 1, ..none }, told);
    // as many as are reported: the oldest, just as the list has them
    let listed = flow::dead_letters::list(&db).await.unwrap();
    let shown = |letter: &flow::dead_letters::DeadLetter| DeadLetter {
        event: letter.event,
        producer: letter.producer.clone(),
        kind: letter.kind.clone(),
        subject: letter.subject.clone(),
        body: format!("{:#}", letter.body),
        error: letter.error.clone(),
        at: letter.at,
        replay: letter.replay,
        replays: letter.replays,
    };
    assert_eq!((told.letters.len(), listed.len()), (20, 22));
    assert_eq!(told.letters, listed.iter().take(20).map(shown).collect::<Vec<_>>());
    assert_eq!((told.letters[0].event, told.letters[0].replay), (ids[1], true));
    assert_eq!(told.letters[0].error, "no \"such\" order");
    assert_eq!(serde_json::from_str::<Value>(&told.letters[0].body).unwrap(), body);
    if db.engine() == Engine::Sqlite {
        // its files may be damaged: what is no event is shown as it is, and what is no text is counted all the same
        let damage = async |what: &'static str| {
            let mut tx = db.begin().await.unwrap();
            tx.run(&Sql::both(what), params![ids[1]]).await.unwrap();
            tx.commit("test.damage").await.unwrap();
            flow::service_status::read(&journal, RequestStats::default(), None).await.unwrap().0
        };
        let told = damage("update dead_letter set body = '{broken' where event_id = $1").await;
        assert_eq!((told.letters.len(), told.letters[0].body.as_str()), (20, "{broken"));
        let told = damage("update dead_letter set error = cast(x'ff' as text) where event_id = $1").await;
        assert_eq!((told.put_aside, told.letters.len()), (22, 0));
    }
}

async fn it_is_told_when_events_happened_of_the_newest_each(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let placed =
        async || flow::service_status::read(&journal, RequestStats::default(), None).await.unwrap().0.placed;
    assert_eq!(placed().await, []);
    publish(&journal, &db, env.id(), 1..301).await;
    // as a publisher does, in the order in which they were written; each a second after the one before
    let now = env.now();
    let at = |position: i64| now.plus(Duration::from_secs(position as u64));
    let mut tx = db.begin().await.unwrap();
    let place = Sql::both("update event set position = seq, time = $2 where seq = $1");
    for position in 1..301 {
        tx.run(&place, params![position, at(position)]).await.unwrap();
    }
    tx.run(&Sql::both("update feed set head = 300"), &[]).await.unwrap();
    tx.commit("test.placed").await.unwrap();
    let expected = [45, 173].into_iter().chain(237..301);
    let expected: Vec<_> = expected.map(|position| EventTime { position, at: at(position) }).collect();
    assert_eq!(placed().await, expected);
}

/// No pause between events is as long as what counts as quiet, and they are far fewer than what is remembered at once.
async fn how_far_a_feed_was_heard_is_told_while_it_goes_on(db: Db) {
    let env = testkit::real_env::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    let (heard, hear) = noting();
    let bus: Arc<dyn Bus> = Arc::new(InMemoryBus::new());
    let hears = vec![consumer(&journal, &env, hear)];
    drop(service(journal.clone(), hears, Timers::default(), Vec::new()).start(&bus));
    let (begun, user) = (Instant::now(), env.id());
    let mut told = 0;
    for version in 1..400 {
        publish(&journal, &db, user, version..version + 1).await;
        let state = flow::service_status::read(&journal, RequestStats::default(), None).await.unwrap().0;
        told = state.heard.first().map_or(0, |feed| feed.position);
        if told > 0 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", heard.lock().unwrap());
        sleep(Duration::from_millis(20)).await;
    }
    assert!(told > 0, "nothing was told of {} that were heard", heard.lock().unwrap().len());
}
