//! The audit beside the work of the shop.

use crate::world::PaymentsTestBed;
use contracts::audit::Invariant;
use futures_util::future::join_all;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

on_both!(what_is_only_under_way_is_not_named_and_what_is_broken_beside_it_is);

/// Each refund changes its payment three times: as it is asked for, sent, and gone out.
const REFUNDS: i64 = 40;
const PAYMENTS: usize = 3;

#[allow(clippy::disallowed_methods, reason = "a test outside the simulation: the audits run beside the work")]
async fn what_is_only_under_way_is_not_named_and_what_is_broken_beside_it_is(world: PaymentsTestBed) {
    let broken = world.pay(world.order(4900), "sim_ok", "broken").await.payment.id;
    world.meddle("update posting set amount = amount + 1 where account = 'customer'").await;
    let mut busy = Vec::new();
    for n in 0..PAYMENTS {
        busy.push(world.pay(world.order(4900), "sim_ok", &format!("busy-{n}")).await.payment.id);
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let work = join_all(busy.iter().map(|payment| {
        let world = &world;
        async move {
            for n in 0..REFUNDS {
                world.refund(*payment, Some(10), &format!("{payment}-{n}")).await.unwrap();
            }
        }
    }));
    let audits = tokio::spawn({
        let (world, is_over) = (world.clone(), is_over.clone());
        async move {
            let mut audits = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                audits.push(world.audited().await);
            }
            audits
        }
    });
    work.await;
    is_over.store(true, Ordering::Relaxed);
    let audits = audits.await.unwrap();
    assert!(audits.len() > 10, "there was something to look at: {}", audits.len());
    for audited in audits {
        assert_eq!(audited.payments.len(), PAYMENTS + 1, "none is left out");
        let named: Vec<_> =
            audited.findings.iter().map(|found| (found.invariant, found.subject.clone())).collect();
        assert!(named.contains(&(Invariant::I4, broken.to_string())), "{named:?}");
        let others: Vec<_> =
            audited.findings.iter().filter(|found| found.subject != broken.to_string()).collect();
        assert!(others.is_empty(), "{others:?}");
    }
}
