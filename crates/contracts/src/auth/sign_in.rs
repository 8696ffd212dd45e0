//! Signing in and out, and the tokens of a session.

use super::{SignedIn, User};
use crate::unchecked;
use endpoint::*;
use kernel::{Secret, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Signs in.
///
/// By username or e-mail address. A wrong password and an unknown account give the same answer in the same time.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/login", scope = NoCredential, repeatable, reply = Json<SignedIn>, error = LoginError)]
pub struct Login {
    /// Who signs in.
    pub credentials: Body<Credentials>,
}
/// Who signs in, and with what: either `username` or `email`; a request with both or neither is refused (400, `one_of`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Credentials {
    /// The username; or give `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The e-mail address; or give `username`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The password.
    #[schemars(length(max = 1024))]
    pub password: Secret,
    /// The `device_token` that an earlier sign-in to this account returned on this device, if there was one. With it, failed
    /// sign-ins of others do not delay this one. An invalid token is ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 128), extend("pattern" = r"^[^\u0000-\u001f\u007f-\u009f]*$"))]
    pub device_token: Option<Secret>,
}
impl ValidateRequest for Credentials {
    fn check(&self, faults: &mut Vec<FieldError>) {
        if self.username.is_some() == self.email.is_some() {
            faults.push(FieldError::one_of("/email", "give username or email, one of them"));
        }
        // more than any password has, and little enough to be hashed
        if self.password.expose().chars().count() > 1024 {
            faults.push(FieldError::length("/password", "a password has at most 1024 characters here"));
        }
        let device_token = self.device_token.as_ref().map_or("", |token| token.expose());
        if device_token.chars().count() > 128 {
            faults.push(FieldError::length("/device_token", "a device token has at most 128 characters"));
        } else if device_token.contains(char::is_control) {
            faults.push(FieldError::invalid("/device_token", "a device token has no control characters"));
        }
    }
}
/// Why signing in was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum LoginError {
    /// Incorrect username or password.
    /// Check both. After several failures the account waits before each further attempt.
    #[status(401)]
    InvalidCredentials,
    /// The account is disabled.
    /// Contact the shop.
    #[status(403)]
    AccountDisabled,
    /// Too many failed attempts.
    /// Retry after `Retry-After` seconds.
    #[status(429)]
    TooManyFailures {
        /// Seconds to wait.
        retry_after: u32,
    },
}

/// Exchanges a refresh token for new tokens.
///
/// Each refresh token works once. Using an old one again ends the whole session: one of the two users is a thief. For a
/// minute after its use it may be shown again, by a client whose answer was lost or by another window of it, and gives
/// the same new refresh token, as long as that one has not been used itself.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/token/refresh", scope = NoCredential, repeatable, reply = Json<SignedIn>, error = RefreshError)]
pub struct RefreshToken {
    /// The token.
    pub token: Body<Refresh>,
}
/// A refresh token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Refresh {
    /// The refresh token of the last answer.
    pub refresh_token: Secret,
}
/// Why a refresh was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RefreshError {
    /// The refresh token is invalid or has expired.
    /// Sign in again.
    #[status(401)]
    InvalidRefreshToken,
}

/// Tells whether an access token is good, and whose it is.
///
/// For programs that are shown a token and have no verifier of their own. A token that has ended, was revoked or was
/// never ours is `valid: false`, and never a refusal.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/token/validate", scope = NoCredential, repeatable, reply = Json<TokenState>)]
pub struct ValidateToken {
    /// The token.
    pub token: Body<Token>,
}
/// An access token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Token {
    /// The access token.
    pub token: Secret,
}
/// What became of a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TokenState {
    /// Whether it would be accepted now.
    pub valid: bool,
    /// Whose it is, if it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// When it ends, if it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// Signs out.
///
/// Ends this session everywhere within a second: its access token and its refresh token are no longer good. Other
/// sessions of the account go on.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/logout", scope = Session, repeatable, reply = NoContent)]
pub struct Logout {}

unchecked!(Refresh, Token);
