//! Failed sign-ins.

use crate::throttle::{Failures, Throttle};
use db::{Db, Result, Row, Tx, params, statements};
use kernel::Timestamp;

statements! {
    FIND = "select failures, last_at, wait_until from login_failure where name = $1";
    /// Makes the row to lock where there is none.
    MAKE = "insert into login_failure (name, failures, last_at, wait_until) values ($1, 0, $2, $2)
            on conflict (name) do nothing";
    LOCK = "select failures, last_at, wait_until from login_failure where name = $1 for update";
    UPDATE = "update login_failure set failures = $2, last_at = $3, wait_until = $4 where name = $1";
    CLEAR = "delete from login_failure where name = $1";
    DELETE_FORGOTTEN = "delete from login_failure
                        where name in (select name from login_failure where last_at < $1 order by last_at limit $2)";
}

/// The failures of a name.
pub(crate) async fn find(db: &Db, name: [u8; 32]) -> Result<Option<Failures>> {
    db.query_opt(&FIND, params![name]).await?.as_ref().map(read).transpose()
}

/// One more failure of a name.
pub(crate) async fn add(
    tx: &mut Tx,
    throttle: &Throttle,
    name: [u8; 32],
    now: Timestamp,
) -> Result<Failures> {
    tx.run(&MAKE, params![name, now]).await?;
    let before = read(&tx.query_one(&LOCK, params![name]).await?)?;
    let after = throttle.after_failure(&before, now);
    tx.run(&UPDATE, params![name, after.count, after.last_at, after.wait_until]).await?;
    Ok(after)
}

/// Forgets the failures of a name.
pub(crate) async fn clear(tx: &mut Tx, name: [u8; 32]) -> Result<()> {
    tx.run(&CLEAR, params![name]).await.map(drop)
}

/// Deletes some of what is forgotten.
pub(crate) async fn delete_forgotten(tx: &mut Tx, before: Timestamp, at_most: i64) -> Result<u64> {
    tx.run(&DELETE_FORGOTTEN, params![before, at_most]).await
}

fn read(row: &Row) -> Result<Failures> {
    Ok(Failures {
        count: row.get("failures")?,
        last_at: row.get("last_at")?,
        wait_until: row.get("wait_until")?,
    })
}
