//! The audit finds what is broken, and nothing else; and its facts are those of the orders.

use crate::{
    fakes::transport::NetworkFault,
    world::{OrdersTestBed, eur, order_of},
};
use contracts::{
    audit::{Invariant, OrderFact},
    orders::*,
};
use db::{Db, Sql, params};
use endpoint::{Body, IfMatch, OptionalIdempotencyKey, Path};
use kernel::{Timestamp, id::OrderId};
use std::time::Duration;

on_both!(
    facts_tell_what_was_shipped_and_is_open,
    each_break_is_found_and_named,
    what_events_tell_of_is_there_unless_it_was_a_draft_that_was_deleted,
    what_waits_has_the_timer_that_ends_it,
    a_timer_that_is_tried_long_after_its_time_is_no_finding,
    what_is_owed_no_more_has_the_timer_that_tells_it,
);

async fn facts_tell_what_was_shipped_and_is_open(w: OrdersTestBed) {
    let (ada, admin) = (w.customer(), w.admin());
    let order = w.paid(&ada, "automatic").await;
    let (line, product) = (order.lines[0].id, order.lines[0].product_id.unwrap());
    let one = w.fulfil(&admin, order.id, Some(vec![LineQuantity { line_id: line, quantity: 1 }])).await;
    w.ship(&admin, one.id).await.unwrap();
    let audited = w.audit().await;
    let expected = OrderFact {
        order_id: order.id,
        placement_id: Some(w.products.held()[0]),
        status: OrderStatus::Confirmed,
        confirmed: true,
        owed: 2000,
        shipped_value: 1000,
        shipped: vec![(product, 1)],
        open: vec![(product, 1)],
    };
    assert_eq!((audited.orders, audited.findings), (vec![expected], vec![]));
    assert_eq!(order.total, eur(2000));
}

async fn run(db: &Db, sql: &'static str) {
    let mut tx = db.begin().await.unwrap();
    tx.run(&Sql::both(sql), &[]).await.unwrap();
    tx.commit("test.break_something").await.unwrap();
}

async fn set(db: &Db, sql: &'static str, time: Timestamp) {
    let mut tx = db.begin().await.unwrap();
    tx.run(&Sql::both(sql), params![time]).await.unwrap();
    tx.commit("test.set_time").await.unwrap();
}

async fn each_break_is_found_and_named(w: OrdersTestBed) {
    let ada = w.customer();
    let live = w.paid(&ada, "automatic").await;
    let over = w.paid(&ada, "automatic").await;
    w.cancel(&ada, over.id).await.unwrap();
    w.check().await;
    let breaks = [
        (
            "update orders set owed = 0 where status = 'confirmed'",
            "update orders set owed = 2000 where status = 'confirmed'",
            Invariant::I3,
        ),
        (
            "update orders set confirmed_secured = 5",
            "update orders set confirmed_secured = 2000",
            Invariant::I5,
        ),
        (
            "update orders set payment_captured = 5 where status = 'cancelled'",
            "update orders set payment_captured = 2000 where status = 'cancelled'",
            Invariant::I6,
        ),
        ("update orders set version = version + 1", "update orders set version = version - 1", Invariant::I7),
        ("update orders set hold_manual = true", "update orders set hold_manual = false", Invariant::I7),
        ("update orders set total = total + 1", "update orders set total = total - 1", Invariant::I9),
        (
            "update placement set created_at = created_at, order_id = null, answer = null",
            "update placement set order_id = (select o.id from orders o where o.placement_id = placement.id)",
            Invariant::I9,
        ),
    ];
    for (breaks, mends, invariant) in breaks {
        run(&w.db, breaks).await;
        let found: Vec<Invariant> =
            w.audit().await.findings.iter().map(|finding| finding.invariant).collect();
        assert!(found.contains(&invariant), "{breaks}: {found:?}");
        run(&w.db, mends).await;
    }
    w.check().await;
    w.clock.advance(Duration::from_secs(61));
    let waiting = w.audit().await.findings;
    assert_eq!(waiting.len(), 1, "events that nobody has sent: {waiting:?}");
    assert_eq!(waiting[0].invariant, Invariant::I8);
    assert_eq!(live.status, OrderStatus::Confirmed);
}

/// The invariants that are broken, with the subjects.
async fn found(w: &OrdersTestBed) -> Vec<(Invariant, String)> {
    let found = w.audit().await.findings.into_iter();
    found.map(|finding| (finding.invariant, finding.subject)).collect()
}

async fn drafted(w: &OrdersTestBed) -> OrderId {
    let NewOrder { lines, .. } = order_of(&[(w.product(1000, 10), 1)]);
    let draft = NewDraft {
        user_id: w.customer().id,
        lines,
        adjustments: Vec::new(),
        shipping_address: None,
        note: None,
        metadata: Default::default(),
    };
    let made = w.call(&w.admin(), DraftOrder { key: OptionalIdempotencyKey(None), draft: Body(draft) }).await;
    made.unwrap().body.id
}

async fn what_events_tell_of_is_there_unless_it_was_a_draft_that_was_deleted(w: OrdersTestBed) {
    let deleted = drafted(&w).await;
    w.call(&w.admin(), DeleteDraft { id: Path(deleted), based_on: IfMatch(None) }).await.unwrap();
    let (draft, live) = (drafted(&w).await, w.paid(&w.customer(), "automatic").await);
    let one = w.fulfil(&w.admin(), live.id, None).await;
    w.ship(&w.admin(), one.id).await.unwrap();
    assert_eq!(found(&w).await, []);
    for statement in [
        "delete from fulfilment_line",
        "delete from fulfilment",
        "delete from order_word",
        "delete from order_line",
        "delete from orders",
        "delete from placement",
    ] {
        run(&w.db, statement).await;
    }
    let mut gone = vec![(Invariant::I7, one.id.to_string())];
    gone.extend([draft, live.id].map(|id| (Invariant::I9, id.to_string())));
    gone.sort();
    assert_eq!(found(&w).await, gone);
}

async fn what_waits_has_the_timer_that_ends_it(w: OrdersTestBed) {
    let ada = w.customer();
    let pending = w.place(&ada, &order_of(&[(w.product(1000, 10), 2)])).await;
    let cancelling = w.paid(&ada, "automatic").await;
    w.to_payments.trouble("/close", NetworkFault::Down);
    w.cancel(&ada, cancelling.id).await.unwrap();
    assert_eq!(found(&w).await, []);
    run(&w.db, "delete from timer where kind = 'close'").await;
    assert_eq!(found(&w).await, [(Invariant::I8, cancelling.id.to_string())]);
    run(&w.db, "delete from timer where kind = 'due'").await;
    let mut both = [pending.id, cancelling.id].map(|id| (Invariant::I8, id.to_string()));
    both.sort();
    assert_eq!(found(&w).await, both);
    // who waits for no time needs none
    run(&w.db, "update orders set payment_due_at = null").await;
    assert_eq!(found(&w).await, [(Invariant::I8, cancelling.id.to_string())]);
}

/// After a long time at rest the timer of an unpaid order is leased, and due at the end of its lease.
async fn a_timer_that_is_tried_long_after_its_time_is_no_finding(w: OrdersTestBed) {
    let pending = w.place(&w.customer(), &order_of(&[(w.product(1000, 10), 2)])).await;
    let (now, day) = (w.db.now().await.unwrap(), Duration::from_secs(24 * 3600));
    set(&w.db, "update orders set payment_due_at = $1", now.minus(30 * day)).await;
    set(&w.db, "update timer set due_at = $1 where kind = 'due'", now.plus(Duration::from_secs(15))).await;
    assert_eq!(found(&w).await, []);
    set(&w.db, "update timer set due_at = $1 where kind = 'due'", now.plus(2 * day)).await;
    assert_eq!(found(&w).await, [(Invariant::I8, pending.id.to_string())]);
}

async fn what_is_owed_no_more_has_the_timer_that_tells_it(w: OrdersTestBed) {
    let order = w.paid(&w.customer(), "automatic").await;
    w.to_payments.trouble("/owed", NetworkFault::Down);
    let one = LineQuantity { line_id: order.lines[0].id, quantity: 1 };
    let some = Body(Cancellation { reason: None, lines: Some(vec![one]) });
    w.call(
        &w.admin(),
        CancelOrder { id: Path(order.id), key: w.key(), based_on: IfMatch(None), cancellation: some },
    )
    .await
    .unwrap();
    assert_eq!(found(&w).await, []);
    // without it, what was paid for the cancelled unit would never go back
    run(&w.db, "delete from timer where kind = 'settle_owed'").await;
    assert_eq!(found(&w).await, [(Invariant::I8, order.id.to_string())]);
}
