//! The search words of accounts, as they are written again after an upgrade.

use super::{accounts, words};
use db::{Result, Sql, Tx, statements};
use flow::store::word_refresh::SearchRows;
use kernel::id::UserId;
use uuid::Uuid;

statements! { NEXT = "select id from account where id > $1 order by id limit $2"; }

pub(crate) struct AccountWords;
impl SearchRows for AccountWords {
    const NEXT: Sql = NEXT;
    async fn write(tx: &mut Tx, id: Uuid) -> Result<()> {
        match accounts::lock(tx, UserId::from_uuid(id)).await? {
            Some(user) => words::replace(tx, &user).await,
            None => Ok(()),
        }
    }
}
