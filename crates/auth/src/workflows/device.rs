//! Devices on which an account has signed in before. Failed sign-ins there are counted separately: an attacker has no device token
//! of the account, so that failed guesses never lock out its devices, not even behind the same address. A token is valid until the
//! account's password changes.

use crate::{
    login_name::LoginName,
    state::{Auth, FailureKeys},
    store::accounts,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use db::Result;
use kernel::{
    Id, Secret,
    id::{SessionId, UserId},
};
use uuid::Uuid;

/// What device tokens begin with, so that people and scanners see what was leaked.
const PREFIX: &str = "odt_";

/// The token of the device on which this session began. It is kept nowhere: it has the session's number, and is signed for the
/// account.
pub(crate) fn token(auth: &Auth, (user, password_hash): (UserId, &Secret), session: SessionId) -> Secret {
    let number = session.uuid();
    let proof = auth.device_proof(&format!("{user}\n{number}\n{}", password_hash.expose()));
    Secret::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode([number.as_bytes(), &proof[..]].concat())))
}

/// Under what the failures of a try are counted: those of the device, where the account has signed in there before.
pub(crate) async fn failure_keys(
    auth: &Auth,
    name: &LoginName,
    shown: Option<&Secret>,
    network: FailureKeys,
) -> Result<FailureKeys> {
    let Some(number) = shown.and_then(number_of) else { return Ok(network) };
    let Some(found) = accounts::find_by_name(&auth.db, name).await? else { return Ok(network) };
    let expected = token(auth, (found.user.id, &found.password_hash), Id::from_uuid(number));
    // compared by keyed hashes, so that the time taken does not reveal how much of the token is right
    let is_known = shown.is_some_and(|shown| auth.keyed(shown.expose()) == auth.keyed(expected.expose()));
    // no name that an account can have has a line break
    let here = auth.keyed(&format!("\n\n\n{number}"));
    Ok(if is_known { FailureKeys { here, is_known: true, ..network } } else { network })
}

fn number_of(token: &Secret) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(token.expose().strip_prefix(PREFIX)?).ok()?;
    Uuid::from_slice(bytes.get(..16)?).ok()
}
