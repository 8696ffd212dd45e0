//! The token with which the operator who started a shop makes its first administrator.

use super::token;
use crate::store::{accounts, setup};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use db::Db;
use kernel::{Env, Secret};

/// Makes a token for a shop that has no administrator; none where it has one. The token of an earlier start is invalid:
/// only its hash was stored, so an operator who lost it restarts the program.
///
/// # Errors
/// What the database says.
pub async fn make_setup_token(db: &Db, env: &Env) -> db::Result<Option<Secret>> {
    if accounts::has_admin(db).await? {
        return Ok(None);
    }
    let token = Secret::new(URL_SAFE_NO_PAD.encode(env.random::<32>()));
    let mut tx = db.begin().await?;
    setup::put(&mut tx, token::hash_of(&token)).await?;
    tx.commit("auth.make_setup_token").await?;
    Ok(Some(token))
}

/// Whether it is the token of this hash, compared in constant time.
pub(crate) fn is_token_of(token: &Secret, kept: &[u8]) -> bool {
    let given = token::hash_of(token);
    given.len() == kept.len() && given.iter().zip(kept).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}
