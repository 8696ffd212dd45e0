//! Looks whether the account is there whose password was forgotten, and has a mail sent to it if it is.
//!
//! What is noted until then is the address, sealed: it may be anybody's.

use super::{Auth, BEGIN_RESET};
use crate::{
    login_name::LoginName,
    seal::NONCE_BYTES,
    store::{accounts, password_resets},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contracts::events::{EventType, PasswordResetEvent};
use db::{Result, Tx};
use endpoint::Context;
use flow::{Cause, ConsumeError, DueTimer, timer};
use kernel::id::{ResetId, UserId};
use serde::{Deserialize, Serialize};

/// A password that somebody has forgotten.
#[derive(Debug, Serialize, Deserialize)]
struct ResetRequest {
    /// The key of the address, sealed.
    sealed: String,
    correlation: String,
    traceparent: Option<String>,
}

/// What the address is sealed for.
const PURPOSE: &str = "email";
/// A wish has one event.
const BEGUN_VERSION: i64 = 1;

/// Notes that the account of this address, if there is one, is to get a mail. Many who ask for one at once get one.
pub(crate) async fn want_reset(
    auth: &Auth,
    tx: &mut Tx,
    nonce: [u8; NONCE_BYTES],
    email: &str,
    context: &Context,
) -> Result<()> {
    let wish = ResetRequest {
        sealed: URL_SAFE_NO_PAD.encode(auth.wishes.close(nonce, PURPOSE, email.as_bytes())),
        correlation: context.request_id.clone(),
        traceparent: context.traceparent.clone(),
    };
    let key = URL_SAFE_NO_PAD.encode(auth.keyed(email));
    let now = tx.now().await?;
    timer::set(tx, BEGIN_RESET, key, now, &wish).await
}

pub(super) async fn begin_reset(auth: Auth, due: DueTimer) -> Result<(), ConsumeError> {
    let wish: ResetRequest = serde_json::from_value(due.payload.clone())?;
    let sealed = URL_SAFE_NO_PAD.decode(&wish.sealed).unwrap_or_default();
    let email = auth.wishes.open(PURPOSE, &sealed).and_then(|text| String::from_utf8(text.to_vec()).ok());
    // what does not open was sealed with another ORDO_SECRET
    let name = email.map_or_else(LoginName::none, LoginName::Email);
    let found = accounts::find_by_name(&auth.db, &name).await?;
    let mut tx = auth.db.begin().await?;
    if let Some(found) = found {
        let cause =
            Cause { correlation: Some(wish.correlation), traceparent: wish.traceparent, ..Cause::system() };
        begin(&auth, &mut tx, found.user.id, &cause).await?;
    }
    timer::done(&mut tx, BEGIN_RESET, &due).await?;
    tx.commit("auth.begin_reset").await?;
    auth.journal.wake();
    Ok(())
}

/// Begins a wish, unless the account is switched off or has just had a mail.
async fn begin(auth: &Auth, tx: &mut Tx, id: UserId, cause: &Cause) -> Result<()> {
    let (settings, now) = (&auth.settings, auth.env.now());
    // locked, so that of two replicas one begins a wish
    let Some(user) = accounts::lock(tx, id).await?.filter(|user| user.active) else { return Ok(()) };
    if password_resets::any_since(tx, user.id, (now.minus(settings.reset_again_after), now)).await? {
        return Ok(());
    }
    let reset: ResetId = auth.env.id();
    password_resets::insert(tx, reset, user.id, now, now.plus(settings.reset_ttl)).await?;
    let data = PasswordResetEvent { user_id: user.id, reset_id: reset };
    auth.journal.record(tx, EventType::PasswordResetRequested, reset, BEGUN_VERSION, cause, &data).await?;
    tracing::info!(user = %user.id, %reset, "password reset email queued");
    Ok(())
}
