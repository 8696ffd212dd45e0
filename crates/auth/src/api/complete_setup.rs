//! Makes the first administrator, once.

use crate::{
    account,
    common_password::is_common,
    login_name::email_key,
    state::{Auth, hasher::NameHistory},
    store::{accounts, setup},
    workflows::{last_used, setup::is_token_of, sign_in},
};
use contracts::{
    auth::{CompleteSetup, Role, SetUpError, User},
    events::EventType,
};
use endpoint::{Body, CommonError, CreatedWithoutEtag, FieldError, HandlerError};
use flow::Cause;
use kernel::{Secret, id::SessionId};
use ordo_http::{Call, HandlerResult};

type Error = HandlerError<SetUpError>;

pub(crate) async fn complete_setup(
    auth: Auth,
    call: Call,
    CompleteSetup { admin: Body(new) }: CompleteSetup,
) -> HandlerResult<CompleteSetup> {
    // before the hash, which costs more; the transaction has the last word
    let is_over = accounts::has_admin(&auth.db).await?;
    check_token(&new.setup_token, setup::find(&auth.db).await?.filter(|_| !is_over))?;
    if email_key(&new.email).is_none() {
        let fault = FieldError::invalid("/email", "an e-mail address such as ada@example.com is expected");
        return Err(CommonError::Unprocessable { errors: vec![fault] }.into());
    }
    if is_common(new.password.expose()) {
        return Err(HandlerError::Declared(SetUpError::CommonPassword));
    }
    let hash = auth.hasher.turn(call.client, NameHistory::OWNER).await?.hash(&new.password).await?;
    let key = auth.keyring.signing().await?;
    let user = account::new(auth.env.id(), Role::Admin, auth.env.now());
    let user = User { email: Some(new.email), name: new.name, ..user };
    let session = insert(&auth, &call, &new.setup_token, &user, &hash).await?;
    tracing::info!(user = %user.id, "first administrator created");
    let (location, now) = (format!("/v1/users/{}", user.id), user.created_at);
    Ok(CreatedWithoutEtag { location, body: sign_in::answer(&auth, &key, (user, &hash), session, now) })
}

fn check_token(given: &Secret, kept: Option<Vec<u8>>) -> Result<(), SetUpError> {
    match kept {
        None => Err(SetUpError::SetUpAlready),
        Some(kept) if is_token_of(given, &kept) => Ok(()),
        Some(_) => Err(SetUpError::InvalidSetupToken),
    }
}

async fn insert(
    auth: &Auth,
    call: &Call,
    token: &Secret,
    user: &User,
    hash: &Secret,
) -> Result<(SessionId, Secret), Error> {
    let mut tx = auth.db.begin().await?;
    // of two who use the token at once, the second finds none
    let kept = setup::lock(&mut tx).await?;
    let is_over = accounts::has_admin_now(&mut tx).await?;
    if let Err(refusal) = check_token(token, kept.filter(|_| !is_over)) {
        tx.rollback().await?;
        return Err(HandlerError::Declared(refusal));
    }
    if let Err(error) = accounts::insert(&mut tx, user, hash).await {
        return Err(match error {
            e if e.violates(accounts::EMAIL) => HandlerError::Declared(SetUpError::EmailTaken),
            e => e.into(),
        });
    }
    setup::clear(&mut tx).await?;
    let cause = Cause::request(user.id, &call.context);
    let (kind, event) = (EventType::UserRegistered, account::event(user));
    auth.journal.record(&mut tx, kind, user.id, user.version, &cause, &event).await?;
    let session = sign_in::begin(auth, &mut tx, user, last_used::from(call), user.created_at).await?;
    tx.commit("auth.set_up").await?;
    auth.journal.wake();
    Ok(session)
}
