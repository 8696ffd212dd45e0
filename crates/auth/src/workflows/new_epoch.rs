//! Credentials after a restore: which sessions were ended and which API keys were revoked since the backup is unknown.

use crate::{
    AuthSettings,
    state::keyring::Keyring,
    store::{api_keys, password_resets, sessions, verifications},
};
use db::{Db, Result};
use kernel::{Env, secret::RootSecret};

/// What ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EpochEnded {
    /// Sessions that were not ended before.
    pub sessions: u64,
    /// API keys that were not revoked before.
    pub api_keys: u64,
}

/// Ends all sessions and the codes of mails, revokes all API keys, and has tokens signed by a new key: what was ended or issued
/// since the data were copied is good no longer. The process must not serve yet.
///
/// # Errors
/// What the database says; nothing has changed then.
pub async fn begin_epoch(db: &Db, env: &Env, secret: &RootSecret) -> Result<EpochEnded> {
    let keyring = Keyring::new(env.clone(), db.clone(), secret, &AuthSettings::default());
    let now = env.now();
    let mut tx = db.begin().await?;
    let ended = EpochEnded {
        sessions: sessions::end_of_all(&mut tx, now).await?,
        api_keys: api_keys::revoke_all(&mut tx, now).await?,
    };
    password_resets::end_of_all(&mut tx, now).await?;
    verifications::end_of_all(&mut tx, now).await?;
    keyring.replace_all(&mut tx).await?;
    tx.commit("auth.begin_epoch").await?;
    Ok(ended)
}
