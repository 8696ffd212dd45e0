//! What each service keeps of an order.

use super::{A_CUSTOMER, DAY, Transaction, copy, copy_for, index, run};

pub(super) fn by_orders(tx: &Transaction<'_>) {
    let own = [
        ("id", "f.order_id"),
        ("number", "f.n + 1000000"),
        ("placement_id", "f.placement_id"),
        ("user_id", "f.user_id"),
        ("guest_id", "case when f.n % 10 = 3 then f.user_id end"),
        // of each kind that pages ask for there are some
        ("status", "case when f.delivered then 'completed' else t.status end"),
        ("fulfilment_status", "case when f.delivered then 'delivered' else t.fulfilment_status end"),
        ("payment_status", "case when f.refunded then 'partially_refunded' else t.payment_status end"),
        ("payment_id", "f.payment_id"),
        ("total", "t.total + f.n % 1000"),
        ("created_at", "f.at"),
        ("updated_at", "f.at"),
    ];
    copy(tx, "orders__orders", "id = (select id from one)", &own);
    let of_one = "order_id = (select id from one)";
    let own = [
        ("id", LINE),
        ("order_id", "f.order_id"),
        ("open", "case when f.delivered then 0 else t.open end"),
        ("shipped", "case when f.delivered then t.quantity else t.shipped end"),
        ("delivered", "case when f.delivered then t.quantity else t.delivered end"),
    ];
    copy(tx, "orders__order_line", of_one, &own);
    copy(tx, "orders__person", of_one, &[("order_id", "f.order_id")]);
    // the answer, which is given again for a day, is most of a placing: nobody reads it any more
    let own =
        [("id", "f.placement_id"), ("order_id", "f.order_id"), ("answer", "null"), ("created_at", "f.at")];
    copy(tx, "orders__placement", of_one, &own);
    baskets(tx);
    fulfilments(tx);
    words(tx);
    run(
        tx,
        "insert into orders__guest_order (order_id, email_key)
             select order_id, 'guest-' || n || '@example.com' from fresh where n % 10 = 3 and n % 50 <> 13;
         insert into orders__order_note (id, order_id, author, text, created_at)
             select placement_id, order_id, user_id, 'by phone', at from fresh where n % 50 = 11;
         delete from orders__order_sum;
         insert into orders__order_sum select created_at - created_at % 3600000000, currency, 0, count(*), count(*), sum(owed)
             from orders__orders group by 1, 2;",
    );
}

/// The id of a line of an order, as its place in it says.
const LINE: &str = "unhex('0193' || printf('%024x%04x', f.n, t.place))";

/// Those that have not been forgotten: each waits for that, for days yet.
fn baskets(tx: &Transaction<'_>) {
    let kept = format!("f.at > (select created_at from one) - {}", 25 * DAY);
    let of_one = "id = (select id from orders__basket where order_id = (select id from one))";
    let (basket, order) = (("basket_id", "f.basket_id"), ("order_id", "f.order_id"));
    let own =
        [("id", basket.1), order, ("user_id", "f.user_id"), ("created_at", "f.at"), ("updated_at", "f.at")];
    copy_for(tx, &kept, "orders__basket", of_one, &own);
    copy_for(tx, &kept, "orders__basket_line", &format!("basket_{of_one}"), &[basket]);
    let due_at = format!("f.at + {}", 30 * DAY);
    let own = [("key", "f.basket_name"), ("due_at", &due_at), ("set_at", "f.at")];
    let one =
        "kind = 'forget_basket' and key = (select min(key) from orders__timer where kind = 'forget_basket')";
    copy_for(tx, &kept, "orders__timer", one, &own);
}

/// Each is all of its order; that it was made, shipped and delivered was asked for under a key each.
fn fulfilments(tx: &Transaction<'_>) {
    run(
        tx,
        &format!(
            "insert into orders__fulfilment (id, order_id, status, carrier, tracking_number, version, created_at, updated_at)
                 select fulfilment_id, order_id, 'delivered', 'Parcels', printf('JD%08d', n), 4, at, at
                 from fresh where delivered;
             insert into orders__fulfilment_line (fulfilment_id, line_id, quantity)
                 select f.fulfilment_id, {LINE}, t.quantity from fresh as f
                     cross join (select * from orders__order_line where order_id = (select id from one)) as t
                 where f.delivered;
             insert into orders__parcel_address (fulfilment_id, order_id, version, address)
                 select fulfilment_id, order_id, 3, (select address from orders__person where order_id = (select id from one))
                 from fresh where delivered;
             insert into orders__parcel_word (fulfilment_id, word, order_id, created_at)
                 select fulfilment_id, printf('jd%08d', n), order_id, at from fresh where delivered;
             insert into orders__idempotency (id, body_hash, resource, answer, created_at)
                 select unhex(printf('019c%024x%04x', n, w.value)), zeroblob(32), fulfilment_name,
                     case when at > (select created_at from one) - {DAY} then '{{}}' end, at
                 from fresh, json_each('[1, 2, 3]') as w where delivered;"
        ),
    );
}

/// Two words are rare, on one order of ninety, but for the newest thousand and the oldest: there they fill a page, as three words do
/// that are seldom together. So pages of a small shop are as full as those of a great one, and each address costs what it costs for
/// what is read to find that, alone. Others are never together: `tone01` is on none that has `babbage` or `lapis`. Some hundred orders of
/// many have `celery`, `schmidt`, `vat` or `faint`, and of few some: none that has a `year`, or waits.
fn words(tx: &Transaction<'_>) {
    run(
        tx,
        "create temp table rare as select order_id from fresh, (select max(n) as newest from fresh)
             where n % 90 = 0 or (n % 36 = 0 and (n <= 1000 or n > newest - 1000));
         insert into orders__person_word (order_id, word) select order_id, 'babbage' from rare;
         insert into orders__person_word (order_id, word) select order_id, 'lovelace' from fresh;
         insert into orders__person_word (order_id, word) select order_id, 'boole' from fresh where n % 5 = 0;
         insert into orders__person_word (order_id, word)
             select order_id, w.value from fresh, json_each('[\"example\", \"com\"]') as w;
         insert into orders__person_word (order_id, word) select order_id, 'customer' || lower(hex(substr(user_id, 13))) from fresh;
         insert into orders__order_word (order_id, word) select order_id, 'teapot' from fresh;
         insert into orders__order_word (order_id, word) select order_id, 'celadon' from rare;
         insert into orders__order_word (order_id, word) select order_id, 'lapis' from fresh where n % 4 = 0;
         insert into orders__order_word (order_id, word) select order_id, printf('tone%02d', n % 12) from fresh;
         insert into orders__order_word (order_id, word)
             select order_id, printf('shade%02d', n % 70) from fresh where n % 7 = 0;
         insert or ignore into orders__order_word (order_id, word) select order_id, 'shade00' from rare
             where order_id in (select order_id from orders__order_word where word = 'lapis');
         insert into orders__order_word (order_id, word) select order_id, 'celery' from fresh where n % 200 = 10;
         insert into orders__person_word (order_id, word) select order_id, 'schmidt' from fresh where n % 250 = 1;
         insert into orders__order_word (order_id, word) select order_id, 'vat' from fresh where n % 400 = 3;
         insert into orders__order_word (order_id, word) select order_id, 'faint' from fresh where n % 860 = 10;
         insert into orders__order_word (order_id, word)
             select order_id, printf('year%02d', n / 2 % 50) from fresh where n % 2 = 1;
         insert into orders__order_word (order_id, word) select order_id, cast(n + 1000000 as text) from fresh;
         insert into orders__order_word (order_id, word) select order_id, substr(order_name, 5) from fresh;
         update orders__order_word set created_at = o.created_at from orders__orders o where o.id = order_id;
         update orders__person_word set created_at = o.created_at from orders__orders o where o.id = order_id;",
    );
}

pub(super) fn by_payments(tx: &Transaction<'_>) {
    let (payment, made, changed) =
        (("payment_id", "f.payment_id"), ("created_at", "f.at"), ("updated_at", "f.at"));
    let own = [
        ("id", payment.1),
        ("order_id", "f.order_id"),
        ("user_id", "f.user_id"),
        ("refunded", "case when f.refunded then 100 else 0 end"),
        made,
        changed,
    ];
    copy(tx, "payments__payment", "id = (select min(id) from payments__payment)", &own);
    let own = [("id", "f.attempt_id"), payment, ("client_key", "f.attempt_id"), made, changed];
    let one = "(select id from payments__attempt where id not in (select attempt_id from fresh) limit 1)";
    copy(tx, "payments__attempt", &format!("id = {one}"), &own);
    // what was captured, of which each set sums to zero
    let subject = ("subject", "f.attempt_id");
    copy(tx, "payments__posting", &format!("subject = {one}"), &[subject, payment, ("at", "f.at")]);
    let key = "f.attempt_name || '-submit-1'";
    copy(tx, "payments__operation", &format!("subject = {one}"), &[("key", key), subject, payment, made]);
    let charge = [("id", "f.attempt_id"), ("key", key), ("order_id", "f.order_id"), made];
    copy(tx, "simulator.charge", "id = (select min(id) from simulator.charge)", &charge);
    let known = [("key", key), ("charge_id", "f.attempt_id")];
    copy(tx, "simulator.known_key", "key = (select min(key) from simulator.known_key)", &known);
    refunds(tx);
    run(
        tx,
        "insert into payments__provider_inbox (provider, event_id, key, outcome, received_at)
             select 'simulator', 'filled-' || n, attempt_name || '-submit-1', 'captured', at from fresh;
         insert into payments__order_account (order_id, account_id) select order_id, user_id from fresh where n % 50 = 13;",
    );
}

fn refunds(tx: &Transaction<'_>) {
    run(
        tx,
        "insert into payments__refund (id, payment_id, attempt_id, client_key, body_hash, origin, amount, actor, state, failures,
                 looks, looked_at, version, created_at, updated_at)
             select refund_id, payment_id, attempt_id, refund_id, zeroblob(32), 'staff', 100, 'orders', 'succeeded', 0, 0, at, 3,
                 at, at
             from fresh where refunded;
         insert into payments__note (subject, payment_id, text) select refund_id, payment_id, 'chipped' from fresh where refunded;
         insert into payments__operation (key, payment_id, subject, kind, n, client_key, refused, created_at)
             select refund_name || '-refund-1', payment_id, refund_id, 'refund', 1, null, false, at from fresh where refunded;
         insert into payments__posting (reason, subject, account, payment_id, amount, currency, at)
             select 'refund', f.refund_id, t.account, f.payment_id, t.amount, p.currency, f.at
             from fresh as f join payments__payment as p on p.id = f.payment_id
                 cross join (select 'customer' as account, 100 as amount union all select 'provider', -100) as t
             where f.refunded;
         insert into simulator.known_key (key, operation, charge_id, amount, refused)
             select refund_name || '-refund-1', 'refund', attempt_id, 100, false from fresh where refunded;
         update simulator.charge set refunded = 100 where id in (select attempt_id from fresh where refunded);",
    );
}

pub(super) fn by_products(tx: &Transaction<'_>) {
    let placement = ("placement_id", "f.placement_id");
    let own = [("id", placement.1), ("ask_at", "null"), ("committed", "true")];
    copy(tx, "products__placement", "id = (select min(id) from products__placement)", &own);
    let gone =
        [("open", "0"), ("consumed", "t.quantity"), ("released", "0"), ("created_at", "f.at"), placement];
    let of_one = "placement_id = (select min(placement_id) from products__reservation)";
    copy(tx, "products__reservation", of_one, &gone);
    // of each product the first movement is its receipt
    let sale = [
        ("seq", "null"),
        ("id", "unhex('0197' || printf('%024x%04x', f.n, t.seq))"),
        ("delta", "-1"),
        ("reason", "'sale'"),
        placement,
        ("shipped", "1"),
        ("note", "null"),
        ("at", "f.at"),
    ];
    let one = "seq in (select min(seq) from products__movement group by product_id)";
    copy_for(tx, "f.delivered", "products__movement", one, &sale);
}

pub(super) fn by_notifications(tx: &Transaction<'_>) {
    let mails = [("1", "'order_placed'"), ("2", "'order_confirmed'"), ("3", "'order_completed'")];
    for (version, template) in mails {
        let id = format!("unhex('0198' || printf('%024x%04x', f.n, {version}))");
        let own = [
            ("id", id.as_str()),
            ("aggregate", "f.order_name"),
            ("version", version),
            ("template", template),
            ("about", "f.order_name"),
            ("recipient_key", "null"),
            // who looks has some of them, too
            ("recipient", "case when f.n % 20 = 0 then t.recipient else 'filled@example.com' end"),
            ("created_at", "f.at"),
        ];
        copy(tx, "notifications__mail", "id = (select min(id) from notifications__mail)", &own);
    }
}

/// Of each customer an account, where they have signed in, and an address.
pub(super) fn by_auth(tx: &Transaction<'_>) {
    let first = "f.n in (select min(n) from fresh where n % 20 <> 0 group by user_id)";
    let email = "'customer' || f.n || '@example.com'";
    let own = [
        ("id", "f.user_id"),
        ("email", email),
        ("email_key", email),
        ("username", "null"),
        ("username_key", "null"),
        ("name", "printf('%s Tone%02d Shade%02d', iif(f.n % 2 = 0, 'Evens', 'Odds'), f.n % 12, f.n % 70)"),
        ("created_at", "f.at"),
        ("updated_at", "f.at"),
    ];
    copy_for(tx, first, "auth__account", A_CUSTOMER, &own);
    let session = [("id", "f.user_id"), ("account", "f.user_id"), ("created_at", "f.at")];
    copy_for(tx, first, "auth__session", "id = (select max(id) from auth__session)", &session);
    let words = "'customer' || f.n || ' example com ' || iif(f.n % 2 = 0, 'evens', 'odds')
        || printf(' tone%02d shade%02d', f.n % 12, f.n % 70) || iif(f.n % 20 = 1, ' rare', '')
        || iif(f.n % 2 = 0 or f.n in (1, 21), ' often', '')";
    index(tx, "auth", &format!("select f.user_id as id, {words} as tokens from fresh as f where {first}"));
    let hash = "unhex(printf('%064x', f.n))";
    let token = [("hash", hash), ("session", "f.user_id")];
    copy_for(tx, first, "auth__refresh_token", "hash = (select max(hash) from auth__refresh_token)", &token);
    run(
        tx,
        &format!(
            "insert into auth__login_network (name, last_at) select {hash}, f.at from fresh as f where {first};
             insert into auth__address (id, account, address, is_default, version, created_at, updated_at)
                 select f.user_id, f.user_id, coalesce((select address from orders__person limit 1), '{{}}'), true, 1, f.at, f.at
                 from fresh as f where {first};"
        ),
    );
}
