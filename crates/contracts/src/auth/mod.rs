//! Accounts: registering, signing in, passwords, sessions, API keys, roles.

mod addresses;
mod api_keys;
mod emails;
mod me;
mod password_pattern;
mod passwords;
mod registration;
mod sessions;
mod sign_in;
mod token_keys;
mod users;

pub use addresses::*;
pub use api_keys::*;
pub use emails::*;
pub use me::*;
pub use passwords::*;
pub use registration::*;
pub use sessions::*;
pub use sign_in::*;
pub use token_keys::*;
pub use users::*;

use endpoint::*;
use kernel::{Language, Secret, Timestamp, id::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use endpoint::Role;

/// A user's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// The account's id.
    pub id: UserId,
    /// The name to sign in with, if there is one.
    pub username: Option<String>,
    /// The e-mail address, if there is one.
    pub email: Option<String>,
    /// Whether a mail that was sent there came to whoever has the account.
    #[serde(default)]
    pub email_verified: bool,
    /// What the person is called.
    pub name: Option<String>,
    /// In which language mails to this person are written; absent, in the shop's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// What the account may do.
    pub role: Role,
    /// What a member of staff may do besides; empty for customers, and of no matter for admins.
    pub permissions: Vec<Permission>,
    /// What the API key that asks may do now, in the answer of `GET /v1/me` to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Permission>>,
    /// False for an account that has been switched off.
    pub active: bool,
    /// Counts the changes of the account.
    pub version: i64,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A user who has just signed in, with the tokens of the new session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignedIn {
    /// The account.
    pub user: User,
    /// The same as `access_token`, under the name that older clients of such services look for. New ones read
    /// `access_token`.
    pub token: Secret,
    /// A JWT to send as `Authorization: Bearer …`.
    pub access_token: Secret,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds for which the access token is good.
    pub expires_in: u64,
    /// Exchanges once for new tokens, at `POST /v1/token/refresh`.
    pub refresh_token: Secret,
    /// Keep it on this device, also after signing out, and send it with the next sign-in: it tells that the account has signed in
    /// here before. It proves nothing else, and is good until the account has another password.
    pub device_token: Secret,
}
