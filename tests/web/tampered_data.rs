//! What is done to the data of a shop, past its services: changes, and accidents.

use super::shop::{Shop, file::ServiceFile};
use db::{Param, Sql, params};
use kernel::Timestamp;
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
    ServiceFile::open(data, service).execute_batch(statement).unwrap();
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

/// Keeps the databases of a shop that works from being written, until it is dropped.
pub(crate) fn write_held(data: &Path) -> ServiceFile {
    let db = ServiceFile::open(data, "orders");
    db.execute_batch("begin immediate").unwrap();
    db
}

/// Lets no row come into a table of a shop that works, until it is dropped.
pub(crate) struct LockedTable(ServiceFile);

impl LockedTable {
    pub(crate) fn table(data: &Path, name: &str) -> LockedTable {
        let db = ServiceFile::open(data, "orders");
        let shut =
            format!("create trigger shut before insert on {name} begin select raise(abort, 'shut'); end");
        db.execute_batch(&shut).unwrap();
        LockedTable(db)
    }
}

impl Drop for LockedTable {
    fn drop(&mut self) {
        self.0.execute_batch("drop trigger shut").unwrap();
    }
}
