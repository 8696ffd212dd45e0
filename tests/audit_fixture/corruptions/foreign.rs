//! What no statement of the shop writes: text that is no text, and ids that are none. Each is named with its row, and ends nothing.

use super::{Corruption, blob, breaks};
use crate::audit_fixture::{Sample, SampleOrder};
use kernel::{Timestamp, id::*};
use uuid::Uuid;

/// Text that is not UTF-8.
pub(super) const NOISE: &str = "cast(x'ff' as text)";

/// I7: what is no value of ours.
pub(super) fn values(s: &Sample) -> Vec<Corruption> {
    [orders(s), payments(s), products(s), elsewhere(s), sums(s)].into_iter().flatten().collect()
}

fn orders(s: &Sample) -> Vec<Corruption> {
    let (id, order, placing) = (s.paid.id(), s.paid.order, s.paid.placing());
    let on = |statement: String| breaks("orders", statement, "I7", order);
    let due = format!("update timer set key = {NOISE} where kind = 'due' and key = '{}'", s.pending.order);
    vec![
        on(format!("update orders set currency = {NOISE} where id = {id}")),
        on(format!("update order_line set title = {NOISE} where order_id = {id} and sku = 'T-1'")),
        on(format!("update person set email = {NOISE} where order_id = {id}")),
        on(format!("update event set actor = {NOISE} where subject = '{order}' and sequence = 1")),
        on(format!("update placement set caller = {NOISE} where id = {placing}")),
        breaks("orders", due, "I7", "orders: timer due").and("I8", s.pending.order),
    ]
}

fn payments(s: &Sample) -> Vec<Corruption> {
    let on = |change: &str, of: SampleOrder| {
        let statement = change.replace("$1", &of.pay()).replace("NOISE", NOISE);
        breaks("payments", statement, "I7", of.payment)
    };
    let capture = format!("update charge set capture = {NOISE} where order_id = {}", s.paid.id());
    vec![
        on("update payment set currency = NOISE where id = $1", s.paid),
        on("update attempt set method = NOISE where payment_id = $1", s.shipped),
        on("update operation set key = NOISE where payment_id = $1", s.paid),
        on("update posting set reason = NOISE where payment_id = $1 and account = 'customer'", s.authorized),
        breaks("simulator", capture, "I7", s.paid.order).and("I4", s.paid.payment),
    ]
}

fn products(s: &Sample) -> Vec<Corruption> {
    let first = s.goods[0];
    let id = blob(first.uuid());
    let on = |statement: String| breaks("products", statement, "I7", first);
    let receipt = format!("where product_id = {id} and reason = 'receipt'");
    vec![
        on(format!("update product set sku = {NOISE} where id = {id}")),
        on(format!("update movement set actor = {NOISE} {receipt}")),
        on(format!("update movement set id = x'00' {receipt}")),
        on(format!("update movement set reason = 'lost' {receipt}")),
    ]
}

fn elsewhere(s: &Sample) -> Vec<Corruption> {
    let first = s.id_of("auth", "select min(id) from account");
    let (account, id): (UserId, String) = (Id::from_uuid(first), blob(first));
    let of_account = "subject like 'usr_%' order by seq limit 1";
    let event = s.id_of("notifications", &format!("select id from public_event where {of_account}"));
    let misfiled = format!("update public_event set subject = {NOISE} where id = {}", blob(event));
    let event: EventId = Id::from_uuid(event);
    let short = s.goods[2];
    let of_short = format!("where product_id = {}", blob(short.uuid()));
    vec![
        breaks("auth", format!("update account set name = {NOISE} where id = {id}"), "I7", account),
        breaks("notifications", misfiled, "I7", event),
        breaks("orders", format!("update shortfall set placement_id = x'00' {of_short}"), "I7", short)
            .and("I7", s.short.order),
    ]
}

/// Sums of a currency that is none; and so the orders have no sum.
fn sums(s: &Sample) -> Vec<Corruption> {
    let data = s.data();
    let begins = |which: &str| {
        crate::audit_fixture::number(&data, "orders", &format!("select {which}(begins) from order_sum"))
    };
    let (first, last) = (begins("min"), begins("max"));
    let day = first - first % (24 * super::HOUR);
    let all = breaks(
        "orders",
        format!("update order_sum set currency = {NOISE}"),
        "I7",
        format!("sums of {}", Timestamp::from_micros(day)),
    );
    let mut subjects = vec![first, last, last - last % (24 * super::HOUR)];
    subjects.dedup();
    vec![
        subjects
            .into_iter()
            .fold(all, |all, begins| all.and("I7", format!("sums of {}", Timestamp::from_micros(begins)))),
    ]
}

/// I7: rows whose id is none, and what others say of who they were.
pub(super) fn ids(s: &Sample) -> Vec<Corruption> {
    let first = s.id_of("auth", "select min(id) from account");
    let (account, id): (UserId, String) = (Id::from_uuid(first), blob(first));
    let renamed = |to: &str| format!("update account set id = {to} where id = {id}");
    let (pending, paid) = (s.pending.id(), s.paid.pay());
    let product = format!("update product set id = x'07' where id = {}", blob(s.goods[0].uuid()));
    vec![
        breaks("auth", format!("delete from account where id = {id}"), "I7", account),
        breaks("auth", renamed("x'00'"), "I7", account).and("I7", "account 00"),
        breaks(
            "orders",
            format!("update orders set id = x'00' where id = {pending}"),
            "I7",
            s.pending.placement,
        )
        .and("I9", s.pending.order),
        breaks("payments", format!("update payment set id = x'00' where id = {paid}"), "I7", s.paid.order)
            .and("I7", s.paid.payment),
        breaks("products", product, "I7", "product 07").and("I1", s.goods[0]),
    ]
}

/// What has to end, and is due when nobody is there any more.
pub(super) fn put_off(s: &Sample) -> Vec<Corruption> {
    let attempt = |of: SampleOrder| -> AttemptId {
        let query = format!("select id from attempt where payment_id = {}", of.pay());
        Id::from_uuid(s.id_of("payments", &query))
    };
    let (unknown, authorized) = (attempt(s.unknown), attempt(s.authorized));
    let month = 30 * 24 * super::HOUR;
    let later =
        format!("update timer set due_at = due_at + {month} where kind = 'reconcile' and key = '{unknown}'");
    let never =
        format!("update timer set due_at = 9000000000000000 where kind = 'lapse' and key = '{authorized}'");
    let other = Uuid::from_u128(7).simple().to_string();
    let basket = format!(
        "insert into timer (kind, key, due_at, tries, payload) values ('forget_basket', '{other}', 9000000000000000, 0, '{{}}')"
    );
    vec![
        breaks("payments", later, "I8", unknown),
        breaks("payments", never, "I8", "payments: timer lapse"),
        breaks("orders", basket, "I8", "orders: timer forget_basket"),
    ]
}
