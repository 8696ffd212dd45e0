//! The column `attention`, in rows of either version, and the lists that the indexes of orders serve.

use crate::world::{Caller, OrdersTestBed};
use contracts::orders::*;
use db::{Db, Engine, Param, Sql, params};
use endpoint::{Json, Page, PageParams, Permission, Query};
use kernel::{Timestamp, id::UserId};
use testkit::{real_env::env, temp_dir::TempDir};

on_both!(
    a_row_has_its_attention_from_either_version,
    orders_have_at_most_eight_indexes,
    lists_of_many_orders_are_what_the_database_sorts,
);

/// An order as a replica of version 0.1.0 writes it, which knows no column `attention`.
const OLD_INSERT: Sql = Sql::both(
    "insert into orders (id, number, placement_id, user_id, status, hold_payment, hold_stock_short,
         hold_stock_missing, hold_manual, currency, total, owed, adjustments, metadata, payment_due_at,
         packed, version, created_at, updated_at, payment_status, fulfilment_status)
     values ($1, $2, null, $1, 'completed', false, false, false, false, 'EUR', 1, 1, '[]', '{}', null, 0, 1, $3, $3, 'paid',
         'delivered')",
);

async fn write(db: &Db, sql: &Sql, values: &[Param]) {
    let mut tx = db.begin().await.unwrap();
    tx.run(sql, values).await.unwrap();
    tx.commit("test.write").await.unwrap();
}

async fn write_old(db: &Db, number: i64) {
    let id = kernel::id::OrderId::from_uuid(uuid::Uuid::from_u128(number.unsigned_abs().into()));
    write(db, &OLD_INSERT, params![id, number, Timestamp::from_seconds(1_800_000_000)]).await;
}

/// Changes of one order after another, each as an older replica makes it, and what attention the order needs then.
const STEPS: [(&str, i64); 22] = [
    ("update orders set version = 2", 0),
    (
        "update orders set status = 'pending', payment_status = 'unpaid', fulfilment_status = 'unfulfilled'",
        512,
    ),
    ("update orders set payment_due_at = created_at", 512 | 1024),
    ("update orders set payment_id = id, payment_version = 1", 512 | 1024 | 2048),
    ("update orders set payment_status = 'pending'", 512 | 1024 | 4096),
    ("update orders set status = 'cancelling', cancel_mode = 'always'", 4096 | 8192),
    ("update orders set payment_status = 'paid'", 8192),
    ("update orders set status = 'confirmed', cancel_mode = null, payment_due_at = null", 1),
    ("update orders set hold_stock_short = true", 256),
    ("update orders set hold_stock_short = false, hold_stock_missing = true", 256),
    ("update orders set hold_stock_missing = false, hold_payment = true", 256),
    ("update orders set hold_payment = false, packed = 1", 2),
    ("update orders set rest_to_pack = true", 1 | 2),
    ("update orders set hold_manual = true", 256),
    (
        "update orders set hold_manual = false, rest_to_pack = false, fulfilment_status = 'partially_shipped'",
        2 | 4,
    ),
    ("update orders set packed = 0", 1 | 4),
    ("update orders set fulfilment_status = 'delivered', failed = 1", 8),
    ("update orders set failed = 0, payment_claimed = 1, payment_offline = 1", 16),
    ("update orders set refunding_since = created_at", 16),
    ("update orders set payment_offline = 0", 128),
    ("update orders set payment_claimed = null, unreturned = true", 32),
    ("update orders set unreturned = false, to_unpack = 2, status = 'completed'", 64),
];

async fn a_row_has_its_attention_from_either_version(w: OrdersTestBed) {
    let attention = async || w.number("select attention as n from orders").await;
    write_old(&w.db, 1).await;
    assert_eq!(attention().await, 0);
    for (change, expected) in STEPS {
        write(&w.db, &Sql::both(change), &[]).await;
        assert_eq!(attention().await, expected, "{change}");
    }
    if w.db.engine() == Engine::Postgres {
        // a written value is overwritten
        write(&w.db, &Sql::both("update orders set attention = 1"), &[]).await;
        assert_eq!(attention().await, 64);
    }
}

/// Rows that are there when the column comes.
async fn goes_on_with_what_is_there(db: &Db) {
    let migrations = orders::migrations();
    let before = migrations.iter().position(|migration| migration.name == "0025_attention").unwrap();
    db::migrate(db, orders::NAME, &migrations[..before]).await.unwrap();
    for number in 1..=3 {
        write_old(db, number).await;
    }
    write(db, &Sql::both("update orders set status = 'pending' where number = 2"), &[]).await;
    write(db, &Sql::both("update orders set hold_manual = true where number = 3"), &[]).await;
    db::migrate(db, orders::NAME, &migrations).await.unwrap();
    let rows = db.query(&Sql::both("select attention from orders order by number"), &[]).await.unwrap();
    let found: Vec<i64> = rows.iter().map(|row| row.get("attention").unwrap()).collect();
    assert_eq!(found, [0, 512, 256]);
}

#[tokio::test]
async fn orders_of_before_get_their_attention_on_sqlite() {
    let folder = TempDir::new();
    goes_on_with_what_is_there(&testkit::one_file::service(folder.path(), orders::NAME, &env())).await;
}

#[tokio::test]
async fn orders_of_before_get_their_attention_on_postgres() {
    let config = db::postgres::Config::new(testkit::postgres::database().await);
    goes_on_with_what_is_there(&db::postgres::open(config, env()).await.unwrap()).await;
}

/// Each is written with nearly every change of an order. Beside them is the one of the primary key.
async fn orders_have_at_most_eight_indexes(w: OrdersTestBed) {
    let count = match w.db.engine() {
        Engine::Sqlite => {
            "select count(*) - 1 as n from sqlite_schema where type = 'index' and tbl_name = 'orders__orders'"
        }
        Engine::Postgres => {
            "select count(*) as n from pg_index where indrelid = cast('orders' as regclass) and not indisprimary"
        }
    };
    assert_eq!(w.number(count).await, 8);
}

/// More than those of a customer that are sorted for a page.
const MANY: i64 = 1_100;
/// Those of `$1` but for a few of `$2`, in all states; some have the same moment, or the same total. Unpaid ones are due within
/// ten minutes, or in an hour at the earliest, so that the time that the test takes does not count.
const FILL: Sql = Sql::each(
    "with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < $4)
     insert into orders (id, number, user_id, status, hold_payment, hold_stock_short, hold_stock_missing, hold_manual, currency,
         total, owed, adjustments, metadata, payment_status, fulfilment_status, packed, failed, payment_due_at, version,
         created_at, updated_at)
     select randomblob(16), n, case when n % 29 = 0 then $2 else $1 end,
         case n % 5 when 0 then 'draft' when 1 then 'pending' when 2 then 'cancelled' else 'confirmed' end,
         false, false, false, n % 7 = 0, 'EUR', n * 37 % 500, 0, '[]', '{}',
         case n % 3 when 0 then 'pending' when 1 then 'unpaid' else 'paid' end,
         case n % 4 when 0 then 'partially_shipped' else 'unfulfilled' end, n % 2, n % 11 = 0,
         case n % 5 when 1 then $3 + (n % 90 * 20 + n % 90 / 30 * 3600) * 1000000 end, 1, $3 - n / 3 * 60000000, $3 + n * 37 % $4 * 60000000
     from numbers where true",
    "insert into orders (id, number, user_id, status, hold_payment, hold_stock_short, hold_stock_missing, hold_manual, currency,
         total, owed, adjustments, metadata, payment_status, fulfilment_status, packed, failed, payment_due_at, version,
         created_at, updated_at)
     select gen_random_uuid(), n, case when n % 29 = 0 then cast($2 as uuid) else cast($1 as uuid) end,
         case n % 5 when 0 then 'draft' when 1 then 'pending' when 2 then 'cancelled' else 'confirmed' end,
         false, false, false, n % 7 = 0, 'EUR', n * 37 % 500, 0, '[]', '{}',
         case n % 3 when 0 then 'pending' when 1 then 'unpaid' else 'paid' end,
         case n % 4 when 0 then 'partially_shipped' else 'unfulfilled' end, n % 2, case when n % 11 = 0 then 1 else 0 end,
         case n % 5 when 1 then cast($3 as timestamptz) + (n % 90 * 20 + n % 90 / 30 * 3600) * interval '1 second' end, 1,
         cast($3 as timestamptz) - n / 3 * interval '1 minute', cast($3 as timestamptz) + n * 37 % $4 * interval '1 minute'
     from generate_series(1, cast($4 as bigint)) as n",
);

async fn lists_of_many_orders_are_what_the_database_sorts(w: OrdersTestBed) {
    let users: [UserId; 2] = [w.env.id(), w.env.id()];
    let now = w.db.now().await.unwrap();
    write(&w.db, &FILL, params![users[0], users[1], now, MANY]).await;
    for text in [
        "insert into order_line (id, order_id, place, title, quantity, unit_price, open, cancelled, shipped, delivered, returned)
             select id, id, 0, 'cup', 1, 1, 1, 0, 0, 0, 0 from orders",
        "insert into person (order_id, remarks) select id, '[]' from orders",
    ] {
        write(&w.db, &Sql::both(text), &[]).await;
    }
    let staff = w.staff(&[Permission::Orders]);
    for user in users {
        let selection = OrderSelection { user_id: Some(user), ..OrderSelection::default() };
        for (status, is_status) in
            [(None, "status <> 'draft'"), (Some(OrderStatus::Confirmed), "status = 'confirmed'")]
        {
            let filter = OrderFilter { status, ..OrderFilter::default() };
            agrees(&w, &staff, (&filter, &selection), is_status).await;
        }
    }
    use AttentionKind::*;
    for (kind, is_kind) in [
        (OnHold, "hold_manual"),
        (Packed, "packed > 0 and status = 'confirmed' and not hold_manual"),
        (ToPack, "packed = 0 and status = 'confirmed' and not hold_manual"),
        (Undelivered, "failed > 0"),
        (PaymentPending, "payment_status = 'pending'"),
        (Unpaid, "status = 'pending'"),
        (UnpaidExpiring, "status = 'pending' and number % 90 < 30"),
    ] {
        let filter = OrderFilter { attention: Some(kind), ..OrderFilter::default() };
        let is_kind = format!("status <> 'draft' and {is_kind}");
        agrees(&w, &staff, (&filter, &OrderSelection::default()), &is_kind).await;
    }
}

/// Compares a list in each order with what the database sorts, which are the orders that meet a condition.
async fn agrees(w: &OrdersTestBed, by: &Caller, asked: (&OrderFilter, &OrderSelection), condition: &str) {
    use OrderSort::*;
    for (sort, order) in [
        (CreatedAt, "created_at, id"),
        (CreatedAtDown, "created_at desc, id desc"),
        (UpdatedAt, "updated_at, id"),
        (UpdatedAtDown, "updated_at desc, id desc"),
        (Total, "total, id"),
        (TotalDown, "total desc, id desc"),
    ] {
        let text = format!(
            "select number from orders where {condition} and (cast($1 as uuid) is null or user_id = $1) order by {order}"
        );
        let rows = w.db.query(&Sql::both(text.leak()), params![asked.1.user_id]).await.unwrap();
        let expected: Vec<i64> = rows.iter().map(|row| row.get("number").unwrap()).collect();
        let filter = OrderFilter { sort: Some(sort), ..asked.0.clone() };
        let found = listed(w, by, &filter, asked.1).await;
        assert!(found == expected, "{filter:?} {:?}:\n{found:?}\n{expected:?}", asked.1);
    }
}

/// The numbers of all that a list has, page by page.
async fn listed(
    w: &OrdersTestBed,
    by: &Caller,
    filter: &OrderFilter,
    selection: &OrderSelection,
) -> Vec<i64> {
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let (filter, selection) = (Query(filter.clone()), Query(selection.clone()));
        let slice = PageParams { limit: Some(100), cursor };
        let Json(Page { items, next_cursor }) =
            w.call(by, ListOrders { filter, selection, slice }).await.unwrap();
        seen.extend(items.iter().map(|order| order.number));
        match next_cursor {
            Some(next) => cursor = Some(next),
            None => return seen,
        }
    }
}
