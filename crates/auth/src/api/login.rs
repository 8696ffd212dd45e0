//! Signs in. An unknown account and a wrong password differ neither in the answer nor in the work behind it.

use crate::{
    names::LoginName,
    state::Auth,
    store::{
        accounts::{self, Credential},
        failures,
    },
    work::sign_in,
};
use contracts::auth::{Login, LoginError, User};
use endpoint::{Body, Fail, Json};
use kernel::{Secret, Timestamp, id::SessionId};
use ordo_http::{Answered, Call};

type Refused = Fail<LoginError>;

pub(crate) async fn login(auth: Auth, _: Call, Login { credentials: Body(given) }: Login) -> Answered<Login> {
    let name = LoginName::of(&given);
    let failure_key = auth.failure_key(&name);
    let _room = auth.hasher.enter()?;
    let _turn = auth.gate.enter(&failure_key).await;
    refuse_if_throttled(&auth, failure_key).await?;
    let found = accounts::find_by_name(&auth.db, &name).await?;
    let hash = found.as_ref().map(|found| &found.password_hash);
    let matches = auth.hasher.matches(&given.password, hash).await?;
    let Some(found) = found.filter(|_| matches) else {
        count_failure(&auth, failure_key).await?;
        return Err(Fail::Refused(LoginError::InvalidCredentials));
    };
    if auth.hasher.is_outdated(&found.password_hash) {
        hash_anew(&auth, &found, &given.password).await?;
    }
    let key = auth.keyring.signing().await?;
    let now = auth.env.now();
    let (user, session) = begin_session(&auth, &found.user, failure_key, now).await?;
    tracing::info!(user = %user.id, session = %session.0, "signed in");
    Ok(Json(sign_in::answer(&auth, &key, user, session, now)))
}

async fn refuse_if_throttled(auth: &Auth, failure_key: [u8; 32]) -> Result<(), Refused> {
    let failures = failures::find(&auth.db, failure_key).await?;
    match auth.settings.throttle.wait(failures.as_ref(), auth.env.now()) {
        Some(retry_after) => Err(Fail::Refused(LoginError::TooManyFailures { retry_after })),
        None => Ok(()),
    }
}

async fn count_failure(auth: &Auth, failure_key: [u8; 32]) -> Result<(), Refused> {
    let mut tx = auth.db.begin().await?;
    let failures = failures::add(&mut tx, &auth.settings.throttle, failure_key, auth.env.now()).await?;
    tx.commit("auth.count_failure").await?;
    if failures.count > i64::from(auth.settings.throttle.free) {
        tracing::warn!(count = failures.count, wait_until = %failures.wait_until, "sign-ins of a name fail");
    }
    Ok(())
}

/// The hash was made when hashing was meant to cost something else; now the password is at hand.
async fn hash_anew(auth: &Auth, found: &Credential, password: &Secret) -> Result<(), Refused> {
    let hash = auth.hasher.hash(password).await?;
    let mut tx = auth.db.begin().await?;
    accounts::update_password_hash(&mut tx, found.user.id, &found.password_hash, &hash).await?;
    tx.commit("auth.hash_anew").await?;
    Ok(())
}

/// The account is read again where it cannot change: it may have been switched off meanwhile.
async fn begin_session(
    auth: &Auth,
    found: &User,
    failure_key: [u8; 32],
    now: Timestamp,
) -> Result<(User, (SessionId, Secret)), Refused> {
    let mut tx = auth.db.begin().await?;
    let user = match accounts::hold(&mut tx, found.id).await? {
        Some(user) if user.active => user,
        Some(_) => {
            tx.rollback().await?;
            return Err(Fail::Refused(LoginError::AccountDisabled));
        }
        None => {
            tx.rollback().await?;
            return Err(Fail::Refused(LoginError::InvalidCredentials));
        }
    };
    failures::clear(&mut tx, failure_key).await?;
    let session = sign_in::begin(auth, &mut tx, &user, now).await?;
    tx.commit("auth.login").await?;
    Ok((user, session))
}
