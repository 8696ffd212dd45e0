//! Accounts in the search index.

use super::{account_document::write, accounts};
use db::{Result, Sql, Tx, statements};
use kernel::id::UserId;
use search::Searchable;
use uuid::Uuid;

statements! { NEXT = "select id from account where id > $1 order by id limit $2"; }

/// All accounts.
pub(crate) struct AccountRows;
impl Searchable for AccountRows {
    const NEXT: Sql = NEXT;
    async fn index(tx: &mut Tx, id: Uuid) -> Result<()> {
        match accounts::lock(tx, UserId::from_uuid(id)).await? {
            Some(user) => write(tx, &user).await,
            None => Ok(()),
        }
    }
}
