//! Where a name has signed in lately.

use db::{Db, Result, Tx, params, statements};
use kernel::Timestamp;

statements! {
    IS_KNOWN = "select 1 as one from login_network where name = $1";
    KNOW = "insert into login_network (name, last_at) values ($1, $2)
            on conflict (name) do update set last_at = excluded.last_at";
    DELETE_FORGOTTEN = "delete from login_network
                        where name in (select name from login_network where last_at < $1 order by last_at limit $2)";
}

/// Whether the name has signed in from the network that this key is of.
pub(crate) async fn is_known(db: &Db, key: [u8; 32]) -> Result<bool> {
    Ok(db.query_opt(&IS_KNOWN, params![key]).await?.is_some())
}

/// It has.
pub(crate) async fn know(tx: &mut Tx, key: [u8; 32], now: Timestamp) -> Result<()> {
    tx.run(&KNOW, params![key, now]).await.map(drop)
}

/// Deletes some of what was long ago.
pub(crate) async fn delete_forgotten(tx: &mut Tx, before: Timestamp, at_most: i64) -> Result<u64> {
    tx.run(&DELETE_FORGOTTEN, params![before, at_most]).await
}
