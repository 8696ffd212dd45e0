//! Exchanges a refresh token, once. A second use ends the session: one of the two users is a thief, and the service
//! cannot know which.
//!
//! But two tabs of one browser, two gateways, and a client whose answer was lost use one twice, too. So for a moment after
//! the first use, as long as its successor has not been used, a second use returns the same successor. Why that is
//! safe: `docs/decisions/0022-refresh-token-grace-period.md`.

use crate::{
    state::Auth,
    store::{accounts, refresh_tokens, sessions},
    workflows::{last_used, session_end, sign_in, token},
};
use contracts::auth::{RefreshError, RefreshToken, User};
use db::{Result, Tx};
use endpoint::{Body, HandlerError, Json};
use flow::Cause;
use kernel::{Secret, Timestamp, id::SessionId};
use ordo_http::{Call, HandlerResult};
use std::time::Duration;

/// For so long after its first use a token is exchanged for the same successor again.
const GRACE: Duration = Duration::from_secs(60);
const REFUSED: HandlerError<RefreshError> = HandlerError::Declared(RefreshError::InvalidRefreshToken);

pub(crate) async fn refresh_token(
    auth: Auth,
    call: Call,
    RefreshToken { token: Body(given) }: RefreshToken,
) -> HandlerResult<RefreshToken> {
    let key = auth.keyring.signing().await?;
    let now = auth.env.now();
    let hash = token::hash_of(&given.refresh_token);
    let successor = auth.successor(&given.refresh_token);
    let mut tx = auth.db.begin().await?;
    let spent = refresh_tokens::spend(&mut tx, hash, now).await?;
    let session = match spent {
        Some(session) => Some(session),
        None => spent_just_now(&mut tx, hash, &successor, now).await?,
    };
    let Some(session) = session else {
        end_if_spent_before(&auth, &call, tx, hash, now).await?;
        return Err(REFUSED);
    };
    let Some(user) = live_user(&mut tx, session).await? else {
        tx.rollback().await?;
        return Err(REFUSED);
    };
    match spent {
        Some(_) => {
            sign_in::prolong(&auth, &mut tx, session, &successor, last_used::from(&call), now).await?;
            tx.commit("auth.refresh").await?;
        }
        // the first use has done it all
        None => tx.rollback().await?,
    }
    // read after the session, which another password would have ended
    let Some(account) = accounts::find_credential(&auth.db, user.id).await? else { return Err(REFUSED) };
    Ok(Json(sign_in::answer(&auth, &key, (user, &account.password_hash), (session, successor), now)))
}

/// The session of a token that was spent a moment ago, and whose successor has not been used yet.
async fn spent_just_now(
    tx: &mut Tx,
    hash: [u8; 32],
    successor: &Secret,
    now: Timestamp,
) -> Result<Option<SessionId>> {
    let Some((session, used_at)) = refresh_tokens::find_spent(tx, hash).await? else { return Ok(None) };
    let is_in_time = now.since(used_at) < GRACE;
    let is_good = is_in_time && refresh_tokens::is_unspent(tx, token::hash_of(successor), now).await?;
    Ok(is_good.then_some(session))
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
    let Some((session, _)) = refresh_tokens::find_spent(&mut tx, hash).await? else {
        return tx.rollback().await;
    };
    let cause = Cause::request("system", &call.context);
    let ended = session_end::end_session(&auth.journal, &mut tx, session, &cause, now).await?;
    tx.commit("auth.end_reused_session").await?;
    if !ended.is_empty() {
        tracing::warn!(%session, "refresh token reuse detected; session revoked");
        auth.tell(&ended);
    }
    Ok(())
}
