//! What is done about events that a service could not act on.

use crate::{
    running::{ended, nothing_yet},
    shop::file::ServiceFile,
};
use kernel::id::EventId;
use rusqlite::params;
use serde_json::json;
use std::{path::Path, time::Duration};
use testkit::server::Launch;
use tokio::time::sleep;
use uuid::Uuid;

/// An event lies in the dead-letter table of orders; its id.
fn put_aside(data: &Path, n: u128, kind: &str) -> String {
    let uuid = Uuid::from_u128(n);
    let id = EventId::from_uuid(uuid).to_string();
    let body = json!({
        "specversion": "1.0", "id": &id, "type": kind, "source": "/payments", "subject": "ref_1",
        "time": "2026-01-01T00:00:00Z", "sequence": "1", "actor": "nobody", "data": {},
    });
    let database = ServiceFile::open(data, "orders");
    const PUT_ASIDE: &str = "insert into dead_letter (event_id, producer, position, body, error, at)
                             values (?1, 'payments', ?2, ?3, 'it was too early', 0)";
    let values = params![uuid.as_bytes().as_slice(), n as i64, body.to_string()];
    database.execute(PUT_ASIDE, values).unwrap();
    id
}

#[tokio::test]
async fn what_was_put_aside_is_listed_and_acted_on_once_more_or_dropped() {
    let (_folder, launch) = nothing_yet();
    assert!(launch.start().stop().success());
    let replay = |more: &[&str]| launch.command(&[&["replay"], more].concat());
    assert_eq!(ended(&mut replay(&[])).await.done(), "nothing was put aside\n");
    // orders passes the first one over, and can do nothing with the second
    let (good, bad) =
        (put_aside(&launch.data, 1, "refund.requested"), put_aside(&launch.data, 2, "payment.captured"));
    let listed = ended(&mut replay(&["--list"])).await.done();
    assert!(listed.contains(&format!("{good} orders: refund.requested of ref_1")), "{listed}");
    assert!(listed.contains("it was too early") && listed.lines().count() == 2, "{listed}");
    assert_eq!(ended(&mut replay(&["--service", "auth"])).await.done(), "nothing was put aside\n");
    let audit = ended(&mut launch.command(&["audit", "--patience", "0"])).await;
    assert!(audit.out.contains("I8 orders: dead letters: 2"), "{}", audit.out);

    let unknown = EventId::from_uuid(Uuid::from_u128(3)).to_string();
    ended(&mut replay(&[&good, &unknown])).await.refuses(2, &[&unknown, "was not put aside"]);
    ended(&mut replay(&["--drop", "ord_1"])).await.refuses(2, &["ord_1 is not the id of an event"]);
    ended(&mut replay(&["--service", "money"])).await.refuses(2, &["--service", "payments"]);

    // what was wanted while it did not run, and what is wanted while it does
    let said = ended(&mut replay(&[&good])).await.done();
    assert_eq!(said, format!("{good}: will be replayed by orders\n"));
    let server = launch.start();
    let said = ended(&mut replay(&[&bad])).await.done();
    assert_eq!(said, format!("{bad}: will be replayed by orders\n"));
    let mut left = String::new();
    for _ in 0..300 {
        left = ended(&mut replay(&[])).await.done();
        if !left.contains(&good) && !left.contains("(will be replayed)") {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    // that one cannot be acted on still, and says why already, and that it was tried
    assert!(left.contains("(replays that failed: 1)"), "{left}");
    assert!(left.starts_with(&bad) && left.lines().count() == 1 && !left.contains("too early"), "{left}");
    assert_eq!(ended(&mut replay(&["--drop", &bad])).await.done(), format!("{bad}: dropped by orders\n"));
    assert_eq!(ended(&mut replay(&[])).await.done(), "nothing was put aside\n");
    ended(&mut launch.command(&["audit"])).await.done();
    assert!(server.stop().success());
}

/// The commits between which the command may end, and what it does there.
const COMMITS: [(&str, &[&str]); 2] = [("flow.want_letter", &[]), ("flow.drop_letter", &["--drop"])];

#[tokio::test]
async fn wherever_the_command_ends_it_is_done_whole_or_not_at_all_and_can_be_repeated() {
    let (_folder, launch) = nothing_yet();
    assert!(launch.start().stop().success());
    for (n, (point, option)) in (1..).zip(COMMITS) {
        for (side, is_done) in [("committing", false), ("committed", true)] {
            let id = put_aside(&launch.data, 10 * n + u128::from(is_done), "refund.requested");
            let replay = |launch: &Launch| launch.command(&[&["replay"], option, &[id.as_str()]].concat());
            let armed = launch.clone().with("ORDO_FAILPOINT", format!("{point}/{side}:orders"));
            let end = ended(&mut replay(&armed)).await;
            assert_eq!(end.code, None, "{point}/{side}: {end:?}");
            let left = ended(&mut launch.command(&["replay"])).await.done();
            // one that is wanted waits for the service; one that was dropped is listed no more
            let waits = left.lines().any(|line| line.starts_with(&id) && !line.contains("will be replayed"));
            assert_eq!(waits, !is_done, "{point}/{side}: {left}");
            if !is_done {
                ended(&mut replay(&launch)).await.done();
            }
        }
    }
    let server = launch.start();
    let mut left = String::new();
    for _ in 0..300 {
        left = ended(&mut launch.command(&["replay"])).await.done();
        if left == "nothing was put aside\n" {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(left, "nothing was put aside\n");
    assert!(server.stop().success());
}
