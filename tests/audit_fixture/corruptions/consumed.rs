//! What is numbered, filed, and heard of stock: each way to break it.

use super::{Corruption, blob, breaks};
use crate::audit_fixture::Sample;

/// I7: what orders has heard of the stock of products, and whom it holds for it.
pub(super) fn of_stock(s: &Sample) -> Vec<Corruption> {
    let (short, first) = (s.goods[2], s.goods[0]);
    let (short_id, first_id) = (blob(short.uuid()), blob(first.uuid()));
    let on_orders =
        |statement: String, subject: &dyn ToString| breaks("orders", statement, "I7", subject.to_string());
    vec![
        on_orders(
            format!("update stock_heard set version = version + 100 where product_id = {short_id}"),
            &short,
        ),
        on_orders(
            format!("update stock_heard set version = version - 1 where product_id = {short_id}"),
            &short,
        ),
        on_orders(format!("delete from stock_heard where product_id = {first_id}"), &first),
        // nothing would let its order go
        on_orders(format!("delete from shortfall where product_id = {short_id}"), &short)
            .and("I7", s.short.order),
        on_orders(
            format!(
                "insert into shortfall (product_id, placement_id) values ({short_id}, {})",
                s.paid.placing()
            ),
            &short,
        ),
        on_orders(
            format!("update orders set hold_stock_short = 1 where id = {}", s.authorized.id()),
            &s.authorized.order,
        ),
    ]
}

/// I7: what counts events and orders. Who counts fewer than there are says something new under an old number.
pub(super) fn numbered(s: &Sample) -> Vec<Corruption> {
    let first = s.goods[0];
    let on_first = |change: &str| {
        let statement = format!("update product set {change} where id = {}", blob(first.uuid()));
        breaks("products", statement, "I7", first)
    };
    let number = |statement: &str| breaks("orders", statement.to_owned(), "I7", "orders: numbers");
    let door = |statement: &str, subject: &str| {
        breaks("auth", statement.to_owned(), "I7", format!("auth: {subject}"))
    };
    let log =
        |statement: &str| breaks("notifications", statement.to_owned(), "I7", "notifications: public log");
    let feed = |service: &'static str, statement: &str| {
        breaks(service, statement.to_owned(), "I7", format!("{service}: feed"))
    };
    vec![
        on_first("told = 0"),
        on_first("told = told - 1"),
        on_first("told = told + 1"),
        // as many events as before, and the newest is the newest
        breaks(
            "products",
            format!("update event set sequence = 2 where subject = '{first}' and sequence = 1"),
            "I7",
            first,
        ),
        number("update order_number set newest = 1000"),
        number("delete from order_number"),
        number("update order_number set newest = 9223372036854775807"),
        door("delete from revocation_head", "revocations"),
        door("update revocation_head set position = 9223372036854775807", "revocations"),
        door("update signing_key set retire_at = 1", "signing keys"),
        log("delete from public_log"),
        log("update public_log set head = head - 1"),
        feed("orders", "delete from feed"),
        feed("auth", "delete from feed"),
        feed("products", "update feed set single = 0"),
        // none is gone, and nobody can go on after it
        feed(
            "orders",
            "update event set position = position + 1000 where position = (select max(position) from event)",
        ),
        feed("payments", "update event set position = -position where position = 1"),
        breaks(
            "products",
            "update heard set position = -9223372036854775807 where producer = 'orders'".to_owned(),
            "I7",
            "orders: feed",
        ),
    ]
}

/// I7: events of the public log that are filed as others, or cannot be read.
pub(super) fn filed(s: &Sample) -> Vec<Corruption> {
    let order = s.paid.order;
    let of_order = format!("where subject = '{order}' and sequence = 1");
    let event = s.id_of("notifications", &format!("select id from public_event {of_order}"));
    let event: kernel::id::EventId = kernel::Id::from_uuid(event);
    let unreadable = |body: &str| {
        let statement = format!("update public_event set body = '{body}' {of_order}");
        breaks("notifications", statement, "I7", event)
    };
    let person = format!("where order_id = {}", s.paid.id());
    vec![
        unreadable("{"),
        unreadable("{}"),
        breaks(
            "notifications",
            format!("update public_event set type = 'order.expired' {of_order}"),
            "I7",
            order,
        ),
        breaks(
            "orders",
            format!("update event set id = x'00' where subject = '{order}' and sequence = 1"),
            "I7",
            order,
        ),
        breaks("orders", format!("update person set remarks = '{{' {person}"), "I7", order),
        breaks("orders", format!("update person set address = '{{}}' {person}"), "I7", order),
    ]
}
