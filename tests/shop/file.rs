//! The databases of an embedded shop, past its services.

use ordo::data_dir::{DATABASE, SIMULATOR};
use rusqlite::{Connection, OpenFlags, Params, Row, Statement, config::DbConfig};
use std::{path::Path, time::Duration};

/// What one service has in the file of a shop: its tables are called as in the statements of the service.
pub struct ServiceFile {
    connection: Connection,
    /// None in a file that has only one.
    namespace: Option<String>,
}

impl ServiceFile {
    pub fn open(data: &Path, service: &str) -> ServiceFile {
        let (name, namespace) = match service {
            "simulator" => (SIMULATOR, None),
            service => (DATABASE, Some(service.to_owned())),
        };
        let connection =
            Connection::open_with_flags(data.join(name), OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        connection.busy_timeout(Duration::from_secs(5)).unwrap();
        // the shop copies the log of its file itself
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
        connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        ServiceFile { connection, namespace }
    }

    /// A statement of the service as the file takes it.
    pub fn text(&self, statement: &str) -> String {
        let Some(namespace) = &self.namespace else { return statement.to_owned() };
        let mut names =
            self.connection.prepare("select name from sqlite_schema where type = 'table'").unwrap();
        let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        db::sqlite::in_namespace(namespace, &names, statement)
    }

    pub fn prepare(&self, statement: &str) -> rusqlite::Result<Statement<'_>> {
        self.connection.prepare(&self.text(statement))
    }

    pub fn execute(&self, statement: &str, params: impl Params) -> rusqlite::Result<usize> {
        self.connection.execute(&self.text(statement), params)
    }

    pub fn execute_batch(&self, statements: &str) -> rusqlite::Result<()> {
        self.connection.execute_batch(&self.text(statements))
    }

    pub fn query_row<T>(
        &self,
        query: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.connection.query_row(&self.text(query), params, read)
    }
}
