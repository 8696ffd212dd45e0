//! Begins and prolongs sessions, and makes the tokens that speak for them.

use super::{device, token};
use crate::{
    state::Auth,
    store::{
        refresh_tokens,
        sessions::{self, SessionOrigin},
    },
};
use contracts::auth::{SignedIn, User};
use db::{Result, Tx};
use kernel::{Secret, Timestamp, id::SessionId};
use ordo_http::token::SigningKey;

/// Begins a session of an account that is locked or new, and gives its first refresh token.
pub(crate) async fn begin(
    auth: &Auth,
    tx: &mut Tx,
    user: &User,
    from: SessionOrigin,
    now: Timestamp,
) -> Result<(SessionId, Secret)> {
    let session = auth.env.id();
    sessions::insert(tx, session, user.id, from, now, tokens_end(auth, now)).await?;
    let refresh = token::refresh(auth.env.random());
    add_refresh_token(auth, tx, session, &refresh, now).await?;
    Ok((session, refresh))
}

/// Gives a session its next refresh token.
pub(crate) async fn prolong(
    auth: &Auth,
    tx: &mut Tx,
    session: SessionId,
    refresh: &Secret,
    from: SessionOrigin,
    now: Timestamp,
) -> Result<()> {
    sessions::note_use(tx, session, from, now, tokens_end(auth, now)).await?;
    add_refresh_token(auth, tx, session, refresh, now).await
}

async fn add_refresh_token(
    auth: &Auth,
    tx: &mut Tx,
    session: SessionId,
    refresh: &Secret,
    now: Timestamp,
) -> Result<()> {
    let expires_at = now.plus(auth.settings.refresh_ttl);
    refresh_tokens::insert(tx, token::hash_of(refresh), session, expires_at).await
}

/// When the last of the tokens ends that a session is given now.
fn tokens_end(auth: &Auth, now: Timestamp) -> Timestamp {
    now.plus(auth.settings.refresh_ttl.max(auth.settings.token_matters()))
}

/// The response to the user once the session is committed.
pub(crate) fn answer(
    auth: &Auth,
    key: &SigningKey,
    (user, password_hash): (User, &Secret),
    (session, refresh_token): (SessionId, Secret),
    now: Timestamp,
) -> SignedIn {
    let claims = token::claims(&auth.settings, &user, session, auth.env.uuid().to_string(), now);
    let device_token = device::token(auth, (user.id, password_hash), session);
    let access_token = Secret::new(key.sign(&claims));
    SignedIn {
        user,
        token: access_token.clone(),
        access_token,
        token_type: "Bearer".to_owned(),
        expires_in: auth.settings.access_token_ttl.as_secs(),
        refresh_token,
        device_token,
    }
}
