//! The token with which the first administrator can be made.

use db::{Db, Result, Tx, params, statements};

statements! {
    PUT = "insert into setup (id, token_hash) values (1, $1)
           on conflict (id) do update set token_hash = excluded.token_hash";
    FIND = "select token_hash from setup where id = 1";
    LOCK = "select token_hash from setup where id = 1 for update";
    CLEAR = "delete from setup where id = 1";
}

/// From now on it is the token of this hash, and no other.
pub(crate) async fn put(tx: &mut Tx, hash: [u8; 32]) -> Result<()> {
    tx.run(&PUT, params![hash]).await.map(drop)
}

/// The token's hash, if there is one.
pub(crate) async fn find(db: &Db) -> Result<Option<Vec<u8>>> {
    db.query_opt(&FIND, params![]).await?.map(|row| row.get("token_hash")).transpose()
}

/// The same, locked until the transaction ends.
pub(crate) async fn lock(tx: &mut Tx) -> Result<Option<Vec<u8>>> {
    tx.query_opt(&LOCK, params![]).await?.map(|row| row.get("token_hash")).transpose()
}

/// There is none any more.
pub(crate) async fn clear(tx: &mut Tx) -> Result<()> {
    tx.run(&CLEAR, params![]).await.map(drop)
}
