//! Changing a password, and resetting a forgotten one.

use super::{User, password_pattern::*};
use crate::{EMAIL, checked, trimmed};
use endpoint::*;
use garde::Validate;
use kernel::{Secret, Timestamp, id::ResetId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Changes the password of the signed-in account.
///
/// All other sessions of the account end within one second; the current session continues. API keys stay valid.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/password/change", scope = Session, reply = NoContent, error = ChangePasswordError)]
pub struct ChangePassword {
    /// The current and the new password.
    pub change: Body<PasswordChange>,
}
/// The current password and its replacement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PasswordChange {
    /// The current password.
    #[schemars(length(max = 128))]
    pub current_password: Secret,
    /// The new password: 8 to 128 characters, and not a common password.
    #[schemars(length(min = 8, max = 128))]
    pub new_password: Secret,
}
impl ValidateRequest for PasswordChange {
    fn check(&self, faults: &mut Vec<FieldError>) {
        if self.current_password.expose().chars().count() > 128 {
            faults.push(FieldError::length("/current_password", "a password has at most 128 characters"));
        }
        check_password("/new_password", &self.new_password, faults);
    }
}
/// The reason why the password could not be changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ChangePasswordError {
    /// The current password is incorrect.
    /// Check it, or request a password reset email.
    #[status(403)]
    WrongPassword,
    /// Too many failed attempts.
    /// Retry after `Retry-After` seconds.
    #[status(429)]
    TooManyFailures {
        /// The number of seconds to wait.
        retry_after: u32,
    },
    /// The password is too common.
    /// Choose a password that is not on lists of common passwords.
    #[status(422)]
    CommonPassword,
}

/// Sends a password reset email.
///
/// The response is the same whether the account exists or not. If it exists, the email contains a code that is valid once,
/// for 1 hour. An account receives at most one such email every two minutes.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/password/forgot", scope = NoCredential, repeatable, reply = Accepted<ResetRequested>)]
pub struct ForgotPassword {
    /// The account whose password was forgotten.
    pub account: Body<ForgotPasswordRequest>,
}
/// The account whose password was forgotten.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[schemars(rename = "ForgottenAccount")]
pub struct ForgotPasswordRequest {
    /// The account's email address, compared case-insensitively. Surrounding blanks are trimmed.
    #[serde(deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, min = 3, max = 254), pattern(EMAIL))]
    pub email: String,
}
/// Confirmation that a password reset email was requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ResetAsked")]
pub struct ResetRequested {
    /// The number of seconds for which the code in the email is valid.
    pub expires_in: u64,
}

/// Resets a password with the code from a password reset email.
///
/// All sessions of the account end within one second; sign in with the new password. API keys stay valid: check that all of
/// them are yours.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/password/reset", scope = NoCredential, reply = NoContent, error = ResetPasswordError)]
pub struct ResetPassword {
    /// The code and the new password.
    pub reset: Body<PasswordReset>,
}
/// The code from a password reset email, and the new password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PasswordReset {
    /// The code from the email.
    #[serde(deserialize_with = "trimmed::<200, _, _>")]
    pub token: Secret,
    /// The new password: 8 to 128 characters, and not a common password.
    #[schemars(length(min = 8, max = 128))]
    pub new_password: Secret,
}
impl ValidateRequest for PasswordReset {
    fn check(&self, faults: &mut Vec<FieldError>) {
        check_password("/new_password", &self.new_password, faults);
    }
}
/// The reason why the password could not be reset.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ResetPasswordError {
    /// The password reset code is invalid or has expired.
    /// Request a new email. Codes are valid once, for 1 hour.
    #[status(403)]
    InvalidResetToken,
    /// The password is too common.
    /// Choose a password that is not on lists of common passwords.
    #[status(422)]
    CommonPassword,
}

/// Returns the content of a password reset email. Only this response contains the code: neither events nor databases do.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/password-resets/{id}", scope = Service(&["notifications"]), reply = Json<PasswordResetEmail>)]
pub struct GetPasswordReset {
    /// The ID of the password reset. Not found once its code is no longer valid.
    pub id: Path<ResetId>,
}
/// The recipient and the content of a password reset email.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PasswordResetEmail {
    /// The account whose password is reset.
    pub user: User,
    /// The reset code.
    pub token: Secret,
    /// The time at which the code expires, in UTC.
    pub expires_at: Timestamp,
}

checked!(ForgotPasswordRequest);
