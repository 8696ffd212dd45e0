//! The audit finds what is broken on purpose.

use crate::world::{PaymentsTestBed, euros};
use contracts::{audit::Invariant, system::GetServiceStatus};
use db::{Sql, params};
use std::time::Duration;

on_both!(
    what_is_well_is_not_complained_about,
    money_that_does_not_add_up_is_found,
    a_closed_payment_that_keeps_money_is_found,
    a_missing_event_is_found,
    a_refund_that_its_newest_event_does_not_tell_is_found,
    an_authorization_that_nobody_voids_is_found,
    what_waits_for_too_long_is_found,
    attempts_of_which_nobody_tells_for_long_are_counted,
);

async fn broken(world: &PaymentsTestBed) -> Vec<Invariant> {
    let mut found: Vec<_> =
        world.audited().await.findings.into_iter().map(|finding| finding.invariant).collect();
    found.dedup();
    found
}

async fn paid(world: &PaymentsTestBed) {
    let order = world.order(4900);
    let id = world.pay(order, "sim_ok", "k").await.payment.id;
    world.refund(id, Some(900), "r").await.unwrap();
    world.books_agree().await;
}

async fn what_is_well_is_not_complained_about(world: PaymentsTestBed) {
    paid(&world).await;
    let audited = world.audited().await;
    assert_eq!(audited.findings, []);
    let fact = &audited.payments[0];
    assert_eq!((fact.captured, fact.refunded, fact.claimed, fact.unsettled), (4900, 900, 0, false));
}

async fn money_that_does_not_add_up_is_found(world: PaymentsTestBed) {
    paid(&world).await;
    world.meddle("update posting set amount = amount + 1 where account = 'customer'").await;
    assert_eq!(broken(&world).await, [Invariant::I4]);
    world.meddle("update posting set amount = amount - 1 where account = 'customer'").await;
    assert!(broken(&world).await.is_empty());
    world.meddle("update attempt set captured = captured - 1").await;
    assert_eq!(broken(&world).await, [Invariant::I4]);
}

async fn a_closed_payment_that_keeps_money_is_found(world: PaymentsTestBed) {
    paid(&world).await;
    world.meddle("update payment set state = 'closed'").await;
    let found = broken(&world).await;
    assert!(found.contains(&Invariant::I6), "{found:?}");
}

async fn a_missing_event_is_found(world: PaymentsTestBed) {
    paid(&world).await;
    world.meddle("update payment set owed = owed - 1").await;
    assert_eq!(broken(&world).await, [Invariant::I7]);
    world.meddle("update payment set owed = owed + 1").await;
    assert!(broken(&world).await.is_empty());
    world.meddle("delete from event where type = 'payment.captured'").await;
    assert_eq!(broken(&world).await, [Invariant::I7]);
}

async fn a_refund_that_its_newest_event_does_not_tell_is_found(world: PaymentsTestBed) {
    paid(&world).await;
    world.meddle("update refund set created_at = updated_at").await;
    assert_eq!(broken(&world).await, [Invariant::I7]);
}

async fn what_waits_for_too_long_is_found(world: PaymentsTestBed) {
    paid(&world).await;
    let later = world.env.now().plus(std::time::Duration::from_secs(400));
    let late = async || payments::audit(&world.db, later).await.unwrap().findings;
    world.until("everything is published", async || late().await.is_empty()).await;
    world.meddle("update attempt set state = 'unknown_capturing'").await;
    let found = late().await;
    assert!(found.iter().any(|finding| finding.invariant == Invariant::I8), "{found:?}");
    world.meddle("update attempt set state = 'captured'").await;
    assert!(late().await.is_empty());
    // nobody sends it, though the money was authorized
    world.meddle("update refund set state = 'requested'").await;
    let found = late().await;
    assert!(found.iter().any(|f| f.invariant == Invariant::I8 && f.subject.starts_with("ref_")), "{found:?}");
}

async fn attempts_of_which_nobody_tells_for_long_are_counted(world: PaymentsTestBed) {
    const AGED: Sql = Sql::both("update attempt set state = 'unknown_capturing', updated_at = $1");
    paid(&world).await;
    let stuck = async || world.ask("gateway", GetServiceStatus {}).await.unwrap().0.stuck;
    for (minutes, count) in [(14, 0), (16, 1)] {
        let mut tx = world.db.begin().await.unwrap();
        let then = world.env.now().minus(Duration::from_secs(minutes * 60));
        tx.run(&AGED, params![then]).await.unwrap();
        tx.commit("payments.age").await.unwrap();
        assert_eq!(stuck().await, count, "{minutes} minutes");
    }
    let unanswered = async || world.ask("gateway", GetServiceStatus {}).await.unwrap().0.unanswered;
    let what = async || unanswered().await.into_iter().map(|one| (one.what, one.amount)).collect::<Vec<_>>();
    assert_eq!(what().await, [("capture".to_owned(), euros(4900))]);
    // a refund is asked of the provider just as well
    world.meddle("update refund set state = 'unknown', updated_at = (select updated_at from attempt)").await;
    assert_eq!(stuck().await, 2);
    assert!(what().await.iter().any(|(what, _)| what == "refund"));
    world.meddle("update attempt set state = 'captured'").await;
    assert_eq!(stuck().await, 1);
    world.meddle("update refund set state = 'failed'").await;
    assert_eq!((stuck().await, what().await), (0, Vec::new()));
}

async fn an_authorization_that_nobody_voids_is_found(world: PaymentsTestBed) {
    let order = world.order(4900);
    world.authorize(order, "sim_ok").await;
    let later = world.env.now().plus(std::time::Duration::from_secs(400));
    let late = async || payments::audit(&world.db, later).await.unwrap();
    world.until("everything is published", async || late().await.findings.is_empty()).await;
    assert!(!late().await.payments[0].unsettled);
    world.meddle("update payment set state = 'closing_always'").await;
    let audited = late().await;
    assert!(audited.payments[0].unsettled);
    assert!(audited.findings.iter().any(|f| f.invariant == Invariant::I8), "{:?}", audited.findings);
}
