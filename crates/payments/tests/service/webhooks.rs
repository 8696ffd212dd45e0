//! Webhooks: written down once, believed only as far as the provider confirms them.

use crate::{
    scripted::{Call, Scripted, charge},
    world::{Place, World, settings},
};
use contracts::payments::*;
use db::{Sql, params};
use endpoint::{Body, client::CallError};
use payments::{
    Settings,
    word::{ProviderError, Standing},
};
use std::{sync::Arc, time::Duration};

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

/// The provider's answer was lost, and it tells by itself: of the capture first, then of the promise before it, and of
/// each twice. Asked about the second, it even says again what was so then.
async fn tells_backwards(place: Place) {
    let (world, provider) = (World::asleep(&place).await, Scripted::new());
    let hour = Duration::from_secs(60 * 60);
    // nobody asks by himself
    let patient = Settings { reconcile_after: hour, reconcile_every: hour, ..settings() };
    world.start_with(Arc::new(provider.clone()), patient);
    provider.answer(Call::Submit, [Err(ProviderError::Unknown("no answer".into()))]);
    let order = world.order(4900);
    let paid = world.promise(order, "any").await.payment;
    assert_eq!(paid.status, PaymentStatus::Processing);
    let key = provider.keys(Call::Submit)[0].clone();
    let said = [Standing::Captured, Standing::Authorized].map(|standing| Ok(charge("c1", standing, 4900)));
    provider.answer(Call::Query, said);
    let tell = async |id: &str| {
        for _ in 0..2 {
            world.ask("simulator", event(id, &key)).await.unwrap();
        }
    };
    tell("evt_2").await;
    let now = async || world.payment(order, paid.id).await;
    world.until("it is captured", async || now().await.status == PaymentStatus::Captured).await;
    let captured = now().await;
    tell("evt_1").await;
    world.until("it is asked about again", async || provider.keys(Call::Query).len() == 2).await;
    tell("evt_2").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(now().await, captured);
    assert_eq!(provider.keys(Call::Query).len(), 2, "what is told twice is looked into once");
    assert_eq!(world.db.query_one(&INBOX, params![]).await.unwrap().get::<i64>("n").unwrap(), 2);
    assert_eq!(world.audited().await.findings, []);
}

mod events_in_the_wrong_order_and_twice_bring_what_is_so {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn on_sqlite() {
        let folder = testkit::folder::TempFolder::new();
        tells_backwards(Place::sqlite(folder.path())).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn on_postgres() {
        tells_backwards(Place::postgres().await).await;
    }
}
