//! Since when the database goes on from an older copy.

use super::ReadSource;
use db::{Db, Result, Sql, Tx, params, statements};
use kernel::Timestamp;

statements! {
    BEGIN = "insert into epoch (single, begun_at, is_accepted) values (1, $1, $2)
             on conflict (single) do update set begun_at = excluded.begun_at, is_accepted = excluded.is_accepted";
    READ = "select begun_at from epoch where single = 1";
    READ_ACCEPTED = "select begun_at from epoch where single = 1 and is_accepted";
    READ_NOT_ACCEPTED = "select begun_at from epoch where single = 1 and not is_accepted";
}

/// Begins one; `is_accepted`: the operator has accepted the loss.
pub(crate) async fn begin(tx: &mut Tx, now: Timestamp, is_accepted: bool) -> Result<()> {
    tx.run(&BEGIN, params![now, is_accepted]).await.map(drop)
}

pub(crate) async fn read(of: ReadSource<'_>) -> Result<Option<Timestamp>> {
    begun_at(of, &READ).await
}

/// When the epoch began whose loss the operator has accepted.
pub(crate) async fn accepted(db: &Db) -> Result<Option<Timestamp>> {
    begun_at(ReadSource::Db(db), &READ_ACCEPTED).await
}

/// Since when it is known that the database is older than the provider's charges, until the operator accepts the loss.
///
/// # Errors
/// What the database says.
pub async fn loss_not_accepted(db: &Db) -> Result<Option<Timestamp>> {
    begun_at(ReadSource::Db(db), &READ_NOT_ACCEPTED).await
}

async fn begun_at(mut of: ReadSource<'_>, sql: &Sql) -> Result<Option<Timestamp>> {
    of.query(sql, params![]).await?.first().map(|row| row.get("begun_at")).transpose()
}
