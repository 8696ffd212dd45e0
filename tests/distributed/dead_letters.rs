//! Dead letters of a service of a distributed shop, as its operator replays or drops them.

use crate::world::DistributedTestBed;
use db::{
    Sql, params,
    postgres::{Config, connect},
};
use kernel::{Timestamp, id::EventId};
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;
use uuid::Uuid;

const PUT_ASIDE: Sql = Sql::both(
    "insert into orders.dead_letter (event_id, producer, position, body, error, at) \
     values ($1, 'payments', $2, $3, 'it was too early', $4)",
);

/// An event of payments lies in the dead-letter table of orders; its id.
async fn put_aside(world: &DistributedTestBed, n: i64, kind: &str) -> String {
    let uuid = Uuid::from_u128(n.unsigned_abs().into());
    let id = EventId::from_uuid(uuid).to_string();
    let body = json!({
        "specversion": "1.0", "id": &id, "type": kind, "source": "/payments", "subject": "ref_1",
        "time": "2026-01-01T00:00:00Z", "sequence": "1", "actor": "nobody", "data": {},
    });
    let db = connect(&Config::new(world.split.database()), testkit::real_env::env()).unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.run(&PUT_ASIDE, params![uuid, n, body, Timestamp::from_seconds(1_767_225_600)]).await.unwrap();
    tx.commit("test.put_aside").await.unwrap();
    db.close().await.unwrap();
    id
}

/// What `ordo replay` prints.
fn replay(world: &DistributedTestBed, more: &[&str]) -> String {
    let output = world.split.command(&[&["replay"], more].concat()).output().unwrap();
    assert!(output.status.success(), "{more:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What can be acted on now is gone, and what cannot is there again, with why.
pub(crate) async fn what_was_put_aside_is_acted_on_once_more_or_dropped(world: &DistributedTestBed) {
    assert_eq!(replay(world, &[]), "nothing was put aside\n");
    // orders passes the first one over, and can do nothing with the other
    let good = put_aside(world, 1, "refund.requested").await;
    let bad = put_aside(world, 2, "payment.captured").await;
    let listed = replay(world, &["--list"]);
    assert!(listed.contains(&format!("{good} orders: refund.requested of ref_1")), "{listed}");
    assert!(listed.contains("it was too early") && listed.lines().count() == 2, "{listed}");
    for id in [&good, &bad] {
        assert_eq!(replay(world, &[id]), format!("{id}: will be replayed by orders\n"));
    }
    let mut left = String::new();
    for _ in 0..300 {
        left = replay(world, &[]);
        if !left.contains(&good) && !left.contains("(will be replayed)") {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    assert!(left.starts_with(&bad) && left.lines().count() == 1 && !left.contains("too early"), "{left}");
    assert_eq!(replay(world, &["--drop", &bad]), format!("{bad}: dropped by orders\n"));
    assert_eq!(replay(world, &[]), "nothing was put aside\n");
}
