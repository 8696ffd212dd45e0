//! Changes the password of the account that is signed in. Its other sessions end.

use crate::{
    common_password::is_common,
    state::{Auth, hasher::NameHistory},
    store::accounts::{self, Credential},
    workflows::{
        failure_log::text_of,
        failure_throttle,
        password_change::{self, NewPassword},
    },
};
use contracts::auth::{ChangePassword, ChangePasswordError, PasswordChange};
use endpoint::{Body, CommonError, HandlerError, NoContent, UnauthenticatedReason};
use kernel::{Secret, id::SessionId};
use ordo_http::{Call, HandlerResult, token::Revocation};

type Error = HandlerError<ChangePasswordError>;

pub(crate) async fn change_password(
    auth: Auth,
    call: Call,
    ChangePassword { change: Body(change) }: ChangePassword,
) -> HandlerResult<ChangePassword> {
    let (user, session) = call.person()?;
    let PasswordChange { current_password, new_password } = change;
    if is_common(new_password.expose()) {
        return Err(HandlerError::Declared(ChangePasswordError::CommonPassword));
    }
    // who has got hold of a session must not find out the password by it
    let keys = auth.failure_keys_of_owner(user, call.client);
    let owner = Some(NameHistory::OWNER);
    let (turn, decision) = failure_throttle::comparison_turn(&auth, (keys, call.client), owner).await?;
    let found = accounts::find_credential(&auth.db, user)
        .await?
        .ok_or(CommonError::unproved(UnauthenticatedReason::NotAccepted))?;
    if !turn.matches(&current_password, Some(&found.password_hash)).await? {
        let wait = failure_throttle::count_failure(&auth, keys, decision, call.client).await?;
        let client = text_of(call.client);
        tracing::warn!(account_id = %user, client, "password change failed: wrong current password");
        return Err(HandlerError::Declared(wait.map_or(ChangePasswordError::WrongPassword, |retry_after| {
            ChangePasswordError::TooManyFailures { retry_after }
        })));
    }
    let hash = turn.hash(&new_password).await?;
    let ended = set(&auth, &call, &found, &hash, session).await?;
    auth.tell(&ended);
    tracing::info!(%user, ended = ended.len(), "password changed");
    Ok(NoContent)
}

async fn set(
    auth: &Auth,
    call: &Call,
    found: &Credential,
    hash: &Secret,
    session: SessionId,
) -> Result<Vec<Revocation>, Error> {
    let mut tx = auth.db.begin().await?;
    let Some(user) = accounts::lock(&mut tx, found.user.id).await?.filter(|user| user.active) else {
        tx.rollback().await?;
        return Err(CommonError::unproved(UnauthenticatedReason::Ended).into());
    };
    let compared = Some(&found.password_hash);
    let new = NewPassword { user: &user, compared, hash, kept: Some(session) };
    let ended = password_change::set(auth, &mut tx, call, new, auth.env.now()).await?;
    tx.commit("auth.change_password").await?;
    Ok(ended)
}
