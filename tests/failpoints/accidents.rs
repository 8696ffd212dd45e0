//! What no client can bring about: something happens to the files of a program that does not run. And a look into
//! them, beside the program.

use kernel::id::OrderId;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

fn open(data: &Path, service: &str) -> Connection {
    let path = data.join(format!("{service}.db"));
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    database
}

/// One statement on one service's database.
pub fn happen(data: &Path, service: &str, statement: &str) {
    let database = open(data, service);
    let changed = database.execute(statement, []).unwrap_or_else(|e| panic!("{statement}: {e}"));
    assert!(changed > 0, "it changes nothing: {statement}");
}

/// Somebody who writes to a service's database and does not finish: nobody else can write, as long as this lives.
pub struct Keeper(#[expect(dead_code, reason = "it is held")] Connection);

impl Keeper {
    pub fn of(data: &Path, service: &str) -> Keeper {
        let database = open(data, service);
        database.execute_batch("begin immediate").unwrap();
        Keeper(database)
    }
}

/// One number of one service's database.
pub fn number(data: &Path, service: &str, query: &str) -> i64 {
    open(data, service).query_row(query, [], |row| row.get(0)).unwrap_or_else(|e| panic!("{query}: {e}"))
}

/// The order's id, as a statement writes it.
pub fn blob(order: &str) -> String {
    let id: OrderId = order.parse().unwrap();
    format!("x'{}'", id.uuid().simple())
}
