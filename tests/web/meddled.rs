//! What is done to the files of a shop that stands, past its services: more orders than anybody could place, and accidents.

use rusqlite::Connection;
use std::path::Path;

/// Changes a database of a shop that stands.
pub(crate) fn meddle(data: &Path, service: &str, statement: &str) {
    let db = Connection::open(data.join(format!("{service}.db"))).unwrap();
    db.execute_batch(statement).unwrap();
}

/// Orders like the one that is there, until there are so many.
pub(crate) fn fill(data: &Path, many: u32) {
    let mut db = Connection::open(data.join("orders.db")).unwrap();
    let tx = db.transaction().unwrap();
    let columns = |table: &str| -> Vec<String> {
        let mut asked = tx.prepare(&format!("select name from pragma_table_info('{table}')")).unwrap();
        asked.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    tx.execute_batch(&format!(
        "create temp table fresh as
             with recursive n(n) as (select 1 union all select n + 1 from n where n < {many})
             select n, unhex('0190' || printf('%028x', n)) as id, unhex('0191' || printf('%028x', n)) as placement,
                    unhex('0192' || printf('%028x', n % 5000)) as user from n;
         create temp table one as select * from orders limit 1;"
    ))
    .unwrap();
    // from the oldest, of two months, to the one that is there
    let at = format!("(select created_at from one) - ({many} - f.n + 1) * (5184000000000 / {many})");
    let copy = |table: &str, own: &[(&str, &str)]| {
        let names = columns(table);
        let values = names.iter().map(|name| {
            let own = own.iter().find(|(known, _)| known == name);
            own.map_or_else(|| format!("t.{name}"), |(_, value)| (*value).to_owned())
        });
        let values: Vec<String> = values.collect();
        let key = if table == "orders" { "id" } else { "order_id" };
        let of_one = format!("(select * from {table} where {key} = (select id from one)) as t");
        let insert = format!(
            "insert into {table} ({}) select {} from fresh as f cross join {of_one}",
            names.join(", "),
            values.join(", ")
        );
        tx.execute_batch(&insert).unwrap_or_else(|e| panic!("{insert}: {e}"));
    };
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
    copy("orders", &own);
    copy("order_line", &[("id", "unhex('0193' || printf('%024x%04x', f.n, t.place))"), ("order_id", "f.id")]);
    copy("person", &[("order_id", "f.id")]);
    tx.execute_batch(
        "insert into person_word (order_id, word) select id, 'lovelace' from fresh;
         insert into order_word (order_id, word) select id, 'teapot' from fresh;
         delete from order_sum;
         insert into order_sum select created_at - created_at % 3600000000, currency, 0, count(*), count(*), sum(owed)
             from orders group by 1, 2;",
    )
    .unwrap();
    tx.commit().unwrap();
}
