//! The log lines of failed sign-ins (which account, from which client, and why) and of rejected codes of emails.
//!
//! What was entered as a name may be a password that was typed into the wrong field, so it is not logged: a keyed hash
//! tells whether two failures entered the same name.

use crate::{login_name::LoginName, state::Auth};
use kernel::id::UserId;
use std::net::IpAddr;

/// Bytes of the hash: enough to tell names apart, and to look for one.
const HASH_BYTES: usize = 8;

/// Why a sign-in failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInFailureReason {
    UnknownAccount,
    WrongPassword,
    AccountDisabled,
}

impl SignInFailureReason {
    const fn name(self) -> &'static str {
        match self {
            SignInFailureReason::UnknownAccount => "unknown_account",
            SignInFailureReason::WrongPassword => "wrong_password",
            SignInFailureReason::AccountDisabled => "account_disabled",
        }
    }
}

/// Logs a failed sign-in. `account` is the one that has the name, where that was looked up.
pub(crate) fn sign_in_failed(
    auth: &Auth,
    name: &LoginName,
    account: Option<UserId>,
    client: Option<IpAddr>,
    reason: SignInFailureReason,
) {
    let account_id = account.map(|id| id.to_string());
    let name_hash = hex::encode(&auth.keyed(name.text())[..HASH_BYTES]);
    let (client, reason) = (text_of(client), reason.name());
    tracing::warn!(account_id, name_hash, client, reason, "sign-in failed");
}

/// Logs that the code of an email was rejected, and what it was for.
pub(crate) fn code_rejected(purpose: &'static str, client: Option<IpAddr>) {
    tracing::warn!(purpose, client = text_of(client), "email code rejected: unknown, expired or used");
}

/// The client's network, as log lines have it.
pub(crate) fn text_of(client: Option<IpAddr>) -> Option<String> {
    client.map(|client| client.to_string())
}
