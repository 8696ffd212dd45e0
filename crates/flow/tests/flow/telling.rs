//! What a service tells of itself.

use crate::publish;
use contracts::system::{HeardFeed, ServiceState};
use db::{Db, Engine, Sql, params};
use flow::Journal;
use kernel::lately::Answered;

on_both_engines!(what_waits_is_told_also_where_nothing_can_be_written);

async fn what_waits_is_told_also_where_nothing_can_be_written(db: Db) {
    let env = testkit::world::env();
    let journal = Journal::new("flow", env.clone(), db.clone());
    publish(&journal, &db, env.id(), 1..4).await;
    let mut tx = db.begin().await.unwrap();
    flow::timer::set(&mut tx, "work", "due", env.now(), &()).await.unwrap();
    for (producer, position) in [("payments", 7), ("orders", 1234)] {
        let heard = Sql::both("insert into heard (producer, position) values ($1, $2)");
        tx.run(&heard, params![producer, position]).await.unwrap();
    }
    tx.commit("test.waits").await.unwrap();
    let tells = async || flow::state::read(&journal, Answered::default()).await.unwrap();
    let well = tells().await;
    let heard = |producer: &str, position| HeardFeed { producer: producer.to_owned(), position };
    assert_eq!(well.heard, [heard("orders", 1234), heard("payments", 7)]);
    assert_eq!((well.read_only, well.unsent, well.due, well.overdue), (false, 3, 1, 0));

    // somebody else writes, and does not come to an end
    let mut other = db.begin().await.unwrap();
    if db.engine() == Engine::Postgres {
        other.run(&Sql::both("lock table schema_history in exclusive mode"), &[]).await.unwrap();
    }
    assert_eq!(tells().await, ServiceState { read_only: true, ..well.clone() });
    other.rollback().await.unwrap();
    assert_eq!(tells().await, well);
    let history = Sql::both("select count(*) as n from schema_history where service = ''");
    assert_eq!(db.query_one(&history, &[]).await.unwrap().get::<i64>("n").unwrap(), 0);
}
