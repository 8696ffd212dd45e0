//! The audit finds what is broken, and nothing else; and its facts are those of the orders.

use crate::world::{World, eur};
use contracts::{
    audit::{Invariant, OrderFact},
    orders::*,
};
use db::{Db, Sql};
use std::time::Duration;

on_both!(facts_tell_what_was_shipped_and_is_open, each_break_is_found_and_named);

async fn facts_tell_what_was_shipped_and_is_open(w: World) {
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

async fn each_break_is_found_and_named(w: World) {
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
