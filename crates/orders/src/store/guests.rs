//! Guests' orders that no account has yet.

use db::{Result, Tx, params, statements};
use kernel::id::OrderId;

statements! {
    INSERT = "insert into guest_order (order_id, email_key) values ($1, $2)";
}

/// Notes by which address an account may have it.
pub(crate) async fn insert(tx: &mut Tx, order: OrderId, email_key: &str) -> Result<()> {
    tx.run(&INSERT, params![order, email_key]).await.map(drop)
}
