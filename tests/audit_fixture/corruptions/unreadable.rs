//! Rows that cannot be read: each is named, and nothing else of what it says that it is about.

use super::{Corruption, blob, breaks};
use crate::audit_fixture::{Sample, SampleOrder};
use kernel::id::*;
use uuid::Uuid;

/// I7: a state that no machine has, an id that is none, and what is no JSON.
pub(super) fn rows(s: &Sample) -> Vec<Corruption> {
    [orders(s), payments(s), products(s), people(s), timers(s), events()].into_iter().flatten().collect()
}

fn orders(s: &Sample) -> Vec<Corruption> {
    let (paid, shipped, placing) = (s.paid.id(), s.shipped.id(), s.paid.placing());
    let on = |statement: String, of: SampleOrder| breaks("orders", statement, "I7", of.order);
    vec![
        on(format!("update orders set status = 'lost' where id = {paid}"), s.paid),
        on(format!("update orders set payment = '{{' where id = {paid}"), s.paid),
        on(format!("update order_line set id = x'00' where order_id = {paid} and sku = 'T-1'"), s.paid),
        on(format!("update fulfilment set status = 'lost' where order_id = {shipped}"), s.shipped),
        on(format!("update placement set order_id = x'00' where id = {placing}"), s.paid)
            .and("I7", s.paid.placement),
        // which order that is, nobody knows any more
        breaks(
            "orders",
            format!("update orders set id = substr(id, 1, 15) where id = {paid}"),
            "I7",
            s.paid.placement,
        )
        .and("I9", s.paid.order),
        // nothing that is an id comes after it
        breaks(
            "orders",
            format!("update orders set id = x'{}' where id = {paid}", beyond_ids()),
            "I7",
            s.paid.placement,
        )
        .and("I9", s.paid.order),
    ]
}

/// Longer than an id, and greater than any.
fn beyond_ids() -> String {
    "ff".repeat(17)
}

fn payments(s: &Sample) -> Vec<Corruption> {
    let on = |statement: &str, of: SampleOrder| {
        breaks("payments", statement.replace("$1", &of.pay()), "I7", of.payment)
    };
    vec![
        on("update payment set state = 'lost' where id = $1", s.paid),
        on("update attempt set state = 'lost' where payment_id = $1", s.shipped),
        on("update refund set state = 'lost' where payment_id = $1", s.delivered),
        on("update operation set kind = 'lost' where payment_id = $1", s.paid),
        on("update posting set subject = x'00' where payment_id = $1 and account = 'customer'", s.authorized),
    ]
}

fn products(s: &Sample) -> Vec<Corruption> {
    let first = s.goods[0];
    let (id, placing) = (blob(first.uuid()), s.shipped.placing());
    let of = format!("where placement_id = {placing} and product_id = {id}");
    vec![
        breaks("products", format!("update product set id = x'00' where id = {id}"), "I7", "product 00")
            .and("I1", first),
        breaks(
            "products",
            format!("update product set id = x'{0}' where id = {id}", beyond_ids()),
            "I7",
            format!("product {}", beyond_ids()),
        )
        .and("I1", first),
        breaks(
            "products",
            format!("update reservation set product_id = x'{0}' {of}", beyond_ids()),
            "I7",
            s.shipped.placement,
        )
        .and("I7", format!("reservation or movement of the product {}", beyond_ids())),
        breaks("products", format!("update reservation set placement_id = x'00' {of}"), "I7", first)
            .and("I2", s.shipped.placement),
        breaks("products", format!("update product set status = 'lost' where id = {id}"), "I7", first),
        breaks("products", format!("update product set metadata = '{{' where id = {id}"), "I7", first),
    ]
}

fn people(s: &Sample) -> Vec<Corruption> {
    let first = s.id_of("auth", "select min(id) from account");
    let (account, id): (UserId, String) = (Id::from_uuid(first), blob(first));
    vec![
        breaks("auth", format!("update account set role = 'king' where id = {id}"), "I7", account),
        breaks("auth", format!("update account set permissions = '{{' where id = {id}"), "I7", account),
    ]
}

fn timers(s: &Sample) -> Vec<Corruption> {
    let statement =
        format!("update timer set payload = '{{' where kind = 'due' and key = '{}'", s.pending.order);
    vec![breaks("orders", statement, "I7", "orders: timer due")]
}

fn events() -> Vec<Corruption> {
    let letter: EventId = Id::from_uuid(Uuid::from_u128(7));
    let unseen = |service| {
        let statement = format!(
            "insert into dead_letter (event_id, producer, position, body, error, at)
             values ({}, 'orders', 1, '{{', 'it cannot be acted on', 0)",
            blob(letter.uuid())
        );
        breaks(service, statement, "I7", letter)
    };
    let nameless = |service, table: &str, waits: &str| {
        let first = format!("where seq = (select min(seq) from {table})");
        let statement = format!("update {table} set id = x'00', {waits}, time = time - 3600000000 {first}");
        breaks(service, statement, "I7", format!("{table} 00"))
    };
    vec![
        unseen("auth"),
        unseen("notifications"),
        nameless("auth", "event", "sent = false"),
        nameless("notifications", "public_event", "position = null"),
    ]
}
