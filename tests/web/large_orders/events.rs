//! The events of an order, and their producers: in each journal, and in the public log. All of them have been published, consumed
//! and positioned.

use super::{Transaction, run};
use kernel::id::{Id, ProductKind};

use uuid::Uuid;

/// The producer of each event, its type, its version, its subject, and for which orders. A real order has more events: of each
/// of its products, and of each step of a parcel and of a refund.
const TOLD: [(&str, &str, &str, &str, &str); 9] = [
    ("auth", "user.registered", "1", "'usr_' || substr(f.order_name, 5)", "f.n % 20 = 1"),
    ("orders", "order.placed", "1", "f.order_name", "true"),
    ("orders", "order.confirmed", "2", "f.order_name", "true"),
    ("orders", "fulfilment.shipped", "1", "f.fulfilment_name", "f.delivered"),
    ("orders", "order.completed", "3", "f.order_name", "f.delivered"),
    ("payments", "payment.opened", "1", "f.payment_name", "true"),
    ("payments", "payment.captured", "2", "f.payment_name", "true"),
    ("payments", "refund.succeeded", "1", "f.refund_name", "f.refunded"),
    ("products", "stock.adjusted", "(select told from sold) + f.n", "(select name from sold)", "f.delivered"),
];
/// Who hears whom.
const HEARD: [(&str, &[&str]); 4] = [
    ("auth", &["orders", "notifications"]),
    ("orders", &["products", "notifications"]),
    ("payments", &["orders", "notifications"]),
    ("products", &["orders", "notifications"]),
];

pub(super) fn to_all(tx: &Transaction<'_>) {
    told(tx);
    for (producer, hearing) in HEARD {
        let all = format!("(select count(*) from told where producer = '{producer}')");
        make_room(tx, &format!("{producer}__event"), &all);
        run(
            tx,
            &format!(
                "insert into {producer}__event (seq, id, type, subject, sequence, time, actor, data, position, sent)
                     select position, id, type, subject, sequence, at, '{producer}', '{{}}', position, true
                     from told where producer = '{producer}' order by position;
                 update {producer}__feed set head = head + {all};"
            ),
        );
        for hears in hearing {
            // one that has heard nothing of them yet has no row
            let moved = format!(
                "insert into {hears}__heard (producer, position) values ('{producer}', {all})
                     on conflict (producer) do update set position = position + excluded.position"
            );
            run(tx, &moved);
        }
    }
    let all = "(select count(*) from told)";
    make_room(tx, "notifications__public_event", all);
    run(
        tx,
        &format!(
            "insert into notifications__public_event (seq, id, type, subject, sequence, user_id, time, body, position)
                 select place, id, type, subject, sequence, user_id, at, '{{}}', place
                 from told order by place;
             update notifications__public_log set head = head + {all};"
        ),
    );
}

/// All events, by age. Their data is left out: no consumer reads them again.
fn told(tx: &Transaction<'_>) {
    let one = "select id from products__product order by id limit 1";
    let one: [u8; 16] = tx.query_row(one, [], |row| row.get(0)).unwrap();
    let name = Id::<ProductKind>::from_uuid(Uuid::from_bytes(one)).to_string();
    let of_kind = |(kind, (producer, name, version, subject, of)): (
        usize,
        &(&str, &str, &str, &str, &str),
    )| {
        format!(
            "select {kind} as kind, '{producer}' as producer, '{name}' as type, {version} as sequence, {subject} as subject,
                 unhex('02{kind:02x}' || printf('%028x', f.n)) as id, f.user_id, f.at from fresh as f where {of}"
        )
    };
    let kinds: Vec<String> = TOLD.iter().enumerate().map(of_kind).collect();
    tx.execute(
        "create temp table sold as select ? as name, told from products__product order by id limit 1",
        [name],
    )
    .unwrap();
    run(
        tx,
        &format!(
            "create temp table told as select *, row_number() over (partition by producer order by at, kind) as position,
                 row_number() over (order by at, kind) as place from ({});
             update products__product set told = told + (select max(n) from fresh), stock_version = stock_version + (select max(n) from fresh)
                 where id = (select id from products__product order by id limit 1);",
            kinds.join(" union all ")
        ),
    );
}

/// What has been told already comes after as much: it is newer.
fn make_room(tx: &Transaction<'_>, table: &str, all: &str) {
    // first out of the way, so that none takes the place of one that has not moved yet
    run(tx, &format!("update {table} set seq = -seq, position = -position"));
    run(tx, &format!("update {table} set seq = {all} - seq, position = {all} - position"));
}
