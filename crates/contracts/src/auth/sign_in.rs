//! Sign-in, sign-out, and the tokens of a session.

use super::{SignedIn, User};
use crate::unchecked;
use endpoint::*;
use kernel::{Secret, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Signs a user in.
///
/// Accepts a username or an email address. A wrong password and an unknown account produce the same response in the same
/// time.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/login", scope = NoCredential, repeatable, reply = Json<SignedIn>, error = LoginError)]
pub struct Login {
    /// The credentials.
    pub credentials: Body<Credentials>,
}
/// The credentials of a user: either `username` or `email`, and the password. A request with both names or neither is
/// rejected (400, `one_of`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Credentials {
    /// The username. Use either this or `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The email address. Use either this or `username`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The password.
    #[schemars(length(max = 1024))]
    pub password: Secret,
    /// The `device_token` that an earlier sign-in to this account returned on this device, if there was one. With it,
    /// failed sign-ins from other devices do not delay this one. An invalid token is ignored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 128), extend("pattern" = r"^[^\u0000-\u001f\u007f-\u009f]*$"))]
    pub device_token: Option<Secret>,
}
impl ValidateRequest for Credentials {
    fn check(&self, faults: &mut Vec<FieldError>) {
        if self.username.is_some() == self.email.is_some() {
            faults.push(FieldError::one_of("/email", "give username or email, one of them"));
        }
        // longer than any valid password, and short enough to hash
        if self.password.expose().chars().count() > 1024 {
            faults.push(FieldError::length("/password", "a password has at most 1024 characters"));
        }
        let device_token = self.device_token.as_ref().map_or("", |token| token.expose());
        if device_token.chars().count() > 128 {
            faults.push(FieldError::length("/device_token", "a device token has at most 128 characters"));
        } else if device_token.contains(char::is_control) {
            faults.push(FieldError::invalid("/device_token", "a device token has no control characters"));
        }
    }
}
/// The reason why the sign-in failed.
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
        /// The number of seconds to wait.
        retry_after: u32,
    },
}

/// Exchanges a refresh token for new tokens.
///
/// Each refresh token can be used once. Reusing an old one ends the whole session, because two parties hold the token and
/// one of them must have stolen it. For 60 seconds after its use, a refresh token can be sent again, by a client that lost
/// the response or by another window of the same client: it returns the same new refresh token, as long as that one has not
/// been used.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/token/refresh", scope = NoCredential, repeatable, reply = Json<SignedIn>, error = RefreshError)]
pub struct RefreshToken {
    /// The refresh token.
    pub token: Body<Refresh>,
}
/// A refresh token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Refresh {
    /// The refresh token from the most recent response.
    pub refresh_token: Secret,
}
/// The reason why the tokens could not be refreshed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RefreshError {
    /// The refresh token is invalid or has expired.
    /// Sign in again.
    #[status(401)]
    InvalidRefreshToken,
}

/// Validates an access token.
///
/// Intended for programs that receive a token and have no verifier of their own. An expired, revoked or unknown token
/// returns `valid: false`, never an error.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/token/validate", scope = NoCredential, repeatable, reply = Json<TokenState>)]
pub struct ValidateToken {
    /// The access token.
    pub token: Body<Token>,
}
/// An access token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Token {
    /// The access token.
    pub token: Secret,
}
/// The status of an access token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TokenState {
    /// Whether the token is currently accepted.
    pub valid: bool,
    /// The account to which the token was issued. Present only if the token is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// The time at which the token expires, in UTC. Present only if the token is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// Signs the user out.
///
/// The current session ends everywhere within one second: its access token and its refresh token are no longer accepted.
/// Other sessions of the account continue.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/logout", scope = Session, repeatable, reply = NoContent)]
pub struct Logout {}

unchecked!(Refresh, Token);
