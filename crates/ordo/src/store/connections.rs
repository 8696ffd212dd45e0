//! Who is connected to a database of PostgreSQL.

use db::{Db, Result, Sql};

const OTHERS: Sql = Sql::both(
    "select count(*) as n from pg_stat_activity where datname = current_database()
         and application_name = current_setting('application_name') and pid <> pg_backend_pid()",
);

/// How many other connections there are of the same name, which is the service's. `db` has a single one.
pub(crate) async fn others(db: &Db) -> Result<i64> {
    db.query_one(&OTHERS, &[]).await?.get("n")
}
