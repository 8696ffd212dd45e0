//! Signs in. An unknown account and a wrong password differ neither in the answer nor in the work behind it.

use crate::{
    names::LoginName,
    state::{Auth, FailureKeys},
    store::{
        accounts::{self, Credential},
        failures, networks,
    },
    work::sign_in,
};
use contracts::auth::{Login, LoginError, User};
use endpoint::{Body, Fail, Json};
use kernel::{Secret, Timestamp, id::SessionId};
use ordo_http::{Answered, Call};

type Refused = Fail<LoginError>;

pub(crate) async fn login(
    auth: Auth,
    call: Call,
    Login { credentials: Body(given) }: Login,
) -> Answered<Login> {
    let name = LoginName::of(&given);
    let keys = auth.failure_keys(&name, call.client);
    let _room = auth.hasher.enter()?;
    let _turn = auth.gate.enter(&keys.here).await;
    refuse_if_throttled(&auth, keys).await?;
    let found = accounts::find_by_name(&auth.db, &name).await?;
    let hash = found.as_ref().map(|found| &found.password_hash);
    let matches = auth.hasher.matches(&given.password, hash).await?;
    let Some(found) = found.filter(|_| matches) else {
        count_failure(&auth, keys).await?;
        return Err(Fail::Refused(LoginError::InvalidCredentials));
    };
    if auth.hasher.is_outdated(&found.password_hash) {
        hash_anew(&auth, &found, &given.password).await?;
    }
    let key = auth.keyring.signing().await?;
    let now = auth.env.now();
    let (user, session) = begin_session(&auth, &found.user, keys, now).await?;
    tracing::info!(user = %user.id, session = %session.0, "signed in");
    Ok(Json(sign_in::answer(&auth, &key, user, session, now)))
}

async fn refuse_if_throttled(auth: &Auth, keys: FailureKeys) -> Result<(), Refused> {
    let (settings, now) = (&auth.settings, auth.env.now());
    let here = failures::find(&auth.db, keys.here).await?;
    let wait_here = settings.throttle.wait(here.as_ref(), now);
    let anywhere = failures::find(&auth.db, keys.anywhere).await?;
    let wait_anywhere = match settings.throttle_of_name.wait(anywhere.as_ref(), now) {
        Some(wait) if !networks::is_known(&auth.db, keys.here).await? => Some(wait),
        _ => None,
    };
    match wait_here.max(wait_anywhere) {
        Some(retry_after) => Err(Fail::Refused(LoginError::TooManyFailures { retry_after })),
        None => Ok(()),
    }
}

async fn count_failure(auth: &Auth, keys: FailureKeys) -> Result<(), Refused> {
    let (settings, now) = (&auth.settings, auth.env.now());
    let mut tx = auth.db.begin().await?;
    let here = failures::add(&mut tx, &settings.throttle, keys.here, now).await?;
    // always the other one second: those that many share are locked for the shortest time
    let anywhere = failures::add(&mut tx, &settings.throttle_of_name, keys.anywhere, now).await?;
    tx.commit("auth.count_failure").await?;
    if here.wait_until > now || anywhere.wait_until > now {
        tracing::warn!(here = here.count, anywhere = anywhere.count, "sign-ins of a name fail");
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
    keys: FailureKeys,
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
    failures::clear(&mut tx, keys.here).await?;
    failures::clear(&mut tx, keys.anywhere).await?;
    networks::know(&mut tx, keys.here, now).await?;
    let session = sign_in::begin(auth, &mut tx, &user, now).await?;
    tx.commit("auth.login").await?;
    Ok((user, session))
}
