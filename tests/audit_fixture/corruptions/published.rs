//! Published events, their consumers, and derived data: each way to break them.

use super::{Corruption, blob, breaks};
use crate::audit_fixture::{Sample, SampleOrder};
use kernel::id::*;
use uuid::Uuid;

/// I7: the data of the events, one after the other. The newest one is unchanged, each time.
pub(super) fn replayed(s: &Sample) -> Vec<Corruption> {
    let refund =
        s.id_of("payments", &format!("select id from refund where payment_id = {}", s.delivered.pay()));
    let refund: RefundId = Id::from_uuid(refund);
    let spoilt = |service, subject: &dyn ToString, version: i64, change: &str| {
        let subject = subject.to_string();
        let at = format!("where subject = '{subject}' and sequence = {version}");
        breaks(service, format!("update event set {change} {at}"), "I7", subject)
    };
    let (order, payment) = (s.shipped.order, s.shipped.payment);
    let figure = |name: &str, value: &str| format!("data = json_set(data, '$.figures.{name}', {value})");
    vec![
        spoilt("orders", &order, 1, "data = '{}'"),
        spoilt("orders", &order, 2, "data = '{}'"),
        spoilt("orders", &order, 2, "type = 'order.cancelled'"),
        spoilt("orders", &order, 2, "type = 'order.nothing'"),
        spoilt("orders", &order, 2, &figure("number", "7")),
        spoilt("orders", &order, 2, &figure("products[0].cancelled", "5")),
        spoilt("orders", &order, 2, &figure("version", "3")),
        breaks(
            "orders",
            format!(
                "update orders set confirmed_owed = confirmed_owed - 1, confirmed_secured = confirmed_secured - 1
                 where id = {}",
                s.paid.id()
            ),
            "I7",
            s.paid.order,
        )
        .and("I5", s.paid.order),
        breaks(
            "orders",
            format!("update orders set user_id = {} where id = {}", blob(Uuid::from_u128(7)), s.paid.id()),
            "I7",
            s.paid.order,
        ),
        spoilt("payments", &payment, 1, "data = '{}'"),
        spoilt("payments", &payment, 1, "type = 'payment.closed'"),
        spoilt("payments", &payment, 1, &figure("captured.amount", "'99999999.00'")),
        spoilt("payments", &refund, 1, "data = '{}'"),
        spoilt("payments", &refund, 1, "type = 'refund.succeeded'"),
        spoilt("payments", &refund, 1, "data = json_set(data, '$.refund.amount.amount', '0.70')"),
    ]
}

/// I7: what is worked out from an order, and written beside it.
pub(super) fn derived(s: &Sample) -> Vec<Corruption> {
    let (order, id) = (s.shipped.order, s.shipped.id());
    let on_orders = |statement| breaks("orders", statement, "I7", order);
    vec![
        on_orders(format!("update orders set payment_status = 'unpaid' where id = {id}")),
        on_orders(format!("update orders set fulfilment_status = 'unfulfilled' where id = {id}")),
        on_orders(format!("delete from order_word where order_id = {id} and word = 'gift'")),
    ]
}

/// I7: what was published, and which services have consumed it.
pub(super) fn told(s: &Sample) -> Vec<Corruption> {
    let (paid, refund) = (s.paid, s.delivered.payment);
    let on_orders = |change: &str| {
        breaks("orders", format!("update orders set {change} where id = {}", paid.id()), "I7", paid.order)
    };
    let forgets = |subject: &dyn ToString, from: i64| {
        let subject = subject.to_string();
        let statement =
            format!("delete from public_event where subject = '{subject}' and sequence >= {from}");
        breaks("notifications", statement, "I7", subject)
    };
    vec![
        on_orders("payment_version = payment_version - 1"),
        on_orders("payment_version = payment_version + 1"),
        on_orders("payment_amount = payment_amount + 1"),
        on_orders("payment_owed = payment_owed - 1"),
        forgets(&paid.order, 1),
        forgets(&paid.order, 2),
        forgets(&refund, 1),
    ]
}

/// I3 and I7: fulfilments beside their orders' lines and their own events.
pub(super) fn sent_out(s: &Sample) -> Vec<Corruption> {
    let (shipped, delivered) = (s.shipped, s.delivered);
    let of = |known: SampleOrder| {
        let id = s.id_of("orders", &format!("select id from fulfilment where order_id = {}", known.id()));
        (blob(id), Id::<FulfilmentKind>::from_uuid(id))
    };
    let (gone_id, gone) = of(delivered);
    let (id, fulfilment) = of(shipped);
    let on_orders = |statement, invariant, subject: &dyn ToString| {
        breaks("orders", statement, invariant, subject.to_string())
    };
    let deleted = vec![
        format!("delete from fulfilment_line where fulfilment_id = {gone_id}"),
        format!("delete from fulfilment where id = {gone_id}"),
    ];
    let deleted = Corruption { service: "orders", statements: deleted, broken: Vec::new() };
    vec![
        deleted.and("I3", delivered.order).and("I7", gone),
        on_orders(format!("update fulfilment set status = 'pending' where id = {gone_id}"), "I7", &gone),
        on_orders(format!("update fulfilment set version = version + 1 where id = {id}"), "I7", &fulfilment),
        on_orders(
            format!("update fulfilment_line set quantity = quantity + 1 where fulfilment_id = {id}"),
            "I7",
            &fulfilment,
        ),
        on_orders(format!("delete from fulfilment_line where fulfilment_id = {id}"), "I7", &fulfilment),
        on_orders(
            format!("update event set data = '{{}}' where subject = '{fulfilment}' and sequence = 2"),
            "I7",
            &fulfilment,
        ),
        on_orders(format!("update orders set packed = 1 where id = {}", shipped.id()), "I3", &shipped.order),
    ]
}
