//! Money that is not what its books say: single statements on payments and on the provider's ledger.

use super::{Corruption, blob, breaks};
use crate::audit_fixture::{Sample, SampleOrder};
use kernel::id::*;
use uuid::Uuid;

/// I7: payments that exist only in their events.
pub(super) fn vanished(s: &Sample) -> Vec<Corruption> {
    let gone = |of: SampleOrder| {
        breaks(
            "payments",
            format!("delete from payment where order_id = {}", of.id()),
            "I7",
            of.payment.to_string(),
        )
    };
    vec![
        // what its provider has charged has no payment
        gone(s.paid).and("I4", s.paid.order),
        gone(s.offline),
    ]
}

/// I4: the postings of each thing, and what was asked for.
pub(super) fn ledger(s: &Sample) -> Vec<Corruption> {
    let on = |of: SampleOrder, change: &str| {
        breaks("payments", change.replace("$1", &of.pay()), "I4", of.payment.to_string())
    };
    vec![
        // all of them came to nothing
        on(s.cancelled, "delete from posting where payment_id = $1 and account in ('provider', 'customer')"),
        on(s.paid, "update posting set reason = 'refund' where payment_id = $1"),
        on(s.delivered, "update posting set reason = 'offline' where payment_id = $1 and reason = 'refund'"),
        on(
            s.offline,
            "update posting set subject = x'00000000000000000000000000000007' where payment_id = $1 and account = 'cash'",
        ),
        on(s.paid, "update attempt set amount = amount + 1 where payment_id = $1"),
        on(s.paid, "update attempt set amount = amount - 1 where payment_id = $1"),
        on(s.paid, "update attempt set authorized = authorized + 1 where payment_id = $1"),
        on(
            s.delivered,
            "update refund set attempt_id = x'00000000000000000000000000000007' where payment_id = $1",
        ),
        on(s.unknown, "delete from attempt where payment_id = $1"),
        // once its outcome is known, the right money would go back as the wrong
        on(s.unknown, "update attempt set amount = amount + 1 where payment_id = $1"),
        on(s.unknown, "update attempt set amount = amount - 1 where payment_id = $1"),
    ]
}

/// I4: charges that contradict themselves, or may yet be taken.
pub(super) fn provider(s: &Sample) -> Vec<Corruption> {
    let paid = s.paid.id();
    let on_paid = |change: &str| {
        let statement = format!("update charge set {change} where order_id = {paid}");
        breaks("simulator", statement, "I4", s.paid.payment.to_string())
    };
    let another = format!(
        "insert into charge (id, key, order_id, currency, capture, amount, captured, refunded, state, created_at)
         select {}, key || ' again', order_id, currency, capture, amount, 0, 0, 'processing', created_at
         from charge where order_id = {paid}",
        blob(Uuid::from_u128(7))
    );
    let order: OrderId = s.paid.order;
    vec![
        on_paid("state = 'voided'"),
        on_paid("state = 'failed'"),
        on_paid("state = 'expired'"),
        on_paid("amount = amount + 100000"),
        breaks("simulator", another, "I4", order),
    ]
}

/// I4: charges that the provider and payments have with different data.
pub(super) fn charges(s: &Sample) -> Vec<Corruption> {
    let on = |statement: &str, of: SampleOrder| {
        breaks("simulator", statement.replace("$1", &of.id()), "I4", of.payment.to_string())
    };
    let key = "(select key from charge where order_id = $1)";
    vec![
        on("update charge set captured = amount where order_id = $1", s.authorized),
        on("update charge set captured = 1, refunded = 1 where order_id = $1", s.authorized),
        // nothing is authorized yet
        on("update charge set state = 'processing' where order_id = $1", s.authorized),
        on("update charge set state = 'requires_action' where order_id = $1", s.authorized),
        on("update charge set key = key || '0' where order_id = $1", s.paid),
        // asked with it again, the provider would charge again
        on(&format!("delete from known_key where key = {key}"), s.paid),
        on(&format!("update known_key set charge_id = null where key = {key}"), s.paid),
        on(&format!("update known_key set refused = 1 where key = {key}"), s.paid),
        on(
            "delete from known_key where operation = 'refund'
                 and charge_id = (select id from charge where order_id = $1)",
            s.delivered,
        ),
        // what it was of, nobody can say
        breaks(
            "simulator",
            format!("update charge set currency = 'EURx' where order_id = {}", s.paid.id()),
            "I7",
            s.paid.order,
        )
        .and("I4", s.paid.payment),
    ]
}

/// I4: what was authorized was captured without being asked for, and refunds that were made for another reason than is noted.
pub(super) fn origins(s: &Sample) -> Vec<Corruption> {
    let on = |of: SampleOrder, statement: &str| {
        breaks("payments", statement.replace("$1", &of.pay()), "I4", of.payment.to_string())
    };
    vec![
        on(s.shipped, "delete from operation where payment_id = $1 and kind = 'capture'"),
        on(s.delivered, "update refund set origin = 'cancellation' where payment_id = $1"),
        on(s.cancelled, "update refund set origin = 'late_money' where payment_id = $1"),
        on(s.cancelled, "update refund set origin = 'staff' where payment_id = $1"),
    ]
}
