//! Creation of accounts: registration, and the first administrator.

use super::{SignedIn, password_pattern::*};
use crate::{LINE, NEW_EMAIL, USERNAME, line, not_blank, trimmed};
use endpoint::*;
use garde::Validate;
use kernel::{Language, Secret};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Registers an account.
///
/// The account has a username, an email address or both. It is signed in immediately; `Location` is the URL at which the
/// account can be retrieved.
#[derive(Debug, Endpoint)]
#[endpoint(post = "/v1/register", scope = NoCredential, reply = CreatedWithoutEtag<SignedIn>, error = RegisterError)]
pub struct Register {
    /// The account to register.
    pub account: Body<NewAccount>,
}
/// The account to register, with a `username`, an `email` or both. A request with neither is rejected (400, `required`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct NewAccount {
    /// The username: 3 to 64 letters, digits, dots, hyphens and underscores, compared case-insensitively. Surrounding
    /// blanks are trimmed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<64, _, _>")]
    #[garde(length(chars, min = 3, max = 64), pattern(USERNAME))]
    pub username: Option<String>,
    /// The email address, compared case-insensitively. Surrounding blanks are trimmed.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, min = 3, max = 254), pattern(NEW_EMAIL))]
    pub email: Option<String>,
    /// The password: 8 to 128 characters, and not a common password.
    #[garde(skip)]
    #[schemars(length(min = 8, max = 128))]
    pub password: Secret,
    /// The full name of the person.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), inner(custom(not_blank)))]
    pub name: Option<String>,
    /// The language of emails to this person. Default: the shop's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub language: Option<Language>,
}
impl ValidateRequest for NewAccount {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
        check_password("/password", &self.password, faults);
        if self.username.is_none() && self.email.is_none() {
            faults.push(FieldError::required("/email", "give a username, an email or both"));
        }
    }
}
/// The reason why the account could not be registered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum RegisterError {
    /// The username is already in use.
    /// Choose another username.
    #[status(409)]
    UsernameTaken,
    /// The email address is already in use.
    /// Sign in, or reset the password.
    #[status(409)]
    EmailTaken,
    /// The password is too common.
    /// Choose a password that is not on lists of common passwords.
    #[status(422)]
    CommonPassword,
}

/// Creates the first administrator.
///
/// Requires the setup token that a shop without an administrator prints at each start. The token can be used once. Setup is
/// complete as soon as an administrator exists, however it was created. The new administrator is signed in immediately.
#[derive(Debug, Endpoint)]
#[endpoint(name = "set_up", post = "/v1/setup", scope = NoCredential, reply = CreatedWithoutEtag<SignedIn>, error = SetUpError)]
pub struct CompleteSetup {
    /// Who becomes the administrator.
    pub admin: Body<FirstAdmin>,
}
/// Returns whether the shop can be set up, for the setup page.
#[derive(Debug, Endpoint)]
#[endpoint(get = "/internal/setup", scope = Service(&["gateway"]), reply = Json<SetupStatus>)]
pub struct GetSetupStatus {}
/// The setup status of the shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SetupStatus {
    /// Whether setup is complete: the shop has an administrator.
    pub is_over: bool,
}
/// The first administrator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Validate)]
pub struct FirstAdmin {
    /// The setup token: the part after the `#` of the link that the shop printed at its start.
    #[serde(deserialize_with = "trimmed::<200, _, _>")]
    #[garde(skip)]
    pub setup_token: Secret,
    /// The email address, compared case-insensitively. Surrounding blanks are trimmed.
    #[serde(deserialize_with = "trimmed::<254, _, _>")]
    #[garde(length(chars, min = 3, max = 254), pattern(NEW_EMAIL))]
    pub email: String,
    /// The password: 8 to 128 characters, and not a common password.
    #[garde(skip)]
    #[schemars(length(min = 8, max = 128))]
    pub password: Secret,
    /// The full name of the person.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "line::<200, _, _>")]
    #[garde(length(chars, min = 1, max = 200), pattern(LINE), inner(custom(not_blank)))]
    pub name: Option<String>,
}
impl ValidateRequest for FirstAdmin {
    fn check(&self, faults: &mut Vec<FieldError>) {
        endpoint::garde(self, faults);
        check_password("/password", &self.password, faults);
    }
}
/// The reason why setup failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ApiError)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SetUpError {
    /// Setup is already complete.
    /// Contact the shop's administrator.
    #[status(410)]
    SetUpAlready,
    /// The setup token is invalid.
    /// Use the most recent link in the shop's output; each start creates a new one.
    #[status(403)]
    InvalidSetupToken,
    /// The email address is already in use.
    /// Choose another address, or make that account an administrator with `ordo admin create` on the shop's machine.
    #[status(409)]
    EmailTaken,
    /// The password is too common.
    /// Choose a password that is not on lists of common passwords.
    #[status(422)]
    CommonPassword,
}
