//! Whether all processes of a service have the same secret: its first start leaves a print of it in the database, a key
//! that is derived from it for this use alone and reveals nothing of it.

use crate::store::secret_fingerprint;
use db::{Db, Result};
use kernel::secret::RootSecret;

const USAGE: &str = "secret-print";

/// Whether a secret is that of the first process that started on this database. Any secret is, before the first start.
///
/// # Errors
/// What the database says.
pub async fn is_secret_of(db: &Db, secret: &RootSecret) -> Result<bool> {
    Ok(secret_fingerprint::read(db).await?.is_none_or(|print| print == secret.key(USAGE)))
}

/// Leaves the print of a secret, where there is none; whether the one that is there already is this one's.
///
/// # Errors
/// What the database says.
pub async fn keep(service: &'static str, db: &Db, secret: &RootSecret) -> Result<bool> {
    if secret_fingerprint::read(db).await?.is_none() {
        let mut tx = db.begin().await?;
        secret_fingerprint::insert(&mut tx, secret.key(USAGE)).await?;
        tx.commit_in(service, "flow.keep_secret_print").await?;
    }
    is_secret_of(db, secret).await
}
