//! What of an account is in the search index.

use contracts::auth::User;
use db::{Result, Tx};
use search::Document;

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
