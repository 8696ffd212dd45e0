//! Guests' orders that no account has yet.

use db::{Db, Result, Tx, params, statements};
use kernel::{
    canonical_name::{stored_email_keys, with_domain_in_letters},
    id::OrderId,
};

statements! {
    INSERT = "insert into guest_order (order_id, email_key) values ($1, $2)";
    FIND_EMAIL = "select email_key from guest_order where order_id = $1";
    WITH_EMAIL = "select order_id from guest_order where email_key = $1 order by order_id limit $2";
    DELETE_GUEST = "delete from guest_order where order_id = $1";
}

/// Notes by which address an account may have it.
pub(crate) async fn insert(tx: &mut Tx, order: OrderId, email_key: &str) -> Result<()> {
    tx.run(&INSERT, params![order, with_domain_in_letters(email_key)]).await.map(drop)
}

/// By which address an account may have it, where none has and the person was not erased.
pub(crate) async fn find(db: &Db, order: OrderId) -> Result<Option<String>> {
    db.query_opt(&FIND_EMAIL, params![order]).await?.map(|row| row.get("email_key")).transpose()
}

/// Some of those that the account with this address may have, the oldest first.
pub(crate) async fn with_email(db: &Db, email_key: &str, at_most: i64) -> Result<Vec<OrderId>> {
    for key in stored_email_keys(email_key) {
        let rows = db.query(&WITH_EMAIL, params![key, at_most]).await?;
        if !rows.is_empty() {
            return rows.iter().map(|row| row.get("order_id")).collect();
        }
    }
    Ok(Vec::new())
}

/// An account has it.
pub(crate) async fn delete(tx: &mut Tx, order: OrderId) -> Result<()> {
    tx.run(&DELETE_GUEST, params![order]).await.map(drop)
}
