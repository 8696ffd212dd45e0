//! How far the search words of accounts are written again after an upgrade; no row once they all are.

use super::{accounts, words};
use db::{Db, Result, Tx, params, statements};
use kernel::id::UserId;
use uuid::Uuid;

statements! {
    PASS = "select pass from word_refresh";
    HOLD = "select pass, after from word_refresh for update";
    SET = "update word_refresh set pass = $1, after = $2";
    DELETE = "delete from word_refresh";
    NEXT = "select id from account where id > $1 order by id limit $2";
}

const BATCH: i64 = 50;
const PASSES: i64 = 2;

/// The number of the pass that is at work; none once all is done.
pub(crate) async fn pass(db: &Db) -> Result<Option<i64>> {
    db.query_opt(&PASS, params![]).await?.map(|row| row.get("pass")).transpose()
}

/// Writes the words of the next accounts.
pub(crate) async fn refresh_some(tx: &mut Tx) -> Result<()> {
    let Some(row) = tx.query_opt(&HOLD, params![]).await? else { return Ok(()) };
    let (pass, after) = (row.get::<i64>("pass")?, row.get::<Option<UserId>>("after")?);
    let after = after.unwrap_or_else(|| UserId::from_uuid(Uuid::nil()));
    let rows = tx.query(&NEXT, params![after, BATCH]).await?;
    let ids = rows.iter().map(|row| row.get("id")).collect::<Result<Vec<UserId>>>()?;
    for id in &ids {
        if let Some(user) = accounts::lock(tx, *id).await? {
            words::replace(tx, &user).await?;
        }
    }
    match ids.last() {
        Some(last) => tx.run(&SET, params![pass, *last]).await,
        None if pass < PASSES => tx.run(&SET, params![pass + 1, None::<UserId>]).await,
        None => tx.run(&DELETE, params![]).await,
    }
    .map(drop)
}
