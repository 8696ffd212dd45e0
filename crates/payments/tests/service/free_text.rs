//! What people write stands in one table that can be erased, and in no event.

use crate::{
    scripted::{ProviderMethod, ScriptedProvider, charge, refusal},
    world::{DatabaseLocation, PaymentsTestBed, settings},
};
use contracts::{payments::*, settlement::*};
use db::{Sql, params};
use endpoint::{Body, IdempotencyKey, Json, Path};
use payment_provider::{ChargeStatus, ProviderRefundStatus};
use serde_json::Value;
use std::sync::Arc;

/// In each text that somebody writes in these tests.
const WRITTEN: &str = "Zebra";

fn written(about: &str) -> Option<String> {
    Some(format!("{WRITTEN} {about}, writes Ada"))
}

/// The data of each event.
async fn events(world: &PaymentsTestBed) -> Vec<Value> {
    const ALL: Sql = Sql::both("select data from event order by seq");
    let rows = world.db.query(&ALL, params![]).await.unwrap();
    rows.iter().map(|row| row.get("data").unwrap()).collect()
}

/// Every text in a value, but for the words that belong to a code.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(failure) if failure.contains_key("code") && failure.contains_key("message") => {
            let failure: Failure = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(failure, Failure::of(&failure.code));
            found.push(failure.code);
        }
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => members.values().for_each(|member| texts(member, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An id, a moment, an amount, a currency or a code: one word that nobody typed.
fn says_nothing(text: &str) -> bool {
    !text.contains(char::is_whitespace) && text.len() <= 100 && !text.contains(WRITTEN)
}

async fn refund(world: &PaymentsTestBed, id: kernel::id::PaymentId, key: &str) -> Refund {
    let refund = NewRefund { amount: None, reason: written("of staff") };
    let asked = RefundPayment { id: Path(id), key: IdempotencyKey(key.into()), refund: Body(refund) };
    world.ask("staff:payments", asked).await.unwrap().body
}

async fn talkative(world: PaymentsTestBed, provider: ScriptedProvider) {
    let order = world.order(4900);
    let words = refusal("card_declined", &written("of the bank").unwrap());
    let shouting = refusal(&written("instead of a code").unwrap(), "No.");
    let failed = |failure| Ok(charge("ch", ChargeStatus::Failed(failure), 4900));
    provider.answer(ProviderMethod::Submit, [failed(words), failed(shouting)]);
    let declined = world.pay(order, "ok", "first").await.declined.unwrap();
    assert_eq!(declined, Failure::of("card_declined"));
    assert_eq!(world.pay(order, "ok", "second").await.declined.unwrap(), Failure::of("declined"));
    let id = world.pay(order, "ok", "third").await.payment.id;
    provider.answer_refunds([Ok(ProviderRefundStatus::Refused { why: written("of the provider").unwrap() })]);
    let failed = refund(&world, id, "r").await;
    assert_eq!((failed.status, &failed.reason), (RefundStatus::Failed, &written("of staff")));
    let withdrawn = world.withdraw(failed.id).await.unwrap();
    assert_eq!(withdrawn.reason, written("of staff"));
    let by_order = RefundRequest {
        order_id: order.id,
        amount: None,
        reason: written("of orders"),
        key: "k".into(),
        actor: "usr_staff".into(),
    };
    let Json(answer) = world.ask("service", RequestRefund { refund: Body(by_order) }).await.unwrap();
    assert_eq!(answer.refund.reason, written("of orders"));

    let all = events(&world).await;
    assert!(all.len() > 12, "{}", all.len());
    let mut found = Vec::new();
    all.iter().for_each(|event| texts(event, &mut found));
    assert!(found.len() > 100, "{}", found.len());
    let telling: Vec<_> = found.iter().filter(|text| !says_nothing(text)).collect();
    assert!(telling.is_empty(), "{telling:?}");
    assert_eq!(world.audited().await.findings, []);
    // erased: the refunds, the journal and the keys stay as they are
    world.meddle("delete from note").await;
    assert_eq!(refund(&world, id, "r").await, Refund { reason: None, ..withdrawn });
    assert!(world.refunds(id).await.iter().all(|refund| refund.reason.is_none()));
    assert_eq!((world.audited().await.findings, events(&world).await.len()), (vec![], all.len()));
}

async fn tell(place: DatabaseLocation) {
    let (world, provider) = (PaymentsTestBed::asleep(&place).await, ScriptedProvider::new());
    let settings =
        payments::PaymentsSettings { refund_after: std::time::Duration::from_secs(60), ..settings() };
    world.start_with(Arc::new(provider.clone()), settings);
    talkative(world, provider).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_tells_what_people_wrote_on_sqlite() {
    let folder = testkit::temp_dir::TempDir::new();
    tell(DatabaseLocation::sqlite(folder.path())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_tells_what_people_wrote_on_postgres() {
    tell(DatabaseLocation::postgres().await).await;
}
