//! Numbers at the end of their range: whatever they are added to, the row is named that has them.

use super::{Corruption, blob, breaks};
use crate::audit_fixture::{Sample, SampleOrder};

/// Put into a column of one row, wherever it stands.
const MOST: &str = "9223372036854775807";

/// I1 to I9: what cannot be added up.
pub(super) fn numbers(s: &Sample) -> Vec<Corruption> {
    [orders(s), payments(s), provider(s), reserved(s), products(s)].into_iter().flatten().collect()
}

fn orders(s: &Sample) -> Vec<Corruption> {
    let line = |column: &str, of: SampleOrder, invariant| {
        let statement =
            format!("update order_line set {column} = {MOST} where order_id = {} and sku = 'T-0'", of.id());
        breaks("orders", statement, invariant, of.order)
    };
    let row = |column: &str, of: SampleOrder, invariant| {
        let statement = format!("update orders set {column} = {MOST} where id = {}", of.id());
        breaks("orders", statement, invariant, of.order)
    };
    vec![
        line("open", s.pending, "I3"),
        line("quantity", s.pending, "I9"),
        row("total", s.paid, "I9"),
        row("owed", s.pending, "I3"),
        row("payment_captured", s.paid, "I7"),
    ]
}

fn payments(s: &Sample) -> Vec<Corruption> {
    let on = |table: &str, column: &str, of: SampleOrder, invariant| {
        let key = if table == "payment" { "id" } else { "payment_id" };
        let statement = format!("update {table} set {column} = {MOST} where {key} = {}", of.pay());
        breaks("payments", statement, invariant, of.payment)
    };
    vec![
        on("payment", "captured", s.paid, "I4"),
        on("payment", "refunded_offline", s.paid, "I4"),
        on("payment", "claimed", s.cancelled, "I4")
            .and("I6", s.cancelled.payment)
            .and("I6", s.cancelled.order),
        on("payment", "offline", s.offline, "I4"),
        on("payment", "version", s.paid, "I7"),
        on("attempt", "captured", s.paid, "I4"),
        on("attempt", "authorized", s.authorized, "I4"),
        on("refund", "amount", s.delivered, "I4"),
        on("posting", "amount", s.delivered, "I4"),
    ]
}

fn provider(s: &Sample) -> Vec<Corruption> {
    let on = |column: &str, of: SampleOrder| {
        let statement = format!("update charge set {column} = {MOST} where order_id = {}", of.id());
        breaks("simulator", statement, "I4", of.payment)
    };
    let by_keys = format!(
        "update known_key set amount = {MOST} where operation = 'refund'
             and charge_id = (select id from charge where order_id = {})",
        s.delivered.id()
    );
    vec![
        on("amount", s.paid),
        on("captured", s.paid),
        on("refunded", s.delivered),
        breaks("simulator", by_keys, "I4", s.delivered.payment),
    ]
}

fn reserved(s: &Sample) -> Vec<Corruption> {
    let on = |column: &str, of: SampleOrder| {
        let (placing, first) = (of.placing(), blob(s.goods[0].uuid()));
        let statement = format!(
            "update reservation set {column} = {MOST} where placement_id = {placing} and product_id = {first}"
        );
        breaks("products", statement, "I1", of.placement)
    };
    vec![
        on("open", s.pending).and("I10", s.pending.placement),
        on("consumed", s.shipped).and("I2", s.shipped.placement),
    ]
}

fn products(s: &Sample) -> Vec<Corruption> {
    let first = s.goods[0];
    let id = blob(first.uuid());
    let on = |change: &str, invariant| {
        breaks("products", format!("update product set {change} where id = {id}"), invariant, first)
    };
    let moved = |column: &str| {
        let statement =
            format!("update movement set {column} = {MOST} where product_id = {id} and reason = 'receipt'");
        breaks("products", statement, "I2", first)
    };
    let heard = format!("update placement set version = {MOST} where id = {}", s.paid.placing());
    let currency = format!("update product set currency = 'USD' where id = {}", blob(s.goods[2].uuid()));
    vec![
        moved("delta"),
        moved("on_hand"),
        on(&format!("stock_version = {MOST}"), "I7"),
        on(&format!("version = {MOST}"), "I7"),
        on(&format!("told = {MOST}"), "I7"),
        on("price = -1", "I7"),
        breaks("products", currency, "I7", s.goods[2]),
        breaks("products", heard, "I7", s.paid.order),
    ]
}
