//! Makes an account for a façade, once: with a password by the rules of its original, or without one. Nobody is
//! signed in.

use super::register::refuse_taken;
use crate::{
    account,
    state::{Auth, hasher::NameHistory},
    store::accounts,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contracts::{
    auth::{NewAccount, RegisterError, Role, User},
    events::EventType,
    facades::{EnsureAccount, EnsuredAccount},
};
use endpoint::{Body, HandlerError, Json, Path};
use flow::Cause;
use kernel::{Secret, id::UserId};
use ordo_http::{Call, HandlerResult};

pub(crate) async fn ensure_account(
    auth: Auth,
    call: Call,
    EnsureAccount { id: Path(id), account: Body(new) }: EnsureAccount,
) -> HandlerResult<EnsureAccount> {
    if let Some(user) = accounts::find(&auth.db, id).await? {
        return Ok(Json(user));
    }
    match make(&auth, &call, id, new).await {
        // by somebody who was faster with the same id, perhaps
        Err(HandlerError::Declared(taken)) => match accounts::find(&auth.db, id).await? {
            Some(user) => Ok(Json(user)),
            None => Err(HandlerError::Declared(taken)),
        },
        made => made,
    }
}

async fn make(auth: &Auth, call: &Call, id: UserId, new: EnsuredAccount) -> HandlerResult<EnsureAccount> {
    // without a password it has one that nobody knows
    let unknown = || Secret::new(URL_SAFE_NO_PAD.encode(auth.env.random::<32>()));
    let password = new.password.unwrap_or_else(unknown);
    let (username, email, name) = (new.username, new.email, new.name);
    let new = NewAccount { username, email, password, name, language: None };
    refuse_taken(auth, &new).await?;
    let hash = auth.hasher.turn(call.client, NameHistory::STRANGER).await?.hash(&new.password).await?;
    let NewAccount { username, email, name, .. } = new;
    let user = User { username, email, name, ..account::new(id, Role::Customer, auth.env.now()) };
    match insert(auth, call, &user, &hash).await {
        Ok(()) => {
            tracing::info!(user = %user.id, "account created for a façade");
            Ok(Json(user))
        }
        Err(e) if e.violates(accounts::USERNAME) => Err(HandlerError::Declared(RegisterError::UsernameTaken)),
        Err(e) if e.violates(accounts::EMAIL) => Err(HandlerError::Declared(RegisterError::EmailTaken)),
        // somebody was faster with the same id
        Err(e) if e.is_unique() => Ok(Json(accounts::find(&auth.db, id).await?.ok_or(e)?)),
        Err(e) => Err(e.into()),
    }
}

async fn insert(auth: &Auth, call: &Call, user: &User, hash: &Secret) -> db::Result<()> {
    let mut tx = auth.db.begin().await?;
    accounts::insert(&mut tx, user, hash).await?;
    let cause = Cause::request(user.id, &call.context);
    let (kind, event) = (EventType::UserRegistered, account::event(user));
    auth.journal.record(&mut tx, kind, user.id, user.version, &cause, &event).await?;
    tx.commit("auth.keep_account").await?;
    auth.journal.wake();
    Ok(())
}
