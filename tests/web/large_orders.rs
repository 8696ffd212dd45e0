//! More orders than anybody could place, written into the files of a shop that stands, with all that its services keep of them:
//! each table that grows with orders grows, as it would in a shop that has taken so many in two months.
//!
//! The program goes on from there as if it had made the rows: no timer of them is due for days, no event of them waits, and
//! all consumers have handled their events. Their JSON is that of the order that was there.
//!
//! Of each twenty orders one is like that order, and of its customer, so that the lists have more than a page of them in a small
//! shop, too. The others are completed, since few orders wait for staff.

mod events;
mod kept;

use super::{shop::file::ServiceFile, tampered_data::meddle};
use kernel::id::{
    AttemptKind, BasketKind, FulfilmentKind, Id, IdKind, OrderKind, PaymentKind, PlacementKind, RefundKind,
    UserKind,
};
use ordo::data_dir::{DATABASE, SIMULATOR};
use rusqlite::{Connection, Transaction, params};
use std::{collections::BTreeSet, path::Path};
use uuid::Uuid;

/// Each of the other customers has as many orders.
const ORDERS_OF_ONE: u32 = 20;
/// Orders are up to so old, in microseconds: a shop forgets nothing of them yet.
const TWO_MONTHS: i64 = 60 * DAY;
const SERVICES: [&str; 6] = ["auth", "products", "orders", "payments", "simulator", "notifications"];
const DAY: i64 = 24 * 3600 * 1_000_000;

/// Orders like the one that is there, until there are so many, with all that other services keep of each.
pub(crate) fn fill(data: &Path, many: u32) {
    fill_with(data, many, |tx| {
        kept::by_orders(tx);
        kept::by_payments(tx);
        kept::by_products(tx);
        kept::by_notifications(tx);
        kept::by_auth(tx);
        events::to_all(tx);
        assert_all_grow(tx, many);
    });
}

/// Tables that do not grow with orders, in every database or in one.
const STAY: [&str; 42] = [
    "schema_history",
    "secret_print",
    "feed",
    "heard",
    "word_refresh",
    "search_build",
    "search_word",
    // what has gone wrong
    "dead_letter",
    "orders__shortfall",
    "orders__reservation_heard",
    // one row for all, for an hour, or for a product
    "notifications__audit_report",
    "orders__order_number",
    "orders__order_sum",
    "orders__stock_heard",
    "products__product",
    "products__product_word",
    "products__search_entry",
    "auth__account_word",
    "notifications__public_log",
    // what is over is gone, or nothing is done in this way
    "auth__timer",
    "products__timer",
    "payments__timer",
    "notifications__timer",
    "auth__idempotency",
    "products__idempotency",
    "payments__idempotency",
    "notifications__idempotency",
    "simulator.job",
    "notifications__event",
    "notifications__forgotten_version",
    "notifications__email_queue",
    "notifications__mailbox_lock",
    // only of a database that goes on from an older copy
    "payments__epoch",
    "payments__unknown_charge",
    // what people seldom have, or not for long
    "auth__api_key",
    "auth__email_verification",
    "auth__login_failure",
    "auth__password_reset",
    "auth__revocation",
    "auth__revocation_head",
    "auth__setup",
    "auth__signing_key",
];

/// A table that comes to be is filled, or said to stay as it is.
fn assert_all_grow(tx: &Transaction<'_>, many: u32) {
    let tables = "select schema || '.' || name, name from pragma_table_list
                  where type = 'table' and schema <> 'temp' and name not like 'sqlite\\_%' escape '\\'";
    let mut asked = tx.prepare(tables).unwrap();
    let mut named = BTreeSet::new();
    let all = asked.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    for (table, name) in all.map(Result::<(String, String), _>::unwrap) {
        let rows: u32 = tx.query_row(&format!("select count(*) from {table}"), [], |row| row.get(0)).unwrap();
        let called = [table.as_str(), &name, name.split_once("__").map_or(name.as_str(), |(_, name)| name)];
        let found: Vec<&str> = STAY.into_iter().filter(|one| called.contains(one)).collect();
        assert!(!found.is_empty() || rows >= many / 50, "{table} has {rows} rows only");
        named.extend(found);
    }
    let gone: Vec<&str> = STAY.into_iter().filter(|one| !named.contains(one)).collect();
    assert!(gone.is_empty(), "no table is called {gone:?}");
}

/// Nobody acts on what was filled once more: of what it tells too little is said for that, so that it would be put aside.
pub(crate) fn assert_nothing_is_heard_again(data: &Path) {
    for service in SERVICES {
        let db = ServiceFile::open(data, service);
        let count = |of: &str| -> i64 {
            db.query_row(&format!("select count(*) from {of}"), [], |row| row.get(0)).unwrap()
        };
        if service != "simulator" {
            assert_eq!(count("dead_letter"), 0, "{service} could not act on events");
        }
    }
}

/// So many products and customers like those that are there, which are found by the same words as the orders of [`fill`].
pub(crate) fn fill_shelves(data: &Path, many: u32) {
    let name = ("name", "'Teapot of Lovelace'");
    fill_with(data, many, |tx| {
        let sku = [("sku", "'F-' || f.n"), ("sku_key", "'f-' || f.n")];
        let own = [&[("id", "f.order_id"), ("name_key", "'teapot of lovelace'"), name][..], &sku].concat();
        copy(tx, "products__product", "id = (select min(id) from products__product)", &own);
        let nick = "'shelved-' || f.n";
        let nobody = [("email", "null"), ("email_key", "null"), ("username", nick), ("username_key", nick)];
        let own = [&[("id", "f.order_id"), name][..], &nobody].concat();
        copy(tx, "auth__account", A_CUSTOMER, &own);
        let titled = "·teapot ·of ·lovelace teapot of lovelace";
        index(tx, "products", &format!("select order_id as id, '{titled}' as tokens from fresh"));
        index(tx, "auth", "select order_id as id, 'teapot of lovelace' as tokens from fresh");
    });
}
const A_CUSTOMER: &str = "id = (select max(id) from auth__account where role = 'customer')";

/// So many products like the one that is there, of which half are teapots and half lovelaces: none is both.
pub(crate) fn fill_shelves_apart(data: &Path, many: u32) {
    fill_shelves(data, many);
    meddle(
        data,
        "products",
        "update product set name = case when cast(substr(sku, 3) as integer) % 2 = 0 then 'Teapot' else 'Lovelace' end
             where sku like 'F-%';
         update product set name_key = lower(name) where sku like 'F-%';
         insert or replace into search_text (rowid, tokens)
             select e.seq, '·' || p.name_key || ' ' || p.name_key from search_entry e join product p on p.id = e.id
             where p.sku like 'F-%';",
    );
}

/// Writes rows of an `id` and its `tokens` into the search index of a service, as older than all existing rows.
fn index(tx: &Transaction<'_>, service: &str, rows: &str) {
    let (entry, text) = (format!("{service}__search_entry"), format!("{service}__search_text"));
    run(
        tx,
        &format!(
            "create temp table indexed as select row_number() over (order by id)
                 + (select coalesce(max(seq), 0) from {entry} where seq < {OLD}) as seq, id, tokens from ({rows});
             insert into {entry} (seq, id) select seq, id from indexed;
             insert into {text} (rowid, tokens) select seq, tokens from indexed;
             drop table indexed;"
        ),
    );
}
/// Rows that a service has indexed have larger numbers than this.
const OLD: i64 = 1_000_000_000;

fn run(tx: &Transaction<'_>, statements: &str) {
    tx.execute_batch(statements).unwrap_or_else(|e| panic!("{statements}: {e}"));
}

/// The databases, with so many that are new, in one transaction.
fn fill_with(data: &Path, many: u32, rows: impl FnOnce(&Transaction<'_>)) {
    let mut db = Connection::open(data.join(DATABASE)).unwrap();
    db.execute("attach ? as simulator", [data.join(SIMULATOR).to_str().unwrap()]).unwrap();
    let tx = db.transaction().unwrap();
    fresh(&tx, many);
    rows(&tx);
    tx.commit().unwrap();
}

/// What is new: its number, its moment, who ordered it, whether it is with them, whether some of the money went back; and of each
/// thing that there is one of for an order the id, as databases and as people know it.
fn fresh(tx: &Transaction<'_>, many: u32) {
    let things = [
        thing::<OrderKind>("order", 0x190),
        thing::<PlacementKind>("placement", 0x191),
        thing::<PaymentKind>("payment", 0x195),
        thing::<AttemptKind>("attempt", 0x196),
        thing::<FulfilmentKind>("fulfilment", 0x199),
        thing::<RefundKind>("refund", 0x19a),
        thing::<BasketKind>("basket", 0x19b),
    ];
    // from the oldest to the one that is there
    tx.execute_batch(&format!(
        "create temp table one as select id, user_id, created_at from orders__orders limit 1;
         create temp table number (n integer primary key, digits text);
         create temp view user as select n,
             case when n % 20 = 0 then (select user_id from one) else {} end as user_id from number;",
        id(0x192, &format!("n % {}", (many / ORDERS_OF_ONE).max(1)))
    ))
    .unwrap();
    let mut insert = tx.prepare("insert into number values (?, ?)").unwrap();
    for n in 1..=many {
        let digits = Id::<UserKind>::from_uuid(Uuid::from_u128(n.into())).to_string();
        insert.execute(params![n, &digits[digits.len() - DIGITS..]]).unwrap();
    }
    tx.execute_batch(&format!(
        "create temp table fresh as select n, (select created_at from one) - ({many} - n + 1) * ({TWO_MONTHS} / {many}) as at,
             digits, user_id, n % 20 <> 0 as delivered, n % 20 = 10 as refunded, {} from number join user using (n);",
        things.join(", ")
    ))
    .unwrap();
}

/// So many digits at the end of an id tell the number alone.
const DIGITS: usize = 22;

/// The two columns that say how a thing is known.
fn thing<K: IdKind>(thing: &str, space: u32) -> String {
    let none = Id::<K>::from_uuid(Uuid::from_u128(u128::from(space) << 112)).to_string();
    let head = &none[..none.len() - DIGITS];
    format!("{} as {thing}_id, '{head}' || digits as {thing}_name", id(space, "n"))
}

/// The id of this number.
fn id(space: u32, n: &str) -> String {
    format!("unhex('{space:04x}' || printf('%028x', {n}))")
}

/// For each that is new a copy of the rows that `of` names, but for its own values.
fn copy(tx: &Transaction<'_>, table: &str, of: &str, own: &[(&str, &str)]) {
    copy_for(tx, "true", table, of, own);
}

/// The same, for some of those that are new.
fn copy_for(tx: &Transaction<'_>, some: &str, table: &str, of: &str, own: &[(&str, &str)]) {
    let (schema, name) = table.split_once('.').unwrap_or(("main", table));
    let names: Vec<String> = {
        let mut asked = tx.prepare("select name from pragma_table_info(?, ?)").unwrap();
        asked.query_map([name, schema], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let missing: Vec<_> = own.iter().filter(|(known, _)| !names.iter().any(|name| name == known)).collect();
    assert!(missing.is_empty(), "{table} has no {missing:?}");
    let value = |name: &String| {
        let own = own.iter().find(|(known, _)| known == name);
        own.map_or_else(|| format!("t.{name}"), |(_, value)| (*value).to_owned())
    };
    let values: Vec<String> = names.iter().map(value).collect();
    let insert = format!(
        "insert into {table} ({}) select {} from fresh as f cross join (select * from {table} where {of}) as t where {some}",
        names.join(", "),
        values.join(", ")
    );
    let rows = tx.execute(&insert, []).unwrap_or_else(|e| panic!("{insert}: {e}"));
    assert!(rows > 0, "there is nothing to copy: {insert}");
}
