//! Accidents: for each invariant at least one that breaks it, and what the audit must name.

mod consumed;
mod foreign;
mod keys;
mod money;
mod orders;
mod overflow;
mod published;
mod stock;
mod unreadable;
mod waiting;

use super::{Sample, SampleOrder};
use kernel::id::*;
use uuid::Uuid;

/// Statements on one service's database, and what they break: nearly always one invariant.
pub struct Corruption {
    pub service: &'static str,
    pub statements: Vec<String>,
    /// Invariants, and whose.
    pub broken: Vec<(&'static str, String)>,
}

/// An id as SQLite writes it.
pub fn blob(id: Uuid) -> String {
    format!("x'{}'", id.simple())
}

fn breaks(
    service: &'static str,
    statement: String,
    invariant: &'static str,
    subject: impl ToString,
) -> Corruption {
    Corruption { service, statements: vec![statement], broken: vec![(invariant, subject.to_string())] }
}

impl SampleOrder {
    pub fn id(&self) -> String {
        blob(self.order.uuid())
    }
    fn placing(&self) -> String {
        blob(self.placement.uuid())
    }
    fn pay(&self) -> String {
        blob(self.payment.uuid())
    }
}

impl Corruption {
    /// What it breaks besides.
    fn and(mut self, invariant: &'static str, subject: impl ToString) -> Corruption {
        self.broken.push((invariant, subject.to_string()));
        self
    }

    /// How the audit begins each line that it must say, and it must say no other.
    pub fn expected(&self) -> Vec<String> {
        self.broken.iter().map(|(invariant, subject)| format!("{invariant} {subject}: ")).collect()
    }
}

/// All of them, by invariant.
pub fn all(s: &Sample) -> Vec<Corruption> {
    [
        unreadable::rows(s),
        foreign::values(s),
        foreign::ids(s),
        foreign::put_off(s),
        overflow::numbers(s),
        stock(s),
        lines(s),
        books(s),
        charges(s),
        paid(s),
        ended(s),
        journals(s),
        money::vanished(s),
        money::ledger(s),
        money::provider(s),
        money::charges(s),
        published::replayed(s),
        published::derived(s),
        published::told(s),
        orders::requests(s),
        orders::copies(s),
        published::sent_out(s),
        waiting::waiting(s),
        waiting::forgotten(s),
        money::origins(s),
        keys::lost(s),
        sent(s),
        gone(s),
        stock::held(s),
        stock::counted(s),
        stock::asked(s),
        consumed::of_stock(s),
        consumed::numbered(s),
        consumed::filed(s),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// I1 and I2.
fn stock(s: &Sample) -> Vec<Corruption> {
    let (first, short) = (s.goods[0], s.goods[2]);
    let (first_id, short_id) = (blob(first.uuid()), blob(short.uuid()));
    let (pending, shipped) = (s.pending.placing(), s.shipped.placing());
    let on_products = |statement, invariant, subject: &dyn ToString| {
        breaks("products", statement, invariant, subject.to_string())
    };
    let sold_to_another = format!(
        "update movement set placement_id = {pending} where placement_id = {shipped} and product_id = {first_id}"
    );
    vec![
        on_products(
            format!("update product set reserved = reserved + 1 where id = {first_id}"),
            "I1",
            &first,
        ),
        on_products(format!("update product set reserved = -1 where id = {first_id}"), "I1", &first),
        on_products(format!("update product set short = 0 where id = {short_id}"), "I1", &short),
        on_products(format!("update product set short = 5 where id = {first_id}"), "I1", &first),
        on_products(format!("update product set on_hand = on_hand + 1 where id = {first_id}"), "I2", &first),
        on_products(
            format!("delete from movement where product_id = {first_id} and reason <> 'sale'"),
            "I2",
            &first,
        ),
        on_products(
            format!(
                "update reservation set consumed = consumed - 1, released = released + 1
                 where placement_id = {shipped} and product_id = {first_id}"
            ),
            "I2",
            &s.shipped.placement,
        ),
        on_products(
            format!(
                "update movement set on_hand = on_hand + 1 where product_id = {first_id} and reason = 'sale'"
            ),
            "I2",
            &first,
        ),
        on_products(sold_to_another, "I2", &s.pending.placement).and("I2", s.shipped.placement),
    ]
}

/// I3.
fn lines(s: &Sample) -> Vec<Corruption> {
    let (pending, shipped, delivered) = (s.pending.id(), s.shipped.id(), s.delivered.id());
    let on_orders = |statement, of: SampleOrder| breaks("orders", statement, "I3", of.order);
    vec![
        on_orders(
            format!("update order_line set open = open - 1 where order_id = {pending} and sku = 'T-0'"),
            s.pending,
        ),
        on_orders(
            format!(
                "update order_line set delivered = shipped + 1 where order_id = {shipped} and sku = 'T-0'"
            ),
            s.shipped,
        ),
        on_orders(
            format!(
                "update order_line set returned = delivered + 1 where order_id = {delivered} and sku = 'T-0'"
            ),
            s.delivered,
        ),
        on_orders(format!("update orders set owed = owed - 1 where id = {pending}"), s.pending),
    ]
}

/// I4, in the books of payments.
fn books(s: &Sample) -> Vec<Corruption> {
    let paid = s.paid.pay();
    let on_payments = |statement| breaks("payments", statement, "I4", s.paid.payment);
    vec![
        on_payments(format!("update payment set captured = captured + 1 where id = {paid}")),
        on_payments(format!("update payment set claimed = captured + 1 where id = {paid}")),
        on_payments(format!("update attempt set captured = authorized + 1 where payment_id = {paid}")),
        on_payments(format!(
            "update posting set amount = amount + 1 where payment_id = {paid} and account = 'customer'"
        )),
        on_payments(format!("delete from posting where payment_id = {paid} and reason = 'capture'")),
        on_payments(format!("update posting set currency = 'USD' where payment_id = {paid}")),
        on_payments(format!("update attempt set surplus = 1 where payment_id = {paid}")),
        on_payments(format!("update attempt set state = 'failed', live = 0 where payment_id = {paid}")),
        on_payments(format!("update attempt set charge = null where payment_id = {paid}")),
        on_payments(format!("update attempt set charge = charge || '0' where payment_id = {paid}")),
        on_payments(format!("delete from operation where payment_id = {paid}")),
        on_payments(format!("update operation set n = n + 1 where payment_id = {paid}")),
        on_payments(format!("update operation set key = key || '0' where payment_id = {paid}")),
        breaks(
            "payments",
            format!("delete from operation where payment_id = {} and kind = 'refund'", s.delivered.pay()),
            "I4",
            s.delivered.payment,
        ),
    ]
}

/// I4, in the provider's ledger.
fn charges(s: &Sample) -> Vec<Corruption> {
    let (paid, authorized) = (s.paid.id(), s.authorized.id());
    let nobody: OrderId = Id::from_uuid(Uuid::from_u128(7));
    let again = |order: &str| {
        format!(
            "insert into charge (id, key, order_id, currency, capture, amount, captured, refunded, state, created_at)
             select randomblob(16), key || ' again', {order}, currency, capture, amount, captured, refunded, state,
                    created_at
             from charge where order_id = {paid}"
        )
    };
    let on_simulator =
        |statement, subject: &dyn ToString| breaks("simulator", statement, "I4", subject.to_string());
    vec![
        on_simulator(
            format!("update charge set captured = captured - 1 where order_id = {paid}"),
            &s.paid.payment,
        ),
        on_simulator(format!("update charge set currency = 'USD' where order_id = {paid}"), &s.paid.payment),
        on_simulator(format!("update charge set refunded = 1 where order_id = {paid}"), &s.paid.payment),
        on_simulator(
            format!("update charge set amount = amount + 1 where order_id = {authorized}"),
            &s.authorized.payment,
        ),
        on_simulator(format!("delete from charge where order_id = {authorized}"), &s.authorized.payment),
        on_simulator(again(&paid), &s.paid.order),
        on_simulator(again(&blob(nobody.uuid())), &nobody),
    ]
}

/// I5.
fn paid(s: &Sample) -> Vec<Corruption> {
    let (paid, shipped) = (s.paid.id(), s.shipped.id());
    let offline = s.offline.payment;
    vec![
        breaks(
            "orders",
            format!("update orders set confirmed_secured = confirmed_owed - 1 where id = {paid}"),
            "I5",
            s.paid.order,
        ),
        breaks(
            "orders",
            format!("update orders set payment_captured = 0 where id = {shipped}"),
            "I5",
            s.shipped.order,
        ),
        breaks(
            "payments",
            format!(
                "update event set actor = 'orders' where subject = '{offline}' and type = 'payment.captured'"
            ),
            "I5",
            offline,
        ),
    ]
}

/// I6.
fn ended(s: &Sample) -> Vec<Corruption> {
    let (cancelled, expired) = (s.cancelled.id(), s.expired.id());
    let on_orders = |statement, of: SampleOrder| breaks("orders", statement, "I6", of.order);
    vec![
        on_orders(
            format!(
                "update order_line set open = quantity, cancelled = 0 where order_id = {cancelled} and sku = 'T-0'"
            ),
            s.cancelled,
        ),
        on_orders(format!("update orders set payment_refunded = 0 where id = {cancelled}"), s.cancelled),
        on_orders(format!("update orders set payment_state = 'open' where id = {expired}"), s.expired),
        breaks(
            "payments",
            format!("delete from payment where id = {}", s.expired.pay()),
            "I6",
            s.expired.order,
        )
        .and("I7", s.expired.payment),
    ]
}

/// I7.
fn journals(s: &Sample) -> Vec<Corruption> {
    let (order, payment) = (s.paid.order, s.paid.payment);
    let refund =
        s.id_of("payments", &format!("select id from refund where payment_id = {}", s.delivered.pay()));
    let (refund_id, refund): (String, RefundId) = (blob(refund), Id::from_uuid(refund));
    vec![
        breaks(
            "orders",
            format!("delete from event where subject = '{order}' and sequence = 2"),
            "I7",
            order,
        )
        .and("I7", "orders: feed"),
        breaks(
            "orders",
            format!("update orders set number = number - 1000 where id = {}", s.paid.id()),
            "I7",
            order,
        ),
        breaks(
            "payments",
            format!("delete from event where subject = '{payment}' and sequence = 1"),
            "I7",
            payment,
        )
        .and("I7", "payments: feed"),
        breaks(
            "payments",
            format!("update payment set owed = owed - 1 where id = {}", s.paid.pay()),
            "I7",
            payment,
        ),
        breaks(
            "payments",
            format!("delete from event where subject = '{refund}' and sequence = 1"),
            "I7",
            refund,
        )
        .and("I7", "payments: feed"),
        breaks("payments", format!("update refund set updated_at = updated_at + 1 where id = {refund_id}"), "I7", refund),
        // the newest of the order's events is one too far, and all are old enough to have been heard
        breaks(
            "notifications",
            format!(
                "update public_event set time = time - {HOUR}, sequence = sequence + case when sequence =
                     (select max(p.sequence) from public_event p where p.subject = '{order}') then 1 else 0 end
                 where subject = '{order}'"
            ),
            "I7",
            order,
        ),
    ]
}

/// In the microseconds of the databases.
const HOUR: i64 = 3_600_000_000;

/// I9.
fn sent(s: &Sample) -> Vec<Corruption> {
    let (paid, pending, unknown) = (s.paid.id(), s.pending.id(), s.unknown.id());
    let placing = s.paid.placing();
    let on_orders =
        |statement, subject: &dyn ToString| breaks("orders", statement, "I9", subject.to_string());
    let second: PlacementId = Id::from_uuid(Uuid::from_u128(7));
    let another_order = format!("update placement set order_id = {pending} where id = {placing}");
    vec![
        // stock that is reserved for it is reserved for no order
        on_orders(format!("delete from orders where id = {paid}"), &s.paid.placement)
            .and("I9", s.paid.order)
            .and("I10", s.paid.placement),
        on_orders(format!("delete from placement where id = {placing}"), &s.paid.order),
        on_orders(format!("update placement set order_id = null where id = {placing}"), &s.paid.order),
        on_orders(
            format!(
                "insert into placement (id, caller, body_hash, order_id, answer, created_at)
                 select {}, caller, body_hash, order_id, answer, created_at from placement where id = {placing}",
                blob(second.uuid())
            ),
            &second,
        ),
        on_orders(another_order, &s.paid.order).and("I9", s.paid.placement),
        on_orders(format!("update orders set total = total + 1 where id = {pending}"), &s.pending.order),
        on_orders(
            format!("delete from order_line where order_id = {pending} and sku = 'T-1'"),
            &s.pending.order,
        ),
        // an order that costs nothing is in no sum: the stored response shows it
        on_orders(
            format!("delete from order_line where order_id = {pending} and sku is null"),
            &s.pending.order,
        ),
        on_orders(
            format!("update order_line set title = 'Another' where order_id = {pending} and sku = 'T-1'"),
            &s.pending.order,
        ),
        // and while none is stored, the first event
        on_orders(
            format!(
                "update order_line set quantity = 1, open = 1, unit_price = 2 * unit_price
                 where order_id = {unknown} and sku = 'T-1'"
            ),
            &s.unknown.order,
        ),
        // and what its placement remembers
        on_orders(
            format!("delete from order_line where order_id = {unknown} and sku is null"),
            &s.unknown.order,
        ),
        on_orders(
            format!("update order_line set title = 'Another' where order_id = {unknown} and sku is null"),
            &s.unknown.order,
        ),
        on_orders(
            format!("update order_line set sku = 'T-7' where order_id = {unknown} and sku = 'T-1'"),
            &s.unknown.order,
        ),
        on_orders(format!("delete from order_line where order_id = {unknown}"), &s.unknown.order),
    ]
}

/// I9 and I10: orders of which nothing is left but what others know of them. Each loses all of its rows, and then its
/// events as well.
fn gone(s: &Sample) -> Vec<Corruption> {
    let rows = |of: SampleOrder| {
        let (id, placing) = (of.id(), of.placing());
        vec![
            format!("delete from order_word where order_id = {id}"),
            format!("delete from order_line where order_id = {id}"),
            format!("delete from orders where id = {id}"),
            format!("delete from placement where id = {placing}"),
        ]
    };
    let events = |of: SampleOrder| vec![format!("delete from event where subject = '{}'", of.order)];
    let gone = |statements: Vec<Vec<String>>| Corruption {
        service: "orders",
        statements: statements.concat(),
        broken: Vec::new(),
    };
    let lost = |statements| gone(statements).and("I7", "orders: feed");
    let (paid, pending, expired) = (s.paid, s.pending, s.expired);
    vec![
        // its units are held still: of an order that products has heard of, and will never hear of again
        gone(vec![rows(paid)]).and("I9", paid.order).and("I10", paid.placement),
        // payments still has its payment
        lost(vec![rows(paid), events(paid)]).and("I9", paid.order).and("I10", paid.placement),
        gone(vec![rows(pending)]).and("I9", pending.order).and("I10", pending.placement),
        // it has no payment: only its units show it
        lost(vec![rows(pending), events(pending)]).and("I10", pending.placement),
        // nothing is reserved for it: only its events and its payment show it
        gone(vec![rows(expired)]).and("I9", expired.order),
        lost(vec![rows(expired), events(expired)]).and("I9", expired.order),
        breaks(
            "products",
            format!("update placement set version = version + 100 where id = {}", paid.placing()),
            "I7",
            paid.order,
        ),
        // that a restored database lacks its newest events, only the positions of their consumers show
        breaks(
            "products",
            "update heard set position = position + 5 where producer = 'orders'".to_owned(),
            "I7",
            "orders: feed",
        ),
    ]
}
