//! Stock that is reserved for no order, and published stock: each way to break them.

use super::{Corruption, HOUR, blob, breaks};
use crate::audit_fixture::{Sample, SampleOrder};
use kernel::id::*;
use uuid::Uuid;

/// I1, I2 and I10: products that are not there, and reservations and sales that do not come to what they should.
pub(super) fn counted(s: &Sample) -> Vec<Corruption> {
    let (first, second) = (s.goods[0], s.goods[1]);
    let (first_id, second_id) = (blob(first.uuid()), blob(second.uuid()));
    let on_products = |statements: &[String], invariant, subject: &dyn ToString| {
        let broken = vec![(invariant, subject.to_string())];
        Corruption { service: "products", statements: statements.to_vec(), broken }
    };
    let of = |known: SampleOrder, product: &str| {
        format!("where placement_id = {} and product_id = {product}", known.placing())
    };
    let more_held = |known: SampleOrder, product: &str, by: i64| {
        [
            format!(
                "update reservation set open = open + {by}, quantity = quantity + {by} {}",
                of(known, product)
            ),
            format!("update product set reserved = reserved + {by} where id = {product}"),
        ]
    };
    // nothing is reserved of it, and it was received
    let nobodys: ProductId = Id::from_uuid(Uuid::from_u128(7));
    let forgotten = format!(
        "insert into movement (id, product_id, delta, on_hand, reason, actor, at)
         values (randomblob(16), {}, 5, 5, 'receipt', 'system', 0)",
        blob(nobodys.uuid())
    );
    vec![
        on_products(&[format!("delete from product where id = {first_id}")], "I1", &first),
        on_products(&[forgotten], "I2", &nobodys),
        on_products(&more_held(s.pending, &first_id, 8), "I10", &s.pending.placement),
        on_products(&more_held(s.paid, &second_id, 1), "I10", &s.paid.placement),
        // all of it has been shipped
        on_products(&more_held(s.delivered, &first_id, 8), "I10", &s.delivered.placement),
        on_products(
            &[format!("update reservation set quantity = quantity + 1 {}", of(s.pending, &first_id))],
            "I1",
            &s.pending.placement,
        ),
        on_products(
            &[format!("update reservation set released = released + 1 {}", of(s.shipped, &first_id))],
            "I1",
            &s.shipped.placement,
        ),
        on_products(
            &[format!("update movement set shipped = shipped + 10 {}", of(s.shipped, &first_id))],
            "I2",
            &s.shipped.placement,
        ),
        on_products(
            &[format!("update movement set shipped = null {}", of(s.shipped, &first_id))],
            "I2",
            &s.shipped.placement,
        ),
    ]
}

/// I10: a hold that is old, whatever stands there about the next question.
pub(super) fn asked(s: &Sample) -> Vec<Corruption> {
    let held = blob(s.held.uuid());
    let far_off = format!("update placement set ask_at = 9000000000000000 where id = {held}");
    let mut old = breaks(
        "products",
        format!("update reservation set created_at = created_at - 2 * {HOUR} where placement_id = {held}"),
        "I10",
        s.held,
    );
    let mut oldest = breaks(
        "products",
        format!("update reservation set created_at = 1 where placement_id = {held}"),
        "I10",
        s.held,
    );
    for broken in [&mut old, &mut oldest] {
        broken.statements.push(far_off.clone());
    }
    vec![old, oldest]
}

/// I10.
pub(super) fn held(s: &Sample) -> Vec<Corruption> {
    vec![
        breaks(
            "products",
            format!("update placement set ask_at = null where id = {}", s.pending.placing()),
            "I10",
            s.pending.placement,
        ),
        breaks(
            "products",
            format!("update placement set ask_at = ask_at - 2 * {HOUR} where id = {}", blob(s.held.uuid())),
            "I10",
            s.held,
        ),
    ]
}
