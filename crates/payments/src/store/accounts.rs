//! Which accounts have the orders that guests have placed.

use db::{Db, Result, Tx, params, statements};
use kernel::id::{OrderId, UserId};

statements! {
    PUT = "insert into order_account (order_id, account_id) values ($1, $2)
           on conflict (order_id) do update set account_id = excluded.account_id";
    ACCOUNT_OF = "select account_id from order_account where order_id = $1";
}

/// Notes which account has the order.
pub(crate) async fn put(tx: &mut Tx, order: OrderId, account: UserId) -> Result<()> {
    tx.run(&PUT, params![order, account]).await.map(drop)
}

/// The account that has the order, where a guest has placed it.
pub(crate) async fn find(db: &Db, order: OrderId) -> Result<Option<UserId>> {
    db.query_opt(&ACCOUNT_OF, params![order]).await?.map(|row| row.get("account_id")).transpose()
}

/// The same within a transaction.
pub(crate) async fn read(tx: &mut Tx, order: OrderId) -> Result<Option<UserId>> {
    tx.query_opt(&ACCOUNT_OF, params![order]).await?.map(|row| row.get("account_id")).transpose()
}
