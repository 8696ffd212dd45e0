//! Webhooks: written down once, believed only as far as the provider confirms them.

use crate::world::World;
use contracts::payments::*;
use db::{Sql, params};
use endpoint::{Body, client::CallError};
use std::time::Duration;

on_both!(
    an_event_is_written_down_once,
    an_event_that_is_not_true_changes_nothing,
    only_the_provider_brings_events,
);

const INBOX: Sql = Sql::both("select count(*) as n from provider_inbox");
const KEY: Sql = Sql::both("select key from operation where kind = 'submit'");

fn event(id: &str, key: &str) -> ReceiveProviderEvent {
    ReceiveProviderEvent {
        event: Body(ProviderEvent { id: id.into(), key: key.into(), outcome: "captured".into() }),
    }
}

async fn an_event_is_written_down_once(world: World) {
    for _ in 0..3 {
        world.ask("simulator", event("evt_1", "nobody's key")).await.unwrap();
    }
    world.ask("simulator", event("evt_2", "nobody's key")).await.unwrap();
    assert_eq!(world.db.query_one(&INBOX, params![]).await.unwrap().get::<i64>("n").unwrap(), 2);
}

async fn an_event_that_is_not_true_changes_nothing(world: World) {
    let order = world.order(4900);
    let payment = world.pay(order, "sim_declined", "k").await.payment;
    let key: String = world.db.query_one(&KEY, params![]).await.unwrap().get("key").unwrap();
    world.ask("simulator", event("evt_1", &key)).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(world.payment(order, payment.id).await, payment);
    world.books_agree().await;
}

async fn only_the_provider_brings_events(world: World) {
    for credential in ["staff:payments", "service"] {
        match world.ask(credential, event("evt_1", "key")).await {
            Err(CallError::Problem(problem)) => assert_eq!(problem.status, 403, "{credential}"),
            other => panic!("{other:?}"),
        }
    }
}
