//! Passwords: changing one, and choosing a new one when it was forgotten.

use super::{User, password_pattern::*};
use crate::{EMAIL, checked, trimmed};
use endpoint::*;
use garde::Validate;
use kernel::{Secret, Timestamp, id::ResetId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Changes the password of the account that is signed in.
///
/// Ends all other sessions of the account within a second. This one goes on. API keys stay as they are.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/password/change", scope = Session, reply = NoContent, error = ChangePasswordError)]
pub struct ChangePassword {
    /// The passwords.
    pub change: Body<PasswordChange>,
}
/// A password and the one that takes its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PasswordChange {
    /// The password as it is.
    #[schemars(length(max = 128))]
    pub current_password: Secret,
    /// 8 to 128 characters, not one of the common ones.
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
/// Why a password was not changed.
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
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The password is too common.
    /// Choose a password that is not on lists of common passwords.
    #[status(422)]
    CommonPassword,
}

/// Asks for a mail with which to choose a new password.
///
/// The answer is the same whether there is such an account or not. If there is, the mail has a code that is good for an
/// hour, once. An account gets such a mail every two minutes at most.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/password/forgot", scope = NoCredential, repeatable, reply = Accepted<ResetRequested>)]
pub struct ForgotPassword {
    /// Whose password.
    pub account: Body<ForgotPasswordRequest>,
}
/// Who has forgotten a password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
#[schemars(rename = "ForgottenAccount")]
pub struct ForgotPasswordRequest {
    /// The account's e-mail address; compared without regard to case. Blanks around it are removed.
    #[serde(deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, min = 3, max = 254), pattern(EMAIL))]
    pub email: String,
}
/// What is said to whoever asks for such a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ResetAsked")]
pub struct ResetRequested {
    /// Seconds for which the code of the mail will be good.
    pub expires_in: u64,
}

/// Chooses a new password, with the code of a mail.
///
/// Ends all sessions of the account within a second; sign in with the new password. API keys stay as they are: look
/// whether they are all yours.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/password/reset", scope = NoCredential, reply = NoContent, error = ResetPasswordError)]
pub struct ResetPassword {
    /// The code and the new password.
    pub reset: Body<PasswordReset>,
}
/// The code of a mail, and the password that is chosen with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PasswordReset {
    /// The code of the mail.
    #[serde(deserialize_with = "trimmed::<200, _, _>")]
    pub token: Secret,
    /// 8 to 128 characters, not one of the common ones.
    #[schemars(length(min = 8, max = 128))]
    pub new_password: Secret,
}
impl ValidateRequest for PasswordReset {
    fn check(&self, faults: &mut Vec<FieldError>) {
        check_password("/new_password", &self.new_password, faults);
    }
}
/// Why no new password was chosen.
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

/// Reads what a mail about a forgotten password says. Only this answer has the code: neither events nor databases do.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/password-resets/{id}", scope = Service(&["notifications"]), reply = Json<PasswordResetEmail>)]
pub struct GetPasswordReset {
    /// Which one; there is none any more once the code is no longer good.
    pub id: Path<ResetId>,
}
/// What a mail about a forgotten password says, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PasswordResetEmail {
    /// Whose password.
    pub user: User,
    /// The code.
    pub token: Secret,
    /// When the code ends.
    pub expires_at: Timestamp,
}

checked!(ForgotPasswordRequest);
