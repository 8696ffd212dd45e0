//! Accounts in the search index.

use super::accounts;
use contracts::auth::User;
use db::{Result, Sql, Tx, statements};
use kernel::id::UserId;
use search::{Document, Searchable};
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

/// The search words of an account.
pub(crate) fn document(user: &User) -> Document {
    let texts: Vec<&str> =
        [&user.name, &user.username, &user.email].into_iter().flatten().map(String::as_str).collect();
    Document::unstemmed(&texts)
}

/// Indexes an account in the transaction that writes it.
pub(super) async fn write(tx: &mut Tx, user: &User) -> Result<()> {
    search::write(tx, user.id.uuid(), &document(user)).await
}
