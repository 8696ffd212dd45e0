//! Registers an account and signs it in.

use crate::{
    account,
    common_password::is_common,
    login_name::{LoginName, email_key, key},
    state::{Auth, hasher::NameHistory},
    store::{accounts, networks},
    workflows::{email_verification, last_used, sign_in},
};
use contracts::{
    auth::{NewAccount, Register, RegisterError, Role, User},
    events::EventType,
};
use endpoint::{Body, CommonError, CreatedWithoutEtag, FieldError, HandlerError};
use flow::Cause;
use kernel::{Secret, id::SessionId};
use ordo_http::{Call, HandlerResult};

type Error = HandlerError<RegisterError>;

pub(crate) async fn register(
    auth: Auth,
    call: Call,
    Register { account: Body(new) }: Register,
) -> HandlerResult<Register> {
    if is_common(new.password.expose()) {
        return Err(HandlerError::Declared(RegisterError::CommonPassword));
    }
    auth.hasher.check_room(call.client)?;
    // before the hash, which costs more; the index has the last word
    refuse_taken(&auth, &new).await?;
    let hash = auth.hasher.turn(call.client, NameHistory::STRANGER).await?.hash(&new.password).await?;
    let key = auth.keyring.signing().await?;
    let NewAccount { username, email, name, language, .. } = new;
    let new = account::new(auth.env.id(), Role::Customer, auth.env.now());
    let user = User { username, email, name, language, ..new };
    let session = insert(&auth, &call, &user, &hash).await?;
    tracing::info!(user = %user.id, "registered");
    let now = user.created_at;
    // not `/v1/users/{id}`, which is for staff only
    let location = "/v1/me".to_owned();
    Ok(CreatedWithoutEtag { location, body: sign_in::answer(&auth, &key, (user, &hash), session, now) })
}

/// Refuses names that are taken, where that can be seen.
pub(super) async fn refuse_taken(auth: &Auth, new: &NewAccount) -> Result<(), Error> {
    if let Some(username) = &new.username
        && accounts::find_by_name(&auth.db, &LoginName::Username(key(username))).await?.is_some()
    {
        return Err(HandlerError::Declared(RegisterError::UsernameTaken));
    }
    if let Some(email) = &new.email {
        let Some(email) = email_key(email) else {
            let fault =
                FieldError::invalid("/email", "an e-mail address such as ada@example.com is expected");
            return Err(CommonError::Unprocessable { errors: vec![fault] }.into());
        };
        if accounts::find_by_name(&auth.db, &LoginName::Email(email)).await?.is_some() {
            return Err(HandlerError::Declared(RegisterError::EmailTaken));
        }
    }
    Ok(())
}

async fn insert(auth: &Auth, call: &Call, user: &User, hash: &Secret) -> Result<(SessionId, Secret), Error> {
    let mut tx = auth.db.begin().await?;
    if let Err(error) = accounts::insert(&mut tx, user, hash).await {
        return Err(match error {
            e if e.violates(accounts::USERNAME) => HandlerError::Declared(RegisterError::UsernameTaken),
            e if e.violates(accounts::EMAIL) => HandlerError::Declared(RegisterError::EmailTaken),
            e => e.into(),
        });
    }
    let cause = Cause::request(user.id, &call.context);
    let (kind, event) = (EventType::UserRegistered, account::event(user));
    auth.journal.record(&mut tx, kind, user.id, user.version, &cause, &event).await?;
    if user.email.is_some() {
        email_verification::begin(auth, &mut tx, user, &cause, user.created_at).await?;
    }
    for key in auth.names_here(user, call.client) {
        networks::know(&mut tx, key, user.created_at).await?;
    }
    let session = sign_in::begin(auth, &mut tx, user, last_used::from(call), user.created_at).await?;
    tx.commit("auth.register").await?;
    auth.journal.wake();
    Ok(session)
}
