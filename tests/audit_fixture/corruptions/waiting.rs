//! I8: what waits forever.

use super::{Corruption, HOUR, blob, breaks};
use crate::audit_fixture::Sample;
use kernel::id::*;
use uuid::Uuid;

/// I8.
pub(super) fn waiting(s: &Sample) -> Vec<Corruption> {
    let event = |service: &str, table: &str| -> EventId {
        Id::from_uuid(s.id_of(service, &format!("select id from {table} order by seq limit 1")))
    };
    let unsent = |service| {
        let first = "where seq = (select min(seq) from event)";
        let statement = format!("update event set sent = false, time = time - {HOUR} {first}");
        let subject = match service {
            "auth" => event("auth", "event").to_string(),
            _ => format!("{service}: events"),
        };
        breaks(service, statement, "I8", subject)
    };
    let letter: EventId = Id::from_uuid(Uuid::from_u128(7));
    let unseen = |service| {
        let statement = format!(
            "insert into dead_letter (event_id, producer, position, body, error, at)
             values ({}, 'orders', 1, '{{}}', 'it cannot be acted on', 0)",
            blob(letter.uuid())
        );
        let subject = match service {
            "auth" | "notifications" => letter.to_string(),
            _ => format!("{service}: dead letters"),
        };
        breaks(service, statement, "I8", subject)
    };
    let mut all: Vec<Corruption> = ["auth", "products", "orders", "payments"].map(unsent).into();
    all.extend(["auth", "products", "orders", "payments", "notifications"].map(unseen));
    let attempt =
        s.id_of("payments", &format!("select id from attempt where payment_id = {}", s.unknown.pay()));
    let unlooked = format!("update attempt set looked_at = looked_at - {HOUR} where id = {}", blob(attempt));
    let attempt: AttemptId = Id::from_uuid(attempt);
    let first_heard = event("notifications", "public_event");
    all.extend([
        breaks("payments", unlooked, "I8", attempt),
        breaks(
            "orders",
            format!("update timer set due_at = due_at - 2 * {HOUR} where key = '{}'", s.pending.order),
            "I8",
            "orders: timer due",
        ),
        breaks(
            "orders",
            format!("delete from timer where kind = 'due' and key = '{}'", s.pending.order),
            "I8",
            s.pending.order,
        ),
        breaks(
            "notifications",
            format!(
                "update public_event set position = null, time = time - {HOUR}
                 where seq = (select min(seq) from public_event)"
            ),
            "I8",
            first_heard,
        ),
    ]);
    all
}

/// What is under way, and lacks the timer that brings it on.
pub(super) fn forgotten(s: &Sample) -> Vec<Corruption> {
    let attempt =
        s.id_of("payments", &format!("select id from attempt where payment_id = {}", s.unknown.pay()));
    let attempt: AttemptId = Id::from_uuid(attempt);
    let statement = format!("delete from timer where kind = 'reconcile' and key = '{attempt}'");
    let authorized =
        s.id_of("payments", &format!("select id from attempt where payment_id = {}", s.authorized.pay()));
    let authorized: AttemptId = Id::from_uuid(authorized);
    let lapse = format!("delete from timer where kind = 'lapse' and key = '{authorized}'");
    let order = s.pending.order;
    let never = format!("update timer set due_at = 9000000000000000 where kind = 'due' and key = '{order}'");
    vec![
        breaks("payments", statement, "I8", attempt),
        breaks("payments", lapse, "I8", authorized),
        breaks("orders", never, "I8", order).and("I8", "orders: timer due"),
    ]
}
