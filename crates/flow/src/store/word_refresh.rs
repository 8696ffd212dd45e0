//! How far a service's search words are written again after an upgrade; no row once they all are. The table is in the
//! migrations of the services that need it.

use db::{Db, Result, Sql, Tx, params, statements};
use std::future::Future;
use uuid::Uuid;

statements! {
    PASS = "select pass, after from word_refresh";
    HOLD = "select pass, after from word_refresh for update";
    SET = "update word_refresh set pass = $1, after = $2";
    DELETE = "delete from word_refresh";
}

const BATCH: i64 = 50;
const PASSES: i64 = 2;

/// Rows that have search words.
pub trait SearchRows: 'static {
    /// Selects the first `$2` values of `id` above `$1`, in their order.
    const NEXT: Sql;
    /// Writes the words of a row, if it is still there.
    fn write(tx: &mut Tx, id: Uuid) -> impl Future<Output = Result<()>> + Send;
    /// What else a replica of the older version does not keep up is brought in line before each pass.
    fn before_pass(_: &Db) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

/// The current pass.
pub(crate) struct Pass {
    pub(crate) number: i64,
    pub(crate) has_begun: bool,
}

/// None once all passes are done.
pub(crate) async fn pass(db: &Db) -> Result<Option<Pass>> {
    let Some(row) = db.query_opt(&PASS, params![]).await? else { return Ok(None) };
    let has_begun = row.get::<Option<Uuid>>("after")?.is_some();
    Ok(Some(Pass { number: row.get("pass")?, has_begun }))
}

/// Keeps other replicas from the refresh until the transaction ends; false where it is over.
///
/// # Errors
/// What the database says.
pub async fn hold(tx: &mut Tx) -> Result<bool> {
    Ok(tx.query_opt(&HOLD, params![]).await?.is_some())
}

/// Writes the words of the next rows.
pub(crate) async fn refresh_some<R: SearchRows>(tx: &mut Tx) -> Result<()> {
    let Some(row) = tx.query_opt(&HOLD, params![]).await? else { return Ok(()) };
    let (pass, after) = (row.get::<i64>("pass")?, row.get::<Option<Uuid>>("after")?);
    let rows = tx.query(&R::NEXT, params![after.unwrap_or_default(), BATCH]).await?;
    let ids = rows.iter().map(|row| row.get("id")).collect::<Result<Vec<Uuid>>>()?;
    for id in &ids {
        R::write(tx, *id).await?;
    }
    match ids.last() {
        Some(last) => tx.run(&SET, params![pass, *last]).await,
        None if pass < PASSES => tx.run(&SET, params![pass + 1, None::<Uuid>]).await,
        None => tx.run(&DELETE, params![]).await,
    }
    .map(drop)
}
