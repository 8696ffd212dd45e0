//! What is done to the data of a shop, past its services: more orders than anybody could place, and accidents.

use super::shop::Shop;
use db::{Param, Sql, params};
use kernel::Timestamp;
use rusqlite::{Connection, Transaction};
use serde_json::json;
use std::path::Path;
use uuid::Uuid;

/// Changes a database of a shop that works, in whatever shape it is: how many rows.
pub(crate) async fn change(shop: &Shop, service: &str, statement: &Sql, values: &[Param]) -> u64 {
    let db = shop.database(service).await;
    let mut tx = db.begin().await.unwrap();
    let rows = tx.run(statement, values).await.unwrap();
    tx.commit("test.change").await.unwrap();
    db.close().await.unwrap();
    rows
}

/// Changes a database of a shop that stands.
pub(crate) fn meddle(data: &Path, service: &str, statement: &str) {
    let db = Connection::open(data.join(format!("{service}.db"))).unwrap();
    db.execute_batch(statement).unwrap();
}

const LETTER: Sql = Sql::both(
    "insert into dead_letter (event_id, producer, position, body, error, at) values ($1, 'orders', $2, $3, $4, $5)",
);

/// An event of orders, the nth, lies among those that products could not act on.
pub(crate) async fn put_aside(shop: &Shop, n: u32) {
    let body = json!({"type": "order.placed", "subject": format!("ord_{n}")});
    let at = Timestamp::from_seconds(1_790_000_000);
    let letter = params![Uuid::from_u128(n.into()), n, body, format!("why number {n}"), at];
    assert_eq!(change(shop, "products", &LETTER, letter).await, 1);
}

/// Keeps a database of a shop that works from being written, until it is dropped.
pub(crate) fn write_held(data: &Path, service: &str) -> Connection {
    let db = Connection::open(data.join(format!("{service}.db"))).unwrap();
    db.execute_batch("begin immediate").unwrap();
    db
}

/// What is new of each of so many: its number, and the ids that databases know it by.
fn fresh(tx: &Transaction<'_>, many: u32) {
    tx.execute_batch(&format!(
        "create temp table fresh as
             with recursive n(n) as (select 1 union all select n + 1 from n where n < {many})
             select n, unhex('0190' || printf('%028x', n)) as id, unhex('0191' || printf('%028x', n)) as placement,
                    unhex('0192' || printf('%028x', n % 5000)) as user, unhex('0195' || printf('%028x', n)) as payment
             from n;"
    ))
    .unwrap();
}

/// For each of them a copy of the rows that `of` names, but for its own values.
fn copy(tx: &Transaction<'_>, table: &str, of: &str, own: &[(&str, &str)]) {
    let names: Vec<String> = {
        let mut asked = tx.prepare(&format!("select name from pragma_table_info('{table}')")).unwrap();
        asked.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let values = names.iter().map(|name| {
        let own = own.iter().find(|(known, _)| known == name);
        own.map_or_else(|| format!("t.{name}"), |(_, value)| (*value).to_owned())
    });
    let values: Vec<String> = values.collect();
    let insert = format!(
        "insert into {table} ({}) select {} from fresh as f cross join (select * from {table} where {of}) as t",
        names.join(", "),
        values.join(", ")
    );
    tx.execute_batch(&insert).unwrap_or_else(|e| panic!("{insert}: {e}"));
}

/// Orders like the one that is there, until there are so many, with all that other services keep of each.
pub(crate) fn fill(data: &Path, many: u32) {
    fill_orders(data, many);
    // who looks has as many of all as of orders
    let user = "case when f.n % 20 = 0 then t.user_id else f.user end";
    fill_with(data, "payments", many, |tx| {
        let one = "id = (select min(id) from payment)";
        copy(tx, "payment", one, &[("id", "f.payment"), ("order_id", "f.id"), ("user_id", user)]);
        let id = "unhex('0196' || printf('%028x', f.n))";
        let of_attempt = [("id", id), ("payment_id", "f.payment"), ("client_key", id)];
        copy(tx, "attempt", "id = (select min(id) from attempt)", &of_attempt);
    });
    fill_with(data, "products", many, |tx| {
        copy(
            tx,
            "placement",
            "id = (select min(id) from placement)",
            &[("id", "f.placement"), ("ask_at", "null")],
        );
        let one = "(placement_id, product_id) = (select placement_id, product_id from reservation limit 1)";
        let gone = [("open", "0"), ("consumed", "t.quantity"), ("released", "0")];
        copy(tx, "reservation", one, &[&[("placement_id", "f.placement")][..], &gone].concat());
        let id = "unhex('0197' || printf('%028x', f.n))";
        let one = "seq = (select min(seq) from movement)";
        copy(tx, "movement", one, &[("seq", "null"), ("id", id), ("note", "null")]);
    });
    fill_with(data, "notifications", many, |tx| {
        let own = [
            ("id", "unhex('0198' || printf('%028x', f.n))"),
            ("aggregate", "'filled-' || f.n"),
            ("about", "'filled-' || f.n"),
            ("recipient_key", "null"),
            ("recipient", "case when f.n % 20 = 0 then t.recipient else 'filled@example.com' end"),
        ];
        copy(tx, "mail", "id = (select min(id) from mail)", &own);
    });
}

/// So many products and customers like those that are there, which are found by the same words as the orders of [`fill`].
pub(crate) fn fill_shelves(data: &Path, many: u32) {
    let name = ("name", "'Teapot of Lovelace'");
    fill_with(data, "products", many, |tx| {
        let own = [("id", "f.id"), ("sku", "'F-' || f.n"), ("name_key", "'teapot of lovelace'"), name];
        copy(tx, "product", "id = (select min(id) from product)", &own);
        words(tx, "product_word", "product_id", "id");
    });
    fill_with(data, "auth", many, |tx| {
        let nick = "'filled-' || f.n";
        let nobody = [("email", "null"), ("email_key", "null"), ("username", nick), ("username_key", nick)];
        let own = [&[("id", "f.user"), name][..], &nobody].concat();
        copy(tx, "account", "id = (select max(id) from account where role = 'customer')", &own);
        words(tx, "account_word", "account", "user");
    });
}

/// So many products like the one that is there, of which half are teapots and half lovelaces: none is both.
pub(crate) fn fill_shelves_apart(data: &Path, many: u32) {
    fill_shelves(data, many);
    meddle(
        data,
        "products",
        "update product set name = case when cast(substr(sku, 3) as integer) % 2 = 0 then 'Teapot' else 'Lovelace' end
             where sku like 'F-%';
         update product set name_key = lower(name) where sku like 'F-%';
         delete from product_word where (product_id, word) not in (select id, name_key from product);",
    );
}

fn words(tx: &Transaction<'_>, table: &str, of: &str, id: &str) {
    tx.execute_batch(&format!(
        "insert into {table} ({of}, word) select fresh.{id}, w.value from fresh, json_each('[\"teapot\", \"of\", \"lovelace\"]') as w"
    ))
    .unwrap();
}

fn fill_with(data: &Path, service: &str, many: u32, rows: impl FnOnce(&Transaction<'_>)) {
    let mut db = Connection::open(data.join(format!("{service}.db"))).unwrap();
    let tx = db.transaction().unwrap();
    fresh(&tx, many);
    rows(&tx);
    tx.commit().unwrap();
}

fn fill_orders(data: &Path, many: u32) {
    let mut db = Connection::open(data.join("orders.db")).unwrap();
    let tx = db.transaction().unwrap();
    fresh(&tx, many);
    tx.execute_batch("create temp table one as select * from orders limit 1").unwrap();
    // from the oldest, of two months, to the one that is there
    let at = format!("(select created_at from one) - ({many} - f.n + 1) * (5184000000000 / {many})");
    let own = [
        ("id", "f.id"),
        ("number", "f.n + 1000000"),
        ("placement_id", "f.placement"),
        // who looks has more than a page of them in both shops
        ("user_id", "case when f.n % 20 = 0 then t.user_id else f.user end"),
        // of each kind that pages ask for there are some; what waits is little
        ("status", "case when f.n % 20 = 0 then t.status else 'completed' end"),
        ("fulfilment_status", "case when f.n % 20 = 0 then t.fulfilment_status else 'delivered' end"),
        ("total", "t.total + f.n % 1000"),
        ("created_at", &at),
        ("updated_at", &at),
    ];
    let of_one = "order_id = (select id from one)";
    copy(&tx, "orders", "id = (select id from one)", &own);
    copy(
        &tx,
        "order_line",
        of_one,
        &[("id", "unhex('0193' || printf('%024x%04x', f.n, t.place))"), ("order_id", "f.id")],
    );
    copy(&tx, "person", of_one, &[("order_id", "f.id")]);
    tx.execute_batch(
        "insert into person_word (order_id, word) select id, 'lovelace' from fresh;
         insert into order_word (order_id, word) select id, 'teapot' from fresh;
         insert into person_word (order_id, word) select id, 'babbage' from fresh where n % 90 = 0;
         insert into order_word (order_id, word) select id, 'celadon' from fresh where n % 90 = 0;
         insert into order_word (order_id, word) select id, 'lapis' from fresh where n % 4 = 0;
         insert into person_word (order_id, word) select id, 'boole' from fresh where n % 5 = 0;
         insert into order_word (order_id, word) select id, printf('tone%02d', n % 12) from fresh;
         insert into order_word (order_id, word) select id, printf('shade%02d', n % 70) from fresh where n % 7 = 0;
         update order_word set created_at = (select created_at from orders where id = order_id);
         update person_word set created_at = (select created_at from orders where id = order_id);
         delete from order_sum;
         insert into order_sum select created_at - created_at % 3600000000, currency, 0, count(*), count(*), sum(owed)
             from orders group by 1, 2;",
    )
    .unwrap();
    tx.commit().unwrap();
}
