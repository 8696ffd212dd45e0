//! Exchanges a refresh token, once. A second use ends the session: one of the two users is a thief, and nobody
//! can tell which. There is no grace for a second use: a client whose answer was lost signs in again.

use crate::{
    state::Auth,
    store::{accounts, refresh_tokens, sessions},
    work::{ending, seen, sign_in, token},
};
use contracts::auth::{RefreshError, RefreshToken, User};
use db::{Result, Tx};
use endpoint::{Body, Fail, Json};
use flow::Cause;
use kernel::{Timestamp, id::SessionId};
use ordo_http::{Answered, Call};

const REFUSED: Fail<RefreshError> = Fail::Refused(RefreshError::InvalidRefreshToken);

pub(crate) async fn refresh_token(
    auth: Auth,
    call: Call,
    RefreshToken { token: Body(given) }: RefreshToken,
) -> Answered<RefreshToken> {
    let key = auth.keyring.signing().await?;
    let now = auth.env.now();
    let hash = token::hash_of(&given.refresh_token);
    let mut tx = auth.db.begin().await?;
    let Some(session) = refresh_tokens::spend(&mut tx, hash, now).await? else {
        end_if_spent_before(&auth, &call, tx, hash, now).await?;
        return Err(REFUSED);
    };
    let Some(user) = live_user(&mut tx, session).await? else {
        tx.rollback().await?;
        return Err(REFUSED);
    };
    let refresh = sign_in::prolong(&auth, &mut tx, session, seen::from(&call), now).await?;
    tx.commit("auth.refresh").await?;
    Ok(Json(sign_in::answer(&auth, &key, user, (session, refresh), now)))
}

/// Whose the session is, if both live; the account does not change until the transaction ends.
async fn live_user(tx: &mut Tx, session: SessionId) -> Result<Option<User>> {
    let Some(user) = sessions::find_live(tx, session).await? else { return Ok(None) };
    Ok(accounts::hold(tx, user).await?.filter(|user| user.active))
}

async fn end_if_spent_before(
    auth: &Auth,
    call: &Call,
    mut tx: Tx,
    hash: [u8; 32],
    now: Timestamp,
) -> Result<()> {
    let Some(session) = refresh_tokens::find_spent(&mut tx, hash).await? else { return tx.rollback().await };
    let cause = Cause::request("system", &call.context);
    let ended = ending::end_session(&auth.journal, &mut tx, session, &cause, now).await?;
    tx.commit("auth.end_reused_session").await?;
    if !ended.is_empty() {
        tracing::warn!(%session, "a refresh token was used twice: the session is ended");
        auth.tell(&ended);
    }
    Ok(())
}
