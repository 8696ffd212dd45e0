//! What an order says of how it was sent, confirmed and paid: each way to break it.

use super::{Corruption, breaks};
use crate::audit_fixture::Sample;

/// I9: who has sent it, and that there is a print of it. Which print it was has no other witness.
pub(super) fn requests(s: &Sample) -> Vec<Corruption> {
    let (order, placing) = (s.paid.order, s.paid.placing());
    let set = |what: &str| {
        breaks("orders", format!("update placement set {what} where id = {placing}"), "I9", order)
    };
    let made = format!("update orders set created_at = created_at + 1 where id = {}", s.paid.id());
    vec![
        set("caller = 'usr_01234567890123456789012345'"),
        set("caller = null"),
        set("body_hash = null"),
        breaks("orders", made, "I9", order),
    ]
}

/// I5 and I7: what it has heard of its payment.
pub(super) fn copies(s: &Sample) -> Vec<Corruption> {
    let on = |set: &str, invariant| {
        breaks(
            "orders",
            format!("update orders set {set} where id = {}", s.paid.id()),
            invariant,
            s.paid.order,
        )
    };
    vec![
        breaks(
            "orders",
            format!("update orders set owed = -1 where id = {}", s.pending.id()),
            "I3",
            s.pending.order,
        ),
        on("payment = null", "I7"),
        on("payment = json_set(payment, '$.version', 0)", "I7"),
        on("payment = json_set(payment, '$.captured.amount', '0.01')", "I7"),
        on("payment_surplus = 1", "I7"),
        on("confirmed_secured = confirmed_secured + 100000", "I5"),
    ]
}
