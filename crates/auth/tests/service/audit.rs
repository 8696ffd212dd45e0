//! What the audit finds.

use crate::world::{AuthTestBed, new_account};
use contracts::{audit::Invariant, auth::Register};
use db::{Sql, params};
use endpoint::Body;
use std::time::Duration;

on_both!(what_waits_for_too_long_is_found);

const DEAD_LETTER: Sql = Sql::both(
    "insert into dead_letter (event_id, producer, position, body, error, at) values ($1, 'orders', 1, $2, 'x', $3)",
);

async fn what_waits_for_too_long_is_found(world: AuthTestBed) {
    let auth = world.replica().await;
    let ada = Register { account: Body(new_account(Some("ada"), None)) };
    let user = auth.call(None, ada).await.unwrap().body.user;
    assert!(auth::audit(&world.db, world.env.now()).await.unwrap().findings.is_empty());
    // there is no publisher here
    world.clock.advance(Duration::from_secs(61));
    let event = auth.journal_of(user.id).await[0].id;
    let put_aside: kernel::id::EventId = world.env.id();
    let mut tx = world.db.begin().await.unwrap();
    tx.run(&DEAD_LETTER, params![put_aside, serde_json::json!({}), world.env.now()]).await.unwrap();
    tx.commit("test").await.unwrap();
    let findings = auth::audit(&world.db, world.env.now()).await.unwrap().findings;
    let subjects: Vec<_> = findings.iter().map(|f| f.subject.clone()).collect();
    assert_eq!(subjects, [event.to_string(), put_aside.to_string()]);
    assert!(findings.iter().all(|f| f.invariant == Invariant::I8 && !f.detail.is_empty()));
}
