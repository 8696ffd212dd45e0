//! Accounts: registration, sign-in, passwords, sessions, API keys and roles.

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
    /// The ID of the account.
    pub id: UserId,
    /// The username, with which the user can sign in. Null if the account has none.
    pub username: Option<String>,
    /// The email address. Null if the account has none.
    pub email: Option<String>,
    /// Whether the owner of the account has confirmed the email address with a verification email.
    #[serde(default)]
    pub email_verified: bool,
    /// The full name of the person. Null if none is stored.
    pub name: Option<String>,
    /// The language of emails to this person. Absent for the shop's default language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The role of the account.
    pub role: Role,
    /// The permissions of a staff member. Empty for customers, and ignored for administrators.
    pub permissions: Vec<Permission>,
    /// The current permissions of the calling API key. Present only in the response of `GET /v1/me` to an API key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Permission>>,
    /// Whether the account is active. `false` for a disabled account.
    pub active: bool,
    /// The version of the account, which increases with every change.
    pub version: i64,
    /// The time at which the account was created, in UTC.
    pub created_at: Timestamp,
    /// The time at which the account was last changed, in UTC.
    pub updated_at: Timestamp,
}

/// The account that signed in, with the tokens of the new session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignedIn {
    /// The account.
    pub user: User,
    /// The same value as `access_token`, for compatibility with older clients. New clients should read `access_token`.
    pub token: Secret,
    /// The access token, a JWT to send as `Authorization: Bearer …`.
    pub access_token: Secret,
    /// Always `Bearer`.
    pub token_type: String,
    /// The number of seconds for which the access token is valid.
    pub expires_in: u64,
    /// The refresh token, which can be exchanged once for new tokens with `POST /v1/token/refresh`.
    pub refresh_token: Secret,
    /// The device token, which shows that the account has signed in on this device before. Store it on the device, even
    /// after signing out, and send it with the next sign-in. It grants nothing else, and is valid until the account's
    /// password changes.
    pub device_token: Secret,
}
