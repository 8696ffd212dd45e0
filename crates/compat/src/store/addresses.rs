//! Where the users of two-vm live.

use db::{Db, Result, params, statements};
use kernel::id::UserId;

statements! {
    FIND = "select address from address where user_id = $1";
    PUT = "insert into address (user_id, address) values ($1, $2)
           on conflict (user_id) do update set address = excluded.address";
}

/// What was written of this user.
pub(crate) async fn find(db: &Db, user: UserId) -> Result<Option<String>> {
    db.query_opt(&FIND, params![user]).await?.map(|row| row.get("address")).transpose()
}

/// Writes it.
pub(crate) async fn put(db: &Db, user: UserId, address: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.run(&PUT, params![user, address]).await?;
    tx.commit("compat.put_address").await
}
