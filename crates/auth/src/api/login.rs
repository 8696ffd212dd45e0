//! Signs in. An unknown account and a wrong password differ neither in the answer nor in the work behind it.

use crate::{
    login_name::LoginName,
    state::{Auth, FailureKeys, hasher::HashTurn},
    store::{
        accounts::{self, Credential},
        failures, networks,
    },
    workflows::{
        device,
        failure_log::{self, SignInFailureReason},
        failure_throttle, last_used, sign_in,
    },
};
use contracts::auth::{Login, LoginError, User};
use endpoint::{Body, HandlerError, Json};
use kernel::{Secret, Timestamp, id::SessionId};
use ordo_http::{Call, HandlerResult};

type Error = HandlerError<LoginError>;

pub(crate) async fn login(
    auth: Auth,
    call: Call,
    Login { credentials: Body(given) }: Login,
) -> HandlerResult<Login> {
    let name = LoginName::of(&given);
    let network = auth.failure_keys(&name, call.client);
    auth.hasher.check_room(call.client)?;
    let keys = device::failure_keys(&auth, &name, given.device_token.as_ref(), network).await?;
    let failed = |account, reason| failure_log::sign_in_failed(&auth, &name, account, call.client, reason);
    let (turn, decision) = failure_throttle::comparison_turn(&auth, (keys, call.client), None).await?;
    let mut account = None;
    for _ in 0..COMPARED_MAX {
        let found = accounts::find_by_name(&auth.db, &name).await?;
        account = found.as_ref().map(|found| found.user.id);
        let Some(shown) = compare(&auth, &turn, found, &given.password).await? else { break };
        let key = auth.keyring.signing().await?;
        let now = auth.env.now();
        let begun = begin_session(&auth, &call, &shown, (keys, network), now).await;
        if matches!(begun, Err(HandlerError::Declared(LoginError::AccountDisabled))) {
            failed(account, SignInFailureReason::AccountDisabled);
        }
        if let Some((user, session)) = begun? {
            tracing::info!(user = %user.id, session = %session.0, "signed in");
            return Ok(Json(sign_in::answer(&auth, &key, (user, &shown.password_hash), session, now)));
        }
    }
    let wait = failure_throttle::count_failure(&auth, keys, decision, call.client).await?;
    failed(
        account,
        if account.is_some() {
            SignInFailureReason::WrongPassword
        } else {
            SignInFailureReason::UnknownAccount
        },
    );
    Err(HandlerError::Declared(
        wait.map_or(LoginError::InvalidCredentials, |retry_after| LoginError::TooManyFailures {
            retry_after,
        }),
    ))
}

/// A password that is set in the meantime is compared again, once: it is another, or the same with a hash made again.
const COMPARED_MAX: usize = 2;

/// The account with the hash that this password has; `None` where it has another.
async fn compare(
    auth: &Auth,
    turn: &HashTurn<'_>,
    found: Option<Credential>,
    password: &Secret,
) -> Result<Option<Credential>, Error> {
    let hash = found.as_ref().map(|found| &found.password_hash);
    let matches = turn.matches(password, hash).await?;
    match found.filter(|_| matches) {
        Some(shown) if auth.hasher.is_outdated(&shown.password_hash) => {
            Ok(Some(rehash(auth, turn, shown, password).await?))
        }
        shown => Ok(shown),
    }
}

/// The hash was made when hashing was meant to cost something else; now the password is at hand.
async fn rehash(
    auth: &Auth,
    turn: &HashTurn<'_>,
    shown: Credential,
    password: &Secret,
) -> Result<Credential, Error> {
    let hash = turn.hash(password).await?;
    let mut tx = auth.db.begin().await?;
    let is_written =
        accounts::update_password_hash(&mut tx, shown.user.id, &shown.password_hash, &hash).await?;
    tx.commit("auth.hash_anew").await?;
    // where another was faster, the hash is not the one that was compared with: the session's beginning sees that
    Ok(if is_written { Credential { password_hash: hash, ..shown } } else { shown })
}

/// The account is read again where it cannot change: it may have been switched off in the meantime. `None` where it has
/// another password already, whose sessions this one must not outlive.
async fn begin_session(
    auth: &Auth,
    call: &Call,
    shown: &Credential,
    (keys, network): (FailureKeys, FailureKeys),
    now: Timestamp,
) -> Result<Option<(User, (SessionId, Secret))>, Error> {
    let mut tx = auth.db.begin().await?;
    let held = accounts::hold_credential(&mut tx, shown.user.id).await?;
    let Some(held) = held.filter(|held| held.password_hash == shown.password_hash) else {
        tx.rollback().await?;
        return Ok(None);
    };
    let user = held.user;
    if !user.active {
        tx.rollback().await?;
        return Err(HandlerError::Declared(LoginError::AccountDisabled));
    }
    failures::clear(&mut tx, keys.here).await?;
    failures::clear(&mut tx, keys.anywhere).await?;
    networks::know(&mut tx, network.here, now).await?;
    let session = sign_in::begin(auth, &mut tx, &user, last_used::from(call), now).await?;
    tx.commit("auth.login").await?;
    Ok(Some((user, session)))
}
