//! How far the search words of orders are written again after an upgrade; no row once they all are.

use super::{orders, personal_data};
use db::{Db, Result, Tx, params, statements};
use kernel::id::OrderId;
use uuid::Uuid;

statements! {
    PASS = "select pass, after from word_refresh";
    HOLD = "select pass, after from word_refresh for update";
    SET = "update word_refresh set pass = $1, after = $2";
    DELETE = "delete from word_refresh";
    NEXT = "select id from orders where id > $1 order by id limit $2";
}

const BATCH: i64 = 50;
const PASSES: i64 = 2;

/// The current pass, and the last order whose words it has written. None once all passes are done.
pub(crate) async fn pass(db: &Db) -> Result<Option<(i64, Option<OrderId>)>> {
    let row = db.query_opt(&PASS, params![]).await?;
    row.map(|row| Ok((row.get("pass")?, row.get("after")?))).transpose()
}

/// Keeps other replicas from the refresh until the transaction ends; false where it is over.
pub(crate) async fn hold(tx: &mut Tx) -> Result<bool> {
    Ok(tx.query_opt(&HOLD, params![]).await?.is_some())
}

/// Writes the words of the next orders.
pub(crate) async fn refresh_some(tx: &mut Tx) -> Result<()> {
    let Some(row) = tx.query_opt(&HOLD, params![]).await? else { return Ok(()) };
    let (pass, after) = (row.get::<i64>("pass")?, row.get::<Option<OrderId>>("after")?);
    let rows = tx.query(&NEXT, params![after.unwrap_or(OrderId::from_uuid(Uuid::nil())), BATCH]).await?;
    let ids = rows.iter().map(|row| row.get("id")).collect::<Result<Vec<OrderId>>>()?;
    for id in &ids {
        orders::refresh_words(tx, *id).await?;
        personal_data::refresh_words(tx, *id).await?;
    }
    match ids.last() {
        Some(last) => tx.run(&SET, params![pass, *last]).await,
        None if pass < PASSES => tx.run(&SET, params![pass + 1, None::<OrderId>]).await,
        None => tx.run(&DELETE, params![]).await,
    }
    .map(drop)
}
