//! What no client can bring about: something happens to the files of a program that does not run. And a look into
//! them, beside the program.

use crate::shop::file::ServiceFile;
use kernel::id::OrderId;
use std::path::Path;

/// One statement on one service's database.
pub fn happen(data: &Path, service: &str, statement: &str) {
    let database = ServiceFile::open(data, service);
    let changed = database.execute(statement, []).unwrap_or_else(|e| panic!("{statement}: {e}"));
    assert!(changed > 0, "it changes nothing: {statement}");
}

/// No payment can be opened, as long as this lives. (A lock on the file would block all services.)
pub struct BlockedPayments(ServiceFile);

impl BlockedPayments {
    pub fn of_payments(data: &Path) -> BlockedPayments {
        let database = ServiceFile::open(data, "payments");
        let keep =
            "create trigger kept before insert on payments__payment begin select raise(abort, 'kept'); end";
        database.execute_batch(keep).unwrap();
        BlockedPayments(database)
    }
}

impl Drop for BlockedPayments {
    fn drop(&mut self) {
        self.0.execute_batch("drop trigger kept").unwrap();
    }
}

/// One number of one service's database.
pub fn number(data: &Path, service: &str, query: &str) -> i64 {
    ServiceFile::open(data, service)
        .query_row(query, [], |row| row.get(0))
        .unwrap_or_else(|e| panic!("{query}: {e}"))
}

/// The order's id, as a statement writes it.
pub fn blob(order: &str) -> String {
    let id: OrderId = order.parse().unwrap();
    format!("x'{}'", id.uuid().simple())
}
