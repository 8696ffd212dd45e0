//! What the service runs for others reads ranges of indexes, never a whole table, and sorts nothing.

use crate::world::OrdersTestBed;
use db::{Sql, params};
use testkit::query_plans::{self, AllowedScans};

on_both!(no_statement_for_others_reads_a_whole_table);

const MAY: AllowedScans = AllowedScans {
    scan: &[
        // counted for a backup
        "COUNT_ORDERS",
        // the audit, of all orders of some days
        "DIFFERENT",
        // reservations that were lost or made again: none, but after a restore
        "HEARD_RESERVATIONS",
        "FORGET_RESERVATION_VERSION",
        "ALL_LOST",
        // its table is of one row
        "NEXT_NUMBER",
        "NUMBERS",
        // its table is of one row, while words are written again
        "PASS word_refresh",
        "HOLD word_refresh",
        "SET word_refresh",
        "DELETE word_refresh",
    ],
    sort: &[
        // the lines of one basket, and of one order's fulfilments
        "READ_BASKET",
        "FULFILMENTS_OF_ORDER",
        "BESIDE_ORDER",
        // those that it is given by name, or their lines
        "LINES_OF_MANY",
        "NEWEST_OF_MANY",
        "KEEP_STILL",
        // of a word that few have, in any order of a list
        "OF_WORD_BY_CREATED_AT",
        "OF_WORD_BY_CREATED_AT_DOWN",
        "OF_WORD_BY_UPDATED_AT",
        "OF_WORD_BY_UPDATED_AT_DOWN",
        "OF_WORD_BY_TOTAL",
        "OF_WORD_BY_TOTAL_DOWN",
        // of a customer who has few
        "FEW_OF_USER_BY_UPDATED_AT",
        "FEW_OF_USER_BY_UPDATED_AT_DOWN",
        "FEW_OF_USER_BY_TOTAL",
        "FEW_OF_USER_BY_TOTAL_DOWN",
        // the first of some ranges
        "OF_USER_BY_CREATED_AT",
        "OF_USER_BY_CREATED_AT_DOWN",
        "OF_STATES_BY_CREATED_AT",
        "OF_STATES_BY_CREATED_AT_DOWN",
        "OF_ATTENTION_BY_CREATED_AT",
        "OF_ATTENTION_BY_CREATED_AT_DOWN",
    ],
    read: &[
        // the masks that an index has
        "SCAN masks",
        // what a subquery has found
        "SCAN f",
        "SCAN noted",
        "SCAN few",
        // the words that are looked for, and those some that begin so
        "SCAN value",
        "SCAN wanted",
        "SCAN asked",
        "SCAN kinds",
        "SCAN spelled",
        "SCAN allowed",
        "SCAN timeless",
        // orders that are near, and how they end
        "SCAN near",
        "SCAN last",
        "SCAN judged",
        "SCAN found",
    ],
};

async fn no_statement_for_others_reads_a_whole_table(world: OrdersTestBed) {
    let found = query_plans::wasteful(&world.db, orders::statements(), &flow::store::statements(), MAY).await;
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// In parts, as one statement may take ten seconds and a busy machine needs as many for all of them.
const SIX_THOUSAND: Sql = Sql::both(
    "insert into orders (id, number, user_id, status, hold_payment, hold_stock_short, hold_stock_missing, hold_manual, currency,
         total, owed, adjustments, metadata, payment_status, fulfilment_status, packed, version, created_at, updated_at)
     select gen_random_uuid(), n, gen_random_uuid(), 'completed', false, false, false, false, 'EUR', 1, 1, '{}', '{}', 'paid',
         'delivered', 0, 1, now() - n * interval '1 minute', now()
     from generate_series($1 * 6000 + 1, $1 * 6000 + 6000) as n",
);
/// A word that a hundred of them have.
const WORDS: Sql = Sql::both(
    "insert into order_word (order_id, word, created_at)
     select id, 'tone' || number % 600, created_at from orders where number > $1 * 6000 and number <= $1 * 6000 + 6000",
);
const SOME: Sql = Sql::both(
    "select cast(array_agg(id) as text) as ids
     from (select id from orders order by md5(cast(number as text)) limit 900) as few",
);

/// The last id that there can be.
const LAST: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/// PostgreSQL goes through a table where it takes that for cheaper than as many looks into an index.
#[tokio::test]
async fn lists_of_many_orders_go_by_ranges_and_ids() {
    let OrdersTestBed { db, .. } = OrdersTestBed::on_postgres().await;
    let mut tx = db.begin().await.unwrap();
    for part in 0_i64..10 {
        tx.run(&SIX_THOUSAND, params![part]).await.unwrap();
        tx.run(&WORDS, params![part]).await.unwrap();
    }
    tx.run(&Sql::both("analyze orders"), params![]).await.unwrap();
    tx.run(&Sql::both("analyze order_word"), params![]).await.unwrap();
    tx.commit("test.fill").await.unwrap();
    let ids: String = db.query_one(&SOME, params![]).await.unwrap().get("ids").unwrap();
    let none = "'{}'";
    // no filter, and no draft
    let unfiltered = "null, ".repeat(16);
    let user = format!("{}'{LAST}', {}", "null, ".repeat(12), "null, ".repeat(3));
    let attention = format!("{}256, {}", "null, ".repeat(9), "null, ".repeat(6));
    let of_ids = |words: &str| ("THOSE_OF_IDS", format!("{words}, {unfiltered}'{ids}'"));
    let of_few = |name, before: &str| (name, format!("{none}, {unfiltered}{before}, '{LAST}', 121, 'tone7'"));
    let next = |name, filters: &str, own: &str| (name, format!("{none}, {filters}now(), '{LAST}', 21{own}"));
    for (name, values) in [
        of_ids(none),
        of_ids("'{1lapis}'"),
        of_ids("'{7lapis,4lazuli}'"),
        of_few("OF_WORD_BY_CREATED_AT_DOWN", "now()"),
        of_few("OF_WORD_BY_UPDATED_AT_DOWN", "now()"),
        of_few("OF_WORD_BY_TOTAL_DOWN", "1000"),
        next("ALL_BY_CREATED_AT_DOWN", &unfiltered, ""),
        next("ALL_BY_UPDATED_AT_DOWN", &unfiltered, ""),
        next("OF_USER_BY_CREATED_AT_DOWN", &user, ", '{pending,completed}'"),
        next("FEW_OF_USER_BY_UPDATED_AT_DOWN", &user, ", 1000"),
        next("OF_STATES_BY_CREATED_AT_DOWN", &unfiltered, ", '{completed}', '{paid,unpaid}', '{delivered}'"),
        next("OF_ATTENTION_BY_CREATED_AT_DOWN", &attention, ""),
        ("COUNT_ATTENTION", "100, now(), now(), now(), 1024, 128".to_owned()),
    ] {
        let (_, sql) = orders::statements().into_iter().find(|(known, _)| *known == name).unwrap();
        let steps = query_plans::for_values(&db, &sql, &values).await;
        let scans = steps.iter().any(|step| step.contains("Seq Scan on"));
        assert!(!scans, "{name} of {values}: {}", steps.join(" / "));
    }
}
